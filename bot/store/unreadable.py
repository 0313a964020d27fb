"""Rows that cannot be read: garbage that something else wrote to the database, or a value of a newer program.

What reads rows leaves them out and notes them here, so that one keeps nobody from all others. `store.set_aside` keeps what is
noted, until the row can be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, ColumnElement, Engine, Integer, String
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import Label, TypeCoerce

from bot.store.columns import Day, Flag, UtcDateTime

T = TypeVar("T")
LONGEST = 200  # characters of what is wrong
MOST_NOTED = 10_000  # that are remembered at once
_PYTHON: tuple[tuple[type, type], ...] = (
    (UtcDateTime, datetime),
    (Day, date),
    (Flag, bool),
    (Integer, int),
    (String, str),
    (JSON, str),
)


@dataclass(frozen=True)
class Unreadable:
    """Something that is left out, since a row of it cannot be read."""

    #: case, letter, place, fact, server, notice, alert, closure, revision, problem or index.
    kind: str
    of_id: int
    #: Which column of which row, and what kind of mistake; nothing of what is stored.
    why: str = field(compare=False)
    #: What is known of it; None where it is not, or where that cannot be read either.
    server_id: int | None = field(default=None, compare=False)
    #: The case's number, or the letter's or place's own id where lists are to name it; of an alert, the id of its notice.
    number: int | None = field(default=None, compare=False)
    place_id: int | None = field(default=None, compare=False)


class UnreadableRow(ValueError):
    """A row that cannot be read. The message says which column, and nothing of what is stored."""


class Shape:
    """Which types the columns of a row have. SQLite keeps any value in any column."""

    def __init__(self, columns: Iterable[ColumnElement[Any]]) -> None:
        self._columns = [(_name(column), _types(column)) for column in columns]
        #: The types of rows that were checked.
        self.known: set[tuple[type, ...]] = set()

    def check(self, values: Sequence[Any]) -> None:
        """Raises UnreadableRow for a value of another type."""
        types = tuple(map(type, values))
        if types not in self.known:
            for (name, allowed), found in zip(self._columns, types, strict=True):
                if found not in allowed:
                    raise UnreadableRow(f"{name} holds no {_WORDS.get(allowed[0], 'such value')}")
            self.known.add(types)


_WORDS: dict[type, str] = {datetime: "moment", date: "day", bool: "yes or no", int: "number", str: "text"}


def _name(column: ColumnElement[Any]) -> str:
    return str(getattr(_stored(column), "name", "a column")).replace("_", " ")


def _stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    while isinstance(column, TypeCoerce | Label):
        column = column.clause if isinstance(column, TypeCoerce) else column.element
    return column


def _types(column: ColumnElement[Any]) -> tuple[type, ...]:
    python = next((python for sql, python in _PYTHON if isinstance(column.type, sql)), object)
    nullable = getattr(_stored(column), "nullable", True)
    return (python, type(None)) if nullable else (python,)


def reason(error: Exception) -> str:
    """What is wrong, without what is stored: an error of a library quotes it."""
    return str(error)[:LONGEST] if isinstance(error, UnreadableRow) else type(error).__name__


class _Noted:
    """What this process met, by what it is."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], Unreadable] = {}
        #: Not kept in the database yet.
        self.new: dict[tuple[str, int], Unreadable] = {}


_noted: WeakKeyDictionary[Engine, _Noted] = WeakKeyDictionary()


def _of(engine: Engine) -> _Noted:
    return _noted.setdefault(engine, _Noted())


def note(conn: AsyncConnection, unreadable: Unreadable) -> bool:
    """Whether this process did not know it."""
    noted, key = _of(conn.sync_engine), (unreadable.kind, unreadable.of_id)
    is_new = key not in noted.known and len(noted.known) < MOST_NOTED
    if is_new:
        noted.known[key] = noted.new[key] = unreadable
    return is_new


def remember(conn: AsyncConnection, kept: Iterable[Unreadable]) -> None:
    """Note what is kept in the database already."""
    noted = _of(conn.sync_engine)
    for unreadable in kept:
        noted.known[unreadable.kind, unreadable.of_id] = unreadable


def forget(conn: AsyncConnection, kind: str, of_id: int) -> None:
    """It can be read again."""
    noted = _of(conn.sync_engine)
    noted.known.pop((kind, of_id), None)
    noted.new.pop((kind, of_id), None)


def take_new(conn: AsyncConnection) -> list[Unreadable]:
    """What was noted since this was last asked."""
    noted = _of(conn.sync_engine)
    new, noted.new = list(noted.new.values()), {}
    return new


def noted_of(conn: AsyncConnection, server_id: int) -> list[Unreadable]:
    """What this process knows that cannot be read of a server."""
    noted = _noted.get(conn.sync_engine)
    return [each for each in noted.known.values() if each.server_id == server_id] if noted else []


def is_noted(conn: AsyncConnection, kind: str, of_id: int) -> bool:
    noted = _noted.get(conn.sync_engine)
    return noted is not None and (kind, of_id) in noted.known


def readable(rows: Iterable[Sequence[Any]], read: Callable[..., T], unread: Callable[[Any, Exception], None]) -> Iterator[T]:
    """What `read` makes of the columns of each row. A row of which it can make nothing is given to `unread` and left out."""
    for row in rows:
        try:
            value = read(*row)
        except Exception as error:
            unread(row, error)
        else:
            yield value
