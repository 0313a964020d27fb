"""`python -m bench.lists [cases ...]`: lists of a server with many cases, page by page, as they are asked for and turned.

Each figure is of a whole answer without Discord: the statements, the replay of the rows, the card. With `--letters` each letter
has ten recipients; else one has all. `--index` also fills and checks the index of states.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import delete, event

from bench.names import held
from bot.chat.long_lists import render_at
from bot.desk import state_index
from bot.desk.session import reading
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Answer, Closed, Detail, Extent, Outcome
from bot.record.new_events import NewCase, NewEvent
from bot.record.place_names import STATES
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import case_states, events, places, servers
from bot.store.database import Database
from bot.store.tables import case_groups, case_totals
from bot.store.tables import case_states as rows
from bot.words.card import Buttons, Card
from bot.words.paging import Query

SIZES = (1_000, 10_000, 100_000)
READS = 100
TARGET = 20.0  # milliseconds, of the slowest in a hundred
PER_LETTER = 10
SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
NOW = datetime(2018, 2, 20, 17, tzinfo=UTC)
POSTAL_CODES = sorted(STATES)[:50]
FACTS: tuple[tuple[int, int, Detail], ...] = (
    (6, 100, Answer(Extent.REFUSAL)),
    (1, 10, Answer(Extent.FULL)),
    (2, 10, Closed(Outcome.CLOSED)),
)
LISTS = {
    "/deadlines": Query("deadlines", ("", "", "", "")),
    "/deadlines status:overdue": Query("deadlines", ("", "OVERDUE", "", "")),
    "/deadlines status:awaiting": Query("deadlines", ("", "AWAITING", "", "")),
    "/deadlines status:refused (1 in 100)": Query("deadlines", ("", "REFUSED", "", "")),
    "/deadlines status:answered (1 in 10)": Query("deadlines", ("", "ANSWERED", "", "")),
    "/deadlines status:closed (1 in 10)": Query("deadlines", ("", "CLOSED", "", "")),
    "/deadlines state:CO (1 in 50)": Query("deadlines", ("", "", "CO", "")),
    "/deadlines state:CO status:refused": Query("deadlines", ("", "REFUSED", "CO", "")),
    "/deadlines letter:": Query("deadlines", ("", "", "", "1")),
    "/deadlines within:0": Query("deadlines", ("0", "", "", "")),
    "/deadlines within:7": Query("deadlines", ("7", "", "", "")),
    "/letters": Query("letters"),
    "/schedule": Query("schedule", ("30",)),
    "/schedule days:365": Query("schedule", ("365",)),
    "/silences": Query("silences"),
}
PAGES = ("first", "second", "last")


@dataclass(frozen=True)
class Figure:
    """What one page of one list costs."""

    what: str
    cases: int
    #: Milliseconds by the clock, and of processor time, of the event loop's thread and of all.
    p50: float
    p99: float
    loop: float
    processor: float
    statements: int
    #: Thousands of steps of SQLite's machine: how much it read, whatever the machine.
    steps: int
    target: float = TARGET

    def __str__(self) -> str:
        met = "" if self.p99 < self.target else f" (not met: {self.target:.0f} ms)"
        cost = f"{self.processor:.1f} ms of processor time, {self.loop:.1f} of them in the event loop"
        reads = f"{self.statements} statements, {self.steps}k steps"
        return f"{self.cases:,} cases: {self.what}: p50 {self.p50:.1f}, p99 {self.p99:.1f} ms{met}; {cost}; {reads}"


@contextmanager
def executed(db: Database) -> Iterator[list[tuple[str, Any]]]:
    """Every statement from now on, with its parameters."""
    statements: list[tuple[str, Any]] = []

    def keep(conn: object, cursor: object, statement: str, parameters: Any, context: object, many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine.sync_engine, "before_cursor_execute", keep)
    yield statements
    event.remove(db.engine.sync_engine, "before_cursor_execute", keep)


def steps_of(db: Database, statements: Sequence[tuple[str, Any]], at_once: int = 1_000) -> int:
    """How many times `at_once` steps SQLite's machine takes for these: the same on every computer."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    with closing(sqlite3.connect(str(db.url.database))) as connection:
        connection.set_progress_handler(step, at_once)
        for statement, parameters in statements:
            if statement != "BEGIN":
                connection.execute(statement, parameters).fetchall()
    return taken


