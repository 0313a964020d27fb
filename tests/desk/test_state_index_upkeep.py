"""Filling the index of states after an update, checking it, making it anew; and what a newer database says."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import main
from bot.clock import FrozenClock
from bot.desk import state_index
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.letter_list import letter_page
from bot.desk.pages import FIRST, LAST
from bot.desk.session import reading
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from bot.store import case_states
from bot.store.database import Database
from bot.store.tables import case_states as rows
from bot.store.tables import cases, letters
from tests.conftest import Run, database
from tests.desk.listing import walk, walks_agree
from tests.desk.test_state_index import agrees
from tests.recording import SERVER, Desk

TODAY = datetime(2018, 2, 1, tzinfo=UTC)
CASES = 14  # of the old database
#: Starts on a copy of the database again and again, and is killed each time before another of its statements.
KILLED = """
import asyncio, os, random, shutil, signal, sys
from sqlalchemy import event
from bot.desk import state_index
from tests.conftest import database

state_index.FILLED_AT_ONCE = 4

async def start(file, kill_before, done):
    db, count, in_migration = database(file), 0, 0

    @event.listens_for(db.engine.sync_engine, "before_cursor_execute")
    def before(*_):
        nonlocal count
        count += 1
        if count == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    await db.migrate()
    in_migration = count
    await state_index.fill(db)
    os.write(done, f"{in_migration} {count}".encode())

def child(file, kill_before=0):
    ours, theirs = os.pipe()
    if not (pid := os.fork()):
        asyncio.run(start(file, kill_before, theirs))
        os._exit(0)
    os.close(theirs)
    os.waitpid(pid, 0)
    return os.read(ours, 100).decode()

old, seed = sys.argv[1], int(sys.argv[2])
shutil.copy(old, f"{old}.whole")
in_migration, in_all = map(int, child(f"{old}.whole").split())
draw = random.Random(seed)
moments = draw.sample(range(2, in_migration), 2) + draw.sample(range(in_migration + 2, in_all), 2)
for moment in moments:
    shutil.copy(old, f"{old}.{moment}")
    assert child(f"{old}.{moment}", moment) == ""
print(*moments)
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
    assert await state_index.fill(old, lambda done, total: seen.append((done, total))) == CASES
    assert seen == [(CASES, CASES)] and await filled_to(old) is None
    await agrees(old, TODAY)
    assert await state_index.fill(old) == 0, "it is complete"


async def test_a_first_start_that_is_killed_anywhere_is_finished_by_the_next(old: Database) -> None:
    """Within the migrations, and while the index is filled."""
    seed = random.randrange(10**6)
    file = Path(str(old.url.database))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, str(file), str(seed)), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    moments = (await process.communicate())[0].split()
    assert len(moments) == 4, f"seed {seed}"
    with closing(sqlite3.connect(file)) as connection:
        recorded = connection.execute("SELECT id, case_id, detail, text, sources FROM events ORDER BY id").fetchall()
    for moment in moments:
        killed = file.with_name(f"{file.name}.{moment.decode()}")
        db = database(killed)
        await db.migrate()
        await state_index.fill(db)
        assert await filled_to(db) is None, f"seed {seed}, killed before statement {moment.decode()}"
        await agrees(db, TODAY)
        await db.close()
        with closing(sqlite3.connect(killed)) as connection:
            kept = connection.execute("SELECT id, case_id, detail, text, sources FROM events ORDER BY id").fetchall()
        assert kept == recorded


async def test_filling_that_is_stopped_goes_on_at_the_next_start(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 4)
    stopped = asyncio.Event()
    await old.migrate()
    assert await state_index.fill(old, lambda done, total: stopped.set(), stopped) == 4
    assert await state_index.fill(old) == CASES - 4
    await agrees(old, TODAY)


async def test_two_processes_fill_it_together(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 2)
    await old.migrate()
    other = database(Path(str(old.url.database)))
    assert sum(await asyncio.gather(state_index.fill(old), state_index.fill(other))) == CASES
    await other.close()
    await agrees(old, TODAY)


