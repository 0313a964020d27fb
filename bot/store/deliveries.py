"""Notices that are sent, in rounds: woken when their time has come, claimed with a lease, posted, settled once.

Each statement is made once and serves all notices of a round. It reads those, and neither what waits in other channels, nor
what sleeps until later, nor what was ever sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import batches, by_index
from bot.store.delivery_results import DeliveryResult
from bot.store.notices import Notice, columns, notices_in
from bot.store.tables import UtcDateTime, alerts, notices, servers

MOST = 12  # notices, and channels, of one claim
WOKEN_AT_ONCE = 1_000
LONGEST_SLEEP = timedelta(hours=2)  # none is ever put to sleep for longer, unless by a clock that was wrong
_UNSETTLED = [literal_column(f"'{state}'", String) for state in ("claimed", "pending", "undeliverable")]  # as in the index
_IS_UNSETTLED = notices.c.state.in_(_UNSETTLED)
_ASLEEP = ~notices.c.ready & _IS_UNSETTLED
_NOW = bindparam("now", type_=UtcDateTime)
_UNTIL = bindparam("until", type_=UtcDateTime)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_OF_ID = bindparam("of_id", type_=BigInteger)
_CLAIM_TOKEN = bindparam("of_claim", type_=String)
#: As `DeliveryResult.follows`.
_FOLLOWS = ~notices.c.restored & or_(notices.c.state == "undeliverable", (notices.c.state == "pending") & ~notices.c.maybe_sent)
#: More lines of its letter are to come (`notices.release`).
_IS_HELD = ~notices.c.ready & (notices.c.state == "pending") & (notices.c.attempts == 0)
_CLAIM_OF = select(notices.c.claim).where(notices.c.id == _OF_ID)


_SLEEPING = select(notices.c.id).where(_ASLEEP).with_hint(notices, by_index("ix_notices_asleep"), "sqlite")
_SLEEP_NO_LONGER = (
    _SLEEPING.where(notices.c.not_before <= _NOW),
    _SLEEPING.where(notices.c.not_before > bindparam("far", type_=UtcDateTime)),  # put to sleep before the clock was set back
)
_READY = select(notices.c.id).where(notices.c.ready, notices.c.channel_id >= 0)
_WAITS = select(
    or_(
        _READY.with_hint(notices, by_index("ix_notices_ready"), "sqlite").exists(),
        *(sleep_no_longer.exists() for sleep_no_longer in _SLEEP_NO_LONGER),
    )
)


async def any_waits(conn: AsyncConnection, now: datetime) -> bool:
    """Whether any notice may be taken up, as far as its channel allows."""
    return bool((await conn.execute(_WAITS, {"now": now, "far": now + LONGEST_SLEEP})).scalar_one())


_TO_WAKE = union_all(
    *(
        select(
            sleep_no_longer.where(notices.c.id.not_in(_IDS)).limit(WOKEN_AT_ONCE).with_for_update(skip_locked=True).subquery()
        )
        for sleep_no_longer in _SLEEP_NO_LONGER
    )
)
_WAKE = update(notices).where(notices.c.id == _OF_ID).values(ready=True)


async def wake(conn: AsyncConnection, now: datetime, but: Collection[int] = ()) -> None:
    """Make ready what waited for a moment that has come: the end of a dead worker's lease, the hour of one that was refused.

    `but`: ids of notices that this process is still sending, although their leases have run out.
    """
    values = {"now": now, "far": now + LONGEST_SLEEP, "ids": list(but)}
    if woken := (await conn.execute(_TO_WAKE, values)).scalars().all():
        await conn.execute(_WAKE, [{"of_id": notice_id} for notice_id in woken])


def _first_channel(after: ColumnElement[int]) -> ColumnElement[int]:
    first = select(notices.c.channel_id).where(notices.c.ready, notices.c.channel_id > after).order_by(notices.c.channel_id)
    return first.limit(1).with_hint(notices, by_index("ix_notices_ready"), "sqlite").scalar_subquery()


def _in_turn(after: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(_first_channel(after), _first_channel(literal_column("-1", Integer)))


# One search of the index for each channel, however many notices wait there. UNION leaves out a channel that was met already,
# which ends the walk once it has come round.
_AROUND = select(_in_turn(bindparam("after", type_=BigInteger)).label("channel_id")).cte("around", recursive=True)
_AROUND = _AROUND.union(select(_in_turn(_AROUND.c.channel_id)).where(_AROUND.c.channel_id.is_not(None)))
_CHANNELS = select(_AROUND.c.channel_id).where(_AROUND.c.channel_id.is_not(None)).limit(bindparam("most", type_=Integer))


async def channels(conn: AsyncConnection, after: int, most: int) -> list[int]:
    """Channels in which notices are ready, in turn: those that follow the channel `after`, then from the first one on."""
    return list((await conn.execute(_CHANNELS, {"after": after, "most": most})).scalars())


def _oldest_of(number: int) -> Select[Any]:
    """The oldest ready notices of one channel."""
    of_channel = select(*columns()).where(
        notices.c.ready, notices.c.channel_id == bindparam(f"channel_{number}", type_=BigInteger)
    )
    oldest = of_channel.order_by(notices.c.due_at, notices.c.id).limit(bindparam(f"room_{number}", type_=Integer))
    oldest = oldest.with_hint(notices, by_index("ix_notices_ready"), "sqlite").with_for_update(skip_locked=True)
    return select(oldest.subquery())


_OLDEST = union_all(*(_oldest_of(number) for number in range(MOST)))
_NO_CHANNEL = {f"channel_{number}": -1 for number in range(MOST)} | {f"room_{number}": 0 for number in range(MOST)}
_CLAIM = (
    update(notices)
    .where(notices.c.id == _OF_ID, notices.c.ready)
    .values(
        state="claimed",
        ready=False,
        maybe_sent=True,
        claim=_CLAIM_TOKEN,
        not_before=_UNTIL,
        attempts=notices.c.attempts + 1,
        posted_from=func.coalesce(notices.c.posted_from, bindparam("from_now", type_=UtcDateTime)),
    )
)

#: Its row is damaged, so that nothing can be decided about it until somebody has repaired it.
_SET_ASIDE = (
    update(notices).where(notices.c.id == _OF_ID).values(state="set aside", ready=False, reason="its row cannot be read")
)


async def claim(
    conn: AsyncConnection, rooms: Sequence[tuple[int, int]], until: datetime, posted_from: datetime
) -> list[Notice]:
    """Claim the oldest ready notices of at most MOST channels, as many of each as there is room for: (channel, room) pairs.

    Compare and set: of several claimants one gets each. The first of each channel come first. Those that cannot be read are set
    aside. Each is marked as perhaps sent, from `posted_from` on; `maybe_sent` of what this gives is what it was before.
    """
    values: dict[str, object] = dict(_NO_CHANNEL)
    for number, (channel_id, room) in enumerate(rooms):
        values |= {f"channel_{number}": channel_id, f"room_{number}": room}
    token = secrets.token_hex(8)
    rows = (await conn.execute(_OLDEST, values)).all()
    chosen = [replace(notice, state="claimed", claim=token, attempts=notice.attempts + 1) for notice in notices_in(conn, rows)]
    if len(chosen) < len(rows):
        whole = {notice.id for notice in chosen}
        await conn.execute(_SET_ASIDE, [{"of_id": row[0]} for row in rows if row[0] not in whole])
    claimed = await _changed(conn, _CLAIM, chosen, until, from_now=posted_from)
    claimed.sort(key=lambda notice: (notice.due_at, notice.id))
    by_channel = ([notice for notice in claimed if notice.channel_id == channel_id] for channel_id, _ in rooms)
    return [notice for rank in zip_longest(*by_channel) for notice in rank if notice]


_HOLD = (
    update(notices)
    .where(notices.c.id == _OF_ID, notices.c.claim == _CLAIM_TOKEN)
    .values(ready=False, maybe_sent=True, not_before=_UNTIL)
)


async def hold(conn: AsyncConnection, claimed: Sequence[Notice], until: datetime) -> list[Notice]:
    """Renew the leases of what was claimed earlier, just before sending: those of these notices whose claims still hold. Of the
    others another has taken over each, and will send it.
    """
    return await _changed(conn, _HOLD, claimed, until)


async def _changed(
    conn: AsyncConnection, change: Update, claimed: Sequence[Notice], until: datetime, **more: object
) -> list[Notice]:
    """Those of these notices that the statement has changed, since their claims hold.

    One by one, by their ids: told to change those of a list, SQLite reads the whole table if it was small when ANALYZE was run.
    """
    if not claimed:
        return []
    rows = [{"of_id": notice.id, "of_claim": notice.claim, "until": until, **more} for notice in claimed]
    if (await conn.execute(change, rows)).rowcount == len(claimed):
        return list(claimed)
    return [notice for notice in claimed if (await conn.execute(_CLAIM_OF, {"of_id": notice.id})).scalar() == notice.claim]


_OF_LINE = update(alerts).where(alerts.c.id == bindparam("line"))
_OF_NOTICE = {
    name: select(notices.c[name]).where(notices.c.id == alerts.c.notice_id).correlate(alerts).scalar_subquery()
    for name in ("server_id", "letter_id")
}
_DROP_LINES = _OF_LINE.values(state="superseded", reason=bindparam("why", type_=String), **_OF_NOTICE)
_SET_LINES_ASIDE = _OF_LINE.values(state="set aside", reason=bindparam("why", type_=String))


async def drop_lines(conn: AsyncConnection, dropped: Iterable[tuple[int, str]]) -> None:
    """Supersede alerts that are no longer true, each with the reason."""
    for some in batches(list(dropped)):
        await conn.execute(_DROP_LINES, [{"line": line_id, "why": reason} for line_id, reason in some])


async def set_lines_aside(conn: AsyncConnection, unread: Iterable[tuple[int, str]]) -> None:
    """Leave alerts out whose cases cannot be read, until they can (`set_aside.look_again`)."""
    for some in batches(list(unread)):
        await conn.execute(_SET_LINES_ASIDE, [{"line": line_id, "why": reason} for line_id, reason in some])


_WRITTEN = {"state": String, "not_before": UtcDateTime, "maybe_sent": Boolean, "ready": Boolean}
_RECEIPT = {"message_id": BigInteger, "sent_at": UtcDateTime, "late_by": Integer}
_SETTLE = (
    update(notices)
    .where(notices.c.id == _OF_ID, notices.c.claim == _CLAIM_TOKEN)
    .values(
        claim=None,
        reason=func.coalesce(bindparam("why", type_=String), notices.c.reason),
        **{name: bindparam(f"to_{name}", type_=type_) for name, type_ in (_WRITTEN | _RECEIPT).items()},
    )
)


async def settle(conn: AsyncConnection, results: Sequence[DeliveryResult], now: datetime) -> None:
    """Write what became of notices whose claims still hold; nothing changes of those that another has now.

    What was refused, or not posted, while the server's channel was changed follows to the new one.
    """
    if not results:
        return
    rows = [
        {
            "of_id": result.notice.id,
            "of_claim": result.notice.claim,
            "why": result.reason,
            **{f"to_{name}": getattr(result, name) for name in _WRITTEN | _RECEIPT},
        }
        for result in results
    ]
    await conn.execute(_SETTLE, rows)
    if left := [result.notice.id for result in results if result.follows]:
        await conn.execute(_FOLLOW, [{"of_id": notice_id, "now": now} for notice_id in left])


def _unsettled(server_id: int, *of_notice: Column[Any]) -> Select[Any]:
    """Notices of a server that are still to be sent; not one of all that were."""
    query = select(*of_notice).where(notices.c.server_id == server_id, _IS_UNSETTLED)
    return query.with_hint(notices, by_index("ix_notices_unsettled"), "sqlite")


async def redirect(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
    """Send what waits, or was refused, to the channel that was set now; at once, whatever it was waiting for.

    What may have been posted in the old channel stays with it, to be looked for there.
    """
    waiting = _unsettled(server_id, notices.c.id, notices.c.channel_id).where(_FOLLOWS)
    moved: list[int] = []
    same: list[int] = []
    for notice_id, in_channel in await conn.execute(waiting.order_by(notices.c.id)):
        (same if in_channel == channel_id else moved).append(notice_id)
    for batch in batches(same):
        again = update(notices).where(notices.c.id.in_(batch))
        await conn.execute(again.where(~_IS_HELD).values(state="pending", not_before=now, ready=True))
    if moved:
        await conn.execute(_MOVE, [{"of_id": notice_id, "to_channel": channel_id, "now": now} for notice_id in moved])


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
        )
    )


_OF_SERVER = select(servers.c.channel_id).where(servers.c.id == notices.c.server_id).correlate(notices).scalar_subquery()
_MOVE = _moved_to(bindparam("to_channel", type_=BigInteger))
#: To where the alerts of the server go now, if that is another channel.
_FOLLOW = _moved_to(_OF_SERVER).where(_FOLLOWS, notices.c.channel_id != _OF_SERVER)


async def refused(conn: AsyncConnection, server_id: int) -> list[tuple[int, str]]:
    """(channel, reason) of each notice of a server that Discord refuses until a person corrects something."""
    query = _unsettled(server_id, notices.c.channel_id, notices.c.reason).where(notices.c.state == "undeliverable")
    return [(row.channel_id, row.reason) for row in await conn.execute(query.order_by(notices.c.id))]


async def next_attempt(conn: AsyncConnection) -> datetime | None:
    """When the earliest waiting notice may be tried."""
    of_ready = select(notices.c.not_before).where(notices.c.ready, notices.c.channel_id >= 0).limit(1)
    asleep = select(func.min(notices.c.not_before)).where(_ASLEEP, notices.c.state == "pending")
    earliest = func.coalesce(
        of_ready.with_hint(notices, by_index("ix_notices_ready"), "sqlite").scalar_subquery(),
        asleep.with_hint(notices, by_index("ix_notices_asleep"), "sqlite").scalar_subquery(),
    )
    moment: datetime | None = (await conn.execute(select(earliest))).scalar()
    return moment
