"""Notices that are sent, in rounds: woken when their time has come, claimed with a lease, posted, settled once.

Each statement is made once and serves all notices of a round. It reads those, and neither what waits in other channels, nor
what sleeps until later, nor what was ever sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import batches, by_index
from bot.store.notices import Notice, columns
from bot.store.tables import UtcDateTime, alerts, notices, servers

REFUSED_WAIT = timedelta(hours=1)  # before a notice that Discord refused is tried again
MOST = 12  # notices, and channels, of one claim
WOKEN_AT_ONCE = 1_000
_UNSETTLED = [literal_column(f"'{state}'", String) for state in ("claimed", "pending", "undeliverable")]  # as in the index
_ASLEEP = ~notices.c.ready & notices.c.state.in_(_UNSETTLED)
_NOW = bindparam("now", type_=UtcDateTime)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)


@dataclass(frozen=True)
class Outcome:
    """What became of a claimed notice. It is written if the claim still holds; otherwise another has the notice now."""

    notice: Notice
    state: str
    #: When it may be tried again, if it is not settled.
    not_before: datetime
    #: None leaves the reason of an earlier attempt.
    reason: str | None = None
    #: Discord may have posted it.
    maybe_sent: bool = False
    #: It may be taken up again at once.
    ready: bool = False
    message_id: int | None = None
    sent_at: datetime | None = None

    @property
    def late_by(self) -> int | None:
        """Whole seconds between the moment when it was due and the post."""
        return None if self.sent_at is None else max(0, int((self.sent_at - self.notice.due_at).total_seconds()))


def sent(notice: Notice, message_id: int, now: datetime) -> Outcome:
    """The receipt."""
    return Outcome(notice, "sent", now, maybe_sent=True, message_id=message_id, sent_at=now)


def superseded(notice: Notice, reason: str, now: datetime) -> Outcome:
    return Outcome(notice, "superseded", now, reason)


def retry(notice: Notice, at: datetime, reason: str, maybe_sent: bool) -> Outcome:
    """A later attempt. `maybe_sent`: the answer was lost, so Discord may have posted it."""
    return Outcome(notice, "pending", at, reason, maybe_sent)


def put_back(notice: Notice, now: datetime, maybe_sent: bool) -> Outcome:
    """This attempt was given up before anything was posted. `maybe_sent`: an earlier one may have posted it."""
    return Outcome(notice, "pending", now, maybe_sent=maybe_sent, ready=True)


def undeliverable(notice: Notice, now: datetime, reason: str, maybe_sent: bool) -> Outcome:
    """Discord refuses it until a person corrects something.

    It is tried again in an hour, or at once where the channel was changed meanwhile. `maybe_sent`: an earlier attempt may have
    posted it, and the bot could not look.
    """
    return Outcome(notice, "undeliverable", now + REFUSED_WAIT, reason, maybe_sent)


_SLEEPS_NO_LONGER = (
    select(notices.c.id)
    .where(_ASLEEP, notices.c.not_before <= _NOW)
    .with_hint(notices, by_index("ix_notices_asleep"), "sqlite")
)
_READY = select(notices.c.id).where(notices.c.ready, notices.c.channel_id >= 0)
_WAITS = select(
    or_(
        _READY.with_hint(notices, by_index("ix_notices_ready"), "sqlite").exists(),
        _SLEEPS_NO_LONGER.exists(),
    )
)


async def any_waits(conn: AsyncConnection, now: datetime) -> bool:
    """Whether any notice may be taken up, as far as its channel allows."""
    return bool((await conn.execute(_WAITS, {"now": now})).scalar_one())


_WAKE = (
    update(notices)
    .where(notices.c.id.in_(_SLEEPS_NO_LONGER.where(notices.c.id.not_in(_IDS)).limit(WOKEN_AT_ONCE)))
    .values(ready=True)
)


async def wake(conn: AsyncConnection, now: datetime, but: Collection[int] = ()) -> None:
    """Make ready what waited for a moment that has come: the end of a dead worker's lease, the hour of one that was refused.

    `but`: ids of notices that this process is still sending, although their leases have run out.
    """
    await conn.execute(_WAKE, {"now": now, "ids": list(but)})


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


def _oldest_of(number: int) -> Select[int]:
    """The ids of the oldest ready notices of one channel."""
    of_channel = select(notices.c.id).where(
        notices.c.ready, notices.c.channel_id == bindparam(f"channel_{number}", type_=BigInteger)
    )
    oldest = of_channel.order_by(notices.c.due_at, notices.c.id).limit(bindparam(f"room_{number}", type_=Integer))
    return select(oldest.with_hint(notices, by_index("ix_notices_ready"), "sqlite").subquery().c.id)


_CLAIM = (
    update(notices)
    .where(notices.c.id.in_(union_all(*(_oldest_of(number) for number in range(MOST)))), notices.c.ready)
    .values(
        state="claimed",
        ready=False,
        claim=bindparam("by", type_=String),
        not_before=bindparam("until", type_=UtcDateTime),
        attempts=notices.c.attempts + 1,
    )
    .returning(*columns())
)
_NO_CHANNEL = {f"channel_{number}": -1 for number in range(MOST)} | {f"room_{number}": 0 for number in range(MOST)}


async def claim(conn: AsyncConnection, rooms: Sequence[tuple[int, int]], until: datetime) -> list[Notice]:
    """Claim the oldest ready notices of at most MOST channels, as many of each as there is room for: (channel, room) pairs.

    Compare and set: of several claimants one gets each. The first of each channel come first.
    """
    values: dict[str, object] = {"by": secrets.token_hex(8), "until": until, **_NO_CHANNEL}
    for number, (channel_id, room) in enumerate(rooms):
        values |= {f"channel_{number}": channel_id, f"room_{number}": room}
    claimed = [Notice(*row) for row in await conn.execute(_CLAIM, values)]
    claimed.sort(key=lambda notice: (notice.due_at, notice.id))
    by_channel = ([notice for notice in claimed if notice.channel_id == channel_id] for channel_id, _ in rooms)
    return [notice for rank in zip_longest(*by_channel) for notice in rank if notice]


_HOLD = (
    update(notices)
    .where(notices.c.id.in_(_IDS), notices.c.claim.in_(bindparam("claims", type_=String, expanding=True)))
    .values(ready=False, maybe_sent=True, not_before=bindparam("until", type_=UtcDateTime))
    .returning(notices.c.id, notices.c.claim)
)


async def hold(conn: AsyncConnection, claimed: Sequence[Notice], until: datetime) -> list[Notice]:
    """Renew the leases just before sending: those of these notices whose claims still hold. Of the others another has taken
    over each, and will send it.
    """
    values = {"ids": [notice.id for notice in claimed], "claims": [notice.claim for notice in claimed], "until": until}
    held = {(row.id, row.claim) for row in await conn.execute(_HOLD, values)} if claimed else set()
    return [notice for notice in claimed if (notice.id, notice.claim) in held]


_DROP_LINES = (
    update(alerts).where(alerts.c.id == bindparam("line")).values(state="superseded", reason=bindparam("why", type_=String))
)


async def drop_lines(conn: AsyncConnection, dropped: Iterable[tuple[int, str]]) -> None:
    """Supersede alerts that are no longer true, each with the reason."""
    rows = [{"line": line_id, "why": reason} for line_id, reason in dropped]
    if rows:
        await conn.execute(_DROP_LINES, rows)


_WRITTEN = {"state": String, "not_before": UtcDateTime, "maybe_sent": Boolean, "ready": Boolean}
_RECEIPT = {"message_id": BigInteger, "sent_at": UtcDateTime, "late_by": Integer}
_SETTLE = (
    update(notices)
    .where(notices.c.id == bindparam("of_id"), notices.c.claim == bindparam("of_claim"))
    .values(
        claim=None,
        reason=func.coalesce(bindparam("why", type_=String), notices.c.reason),
        **{name: bindparam(f"to_{name}", type_=type_) for name, type_ in (_WRITTEN | _RECEIPT).items()},
    )
)
_MOVED = (
    select(notices.c.id, servers.c.channel_id)
    .join(servers, servers.c.id == notices.c.server_id)
    .where(notices.c.id.in_(_IDS), servers.c.channel_id != notices.c.channel_id)
    .where(or_(notices.c.state == "undeliverable", (notices.c.state == "pending") & ~notices.c.maybe_sent))
    .order_by(notices.c.id)
)


async def settle(conn: AsyncConnection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of notices whose claims still hold; nothing changes of those that another has now.

    What was refused, or not posted, while the server's channel was changed follows to the new one.
    """
    if not outcomes:
        return
    names = _WRITTEN | _RECEIPT
    rows = [
        {
            "of_id": outcome.notice.id,
            "of_claim": outcome.notice.claim,
            "why": outcome.reason,
            **{f"to_{name}": getattr(outcome, name) for name in names},
        }
        for outcome in outcomes
    ]
    await conn.execute(_SETTLE, rows)
    if left := [outcome.notice.id for outcome in outcomes if outcome.state == "undeliverable" or outcome.ready]:
        await _move(conn, [(row.id, row.channel_id) for row in await conn.execute(_MOVED, {"ids": left})], now)


