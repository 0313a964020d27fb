"""A server's settings: made once for equal rows, and never older than the transaction that uses them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk import closures, deadlines, session
from bot.record.posting import Quiet
from bot.record.servers import Server
from bot.record.sources import Source
from bot.store import servers
from bot.store.database import Database
from tests.conftest import database
from tests.recording import OTHER_SERVER, SERVER, Desk

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
CHANGES: list[dict[str, Any]] = [
    {"zone": "America/Chicago"},
    {"hour": 7},
    {"channel_id": None},
    {"desk_role_ids": (9,)},
    {"escalation_role_id": 9},
    {"announce": False},
    {"calendar": "US-CA"},
    {"quiet": Quiet(weekends=True)},
]


async def settings_of(db: Database, server_id: int = SERVER) -> Server:
    async with session.reading(db, server_id, NOW) as opened:
        return opened.server


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
async def test_what_another_process_changes_is_in_the_next_use(db: Database, change: dict[str, Any]) -> None:
    await Desk(db).open()
    before = await settings_of(db)
    other = database(Path(str(db.url.database)))
    async with other.write() as conn:
        await servers.change(conn, SERVER, NOW, **change)
    after = await settings_of(db)
    name, value = next(iter(change.items()))
    assert getattr(before, name) != getattr(after, name) == (ZoneInfo(value) if name == "zone" else value)
    async with other.write() as conn:
        await servers.ensure(conn, SERVER, "A new name")
    assert (await settings_of(db)).name == "A new name"
    await other.close()


async def test_a_transaction_uses_the_settings_of_its_beginning(db: Database) -> None:
    await Desk(db).open()
    async with db.read() as conn:
        before = await servers.get(conn, SERVER)
        async with db.write() as other:
            await servers.change(other, SERVER, NOW, hour=7)
        assert await servers.get(conn, SERVER) == before
    assert (await settings_of(db)).hour == 7


async def test_settings_are_those_of_the_server(db: Database) -> None:
    await Desk(db).open()
    await Desk(db, OTHER_SERVER).open(hour=7)
    assert [(each.id, each.hour) for each in (await settings_of(db), await settings_of(db, OTHER_SERVER))] == [
        (SERVER, 9),
        (OTHER_SERVER, 7),
    ]


async def test_equal_settings_are_made_once(db: Database) -> None:
    await Desk(db).open()
    assert await settings_of(db) is await settings_of(db)


async def test_a_closure_of_another_process_counts_in_the_next_use(db: Database) -> None:
    await Desk(db).open()

    async def is_closed() -> bool:
        async with session.reading(db, SERVER, NOW) as opened:
            return (await deadlines.calendar_of(opened)).closed(date(2018, 2, 1)) is not None

    assert not await is_closed()
    other = database(Path(str(db.url.database)))
    async with session.writing(other, SERVER, NOW, "Alice") as opened:
        await closures.add_closure(opened, date(2018, 2, 1), "Storm", Source("Notice"))
    await other.close()
    assert await is_closed()
