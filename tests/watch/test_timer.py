"""The timer rings by monotonic time, whatever the machine's clock does, by which APScheduler sleeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

import apscheduler.schedulers.base
import pytest

from bot.clock import SystemClock
from bot.watch.timer import Timer

EVERY = 0.05
TOO_LONG = 20.0


class MachineClock(datetime):
    """The machine's clock, as APScheduler reads it; the true time, but for what it is off."""

    off = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> MachineClock:
        return cls.fromtimestamp((datetime.now(UTC) + cls.off).timestamp(), tz or UTC)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    MachineClock.off = timedelta()
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", MachineClock)
    monkeypatch.setattr(SystemClock, "now", lambda self: MachineClock.now(UTC))


class Bell:
    def __init__(self) -> None:
        self.rings = asyncio.Event()
        self.timer = Timer(self.rings.set, EVERY)

    async def rung(self, times: int) -> None:
        for _ in range(times):
            async with asyncio.timeout(TOO_LONG):
                await self.rings.wait()
            self.rings.clear()


@pytest.mark.parametrize("off", [{"days": 90}, {"days": -90}, {"hours": 12}, {"hours": -12}, {"seconds": 9}, {"seconds": -9}])
async def test_a_clock_that_is_set_keeps_nothing_from_ringing(off: dict[str, float]) -> None:
    bell = Bell()
    bell.timer.start()
    await bell.rung(2)
    MachineClock.off = timedelta(**off)
    await bell.rung(4)
    MachineClock.off = timedelta()
    await bell.rung(4)
    bell.timer.stop()
    await asyncio.sleep(0)
