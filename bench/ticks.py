"""What a tick costs: when nothing is due, for each case that is looked at, and for others while many cases are.

`python -m bench tick`; with `--large`, at 1,000,000 cases too, which takes a quarter of an hour and 2 GB of disk.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import update

from bench.filled import PLANNED, ZONE, Size, fill
from bench.target import Target
from bot import event_loop
from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import plan
from bot.record.posting import Posting
from bot.store import cases, servers, tables
from bot.store.database import Database
from bot.watch.tick import SLICE, tick

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
RUNS = 300
LOOKS = 10_000
TOWNS = 100  # recipients of a letter
NEXT_RUNG = PLANNED + timedelta(days=7)


async def measure(folder: Path, large: bool = False) -> list[Target]:
    event_loop.keep_collections_short()  # as the bot does
    targets = []
    for count in (*SIZES, LARGE) if large else SIZES:
        url = f"sqlite+aiosqlite:///{folder / f'{count}-cases.db'}"
        filled = Database(url)
        await filled.migrate()
        await fill(filled, Size(count, letters=count // TOWNS, servers=10, facts=1 if count == LARGE else 3))
        await filled.close()  # what was written goes from the log into the file
        db = Database(url)
        targets += [await _idle(db, count, server_without) for server_without in (False, True)]
        if count == LOOKS:
            targets.append(await _first_look(db))
        await db.close()
        if count == (LARGE if large else SIZES[-1]):
            targets.append(await _asleep(url, count))
    return targets


async def _idle(db: Database, count: int, server_without: bool) -> Target:
    """`server_without`: every case of one server of ten is due, and it has no channel; the first tick is not counted."""
    which = ""
    if server_without:
        which = ", with a server without a channel"
        async with db.write() as conn:
            await servers.change(conn, 10, PLANNED, channel_id=None)
        await _tick(db)
    milliseconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await _tick(db)
        milliseconds.append((time.perf_counter() - began) * 1_000)
    print(
        f"idle tick at {count:,} cases{which}: {median(milliseconds):.2f} ms (median of {RUNS}; target under 1 ms)", flush=True
    )
    return Target(f"idle tick at {count:,} cases{which}", median(milliseconds), "ms", 1)


async def _tick(db: Database) -> None:
    async for _ in tick(db, PLANNED):
        pass


async def _first_look(db: Database) -> Target:
    """Load, replay and plan every case once, in slices: the processor time of the program for each case."""
    each = []
    ids = range(1, LOOKS + 1)
    async with db.read() as conn:
        for start in range(0, LOOKS, SLICE):
            began = time.process_time()
            for case in await cases.with_ids(conn, ids[start : start + SLICE]):
                plan(case, DEFAULT_LADDER, Posting(ZONE), NEXT_RUNG)
            each.append((time.process_time() - began) / SLICE * 1_000_000)
    print(
        f"first look at a case with 4 facts (load, replay, plan): {median(each):.0f} µs of processor time "
        f"(median of {len(each)} slices; {min(each):.0f} µs in the quietest; target under 60 µs)",
        flush=True,
    )
    return Target("first look at a case with 4 facts", median(each), "µs of processor time", 60)


@dataclass
class _Others:
    """Somebody else, ten times a second: reads a case, and writes."""

    db: Database
    answers: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    #: How long the thread of the event loop ran during each of these.
    ran: list[float] = field(default_factory=list)

    async def keep_asking(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            began, ran = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.01)
            self.lags.append(time.perf_counter() - began - 0.01)
            self.ran.append(time.thread_time() - ran)
            began = time.perf_counter()
            async with self.db.write() as conn:
                await cases.numbered(conn, 1, 1)
                await servers.ensure(conn, 1, "Server 1")
            self.answers.append(time.perf_counter() - began)


async def _asleep(url: str, count: int) -> Target:
    """Every case is due: the program slept for a week. Nothing is sent meanwhile."""
    sleeping = Database(url)
    async with sleeping.write() as conn:
        await conn.execute(update(tables.servers).values(channel_id=1))
        await conn.execute(update(tables.cases).values(look_at=PLANNED))
    await sleeping.close()  # else the first slice would wait until these rows have gone from the log into the file
    db = Database(url)
    others = _Others(db)
    asking = asyncio.create_task(others.keep_asking())
    began = time.perf_counter()
    planned = sum([new async for new in tick(db, NEXT_RUNG)])
    seconds = time.perf_counter() - began
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await db.close()
    print(
        f"{count:,} cases looked at, {planned:,} alerts planned: {seconds:.1f} s, {seconds / count * 1_000_000:.0f} µs each; "
        f"meanwhile the longest answer took {max(others.answers) * 1_000:.0f} ms (target under 1 s), "
        f"and the event loop was held at most {max(others.lags) * 1_000:.0f} ms, "
        f"its thread running for {max(others.ran) * 1_000:.0f} ms at most"
    )
    return Target(f"longest answer while {count:,} cases are looked at", max(others.answers), "s", 1)
