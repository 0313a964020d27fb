"""A server is planned in slices, each a transaction of its own; what is due at one moment shares one notice all the same."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from bot.clock import FrozenClock
from bot.desk import care
from bot.record.events import Answer, Corrected, Extent
from bot.store import looks, servers, tables
from bot.store.notices import LONGEST_HOLD
from bot.watch import tick as tick_module
from bot.watch.schedule import Watch
from bot.watch.tick import tick
from tests.recording import CHANNEL, OTHER_SERVER, SERVER, Desk
from tests.watch import claims as deliveries
from tests.watch.test_delivery import House, at

SEVEN = ("Albany", "Buffalo", "Denver", "Elmira", "Oakland", "Rome", "Seattle")
FIVE = SEVEN[:5]


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick_module, "PAGE", 4)
    monkeypatch.setattr(tick_module, "SLICE", 2)


async def plan_and_send(house: House, slices: int = 1_000) -> None:
    """Plan, and send whatever may be sent after each slice; stop after so many, as a program that is killed."""
    async for _ in tick(house.db, house.clock.now()):
        await house.delivery.drain()
        slices -= 1
        if not slices:
            return
    await house.delivery.drain()


def told(house: House) -> Counter[tuple[int, str]]:
    """How often each place was named in each channel."""
    posted = zip(house.channels.posted, house.channels.texts(), strict=True)
    return Counter((channel, place) for (channel, _, _), text in posted for place in SEVEN if place in text)


async def in_order(house: House) -> bool:
    """Whether each alert is on one notice that was sent, and on no other."""
    async with house.db.read() as conn:
        of_sent = select(func.count()).select_from(tables.alerts.join(tables.notices)).where(tables.notices.c.state == "sent")
        total = (await conn.execute(select(func.count()).select_from(tables.alerts))).scalar_one()
        return bool((await conn.execute(of_sent)).scalar_one() == total)


@pytest.mark.parametrize(("page", "size"), [(1, 1), (2, 3), (3, 2), (4, 2), (7, 7), (1, 100), (100, 1), (100, 100)])
async def test_what_is_due_in_a_channel_shares_one_notice(
    house: House, monkeypatch: pytest.MonkeyPatch, page: int, size: int
) -> None:
    monkeypatch.setattr(tick_module, "PAGE", page)
    monkeypatch.setattr(tick_module, "SLICE", size)
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open()
    for desk, places, title in ((house.alice, SEVEN, "First"), (charlie, FIVE, "Second"), (house.alice, SEVEN[:1], "Third")):
        await desk.letter(house.clock.now(), to=places, title=title)
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    await plan_and_send(house)
    assert sorted(channel for channel, _, _ in house.channels.posted) == [CHANNEL + SERVER, CHANNEL + OTHER_SERVER]
    here, there = (
        {(CHANNEL + server, place): 1 for place in places} for server, places in ((SERVER, SEVEN), (OTHER_SERVER, FIVE))
    )
    assert told(house) == here | there
    assert sum("First" in text and "Third" in text for text in house.channels.texts()) == 1
    assert await in_order(house)


@pytest.mark.parametrize("slices", [1, 2, 3, 4])
async def test_a_letter_whose_planning_was_cut_off_is_finished_by_the_next_tick(house: House, slices: int) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    await plan_and_send(house, slices)
    assert len(house.channels.posted) == (slices == 4)
    house.clock.set(at(2, 9, second=5))
    await plan_and_send(house)
    assert len(house.channels.posted) == 1 and set(told(house).values()) == {1} and len(told(house)) == 7
    assert await in_order(house)


async def test_what_was_planned_before_a_long_stop_is_sent_without_the_rest(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    await plan_and_send(house, 2)
    house.clock.set(at(2, 9) + LONGEST_HOLD)
    await house.delivery.drain()
    assert len(told(house)) == 4
    await plan_and_send(house)
    assert len(house.channels.posted) == 2 and set(told(house).values()) == {1} and len(told(house)) == 7
    assert await in_order(house)


async def test_the_rest_of_a_letter_joins_its_notice_though_nothing_more_is_due(house: House) -> None:
    """What was held is released, too, by a slice that adds nothing to it."""
    await house.alice.letter(house.clock.now(), to=SEVEN[:3])
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    await plan_and_send(house, 1)
    async with house.db.write() as conn:
        last = select(func.max(tables.cases.c.id)).scalar_subquery()
        await conn.execute(tables.cases.update().where(tables.cases.c.id == last).values(tracked_since=at(2, 10)))
    await plan_and_send(house)
    assert len(house.channels.posted) == 1 and len(told(house)) == 2


async def test_a_slice_that_cannot_be_planned_keeps_no_other_back(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    async with house.db.write() as conn:
        [broken] = (await conn.exec_driver_sql("SELECT tracked_since FROM cases WHERE number = 7")).one()
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = 'some day' WHERE number = 7")
    house.clock.set(at(2, 9))
    await plan_and_send(house)
    assert len(house.channels.posted) == 1 and len(told(house)) == 6
    assert "set aside: case 7 of server 1: tracked since holds no moment" in caplog.text
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = ? WHERE number = 7", (broken,))
    assert await care.look(house.db, house.clock.now, care.tell_desk)
    await plan_and_send(house)
    assert len(house.channels.posted) == 2 and set(told(house).values()) == {1} and len(told(house)) == 7


async def test_a_notice_that_waits_after_a_failed_attempt_is_not_hurried_by_later_slices(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    await house.plan(at(2, 9))
    async with house.db.write() as conn:
        [notice] = await deliveries.claim(conn, at(2, 9), 1, timedelta(minutes=1))
        await deliveries.retry(conn, notice, at(2, 9, minute=3), "503", maybe_sent=False)
        await servers.change(conn, SERVER, at(2, 9), announce=True)  # every case is looked at again
    await plan_and_send(house)
    assert house.channels.posted == []
    assert len(await house.turn(at(2, 9, minute=3))) == 1


async def test_cases_of_a_server_without_a_channel_wait_outside_the_index(house: House) -> None:
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open(channel_id=None)
    await charlie.letter(house.clock.now(), to=SEVEN)
    assert await house.turn(at(2, 9)) == []
    async with house.db.read() as conn:
        assert await looks.due(conn, at(3, 9), 10) == []
    assert await house.watch.next_moment() is None
    async with house.db.write() as conn:
        await servers.change(conn, OTHER_SERVER, at(2, 10), channel_id=777)
    assert [text.split("\n")[0] for text in await house.turn(at(2, 16))] == ["7 days left: 7 jurisdictions"]


async def test_an_alert_that_falls_due_without_a_channel_is_posted_when_one_is_set(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=FIVE)
    await plan_and_send(house)
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(2, 8), channel_id=None)
    assert await house.turn(at(2, 9)) == [] and await house.turn(at(2, 10)) == []
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(2, 11), channel_id=777)
    assert [text.split("\n")[0] for text in await house.turn(at(2, 11))] == ["12 days left: 5 jurisdictions"]
    assert [channel for channel, _, _ in house.channels.posted] == [777]


class HurryingClock(FrozenClock):
    """Seven seconds later at each look."""

    def now(self) -> datetime:
        self.set(super().now() + timedelta(seconds=7))
        return super().now()


async def test_a_long_look_shows_meanwhile_that_the_program_lives(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    beats = set()

    def keep(conn: object, cursor: object, statement: str, parameters: tuple[object, ...], *rest: object) -> None:
        if "heartbeat" in statement:
            beats.add(parameters)

    event.listen(house.db.engine.sync_engine, "before_cursor_execute", keep)
    await Watch(house.db, HurryingClock(at(2, 9)), house.delivery).look()
    assert len(beats) == 2


async def test_a_program_that_stops_does_not_plan_on(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    house.clock.set(at(2, 9))
    await house.watch.stop()
    await house.watch.look()
    assert (len(house.channels.posted), await house.states()) == (0, [("14-days-before", "pending")])
    await Watch(house.db, house.clock, house.delivery).turn()
    assert len(house.channels.posted) == 1 and len(told(house)) == 7


async def test_others_write_between_two_slices(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=SEVEN)
    planning = tick(house.db, at(2, 9))
    await anext(planning)
    async with house.db.write() as conn:
        looked_at = select(func.count()).where(tables.cases.c.looked_at.is_not(None))
        assert (await conn.execute(looked_at)).scalar_one() == 2
    house.clock.set(at(2, 9))
    assert [new async for new in planning] == [2, 2, 1]


async def test_what_is_recorded_while_a_letter_is_planned_is_known(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is taken back after the tick has read what is due, and before the slice of its case: its clock runs again."""
    monkeypatch.setattr(tick_module, "PAGE", 100)
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    last = (await house.alice.cases())[-1]
    house.clock.set(at(2, 9))
    answer_id = await house.alice.record(house.clock.now(), last, Answer(Extent.FULL))
    taken_back_at = house.clock.now() + timedelta(seconds=1)
    slices = 0
    async for _ in tick(house.db, house.clock.now()):
        slices += 1
        if slices == 1:
            await house.alice.record(taken_back_at, last, Corrected(), replaces=answer_id)
    assert slices == 4
    async with house.db.read() as conn:
        query = select(tables.alerts.c.due_at).where(tables.alerts.c.case_id == last.id, tables.alerts.c.notice_id.is_not(None))
        assert (await conn.execute(query)).scalars().all() == [at(2, 9)]
    house.clock.set(taken_back_at)
    await plan_and_send(house)
    assert told(house)[CHANNEL + SERVER, last.place.name] == 1


