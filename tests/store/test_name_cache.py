"""The lists of names in memory: up to date at each keystroke, whoever recorded something, and never too long."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import FrozenClock
from bot.desk.suggestions import places_like
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import name_cache, places
from bot.store.database import Database
from bot.store.name_cache import NameCache, Version, cache_of
from bot.store.name_list import SLICE
from bot.store.tables import events
from tests.conftest import database
from tests.desk.people import People, at_the_desk
from tests.recording import OTHER_SERVER, SERVER, Desk
from tests.undoing import undo_operation

AUSTIN = Jurisdiction(0, "Austin", PlaceKind.CITY, "TX")
ALBANY = Jurisdiction(0, "Albany", PlaceKind.CITY, "GA")
ALBION = Jurisdiction(0, "Albion", PlaceKind.CITY, "MI")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def add(db: Database, *known: Jurisdiction, server_id: int = SERVER) -> None:
    async with db.write() as conn:
        await places.ensure_all(conn, server_id, known)


async def offered(people: People, typed: str) -> list[str]:
    async with people.reading() as session:
        return await places_like(session, typed)


async def test_what_another_process_records_is_found_at_the_next_keystroke(people: People, tmp_path: Path) -> None:
    assert await offered(people, "alb") == ["Albany, NY"]
    other = database(tmp_path / "letterwatch.db")
    await add(other, ALBION)
    assert await offered(people, "alb") == ["Albany, NY", "Albion, MI"]
    [case] = await Desk(other).letter(people.clock.now(), to=("Alba",), title="Another")
    assert await offered(people, "alb") == ["Alba, NY", "Albany, NY", "Albion, MI"]
    async with other.write() as conn:
        operation = (await conn.execute(select(events.c.operation).where(events.c.case_id == case.id))).scalars().first()
        await undo_operation(conn, Desk(other).audit(people.clock.now()), str(operation))
    await other.close()
    assert await offered(people, "alb") == ["Albany, NY", "Alba, NY", "Albion, MI"]


async def test_what_is_rolled_back_is_never_offered(people: People) -> None:
    assert await offered(people, "aus") == []
    with pytest.raises(RuntimeError, match="rolled back"):
        async with people.alice() as session:
            await places.ensure(session.conn, SERVER, AUSTIN)
            await places_like(session, "aus")
            raise RuntimeError("rolled back")
    await add(people.db, ALBION)  # under the same id
    assert await offered(people, "aus") == []
    assert (await offered(people, "albi"))[0] == "Albion, MI"


async def test_a_label_becomes_a_full_one_once_another_place_has_that_name(people: People) -> None:
    assert await offered(people, "alban") == ["Albany, NY"]
    await add(people.db, Jurisdiction(0, "Albany", PlaceKind.COUNTY, "NY"))
    assert await offered(people, "alban") == ["Albany, NY (city)", "Albany, NY (county)"]


async def test_another_servers_places_are_not_offered(people: People) -> None:
    await Desk(people.db, OTHER_SERVER).open()
    await add(people.db, AUSTIN, server_id=OTHER_SERVER)
    assert await offered(people, "aus") == []


async def test_the_lists_that_were_not_used_for_longest_are_dropped(people: People) -> None:
    for server_id in (OTHER_SERVER, 3):
        await Desk(people.db, server_id).open()
        await add(people.db, ALBANY, ALBION, server_id=server_id)
    cache = NameCache(most=4)
    async with people.db.read() as conn:
        for server_id, kept in (
            (SERVER, {SERVER}),
            (OTHER_SERVER, {SERVER, OTHER_SERVER}),
            (SERVER, {SERVER, OTHER_SERVER}),
            (3, {SERVER, 3}),
        ):
            await cache.of(conn, server_id)
            assert {known for known in (SERVER, OTHER_SERVER, 3) if known in cache} == kept
        one = NameCache(most=1)
        await one.of(conn, SERVER)
        assert SERVER in one  # the one in use is kept, however long it is


async def test_keystrokes_at_once_make_one_list_and_let_others_run(people: People) -> None:
    await add(people.db, *(Jurisdiction(0, f"Town {number}", PlaceKind.TOWN, "VT") for number in range(3000)))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def names() -> name_cache.ServerNames:
        async with people.db.read() as conn:
            return await cache_of(conn).of(conn, SERVER)

    others = asyncio.create_task(count())
    lists = await asyncio.gather(*(names() for _ in range(4)))
    others.cancel()
    assert all(one is lists[0] for one in lists)
    assert turns > 3000 / SLICE
    assert len(lists[0].names) > 3000


async def test_many_new_places_are_all_found(people: People) -> None:
    assert await offered(people, "alb") == ["Albany, NY"]
    towns = [Jurisdiction(0, f"Town {number}", PlaceKind.TOWN, "VT") for number in range(name_cache.MOST_ADDED + 1)]
    await add(people.db, *towns)
    assert (await offered(people, "town 1999"))[0] == "Town 1999, VT"
    assert await offered(people, "alb") == ["Albany, NY"]


async def test_what_is_new_is_read_from_the_end_of_the_tables(people: People) -> None:
    async with people.db.read() as conn:
        for query in name_cache.changes(SERVER, Version(5, 5)):
            assert await plan(conn, query) == [f"SEARCH {query.get_final_froms()[0]} USING INTEGER PRIMARY KEY (rowid>?)"]
        assert not [step for step in await plan(conn, name_cache.NEWEST) if step.startswith("SCAN") and "CONSTANT" not in step]


async def plan(conn: AsyncConnection, query: Select[Any]) -> list[str]:
    written = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return [row.detail for row in await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}")]
