"""When the watch looks: a timer wakes it. The schedule itself is in the database."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from bot.clock import FAR_AHEAD, Clock, JumpMeter
from bot.record.errors import Undeliverable
from bot.record.problems import Problem
from bot.store import deliveries, heartbeat, looks, restores
from bot.store.database import Database
from bot.store.heartbeat import Heartbeat
from bot.watch.clock_check import ClockCheck
from bot.watch.deliver import Delivery
from bot.watch.preflight import Preflight
from bot.watch.telling import Telling
from bot.watch.tick import tick
from bot.watch.timer import Timer

log = logging.getLogger(__name__)

HEAD_START = 25  # alerts that are planned before the first of them are sent
BEAT_EVERY = 20.0  # seconds


class Watch:
    """Checks whenever it is woken: plans what is due, then has it sent."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        delivery: Delivery,
        every: float = 5.0,
        check: ClockCheck | None = None,
        preflight: Preflight | None = None,
        telling: Telling | None = None,
    ) -> None:
        self._db = db
        self._preflight = preflight
        self._telling = telling
        self._clock = clock
        self._delivery = delivery
        self._every = every
        self._check = check
        self._meter: JumpMeter | None = None
        self._set_back = timedelta()  # by so much, and what that has put off was not brought forward yet
        self._woken = asyncio.Event()
        self._looking = asyncio.Lock()
        self._beaten: tuple[float, Heartbeat] | None = None  # monotonic time, and what was written
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._timer = Timer(self.wake, every)
        #: Monotonic times: of the start, and of the last look that went on; None before.
        self.began_at: float | None = None
        self.looked_at: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether nothing is posted, since the machine's clock is in doubt."""
        return self._check is not None and self._check.is_held

    def wake(self) -> None:
        """Look at once: something was recorded, or time has passed."""
        self._woken.set()

    def changed(self, server_id: int) -> None:
        """Look at once whether a server's channels and roles are as its alerts need them."""
        if self._preflight:
            self._preflight.changed(server_id)
            self.wake()

    def refused(self, server_id: int, channel_id: int, failure: Undeliverable) -> None:
        """Discord has refused a notice until a person corrects something, of which its server is told."""
        if self._preflight and self._preflight.refused(server_id, channel_id, failure):
            self.wake()

    def tell(self, server_id: int, problem: Problem) -> None:
        """Tell a server what is broken, without writing anything down (`Telling.tell`)."""
        if self._telling:
            self._telling.tell(server_id, problem)

    async def turn(self) -> None:
        """Plan all that is due now, and wait until it is sent and servers are told what they have to correct."""
        await self.look()
        await self._delivery.drain()
        if self._telling:
            async with self._looking:
                await self._look_after_servers()
            await self._telling.drain()

    async def next_moment(self) -> datetime | None:
        """When the next case is to be looked at or the next notice to be sent; None if there is neither."""
        async with self._db.read() as conn:
            moments = [await looks.next_look(conn), await deliveries.next_attempt(conn)]
        return min((moment for moment in moments if moment), default=None)

    async def look(self) -> None:
        """Plan what is due and start to send what waits, without waiting for it."""
        async with self._looking:
            if self._check and not await self._check.passes():
                await self._beat()
                return
            await self._follow_clock()
            await self._look_after_servers()
            planned = 0
            async for new in tick(self._db, self._clock.now()):
                planned += new
                if planned >= HEAD_START:
                    planned = 0
                    await self._delivery.take_up()
                await self._beat()  # after weeks asleep a million cases take minutes
                if self._stopping:
                    return  # the rest is still due, and is planned after the next start
            await self._delivery.take_up()
            await self._beat()

    async def _look_after_servers(self) -> None:
        """What is broken is written down, and told. Whatever becomes of that, alerts go on."""
        if not (self._preflight and self._telling):
            return
        now = self._clock.now()
        try:
            if await self._preflight.turn(now):
                self._telling.news()
            await self._telling.turn(now)
        except Exception:
            log.exception("servers could not be checked; they are checked again at the next look")

    async def _follow_clock(self) -> None:
        """After the clock was set back: what waits waits no longer for it, and looks that a clock set ahead put off are made.

        A clock that is further ahead is not believed, so it has set none.
        """
        if self._meter is None:  # the clock was found to be right for the first time
            if self._check:
                async with self._db.write(records=False) as conn:
                    await restores.was_by(conn, self._check.latest())
            self._meter = JumpMeter(self._clock)
        jump = self._meter.jump()
        if jump:
            self._beaten = None
        self._set_back = max(timedelta(), self._set_back - jump)
        if self._set_back:
            async with self._db.write(records=False) as conn:
                now = self._clock.now()
                await looks.look_now(conn, now, now + min(self._set_back, FAR_AHEAD))
                await self._delivery.clock_was_set_back(conn, now, self._set_back)
            self._set_back = timedelta()

    async def _begin(self) -> None:
        """The same for what a process has left that was stopped while the clock was ahead; by how much is not known."""
        async with self._db.write(records=False) as conn:
            now = self._clock.now()
            await looks.look_now(conn, now, now + FAR_AHEAD)
            await deliveries.retry_now(conn, now)

    async def _beat(self) -> None:
        beat = self._check.heartbeat() if self._check else Heartbeat(self._clock.now())
        self.looked_at = monotonic = self._clock.monotonic()
        if self._beaten:
            beaten_at, last = self._beaten
            if monotonic - beaten_at < BEAT_EVERY and beat.held is last.held:
                return
        async with self._db.write(records=False) as conn:
            await heartbeat.beat(conn, beat)
        self._beaten = monotonic, beat

    def start(self) -> None:
        self.began_at = self._clock.monotonic()
        self._task = asyncio.create_task(self._run(), name="watch")
        self._timer.start()
        self.wake()

    async def stop(self, patience: float = 15.0) -> None:
        """Stop looking after the slice under way, and let the sends under way finish, at most `patience` seconds."""
        self._stopping = True
        self._timer.stop()
        if self._task:
            async with self._looking:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._telling:
            await self._telling.stop()
        await self._delivery.stop(patience)

    async def _run(self) -> None:
        started = False
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                if not started:
                    await self._begin()
                    started = True
                await self.look()
            except Exception as failure:
                if not self._db.trouble.note(failure, f"alerts could not be planned; next try in {self._every:g} s"):
                    log.exception("the watch failed; it tries again in %g s", self._every)
