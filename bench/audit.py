"""`python -m bench audit`: the hourly audit of 100,000 cases, whole and with every hundredth alert removed: how long it takes,
and for how long the event loop, and others who write, are held meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete

from bench.filled import Size, fill
from bench.names import held
from bot import event_loop
from bot.desk.audit import audit
from bot.store import tables
from bot.store.database import Database

CASES, LETTERS = 100_000, 1_000
EACH = 100  # of so many alerts, one is removed
NEXT_RUNG = datetime(2018, 2, 16, 14, tzinfo=UTC)  # seven days before the deadlines, at the hour of posting
TARGET = 0.050  # seconds for which the event loop may be held


async def measure(folder: Path) -> None:
    logging.getLogger("bot.desk.audit").setLevel(logging.ERROR)  # a line for each difference
    event_loop.keep_collections_short()  # as the bot does
    db = Database(f"sqlite+aiosqlite:///{folder / 'audited.db'}")
    await db.migrate()
    size = Size(CASES, LETTERS, servers=10, notices=True)
    await fill(db, size, look_at=NEXT_RUNG)
    await _audited(db, size, "whole")
    async with db.write() as conn:
        await conn.execute(delete(tables.alerts).where(tables.alerts.c.id % EACH == 0))
    await _audited(db, size, f"without one alert of {EACH}")
    await db.close()


async def _audited(db: Database, size: Size, what: str) -> None:
    collecting = asyncio.create_task(event_loop.collect_in_quiet(db.work))
    waits: list[float] = []
    began, processor = time.perf_counter(), time.process_time()
    async with held() as holds:
        writing = asyncio.create_task(_write(db, waits))
        done = await audit(db, lambda: size.planned, lambda: None)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    collecting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await collecting
    print(
        f"audit of {done.cases:,} cases, {what}: {done.found:,} differences, {seconds:.0f} s, {processor:.1f} s of processor "
        f"time; loop held {holds.clock * 1000:.0f} ms, {holds.processor * 1000:.0f} ms of processor time (target under "
        f"{TARGET * 1000:.0f}); others who write wait {max(waits) * 1000:.0f} ms at most"
    )


async def _write(db: Database, waits: list[float]) -> None:
    """Somebody who writes now and then, and how long it takes each time until the transaction has begun."""
    while True:
        await asyncio.sleep(0.2)
        began = time.perf_counter()
        async with db.write(records=False):
            waits.append(time.perf_counter() - began)
