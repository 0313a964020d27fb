"""`python -m bench.lists`: the index of states with many cases: filling it, reading a page of ten
cases through it, and what /deadlines reads."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import ColumnElement, delete, select

from bot.desk import state_index
from bot.desk.session import reading
from bot.desk.status import DeadlineFilter, deadlines
from bot.record.case import Case, Letter, Status
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Answer, Extent
from bot.record.new_events import NewCase, NewEvent
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import case_states, cases, events, places, servers
from bot.store.case_states import has_status, stands_at
from bot.store.database import Database
from bot.store.tables import case_states as rows

SIZES = (1_000, 10_000, 100_000)
PAGE = 10
READS = 200
SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
NOW = datetime(2018, 2, 20, 17, tzinfo=UTC)
STATES = ("CA", "CO", "IL", "NY", "TX")
FILTERS: dict[str, ColumnElement[bool]] = {
    "every open case": rows.c.is_open & ~rows.c.answered,
    "overdue": has_status(Status.OVERDUE, NOW),
    "refused (1 in 100)": has_status(Status.REFUSED, NOW),
    "of one state (1 in 5)": rows.c.is_open & (rows.c.place_state == "CO"),
}


@asynccontextmanager
async def recorded(count: int) -> AsyncIterator[Database]:
    """A server with so many recipients of one letter, due on thirty days; one in a hundred has refused."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'letterwatch.db'}")
        await db.migrate()
        try:
            async with db.write() as conn:
                await servers.ensure(conn, 1, "City Desk")
                zone = (await servers.get(conn, 1)).zone
                audit = events.audit_context(1, "Alice", SENT, zone)
                letter = Letter(0, "", "Demand", "The authority", When("2018-01-24", zone), "All files")
                letter = await events.add_letter(conn, audit, letter)
                towns = [Jurisdiction(0, f"Town {n}", PlaceKind.TOWN, STATES[n % len(STATES)]) for n in range(count)]
                ids = [place_id for place_id, _ in await places.ensure_all(conn, 1, towns)]
                due = [Deadline(date(2018, 2, 10) + timedelta(days=day), zone) for day in range(30)]
                wanted = [NewCase(place_id, due[n % len(due)]) for n, place_id in enumerate(ids)]
                added = await events.add_cases(conn, audit, letter, wanted)
                refusal = NewEvent(When("2018-01-24", zone), Answer(Extent.REFUSAL))
                refused = [(case_id, place_id, refusal) for (case_id, _), place_id in zip(added, ids, strict=True)][::100]
                await events.append_events(conn, audit, refused)
            yield db
        finally:
            await db.close()


async def page(db: Database, where: ColumnElement[bool]) -> list[Case]:
    """The first ten cases by deadline, each replayed."""
    order = (rows.c.due_on, rows.c.due_time, rows.c.letter_id, rows.c.case_id)
    query = select(rows.c.case_id).where(rows.c.server_id == 1, where, stands_at(NOW)).order_by(*order).limit(PAGE)
    async with db.read() as conn:
        loaded = await cases.with_ids(conn, (await conn.execute(query)).scalars())
    for case in loaded:
        case.at(NOW)
    return loaded


async def measure_fill(db: Database, count: int) -> None:
    async with db.write() as conn:
        await conn.execute(delete(rows))
        await case_states.set_filled(conn, 0)
    began = time.perf_counter()
    await state_index.prepare(db, lambda done, total: None)
    print(f"{count:,} cases: the index of states filled in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    assert await state_index.check(db, lambda done, total: None) == state_index.Checked([], 0)
    print(f"{count:,} cases: checked against a replay of each in {time.perf_counter() - began:.1f} s")


async def measure_list(db: Database, count: int, asked: str, wanted: DeadlineFilter, reads: int) -> None:
    took = []
    for _ in range(reads):
        began = time.perf_counter()
        async with reading(db, 1, NOW) as session:
            listed = await deadlines(session, wanted)
        took.append(1000 * (time.perf_counter() - began))
    read = f"{len(listed.cases):,} cases read in {median(took):.1f} ms, at most {max(took):.1f}"
    print(f"{count:,} cases: /deadlines {asked}: {read}")


async def measure_pages(db: Database, count: int) -> None:
    for name, where in FILTERS.items():
        took = []
        for _ in range(READS):
            began = time.perf_counter()
            assert len(await page(db, where)) == PAGE
            took.append(1000 * (time.perf_counter() - began))
        print(f"{count:,} cases: ten cases, {name}: {median(took):.1f} ms, p99 {quantiles(took, n=100)[-1]:.1f} ms")


async def main(sizes: tuple[int, ...]) -> None:
    for count in sizes:
        async with recorded(count) as db:
            await measure_fill(db, count)
            await measure_pages(db, count)
            await measure_list(db, count, "status:refused", DeadlineFilter(status=Status.REFUSED), 5)
            await measure_list(db, count, "within:0", DeadlineFilter(within_days=0), 3)
            await measure_list(db, count, "without a filter", DeadlineFilter(), 1)


if __name__ == "__main__":
    asyncio.run(main(tuple(map(int, sys.argv[1:])) or SIZES))
