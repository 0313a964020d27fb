"""One round of delivery: what is settled, claimed, checked and rendered in one transaction."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import Undeliverable
from bot.store import deliveries, delivery_results, dropped_lines, tokens
from bot.store.delivery_results import DeliveryResult
from bot.store.notices import Notice
from bot.watch.last_check import UNREAD, Reading, Verdict, check, still_holding
from bot.watch.rooms import Rooms
from bot.words.card import Card

log = logging.getLogger(__name__)

MOST_READINGS = 3  # of a long notice, in vain, since others go on recording; after that they have to wait for it
BELIEVED = 3  # attempts after each of which Discord is believed when a notice may be tried again
UNEXPECTED = "an unexpected error, see the log"
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


@dataclass(frozen=True)
class Claimed:
    """A notice that this process has claimed."""

    notice: Notice
    #: An earlier attempt may have posted it, and the bot could not see whether it did.
    in_doubt: bool
    #: The token for which the bot has looked in the channel, in vain.
    looked_for: str | None = None
    #: Another notice has the token of the same alerts.
    is_twin: bool = False

    @property
    def keeps_token(self) -> bool:
        """Whether it is posted with the token that it has. In doubt, Discord's memory of it is all that prevents a repeat."""
        return self.in_doubt or self.is_twin

    def about_to_say(self, token: str) -> Claimed:
        return replace(self, notice=replace(self.notice, token=token))


@dataclass(frozen=True)
class Ready:
    """A notice that is marked as perhaps sent, and its card, which was true when it was checked."""

    claimed: Claimed
    card: Card

    @property
    def is_unseen(self) -> bool:
        """Whether it may have been posted before a restore, and was not looked for yet with the token that it has now."""
        claimed = self.claimed
        return claimed.notice.restored and not claimed.keeps_token and claimed.looked_for != claimed.notice.token


