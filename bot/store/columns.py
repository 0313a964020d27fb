"""What every table is made of: the metadata, and the types of columns that two databases keep differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Dialect, Index, Integer, MetaData, TextClause, TypeDecorator


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
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Reads what the driver gives; equal moments once, since what is recorded together has one moment."""
        read = super().result_processor(dialect, coltype)
        assert read is not None
        return lru_cache(maxsize=1024)(read)


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
