"""Migrations: a database of any revision becomes today's, and everything in it stays readable."""

from __future__ import annotations

import ast
import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import migrations
from bot.desk import draft_pending
from bot.record.case import Letter
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.when import When
from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER
from bot.record.moves import Recounting, by
from bot.record.problems import Problem, ProblemKind
from bot.store import cases, closures, drafts, events, places, problems, servers
from bot.store.database import Database
from bot.store.migrating import known, upgrade
from bot.store.tables import metadata
from bot.watch.tick import tick
from bot.words.deadlines import rule_text, step_lines

NOW = datetime(2018, 2, 1, tzinfo=UTC)
DEADLINES = {  # rule and steps of each deadline, as the program that recorded them showed them
    "Albany": ("a date", []),
    "Boston": (
        "a date and a time",
        ["the time zone is the one that is written, America/Los_Angeles, not America/New_York"],
    ),
    "Chicago": (
        "30 days",
        [
            "counted from Wednesday, 24 January 2018, which is not counted",
            "day 30 is Friday, 23 February 2018",
            "Friday 23 February is closed (snow)",
            "due Monday, 26 February 2018",
        ],
    ),
    "Denver": (
        "14 days + mail",
        [
            "counted from Wednesday, 24 January 2018, which is not counted",
            "day 14 is Wednesday, 7 February 2018",
            "3 days more for mail: Saturday, 10 February 2018",
            "due Monday, 12 February 2018",
        ],
    ),
    "Elgin": (
        "72 hours",
        [
            "counted from 10:23 EST on Tuesday, 20 February 2018",
            "72 hours later is 10:23 EST on Friday, 23 February 2018",
            "Friday 23 February is closed (snow)",
            "due at the same time on Monday, 26 February 2018",
        ],
    ),
    "Fresno": (
        "20 business days",
        [
            "counted from Wednesday, 24 January 2018, which is not counted",
            "Saturdays, Sundays and 19 February 2018 (Washington's Birthday) are not counted",
            "business day 20 is Thursday, 22 February 2018",
        ],
    ),
    "Gary": ("a date", ["“friday”, on Wednesday, 24 January 2018, is Friday, 26 January 2018"]),
    "Houston": (
        "14 days",
        [
            "extends the deadline of Friday, 16 February 2018, 17:00",
            "counted from Friday, 16 February 2018, which is not counted",
            "day 14 is Friday, 2 March 2018",
            "the time of day stays: 17:00",
        ],
    ),
    "Ithaca": ("thirty days or so", ["counted by hand", "on a Saturday"]),
    "Juneau": (
        "31 days",
        [
            "counted from Wednesday, 24 January 2018, which is not counted",
            "day 31 is Saturday, 24 February 2018",
        ],
    ),
    "Kansas City": (
        "30 days",
        [
            "counted from Wednesday, 24 January 2018, which is not counted",
            "day 30 is Friday, 23 February 2018",
            "Friday 23 February is closed (snow)",
            "due Saturday, 24 February 2018",
        ],
    ),
    "Lincoln": (
        "10 days before",
        [
            "counted back from Thursday, 1 March 2018, which is not counted",
            "day 10 is Monday, 19 February 2018",
            "Monday 19 February is Washington's Birthday",
            "due Friday, 16 February 2018",
        ],
    ),
    "Miami": ("30 days", []),
    "Nome": (
        "240 hours",
        [
            "counted from 10:00 EST on Monday, 5 March 2018",
            "the clocks go forward 1 hour in between",
            "240 hours later is 11:00 EDT on Thursday, 15 March 2018",
        ],
    ),
}
COUNTED = DEADLINES.keys() - {"Albany", "Boston", "Gary", "Ithaca", "Miami"}
VERSIONS = sorted((Path(migrations.__file__).parent / "versions").glob("*.py"))


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    """A database as the program left it at revision 0002, not migrated yet."""
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((Path(__file__).parent / "revision_0002.sql").read_text())
    opened = Database(f"sqlite+aiosqlite:///{file}")
    yield opened
    await opened.close()


