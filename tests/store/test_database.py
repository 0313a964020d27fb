"""The database itself: what it refuses, and who sees what."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from bot.clock import FrozenClock
from bot.record.errors import CaseError
from bot.record.events import Answer, Extent
from bot.record.new_events import NewCase
from bot.store import cases
from bot.store import events as event_store
from bot.store.database import Database
from bot.store.tables import cases as case_rows
from bot.store.tables import events
from tests.recording import OTHER_SERVER, SERVER, Desk
from tests.undoing import undo_operation


@pytest.mark.parametrize("statement", ["UPDATE events SET text = 'other'", "DELETE FROM events"])
async def test_the_database_refuses_to_alter_or_remove_an_event(db: Database, clock: FrozenClock, statement: str) -> None:
    desk_of_alice = Desk(db)
    await desk_of_alice.open()
    await desk_of_alice.letter(clock.now())
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.write() as conn:
            await conn.execute(text(statement))


async def test_a_moment_without_a_time_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        async with db.read() as conn:
            await conn.execute(select(case_rows.c.id).where(case_rows.c.look_at <= datetime(2018, 1, 1)))  # noqa: DTZ001


async def test_moments_come_back_in_utc(db: Database, clock: FrozenClock) -> None:
    alice = Desk(db)
    await alice.open()
    await alice.letter(clock.now())
    async with db.read() as conn:
        assert (await conn.execute(select(events.c.recorded_at))).scalars().first() == clock.now()


async def test_a_failed_write_leaves_nothing_behind(db: Database, clock: FrozenClock) -> None:
    alice = Desk(db)
    await alice.open()
    with pytest.raises(RuntimeError):
        async with db.write() as conn:
            await conn.execute(text("UPDATE servers SET hour = 17"))
            raise RuntimeError
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT hour FROM servers"))).scalar() == 9


async def test_the_log_is_written_ahead_and_orphans_are_refused(db: Database) -> None:
    async with db.read() as conn:
        assert (await conn.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
    with pytest.raises(DBAPIError, match="FOREIGN KEY"):
        async with db.write() as conn:
            await conn.execute(text("INSERT INTO place_names (server_id, key, jurisdiction_id) VALUES (1, 'x', 1)"))


async def test_servers_never_see_each_others_cases(db: Database, clock: FrozenClock) -> None:
    alice, charlie = Desk(db), Desk(db, OTHER_SERVER)
    await alice.open()
    await charlie.open()
    await alice.letter(clock.now(), to=("Albany",))
    await charlie.letter(clock.now(), to=("Denver", "Seattle"))
    assert [(case.number, case.place.name) for case in await alice.cases()] == [(1, "Albany")]
    assert [(case.number, case.place.name) for case in await charlie.cases()] == [(1, "Denver"), (2, "Seattle")]
    async with db.read() as conn:
        assert await cases.numbered(conn, SERVER, 2) is None


async def test_the_same_letter_to_the_same_place_is_recorded_once(db: Database, clock: FrozenClock) -> None:
    alice = Desk(db)
    await alice.open()
    case = (await alice.letter(clock.now(), to=("Albany",)))[0]
    with pytest.raises(CaseError, match="already recorded"):
        async with db.write() as conn:
            await event_store.add_cases(conn, alice.audit(clock.now()), case.letter, [NewCase(case.place.id, None)])
    assert len(await alice.cases()) == 1


async def test_of_two_corrections_of_one_event_one_gets_through(db: Database, clock: FrozenClock) -> None:
    alice = Desk(db)
    await alice.open()
    case = (await alice.letter(clock.now(), to=("Albany",)))[0]
    answer = await alice.record(clock.now(), case, Answer(Extent.FULL))
    await alice.record(clock.now(), case, Answer(Extent.PARTIAL), replaces=answer)
    with pytest.raises(CaseError, match="already been corrected"):
        await alice.record(clock.now(), case, Answer(Extent.HOLDING), replaces=answer)


async def test_undo_takes_back_what_was_recorded_together_and_only_once(db: Database, clock: FrozenClock) -> None:
    alice = Desk(db)
    await alice.open()
    case = (await alice.letter(clock.now(), to=("Albany",)))[0]
    await alice.record(clock.now(), case, Answer(Extent.FULL))
    async with db.read() as conn:
        operation = (await conn.execute(select(events.c.operation).order_by(events.c.id.desc()))).scalars().first()
    later = clock.now() + timedelta(minutes=1)
    async with db.write() as conn:
        assert len(await undo_operation(conn, alice.audit(later), str(operation))) == 1
    assert (await alice.cases())[0].known_at(later).answered is None
    async with db.write() as conn:
        assert await undo_operation(conn, alice.audit(later), str(operation)) == []


async def test_closing_waits_for_the_transaction_under_way(db: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with db.write() as conn:
            begun.set()
            await go_on.wait()
            await conn.execute(text("INSERT INTO servers (id) VALUES (7)"))

    writing = asyncio.create_task(write())
    await begun.wait()
    closing = asyncio.create_task(db.close())
    go_on.set()
    await asyncio.gather(writing, closing)
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT id FROM servers"))).scalars().all() == [7]


async def test_a_database_file_is_made_with_its_folder(tmp_path: Path) -> None:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path}/new/folder/letterwatch.db")
    await opened.migrate()
    await opened.close()
    assert (tmp_path / "new/folder/letterwatch.db").exists()
