"""What wakes the watch: an interval job of APScheduler, in memory, which no clock that is set keeps from running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import SystemClock

#: Of the interval: so often it is checked that the job still runs, and after so long it is late.
CHECKED, LATE = 0.5, 1.25


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So many seconds from now, always.

    APScheduler's own interval goes through every run that a clock has leapt over: with 0.3 s and a month, for over a minute.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + self._interval


class Timer:
    """Calls `ring` every so many seconds of monotonic time.

    APScheduler asks the machine's clock when the next run is due, and sleeps until then: for twelve hours more, if that clock
    was set back by twelve hours. So it is checked by monotonic time that the job is not late; if it is, it runs now.
    """

    def __init__(self, ring: Callable[[], None], every: float) -> None:
        self._ring = ring
        self._every = every
        self._rung_at = 0.0
        self._scheduler: AsyncIOScheduler | None = None
        self._job: Job | None = None
        self._checking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # Without misfire_grace_time=None APScheduler silently drops a run that is more than a second late.
        self._job = self._scheduler.add_job(
            self._run, Every(self._every), coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self._rung_at = asyncio.get_running_loop().time()
        self._check_later()

    def stop(self) -> None:
        if self._checking:
            self._checking.cancel()
        if self._scheduler:
            self._scheduler.shutdown(wait=False)

    async def _run(self) -> None:
        """What APScheduler runs: a coroutine, since it would run a plain function in a thread, away from our loop."""
        self._rung_at = asyncio.get_running_loop().time()
        self._ring()

    def _check_later(self) -> None:
        self._checking = asyncio.get_running_loop().call_later(self._every * CHECKED, self._check)

    def _check(self) -> None:
        assert self._job is not None
        if asyncio.get_running_loop().time() - self._rung_at > self._every * LATE:
            self._job.modify(next_run_time=SystemClock().now())
        self._check_later()
