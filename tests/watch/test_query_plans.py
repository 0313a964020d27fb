"""Every statement of a tick and of a delivery turn is answered from an index, whatever ANALYZE has found."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.filled import PLANNED, Size, deadline_of, fill
from bot.clock import FrozenClock
from bot.record.errors import Undeliverable
from bot.record.events import Consequence, ConsequenceState, DeadlineSet
from bot.record.new_events import NewEvent
from bot.record.problems import Fault, Problem, ProblemKind
from bot.store import announcements, cases, events, looks, problems, redirects, tables
from bot.store.database import Database
from bot.watch import tick as tick_module
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.conftest import Template, database
from tests.recording import NEW_YORK, SOURCE
from tests.watch.test_delivery import Channels, House, at

SIZE = Size(100_000, letters=1_000, servers=10, facts=0, notices=True)
LARGE = ("cases", "events", "alerts", "notices")
Statements = dict[str, Any]


@pytest.fixture
def file(template: Template, tmp_path: Path) -> Path:
    async def large(db: Database) -> None:
        await db.migrate()
        await fill(db, SIZE)

    return Path(shutil.copy(template("100000-cases", large), tmp_path / "letterwatch.db"))


@contextmanager
def recorded(db: Database) -> Iterator[Statements]:
    """Every statement that is executed meanwhile, with the parameters of its first execution."""
    statements: Statements = {}

    def keep(conn: object, cursor: object, statement: str, parameters: Any, context: object, many: bool) -> None:
        if statement.split()[0] in ("SELECT", "WITH", "UPDATE", "INSERT", "DELETE"):
            rows = bool(parameters) and isinstance(parameters[0], tuple)
            statements.setdefault(statement, parameters[0] if rows else parameters)

    event.listen(db.engine.sync_engine, "before_cursor_execute", keep)
    yield statements
    event.remove(db.engine.sync_engine, "before_cursor_execute", keep)


def scans(file: Path, statements: Statements) -> list[str]:
    """The statements for which SQLite would read a whole table, or a whole index of it, each with its plan."""
    scanning = []
    with closing(sqlite3.connect(file)) as connection:
        for statement, parameters in statements.items():
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            if any(re.match(rf"SCAN ({'|'.join(LARGE)})(_\d+)?\b", step) for step in plan):
                scanning.append(f"{statement}\n  {plan}")
    return scanning


def analyze(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ANALYZE")


def analyze_as_if(file: Path, rows: int, large: tuple[str, ...]) -> None:
    """As if ANALYZE had found so many rows in these tables, all alike."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ANALYZE")
        for table, index, found in connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
            if table in large:
                alike = " ".join([str(rows)] * len(found.split()))
                connection.execute("UPDATE sqlite_stat1 SET stat = ? WHERE idx = ?", (alike, index))


