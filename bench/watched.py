"""`letterwatch run` with a watchdog, which is woken every few milliseconds and notes how late that was.

Started by other measurements. When it ends it writes to the file named by BENCH_REPORT: a JSON list of (moment on the monotonic
clock, seconds for which the event loop was held, seconds of these in which its thread ran). On a machine with other work, a
thread does not always run. With BENCH_PROFILE it also writes a profile to that file, for `pstats`.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import time
from pathlib import Path

from bot import app
from bot.config import load

EVERY = float(os.environ.get("BENCH_EVERY", "0.005"))  # seconds; at this rate it takes 1 % of a processor; 0: no watchdog
WORTH_NOTING = 0.010


class Watchdog:
    """Without a task, which would take half as much processor time again: that of the bot is measured too."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.held: list[tuple[float, float, float]] = []
        self._loop = loop
        self._next: asyncio.TimerHandle | None = None
        if EVERY:
            self._sleep()

    def _sleep(self) -> None:
        self._began, self._ran = time.monotonic(), time.thread_time()
        self._next = self._loop.call_later(EVERY, self._wake)

    def _wake(self) -> None:
        late = time.monotonic() - self._began - EVERY
        if late > WORTH_NOTING:
            self.held.append((self._began, late, time.thread_time() - self._ran))
        self._sleep()

    def stop(self) -> None:
        if self._next:
            self._next.cancel()


async def run() -> list[tuple[float, float, float]]:
    watchdog = Watchdog(asyncio.get_running_loop())
    try:
        await app._run(load(None))
    finally:
        watchdog.stop()
    return watchdog.held


def main() -> None:
    profile = cProfile.Profile(time.thread_time) if "BENCH_PROFILE" in os.environ else None
    if profile:
        profile.enable()
    held = asyncio.run(run())
    if profile:
        profile.disable()
        profile.dump_stats(os.environ["BENCH_PROFILE"])
    Path(os.environ["BENCH_REPORT"]).write_text(json.dumps(held))


if __name__ == "__main__":
    main()
