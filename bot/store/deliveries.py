"""Notices that are sent, in rounds: woken when their time has come, claimed with a lease, posted, settled once.

Each statement is made once and serves all notices of a round. It reads those, and neither what waits in other channels, nor
what sleeps until later, nor what was ever sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.posting import LONGEST_QUIET
from bot.store.database import by_index
from bot.store.delivery_results import REFUSED_WAIT, DeliveryResult
from bot.store.notices import LONGEST_HOLD, Notice, columns, notices_in
from bot.store.redirects import FALL_BACK, FOLLOW
from bot.store.tables import IS_UNSETTLED, UNSETTLED_STATES, UtcDateTime, notices

MOST = 12  # notices, and channels, of one claim
WOKEN_AT_ONCE = 1_000
#: None is ever put to sleep for longer, unless by a clock that was wrong: by its state; a claim is for its lease.
LONGEST_SLEEP = {"pending": LONGEST_HOLD, "undeliverable": REFUSED_WAIT}
#: News waits until it is due: until the end of a quiet time.
LONGEST_WAIT = timedelta(days=LONGEST_QUIET)
CLOCKS_MOVE = timedelta(seconds=5)  # what keeps a clock right may set it back a little, which ends no lease early
_ASLEEP = ~notices.c.ready & IS_UNSETTLED
_NOW = bindparam("now", type_=UtcDateTime)
_UNTIL = bindparam("until", type_=UtcDateTime)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_OF_ID = bindparam("of_id", type_=BigInteger)
_CLAIM_TOKEN = bindparam("of_claim", type_=String)
_CLAIM_OF = select(notices.c.claim).where(notices.c.id == _OF_ID)


_SLEEPING = select(notices.c.id).where(_ASLEEP).with_hint(notices, by_index("ix_notices_asleep"), "sqlite")
_SLEEP_NO_LONGER = (
    _SLEEPING.where(notices.c.not_before <= _NOW),
    *(  # put to sleep before the clock was set back
        _SLEEPING.where(
            notices.c.state == literal,
            notices.c.not_before > bindparam(f"far_{state}", type_=UtcDateTime),
            (notices.c.not_before != notices.c.due_at) | (notices.c.not_before > bindparam("far_news", type_=UtcDateTime)),
        )
        for state, literal in UNSETTLED_STATES.items()
    ),
)
_READY = select(notices.c.id).where(notices.c.ready, notices.c.channel_id >= 0)
_WAITS = select(
    or_(
        _READY.with_hint(notices, by_index("ix_notices_ready"), "sqlite").exists(),
        *(sleep_no_longer.exists() for sleep_no_longer in _SLEEP_NO_LONGER),
    )
)


def overdue(leases: Mapping[int, datetime], now: datetime, lease: timedelta) -> list[int]:
    """Ids of notices whose leases are over, or end later than they can. `leases`: when each ends."""
    return [notice_id for notice_id, end in leases.items() if not now < end <= now + lease + CLOCKS_MOVE]


def _longest(now: datetime, lease: timedelta) -> dict[str, datetime]:
    """The latest moment until which a notice may sleep, by its state."""
    far = {f"far_{state}": now + longest + CLOCKS_MOVE for state, longest in LONGEST_SLEEP.items()}
    return {"now": now, "far_claimed": now + lease + CLOCKS_MOVE, "far_news": now + LONGEST_WAIT, **far}


async def any_waits(conn: AsyncConnection, now: datetime, lease: timedelta) -> bool:
    """Whether any notice may be taken up, as far as its channel allows. `lease`: how long a claim holds."""
    return bool((await conn.execute(_WAITS, _longest(now, lease))).scalar_one())


_TO_WAKE = union_all(
    *(
        select(
            sleep_no_longer.where(notices.c.id.not_in(_IDS)).limit(WOKEN_AT_ONCE).with_for_update(skip_locked=True).subquery()
        )
        for sleep_no_longer in _SLEEP_NO_LONGER
    )
)
_WAKE = update(notices).where(notices.c.id == _OF_ID).values(ready=True)


async def wake(conn: AsyncConnection, now: datetime, lease: timedelta, but: Collection[int] = ()) -> None:
    """Make ready what waited for a moment that has come: the end of a dead worker's lease, the hour of one that was refused.

    So is what waits for longer than it possibly can: a clock that was ahead put it to sleep. `lease`: how long a claim holds.
    `but`: ids of notices that this process is still sending, although their leases have run out.
    """
    values = {**_longest(now, lease), "ids": list(but)}
    if woken := (await conn.execute(_TO_WAKE, values)).scalars().all():
        await conn.execute(_WAKE, [{"of_id": notice_id} for notice_id in woken])


_LATER = select(notices.c.id, notices.c.not_before).where(_ASLEEP, notices.c.not_before > _NOW)
_LATER = _LATER.with_hint(notices, by_index("ix_notices_asleep"), "sqlite")
_SLEEP_UNTIL = update(notices).where(notices.c.id == _OF_ID, _ASLEEP).values(not_before=_UNTIL)


async def bring_forward(conn: AsyncConnection, now: datetime, by: timedelta, but: Collection[int]) -> None:
    """After the clock was set back by so much, let nothing sleep longer for it. `but`: ids that this process is sending."""
    rows = [
        {"of_id": notice_id, "until": not_before - by}
        for notice_id, not_before in await conn.execute(_LATER, {"now": now})
        if notice_id not in but
    ]
    if rows:
        await conn.execute(_SLEEP_UNTIL, rows)


_RETRY = (
    update(notices)
    .with_hint(by_index("ix_notices_asleep"), dialect_name="sqlite")
    .where(_ASLEEP, notices.c.state == UNSETTLED_STATES["pending"], notices.c.not_before > _NOW, notices.c.attempts > 0)
    .values(not_before=_NOW)
)


async def retry_now(conn: AsyncConnection, now: datetime) -> None:
    """Let nothing wait that only failed. What is claimed, refused or held back goes on waiting."""
    await conn.execute(_RETRY, {"now": now})


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

    What was refused, or not posted, while the server's channel was changed follows to the new one. What the channel refuses
    goes to the server's fallback, if there is one.
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
        await conn.execute(FOLLOW, [{"of_id": notice_id, "now": now} for notice_id in left])
    if refused_there := [result.notice.id for result in results if result.falls_back]:
        await conn.execute(FALL_BACK, [{"of_id": notice_id, "now": now} for notice_id in refused_there])


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


async def oldest_due(conn: AsyncConnection) -> datetime | None:
    """When the oldest notice was due that is to be sent, and waits for no person."""
    of_ready = select(func.min(notices.c.due_at)).where(notices.c.ready, notices.c.channel_id >= 0)
    of_asleep = select(func.min(notices.c.due_at)).where(_ASLEEP, notices.c.state != UNSETTLED_STATES["undeliverable"])
    earliest = union_all(
        of_ready.with_hint(notices, by_index("ix_notices_ready"), "sqlite"),
        of_asleep.with_hint(notices, by_index("ix_notices_asleep"), "sqlite"),
    )
    moments = (await conn.execute(earliest)).scalars()
    return min((moment for moment in moments if moment), default=None)
