"""SQLite with one hop to the connection's thread for each statement.

SQLAlchemy's adapter hops four times: to make a cursor, to execute, to fetch, to close. Each hop wakes a thread and the event
loop, which costs more than most of our statements do. Nothing else changes: there too every row is fetched at once.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


@dataclass
class _Outcome:
    """What a cursor of `sqlite3` shows after a statement, without the cursor."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is open."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Outcome()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._hop(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._hop(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _hop(self, statement: Callable[[sqlite3.Cursor], object]) -> _Outcome:
        connection: Any = self._connection
        async with self._adapt_connection._execute_mutex:
            self._cursor, self._rows = await connection._execute(_carried_out, connection, statement)
        outcome: Any = self._cursor
        return outcome  # type: ignore[no-any-return]


def _carried_out(connection: Any, statement: Callable[[sqlite3.Cursor], object]) -> tuple[_Outcome, deque[Any]]:
    """In the connection's thread."""
    cursor: sqlite3.Cursor = connection._conn.cursor()
    try:
        statement(cursor)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return _Outcome(cursor.description, cursor.rowcount, cursor.lastrowid, cursor.arraysize), rows
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """To be given to `create_async_engine` as its `module`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arg, **kw)._connection)
