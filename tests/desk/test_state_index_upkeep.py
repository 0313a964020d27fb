"""Filling the index of states after an update, checking it, making it anew; and what a newer database says."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, text, update

from bot.clock import FrozenClock
from bot.desk import state_index
from bot.desk.deadline_list import DeadlineFilter
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from bot.store import case_states
from bot.store.database import Database
from bot.store.tables import case_states as rows
from bot.store.tables import cases
from tests.conftest import Run, database
from tests.desk.listing import walk, walks_agree
from tests.desk.test_state_index import agrees
from tests.recording import SERVER, Desk

TODAY = datetime(2018, 2, 1, tzinfo=UTC)
CASES = 14  # of the old database
CUT_OFF = """
import asyncio, os, sys
from bot.desk import state_index
from bot.desk.deadline_list import DeadlineFilter
from bot.store.database import Database
state_index.FILLED_AT_ONCE = 4
def progress(done, total):
    if done >= 8:
        os._exit(9)
asyncio.run(state_index.prepare(Database(sys.argv[1]), progress))
"""


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    """A database as the program left it at revision 0002, not migrated yet."""
    file = tmp_path / "letterwatch.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((Path(__file__).parents[1] / "store/revision_0002.sql").read_text())
    opened = database(file)
    yield opened
    await opened.close()


async def count(db: Database) -> int:
    async with db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(rows))).scalar_one())


async def filled_to(db: Database) -> int | None:
    async with db.read() as conn:
        return await case_states.filled_to(conn)


async def break_rows(db: Database) -> None:
    """One row is wrong, another one is missing."""
    async with db.write() as conn:
        first, second = (await conn.execute(select(cases.c.id).order_by(cases.c.id).limit(2))).scalars()
        await conn.execute(update(rows).where(rows.c.case_id == first).values(answered=True))
        await conn.execute(delete(rows).where(rows.c.case_id == second))


async def test_the_first_start_fills_it_for_the_cases_of_an_old_database(old: Database) -> None:
    seen: list[tuple[int, int]] = []
    await old.migrate()
    assert (await count(old), await filled_to(old)) == (0, 0)
    assert await state_index.prepare(old, lambda done, total: seen.append((done, total))) == CASES
    assert seen == [(CASES, CASES)] and await filled_to(old) is None
    await agrees(old, TODAY)
    assert await state_index.prepare(old) == 0, "it is complete"


async def test_filling_that_is_killed_is_finished_by_the_next_start(old: Database) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", CUT_OFF, str(old.url))
    assert await process.wait() == 9
    assert await count(old) == 8 and await filled_to(old)
    assert await state_index.prepare(old) == CASES - 8
    await agrees(old, TODAY)


async def test_filling_that_is_stopped_is_finished_by_the_next_start(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 4)
    stopped = asyncio.Event()
    assert await state_index.prepare(old, lambda done, total: stopped.set(), stopped) == 4
    assert await state_index.prepare(old) == CASES - 4
    await agrees(old, TODAY)


async def test_what_is_recorded_between_two_starts_is_kept(old: Database) -> None:
    """A case whose turn has not come, by a process that does not fill."""
    await old.migrate()
    [*_, last] = await Desk(old).cases()
    await Desk(old).record(TODAY, last, Answer(Extent.FULL))
    assert await count(old) == 1
    await state_index.prepare(old)
    await agrees(old, TODAY)


async def test_lists_find_every_case_while_it_is_being_filled(old: Database) -> None:
    await old.migrate()
    await walks_agree(old, TODAY, DeadlineFilter())
    before = await walk(old, TODAY, DeadlineFilter(), 5)
    await state_index.prepare(old)
    assert await walk(old, TODAY, DeadlineFilter(), 5) == before
    assert sum(len(shown.page.rows) for shown in before) == CASES


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 18), ("Pacific/Honolulu", 5)])
async def test_what_is_due_today_in_its_own_zone_is_listed(db: Database, clock: FrozenClock, zone: str, hour: int) -> None:
    desk = Desk(db)
    await desk.open()
    [case] = await desk.letter(clock.now(), to=("Albany",))
    now = datetime(2018, 2, 20, hour, tzinfo=UTC)
    there = ZoneInfo(zone)
    assert now.astimezone(there).date() != now.date()
    today = DeadlineSet(Deadline(now.astimezone(there).date(), there), Basis.EXTENSION)
    await desk.record(clock.now(), case, today)
    [listed] = await walk(db, now, DeadlineFilter(within_days=0), 5)
    assert [row.case.number for row in listed.page.rows] == [1] and listed.counts.cases == 1


async def test_rows_that_older_rules_made_are_made_anew(db: Database, clock: FrozenClock) -> None:
    desk = Desk(db)
    await desk.open()
    await desk.letter(clock.now())
    async with db.write() as conn:
        await conn.execute(text("UPDATE state_index SET version = version - 1"))
        await conn.execute(update(rows).values(answered=True))
    assert await state_index.prepare(db) == len(await desk.cases())
    await agrees(db, clock.now())


async def test_a_new_database_has_nothing_to_fill(db: Database) -> None:
    assert await filled_to(db) is None


async def test_it_is_made_anew_while_the_bot_records(db: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(db)
    await desk.open()
    recorded = await desk.letter(clock.now())
    await break_rows(db)
    monkeypatch.setattr(state_index, "BATCH", 1)
    monkeypatch.setattr(state_index, "PAUSE", 0)

    async def record() -> None:
        for case in recorded:
            await desk.record(clock.now(), case, Answer(Extent.PARTIAL))

    await asyncio.gather(state_index.reindex(db, lambda done, total: None), record())
    await agrees(db, clock.now())


def broken(db: Database, clock: FrozenClock) -> None:
    async def make() -> None:
        desk = Desk(db)
        await desk.open()
        await desk.letter(clock.now())
        await break_rows(db)
        await db.close()

    asyncio.run(make())


def test_doctor_names_what_differs_and_reindex_mends_it(run: Run, tmp_path: Path, migrated: Path, clock: FrozenClock) -> None:
    file = tmp_path / "letterwatch.db"
    file.write_bytes(migrated.read_bytes())
    broken(database(file), clock)
    code, out, _ = run("doctor")
    assert code == 1
    assert out.splitlines() == [
        f"Server {SERVER}, case #1: answered is yes, not no.",
        f"Server {SERVER}, case #2: its rows are missing, or too many.",
        "The index of states is wrong about 2 of 4 cases and counts cases wrongly. letterwatch reindex makes it anew. "
        "Alerts do not depend on it.",
    ]
    assert run("reindex")[:2] == (0, "4 cases checked; the index of states was wrong about 2, and is right now.\n")
    assert run("doctor")[:2] == (0, "The index of states agrees with the record: 4 cases checked.\n")


@pytest.mark.parametrize("verb", [["migrate"], ["import", "record.json"]])
def test_tables_of_a_newer_version_are_refused_in_one_line(run: Run, tmp_path: Path, migrated: Path, verb: tuple[str]) -> None:
    file = tmp_path / "letterwatch.db"
    file.write_bytes(migrated.read_bytes())
    (tmp_path / "record.json").write_bytes((Path(__file__).parents[2] / "bot/examples/section-1373.json").read_bytes())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    code, out, err = run(*verb)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "newer version of Letterwatch" in err and "0099" in err