async def test_servers_that_need_one_slice_are_planned_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction waits for the disk: five servers with a recipient each do not need five."""
    monkeypatch.setattr(tick_module, "PAGE", 100)
    monkeypatch.setattr(tick_module, "SLICE", 4)
    for number in range(5):
        desk = Desk(house.db, 20 + number)
        await desk.open()
        for title in ("First", "Second")[: 1 + number % 2]:
            await desk.letter(house.clock.now(), to=SEVEN[:1], title=title)
    await plan_and_send(house)
    house.clock.set(at(2, 9))
    statements = []

    def keep(conn: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement.split()[0])

    event.listen(house.db.engine.sync_engine, "before_cursor_execute", keep)
    assert [new async for new in tick(house.db, at(2, 9))] == [4, 3]
    assert statements.count("INSERT") == 2 * 3, "the notices of a transaction, the alerts, and the sections"
    await house.delivery.drain()
    assert len(house.channels.posted) == 5 and await in_order(house)


@pytest.mark.parametrize("page", [3, 4, 100])
async def test_one_letter_that_cannot_be_planned_keeps_back_none_that_is_planned_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, page: int
) -> None:
    monkeypatch.setattr(tick_module, "PAGE", page)
    monkeypatch.setattr(tick_module, "SLICE", 100)
    for number in range(5):
        await house.alice.letter(house.clock.now(), to=SEVEN[:1], title=f"Demand {number}")
    await plan_and_send(house)
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = 'some day' WHERE number = 3")
    house.clock.set(at(2, 9))
    await plan_and_send(house)
    [text] = house.channels.texts()
    assert [number for number in range(5) if f"Demand {number}" in text] == [0, 1, 3, 4]
    assert caplog.text.count("set aside: case") == 1


@pytest.mark.parametrize("size", [2, 100])
async def test_a_case_that_cannot_be_planned_keeps_back_none_of_its_slice(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    monkeypatch.setattr(tick_module, "SLICE", size)
    await house.alice.letter(house.clock.now(), to=SEVEN)
    await plan_and_send(house)
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = 'some day' WHERE number IN (3, 7)")
    house.clock.set(at(2, 9))
    await plan_and_send(house)
    assert len(house.channels.posted) == 1 and set(told(house).values()) == {1} and len(told(house)) == 5
    assert caplog.text.count("set aside: case") == 2
