"""From a planned notice to a message in Discord, exactly once, with one exception.

A notice that may have been posted already, in a channel whose history the bot may not read, is posted again: an alert posted
twice is better than one lost (docs/decisions/alerts.md, "Look before sending again").
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.record.case import Case
from bot.record.errors import Undeliverable, Unreadable
from bot.record.ladder import DEFAULT_LADDER, NEWS
from bot.record.recheck import NotPosted, why_no_alert, why_no_news
from bot.record.servers import Server
from bot.store import cases, deliveries, notices, place_facts, servers
from bot.store.database import Database
from bot.store.notices import Notice, NoticeLine
from bot.watch.poster import Poster
from bot.words.card import Card
from bot.words.notice import Head, card_of
from bot.words.notice_log import REASONS, not_posted_text
from bot.words.place_news import PlaceNews, place_news_card

log = logging.getLogger(__name__)

AT_ONCE = 50  # notices that are sent at the same time
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


class Delivery:
    """Claims notices and sends them, at most AT_ONCE at a time. One that hangs takes one place and does not delay the others.

    `lease`: how long a claim holds before another process may claim the notice. `freed` is called whenever a place is free.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        poster: Poster,
        lease: timedelta = timedelta(minutes=1),
        freed: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._poster = poster
        self._lease = lease
        self._freed = freed
        self._posting: Counter[int] = Counter()  # posts under way in each channel
        self._under_way: dict[asyncio.Task[None], int] = {}  # the id of the notice that each task sends

    async def take_up(self) -> None:
        """Start to send as many of the waiting notices as there are free places."""
        free = AT_ONCE - len(self._under_way)
        if not free:
            return
        async with self._db.write() as conn:
            claimed = await deliveries.claim(conn, self._clock.now(), free, self._lease, set(self._under_way.values()))
        for notice in claimed:
            task = asyncio.create_task(self._deliver(notice), name=f"notice {notice.id}")
            self._under_way[task] = notice.id
            task.add_done_callback(self._settled)

    async def drain(self) -> None:
        """Send until nothing is waiting that may be sent now."""
        while True:
            await self.take_up()
            if not self._under_way:
                return
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, patience: float) -> None:
        """Wait for the sends under way, at most `patience` seconds. The others are taken up again when their leases run out."""
        if self._under_way:
            _, left = await asyncio.wait(self._under_way, timeout=patience)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s could not be settled; it is tried again when its lease runs out", task.get_name(), exc_info=error)
        self._freed()

    async def _deliver(self, notice: Notice) -> None:
        """One notice from start to end. Whatever happens, it is settled, or its lease runs out and it is looked for.

        1. If it may have been posted already, look in the channel first; if it is there, record the receipt.
        2. Wait until the channel has room. In one transaction: renew the lease (lost: another process sends it), then check
           what is still true and render that (nothing: superseded).
        3. Post within the lease, and record the receipt.
        """
        uncertain = notice.maybe_sent
        try:
            if uncertain:
                message_id, looked = await self._look(notice)
                if message_id:
                    await self._receipt(notice, message_id)
                    return
                uncertain = not looked
            async with self._place_in(notice.channel_id):
                card = await self._ready(notice)
                if card is None:
                    return
                posted_id = await self._post(notice, card)
            await self._receipt(notice, posted_id)
        except Undeliverable as failure:
            await self._failed(notice, failure, uncertain or failure.maybe_sent)
        except Exception:
            # A notice that cannot be rendered must not delay the others; it is tried again, and it is in the log.
            log.exception("notice %s could not be delivered", notice.id)
            await self._failed(notice, Undeliverable("an unexpected error, see the log", permanent=False), True)

    @asynccontextmanager
    async def _place_in(self, channel_id: int) -> AsyncIterator[None]:
        """Wait until the channel takes one post more than those that are under way."""
        while self._poster.room(channel_id) <= self._posting[channel_id]:  # noqa: ASYNC110 - time passes, nobody says so
            await asyncio.sleep(max(self._poster.room_in(channel_id), 0.05))
        self._posting[channel_id] += 1
        try:
            yield
        finally:
            self._posting[channel_id] -= 1

    async def _ready(self, notice: Notice) -> Card | None:
        """The card to post now; None if none of it is true any more, or another process has the claim."""
        async with self._db.write() as conn:
            now = self._clock.now()
            if not await deliveries.hold(conn, notice, now, self._lease):
                return None
            card = await still_true(conn, notice, max(now, notice.due_at))  # a clock that was set back must not make it untrue
            if card is None:
                await deliveries.superseded(conn, notice, "none of it is true any more")
            return card

    async def _post(self, notice: Notice, card: Card) -> int:
        """Post within the lease: a later post could say what is no longer true."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.8):
                return await self._poster.post(notice.channel_id, card, notice.token)
        except TimeoutError as late:
            raise Undeliverable("Discord took longer than the lease", permanent=False, maybe_sent=True) from late

    async def _look(self, notice: Notice) -> tuple[int | None, bool]:
        """The message that was posted already, if any, and whether the bot could look."""
        try:
            since = notice.due_at - timedelta(minutes=5)
            return await self._poster.find(notice.channel_id, notice.token, since), True
        except Unreadable:
            return None, False

    async def _receipt(self, notice: Notice, message_id: int) -> None:
        async with self._db.write() as conn:
            await deliveries.sent(conn, notice, message_id, self._clock.now())

    async def _failed(self, notice: Notice, failure: Undeliverable, maybe_sent: bool) -> None:
        now = self._clock.now()
        async with self._db.write() as conn:
            if failure.permanent:
                log.error("notice %s for channel %s is refused: %s", notice.id, notice.channel_id, failure)
                await deliveries.undeliverable(conn, notice, now, str(failure), maybe_sent)
                return
            wait = backoff(notice.attempts)
            log.warning("notice %s: %s; next try in %.0f s", notice.id, failure, wait.total_seconds())
            await deliveries.retry(conn, notice, now + wait, str(failure), maybe_sent)


def backoff(attempts: int) -> timedelta:
    """A wait that doubles from 5 seconds to 10 minutes, shortened at random by up to half, so that retries spread out."""
    full = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    return timedelta(seconds=full.total_seconds() * random.uniform(0.5, 1))


async def still_true(conn: AsyncConnection, notice: Notice, now: datetime) -> Card | None:
    """The notice with what is true at `now`, None if nothing is; lines that are no longer true become superseded."""
    lines = [line for line in await notices.lines(conn, notice.id) if line.state == "planned"]
    server = await servers.get(conn, notice.server_id)
    if notice.letter_id is None:
        return await _place_news(conn, notice, lines, server, now)
    known = {case.id: case for case in await cases.with_ids(conn, {line.case_id for line in lines if line.case_id})}
    of_cases = [(line, known[line.case_id]) for line in lines if line.case_id]
    untrue = {}
    for line, case in of_cases:
        if (reason := _why_untrue(line, case, server, now)) is not None:
            untrue[line.id] = not_posted_text(reason, case, now)
    await deliveries.drop_lines(conn, untrue.items())
    still = [(case, line.about_id) for line, case in of_cases if line.id not in untrue]
    if not still:
        return None
    before = await cases.recipients_before(conn, notice.letter_id, known.values())
    head = Head(notice.token, still[0][0].letter, server.zone, notice.due_at, server.escalation_role_id, before)
    return card_of(head, notice.rung, still, now)


async def _place_news(
    conn: AsyncConnection, notice: Notice, lines: Sequence[NoticeLine], server: Server, now: datetime
) -> Card | None:
    """As `still_true`, for news of places apart from any letter."""
    facts = await place_facts.with_ids(conn, notice.server_id, {line.about_id for line in lines})
    still = [line for line in lines if facts[line.about_id].in_force]
    reason = REASONS[NotPosted.EVENT_TAKEN_BACK]
    await deliveries.drop_lines(conn, [(line.id, reason) for line in lines if line not in still])
    if not still:
        return None
    in_force = tuple(facts[line.about_id] for line in still)
    return place_news_card(PlaceNews(notice.token, in_force, server.zone, notice.due_at), now)


def _why_untrue(line: NoticeLine, case: Case, server: Server, now: datetime) -> NotPosted | None:
    if line.rung == NEWS:
        return why_no_news(case, line.about_id)
    # It was due when it was planned, and a later change of the settings does not undo that.
    posting = replace(server.posting, since=None)
    planned = (case.id, line.about_id, line.rung, line.occurrence)
    return why_no_alert(case, planned, DEFAULT_LADDER, posting, now)
