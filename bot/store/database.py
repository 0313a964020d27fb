"""The database: engine, transactions, migrations."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, event, inspect, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.event_loop import Work
from bot.record.errors import CaseError
from bot.store import sqlite_driver
from bot.store.migrating import check_known, upgrade

BATCH = 500  # values in one IN (...) or rows in one INSERT: well under SQLite's limit of variables
T = TypeVar("T")
#: What every failure of the database is: a lock that did not come free, a file that is no database, tables of another version.
DatabaseFailure = DBAPIError


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
    if address.query.get("uri") and address.database.startswith(
        "file:"
    ):  # SQLite's documentation, "Uniform Resource Identifiers"
        path = unquote(urlsplit(address.database).path)
        return Path(path) if path != ":memory:" and address.query.get("mode") != "memory" else None
    return Path(address.database)


class Database:
    """One database. `read()` and `write()` give a connection inside a transaction: committed at the end, rolled back on error.

    On SQLite: write-ahead log, foreign keys enforced, a writer waits up to 30 s for another process. Writers begin with
    BEGIN IMMEDIATE, since a reader that becomes a writer later is refused at once when somebody wrote in between.
    """

    def __init__(self, url: str) -> None:
        """CaseError if the folder of the file cannot be made."""
        self.url = make_url(url)
        if file := sqlite_file(url):
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as failure:
                raise CaseError(f"The folder of the database cannot be made: {file.parent}: {failure.strerror}.") from failure
        self.engine = create_async_engine(self.url, **({"module": sqlite_driver.SqliteDriver()} if self.is_sqlite else {}))
        #: Grows with each transaction of this process that may have recorded something.
        self.recorded = 0
        self._writing = asyncio.Lock()
        #: The transactions under way.
        self.work = Work()
        if self.is_sqlite:
            self.engine.sync_engine.dialect.statement_compiler = _HintingCompiler
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
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
        """`records`: False where nothing is written that could make untrue what was read of cases, letters and settings."""
        with self.work:
            async with self._writing, self.engine.connect() as connection:
                await connection.execution_options(letterwatch_writes=True)
                async with connection.begin():
                    try:
                        yield connection
                    finally:  # before the commit: it may be carried out though this is cut off, and others see it at once
                        self.recorded += records

    async def has_tables(self) -> bool:
        """Whether it was ever migrated. CaseError if its tables are newer than this program."""
        async with self.read() as connection:
            await connection.run_sync(check_known)
            return await connection.run_sync(lambda sync: inspect(sync).has_table("servers"))

    async def migrate(self) -> None:
        """Bring the tables up to the newest migration, all in one transaction; does nothing if they already are."""
        async with self._writing, self.engine.connect() as connection:
            await connection.execution_options(letterwatch_writes=True)  # two that begin at once: the second waits
            async with connection.begin():
                await connection.run_sync(upgrade)

    async def close(self, patience: float = 5.0) -> None:
        """Close every connection once the transactions under way have ended, or after `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.work.none()
        await self.engine.dispose()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {sqlite_driver.PATIENCE}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("letterwatch_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
