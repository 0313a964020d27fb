"""What every table is made of: the metadata, and the types of columns that two databases keep differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    TextClause,
    TypeDecorator,
    literal,
    tuple_,
)

T = TypeVar("T")
_ENDS_OF_TIME = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))  # as the index of states has them


class UnreadableMoment(datetime):
    """What is read where no moment is stored: SQLite keeps whatever is written to a column. No row that has one becomes a value
    (`store.unreadable.Shape`). It sorts as the last moment and equals nothing, and a statement gets what is stored for it.
    """

    stored: object

    @classmethod
    def of(cls, stored: object) -> UnreadableMoment:
        moment = cls(9999, 12, 31, tzinfo=UTC)
        moment.stored = stored
        return moment

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class UnreadableDay(date):
    """As `UnreadableMoment`, in place of a day."""

    stored: object

    @classmethod
    def of(cls, stored: object) -> UnreadableDay:
        day = cls(9999, 12, 31)
        day.stored = stored
        return day

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. SQLite keeps no time zones: naive values are refused, others stored as UTC and read back aware."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is not None:
            raise ValueError(f"a moment is stored without a time zone, and not as {value!r}")
        moment: datetime = value.replace(tzinfo=UTC)
        if not 1899 <= moment.year <= 9991 and moment not in _ENDS_OF_TIME:
            raise ValueError(f"not a moment of this record: {value!r}")
        return moment

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        write = super().bind_processor(dialect)
        assert write is not None
        return lambda value: value.stored if isinstance(value, UnreadableMoment) else write(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Reads what the driver gives; equal moments once, since what is recorded together has one moment."""
        read = super().result_processor(dialect, coltype)
        assert read is not None
        return lru_cache(maxsize=1024)(_or_else(read, UnreadableMoment.of))


class Day(TypeDecorator[date]):
    """A day of the calendar."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        write = super().bind_processor(dialect)

        def bound(value: Any) -> Any:
            if isinstance(value, UnreadableDay):
                return value.stored
            return write(value) if write else value

        return bound

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None]:
        read = super().result_processor(dialect, coltype)
        return lru_cache(maxsize=1024)(_or_else(read or (lambda value: value), UnreadableDay.of))


class Flag(TypeDecorator[bool]):
    """Yes or no. Whatever else is stored is read as it is, and equals neither: SQLAlchemy would take it for yes."""

    impl = Boolean
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return lambda stored: _FLAGS.get(stored, stored)


_FLAGS = {0: False, 1: True}


def _or_else(read: Callable[[Any], T], unreadable: Callable[[object], T]) -> Callable[[Any], T]:
    def value(stored: Any) -> T:
        try:
            return read(stored)
        except (TypeError, ValueError, OverflowError):
            return unreadable(stored)

    return value


def values_like(columns: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[Any]:
    """Values to compare a tuple of these columns with, each of the type of its column."""
    return tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite gives out row numbers for INTEGER PRIMARY KEY alone

Condition = ColumnElement[bool] | TextClause


def partial_index(
    name: str, columns: Iterable[Column[Any]], where: Condition, postgresql: Condition | None = None, *, unique: bool = False
) -> Index:
    """An index of some rows alone. `postgresql`: the condition as PostgreSQL writes it, if that differs."""
    on_postgresql = where if postgresql is None else postgresql
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=on_postgresql)
