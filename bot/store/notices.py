"""Notices and their alerts: what is due is planned here, and what was recorded is announced."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.record.new_events import NewEvent
from bot.record.plan import Alert
from bot.record.recheck import Told, is_news, is_news_of_one
from bot.store.cases import ALERTS_OF_CASE, replaced_by
from bot.store.database import batches, by_index
from bot.store.many_rows import many_rows
from bot.store.tables import alerts, events, heartbeat, notices, servers
from bot.store.taking_back import Undone

_ANNOUNCING = select(servers.c.channel_id, servers.c.announce).where(servers.c.id == bindparam("server_id"))
NEWS_KINDS = ("sent", "deadline", "answer", "finding", "consequence", "court", "closed", "reopened")

_NEW_ALERT = alerts.insert()
_OF_NEWS = ("notice_id", "case_id", "about_id", "rung", "occurrence", "due_at")


@dataclass(frozen=True)
class Notice:
    """One message, sent or still to be sent."""

    id: int
    #: Its nonce, and part of the custom_id of its buttons.
    token: str
    server_id: int
    channel_id: int
    #: None for news of places apart from any letter.
    letter_id: int | None
    rung: str
    occurrence: int
    due_at: datetime
    state: str
    attempts: int
    maybe_sent: bool
    message_id: int | None
    claim: str | None


@dataclass(frozen=True)
class NoticeLine:
    """One alert of a notice."""

    id: int
    #: None for news of a place apart from any letter.
    case_id: int | None
    #: The event that set the deadline (its version), or the event that is announced.
    about_id: int
    rung: str
    occurrence: int
    state: str


@dataclass(frozen=True)
class NoticeGroup:
    """Alerts with the same values share one notice: a letter's cases on one server, at one moment of one rung."""

    server_id: int
    channel_id: int
    #: None for news of places apart from any letter.
    letter_id: int | None
    rung: str
    occurrence: int
    due_at: datetime


async def plan_alerts(
    conn: AsyncConnection, group: NoticeGroup, due: Sequence[Alert], now: datetime, held_until: datetime | None = None
) -> int:
    """Put alerts on a notice: how many of them are new. `held_until`: more is to come, so it is not sent before (`release`).

    The unique key (case, deadline version, rung, occurrence, destination) lets one of many claimants through: an alert that is
    planned already is left out. One that was superseded before it was posted (the hour was changed, an answer was undone) is
    planned again.
    """
    rows = [
        {
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": group.rung,
            "occurrence": group.occurrence,
            "due_at": group.due_at,
        }
        for alert in due
    ]
    return await _plan(conn, group, rows, now, held_until)


async def release(conn: AsyncConnection, server_id: int, letter_id: int, now: datetime) -> None:
    """Have sent what was held back while a letter was planned. What waits after a failed attempt goes on waiting."""
    held = (notices.c.server_id == server_id) & (notices.c.letter_id == letter_id) & _unsent() & (notices.c.not_before > now)
    sendable = update(notices).where(held).values(not_before=now)
    await conn.execute(sendable.with_hint(by_index("ix_notices_waiting"), dialect_name="sqlite"))


def _unsent() -> ColumnElement[bool]:
    """Whether no attempt was made to send a notice."""
    return (notices.c.state == "pending") & (notices.c.attempts == 0)


def is_announced(event: NewEvent) -> bool:
    """Whether an event is news: statements, notes and acknowledgements are not."""
    return event.detail.kind in NEWS_KINDS


async def announce(
    conn: AsyncConnection, server_id: int, letter_id: int | None, news: Sequence[tuple[int | None, int]], now: datetime
) -> None:
    """Plan one notice about news that was just recorded (`is_announced`), as (case, event) pairs. Facts of places have no
    letter and no case.

    Nothing is planned where the server wants no announcements or has no channel.
    """
    if not news:
        return
    row = (await conn.execute(_ANNOUNCING, {"server_id": server_id})).one()
    if not row.announce or row.channel_id is None:
        return
    notice_id = await _open_notice(conn, NoticeGroup(server_id, row.channel_id, letter_id, NEWS, 0, now), now)
    await _add_news(conn, notice_id, news, now)


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
    await statement.execute(conn, rows)