async def redirect(conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
    """Send what waits, or was refused, to the channel that was set now; at once, whatever it was waiting for.

    What may have been posted in the old channel stays with it, to be looked for there.
    """
    waiting = select(notices.c.id, notices.c.channel_id).where(
        notices.c.server_id == server_id,
        or_((notices.c.state == "pending") & ~notices.c.maybe_sent, notices.c.state == "undeliverable"),
    )
    moved: list[int] = []
    same: list[int] = []
    for notice_id, in_channel in await conn.execute(waiting.order_by(notices.c.id)):
        (same if in_channel == channel_id else moved).append(notice_id)
    for batch in batches(same):
        again = update(notices).where(notices.c.id.in_(batch))
        await conn.execute(again.values(state="pending", not_before=now, ready=True))
    await _move(conn, [(notice_id, channel_id) for notice_id in moved], now)


_there = notices.alias("there")
_SAME = [_there.c[name] == notices.c[name] for name in ("server_id", "rung", "occurrence", "due_at")]
_SAME.append(_there.c.letter_id.is_not_distinct_from(notices.c.letter_id))
_TO = bindparam("to_channel", type_=BigInteger)
_FREE_PART = select(func.coalesce(func.max(_there.c.part), -1) + 1).where(*_SAME, _there.c.channel_id == _TO)
_MOVE = (
    update(notices)
    .where(notices.c.id == bindparam("of_id"))
    .values(
        state="pending",
        ready=True,
        not_before=_NOW,
        channel_id=_TO,
        part=_FREE_PART.correlate(notices).scalar_subquery(),
        maybe_sent=False,
        attempts=0,
    )
)


async def _move(conn: AsyncConnection, to: Sequence[tuple[int, int]], now: datetime) -> None:
    """Give notices other channels, each under a part number that is free there: (notice, channel) pairs."""
    if to:
        await conn.execute(_MOVE, [{"of_id": notice_id, "to_channel": channel_id, "now": now} for notice_id, channel_id in to])


async def refused(conn: AsyncConnection, server_id: int) -> list[tuple[int, str]]:
    """(channel, reason) of each notice of a server that Discord refuses until a person corrects something."""
    query = select(notices.c.channel_id, notices.c.reason).where(
        notices.c.server_id == server_id, notices.c.state == "undeliverable"
    )
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
