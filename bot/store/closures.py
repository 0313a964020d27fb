"""A server's own closures: days on which its offices are closed, beside the holidays of any calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.deadlines.closures import Closure
from bot.record.deadlines.dates import written
from bot.record.errors import CaseError
from bot.record.sources import Source
from bot.store import codec
from bot.store.events import AuditContext
from bot.store.tables import closures
from bot.store.unreadable import Shape, Unreadable, note, reason

_COLUMNS = tuple(codec.as_text(column).label("sources") if column.name == "sources" else column for column in closures.c)
_SHAPE = Shape(_COLUMNS)


async def of_server(conn: AsyncConnection, server_id: int) -> list[Closure]:
    """Every closure ever recorded on that server, by day; those that were removed too. Without those that cannot be read."""
    query = select(*_COLUMNS).where(closures.c.server_id == server_id).order_by(closures.c.day, closures.c.id)
    known = []
    for row in (await conn.execute(query)).all():
        try:
            _SHAPE.check(row)
            known.append(_closure(row._mapping))
        except Exception as error:
            note(conn, Unreadable("closure", row.id, reason(error), server_id, row.id))
    return known


async def in_force(conn: AsyncConnection, server_id: int) -> dict[date, str]:
    """The days of closure that are on the calendar now, each with its reason."""
    query = select(closures.c.day, closures.c.reason).where(closures.c.server_id == server_id, closures.c.removed_at.is_(None))
    rows = await conn.execute(query.order_by(closures.c.day))
    return {row.day: row.reason for row in rows if type(row.day) is date and isinstance(row.reason, str)}


async def add(conn: AsyncConnection, audit: AuditContext, day: date, reason: str, sources: tuple[Source, ...]) -> Closure:
    """Record a closure; CaseError if the day already is one. A unique index allows one closure a day that was not removed."""
    row = closures.insert().values(
        server_id=audit.server_id,
        day=day,
        reason=reason,
        sources=codec.dump(codec.SOURCES, sources),
        recorded_by=audit.by,
        recorded_by_id=audit.by_id,
        recorded_at=audit.now,
    )
    try:
        added = (await conn.execute(row.returning(*_COLUMNS))).mappings().one()
    except IntegrityError as taken:
        raise CaseError(f"{day:%a} {written(day)} is already a closure; see /closures show.") from taken
    return _closure(added)


async def remove(conn: AsyncConnection, server_id: int, day: date, now: datetime) -> Closure | None:
    """Take the closure of that day off the calendar; None if there is none."""
    of_day = (closures.c.server_id == server_id) & (closures.c.day == day) & closures.c.removed_at.is_(None)
    change = update(closures).where(of_day).values(removed_at=now).returning(*_COLUMNS)
    row = (await conn.execute(change)).mappings().one_or_none()
    return _closure(row) if row else None


def _closure(row: RowMapping) -> Closure:
    values: dict[str, Any] = {**row, "sources": codec.sources_from(row["sources"])}
    del values["server_id"]
    return Closure(**values)
