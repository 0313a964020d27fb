"""Announcing what was recorded: news, and the notices that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.grouping import NoticeKey
from bot.record.ladder import NEWS
from bot.record.servers import Server
from bot.store import servers
from bot.store.events import AuditContext
from bot.store.many_rows import many_rows
from bot.store.notice_parts import PUT_SECTION, open_notices
from bot.store.tables import IS_UNSETTLED, alerts, notice_revisions, notices

_NEW_ALERT = alerts.insert()
_OF_NEWS = ("notice_id", "case_id", "about_id", "rung", "occurrence", "due_at")
_COLLECTING = (
    select(notices.c.id, notices.c.letter_id, notices.c.due_at)
    .where(
        notices.c.server_id == bindparam("server", type_=BigInteger),
        notices.c.collects_for == bindparam("person", type_=BigInteger),
        notices.c.collects_for.is_not(None),  # written out, as in the index
        notices.c.state == literal_column("'pending'"),
        notices.c.channel_id == bindparam("channel", type_=BigInteger),
        notices.c.not_before > bindparam("now", type_=notices.c.not_before.type),
        notices.c.attempts == 0,
    )
    .limit(1)
)


@dataclass(frozen=True)
class NewsNotice:
    """A notice that takes up news."""

    id: int
    #: When it is to be posted.
    due_at: datetime


async def announce(
    conn: AsyncConnection,
    server_id: int,
    letter_id: int | None,
    news: Sequence[tuple[int | None, int]],
    now: datetime,
    recorded_by_id: int | None = None,
) -> None:
    """Plan one notice about news that was just recorded (`record.news_kinds`), as (case, event) pairs. Facts of places have no
    letter and no case.

    What one person records within `Server.collect_seconds`, or in one quiet time, shares a notice, whatever it is about;
    `recorded_by_id` is Discord's id of the person, None if a file was imported. Nothing is planned where the server wants no
    announcements or has no channel.
    """
    if news and (notice := await news_notice(conn, server_id, letter_id, now, recorded_by_id)):
        await _add_news(conn, notice, news)


async def news_notice(
    conn: AsyncConnection, server_id: int, letter_id: int | None, now: datetime, recorded_by_id: int | None = None
) -> NewsNotice | None:
    """A notice for news; None where the server wants no announcements, has no channel or has settings that cannot be read."""
    server = (await servers.with_ids(conn, [server_id])).get(server_id)
    if server is None or not server.announce or server.channel_id is None:
        return None
    if recorded_by_id is None or not server.collect_seconds:
        due_at = server.posting.open_from(now)
        return await _new(conn, server, server.channel_id, letter_id, due_at, ready=due_at <= now)
    values = {"server": server_id, "person": recorded_by_id, "channel": server.channel_id, "now": now}
    if (collecting := (await conn.execute(_COLLECTING, values)).first()) is None:
        due_at = server.posting.open_from(now + timedelta(seconds=server.collect_seconds))
        notice = await _new(conn, server, server.channel_id, letter_id, due_at, ready=False)
        await conn.execute(update(notices).where(notices.c.id == notice.id).values(collects_for=recorded_by_id))
        return notice
    if collecting.letter_id != letter_id:
        await _is_about_several(conn, collecting, letter_id)
    return NewsNotice(collecting.id, collecting.due_at)


async def _is_about_several(conn: AsyncConnection, notice: Any, letter_id: int | None) -> None:
    """From now on: what is of no letter counts too. By its sections it is found for each of them."""
    of_notice = {"notice_id": notice.id, "rung": NEWS, "occurrence": 0, "due_at": notice.due_at}
    ids = [each for each in (notice.letter_id, letter_id) if each is not None]
    await conn.execute(PUT_SECTION, [{**of_notice, "letter_id": each} for each in ids])
    if notice.letter_id is not None:
        await conn.execute(update(notices).where(notices.c.id == notice.id).values(letter_id=None))


async def _new(
    conn: AsyncConnection, server: Server, channel_id: int, letter_id: int | None, due_at: datetime, *, ready: bool
) -> NewsNotice:
    key = NoticeKey(server.id, channel_id, letter_id, NEWS, 0, due_at)
    [notice_id] = (await open_notices(conn, [key], due_at, ready)).values()
    return NewsNotice(notice_id, due_at)


async def _add_news(conn: AsyncConnection, notice: NewsNotice, news: Sequence[tuple[int | None, int]]) -> None:
    """Put news on a notice. Of events that were just recorded no alert is planned yet, so that no row conflicts."""
    statement = many_rows(_NEW_ALERT, conn.dialect, *_OF_NEWS)
    shared = statement.row(notice_id=notice.id, rung=NEWS, occurrence=0, due_at=notice.due_at)
    case_at, about_at = statement.at("case_id", "about_id")
    rows = []
    for case_id, event_id in news:
        new = shared.copy()
        new[case_at], new[about_at] = case_id, event_id
        rows.append(new)
    await statement.execute(conn, rows, len(rows))


async def announce_revisions(
    conn: AsyncConnection,
    server_id: int,
    letter_id: int | None,
    revision_ids: Sequence[int],
    now: datetime,
    recorded_by_id: int | None = None,
) -> None:
    """Plan a line for each of these changes on a notice of news, as `announce`. `letter_id`: None for changes of places."""
    if revision_ids and (notice := await news_notice(conn, server_id, letter_id, now, recorded_by_id)):
        rows = [{"notice_id": notice.id, "revision_id": revision_id} for revision_id in revision_ids]
        await conn.execute(notice_revisions.insert(), rows)


async def announce_changed_back(
    conn: AsyncConnection, audit: AuditContext, letter_id: int | None, revision_id: int, undoing_id: int
) -> None:
    """A change was undone: it is not announced any more, or that it was undone is announced if the channel was told of it."""
    lines = select(notice_revisions.c.id, notices.c.state, notices.c.maybe_sent)
    lines = lines.join(notices, notices.c.id == notice_revisions.c.notice_id)
    told = (await conn.execute(lines.where(notice_revisions.c.revision_id == revision_id))).all()
    if any(line.state == "sent" or line.maybe_sent for line in told):  # its mark is set with the last check of what is true
        await announce_revisions(conn, audit.server_id, letter_id, [undoing_id], audit.now, audit.by_id)
        return
    dropped = update(notice_revisions).where(notice_revisions.c.revision_id == revision_id)
    await conn.execute(dropped.values(state="superseded", reason="It was undone before it was posted."))


async def post_when_open(conn: AsyncConnection, server: Server, now: datetime) -> None:
    """News that waits for the end of a quiet time waits no longer than the settings of now ask for."""
    opens = server.posting.open_from(now)
    waiting = update(notices).where(
        notices.c.server_id == server.id,
        IS_UNSETTLED,
        notices.c.rung == NEWS,
        notices.c.state == literal_column("'pending'"),
        ~notices.c.ready,
        notices.c.not_before > opens + timedelta(seconds=server.collect_seconds),
        notices.c.attempts == 0,
    )
    await conn.execute(waiting.values(not_before=opens, ready=opens <= now))
