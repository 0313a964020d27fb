"""What is due at one moment for one letter is in one notice, whatever is recorded in the same second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.record.events import Answer, Corrected, Extent, Statement
from bot.store import looks, redirects, servers
from bot.watch import tick as tick_module
from bot.watch.tick import tick
from tests.recording import CHANNEL, OPENED, SERVER
from tests.watch.test_delivery import House, at

FIVE = ("Albany", "Buffalo", "Denver", "Elmira", "Oakland")
NINE = at(2, 9)
MEANWHILE = NINE + timedelta(milliseconds=200)  # the tick has read the time, and now waits for the database


async def plan_and_send(house: House, now: datetime) -> list[str]:
    before = len(house.channels.posted)
    house.clock.set(now)
    async for _ in tick(house.db, now):
        await house.delivery.drain()
    await house.delivery.drain()
    return house.channels.texts()[before:]


async def say(house: House) -> None:
    [case] = [case for case in await house.alice.cases() if case.place.name == "Denver"]
    await house.alice.record(MEANWHILE, case, Statement("the mayor"), "2018-02-09")


async def change_hour(house: House) -> None:
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, MEANWHILE, hour=8)
        await servers.change(conn, SERVER, MEANWHILE, hour=9)


Write = Callable[[House], Awaitable[None]]


@pytest.fixture(params=[2, 100])
def slices(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick_module, "SLICE", request.param)
    monkeypatch.setattr(tick_module, "PAGE", 2 * request.param)


@pytest.mark.usefixtures("slices")
@pytest.mark.parametrize("write", [say, change_hour])
async def test_what_is_recorded_before_the_tick_reads_splits_nothing(house: House, write: Write) -> None:
    await house.alice.letter(house.clock.now(), to=FIVE)
    await write(house)
    [text] = await plan_and_send(house, NINE)
    assert all(place in text for place in FIVE)
    assert await plan_and_send(house, NINE + timedelta(seconds=5)) == []


@pytest.mark.usefixtures("slices")
@pytest.mark.parametrize("write", [say, change_hour])
async def test_what_is_recorded_after_the_tick_has_read_splits_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    await house.alice.letter(house.clock.now(), to=FIVE)
    read = looks.due

    async def due(*arguments: Any) -> Any:
        page = await read(*arguments)
        monkeypatch.setattr(looks, "due", read)
        await write(house)
        return page

    monkeypatch.setattr(looks, "due", due)
    [text] = await plan_and_send(house, NINE)
    assert all(place in text for place in FIVE)
    assert await plan_and_send(house, NINE + timedelta(seconds=5)) == []


async def test_what_becomes_due_after_the_time_of_the_tick_is_planned_by_the_next(house: House) -> None:
    """Denver's answer is taken back by then, so that its alert is due."""
    [denver] = await house.alice.letter(house.clock.now(), to=("Denver",))
    answer = await house.alice.record(at(2, 8), denver, Answer(Extent.FULL))
    await plan_and_send(house, at(2, 8))
    await house.alice.record(MEANWHILE, denver, Corrected(), replaces=answer)
    assert await plan_and_send(house, NINE) == []
    [text] = await plan_and_send(house, NINE + timedelta(seconds=5))
    assert "Denver" in text


async def test_another_channel_that_is_set_between_two_slices_splits_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tick_module, "SLICE", 2)
    await house.alice.letter(house.clock.now(), to=FIVE)
    house.clock.set(NINE)
    planned = tick(house.db, NINE)
    await anext(planned)
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, NINE, channel_id=CHANNEL + 7)
        await redirects.redirect(conn, SERVER, CHANNEL + 7, NINE)
    await house.delivery.drain()
    assert house.channels.posted == []
    async for _ in planned:
        await house.delivery.drain()
    await house.delivery.drain()
    [(channel, _, _)] = house.channels.posted
    assert channel == CHANNEL + 7 and all(place in house.channels.texts()[0] for place in FIVE)


async def test_what_nobody_has_claimed_takes_in_what_comes_later_and_what_was_posted_does_not(house: House) -> None:
    """An answer that is taken back makes an alert due that was not, when the others were planned."""
    _, buffalo, denver = await house.alice.letter(house.clock.now(), to=FIVE[:3])
    answers = [await house.alice.record(at(2, 8), case, Answer(Extent.FULL)) for case in (buffalo, denver)]
    await house.plan(NINE)
    await house.alice.record(NINE + timedelta(seconds=1), buffalo, Corrected(), replaces=answers[0])
    [text] = await plan_and_send(house, NINE + timedelta(seconds=2))
    assert "Albany" in text and "Buffalo" in text and "Denver" not in text
    await house.alice.record(NINE + timedelta(seconds=3), denver, Corrected(), replaces=answers[1])
    [text] = await plan_and_send(house, NINE + timedelta(seconds=4))
    assert "Denver" in text and "Albany" not in text


async def test_an_older_rung_is_not_posted_by_a_clock_that_was_set_back(house: House) -> None:
    [denver] = await house.alice.letter(OPENED, to=("Denver",))
    assert len(await plan_and_send(house, NINE)) == 1
    await house.alice.record(NINE - timedelta(hours=3), denver, Statement("the mayor"), "2018-02-08")
    assert await plan_and_send(house, NINE - timedelta(hours=3)) == []
    assert len(await plan_and_send(house, at(2, 16))) == 1
