"""Notices on their way: planned with their alerts in one transaction, claimed with a lease, settled once."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.record.plan import Alert
from bot.store.database import batches
from bot.store.desk import Undone
from bot.store.tables import alerts, cases, events, heartbeat, notices, servers

REFUSED_WAIT = timedelta(hours=1)  # until somebody has mended what Discord refuses
NEWS_KINDS = ("sent", "deadline", "answer", "finding", "consequence", "court", "closed", "reopened")


@dataclass(frozen=True)
class Notice:
    """One message to come, or sent. `token` is its nonce and stands in the custom_id of its buttons."""

    id: int
    token: str
    server_id: int
    channel_id: int
    letter_id: int
    rung: str
    occurrence: int
    due_at: datetime
    state: str
    attempts: int
    maybe_sent: bool
    message_id: int | None
    claim: str | None


@dataclass(frozen=True)
class Line:
    """One alert of a notice. `about_id` is the deadline's version, or the event that is announced."""

    id: int
    case_id: int
    about_id: int
    rung: str
    occurrence: int
    state: str


@dataclass(frozen=True)
class Group:
    """What shares one notice: a letter's cases on one server at one moment of one rung."""

    server_id: int
    channel_id: int
    letter_id: int
    rung: str
    occurrence: int
    due_at: datetime


