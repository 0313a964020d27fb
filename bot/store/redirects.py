"""To which of a server's channels a notice goes that waits, or that Discord has refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import event_loop
from bot.store.database import batches, by_index
from bot.store.tables import IS_UNSETTLED, UtcDateTime, notices, servers

SLICE = 500  # notices that are moved at once: the event loop stands still for some milliseconds
_NOW = bindparam("now", type_=UtcDateTime)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_OF_ID = bindparam("of_id", type_=BigInteger)
#: As `DeliveryResult.follows`.
_FOLLOWS = ~notices.c.restored & or_(notices.c.state == "undeliverable", (notices.c.state == "pending") & ~notices.c.maybe_sent)
#: More lines are to come (`planning.release`).
_IS_HELD = ~notices.c.ready & (notices.c.state == "pending") & (notices.c.attempts == 0)


def _unsettled(server_id: int, *of_notice: Column[Any]) -> Select[Any]:
    """Notices of a server that are still to be sent; not one of all that were."""
    query = select(*of_notice).where(notices.c.server_id == server_id, IS_UNSETTLED)
    return query.with_hint(notices, by_index("ix_notices_unsettled"), "sqlite")


async def redirect(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
    """Send what waits, or was refused, to the channel that was set now; at once, whatever it was waiting for.

    What may have been posted in the old channel stays with it, to be looked for there. A rung's own channel stays.
    """
    waiting = _unsettled(server_id, notices.c.id, notices.c.channel_id).where(_FOLLOWS, ~notices.c.own_channel)
    moved: list[int] = []
    same: list[int] = []
    for notice_id, in_channel in await conn.execute(waiting.order_by(notices.c.id)):
        (same if in_channel == channel_id else moved).append(notice_id)
    await _again(conn, same, now)
    for some in batches(moved, SLICE):
        await conn.execute(_MOVE, [{"of_id": notice_id, "to_channel": channel_id, "now": now} for notice_id in some])
        await event_loop.go_on()


def _moved_to(channel_id: ColumnElement[int]) -> Update:
    """Give a notice another channel, under a part number that is free there."""
    there = notices.alias("there")
    same = [there.c[name] == notices.c[name] for name in ("server_id", "rung", "occurrence", "due_at")]
    same.append(there.c.letter_id.is_not_distinct_from(notices.c.letter_id))
    free = select(func.coalesce(func.max(there.c.part), -1) + 1).where(*same, there.c.channel_id == channel_id)
    return (
        update(notices)
        .where(notices.c.id == _OF_ID)
        .values(
            state="pending",
            ready=~_IS_HELD,
            not_before=case((_IS_HELD, notices.c.not_before), else_=_NOW),
            channel_id=channel_id,
            part=free.correlate(notices).scalar_subquery(),
            maybe_sent=False,
            attempts=0,
            own_channel=false(),
        )
    )


def _of_server(column: Column[Any]) -> Any:
    return select(column).where(servers.c.id == notices.c.server_id).correlate(notices).scalar_subquery()


_MAIN, _FALLBACK = _of_server(servers.c.channel_id), _of_server(servers.c.fallback_channel_id)
_MOVE = _moved_to(bindparam("to_channel", type_=BigInteger))
#: To where the alerts of the server go now, if it is in neither of its channels.
FOLLOW = _moved_to(_MAIN).where(
    _FOLLOWS, ~notices.c.own_channel, notices.c.channel_id != _MAIN, notices.c.channel_id != func.coalesce(_FALLBACK, -1)
)
#: What a rung's own channel refuses goes to the server's, if there is no fallback.
FALL_BACK = _moved_to(func.coalesce(_FALLBACK, _MAIN)).where(
    ~notices.c.restored,
    notices.c.state == "undeliverable",
    or_(
        and_(notices.c.channel_id == _MAIN, _FALLBACK.is_not(None), _FALLBACK != _MAIN),
        and_(notices.c.own_channel, func.coalesce(_FALLBACK, _MAIN) != notices.c.channel_id),
    ),
)


async def send_refused(
    conn: AsyncConnection, server_id: int, to: int, gone: Collection[int], now: datetime, after: int = 0
) -> list[int]:
    """Have posted at once what Discord refused, now that the channel `to` takes posts: the ids of the notices, at most SLICE.
    Only those that follow the id `after`.

    What may have been posted in another channel by an earlier attempt, or before a restore, stays there, to be looked for. What
    an attempt may have posted goes along if that channel is among those `gone`. What has a rung's own channel is tried there.
    """
    columns = (notices.c[name] for name in ("id", "channel_id", "maybe_sent", "restored", "own_channel"))
    waiting = _unsettled(server_id, *columns)
    waiting = waiting.where(notices.c.state == "undeliverable", notices.c.id > after).order_by(notices.c.id).limit(SLICE)
    rows = (await conn.execute(waiting)).all()
    doubtful = [row.id for row in rows if row.restored or (row.maybe_sent and row.channel_id not in gone)]
    stay = [*doubtful, *(row.id for row in rows if row.own_channel or row.channel_id == to)]
    await _again(conn, stay, now)
    staying = set(stay)
    if moved := [{"of_id": row.id, "to_channel": to, "now": now} for row in rows if row.id not in staying]:
        await conn.execute(_MOVE, moved)
    return [row.id for row in rows]


async def try_one(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> bool:
    """Have the oldest refused notice of a channel posted there at once; False if there is none."""
    of_channel = _unsettled(server_id, notices.c.id).where(
        notices.c.state == "undeliverable", notices.c.channel_id == channel_id
    )
    oldest = (await conn.execute(of_channel.order_by(notices.c.id).limit(1))).scalar()
    await _again(conn, [] if oldest is None else [oldest], now)
    return oldest is not None


async def _again(conn: AsyncConnection, notice_ids: Sequence[int], now: datetime) -> None:
    for batch in batches(notice_ids):
        again = update(notices).where(notices.c.id.in_(batch))
        await conn.execute(again.where(~_IS_HELD).values(state="pending", not_before=now, ready=True))


_WITH_REFUSED = (
    select(notices.c.server_id)
    .distinct()
    .where(IS_UNSETTLED, notices.c.state == "undeliverable", notices.c.server_id.in_(_IDS))
)


async def with_refused(conn: AsyncConnection, server_ids: Collection[int]) -> set[int]:
    """Those of these servers of which Discord refuses something."""
    query = _WITH_REFUSED.with_hint(notices, by_index("ix_notices_unsettled"), "sqlite")
    return set((await conn.execute(query, {"ids": list(server_ids)})).scalars())


async def any_unsettled(conn: AsyncConnection, server_id: int) -> bool:
    """Whether anything of that server is still to be sent."""
    return (await conn.execute(_unsettled(server_id, notices.c.id).limit(1))).first() is not None


async def any_tried_again(conn: AsyncConnection, server_id: int) -> bool:
    """Whether anything of that server is refused, also if it is being tried again just now."""
    again = or_(notices.c.state == "undeliverable", notices.c.attempts > 1)
    return (await conn.execute(_unsettled(server_id, notices.c.id).where(again).limit(1))).first() is not None


async def refused(conn: AsyncConnection, server_id: int) -> list[tuple[int, str]]:
    """(channel, reason) of each notice of a server that Discord refuses until a person corrects something."""
    query = _unsettled(server_id, notices.c.channel_id, notices.c.reason).where(notices.c.state == "undeliverable")
    return [(row.channel_id, row.reason) for row in await conn.execute(query.order_by(notices.c.id))]
