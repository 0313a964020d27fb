"""A notice with many lines is checked while others may write, and is as true as any other when it is posted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import aside
from bot.record.case import Case
from bot.record.events import Answer, Extent
from bot.store import servers
from bot.store.notices import Notice
from bot.watch import deliver, last_check
from bot.watch.last_check import Reading, Verdict, read_long
from bot.watch.rounds import MOST_READINGS
from tests.recording import SERVER
from tests.watch.test_delivery import House, at
from tests.watch.test_rounds import HERE, killed, limited

pytestmark = pytest.mark.usefixtures("apart")
PLACES = ("Albany", "Buffalo", "Denver", "Elmira", "Oakland", "Rome", "Seattle")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_check, "MANY_LINES", 5)


@pytest.fixture
async def cases(house: House) -> list[Case]:
    """A letter to seven places, whose rung is planned, and another one to one place."""
    of_letter = await house.alice.letter(house.clock.now(), to=PLACES)
    await house.alice.letter(house.clock.now(), to=PLACES[:1], title="Short")
    house.clock.set(at(2, 9))
    await house.plan(at(2, 9))
    return of_letter


def meanwhile(monkeypatch: pytest.MonkeyPatch, record: Callable[[int], Awaitable[object]]) -> list[int]:
    """Record something each time a long notice has been read, and before it is posted: how often it was read."""
    readings: list[int] = []

    async def read(conn: AsyncConnection, notice: Notice, now: datetime, times: int, keeps_token: bool) -> Reading:
        reading = await read_long(conn, notice, now, times, keeps_token)
        readings.append(times)
        await record(times)
        return reading

    monkeypatch.setattr(deliver, "read_long", read)
    return readings


async def test_others_write_while_it_is_read(house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    async def write(times: int) -> None:  # which would wait for ever for a transaction that writes
        async with house.db.write() as conn:
            await servers.ensure(conn, SERVER, "Another name")

    readings = meanwhile(monkeypatch, write)
    await house.delivery.drain()
    assert readings == [1, 2], "the name of the server has changed"
    assert len(house.channels.posted) == 2 and any("14 days left: 7 jurisdictions" in t for t in house.channels.texts())


async def test_an_answer_that_is_recorded_while_it_is_read_is_left_out(
    house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(times: int) -> None:
        if times == 1:
            await house.alice.record(at(2, 9), cases[0], Answer(Extent.FULL))

    readings = meanwhile(monkeypatch, answer)
    await house.delivery.drain()
    [long] = [text for text in house.channels.texts() if "jurisdictions" in text]
    assert readings == [1, 2] and "6 jurisdictions" in long and "Albany" not in long


async def test_a_changed_setting_makes_it_out_of_date(house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    async def change(times: int) -> None:
        if times == 1:
            async with house.db.write() as conn:
                await servers.change(conn, SERVER, at(2, 9), escalation_role_id=9)

    readings = meanwhile(monkeypatch, change)
    await house.delivery.drain()
    assert readings == [1, 2] and len(house.channels.posted) == 2


async def test_it_is_posted_however_much_is_recorded_meanwhile(
    house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(times: int) -> None:
        await house.alice.record(at(2, 9), cases[times], Answer(Extent.FULL))

    readings = meanwhile(monkeypatch, answer)
    await house.delivery.drain()
    [long] = [text for text in house.channels.texts() if "jurisdictions" in text]
    assert readings == [1, 2, 3] and readings[-1] == MOST_READINGS and "4 jurisdictions" in long
    assert {state for _, state in await house.states()} == {"sent"}


async def test_a_case_that_cannot_be_read_is_left_out_alone(
    house: House, cases: list[Case], caplog: pytest.LogCaptureFixture
) -> None:
    async with house.db.write() as conn:
        await conn.exec_driver_sql(f"UPDATE cases SET tracked_since = 'some day' WHERE id = {cases[3].id}")
    await house.delivery.drain()
    assert await house.states() == [("14-days-before", "sent"), ("14-days-before", "sent")]
    assert "is left out: what it is about cannot be read" in caplog.text


async def test_it_is_rendered_in_a_thread_also_while_others_have_to_wait(
    house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop goes on."""
    threads: list[bool] = []
    rendered = last_check._rendered

    def noted(*arguments: Any) -> list[Verdict]:
        threads.append(threading.current_thread() is threading.main_thread())
        return rendered(*arguments)

    async def answer(times: int) -> None:
        await house.alice.record(at(2, 9), cases[times], Answer(Extent.FULL))

    monkeypatch.setattr(aside, "FEW", 1)
    monkeypatch.setattr(last_check, "_rendered", noted)
    meanwhile(monkeypatch, answer)
    await house.delivery.drain()
    assert sorted(threads) == [False] * (MOST_READINGS + 1) + [True], "the short one is not worth a thread"


async def test_a_kill_while_it_is_read_loses_nothing(house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    reading, never = asyncio.Event(), asyncio.Event()

    async def hang(times: int) -> None:
        reading.set()
        await never.wait()

    meanwhile(monkeypatch, hang)
    channels = limited(house)
    await house.delivery.take_up()
    await reading.wait()
    await killed(house)
    monkeypatch.setattr(deliver, "read_long", read_long)
    house.clock.set(at(2, 9, minute=2))
    await house.delivery.drain()
    assert len(channels.posted) == 2 and {state for _, state in await house.states()} == {"sent"}


async def test_what_was_read_before_its_channel_was_full_is_read_again(
    house: House, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A week later the next alert is due, and this one is no longer true."""
    channels = limited(house)
    full = asyncio.Event()

    async def fill(times: int) -> None:
        if times == 1:
            channels.rooms, channels.opening = {HERE: 0}, {HERE: 0.01}
            full.set()

    readings = meanwhile(monkeypatch, fill)
    await house.delivery.take_up()
    await full.wait()
    house.clock.set(at(2, 16))
    channels.rooms, channels.opening = {}, {}
    await house.delivery.drain()
    assert readings == [1, 2] and channels.posted == []
    assert await house.states() == [("14-days-before", "superseded")] * 2