@asynccontextmanager
async def recorded(count: int, per_letter: int) -> AsyncIterator[Database]:
    """A server with so many cases, in fifty states, due on thirty days; of a hundred one has refused, ten have answered and ten
    are closed."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'letterwatch.db'}")
        await db.migrate()
        try:
            async with db.write() as conn:
                await servers.ensure(conn, 1, "City Desk")
                await servers.change(conn, 1, SENT, channel_id=100)
                zone = (await servers.get(conn, 1)).zone
                towns = [Jurisdiction(0, f"Town {n}", PlaceKind.TOWN, POSTAL_CODES[(n + n // 10) % 50]) for n in range(count)]
                ids = [place_id for place_id, _ in await places.ensure_all(conn, 1, towns)]
                due = [Deadline(date(2018, 2, 10) + timedelta(days=day), zone) for day in range(30)]
                facts = []
                for number, first in enumerate(range(0, count, per_letter)):
                    audit = events.audit_context(1, "Alice", SENT, zone)
                    letter = Letter(0, "", f"Demand {number}", "The authority", When("2018-01-24", zone), "All files")
                    letter = await events.add_letter(conn, audit, letter)
                    of_letter = ids[first : first + per_letter]
                    wanted = [NewCase(place_id, due[(n + number) % 30]) for n, place_id in enumerate(of_letter)]
                    added = await events.add_cases(conn, audit, letter, wanted)
                    facts += [(case_id, place_id) for (case_id, _), place_id in zip(added, of_letter, strict=True)]
                for start, every, detail in FACTS:
                    fact = NewEvent(When("2018-01-24", zone), detail)
                    some = [(case_id, place_id, fact) for case_id, place_id in facts[start::every]]
                    await events.append_events(conn, events.audit_context(1, "Alice", SENT, zone), some)
            yield db
        finally:
            await db.close()


async def measure(db: Database, count: int, reads: int = READS) -> list[Figure]:
    """What the first, the second and the last page of each list cost."""
    gc.collect()
    gc.freeze()  # what the benchmark has made is no part of the bot
    return [
        await _figure(db, f"{name}, {which} page", count, query, edge, reads)
        for name, query in LISTS.items()
        for which in PAGES
        if (edge := await _edge(db, query, which))
    ]


async def _edge(db: Database, query: Query, which: str) -> str | None:
    """The edge of that page, as its button has it; None if there is no such page."""
    if which == "first":
        return ">0"
    label = {"second": "More", "last": "Last"}[which]
    first = await _page(db, query, ">0")
    buttons = [button for block in first.blocks if isinstance(block, Buttons) for button in block.buttons]
    [*actions] = [button.action for button in buttons if button.label == label and not button.disabled]
    return re.split(":", actions[0])[2] if actions else None


async def _page(db: Database, query: Query, edge: str) -> Card:
    async with reading(db, 1, NOW) as session:
        return await render_at(session, query, edge)


async def _figure(db: Database, what: str, count: int, query: Query, edge: str, reads: int) -> Figure:
    clock: list[float] = []
    loop: list[float] = []
    processor: list[float] = []
    for _ in range(5):
        await _page(db, query, edge)
    with executed(db) as statements:
        await _page(db, query, edge)
    for _ in range(reads):
        began = time.perf_counter(), time.thread_time(), time.process_time()
        await _page(db, query, edge)
        ended = time.perf_counter(), time.thread_time(), time.process_time()
        for took, start, end in zip((clock, loop, processor), began, ended, strict=True):
            took.append(1000 * (end - start))
    slices = quantiles(clock, n=100)
    cost = (slices[49], slices[98], sum(loop) / reads, sum(processor) / reads)
    return Figure(what, count, *cost, len(statements), steps_of(db, statements))


async def measure_fill(db: Database, count: int) -> None:
    async with db.write() as conn:
        await conn.execute(delete(rows))
        await conn.execute(delete(case_groups))
        await conn.execute(delete(case_totals))
        await case_states.set_filled(conn, 0)
    began = time.perf_counter()
    async with held() as holds:
        await _page(db, LISTS["/deadlines"], ">0")
    took, blocked = time.perf_counter() - began, 1000 * holds.processor
    print(f"{count:,} cases: /deadlines without the index, while it is filled: {took:.1f} s; the loop is held {blocked:.0f} ms")
    began = time.perf_counter()
    await state_index.prepare(db, lambda done, total: None)
    print(f"{count:,} cases: the index of states filled in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    assert await state_index.check(db, lambda done, total: None) == state_index.Checked([], 0)
    assert await state_index.is_counted(db)
    print(f"{count:,} cases: checked against a replay of each in {time.perf_counter() - began:.1f} s")


async def main(arguments: list[str]) -> None:
    for count in tuple(int(text) for text in arguments if text.isdecimal()) or SIZES:
        async with recorded(count, PER_LETTER if "--letters" in arguments else count) as db:
            async with db.read() as conn:
                groups = await conn.exec_driver_sql("SELECT count(*) FROM case_groups")
                print(f"{count:,} cases in {groups.scalar_one():,} groups")
            for figure in await measure(db, count):
                print(figure)
            if "--index" in arguments:
                await measure_fill(db, count)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
