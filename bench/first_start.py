"""`python -m bench.first_start`: the first start after an update, on a database of revision 0004 with 100,000 cases.

How soon the bot is connected, how long it then fills the index of states, and how long that holds the event loop. `--cases N`
makes it smaller.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.bot_process import TOKEN, bot_process, holds, longest, processor_seconds
from bench.filled import Size, fill
from bench.target import Target
from bot.store import case_states
from bot.store.database import Database
from bot.store.migrating import upgrade
from sandbox import Sandbox

CASES = 100_000
RELEASED = "0004"  # revision of the tables of the last released version
MOST_SECONDS, MOST_HELD = 3.0, 50.0


async def measure(folder: Path, cases: int = CASES) -> list[Target]:
    url = f"sqlite+aiosqlite:///{folder / 'released.db'}"
    db = Database(url)
    async with db.write() as conn:
        await conn.run_sync(partial(upgrade, to=RELEASED))
    await fill(db, Size(cases, letters=max(cases // 100, 1), servers=10, notices=True), datetime.now(UTC) + timedelta(days=365))
    await db.close()  # what was written goes from the log into the file
    sandbox = Sandbox()
    guild = sandbox.world.add_guild("City Desk", sandbox.world.add_user("alice"))
    sandbox.world.add_bot(guild, sandbox.world.add_application("Letterwatch", TOKEN))
    report = folder / "held.json"
    async with sandbox:
        began = time.monotonic()
        async with bot_process(sandbox.api, url, report) as pid:
            await sandbox.connected(timeout=120)
            connected, used = time.monotonic(), processor_seconds(pid)
            await _filled(db)
            filled, used = time.monotonic(), processor_seconds(pid) - used
    await db.close()
    held = [hold for hold in holds(report) if connected <= hold.began <= filled]
    print(
        f"{cases:,} cases of revision {RELEASED}: index filled {filled - connected:.1f} s after the connection, "
        f"{used:.1f} s of processor time; meanwhile {longest(held)}"
    )
    return [
        Target(f"first start with {cases:,} cases: process start to connected", connected - began, "s", MOST_SECONDS),
        Target(
            "event loop held while the index is filled", max((hold.ran for hold in held), default=0) * 1000, "ms", MOST_HELD
        ),
    ]


async def _filled(db: Database) -> None:
    while True:
        async with db.read() as conn:
            if await case_states.filled_to(conn) is None:
                return
        await asyncio.sleep(0.2)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.first_start", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for target in await measure(Path(folder), chosen.cases):
            print(target)


if __name__ == "__main__":
    asyncio.run(main())
