"""Alerts that are left out of a message that is about to be posted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import String, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import batches
from bot.store.tables import alerts, cases, notices

_OF_LINE = update(alerts).where(alerts.c.id == bindparam("line"))
_SERVER = select(notices.c.server_id).where(notices.c.id == alerts.c.notice_id).correlate(alerts).scalar_subquery()
_LETTER = select(cases.c.letter_id).where(cases.c.id == alerts.c.case_id).correlate(alerts).scalar_subquery()
_DROP_LINES = _OF_LINE.values(state="superseded", reason=bindparam("why", type_=String), server_id=_SERVER, letter_id=_LETTER)
_SET_LINES_ASIDE = _OF_LINE.values(state="set aside", reason=bindparam("why", type_=String))


async def drop_lines(conn: AsyncConnection, dropped: Iterable[tuple[int, str]]) -> None:
    """Supersede alerts that are no longer true, each with the reason."""
    for some in batches(list(dropped)):
        await conn.execute(_DROP_LINES, [{"line": line_id, "why": reason} for line_id, reason in some])


async def set_lines_aside(conn: AsyncConnection, unread: Iterable[tuple[int, str]]) -> None:
    """Leave alerts out whose cases cannot be read, until they can (`set_aside.look_again`)."""
    for some in batches(list(unread)):
        await conn.execute(_SET_LINES_ASIDE, [{"line": line_id, "why": reason} for line_id, reason in some])