async def test_what_is_recorded_while_it_is_filled_is_kept(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of cases that have their rows already and of those whose turn has not come."""
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 2)
    await old.migrate()
    desk = Desk(old)

    async def record() -> None:
        for case in await desk.cases():
            await desk.record(TODAY, case, Answer(Extent.FULL))
        await desk.letter(TODAY, to=("Reno",), title="Another")

    await asyncio.gather(state_index.fill(old), record())
    assert await filled_to(old) is None
    await agrees(old, TODAY)


async def test_what_is_recorded_between_two_starts_is_kept(old: Database) -> None:
    """A case whose turn has not come, by a process that does not fill."""
    await old.migrate()
    [*_, last] = await Desk(old).cases()
    await Desk(old).record(TODAY, last, Answer(Extent.FULL))
    assert await count(old) == 1
    await state_index.fill(old)
    await agrees(old, TODAY)


async def as_an_older_program(monkeypatch: pytest.MonkeyPatch, recorded: Awaitable[object]) -> None:
    """Records without the index, of which it knows nothing."""

    async def not_followed(*_: object) -> None: ...

    with monkeypatch.context() as patched:
        patched.setattr(case_states, "follow", not_followed)
        await recorded


async def test_what_an_older_program_records_meanwhile_is_caught_up_with(
    old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ran when the tables were migrated, and still runs: while the index is filled, and afterwards."""
    desk = Desk(old)
    await old.migrate()
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 4)
    stopped = asyncio.Event()
    await state_index.fill(old, lambda done, total: stopped.set(), stopped)
    [first, second, *_, last] = await desk.cases()
    await as_an_older_program(monkeypatch, desk.record(TODAY, first, Answer(Extent.FULL)))
    await state_index.fill(old)
    await as_an_older_program(monkeypatch, desk.record(TODAY, last, Answer(Extent.FULL)))
    await as_an_older_program(monkeypatch, desk.letter(TODAY, to=("Reno", "Provo"), title="Another"))
    await desk.record(TODAY, second, Answer(Extent.PARTIAL))
    assert await state_index.catch_up(old) == 4, "not what was recorded with its row"
    await agrees(old, TODAY)
    assert await state_index.catch_up(old) == 0, "each event is looked at once"


async def test_the_index_is_kept_while_the_bot_runs(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled first; then what was recorded without it is caught up with, again and again, also after a failure."""
    monkeypatch.setattr(state_index, "LOOK_EVERY", 0.01)
    await old.migrate()
    stopped, mended, failures = asyncio.Event(), asyncio.Event(), iter([OSError("the disk is full")])
    catch_up = state_index.catch_up

    async def watched(*args: Any) -> int:
        for failure in failures:
            raise failure
        if count := await catch_up(*args):
            mended.set()
        return count

    monkeypatch.setattr(state_index, "catch_up", watched)
    keeping = asyncio.create_task(state_index.keep(old, stopped))
    while await filled_to(old) is not None:
        await asyncio.sleep(0)
    [case, *_] = await Desk(old).cases()
    await as_an_older_program(monkeypatch, Desk(old).record(TODAY, case, Answer(Extent.FULL)))
    async with asyncio.timeout(20):
        await mended.wait()
        stopped.set()
        await keeping
    await agrees(old, TODAY)


async def test_lists_find_every_case_while_it_is_being_filled(old: Database) -> None:
    await old.migrate()
    await walks_agree(old, TODAY, DeadlineFilter())
    before = await walk(old, TODAY, DeadlineFilter(), 5)
    await state_index.fill(old)
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
    assert await state_index.fill(db) == len(await desk.cases())
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


async def test_what_an_older_program_records_while_it_is_filled_and_made_anew_is_caught_up_with(
    old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The filling begins when the other had looked at the case, and is cut off before its turn comes."""
    await old.migrate()
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 4)
    desk, ids_after = Desk(old), case_states.ids_after
    [*_, last] = await desk.cases()
    stopped = asyncio.Event()

    async def at_the_end(conn: AsyncConnection, case_id: int, limit: int) -> list[int]:
        if case_id == last.id and not stopped.is_set():
            await as_an_older_program(monkeypatch, desk.record(TODAY, last, Answer(Extent.FULL)))
            await state_index.fill(old, lambda done, total: stopped.set(), stopped)
        return await ids_after(conn, case_id, limit)

    monkeypatch.setattr(case_states, "ids_after", at_the_end)
    await state_index.reindex(old, lambda done, total: None)
    assert stopped.is_set() and await filled_to(old) is None
    assert await state_index.catch_up(old) == 1
    await agrees(old, TODAY)


def of_index(run: Run) -> list[str]:
    """What doctor says of the index, line by line, with its verdict."""
    lines = [line.split(maxsplit=1) for line in run("doctor", "--offline")[1].splitlines()]
    about = "index of states"
    return [f"{verdict} {rest.removeprefix(about).strip()}" for verdict, rest in lines if rest.startswith(about)]


