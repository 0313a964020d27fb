"""What keeps the database from being used, told by the codes of SQLite and PostgreSQL, and logged once a minute."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from sqlalchemy.exc import DBAPIError

from bot.record.errors import DatabaseTrouble

log = logging.getLogger(__name__)

#: What every failure of the database is: a lock that did not come free, a file that is no database, tables of another version.
DatabaseFailure = DBAPIError
LOG_EVERY = 60.0  # seconds
#: SQLite's primary result codes (SQLite documentation, "Result and Error Codes").
_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: DatabaseTrouble.BUSY,
    sqlite3.SQLITE_LOCKED: DatabaseTrouble.BUSY,
    sqlite3.SQLITE_PROTOCOL: DatabaseTrouble.BUSY,  # the locks of the write-ahead log could not be had
    sqlite3.SQLITE_FULL: DatabaseTrouble.FULL,
    sqlite3.SQLITE_READONLY: DatabaseTrouble.READ_ONLY,
    sqlite3.SQLITE_PERM: DatabaseTrouble.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: DatabaseTrouble.UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: DatabaseTrouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: DatabaseTrouble.NOT_A_DATABASE,
    sqlite3.SQLITE_IOERR: DatabaseTrouble.FAILING,
    sqlite3.SQLITE_ERROR: DatabaseTrouble.OTHER_TABLES,  # of a statement that is right: a table or a column is not there
}
#: Beginnings of PostgreSQL's codes (PostgreSQL documentation, "PostgreSQL Error Codes"), the longer ones first.
_OF_POSTGRESQL = {
    "55P03": DatabaseTrouble.BUSY,
    "53100": DatabaseTrouble.FULL,
    "25006": DatabaseTrouble.READ_ONLY,
    "42P01": DatabaseTrouble.OTHER_TABLES,
    "42703": DatabaseTrouble.OTHER_TABLES,
    "XX001": DatabaseTrouble.DAMAGED,
    "XX002": DatabaseTrouble.DAMAGED,
    "57P": DatabaseTrouble.UNREACHABLE,
    "08": DatabaseTrouble.UNREACHABLE,
    "58": DatabaseTrouble.FAILING,
}
#: After these a transaction is certainly rolled back, also if it was the commit that failed: it can only begin once it has all
#: locks and all room that it needs. A commit that fails otherwise may have reached the disk.
ROLLED_BACK = frozenset({DatabaseTrouble.BUSY, DatabaseTrouble.FULL, DatabaseTrouble.READ_ONLY})
_OF_A_PART = (DatabaseTrouble.DAMAGED, DatabaseTrouble.FAILING, DatabaseTrouble.OTHER_TABLES)


class UnclearCommit(Exception):
    """A commit failed in such a way that it may have been carried out all the same. The cause is a DatabaseFailure."""


class DatabaseMoved(DBAPIError):
    """The file of the database was removed or replaced while it was in use."""

    def __init__(self, file: Path) -> None:
        super().__init__(None, None, FileNotFoundError(f"{file} is not the file that was opened"))


def trouble_of(failure: BaseException | None) -> DatabaseTrouble | None:
    """What keeps the database as a whole from being used; None for a failure of one statement, and for any other error."""
    if isinstance(failure, UnclearCommit):
        failure = failure.__cause__
    if isinstance(failure, DatabaseMoved):
        return DatabaseTrouble.MOVED
    original = failure.orig if isinstance(failure, DBAPIError) else failure if isinstance(failure, sqlite3.Error) else None
    sqlite_code = getattr(original, "sqlite_errorcode", None)
    if isinstance(sqlite_code, int):
        return _OF_SQLITE.get(sqlite_code & 0xFF)  # the lowest byte of an extended code is the primary one
    state = str(getattr(original, "sqlstate", None) or "")
    return next((trouble for begins, trouble in _OF_POSTGRESQL.items() if state.startswith(begins)), None)


def stops_all(failure: BaseException) -> bool:
    """Whether nothing else can be done on the database now either. A damaged page may be of one case or notice alone."""
    trouble = trouble_of(failure)
    return trouble is not None and trouble not in _OF_A_PART


class TroubleLog:
    """Logs what keeps a database from being used, and when that is over. Everybody who meets it says so here."""

    def __init__(self) -> None:
        #: What to do about it, for the log.
        self.advice: Callable[[DatabaseTrouble], str] = lambda trouble: trouble.value
        #: Called with each line of the log.
        self.heard: list[Callable[[DatabaseTrouble], None]] = []
        self._began: float | None = None
        self._logged: dict[DatabaseTrouble, float] = {}

    def note(self, failure: BaseException, given_up: str) -> bool:
        """Whether it is such trouble. It is logged once a minute, with what could not be done."""
        trouble = trouble_of(failure)
        if trouble is None:
            return False
        now = monotonic()
        if self._began is None and trouble not in _OF_A_PART:
            self._began = now
        last = self._logged.get(trouble)
        if last is None or now - last >= LOG_EVERY:
            self._logged[trouble] = now
            cause = failure.__cause__ if isinstance(failure, UnclearCommit) else failure
            where = cause if trouble is DatabaseTrouble.OTHER_TABLES else None  # it may be a statement of ours that is wrong
            log.error("%s: %s (%s)", given_up, self.advice(trouble), getattr(cause, "orig", cause), exc_info=where)
            for hear in self.heard:
                hear(trouble)
        return True

    def over(self) -> None:
        """To be called after each transaction that wrote: it costs nothing where there was no trouble."""
        if self._began is not None:
            log.warning("the database can be written again, after %.0f s", monotonic() - self._began)
            self._began = None
            self._logged = {trouble: at for trouble, at in self._logged.items() if trouble in _OF_A_PART}