@pytest.mark.parametrize("pages", ["one page", "more than a page"])
async def test_no_statement_reads_a_whole_table(file: Path, pages: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if pages == "more than a page":
        monkeypatch.setattr(tick_module, "PAGE", 30)
        monkeypatch.setattr(tick_module, "SLICE", 20)
    db, clock, channels = database(file), FrozenClock(PLANNED), Channels()
    watch = Watch(db, clock, Delivery(db, clock, channels))
    with recorded(db) as nothing_due:
        await watch.turn()
        await watch.next_moment()
    await some_due(db)
    clock.set(PLANNED + timedelta(days=14, hours=23))
    channels.failures = [lambda: Undeliverable("lost", permanent=False, maybe_sent=True)]
    with recorded(db) as some:
        await watch.turn()
        await watch.next_moment()
        async with db.write() as conn:
            await conn.execute(update(tables.notices).where(tables.notices.c.id == 1).values(state="undeliverable"))
            await redirects.redirect(conn, 2, 555, clock.now())
            await redirects.refused(conn, 2)
            await look_after(conn, clock.now())
    await db.close()
    assert len(channels.posted) > 4 and len(nothing_due) < 6 and len(some) > 20
    statements = nothing_due | some
    assert scans(file, statements) == []
    analyze(file)
    assert scans(file, statements) == []
    analyze_as_if(file, 1_000_000, LARGE)
    assert scans(file, statements) == []
    analyze_as_if(file, 5, ("alerts", "notices"))  # run when the first letter was a day old
    assert scans(file, statements) == []


async def look_after(conn: AsyncConnection, now: datetime) -> None:
    """What is asked and written where a server's channel cannot be used."""
    await conn.execute(update(tables.notices).where(tables.notices.c.id == 1).values(state="undeliverable", ready=False))
    assert await redirects.with_refused(conn, [1, 2, 3])
    await redirects.try_one(conn, 2, 555, now)
    await redirects.send_refused(conn, 2, 666, [555], now)
    await redirects.any_unsettled(conn, 2)
    await looks.any_until(conn, 2, now)
    await problems.report(conn, 2, Problem(ProblemKind.CHANNEL, 555, Fault.GONE), now)
    await problems.next_telling(conn)
    [problem] = await problems.to_tell(conn, now)
    await problems.told(conn, problem, 5, now)


async def some_due(db: Database) -> None:
    """Deadlines, an answer, and news for some cases of four letters; two others are due on a server without a channel."""
    c = tables.cases.c
    blocked = Consequence("withholding of funds", ConsequenceState.BLOCKED)
    async with db.write() as conn:
        await conn.execute(update(tables.cases).where(c.letter_id > 6).values(look_at=None))
        await conn.execute(update(tables.cases).where(c.letter_id <= 6).values(look_at=PLANNED))
        await conn.execute(update(tables.servers).where(tables.servers.c.id.in_((6, 7))).values(channel_id=None))
        for letter_id in (1, 2, 3, 4):
            server_id = letter_id + 1
            audit = events.audit_context(server_id, "Alice", PLANNED, NEW_YORK)
            detail = DeadlineSet(deadline_of(letter_id))
            of_letter = (await cases.of_letter(conn, server_id, letter_id))[:50]
            facts = [(case.id, case.place.id, NewEvent(case.letter.sent, detail, "", (SOURCE,))) for case in of_letter]
            ids = await events.append_events(conn, audit, facts)
            news = [(case.id, event_id) for case, event_id in zip(of_letter[:5], ids[:5], strict=True)]
            news += [(case.id, case.events[0].id) for case in of_letter[5:8]]  # as if they had been added now
            await announcements.announce(conn, server_id, letter_id, news, PLANNED)
            fact = NewEvent(of_letter[0].letter.sent, blocked, "As told.", (SOURCE,))
            ids = await events.append_events(conn, audit, [(None, of_letter[0].place.id, fact)])
            await announcements.announce(conn, server_id, None, [(None, ids[0])], PLANNED)
            more = await events.append_events(conn, audit, [(None, of_letter[0].place.id, fact)])
            await announcements.announce(conn, server_id, None, [(None, more[0])], PLANNED, 7)  # which waits for more


def steps(file: Path, statements: Statements) -> dict[str, int]:
    """How many instructions SQLite carries out for each of these statements. Nothing of it stays."""
    counted = dict.fromkeys(statements, 0)
    with closing(sqlite3.connect(file)) as connection:
        connection.isolation_level = None
        for statement, parameters in statements.items():

            def count(statement: str = statement) -> int:
                counted[statement] += 1
                return 0

            connection.execute("BEGIN IMMEDIATE")
            connection.set_progress_handler(count, 1)
            connection.execute(statement, parameters).fetchall()
            connection.set_progress_handler(None, 0)
            connection.execute("ROLLBACK")
    return counted


async def all_that_can_wait(db: Database) -> None:
    """10,000 notices that Discord refused, in as many channels, 5,000 that another worker has, and 5,000 in one channel."""
    n = tables.notices
    async with db.read() as conn:
        [like] = (await conn.execute(select(n).where(n.c.state == "pending").limit(1))).mappings().all()
    later, leased = at(2, 9) + timedelta(hours=1), at(2, 9) + timedelta(minutes=1)
    refused: list[dict[str, Any]]
    refused = [{"state": "undeliverable", "channel_id": 10_000 + i, "not_before": later} for i in range(10_000)]
    claimed: list[dict[str, Any]]
    claimed = [{"state": "claimed", "channel_id": 50, "not_before": leased, "claim": "other"} for _ in range(5_000)]
    ready: list[dict[str, Any]] = [{"state": "pending", "ready": True} for _ in range(5_000)]
    ready += [{"state": "pending", "channel_id": 70 + i, "ready": True, "due_at": later} for i in range(20)]
    for kind in (refused, claimed, ready):
        kind[:] = [{**like, "ready": False, "id": None, "part": number, **row} for number, row in enumerate(kind, 1)]
        for row in kind:
            row["token"] = f"{row['state'][:5]}-{row['ready']}-{row['part']}"
            del row["id"]
        async with db.write() as conn:
            await conn.execute(n.insert(), kind)


async def test_a_round_reads_the_same_whatever_waits(house: House, tmp_path: Path) -> None:
    await house.alice.letter(house.clock.now())
    house.clock.set(at(2, 9))
    await house.plan(at(2, 9))
    file = Path(str(house.db.url.database))
    with recorded(house.db) as few:
        await house.watch.turn()
        await house.watch.next_moment()
        await house.watch.turn()
    before = steps(file, few)
    async with house.db.write() as conn:
        await conn.execute(update(tables.notices).values(state="pending", ready=True, claim=None))
    await all_that_can_wait(house.db)
    after = steps(file, few)
    of_twelve = 12 * 300  # instructions, where twelve notices or channels are read and changed in place of one
    grown = [
        (statement, count, after[statement]) for statement, count in before.items() if after[statement] > count + of_twelve
    ]
    assert len(few) > 12 and grown == []
    assert scans(file, few) == []