def test_doctor_takes_no_case_for_wrong_whose_turn_has_not_come(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "letterwatch.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((Path(__file__).parents[1] / "store/revision_0002.sql").read_text())
    monkeypatch.setattr(state_index, "FILLED_AT_ONCE", 4)

    async def start(*, filling: bool) -> None:
        db, stopped = database(file), asyncio.Event()
        await db.migrate()
        if filling:
            await state_index.fill(db, lambda done, total: stopped.set(), stopped)
        await db.close()

    asyncio.run(start(filling=False))
    rest = "the running bot goes on with that, and lists read the record itself until then."
    assert of_index(run) == [f"ok The index is not filled yet for 14 cases: {rest}"]
    asyncio.run(start(filling=True))
    assert of_index(run) == [
        "ok The index of states agrees with the record: 4 cases checked.",
        f"ok The index is not filled yet for 10 cases: {rest}",
    ]
    assert run("reindex")[:2] == (0, "14 cases checked; the index of states was wrong about 10, and is right now.\n")
    assert of_index(run) == ["ok The index of states agrees with the record: 14 cases checked."]


async def test_what_an_older_program_replaced_without_counting_is_counted(old: Database) -> None:
    """It knows the rows of cases, and not how many are alike."""
    await old.migrate()
    await state_index.fill(old)
    [first, *_] = await Desk(old).cases()
    await Desk(old).record(TODAY, first, Answer(Extent.FULL))
    async with old.write() as conn:
        await conn.execute(delete(rows).where(rows.c.case_id == first.id))
    assert not await state_index.is_counted(old)
    assert await state_index.catch_up(old) == 1
    assert await state_index.is_counted(old)
    await agrees(old, TODAY)


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
    assert of_index(run) == [
        f"wrong Server {SERVER}, case #1: answered is yes, not no.",
        f"wrong Server {SERVER}, case #2: its rows are missing, or too many.",
        "wrong The index of states is wrong about 2 of 4 cases and counts cases wrongly. letterwatch reindex makes it anew. "
        "Alerts do not depend on it.",
    ]
    assert run("doctor", "--offline")[0] == 1
    assert run("reindex")[:2] == (0, "4 cases checked; the index of states was wrong about 2, and is right now.\n")
    assert of_index(run) == ["ok The index of states agrees with the record: 4 cases checked."]


VERBS: dict[str, Sequence[str]] = {
    "run": (),
    "migrate": (),
    "import": ("record.json",),
    "status": ("Albany",),
    "plan": ("--from", "2018-02-01", "--to", "2018-02-02"),
    "export": (),
    "copy": ("0123456789",),
    "health": (),
    "reindex": (),
    "forget": ("--server", "1", "--yes", "Newsroom"),
}
NO_DATABASE = {"demo", "due", "extract", "places"}  # a list is put beside the database, which is not opened
WHOLE_FILE = {"backup", "doctor", "restore"}  # they look at the file itself, and have tests of their own


@pytest.mark.parametrize(("verb", "options"), [*VERBS.items(), ("import", ("record.json", "--dry-run"))])
def test_tables_of_a_newer_version_are_refused_in_one_line(
    run: Run, tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch, verb: str, options: Sequence[str]
) -> None:
    file = tmp_path / "letterwatch.db"
    file.write_bytes(migrated.read_bytes())
    (tmp_path / "record.json").write_bytes((Path(__file__).parents[2] / "bot/examples/section-1373.json").read_bytes())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    code, out, err = run(verb, *options)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "newer version of Letterwatch" in err and "0099" in err


def test_a_folder_that_cannot_be_made_is_named_in_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/data/letterwatch.db")
    code, out, err = run("migrate")
    assert (code, out, err.count("\n")) == (1, "", 1) and f"cannot be made: {tmp_path}/data" in err


def test_every_verb_that_uses_the_database_is_among_them() -> None:
    assert VERBS.keys() == {verb.name for verb in main.VERBS} - NO_DATABASE - WHOLE_FILE


async def rewritten_by_an_older_program(db: Database, case_id: int) -> None:
    """It removes the rows of a case and makes them anew, and knows nothing of the columns that were added since."""
    async with db.write() as conn:
        await conn.execute(
            update(rows).where(rows.c.case_id == case_id).values(alike="", facts="", days_given=None, last_event=0)
        )


async def test_rows_that_an_older_program_made_are_counted_once(
    db: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows the index and no counts: it removed rows that were counted. Then something is recorded, or the bot looks."""
    desk = Desk(db)
    await desk.open()
    first, second, *_ = await desk.letter(clock.now())
    for case in (first, second):
        await as_an_older_program(monkeypatch, desk.record(clock.now(), case, Answer(Extent.PARTIAL)))
        await rewritten_by_an_older_program(db, case.id)
    await desk.record(clock.now(), first, Answer(Extent.REFUSAL))
    await state_index.catch_up(db)
    await agrees(db, clock.now())


async def test_a_letter_that_an_older_program_recorded_is_listed_at_once(db: Database, clock: FrozenClock) -> None:
    desk = Desk(db)
    await desk.open()
    for title in ("First", "Second", "Third"):
        await desk.letter(clock.now(), title=title)
    async with db.write() as conn:
        await conn.execute(update(letters).where(letters.c.title == "Second").values(sent_by=None))
    for edge in (FIRST, LAST):
        async with reading(db, SERVER, clock.now()) as session:
            page = await letter_page(session, edge, 2)
        assert page.total == 3 and [row.edge_key for row in page.rows] and "Second" in {row.letter.title for row in page.rows}
    await state_index.fill(db)
    async with db.read() as conn:
        assert (await conn.execute(select(letters.c.id).where(letters.c.sent_by.is_(None)))).first() is None
