"""What is asked of a whole SQLite file, with the driver itself and in a thread: whether it is sound, and what is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.record.errors import CaseError, DatabaseTrouble
from bot.store.migrating import refuse_newer
from bot.store.sqlite_driver import PATIENCE
from bot.store.trouble import trouble_of

#: In SQL: when an event was recorded, to the second; NULL for what is no moment, which may stand in a row that was spoiled.
RECORDED_AT = "strftime('%Y-%m-%d %H:%M:%S', recorded_at)"


@dataclass(frozen=True)
class Contents:
    """What a database has recorded."""

    #: The newest migration that it has seen.
    revision: str
    events: int
    #: The same with the events of servers that were forgotten.
    recorded: int
    #: When something was recorded last; None if nothing ever was.
    last_event: datetime | None


@contextmanager
def opened(file: Path, *, writes: bool = True) -> Iterator[sqlite3.Connection]:
    """A connection to a file that exists; without `writes`, not a byte of the file is changed.

    Whoever opens and closes a database may otherwise write what is in its log into it.
    """
    address = address_of(file, writes=writes)
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
        yield connection


def address_of(file: Path, *, writes: bool) -> str:
    """For `opened`, and for ATTACH. A database that has no log, since nobody writes to it, is read with no files beside it."""
    reads = "mode=ro" if has_log(file) else "mode=ro&immutable=1"
    return f"{file.absolute().as_uri()}?{'mode=rw' if writes else reads}"


def has_log(file: Path) -> bool:
    """Whether there is a log beside it with something in it: somebody writes, or was killed."""
    log = file.with_name(f"{file.name}-wal")
    return log.exists() and log.stat().st_size > 0


def contents(connection: sqlite3.Connection, what: str) -> Contents:
    """CaseError if it is no database of Letterwatch; `what` names it."""
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "events", "servers"} <= tables:
            raise CaseError(f"{what} is not a database of Letterwatch: it has none of its tables.")
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        count, last = connection.execute(f"SELECT count(*), max({RECORDED_AT}) FROM events").fetchone()  # noqa: S608
        forgotten = 0
        if "forgettings" in tables:
            [forgotten] = connection.execute("SELECT coalesce(sum(events), 0) FROM forgettings").fetchone()
    except sqlite3.DatabaseError as failure:
        raise CaseError(f"{what} cannot be read: {failure}.") from failure
    return Contents(row[0] if row else "", count, count + forgotten, moment_of(last))


def moment_of(stored: str | None) -> datetime | None:
    """A value of RECORDED_AT."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if stored else None


def check_sound(connection: sqlite3.Connection, what: str, *, references: bool = True) -> None:
    """CaseError unless every page is sound, every index complete, and every row refers to one that exists (`references`)."""
    try:
        [damage] = connection.execute("PRAGMA integrity_check(1)").fetchone()
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone() if references else None
    except sqlite3.DatabaseError as failure:
        raise CaseError(f"{what} is damaged: {failure}.") from failure
    if damage != "ok":
        raise CaseError(f"{what} is damaged: {' '.join(str(damage).split())}.")
    if orphan:
        raise CaseError(f"{what} is damaged: a row of {orphan[0]} refers to one of {orphan[2]} that is not there.")


def check_revision(of: Contents, what: str) -> None:
    """CaseError if a newer version of Letterwatch made it."""
    refuse_newer(of.revision, what, "Install that version first.")


def is_full(failure: sqlite3.Error) -> bool:
    """Whether nothing more could be written: SQLite calls a full disk by either name."""
    return trouble_of(failure) in (DatabaseTrouble.FULL, DatabaseTrouble.FAILING)
