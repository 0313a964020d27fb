"""Notices that are sent: claimed with a lease, posted, settled once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import by_index
from bot.store.notices import Notice, columns
from bot.store.tables import alerts, notices, servers

UNSETTLED = ("pending", "undeliverable", "claimed")
REFUSED_WAIT = timedelta(hours=1)  # before a notice that Discord refused is tried again


async def claim(
    conn: AsyncConnection, now: datetime, limit: int, lease: timedelta, under_way: Collection[int] = ()
) -> list[Notice]:
    """Claim waiting notices, oldest first, and those whose lease has run out, without those still `under_way` in this process.

    Refused notices wait too, for the hour at which they are tried again. Compare and set: of several claimants one gets each.
    """
    until = case((notices.c.state == "claimed", notices.c.lease_until), else_=notices.c.not_before)
    waiting = notices.c.state.in_(UNSETTLED) & (until <= now) & notices.c.id.not_in(under_way)
    oldest = select(notices.c.id).where(waiting).order_by(notices.c.due_at, notices.c.id).limit(limit)
    chosen = oldest.with_hint(notices, by_index("ix_notices_waiting"), "sqlite")
    take = (
        update(notices)
        .with_hint(by_index("ix_notices_waiting"), dialect_name="sqlite")
        .where(notices.c.id.in_(chosen), waiting)
        .values(
            state="claimed",
            claim=secrets.token_hex(8),
            lease_until=now + lease,
            attempts=notices.c.attempts + 1,
        )
        .returning(*columns())
    )
    claimed = [Notice(**row) for row in (await conn.execute(take)).mappings()]
    return sorted(claimed, key=lambda notice: (notice.due_at, notice.id))


async def drop_lines(conn: AsyncConnection, dropped: Iterable[tuple[int, str]]) -> None:
    """Supersede alerts that are no longer true, each with the reason."""
    rows = [{"line": line_id, "why": reason} for line_id, reason in dropped]
    if rows:
        change = update(alerts).where(alerts.c.id == bindparam("line"))
        await conn.execute(change.values(state="superseded", reason=bindparam("why")), rows)


async def sent(conn: AsyncConnection, notice: Notice, message_id: int, now: datetime) -> None:
    """The receipt: message, time, lateness in whole seconds."""
    late_by = max(0, int((now - notice.due_at).total_seconds()))
    await _settle(conn, notice, state="sent", message_id=message_id, sent_at=now, late_by=late_by)


async def superseded(conn: AsyncConnection, notice: Notice, reason: str) -> None:
    await _settle(conn, notice, state="superseded", reason=reason)


async def retry(conn: AsyncConnection, notice: Notice, at: datetime, reason: str, maybe_sent: bool) -> None:
    """Put it back for a later attempt. `maybe_sent`: the answer was lost, so Discord may have posted it."""
    await _settle(conn, notice, state="pending", not_before=at, reason=reason, maybe_sent=maybe_sent)


async def undeliverable(conn: AsyncConnection, notice: Notice, now: datetime, reason: str, maybe_sent: bool) -> None:
    """Mark a notice that Discord refuses until a person corrects something.

    It is tried again in an hour, or at once where the channel was changed meanwhile. `maybe_sent`: an earlier attempt may have
    posted it, and the bot could not look.
    """
    again = now + REFUSED_WAIT
    if not await _settle(conn, notice, state="undeliverable", reason=reason, not_before=again, maybe_sent=maybe_sent):
        return
    current = (await conn.execute(select(servers.c.channel_id).where(servers.c.id == notice.server_id))).scalar()
    if current is not None and current != notice.channel_id:
        await _move(conn, notice.id, current, now)


async def redirect(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
    """Send what waits, or was refused, to the channel that was set now; at once, whatever it was waiting for.

    What may have been posted in the old channel stays with it, to be looked for there.
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
    this, there = notices.alias(), notices.alias()
    same = [this.c[name] == there.c[name] for name in ("server_id", "rung", "occurrence", "due_at")]
    same.append(this.c.letter_id.is_not_distinct_from(there.c.letter_id))
    highest = (
        select(func.coalesce(func.max(there.c.part), -1) + 1)
        .select_from(this.join(there, and_(*same)))
        .where(this.c.id == notice_id, there.c.channel_id == channel_id)
    )
    part = (await conn.execute(highest)).scalar_one()
    moved = update(notices).where(notices.c.id == notice_id)
    await conn.execute(
        moved.values(state="pending", channel_id=channel_id, part=part, not_before=now, maybe_sent=False, attempts=0)
    )


async def refused(conn: AsyncConnection, server_id: int) -> list[tuple[int, str]]:
    """(channel, reason) of each notice of a server that Discord refuses until a person corrects something."""
    query = select(notices.c.channel_id, notices.c.reason).where(
        notices.c.server_id == server_id, notices.c.state == "undeliverable"
    )
    return [(row.channel_id, row.reason) for row in await conn.execute(query.order_by(notices.c.id))]


async def hold(conn: AsyncConnection, notice: Notice, now: datetime, lease: timedelta) -> bool:
    """Renew the lease just before sending; False if another has the claim now, and will send it."""
    claimed = (notices.c.id == notice.id) & (notices.c.claim == notice.claim)
    renewed = await conn.execute(update(notices).where(claimed).values(lease_until=now + lease, maybe_sent=True))
    return renewed.rowcount == 1


async def next_attempt(conn: AsyncConnection) -> datetime | None:
    """When the earliest waiting notice may be tried."""
    query = select(func.min(notices.c.not_before)).where(notices.c.state == "pending")
    query = query.with_hint(notices, by_index("ix_notices_waiting"), "sqlite")
    earliest: datetime | None = (await conn.execute(query)).scalar()
    return earliest


async def _settle(conn: AsyncConnection, notice: Notice, **values: object) -> bool:
    """Change a notice that this claim still holds; False, and no change, where another has it now."""
    claimed = (notices.c.id == notice.id) & (notices.c.claim == notice.claim)
    settled = await conn.execute(update(notices).where(claimed).values(claim=None, lease_until=None, **values))
    return settled.rowcount == 1