def test_each_revision_is_in_a_file_of_its_name_and_follows_the_one_before() -> None:
    """The program knows the revisions by the names of the files, and does not ask Alembic at each start."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert [revision.revision for revision in script.walk_revisions()][::-1] == known()
    assert script.get_heads() == known()[-1:]


async def test_a_database_that_is_up_to_date_starts_without_alembic(migrated: Path) -> None:
    probe = (
        "import asyncio, sys, bot.app; from bot.store.database import Database; "
        "db = Database(sys.argv[1]); asyncio.run(db.migrate()); print({'alembic', 'httpx', 'rich'} & set(sys.modules))"
    )
    address = f"sqlite+aiosqlite:///{migrated}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", probe, address, stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate())[0] == b"set()\n"


async def test_a_migrated_database_equals_the_metadata(db: Database) -> None:
    async with db.engine.connect() as conn:
        differences = await conn.run_sync(lambda sync: compare_metadata(MigrationContext.configure(sync), metadata))
    assert differences == []


async def test_a_migrated_database_has_what_the_tables_say_down_to_its_triggers(old: Database, tmp_path: Path) -> None:
    """Compared with tables made from the metadata; the triggers are those that the first migration made, with one exception."""
    async with old.read() as conn:
        triggers = await _triggers(conn)
    await old.migrate()
    fresh = Database(f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}")
    async with fresh.write() as conn:
        await conn.run_sync(metadata.create_all)
        wanted = await conn.run_sync(_anatomy)
    await fresh.close()
    async with old.read() as conn:
        assert await conn.run_sync(_anatomy) == wanted
        altered, removed = triggers
        but_for = "WHEN NOT EXISTS (SELECT 1 FROM forgettings WHERE forgettings.server_id = OLD.server_id)\n        BEGIN"
        assert await _triggers(conn) == [altered, removed.replace("BEGIN", but_for)]
        assert (await conn.execute(text("PRAGMA foreign_key_check"))).all() == []


async def test_when_each_case_last_changed_is_read_from_its_events(old: Database) -> None:
    """What it began with is no change: its letter, and the deadline that was recorded with it."""
    await old.migrate()
    async with old.read() as conn:
        rows = await conn.execute(text("SELECT id, changed_at FROM cases"))
        changed = {row.id: row.changed_at for row in rows}
        events_of = await conn.execute(
            text("SELECT case_id, kind, recorded_at FROM events WHERE case_id > 0 ORDER BY recorded_at")
        )
        newest = {row.case_id: row.recorded_at for row in events_of if row.kind in ("answer", "court", "corrected", "finding")}
    assert newest and any(moment is None for moment in changed.values())
    assert {case_id: moment for case_id, moment in changed.items() if case_id in newest} == newest


def _anatomy(connection: Connection) -> dict[str, dict[str, object]]:
    """By its name, what each table is made of, in any order, and whether its ids are given out once."""
    there = inspect(connection)
    tables = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    script: dict[str, str] = {row.name: row.sql for row in tables}
    return {
        table: {
            "columns": sorted(repr(sorted((name, str(value)) for name, value in column.items())) for column in columns),
            "primary key": there.get_pk_constraint(table),
            "foreign keys": sorted(map(repr, there.get_foreign_keys(table))),
            "unique": sorted(map(repr, there.get_unique_constraints(table))),
            "indexes": sorted(
                (index["name"] or "", index["column_names"], index["unique"]) for index in there.get_indexes(table)
            ),
            "ids are given out once": "AUTOINCREMENT" in script[table],
        }
        for table in metadata.tables
        for columns in [there.get_columns(table)]
    }


async def _triggers(conn: AsyncConnection) -> list[str]:
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    return list((await conn.execute(text(query))).scalars())


@pytest.mark.parametrize("table", ["letters", "drafts"])
async def test_the_id_of_a_row_that_was_removed_is_not_given_to_another(db: Database, table: str) -> None:
    assert await _next_id(db, table) != await _next_id(db, table)


@pytest.mark.parametrize("table", ["letters", "drafts"])
async def test_nor_are_the_ids_of_rows_that_were_removed_from_an_old_database(old: Database, table: str) -> None:
    async with old.read() as conn:
        highest = int((await conn.execute(select(func.max(metadata.tables[table].c.id)))).scalar_one())
    await old.migrate()
    assert await _next_id(old, table) > highest + 1


async def _next_id(db: Database, table: str) -> int:
    """The id that a row gets which is added and removed again."""
    async with db.write() as conn:
        await servers.ensure(conn, 1, "Newsroom")
        if table == "drafts":
            draft_id = await drafts.add(conn, 1, 123, NOW, {}, b"")
            await drafts.drop(conn, draft_id)
            return draft_id
        audit = events.audit_context(1, "Alice", NOW, ZoneInfo("America/New_York"), 123)
        new = Letter(0, "", "Another", "The authority", When("2018-01-24", audit.zone), "All of it", (), (), ())
        letter = await events.add_letter(conn, audit, new)
        await events.take_back_letter(conn, audit, letter.id)
        return letter.id


async def test_migrating_twice_changes_nothing(db: Database) -> None:
    async with db.read() as conn:
        before = (await conn.execute(text("SELECT sql FROM sqlite_master ORDER BY name"))).all()
    await db.migrate()
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT sql FROM sqlite_master ORDER BY name"))).all() == before


async def test_two_processes_that_make_the_database_at_once_both_find_it_made(tmp_path: Path) -> None:
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"}
    migrate = (sys.executable, "-m", "bot", "migrate")
    both = [
        await asyncio.create_subprocess_exec(*migrate, env=environment, stdout=asyncio.subprocess.DEVNULL) for _ in range(2)
    ]
    assert [await one.wait() for one in both] == [0, 0]


async def test_places_of_an_older_database_are_found_by_every_way_of_writing_their_names(tmp_path: Path) -> None:
    old = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with old.engine.connect() as conn:
        await conn.run_sync(upgrade, "0001")
        await conn.execute(text("INSERT INTO servers (id, name) VALUES (1, 'Newsroom')"))
        place = "INSERT INTO jurisdictions (id, server_id, name, kind, state, aliases, sources) VALUES "
        await conn.execute(text(f"{place} (5, 1, 'Mt. Vernon', 'city', 'NY', '[\"City of Mt. Vernon\"]', '[]')"))
        await conn.execute(text("INSERT INTO place_names (server_id, key, jurisdiction_id) VALUES (1, 'mt vernon', 5)"))
        await conn.commit()
    await old.migrate()
    async with old.read() as conn:
        for typed in ("Mt. Vernon", "Mount Vernon", "City of Mount Vernon, N.Y."):
            assert [place.name for place in (await places.named(conn, 1, typed)).places] == ["Mt. Vernon"]
    await old.close()


async def test_who_recorded_is_split_into_a_name_and_an_id(old: Database) -> None:
    await old.migrate()
    async with old.read() as conn:
        known = [await events.operation(conn, 1, name) for name in ("the-letter", "bobs-answer", "an-import", "a-script")]
        closure = (await closures.of_server(conn, 1))[0]
        alone = await cases.numbered(conn, 1, 1)
    assert [operation and (operation.by, operation.by_id) for operation in known] == [
        ("Alice", 123),
        ("Bob (the builder)", 456),
        ("import of record (1)", None),
        ("a script", None),
    ]
    assert (closure.recorded_by, closure.recorded_by_id) == ("Alice", 123)
    assert alone and [(event.recorded_by, event.recorded_by_id) for event in alone.events][-1] == ("Bob (the builder)", 456)


async def test_the_deadlines_of_an_old_database_are_explained_as_they_were(old: Database) -> None:
    await old.migrate()
    async with old.read() as conn:
        known = {case.place.name: case.at(NOW).deadline for case in await cases.of_server(conn, 1)}
    explained = {place: (rule_text(deadline), step_lines(deadline)) for place, deadline in known.items() if deadline}
    assert explained == DEADLINES
    assert {place for place, deadline in known.items() if deadline and deadline.is_countable} == COUNTED


async def test_the_deadlines_of_an_old_database_are_where_counting_them_again_puts_them(old: Database) -> None:
    """Also the extension, whose time of day only its sentences mention."""
    await old.migrate()
    async with old.read() as conn:
        shut = await closures.in_force(conn, 1)
        recounting = Recounting(NOW, by(lambda name: calendar_named(name or "none", shut)))
        recounted = [recounting.of_history(case.events) for case in await cases.of_server(conn, 1)]
    assert not any(recounted)


async def test_a_letter_and_a_draft_of_an_old_database_are_read(old: Database) -> None:
    await old.migrate()
    async with old.read() as conn:
        [letter] = await cases.letters_of(conn, 1)
        kept = await drafts.get(conn, 1, 1)
    assert kept is not None
    pending = draft_pending.load(kept.body)
    assert letter.deadline and pending.draft.deadline
    assert letter.deadline == pending.draft.deadline.value
    assert (rule_text(letter.deadline), step_lines(letter.deadline)) == DEADLINES["Chicago"]


async def test_events_stay_append_only_after_the_migration_that_altered_them(old: Database) -> None:
    await old.migrate()
    for statement in ("UPDATE events SET recorded_by = 'Mallory'", "DELETE FROM events"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with old.write() as conn:
                await conn.execute(text(statement))


async def test_a_migration_that_is_cut_off_leaves_the_database_as_it_was(old: Database, tmp_path: Path) -> None:
    def dump() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
            return list(connection.iterdump())

    async with old.write() as conn:  # fails after the events, when their own trigger is still lifted
        await conn.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON closures BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        )
    before = dump()
    with pytest.raises(DBAPIError, match="the disk is full"):
        await old.migrate()
    assert dump() == before
    assert any("CREATE TRIGGER events_are_never_altered" in line for line in before)


async def test_notices_and_alerts_stay_as_they_were(old: Database) -> None:
    async def waiting() -> list[tuple[object, ...]]:
        query = (
            "SELECT n.id, n.token, n.letter_id, n.rung, n.state, a.id, a.case_id, a.about_id, a.state "
            "FROM notices n JOIN alerts a ON a.notice_id = n.id ORDER BY a.id"
        )
        async with old.read() as conn:
            return [tuple(row) for row in await conn.execute(text(query))]

    async with old.write() as conn:
        [(case_id, letter_id, event_id)] = (
            await conn.execute(text("SELECT c.id, c.letter_id, e.id FROM cases c JOIN events e ON e.case_id = c.id LIMIT 1"))
        ).all()
        await conn.execute(
            text(
                "INSERT INTO notices (id, token, server_id, channel_id, letter_id, rung, due_at, not_before) "
                f"VALUES (77, 'token', 1, 100, {letter_id}, 'news', '2018-02-01', '2018-02-01')"
            )
        )
        await conn.execute(
            text(
                "INSERT INTO alerts (id, notice_id, case_id, about_id, rung, due_at) "
                f"VALUES (88, 77, {case_id}, {event_id}, 'news', '2018-02-01')"
            )
        )
    before = await waiting()
    assert before
    await old.migrate()
    assert await waiting() == before


async def _record_again(conn: AsyncConnection) -> None:
    """As version 0.2.0 left a case that was answered, undone and recorded again: the answer, which was left standing, had
    stopped its clock, so that it would never be looked at."""
    columns = "server_id, case_id, jurisdiction_id, happened, zone, recorded_by, certainty, sources, operation"
    copied = f"INSERT INTO events (recorded_at, kind, detail, text, replaces, {columns}) SELECT "
    source = f"{columns} FROM events WHERE id = "
    answered = """'answer', '{"kind": "answer", "extent": "full"}', 'All of it.', NULL"""
    undone = """'corrected', '{"kind": "corrected"}', 'Undone.'"""
    for values in (
        f"'2018-01-24 17:01:00', {answered}, {source} 1",
        f"'2018-01-24 17:02:00', {undone}, 1, {source} 1",
        f"'2018-01-24 17:02:00', {undone}, 2, {source} 2",
        f"'2018-01-24 17:03:00', kind, detail, text, NULL, {source} 1",
        f"'2018-01-24 17:03:00', kind, detail, text, NULL, {source} 2",
    ):
        await conn.execute(text(copied + values))
    await conn.execute(text("UPDATE cases SET look_at = NULL"))


async def test_a_case_whose_clock_runs_again_is_looked_at_again(old: Database) -> None:
    async with old.write() as conn:
        await _record_again(conn)
    await old.migrate()
    async with old.read() as conn:
        case = await cases.numbered(conn, 1, 1)
        looked_at = (await conn.execute(text("SELECT id FROM cases WHERE look_at IS NOT NULL"))).scalars().all()
    assert case and case.at(NOW).clock_runs
    assert looked_at == [case.id], "the others are not"
    planned = [new async for new in tick(old, datetime(2018, 2, 16, 15, tzinfo=UTC))]
    assert planned == [1], "7 days left"


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_a_migration_imports_nothing_of_the_program(file: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert not imported & {"bot", "sandbox"}


async def test_servers_that_exist_keep_their_alerts_and_are_told_once(tmp_path: Path) -> None:
    old = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with old.engine.connect() as conn:
        await conn.run_sync(upgrade, "0014")
        await conn.execute(text("INSERT INTO servers (id, name, channel_id) VALUES (1, 'Newsroom', 100), (2, 'Unused', NULL)"))
        await conn.commit()
    await old.migrate()
    async with old.write() as conn:
        await servers.ensure(conn, 3, "New")
    async with old.read() as conn:
        assert [server.ladder for server in await servers.known(conn)] == [LEGACY_LADDER, LEGACY_LADDER, DEFAULT_LADDER]
        [to_tell] = await problems.to_tell(conn, datetime.now(UTC))
    assert (to_tell.server_id, to_tell.problem) == (1, Problem(ProblemKind.LADDER))
    async with old.write() as conn:
        await problems.told(conn, to_tell, 100, datetime.now(UTC))
    async with old.read() as conn:
        assert await problems.next_telling(conn) is None
    await old.close()
