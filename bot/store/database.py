"""The database: engine, transactions, migrations."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, event, inspect, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.event_loop import Work
from bot.record.errors import CaseError, DatabaseTrouble
from bot.store import sqlite_driver
from bot.store.migrating import check_known, is_current, upgrade
from bot.store.newest_event import NewestEvent
from bot.store.trouble import ROLLED_BACK, DatabaseFailure, DatabaseMoved, TroubleLog, UnclearCommit, stops_all, trouble_of

__all__ = ["Database", "DatabaseFailure", "UnclearCommit", "batches", "by_index", "sqlite_file", "stops_all", "trouble_of"]

BATCH = 500  # values in one IN (...) or rows in one INSERT: well under SQLite's limit of variables
WRITTEN_AHEAD = "PRAGMA journal_mode = WAL"
LOG = "log"  # of a connection: which log it has opened
T = TypeVar("T")


def by_index(name: str) -> str:
    """A hint for SQLite alone: answer from that index of the table, whatever ANALYZE has found. It refuses if it cannot.

    Left alone, it reads a whole table that was small when ANALYZE was last run, or of which most rows were alike then.
    """
    return f"INDEXED BY {name}"


class _HintingCompiler(SQLiteCompiler):
    """Writes the hints of `by_index` into statements; SQLAlchemy's own compiler for SQLite leaves hints out."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def batches(values: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """`values` in slices; by default as long as one statement can take."""
    return (values[start : start + size] for start in range(0, len(values), size))


