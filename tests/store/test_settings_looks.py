"""Which cases are looked at again after a setting was changed: those whose alerts may be due at another time, and no others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.record.events import Answer, Extent
from bot.record.posting import Quiet
from bot.store import servers
from bot.store.database import Database
from bot.store.tables import cases
from bot.watch.tick import tick
from tests.recording import SERVER, Desk

HOUR = timedelta(hours=1)


async def looks(db: Database) -> list[datetime | None]:
    async with db.read() as conn:
        return list((await conn.execute(select(cases.c.look_at).order_by(cases.c.id))).scalars())


async def ticked(db: Database, now: datetime) -> None:
    async for _ in tick(db, now):
        pass


async def changed(db: Database, now: datetime, **values: object) -> list[datetime | None]:
    """The next looks after a change."""
    async with db.write() as conn:
        await servers.change(conn, SERVER, now, **values)
    return await looks(db)


@pytest.fixture
async def planned(db: Database, clock: FrozenClock) -> list[datetime | None]:
    """Two cases that wait for an alert, and one that was answered: their next looks."""
    desk = Desk(db)
    await desk.open()
    *_, answered = await desk.letter(clock.now(), to=("Albany", "Denver", "Oakland"))
    await desk.record(clock.now(), answered, Answer(Extent.FULL))
    await ticked(db, clock.now())
    before = await looks(db)
    assert before[0] == before[1] and before[0] is not None and before[2] is None
    return before


@pytest.mark.parametrize("values", [{"desk_role_ids": (5,)}, {"escalation_role_id": 6}, {"calendar": "US"}, {"channel_id": 7}])
async def test_other_settings_say_nothing_of_when_an_alert_is_due(
    db: Database, clock: FrozenClock, planned: list[datetime | None], values: dict[str, object]
) -> None:
    assert await changed(db, clock.now() + HOUR, **values) == planned


@pytest.mark.parametrize("values", [{"hour": 15}, {"zone": "Asia/Tokyo"}, {"quiet": Quiet(weekends=True)}])
async def test_another_hour_zone_or_quiet_time_moves_the_alerts_of_every_case(
    db: Database, clock: FrozenClock, planned: list[datetime | None], values: dict[str, object]
) -> None:
    assert await changed(db, clock.now() + HOUR, **values) == [clock.now() + HOUR] * 3


async def test_the_same_hour_and_zone_again_change_nothing(
    db: Database, clock: FrozenClock, planned: list[datetime | None]
) -> None:
    """Nor do they let what is due now pass for what had passed under other settings."""
    async with db.read() as conn:
        before = await servers.get(conn, SERVER)
    assert await changed(db, clock.now() + HOUR, hour=before.hour, zone=before.zone.key) == planned
    async with db.read() as conn:
        assert await servers.get(conn, SERVER) == before


async def test_a_first_channel_wakes_what_was_due_meanwhile(
    db: Database, clock: FrozenClock, planned: list[datetime | None]
) -> None:
    await changed(db, clock.now(), channel_id=None)
    assert planned[0] is not None
    await ticked(db, planned[0])
    waiting = await looks(db)
    assert waiting == [None, None, None], "they wait outside the index"
    assert await changed(db, planned[0] + HOUR, channel_id=8) == [planned[0] + HOUR] * 3
