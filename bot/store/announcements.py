"""Announcing what was recorded: news, and the notices that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.store.many_rows import many_rows
from bot.store.notices import NoticeGroup, open_notices
from bot.store.tables import alerts, servers

_ANNOUNCING = select(servers.c.channel_id, servers.c.announce).where(servers.c.id == bindparam("server_id"))
_NEW_ALERT = alerts.insert()
_OF_NEWS = ("notice_id", "case_id", "about_id", "rung", "occurrence", "due_at")


async def announce(
    conn: AsyncConnection, server_id: int, letter_id: int | None, news: Sequence[tuple[int | None, int]], now: datetime
) -> None:
    """Plan one notice about news that was just recorded (`NewEvent.is_announced`), as (case, event) pairs. Facts of places
    have no letter and no case.

    Nothing is planned where the server wants no announcements or has no channel.
    """
    if not news:
        return
    if (notice_id := await news_notice(conn, server_id, letter_id, now)) is not None:
        await _add_news(conn, notice_id, news, now)


async def news_notice(conn: AsyncConnection, server_id: int, letter_id: int | None, now: datetime) -> int | None:
    """The id of a notice for news; None where the server wants no announcements or has no channel."""
    row = (await conn.execute(_ANNOUNCING, {"server_id": server_id})).one()
    if not row.announce or row.channel_id is None:
        return None
    group = NoticeGroup(server_id, row.channel_id, letter_id, NEWS, 0, now)
    [notice_id] = (await open_notices(conn, [group], now, ready=True)).values()
    return notice_id


async def _add_news(conn: AsyncConnection, notice_id: int, news: Sequence[tuple[int | None, int]], now: datetime) -> None:
    """Put news on a notice. Of events that were just recorded no alert is planned yet, so that no row conflicts."""
    statement = many_rows(_NEW_ALERT, conn.dialect, *_OF_NEWS)
    shared = statement.row(notice_id=notice_id, rung=NEWS, occurrence=0, due_at=now)
    case_at, about_at = statement.at("case_id", "about_id")
    rows = []
    for case_id, event_id in news:
        new = shared.copy()
        new[case_at], new[about_at] = case_id, event_id
        rows.append(new)
    await statement.execute(conn, rows, len(rows))
