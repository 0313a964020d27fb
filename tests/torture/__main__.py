"""`python -m tests.torture`: kills at named points and at any time, with clocks that are set, and counts."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from bot.store.database import Database
from tests.torture.kills import Torture, is_whole, report
from tests.torture.town import Town

SETTLE_EVERY = 50


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000, help="how often it is killed (default: 1000, half an hour)")
    parser.add_argument("--seed", type=int, help="of an earlier run, to do the same again (default: a new one, which is shown)")
    parser.add_argument("--no-jumps", action="store_true", help="leave the clock alone")
    parser.add_argument("--unreadable", action="store_true", help="one channel's history may not be read; it is counted apart")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    return asyncio.run(torture(seed, options.kills, not options.no_jumps, int(options.unreadable)))


async def torture(seed: int, kills: int, jumps: bool, closed: int) -> int:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a bot that is killed takes its requests with it
    began = time.monotonic()

    def show(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    with tempfile.TemporaryDirectory(prefix="letterwatch-torture-") as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'letterwatch.db'}")
        chance = random.Random(seed)
        town = Town(db, chance, closed)
        async with town.sandbox:
            await town.open()
            run = Torture(town, Path(folder), chance, show, jumps)
            tallies = await run.kill(kills, SETTLE_EVERY)
        await db.close()
    print("\n".join([*report(run, tallies), f"seed {seed}"]))
    return 0 if is_whole(tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