@dataclass
class Round:
    """What one transaction is given, and what it has changed and found out. That holds once it is committed."""

    #: Results, to be written.
    ended: Sequence[tuple[Claimed, DeliveryResult]]
    #: Claimed earlier, and to be checked again, or after a look.
    again: Sequence[Claimed]
    #: How many others may be claimed.
    most: int
    now: datetime
    #: How long a claim holds.
    lease: timedelta
    #: `now` by the event loop's time: no post may take longer than until the leases end.
    held_at: float
    #: By notice, what was read of long ones.
    readings: Mapping[int, Reading]
    new: list[Claimed] = field(default_factory=list)
    #: Another has taken these over.
    lost: list[Claimed] = field(default_factory=list)
    #: Superseded or put back, so that this process has them no longer.
    settled: list[Claimed] = field(default_factory=list)
    #: Left for the next round.
    left: list[Claimed] = field(default_factory=list)
    #: Perhaps posted before a restore: to be looked for before they are posted.
    unseen: list[Claimed] = field(default_factory=list)
    #: To be read by themselves.
    too_long: list[Claimed] = field(default_factory=list)
    ready: list[Ready] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        """When the leases of this round end."""
        return self.now + self.lease

    async def run(self, conn: AsyncConnection, rooms: Rooms, overdue: Collection[int]) -> None:
        """Read and change all of it.

        1. Write the results of what has ended.
        2. Claim notices, as many as their channels take at once. `overdue`: those of this process whose leases have run out.
        3. Renew the leases of those that were claimed earlier. A notice that may have been posted already is looked for first.
        4. Check what of them is still true. What is not is superseded.
        """
        await deliveries.settle(conn, [result for _, result in self.ended], self.now)
        if self.most > 0:
            await deliveries.wake(conn, self.now, self.lease, overdue)
            waiting = await deliveries.channels(conn, rooms.last_turn, rooms.to_ask(self.most))
            claimed = await deliveries.claim(conn, rooms.share(waiting, self.most), self.until, self.now)
            self.new = [Claimed(notice, notice.maybe_sent) for notice in claimed]
        certain = [claimed for claimed in self.new if not claimed.notice.maybe_sent]
        if certain or self.again:
            held = await deliveries.hold(conn, [claimed.notice for claimed in self.again], self.until)
            await self._check(conn, [*self.again, *certain], [*held, *(claimed.notice for claimed in certain)])

    async def _check(self, conn: AsyncConnection, certain: Sequence[Claimed], held: Sequence[Notice]) -> None:
        """`held`: those of them whose claims hold."""
        verdicts = await still_holding(conn, {n.id: self.readings[n.id] for n in held if n.id in self.readings}, self.now)
        unread = [notice for notice in held if notice.id not in verdicts]
        patience_over = [notice_id for notice_id, reading in self.readings.items() if reading.times >= MOST_READINGS]
        keeping = {claimed.notice.id for claimed in certain if claimed.keeps_token}
        checked = await check(conn, unread, self.now, patience_over, keeping) if unread else ()
        verdicts |= {verdict.notice.id: verdict for verdict in checked}
        results = []
        for claimed in certain:
            verdict = verdicts.get(claimed.notice.id)
            if claimed.notice not in held:  # this process too may have claimed it anew: the verdict is then on its newest claim
                self.lost.append(claimed)
            elif verdict is None:
                self.left.append(claimed)
            elif verdict.too_long:
                self.too_long.append(claimed)
            elif result := self._unposted(claimed, verdict):
                results.append(result)
                self.settled.append(claimed)
            elif verdict.card:
                self.ready.append(Ready(claimed.about_to_say(verdict.token), verdict.card))
        await dropped_lines.drop_lines(conn, [line for verdict in verdicts.values() for line in verdict.dropped])
        await dropped_lines.set_lines_aside(conn, [line for verdict in verdicts.values() for line in verdict.unread])
        await deliveries.settle(conn, results, self.now)
        await self._name(conn, {claimed.notice.id: claimed.notice.token for claimed in certain})
        self.unseen = [post.claimed for post in self.ready if post.is_unseen]
        self.ready = [post for post in self.ready if not post.is_unseen]

    async def _name(self, conn: AsyncConnection, token_by_id: Mapping[int, str]) -> None:
        """Write the tokens of what is ready, where they are new. One that has a twin is checked again, to keep its own."""
        renamed = [
            post.claimed.notice for post in self.ready if post.claimed.notice.token != token_by_id[post.claimed.notice.id]
        ]
        twins = {notice.id for notice in await tokens.give(conn, renamed)}
        for post in [post for post in self.ready if post.claimed.notice.id in twins]:
            self.ready.remove(post)
            self.left.append(replace(post.claimed.about_to_say(token_by_id[post.claimed.notice.id]), is_twin=True))

    def _unposted(self, claimed: Claimed, verdict: Verdict) -> DeliveryResult | None:
        """What becomes of a notice that is not to be posted now; None if it is."""
        notice = claimed.notice
        if verdict.failed:
            at = self.now + backoff(notice.attempts)
            return delivery_results.retry(notice, at, UNEXPECTED, claimed.in_doubt)
        if verdict.set_aside:
            return delivery_results.set_aside(notice, verdict.set_aside, self.now, claimed.in_doubt)
        if verdict.card is None:
            why = UNREAD if verdict.unread else "none of it is true any more"
            return delivery_results.superseded(notice, why, self.now)
        if verdict.moved and claimed in self.again and not notice.restored:
            # The channel was changed since it was claimed. What may have been posted there was looked for.
            return delivery_results.put_back(notice, self.now, maybe_sent=False)
        return None


def wait_after(failure: Undeliverable, attempts: int) -> timedelta:
    """Until the next attempt: as long as Discord says, after the first few attempts at least as long as `backoff`."""
    if failure.retry_after is None:
        return backoff(attempts)
    longer = backoff(attempts - BELIEVED) if attempts > BELIEVED else timedelta()
    return max(timedelta(seconds=failure.retry_after), longer)


def backoff(attempts: int) -> timedelta:
    """A wait that doubles from 5 seconds to 10 minutes, shortened at random by up to half, so that retries spread out."""
    full = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    return timedelta(seconds=full.total_seconds() * random.uniform(0.5, 1))


def unexpected(notice: Notice) -> Undeliverable:
    """To be called where an exception is handled, which is logged."""
    log.exception("notice %s could not be delivered", notice.id)
    return Undeliverable(UNEXPECTED, permanent=False, maybe_sent=True)
