"""`python -m bench recounts`: deadlines that a calendar and a closure move, on a server with 100,000 cases, and their Undo: how
long it takes, for how long others wait who write, and for how long the event loop is held."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import update

from bench.filled import CHANNEL, PLANNED, WRITTEN, Size, fill
from bench.watched import Watchdog
from bot import event_loop
from bot.desk import recount_moves, recounts, state_index, undo
from bot.desk.closures import add_closure
from bot.desk.deciding import decide_and_record
from bot.desk.recount_moves import MovedDeadlines
from bot.desk.recounts import CalendarChange, ListedMoves, RecountList
from bot.desk.session import WriteSession, reading, writing
from bot.record.moves import fingerprint
from bot.record.sources import Source
from bot.store import tables
from bot.store.database import Database

SERVER, PERSON = 1, 2
CASES, LETTERS = 100_000, 20
T = TypeVar("T")


@dataclass
class Bench:
    db: Database
    now: datetime
    #: (seconds, of processor time) for which the last transaction had the write lock.
    locked: tuple[float, float] = field(default=(0.0, 0.0))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        async with writing(self.db, SERVER, self.now, "Alice", PERSON) as session:
            began, processor = time.perf_counter(), time.process_time()
            yield session
            self.locked = time.perf_counter() - began, time.process_time() - processor

    async def step(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        watchdog = Watchdog(asyncio.get_running_loop())
        self.locked = (0.0, 0.0)
        began, processor = time.perf_counter(), time.process_time()
        result = await work()
        seconds, processor = time.perf_counter() - began, time.process_time() - processor
        await asyncio.sleep(0.02)
        watchdog.stop()
        ran = max((hold[2] for hold in watchdog.held), default=0.0)
        locked = f"; others who write wait {self.locked[0]:.2f} s ({self.locked[1]:.2f} s)" if self.locked[0] else ""
        print(f"{name}: {seconds:.2f} s ({processor:.2f} s of processor time), loop's thread held {ran * 1000:.0f} ms{locked}")
        return result

    async def listed(self, cause: recounts.Cause) -> tuple[RecountList, ListedMoves]:
        async with reading(self.db, SERVER, self.now) as session:
            shown = await recounts.recount_list(session, cause)
            return shown, await recounts.listed_moves(session, shown)

    async def move(self, shown: RecountList, digest: str) -> MovedDeadlines:
        decide = partial(recount_moves.decide_moves, shown=shown, digest=digest)
        return await decide_and_record(
            partial(reading, self.db, SERVER, self.now), self.writing, decide, recount_moves.record_moves
        )

    async def undo(self, operation: str) -> undo.UndoneEvents | undo.LaterFacts:
        decide = partial(undo.decide_undo, press=undo.Press(operation, PERSON))
        return await decide_and_record(partial(reading, self.db, SERVER, self.now), self.writing, decide, undo.record_undo)

    async def close(self, days: int) -> recounts.OneClosure:
        async with self.writing() as session:
            day = self.now.date() + timedelta(days=days)
            change = await add_closure(session, day, "Snow", Source("Notice", "https://example.org/snow"))
        return recounts.OneClosure(change.closure.id)


async def measure(folder: Path) -> None:
    now = datetime.now(UTC)
    db = Database(f"sqlite+aiosqlite:///{folder / 'recounts.db'}")
    await db.migrate()
    await fill(db, Size(CASES, LETTERS, server_ids=(SERVER,), written=now - (PLANNED - WRITTEN), days=30, mixed=True))
    await state_index.prepare(db)
    async with db.write() as conn:
        await conn.execute(update(tables.servers).values(channel_id=CHANNEL))
    event_loop.keep_collections_short()  # as the bot does
    bench = Bench(db, now)
    causes: dict[str, recounts.Cause] = {"another calendar": CalendarChange("none", "US-CA")}
    causes["a closure"] = await bench.step("a closure, recorded", partial(bench.close, 16))
    for name, cause in causes.items():
        shown, listed = await bench.step(f"{name}, the list", partial(bench.listed, cause))
        digest = fingerprint(listed.moves.moved)
        if not listed.moves.moved:
            continue
        moved = await bench.step(f"{name}, {len(listed.moves.moved):,} deadlines moved", partial(bench.move, shown, digest))
        del listed
        await bench.step(f"{name}, Undo", partial(bench.undo, moved.operation))
    await db.close()