def sqlite_file(url: str) -> Path | None:
    """The file of a database address; None if the database is not in a file."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return None
    # SQLite's documentation, "Uniform Resource Identifiers"
    if address.query.get("uri") and address.database.startswith("file:"):
        path = unquote(urlsplit(address.database).path)
        return Path(path) if path != ":memory:" and address.query.get("mode") != "memory" else None
    return Path(address.database)


class Database:
    """One database. `read()` and `write()` give a connection inside a transaction: committed at the end, rolled back on error.

    On SQLite: write-ahead log, foreign keys enforced. Writers begin with BEGIN IMMEDIATE, since a reader that becomes a writer
    later is refused at once when somebody wrote in between.

    `patience`: the seconds for which a writer waits while another program has the database locked. After that it is given up
    before it has begun. Writers of this process wait for one another for as long as it takes.
    """

    def __init__(self, url: str, patience: float = sqlite_driver.PATIENCE) -> None:
        """CaseError if the folder of the file cannot be made, or the file is a folder itself."""
        self.url = make_url(url)
        if file := sqlite_file(url):
            if file.is_dir():
                raise CaseError(f"{file} is a folder, not a database. Name the file in it in config.toml ([database], url).")
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as failure:
                raise CaseError(f"The folder of the database cannot be made: {file.parent}: {failure.strerror}.") from failure
        self._driver = sqlite_driver.SqliteDriver(patience) if self.is_sqlite else None
        self.engine = create_async_engine(self.url, **({"module": self._driver} if self._driver else {}))
        #: Where everybody reports what keeps this database from being used.
        self.trouble = TroubleLog()
        self._patience = patience
        self._file = sqlite_file(url)
        self._log = self._file and self._file.with_name(f"{self._file.name}-wal")
        #: Which file was opened, as `_identity` has it.
        self._opened: tuple[int, int] | None = None
        #: When another program was first seen to have it locked, by the monotonic clock; None if it was free last.
        self._locked_since: float | None = None
        #: Grows with each transaction of this process that may have recorded something.
        self.recorded = 0
        self._writing = asyncio.Lock()
        self.newest_event = NewestEvent(sqlite_file(url))
        #: The transactions under way.
        self.work = Work()
        if self.is_sqlite:
            self.engine.sync_engine.dialect.statement_compiler = _HintingCompiler
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "connect", self._note_log)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        with self.work:
            connection = await self.engine.connect()
            try:
                async with connection.begin():
                    yield connection
            finally:
                await connection.close()  # SQLAlchemy's own `async with` closes it in a task of its own, which takes a turn

    @asynccontextmanager
    async def write(self, *, records: bool = True) -> AsyncIterator[AsyncConnection]:
        """`records`: False where nothing is written that could make untrue what was read of cases, letters and settings.

        Raises DatabaseFailure where the transaction is certainly rolled back, UnclearCommit where it may have been committed.
        """
        asked_at = monotonic()
        with self.work:
            async with self._writing, self.engine.connect() as connection:
                self._check_files(connection)
                ended = False
                try:
                    async with self._begun(connection, asked_at):
                        try:
                            yield connection
                            ended = True
                        finally:  # before the commit: it may be carried out though this is cut off, and others see it at once
                            self.recorded += records
                except DatabaseFailure as failure:
                    if ended and trouble_of(failure) not in ROLLED_BACK:
                        raise UnclearCommit from failure
                    raise
                self.trouble.over()

    def _check_files(self, connection: AsyncConnection) -> None:
        """DatabaseMoved if its file, or the log beside it, is not the one that was opened.

        SQLite would go on writing to that, wherever it is now. A log that is in use is never removed by SQLite itself.
        """
        if self._file is None or self._log is None:
            return
        found, log, known = _identity(self._file), _identity(self._log), connection.info
        self._opened = self._opened or found
        if found is None or found != self._opened:
            raise DatabaseMoved(self._file)
        known[LOG] = known.get(LOG) or log
        if log != known[LOG]:
            raise DatabaseMoved(self._log)

    def _note_log(self, connection: Any, record: Any) -> None:
        record.info[LOG] = _identity(self._log) if self._log else None

    @asynccontextmanager
    async def _begun(self, connection: AsyncConnection, asked_at: float) -> AsyncIterator[None]:
        """A transaction that writes.

        Where another program has the database locked, who waited in line for it has waited for that program too. So of many
        writers each is given up after `patience` seconds, and not one after the other.
        """
        waited = 0.0 if self._locked_since is None else monotonic() - max(asked_at, self._locked_since)
        patience = max(self._patience - waited, 0.0)
        await connection.execution_options(letterwatch_writes=True, letterwatch_begins_within=patience)
        async with AsyncExitStack() as transaction:
            try:
                await transaction.enter_async_context(connection.begin())
            except DatabaseFailure as failure:
                if trouble_of(failure) is DatabaseTrouble.BUSY and self._locked_since is None:
                    self._locked_since = monotonic() - patience
                raise
            self._locked_since = None
            yield

    async def has_tables(self) -> bool:
        """Whether it was ever migrated. CaseError if its tables are newer than this program."""
        async with self.read() as connection:
            await connection.run_sync(check_known)
            return await connection.run_sync(lambda sync: inspect(sync).has_table("servers"))

    async def migrate(self) -> None:
        """Bring the tables up to the newest migration, all in one transaction; does nothing if they already are.

        That is asked first, so that a bot can be started while another program has the database locked.
        """
        async with self.read() as connection:
            if await connection.run_sync(is_current):
                return
        async with self._writing, self.engine.connect() as connection:
            if self.is_sqlite:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.execute(WRITTEN_AHEAD)
            # Two that begin at once: the second waits.
            await connection.execution_options(letterwatch_writes=True, letterwatch_begins_within=sqlite_driver.PATIENCE)
            async with connection.begin():
                await connection.run_sync(upgrade)

    async def close(self, patience: float = 5.0) -> None:
        """Close every connection once the transactions under way have ended, or after `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.work.none()
        self.newest_event.close()
        await self.engine.dispose()
        if self._driver:
            await self._driver.ended(patience)
        self._opened = None


def _identity(file: Path) -> tuple[int, int] | None:
    """Its device and number; None if it is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    # It is written into the file: not into one that is empty, or of another program, by who only wants to read.
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    ahead = (WRITTEN_AHEAD,) if cursor.fetchone() else ()
    for pragma in (*ahead, "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"):
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("letterwatch_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.dbapi_connection
    driver.begin_within = options["letterwatch_begins_within"]
    connection.exec_driver_sql(sqlite_driver.BEGIN_TO_WRITE)
