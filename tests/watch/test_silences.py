"""A silence ends on its day: through restarts, clocks that are changed or wrong, and a week in which nothing runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.record.case import Case
from bot.record.events import Answer, Corrected, Extent, Silenced
from bot.store import servers
from bot.store.audits import alerts_of
from bot.store.database import Database
from bot.store.tables import alerts
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.conftest import database
from tests.recording import NEW_YORK, SERVER, Desk
from tests.watch.test_clock_jumps import JUMPS, World
from tests.watch.test_delivery import House, at

MARCH_12 = Silenced(date(2018, 3, 12))  # a day after the clocks were put forward
HELD = "Overdue by 17 days: Albany, NY"


async def overdue(house: House) -> Case:
    """Albany's deadline of 23 February has passed, and one reminder was posted."""
    [case] = await house.alice.letter(house.clock.now(), to=("Albany",))
    for day in (24, 26):
        assert len(await house.turn(at(2, day))) == 1
    return case


async def silenced(house: House) -> Case:
    case = await overdue(house)
    await house.alice.record(at(2, 27), case, MARCH_12)
    return case


async def turns(house: House, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """What is posted in that time, by the hour."""
    posted = []
    while start <= end:
        posted += [(f"{start.astimezone(NEW_YORK):%m-%d %H}", text) for text in await house.turn(start)]
        start += timedelta(hours=1)
    return posted


async def test_it_ends_at_the_posting_hour_of_its_day_through_a_restart(house: House) -> None:
    await silenced(house)
    assert await turns(house, at(2, 27), at(3, 5)) == []
    house.delivery = Delivery(house.db, house.clock, house.channels)  # another process
    house.watch = Watch(house.db, house.clock, house.delivery)
    [(when, text)] = await turns(house, at(3, 5), at(3, 13))
    assert when == "03-12 09"
    assert text.startswith(HELD) and "Posted late" not in text


async def test_after_a_week_of_downtime_it_is_posted_once_and_late(house: House) -> None:
    await silenced(house)
    assert await house.turn(at(3, 10)) == []
    [text] = await house.turn(at(3, 18))
    assert text.startswith("Overdue by 23 days") and "Posted late" in text
    assert await turns(house, at(3, 18, 10), at(3, 20)) == []


async def test_an_answer_meanwhile_ends_it_without_a_word(house: House) -> None:
    case = await silenced(house)
    await house.alice.record(at(3, 5), case, Answer(Extent.FULL))
    assert await turns(house, at(3, 11), at(3, 13)) == []


async def test_another_posting_hour_moves_the_end(house: House) -> None:
    await silenced(house)
    await house.turn(at(3, 8))
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(3, 8), hour=16)
    [(when, text)] = await turns(house, at(3, 11), at(3, 13))
    assert when == "03-12 16" and "Posted late" not in text


async def test_a_repeat_that_is_planned_when_it_is_silenced_is_held_back(house: House) -> None:
    case = await overdue(house)
    await house.plan(at(3, 2))
    await house.alice.record(at(3, 2, second=10), case, Silenced(date(2018, 3, 5)))
    assert await house.turn(at(3, 2, second=20)) == []
    async with house.db.read() as conn:
        reasons = (await conn.execute(select(alerts.c.reason).where(alerts.c.state == "superseded"))).scalars().all()
    assert "silenced" in reasons
    [(when, text)] = await turns(house, at(3, 2, 10), at(3, 6))
    assert when == "03-05 09" and text.startswith("Overdue by 10 days") and "Posted late" not in text


async def test_lifting_posts_the_newest_at_once_and_undoing_a_silence_too(house: House) -> None:
    case = await silenced(house)
    assert await house.turn(at(3, 10)) == []
    await house.alice.record(at(3, 10, 12), case, Silenced(date(2018, 3, 10)))
    [text] = await house.turn(at(3, 10, 12))
    assert text.startswith("Overdue by 15 days") and "Posted late" not in text
    assert await turns(house, at(3, 10, 13), at(3, 13)) == []


async def test_undoing_a_silence_brings_the_newest_back_late(house: House) -> None:
    case = await overdue(house)
    silence = await house.alice.record(at(2, 27), case, MARCH_12)
    assert await house.turn(at(3, 10)) == []
    await house.alice.record(at(3, 10, 12), case, Corrected(), replaces=silence)
    [text] = await house.turn(at(3, 10, 12))
    assert text.startswith("Overdue by 15 days") and "Posted late" in text


async def test_one_until_the_next_event_ends_with_news(house: House) -> None:
    case = await overdue(house)
    await house.alice.record(at(2, 27), case, Silenced(None))
    assert await turns(house, at(2, 27), at(3, 4)) == []
    await house.alice.record(at(3, 4, 12), case, Answer(Extent.PARTIAL), "2018-03-04")
    [(when, text)] = await turns(house, at(3, 4, 12), at(3, 6))
    assert when == "03-05 09" and text.startswith("Overdue by 10 days")


@pytest.fixture
async def world(migrated: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Albany's reminders are silenced until 12 March. It is 9 March."""
    file = tmp_path / "letterwatch.db"
    file.write_bytes(migrated.read_bytes())
    db: Database = database(file)
    world = World(db, at(2, 22))
    await world.desk.open(at(1, 24))
    [case] = await world.desk.letter(at(2, 22), to=("Albany",))
    for day in (23, 24, 26):
        await world.go_on_to(at(2, day))
    await world.desk.record(at(2, 27), case, MARCH_12)
    await world.go_on_to(at(3, 9))
    yield world
    world.discord.gate.set()
    await world.delivery.stop(patience=1)
    await db.close()


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_a_clock_that_is_wrong_around_the_end_neither_loses_nor_doubles_it(world: World, jump: timedelta) -> None:
    """It is wrong from the day before to the day after, and the process is killed meanwhile."""
    before = len(world.discord.posted)
    await world.go_on_to(at(3, 11, 21))
    world.machine.jump(world.true + jump)
    await world.tick()
    await world.kill()
    await world.go_on_to(at(3, 12, 8, 59))
    await world.go_on_to(at(3, 12, 9, 10))
    await world.go_on_to(at(3, 13))
    world.machine.jump(world.true)
    for minutes in (1, 20, 60):
        await world.go_on_to(at(3, 13, 9, minutes) if minutes < 60 else at(3, 13, 11))
    posted = world.discord.texts()[before:]
    assert len(posted) == 1 and posted[0].startswith("Overdue by 1")
    case_ids = [case.id for case in await Desk(world.db).cases()]
    async with world.db.read() as conn:
        sent = [alert for of_case in (await alerts_of(conn, case_ids)).values() for alert in of_case if alert.sent_at]
    assert len({alert.key for alert in sent}) == len(sent)
