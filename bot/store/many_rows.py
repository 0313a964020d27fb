"""Statements that are executed for thousands of rows: given to the driver as they are, with values as it stores them.

SQLAlchemy converts each value of each row, and takes the names of columns into account each time. For thousands of rows which
are nearly alike that takes longer than the database does. Here a row is a list in the order of the statement's parameters:
made once with the values that rows share, then copied and completed for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, CursorResult, Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

Values = list[Any]


class ManyRows:
    """One statement as a dialect writes it, for a driver that takes parameters by their position."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self.sql: str = compiled.string
        #: The parameters in order.
        self.names: tuple[str, ...] = tuple(compiled.positiontup)
        self._stored: dict[str, Callable[[Any], Any] | None] = {
            name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self.names
        }

    def stored(self, name: str, value: Any) -> Any:
        """A value of that parameter as the driver takes it."""
        process = self._stored[name]
        return process(value) if process else value

    def row(self, **values: Any) -> Values:
        """A row with these values, which are converted; None for those that are not given."""
        return [self.stored(name, values[name]) if name in values else None for name in self.names]

    def at(self, *names: str) -> tuple[int, ...]:
        """The positions of these parameters in a row."""
        return tuple(map(self.names.index, names))

    async def execute(self, conn: AsyncConnection, rows: Sequence[Values]) -> None:
        if rows:
            await conn.exec_driver_sql(self.sql, [tuple(row) for row in rows])

    async def execute_one(self, conn: AsyncConnection, row: Values) -> CursorResult[Any]:
        return await conn.exec_driver_sql(self.sql, tuple(row))


@lru_cache(maxsize=256)
def many_rows(statement: ClauseElement, dialect: Dialect, *columns: str) -> ManyRows:
    """That statement, made once for each dialect: `statement` should be made once, too. `columns` are those that an INSERT
    without values gives."""
    return ManyRows(statement, dialect, columns)
