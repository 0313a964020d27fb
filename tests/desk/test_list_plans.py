"""A page of a list reads its own rows: no statement goes through all cases of a server, whatever ANALYZE has found."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bench.lists import executed, steps_of
from bot.chat.long_lists import render_at
from bot.desk.session import reading
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Answer, Basis, Closed, DeadlineSet, Detail, Extent, Outcome, Silenced
from bot.record.new_events import NewEvent
from bot.store import events
from bot.store.database import Database
from bot.words.card import Buttons, Card
from bot.words.paging import Query
from tests.conftest import Template, database
from tests.recording import NEW_YORK, SERVER, SOURCE, Desk
from tests.watch.test_query_plans import Statements, analyze, analyze_as_if, recorded

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
NOW = datetime(2018, 2, 20, 17, tzinfo=UTC)
TABLES = ("cases", "events", "alerts", "notices", "case_states", "case_groups", "letters", "jurisdictions")
FEW, MANY = 600, 6_000  # cases of each of two letters
FACTS: tuple[Detail, ...] = (
    Answer(Extent.REFUSAL),
    Answer(Extent.FULL),
    Closed(Outcome.CLOSED),
    Silenced(date(2018, 3, 5)),
    *(DeadlineSet(Deadline(date(2018, 2, 18) + timedelta(days=days), NEW_YORK), Basis.EXTENSION) for days in range(5)),
)
LISTS = {
    "deadlines": Query("deadlines", ("", "", "", "")),
    "overdue": Query("deadlines", ("", "OVERDUE", "", "")),
    "awaiting an answer": Query("deadlines", ("", "AWAITING", "", "")),
    "refused": Query("deadlines", ("", "REFUSED", "", "")),
    "closed": Query("deadlines", ("", "CLOSED", "", "")),
    "of a state": Query("deadlines", ("", "", "NY", "")),
    "refused, of a state": Query("deadlines", ("", "REFUSED", "NY", "")),
    "of a letter": Query("deadlines", ("", "", "", "1")),
    "within a week": Query("deadlines", ("7", "", "", "")),
    "letters": Query("letters"),
    "schedule": Query("schedule", ("30",)),
    "silences": Query("silences"),
}


async def fill(db: Database, count: int) -> None:
    """Two letters to so many places, of which eight things are recorded of one case in twelve each; and many letters to one."""
    await db.migrate()
    desk = Desk(db)
    await desk.open()
    for title in ("Demand", "Second demand"):
        cases = await desk.letter(SENT, to=[f"Town {number}" for number in range(count)], title=title)
        for start, fact in enumerate(FACTS):
            new = NewEvent(When("2018-01-24", NEW_YORK), fact, "", (SOURCE,))
            async with db.write() as conn:
                some = [(case.id, case.place.id, new) for case in cases[start::12]]
                await events.append_events(conn, desk.audit(SENT), some)
    for number in range(count // 20):
        await desk.letter(SENT, to=["Town 1"], title=f"Letter {number}")


@pytest.fixture
def few(template: Template) -> Path:
    return template("few-cases", lambda db: fill(db, FEW))


@pytest.fixture
def many(template: Template) -> Path:
    return template("many-cases", lambda db: fill(db, MANY))


async def page(db: Database, query: Query, edge: str) -> Card:
    async with reading(db, SERVER, NOW) as session:
        return await render_at(session, query, edge)


async def three_pages(db: Database, query: Query) -> None:
    """The first, the one behind it, and the last."""
    first = await page(db, query, ">0")
    buttons = [button for block in first.blocks if isinstance(block, Buttons) for button in block.buttons]
    for button in buttons:
        if button.label in ("More", "Last") and not button.disabled:
            await page(db, query, button.action.split(":")[2])


def wasteful(file: Path, statements: Statements, sorts: bool) -> list[str]:
    """The statements that would read a whole table or index, or, unless the list `sorts`, that sort; each with its plan."""
    wasting = []
    with closing(sqlite3.connect(file)) as connection:
        for statement, parameters in statements.items():
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            if (
                "WHERE letters.id IN" in statement
            ):  # a table that was tiny when ANALYZE was run is read whole, and nothing prevents it
                continue
            scans = any(re.match(rf"SCAN ({'|'.join(TABLES)})(_\d+)?\b", step) for step in plan)
            ordered = "case_groups" not in statement or not any("TEMP B-TREE FOR ORDER BY" in step for step in plan)
            if scans or not (sorts or ordered):
                wasting.append(f"{statement}\n  {plan}")
    return wasting


@pytest.mark.parametrize("query", LISTS.values(), ids=LISTS.keys())
async def test_no_statement_of_a_page_reads_a_whole_table(few: Path, tmp_path: Path, query: Query) -> None:
    file = tmp_path / "letterwatch.db"
    file.write_bytes(few.read_bytes())
    db = database(file)
    with recorded(db) as statements:
        await three_pages(db, query)
    await db.close()
    sorts = any(query.args[2:]) or query.view != "deadlines"  # the groups of a state, or of some letters
    assert len(statements) > 4
    assert wasteful(file, statements, sorts) == []
    analyze(file)
    assert wasteful(file, statements, sorts) == []
    analyze_as_if(file, 1_000_000, TABLES)
    assert wasteful(file, statements, sorts) == []
    analyze_as_if(file, 5, ("case_states", "case_groups"))
    assert wasteful(file, statements, sorts) == []


@pytest.mark.parametrize("name", [name for name in LISTS if name != "refused, of a state"])  # all groups of a state are read
async def test_a_page_of_ten_times_as_many_cases_costs_the_same(few: Path, many: Path, name: str) -> None:
    taken = []
    for file in (few, many):
        db = Database(f"sqlite+aiosqlite:///{file}")
        with executed(db) as statements:
            await three_pages(db, LISTS[name])
        await db.close()
        taken.append(steps_of(db, statements, 10))
    assert taken[0] > 100 and taken[1] < 2 * taken[0] + 1_000, taken