async def announce_undone(conn: AsyncConnection, server_id: int, undone: Sequence[Undone], now: datetime) -> None:
    """Plan notices about what was taken back, if the channel was told otherwise (see `record.recheck.is_news`)."""
    alone = await _replacing_one(conn, [taken_back.event_id for taken_back in undone])
    histories = await replaced_by(conn, [taken_back.event_id for taken_back in undone if taken_back.event_id not in alone])
    event_ids = {taken_back.replaced_id for taken_back in undone} | {e.id for history in histories.values() for e in history}
    news = await _news_about(conn, event_ids, {taken_back.case_id for taken_back in undone})
    by_letter: dict[int | None, list[tuple[int | None, int]]] = defaultdict(list)
    for taken_back in undone:
        history = histories.get(taken_back.event_id)
        replaced = [taken_back.replaced_id] if history is None else [event.id for event in history]
        announced = {event_id: news[event_id] for event_id in replaced if event_id in news}
        told = {event_id: about.told for event_id, about in announced.items()}
        if is_news_of_one(told.get(taken_back.replaced_id)) if history is None else is_news(history, told):
            by_letter[announced.popitem()[1].letter_id].append((taken_back.case_id, taken_back.event_id))
    for letter_id, corrections in by_letter.items():
        await announce(conn, server_id, letter_id, corrections, now)


async def _replacing_one(conn: AsyncConnection, corrections: Sequence[int]) -> set[int]:
    """Those of the corrections, by their ids, that take back an event which had replaced no other: most of them."""
    replaced = events.alias()
    # Not as a join, which could be read from the side of the events that replaced none: nearly all that there are.
    replacing = select(replaced.c.id).where(replaced.c.id == events.c.replaces, replaced.c.replaces.is_not(None))
    query = select(events.c.id).where(~replacing.exists())
    found: set[int] = set()
    for batch in batches(corrections):
        found |= set((await conn.execute(query.where(events.c.id.in_(batch)))).scalars())
    return found


@dataclass(frozen=True)
class _News:
    told: Told
    letter_id: int | None


async def _news_about(conn: AsyncConnection, event_ids: set[int], case_ids: set[int | None]) -> dict[int, _News]:
    """What became of the announcements of these events, by the event's id; of those that were planned.

    Looked up by their cases (None for news of places), since alerts have no index by event.
    """
    columns = (alerts.c.about_id, alerts.c.state.label("line"), notices.c.state, notices.c.maybe_sent, notices.c.letter_id)
    query = select(*columns).join(notices, notices.c.id == alerts.c.notice_id).where(alerts.c.rung == NEWS)
    of_cases = query.with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
    news: dict[int, _News] = {}
    queries = [of_cases.where(alerts.c.case_id.in_(batch)) for batch in batches(sorted(filter(None, case_ids)))]
    if None in case_ids:
        of_places = query.where(alerts.c.case_id.is_(None))
        queries += [of_places.where(alerts.c.about_id.in_(batch)) for batch in batches(sorted(event_ids))]
    for query in queries:
        for row in await conn.execute(query):
            if row.about_id in event_ids:
                dropped = "superseded" in (row.line, row.state)
                posted = row.state == "sent" or row.maybe_sent  # its mark is set with the last check of what is true
                told = Told.DROPPED if dropped else Told.POSTED if posted else Told.WAITS
                news[row.about_id] = _News(told, row.letter_id)
    return news


