"""When the watch looks: an APScheduler interval job in memory wakes it. The schedule itself is in the database."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.store import deliveries, looks, notices
from bot.store.database import Database
from bot.watch.deliver import Delivery
from bot.watch.tick import tick

log = logging.getLogger(__name__)

HEAD_START = 25  # alerts that are planned before the first of them are sent
BEAT_EVERY = timedelta(seconds=20)


class Watch:
    """Checks whenever it is woken: plans what is due, then has it sent."""

    def __init__(self, db: Database, clock: Clock, delivery: Delivery, every: float = 5.0) -> None:
        self._db = db
        self._clock = clock
        self._delivery = delivery
        self._every = every
        self._woken = asyncio.Event()
        self._looking = asyncio.Lock()
        self._beaten: datetime | None = None
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._scheduler: AsyncIOScheduler | None = None

    def wake(self) -> None:
        """Look at once: something was recorded, or time has passed."""
        self._woken.set()

    async def turn(self) -> None:
        """Plan all that is due now, and wait until it is sent."""
        await self.look()
        await self._delivery.drain()

    async def next_moment(self) -> datetime | None:
        """When the next case is to be looked at or the next notice to be sent; None if there is neither."""
        async with self._db.read() as conn:
            moments = [await looks.next_look(conn), await deliveries.next_attempt(conn)]
        return min((moment for moment in moments if moment), default=None)

    async def look(self) -> None:
        """Plan what is due and start to send what waits, without waiting for it."""
        async with self._looking:
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

    async def _beat(self) -> None:
        now = self._clock.now()
        if self._beaten is None or abs(now - self._beaten) >= BEAT_EVERY:
            async with self._db.write(records=False) as conn:
                await notices.beat(conn, now)
            self._beaten = now

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="watch")
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # Without misfire_grace_time=None APScheduler silently drops a run that is more than a second late.
        self._scheduler.add_job(
            self._ring, "interval", seconds=self._every, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self.wake()

    async def stop(self, patience: float = 15.0) -> None:
        """Stop looking after the slice under way, and let the sends under way finish, at most `patience` seconds."""
        self._stopping = True
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
        if self._task:
            async with self._looking:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._delivery.stop(patience)

    async def _ring(self) -> None:
        """What APScheduler runs: a coroutine, since it would run a plain function in a thread, away from our loop."""
        self.wake()

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.look()
            except Exception as failure:
                if not self._db.trouble.note(failure, f"alerts could not be planned; next try in {self._every:g} s"):
                    log.exception("the watch failed; it tries again in %g s", self._every)
