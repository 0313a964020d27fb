"""Statements that are executed for thousands of rows: given to the driver as they are, with values as it stores them.

SQLAlchemy converts each value of each row, and takes the names of columns into account each time. For thousands of rows which
are nearly alike that takes longer than the database does. Here a row is a list in the order of the statement's parameters:
made once with the values that rows share, then copied and completed for each.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, CursorResult, Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

Values = list[Any]
ALIKE = 50  # rows of one statement that gives them the same values
FEW = 100  # rows; to complete them takes less time than a thread


class ManyRows:
    """One statement as a dialect writes it, for a driver that takes parameters by their position."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self.sql: str = compiled.string
        #: The parameters in order.
        self.names: tuple[str, ...] = tuple(compiled.positiontup)
        self._own: dict[str, Any] = {name: compiled.binds[name].value for name in self.names}
        self._stored: dict[str, Callable[[Any], Any] | None] = {
            name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self.names
        }

    def stored(self, name: str, value: Any) -> Any:
        """A value of that parameter as the driver takes it."""
        process = self._stored[name]
        return process(value) if process else value

    def row(self, **values: Any) -> Values:
        """A row with these values, which are converted; for others what the statement itself gives, or None."""
        return [self.stored(name, values[name]) if name in values else self._own[name] for name in self.names]

    def at(self, *names: str) -> tuple[int, ...]:
        """The positions of these parameters in a row."""
        return tuple(map(self.names.index, names))

    async def execute(self, conn: AsyncConnection, rows: Iterable[Values], count: int) -> None:
        """`count` is how many there are. Many are completed in a thread, while the event loop goes on."""
        if count:
            values = await asyncio.to_thread(_tuples, rows) if count > FEW else _tuples(rows)
            await conn.exec_driver_sql(self.sql, values)

    async def execute_one(self, conn: AsyncConnection, row: Values) -> CursorResult[Any]:
        return await conn.exec_driver_sql(self.sql, tuple(row))


async def put_alike(
    conn: AsyncConnection, put: ManyRows, change: ManyRows, key: str, rows: Iterable[tuple[int, Values]]
) -> None:
    """Add these rows by `put`, each given with its key, which its values lack; or replace those that are there.

    Thousands are often there already, and get the very same values: `change` then changes `ALIKE` of them, whose keys are its
    parameters <key>_0, <key>_1 and so on.
    """
    alike: dict[int, list[tuple[int, Values]]] = defaultdict(list)
    for row in rows:
        alike[id(row[1])].append(row)
    each: list[tuple[int, Values]] = []
    for same in alike.values():
        whole = len(same) // ALIKE * ALIKE
        each += same[whole:]
        for start in range(0, whole, ALIKE):
            few = same[start : start + ALIKE]
            values = dict(zip(put.names, few[0][1], strict=True)) | {f"{key}_{n}": id for n, (id, _) in enumerate(few)}
            changed = await change.execute_one(conn, [values[name] for name in change.names])
            if changed.rowcount != ALIKE:
                each += few
    (at,) = put.at(key)
    await put.execute(conn, ([*row[:at], id, *row[at + 1 :]] for id, row in each), len(each))


def _tuples(rows: Iterable[Values]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in rows]


@lru_cache(maxsize=256)
def many_rows(statement: ClauseElement, dialect: Dialect, *columns: str) -> ManyRows:
    """That statement, made once for each dialect: `statement` should be made once, too. `columns` are those that an INSERT
    without values gives."""
    return ManyRows(statement, dialect, columns)