async def _plan(
    conn: AsyncConnection,
    group: NoticeGroup,
    rows: list[dict[str, object]],
    now: datetime,
    held_until: datetime | None = None,
) -> int:
    notice_id = await _open_notice(conn, group, held_until or now)
    if held_until:
        this = update(notices).where(notices.c.id == notice_id, _unsent())
        await conn.execute(this.values(not_before=held_until))
    added_row = insert(alerts)
    put = added_row.on_conflict_do_update(
        index_elements=["case_id", "about_id", "rung", "occurrence", "destination"],
        set_={"notice_id": notice_id, "state": "planned", "reason": "", "due_at": added_row.excluded.due_at},
        where=alerts.c.state == "superseded",
    ).returning(alerts.c.id)
    added = 0
    for batch in batches(rows):
        added += len((await conn.execute(put, [{**row, "notice_id": notice_id} for row in batch])).all())
    if not added:
        lines = select(alerts.c.id).where(alerts.c.notice_id == notice_id)
        await conn.execute(notices.delete().where(notices.c.id == notice_id, ~lines.exists()))
    return added


async def skip_alerts(conn: AsyncConnection, skipped: Sequence[Alert]) -> None:
    """Record alerts that were missed as superseded."""
    rows = [
        {
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": alert.due.rung.name,
            "occurrence": alert.due.occurrence,
            "due_at": alert.due.at,
            "state": "superseded",
            "reason": "a newer alert was due",
        }
        for alert in skipped
    ]
    for batch in batches(rows):
        await conn.execute(insert(alerts).on_conflict_do_nothing(), batch)


async def lines(conn: AsyncConnection, notice_id: int) -> list[NoticeLine]:
    columns = (alerts.c.id, alerts.c.case_id, alerts.c.about_id, alerts.c.rung, alerts.c.occurrence, alerts.c.state)
    query = select(*columns).where(alerts.c.notice_id == notice_id).order_by(alerts.c.id)
    query = query.with_hint(alerts, by_index("ix_alerts_notice_id"), "sqlite")
    return [NoticeLine(**row) for row in (await conn.execute(query)).mappings()]


async def with_token(conn: AsyncConnection, server_id: int, token: str) -> Notice | None:
    """The notice that a button belongs to; None for another server's."""
    query = select(*columns()).where(notices.c.token == token, notices.c.server_id == server_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return Notice(**row) if row else None


async def _open_notice(conn: AsyncConnection, group: NoticeGroup, not_before: datetime) -> int:
    """The id of the pending notice of that group; a new part where the newest one may have been posted."""
    same = (
        (notices.c.server_id == group.server_id)
        & (notices.c.channel_id == group.channel_id)
        & (notices.c.letter_id == group.letter_id)
        & (notices.c.rung == group.rung)
        & (notices.c.occurrence == group.occurrence)
        & (notices.c.due_at == group.due_at)
    )
    newest = (
        await conn.execute(
            select(notices.c.id, notices.c.state, notices.c.maybe_sent, notices.c.part)
            .where(same)
            .order_by(notices.c.part.desc())
            .limit(1)
        )
    ).one_or_none()
    if newest and newest.state == "pending" and not newest.maybe_sent:
        return int(newest.id)
    new = notices.insert().values(
        token=secrets.token_hex(10),
        server_id=group.server_id,
        channel_id=group.channel_id,
        letter_id=group.letter_id,
        rung=group.rung,
        occurrence=group.occurrence,
        due_at=group.due_at,
        not_before=not_before,
        part=newest.part + 1 if newest else 0,
    )
    return int((await conn.execute(new.returning(notices.c.id))).scalar_one())


def columns() -> list[Column[Any]]:
    return [notices.c[name] for name in Notice.__dataclass_fields__]


async def beat(conn: AsyncConnection, now: datetime) -> None:
    put = insert(heartbeat).values(id=1, ticked_at=now)
    await conn.execute(put.on_conflict_do_update(index_elements=["id"], set_={"ticked_at": now}))


async def last_beat(conn: AsyncConnection) -> datetime | None:
    ticked_at: datetime | None = (await conn.execute(select(heartbeat.c.ticked_at))).scalar()
    return ticked_at
