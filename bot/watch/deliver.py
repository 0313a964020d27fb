"""From a planned notice to a message in Discord, exactly once, with one exception.

A notice that may have been posted already, in a channel whose history the bot may not read, is posted again: an alert posted
twice is better than one lost (docs/decisions/alerts.md, "Look before sending again").
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.clock import Clock
from bot.record.errors import Undeliverable
from bot.store import deliveries, delivery_results
from bot.store.database import Database
from bot.store.deliveries import MOST
from bot.store.delivery_results import DeliveryResult
from bot.watch.history_look import look
from bot.watch.last_check import Reading, read_long
from bot.watch.poster import Poster
from bot.watch.rooms import LEAST_WAIT, Rooms
from bot.watch.rounds import UNEXPECTED, Claimed, Ready, Round, unexpected, wait_after

log = logging.getLogger(__name__)

# In seconds:
IN_LINE = 0.08  # what a request may wait for the bot's own limit when it is begun: long enough to make the next round meanwhile
STEP = 0.06  # so many more are sent before the next are begun, so that the event loop does not wake for each
FRESH = 0.5  # what was checked longer ago is checked again before it is posted
GATHER = 0.05  # results are collected so long before they are written, while others are still to come
AFTER_FAILURE = 1.0
LEASE = timedelta(minutes=1)


class Delivery:
    """Claims notices and sends them, in rounds, for as long as there is something to send.

    `lease`: how long a claim holds before another process may claim the notice. `holds`: whether nothing may be posted now.
    """

    def __init__(
        self, db: Database, clock: Clock, poster: Poster, lease: timedelta = LEASE, holds: Callable[[], bool] = lambda: False
    ) -> None:
        #: Called with server and channel once it is written down that Discord refuses a notice there.
        self.refused: Callable[[int, int, Undeliverable], object] = lambda server_id, channel_id, failure: None
        self._db = db
        self._clock = clock
        self._poster = poster
        self._lease = lease
        self._holds = holds
        self._rooms = Rooms(poster)
        self._leases: dict[int, datetime] = {}  # when it ends, of every notice that this process has claimed, by its id
        self._to_look: deque[Claimed] = deque()
        self._again: list[Claimed] = []  # to be checked before they are posted: once more, or since they were looked for
        self._readings: dict[int, Reading] = {}  # of long notices that are to be checked again, by id
        self._ended: list[tuple[Claimed, DeliveryResult]] = []  # to be written
        self._under_way: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._news = asyncio.Event()
        self._hungry = False  # more may be waiting than was taken up
        self._stopping = False
        self._working: asyncio.Task[None] | None = None

    async def take_up(self) -> None:
        """Begin to send what waits, as far as the channels have room, without waiting for it."""
        if not self._holds():
            async with self._db.read() as conn:
                if self._again or self._to_look or await deliveries.any_waits(conn, self._clock.now(), self._lease):
                    self._go_on()

    async def drain(self) -> None:
        """Send until nothing is waiting that may be sent now, also what has to wait until its channel has room."""
        while True:
            await self.take_up()
            if self._working is None or self._working.done():
                return
            await asyncio.wait([self._working])

    async def stop(self, patience: float) -> None:
        """Wait for the posts under way, at most `patience` seconds, and write their results.

        What was not begun is put back. What did not end is looked for when its lease has run out.
        """
        self._stopping = True
        if self._working:
            self._news.set()
            await asyncio.wait([self._working], timeout=patience)
            for task in self._under_way:
                task.cancel()
            self._news.set()
            _, unfinished = await asyncio.wait([self._working], timeout=patience)
            for task in unfinished:  # the database does not answer
                task.cancel()
        while self._timers:  # of posts that have failed meanwhile too
            self._timers.pop().cancel()
        self._stopping = False

    async def clock_was_set_back(self, conn: AsyncConnection, now: datetime, by: timedelta) -> None:
        """Let nothing wait longer for it."""
        await deliveries.bring_forward(conn, now, by, self._leases)

    def _go_on(self) -> None:
        self._hungry = True
        self._news.set()
        if not self._stopping and (self._working is None or self._working.done()):
            self._working = asyncio.create_task(self._work(), name="delivery")

    async def _work(self) -> None:
        """Round after round, until nothing is under way and nothing waits that may be sent. Between two it waits for news."""
        while True:
            self._news.clear()
            try:
                if await self._round():
                    continue
            except Exception as failure:
                if not self._db.trouble.note(failure, f"notices could not be sent; next try in {AFTER_FAILURE:g} s"):
                    log.exception("a round of deliveries failed; the next is in %g s", AFTER_FAILURE)
                await asyncio.sleep(AFTER_FAILURE)
                continue
            wait = self._next_round_in()
            if wait is None and not self._under_way:
                return
            await self._wait_for_news(wait)

    def _next_round_in(self) -> float | None:
        """Seconds until a round has something to do, if nothing happens before; None if it has nothing."""
        if self._ended:
            return 0.0
        opens = None if self._stopping or self._holds() else self._opens_in()
        return None if opens is None else max(opens, self._poster.backlog() - IN_LINE)

    def _opens_in(self) -> float | None:
        """Seconds until there is room for a notice that waits, whatever the bot's own limit says."""
        if self._to_look or (self._hungry and not self._rooms.crowded):
            return 0.0
        return self._rooms.opens_in(claimed.notice.channel_id for claimed in self._again)

    async def _wait_for_news(self, at_most: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self._news.wait()
        if self._ended and self._under_way and not self._stopping:
            await asyncio.sleep(GATHER)

    async def _round(self) -> bool:
        """One round: whether it took anything up. Whatever happens, a notice is settled, or its lease runs out.

        1. In one transaction, `Round.run`: settle, claim, check and render.
        2. Look for those that may have been posted by an earlier attempt. They are checked in a later round.
        3. Post the others.
        """
        if self._stopping:
            self._put_back_unbegun()
        takes = not (self._stopping or self._holds()) and self._poster.backlog() <= 2 * IN_LINE and self._opens_in() == 0
        if not (takes or self._ended):
            return False
        async with self._db.write(records=False) as conn:
            takes = takes and not self._holds()
            this = self._next_round(takes, self._clock.now())  # now that nobody else can write: it may have taken long
            await this.run(conn, self._rooms, deliveries.overdue(self._leases, this.now, self._lease))
            recorded = self._recorded()
        self._committed(this)
        if this.most and not this.new and not self._rooms.crowded:
            self._hungry = False
        await self._begin(this, recorded)
        return bool(this.again or this.new)

    def _recorded(self) -> tuple[int, int | None]:
        """Changes with whatever is recorded: by this process, settings too, and by others."""
        return self._db.recorded, self._db.newest_event.id()

    def _next_round(self, takes: bool, now: datetime) -> Round:
        again = self._chosen_again() if takes else []
        most = MOST - len(again) if takes else 0
        return Round(list(self._ended), again, most, now, self._lease, asyncio.get_running_loop().time(), dict(self._readings))

    def _chosen_again(self) -> list[Claimed]:
        """Of what is to be checked again, what its channel has room for, at most MOST."""
        going: Counter[int] = Counter()
        chosen: list[Claimed] = []
        for claimed in self._again:
            channel_id = claimed.notice.channel_id
            if len(chosen) < MOST and self._rooms.may_begin(channel_id, going[channel_id]):
                going[channel_id] += 1
                chosen.append(claimed)
        return chosen

    def _committed(self, this: Round) -> None:
        del self._ended[: len(this.ended)]
        for claimed, result in this.ended:
            self._leases.pop(claimed.notice.id, None)
            if result.refusal:
                self.refused(claimed.notice.server_id, claimed.notice.channel_id, result.refusal)
        for claimed in this.lost:
            self._forget(claimed)
        for claimed in (*this.again, *this.new):
            if claimed not in this.lost:
                self._leases[claimed.notice.id] = this.until
        for claimed in this.new:
            self._rooms.hold(claimed.notice.channel_id)
            if claimed.notice.maybe_sent:
                self._to_look.append(claimed)
        self._to_look += this.unseen
        self._again = [claimed for claimed in self._again if claimed not in this.again] + this.left
        for claimed in this.settled:
            self._forget(claimed)

    def _forget(self, claimed: Claimed) -> None:
        self._rooms.leave(claimed.notice.channel_id)
        self._leases.pop(claimed.notice.id, None)
        self._readings.pop(claimed.notice.id, None)

    async def _begin(self, this: Round, recorded: tuple[int, int | None]) -> None:
        """Begin one after another, each when it would be sent nearly at once: what it says was checked just before."""
        posts = deque(this.ready)
        # Counted from the commit on, until which nobody else could write: a slow disk must not keep a round from posting.
        fresh_until = monotonic() + min(FRESH, self._lease.total_seconds() / 2)
        try:
            for claimed in this.too_long:
                await self._start(self._read(claimed), claimed)
            while self._to_look and await self._is_in_line():
                claimed = self._to_look.popleft()
                await self._start(self._look(claimed), claimed)
            # What anybody has recorded since may have made any of them untrue.
            while posts and await self._is_in_line() and self._recorded() == recorded and monotonic() <= fresh_until:
                await self._begin_post(posts.popleft(), this.held_at + self._lease.total_seconds() * 0.8)
        finally:
            self._again += [post.claimed for post in posts]

    async def _is_in_line(self) -> bool:
        """Wait until a request would be sent nearly at once; False if that takes longer than a check is good for."""
        while (wait := self._poster.backlog() - IN_LINE) > 0:
            if wait > FRESH or self._stopping:
                return False
            await asyncio.sleep(min(wait + STEP, FRESH / 5))  # an answer may make it shorter
        return not (self._stopping or self._holds())

    async def _begin_post(self, post: Ready, by: float) -> None:
        if self._rooms.may_begin(post.claimed.notice.channel_id):
            await self._start(self._post(post, by), post.claimed)
        else:  # an answer has said meanwhile that the channel takes fewer
            self._again.append(post.claimed)

    async def _start(self, work: Coroutine[None, None, None], claimed: Claimed) -> None:
        with logs.about(notice=claimed.notice.id):
            task = asyncio.create_task(work, name=f"notice {claimed.notice.id}")
            task.add_done_callback(partial(self._finished, claimed))
        self._under_way.add(task)
        await asyncio.sleep(0)  # its request takes its place in the line now, so that `backlog` counts it

    def _finished(self, claimed: Claimed, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if task.cancelled():  # by `stop`; it is looked for when its lease runs out
            self._forget(claimed)
        elif error := task.exception():
            self._forget(claimed)
            log.error("%s could not be settled; it is tried again when its lease runs out", task.get_name(), exc_info=error)
        self._news.set()

    async def _read(self, claimed: Claimed) -> None:
        """Check a long notice while others may write; the next round takes it if nothing was recorded until then."""
        notice = claimed.notice
        before = self._readings.get(notice.id)
        try:
            async with self._db.read() as conn:
                times = before.times + 1 if before else 1
                reading = await read_long(conn, notice, self._clock.now(), times, claimed.keeps_token)
        except Exception as failure:
            if not self._db.trouble.note(failure, "a long notice could not be checked"):
                log.exception("notice %s could not be checked", notice.id)
            self._failed(claimed, Undeliverable(UNEXPECTED, permanent=False))
        else:
            self._readings[notice.id] = reading
            self._again.append(claimed)

    async def _look(self, claimed: Claimed) -> None:
        """Look in the channel for a notice that may have been posted already. One that is not there is checked and posted."""
        try:
            found = await look(self._db, self._poster, claimed)
        except Undeliverable as failure:
            self._failed(claimed, failure)
        except Exception:
            self._failed(claimed, unexpected(claimed.notice))
        else:
            if isinstance(found, Claimed):
                self._again.append(found)
            else:
                self._end(claimed, delivery_results.sent(claimed.notice, found, self._clock.now()))

    async def _post(self, ready: Ready, by: float) -> None:
        """Post it before its lease ends: a later post could say what is no longer true. `by`: a time of the event loop."""
        notice = ready.claimed.notice
        self._rooms.begin(notice.channel_id)
        try:
            async with asyncio.timeout_at(by):
                message_id = await self._poster.post(notice.channel_id, ready.card, notice.token)
        except TimeoutError:  # Discord may take it late: it is not looked for before another lease has passed
            wait = self._lease.total_seconds()
            slow = Undeliverable("Discord took longer than the lease", permanent=False, maybe_sent=True, retry_after=wait)
            self._failed(ready.claimed, slow)
        except Undeliverable as failure:
            self._failed(ready.claimed, failure)
        except Exception:
            self._failed(ready.claimed, unexpected(notice))
        else:
            self._end(ready.claimed, delivery_results.sent(notice, message_id, self._clock.now()))
        finally:
            self._rooms.end(notice.channel_id)

    def _failed(self, claimed: Claimed, failure: Undeliverable) -> None:
        notice, now = claimed.notice, self._clock.now()
        maybe_sent = claimed.in_doubt or failure.maybe_sent
        if failure.permanent:
            level = logging.DEBUG if failure.repeated else logging.ERROR  # thousands may wait for one channel
            log.log(level, "notice %s for channel %s is refused: %s", notice.id, notice.channel_id, failure)
            self._end(claimed, delivery_results.undeliverable(notice, now, failure, maybe_sent))
            return
        wait = wait_after(failure, notice.attempts)
        if failure.retry_after is not None:
            self._go_on_in(wait.total_seconds() + LEAST_WAIT)
        log.warning("notice %s: %s; next try in %.0f s", notice.id, failure, wait.total_seconds())
        self._end(claimed, delivery_results.retry(notice, now + wait, str(failure), maybe_sent))

    def _end(self, claimed: Claimed, result: DeliveryResult) -> None:
        """It gives its place free; the next round writes what became of it."""
        self._rooms.leave(claimed.notice.channel_id)
        self._readings.pop(claimed.notice.id, None)
        self._ended.append((claimed, result))

    def _go_on_in(self, seconds: float) -> None:
        def go_on() -> None:
            self._timers.discard(timer)
            self._go_on()

        timer = asyncio.get_running_loop().call_later(seconds, go_on)
        self._timers.add(timer)

    def _put_back_unbegun(self) -> None:
        now = self._clock.now()
        for claimed in (*self._again, *self._to_look):
            self._end(claimed, delivery_results.put_back(claimed.notice, now, claimed.in_doubt))
        self._again.clear()
        self._to_look.clear()
