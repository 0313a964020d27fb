"""SQLite without a thread where a statement is short, and with one hop to the connection's thread for all others.

SQLAlchemy's adapter for aiosqlite hops to that thread four times for each statement: to make a cursor, to execute, to fetch, to
close. A hop wakes two threads, which costs more than most of our statements do. So:

1. A SELECT is run where it is asked for, in the event loop. SQLite interrupts it if it takes longer than `HERE_FOR`.
2. What was interrupted, or met a lock, is run again in the thread. A SELECT that was interrupted has changed nothing, and the
   transaction goes on (SQLite's documentation, "sqlite3_interrupt").
3. Whatever writes is run in the thread, in one hop: it may wait for another process, or for the disk.

Nothing else changes: there too every row is fetched at once.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)

from bot import event_loop

#: Seconds for which a statement may hold the event loop.
HERE_FOR = 0.005
#: Instructions of SQLite's between two looks at the time: a few pages of the file, which may have to come from a slow disk.
STEPS = 100
MOST_VALUES = 200  # of a statement that is run here; one with more is likely to take longer
PATIENCE = 30.0  # seconds for which a statement in the thread waits for a lock of another process

#: The begin of a transaction that writes. Once it has the database, nothing in it waits for a lock any more.
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"

Statement = Callable[[sqlite3.Cursor], object]


@dataclass
class _Outcome:
    """What a cursor of `sqlite3` shows after a statement, without the cursor."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is open."""


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("_late_at", "_patience", "_under_way", "_waits", "_writes", "begin_within")

    def __init__(self, dbapi: Any, connection: Any, patience: float) -> None:
        super().__init__(dbapi, connection)
        self._late_at = 0.0
        self._patience = patience
        #: Seconds for which SQLite waits for a lock now; None before it was told.
        self._waits: float | None = None
        #: Seconds for which the next transaction that writes may wait until it has the database.
        self.begin_within = patience
        #: Statements in the thread, also those for which nobody waits any more: meanwhile another one would wait for SQLite.
        self._under_way: deque[None] = deque()
        self._writes = False

    def takes_here(self, operation: str, parameters: Any) -> bool:
        """Whether a statement is run in the event loop: one that reads, and the begin of a transaction that reads."""
        reads = operation.startswith("SELECT") or operation == "BEGIN"
        return reads and not self._under_way and len(parameters or ()) <= MOST_VALUES

    def here(self, statement: Statement, begins: bool = False) -> tuple[_Outcome, deque[Any]] | None:
        """Run a statement in the event loop; None if it takes too long, or another process holds a lock.

        A BEGIN is never interrupted: SQLite may look at the time after it has begun the transaction, and to begin it once more
        in the thread would fail.
        """
        connection = self._connection._conn
        if not self._writes:
            self._wait(connection, 0)
        if not begins:
            self._late_at = time.monotonic() + HERE_FOR
            connection.set_progress_handler(self._is_late, STEPS)
        try:
            return _carried_out(connection, statement)
        except sqlite3.OperationalError as failed:
            if getattr(failed, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY):
                return None
            raise
        finally:
            connection.set_progress_handler(None, 0)

    async def hop(self, statement: Statement, within: float | None = None) -> tuple[_Outcome, deque[Any]]:
        """Run a statement in the connection's thread. It waits `within` so many seconds for a lock."""
        patience = self._patience if within is None else within
        async with self._execute_mutex:
            self._under_way.append(None)
            outcome: tuple[_Outcome, deque[Any]] = await self._connection._execute(self._in_thread, statement, patience)
            return outcome

    def note_begin(self) -> None:
        """A transaction begins: a new connection has had its settings written until now, and nothing is to be ended."""
        self._writes = False

    def note_write(self) -> None:
        self._writes = True

    def rollback(self) -> None:
        self._end(sqlite3.Connection.rollback, super().rollback)

    def commit(self) -> None:
        self._end(sqlite3.Connection.commit, super().commit)

    def _end(self, here: Callable[[sqlite3.Connection], object], in_thread: Callable[[], object]) -> None:
        """End a transaction: where nothing was written, in the event loop."""
        if self._writes or self._under_way:
            in_thread()
            self._writes = False
        elif self._connection._connection:
            here(self._connection._connection)

    def _is_late(self) -> bool:
        return time.monotonic() > self._late_at

    def _in_thread(self, statement: Statement, patience: float) -> tuple[_Outcome, deque[Any]]:
        try:
            connection = self._connection._conn
            self._wait(connection, patience)
            return _carried_out(connection, statement)
        finally:
            self._under_way.pop()

    def _wait(self, connection: sqlite3.Connection, patience: float) -> None:
        if self._waits != patience:
            connection.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
            self._waits = patience


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False
    _adapt_connection: _Connection
    _cursor: Any

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Outcome()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        def statement(cursor: sqlite3.Cursor) -> object:
            return cursor.execute(operation, parameters or ())

        connection = self._adapt_connection
        outcome = None
        if connection.takes_here(operation, parameters):
            await event_loop.go_on()
            begins = operation == "BEGIN"
            if begins:
                connection.note_begin()
            outcome = connection.here(statement, begins)
        elif not operation.startswith("SELECT"):
            connection.note_write()
        within = connection.begin_within if operation == BEGIN_TO_WRITE else None
        self._cursor, self._rows = outcome or await connection.hop(statement, within)
        return self._cursor

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        self._adapt_connection.note_write()
        self._cursor, self._rows = await self._adapt_connection.hop(
            lambda cursor: cursor.executemany(operation, seq_of_parameters)
        )
        return self._cursor


