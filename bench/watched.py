"""`letterwatch run` with a watchdog: a task that wakes every few milliseconds, and notes how late it was woken.

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

EVERY = 0.005
WORTH_NOTING = 0.010


async def watch(held: list[tuple[float, float, float]]) -> None:
    while True:
        began, ran = time.monotonic(), time.thread_time()
        await asyncio.sleep(EVERY)
        late = time.monotonic() - began - EVERY
        if late > WORTH_NOTING:
            held.append((began, late, time.thread_time() - ran))


async def run() -> list[tuple[float, float, float]]:
    held: list[tuple[float, float, float]] = []
    watching = asyncio.create_task(watch(held))
    try:
        await app._run(load(None))
    finally:
        watching.cancel()
    return held


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