class Undeliverable(Exception):
    """A post that failed. `permanent`: Discord will refuse it until a person mends something. `maybe_sent`: it may have
    been posted although the answer never came."""

    def __init__(self, reason: str, *, permanent: bool, maybe_sent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.maybe_sent = maybe_sent


class Unreadable(Exception):
    """The bot may not read the channel's history: whether a notice stands there cannot be seen."""


async def letters_due(conn: AsyncConnection, now: datetime) -> list[tuple[int, int]]:
    """(server, letter) pairs with a case to look at; servers without a channel wait until one is set."""
    query = (
        select(cases.c.server_id, cases.c.letter_id)
        .join(servers, servers.c.id == cases.c.server_id)
        .where(cases.c.look_at <= now, servers.c.channel_id.is_not(None))
        .distinct()
    )
    return [(row.server_id, row.letter_id) for row in await conn.execute(query)]


async def looked(conn: AsyncConnection, looks: Iterable[tuple[int, datetime | None]], now: datetime) -> None:
    """Note that these cases were looked at, and when each wants to be looked at next."""
    rows = [{"case": case_id, "next": look_at} for case_id, look_at in looks]
    if rows:
        change = update(cases).where(cases.c.id == bindparam("case"))
        await conn.execute(change.values(look_at=bindparam("next", type_=cases.c.look_at.type), looked_at=now), rows)


async def plan_alerts(conn: AsyncConnection, group: Group, due: Sequence[Alert], now: datetime) -> int:
    """Put alerts on a notice: how many were not there yet.

    The unique key (case, deadline version, rung, occurrence, destination) lets one of many claimants through: an alert that
    stands already vanishes here. One that was superseded before anybody heard it (the hour moved, an answer was undone)
    comes back to life.
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
    return await _plan(conn, group, rows, now)


async def announce(
    conn: AsyncConnection, server_id: int, letter_id: int, facts: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Plan one notice that tells what was just recorded, as (case, event) pairs.

    Of kinds that are no news (statements, notes, acknowledgements), and where the server wants none or has no channel,
    nothing is told.
    """
    ids = [event_id for _, event_id in facts]
    news: set[int] = set()
    for batch in batches(ids):
        told = select(events.c.id).where(events.c.id.in_(batch), events.c.kind.in_(NEWS_KINDS))
        news |= set((await conn.execute(told)).scalars())
    await _announce(conn, server_id, letter_id, [fact for fact in facts if fact[1] in news], now)


async def _announce(
    conn: AsyncConnection, server_id: int, letter_id: int, facts: Sequence[tuple[int, int]], now: datetime
) -> None:
    row = (await conn.execute(select(servers.c.channel_id, servers.c.announce).where(servers.c.id == server_id))).one()
    if not row.announce or row.channel_id is None or not facts:
        return
    group = Group(server_id, row.channel_id, letter_id, NEWS, 0, now)
    lines: list[dict[str, object]] = [
        {"case_id": case_id, "about_id": event_id, "rung": NEWS, "occurrence": 0, "due_at": now} for case_id, event_id in facts
    ]
    await _plan(conn, group, lines, now)


async def announce_undone(conn: AsyncConnection, server_id: int, undone: Sequence[Undone], now: datetime) -> None:
    """Tell that announced facts were taken back; what nobody heard of is taken back in silence."""
    told = {one.replaced_id: one for one in undone if one.case_id is not None}
    heard: dict[int, list[tuple[int, int]]] = defaultdict(list)
    waits = notices.c.state.in_(("pending", "undeliverable"))
    may_stand = notices.c.state.in_(("sent", "claimed")) | (waits & notices.c.maybe_sent)  # Discord's answer was lost
    for batch in batches(list(told)):
        query = (
            select(alerts.c.about_id, notices.c.letter_id)
            .join(notices, notices.c.id == alerts.c.notice_id)
            .where(alerts.c.rung == NEWS, alerts.c.about_id.in_(batch), may_stand)
        )
        for row in await conn.execute(query):
            one = told[row.about_id]
            heard[row.letter_id].append((one.case_id or 0, one.event_id))
    for letter_id, facts in heard.items():
        await _announce(conn, server_id, letter_id, facts, now)


async def _plan(conn: AsyncConnection, group: Group, rows: list[dict[str, object]], now: datetime) -> int:
    notice_id = await _open_notice(conn, group, now)
    fresh = insert(alerts)
    put = fresh.on_conflict_do_update(
        index_elements=["case_id", "about_id", "rung", "occurrence", "destination"],
        set_={"notice_id": notice_id, "state": "planned", "reason": "", "due_at": fresh.excluded.due_at},
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
    """Keep what was slept through, so that it can be seen that nobody heard it."""
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


async def claim(
    conn: AsyncConnection, now: datetime, limit: int, lease: timedelta, under_way: Collection[int] = ()
) -> list[Notice]:
    """Take notices that wait, oldest first, and those whose claim outlived its lease, but for those still `under_way` here.

    Refused ones wait too, for the hour at which they are tried again. Compare and set: of many claimants one gets each.
    """
    waiting = or_(
        notices.c.state.in_(("pending", "undeliverable")) & (notices.c.not_before <= now),
        (notices.c.state == "claimed") & (notices.c.lease_until <= now),
    ) & notices.c.id.not_in(under_way)
    chosen = select(notices.c.id).where(waiting).order_by(notices.c.due_at, notices.c.id).limit(limit)
    take = (
        update(notices)
        .where(notices.c.id.in_(chosen), waiting)
        .values(
            state="claimed",
            claim=secrets.token_hex(8),
            lease_until=now + lease,
            attempts=notices.c.attempts + 1,
        )
        .returning(*_columns())
    )
    found = [Notice(**row) for row in (await conn.execute(take)).mappings()]
    return sorted(found, key=lambda notice: (notice.due_at, notice.id))


async def lines(conn: AsyncConnection, notice_id: int) -> list[Line]:
    columns = (alerts.c.id, alerts.c.case_id, alerts.c.about_id, alerts.c.rung, alerts.c.occurrence, alerts.c.state)
    query = select(*columns).where(alerts.c.notice_id == notice_id).order_by(alerts.c.id)
    return [Line(**row) for row in (await conn.execute(query)).mappings()]


async def with_token(conn: AsyncConnection, server_id: int, token: str) -> Notice | None:
    """The notice a button belongs to; None for another server's."""
    query = select(*_columns()).where(notices.c.token == token, notices.c.server_id == server_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return Notice(**row) if row else None


async def drop_lines(conn: AsyncConnection, dropped: Iterable[tuple[int, str]]) -> None:
    """Supersede alerts that are no longer true, each with the reason."""
    for line_id, reason in dropped:
        await conn.execute(update(alerts).where(alerts.c.id == line_id).values(state="superseded", reason=reason))


async def sent(conn: AsyncConnection, notice: Notice, message_id: int, now: datetime) -> None:
    """The receipt: message, time, lateness in whole seconds."""
    late_by = max(0, int((now - notice.due_at).total_seconds()))
    await _settle(conn, notice, state="sent", message_id=message_id, sent_at=now, late_by=late_by)


async def superseded(conn: AsyncConnection, notice: Notice, reason: str) -> None:
    await _settle(conn, notice, state="superseded", reason=reason)


async def retry(conn: AsyncConnection, notice: Notice, at: datetime, reason: str, maybe_sent: bool) -> None:
    """Put it back for a later attempt; `maybe_sent` where the answer was lost and Discord may have posted it."""
    await _settle(conn, notice, state="pending", not_before=at, reason=reason, maybe_sent=maybe_sent)


async def undeliverable(conn: AsyncConnection, notice: Notice, now: datetime, reason: str, maybe_sent: bool) -> None:
    """Kept and marked: a person has to mend something first. Tried again in an hour, at once where the channel was changed.

    `maybe_sent`: an earlier attempt may have posted it, and nobody could look.
    """
    again = now + REFUSED_WAIT
    if not await _settle(conn, notice, state="undeliverable", reason=reason, not_before=again, maybe_sent=maybe_sent):
        return
    current = (await conn.execute(select(servers.c.channel_id).where(servers.c.id == notice.server_id))).scalar()
    if current is not None and current != notice.channel_id:
        await _move(conn, notice.id, current, now)


async def redirect(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
    """Send what still waits, or was refused, to the channel that was set now; at once, whatever it was waiting for.

    What may stand in the old channel already stays with it, to be looked for there.
    """
    waiting = select(notices.c.id, notices.c.channel_id).where(
        notices.c.server_id == server_id,
        or_((notices.c.state == "pending") & ~notices.c.maybe_sent, notices.c.state == "undeliverable"),
    )
    for row in (await conn.execute(waiting.order_by(notices.c.id))).all():
        if row.channel_id == channel_id:
            again = update(notices).where(notices.c.id == row.id)
            await conn.execute(again.values(state="pending", not_before=now))
        else:
            await _move(conn, row.id, channel_id, now)


async def _move(conn: AsyncConnection, notice_id: int, channel_id: int, now: datetime) -> None:
    """Give a notice another channel, under a part number that is free there."""
    mine, there = notices.alias(), notices.alias()
    same = [mine.c[name] == there.c[name] for name in ("server_id", "letter_id", "rung", "occurrence", "due_at")]
    highest = (
        select(func.coalesce(func.max(there.c.part), -1) + 1)
        .select_from(mine.join(there, and_(*same)))
        .where(mine.c.id == notice_id, there.c.channel_id == channel_id)
    )
    part = (await conn.execute(highest)).scalar_one()
    moved = update(notices).where(notices.c.id == notice_id)
    await conn.execute(
        moved.values(state="pending", channel_id=channel_id, part=part, not_before=now, maybe_sent=False, attempts=0)
    )


async def refused(conn: AsyncConnection, server_id: int) -> list[tuple[int, str]]:
    """(channel, reason) of each notice of a server that Discord refuses until somebody mends something."""
    query = select(notices.c.channel_id, notices.c.reason).where(
        notices.c.server_id == server_id, notices.c.state == "undeliverable"
    )
    return [(row.channel_id, row.reason) for row in await conn.execute(query.order_by(notices.c.id))]


async def hold(conn: AsyncConnection, notice: Notice, now: datetime, lease: timedelta) -> bool:
    """Renew the lease just before sending; False where the claim was lost to another, who will send it."""
    mine = (notices.c.id == notice.id) & (notices.c.claim == notice.claim)
    kept = await conn.execute(update(notices).where(mine).values(lease_until=now + lease, maybe_sent=True))
    return kept.rowcount == 1


async def next_attempt(conn: AsyncConnection) -> datetime | None:
    """When the earliest waiting notice may be tried."""
    query = select(func.min(notices.c.not_before)).where(notices.c.state == "pending")
    found: datetime | None = (await conn.execute(query)).scalar()
    return found


async def beat(conn: AsyncConnection, now: datetime) -> None:
    put = insert(heartbeat).values(id=1, ticked_at=now)
    await conn.execute(put.on_conflict_do_update(index_elements=["id"], set_={"ticked_at": now}))


async def last_beat(conn: AsyncConnection) -> datetime | None:
    found: datetime | None = (await conn.execute(select(heartbeat.c.ticked_at))).scalar()
    return found


async def _open_notice(conn: AsyncConnection, group: Group, now: datetime) -> int:
    """The id of the pending notice of that group: the one that stands, or a new part where the last one may have gone out."""
    same = (
        (notices.c.server_id == group.server_id)
        & (notices.c.channel_id == group.channel_id)
        & (notices.c.letter_id == group.letter_id)
        & (notices.c.rung == group.rung)
        & (notices.c.occurrence == group.occurrence)
        & (notices.c.due_at == group.due_at)
    )
    found = (
        await conn.execute(
            select(notices.c.id, notices.c.state, notices.c.maybe_sent, notices.c.part).where(same).order_by(notices.c.part)
        )
    ).all()
    if found and found[-1].state == "pending" and not found[-1].maybe_sent:
        return int(found[-1].id)
    new = notices.insert().values(
        token=secrets.token_hex(10),
        server_id=group.server_id,
        channel_id=group.channel_id,
        letter_id=group.letter_id,
        rung=group.rung,
        occurrence=group.occurrence,
        due_at=group.due_at,
        not_before=now,
        part=found[-1].part + 1 if found else 0,
    )
    return int((await conn.execute(new.returning(notices.c.id))).scalar_one())


async def _settle(conn: AsyncConnection, notice: Notice, **values: object) -> bool:
    """Change a notice that this claim holds: whether it did; a claim that was lost to another changes nothing."""
    mine = (notices.c.id == notice.id) & (notices.c.claim == notice.claim)
    settled = await conn.execute(update(notices).where(mine).values(claim=None, lease_until=None, **values))
    return settled.rowcount == 1


def _columns() -> list[Column[Any]]:
    return [notices.c[name] for name in Notice.__dataclass_fields__]