_Connection._cursor_cls = _Cursor


def _carried_out(connection: sqlite3.Connection, statement: Statement) -> tuple[_Outcome, deque[Any]]:
    changes = connection.total_changes
    try:
        return _fetched(connection, statement)
    except sqlite3.OperationalError as failed:
        if not str(failed).startswith("Could not decode to UTF-8") or connection.total_changes != changes:
            raise
    # A text that is none must not keep anybody from the other rows: it is read as bytes.
    connection.text_factory = _text_or_bytes
    try:
        return _fetched(connection, statement)
    finally:
        connection.text_factory = str


def _fetched(connection: sqlite3.Connection, statement: Statement) -> tuple[_Outcome, deque[Any]]:
    cursor = connection.cursor()
    try:
        statement(cursor)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return _Outcome(cursor.description, cursor.rowcount, cursor.lastrowid, cursor.arraysize), rows
    finally:
        cursor.close()


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


class SqliteDriver(AsyncAdapt_aiosqlite_dbapi):
    """To be given to `create_async_engine` as its `module`. `patience`: seconds for which a statement waits for a lock."""

    def __init__(self, patience: float = PATIENCE) -> None:
        super().__init__(aiosqlite, sqlite3)
        self._patience = patience
        self._threads: WeakSet[Thread] = WeakSet()

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        kw["check_same_thread"] = False  # one thread at a time: see `takes_here`
        return _Connection(self, super().connect(*arg, async_creator_fn=self._opening, **kw)._connection, self._patience)

    def _opening(self, *arg: Any, **kw: Any) -> aiosqlite.Connection:
        """As SQLAlchemy does it; the thread is known before it works, since whoever waits for it may be cancelled."""
        connection = aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        self._threads.add(connection._thread)
        return connection

    async def ended(self, patience: float) -> None:
        """Wait until no thread of a closed connection is at work, at most `patience` seconds.

        A connection whose opening was cancelled is closed by its thread later, without anybody waiting. The thread then reports
        to the event loop, which must not be closed before.
        """
        until = time.monotonic() + patience
        for thread in list(self._threads):
            if thread.ident is not None:  # it was started
                await asyncio.to_thread(thread.join, max(until - time.monotonic(), 0))
