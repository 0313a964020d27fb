"""What was announced and then undone is taken back aloud, whatever became of the announcement on its way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import Undeliverable
from bot.record.new_events import NewCase
from bot.store import announcements, taking_back, undone_news
from bot.store import events as desk
from bot.store.tables import events
from bot.words.undo import WITH_CASE
from tests.recording import NEW_YORK, SERVER
from tests.undoing import undo_operation
from tests.watch.test_delivery import House, at


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_announcement_whose_answer_was_lost_is_taken_back_if_it_stands(house: House, arrived: bool) -> None:
    now = house.clock.now()
    cases = await house.alice.letter(now, due=None)
    async with house.db.write() as conn:
        facts = [(case.id, case.events[0].id) for case in cases]
        await announcements.announce(conn, SERVER, cases[0].letter.id, facts, now)
    house.channels.failures = [lambda: Undeliverable("connection lost", permanent=False, maybe_sent=True)]
    house.channels.keep_before_failing = arrived
    await house.turn(now)
    async with house.db.write() as conn:
        [operation] = (await conn.execute(select(events.c.operation).distinct())).scalars()
        undone = await undo_operation(conn, house.alice.audit(now), operation)
        await undone_news.announce_undone(conn, SERVER, undone, now)
    await house.turn(now + timedelta(minutes=1))
    heads = [text.split("\n")[0] for text in house.channels.texts()]
    assert [head for head in heads if "entry undone" in head], heads
    assert len([head for head in heads if "New letter" in head]) == int(arrived)


async def test_what_waits_to_be_told_of_a_case_is_not_told_once_the_case_is_undone(house: House) -> None:
    now = house.clock.now()
    cases = await house.alice.letter(now, due=None)
    async with house.db.write() as conn:
        [operation] = (await conn.execute(select(events.c.operation).distinct())).scalars()
    extended = await house.alice.extend(now, cases[0], date(2018, 3, 9))
    async with house.db.write() as conn:
        await announcements.announce(conn, SERVER, cases[0].letter.id, [(cases[0].id, extended)], now)
        undone = await undo_operation(conn, house.alice.audit(now), operation)
        await undone_news.announce_undone(conn, SERVER, undone, now)
    assert await house.turn(now) == []
    assert await house.states() == [("news", "superseded")]


async def taken_back(house: House, now: datetime, case: Case) -> None:
    """What was first recorded of that case is undone, and announced as undone."""
    async with house.db.write() as conn:
        recorded = select(events.c.operation).where(events.c.case_id == case.id, events.c.kind == "sent")
        operation = (await conn.execute(recorded.order_by(events.c.id.desc()).limit(1))).scalar_one()
        undone = await undo_operation(conn, house.alice.audit(now), operation)
        await undone_news.announce_undone(conn, SERVER, undone, now)


async def recorded(house: House, now: datetime, case: Case) -> None:
    """The same letter to the same place, with the same deadline, recorded and announced."""
    async with house.db.write() as conn:
        recipients = [NewCase(case.place.id, case.letter.deadline or Deadline(date(2018, 2, 23), NEW_YORK))]
        added = await desk.add_cases(conn, house.alice.audit(now), case.letter, recipients)
        await announcements.announce(conn, SERVER, case.letter.id, [(case_id, ids[0]) for case_id, ids in added], now)


async def headlines(house: House, *moments: datetime) -> list[str]:
    return [text.split("\n")[0] for moment in moments for text in await house.turn(moment)]


async def test_the_countdown_of_a_case_recorded_again_goes_on_with_the_next_rung(house: House) -> None:
    """No rung is posted twice for what its channel has heard, and none is kept back by what was posted before."""
    [case] = await house.alice.letter(at(2, 15), to=("Denver",))
    assert await headlines(house, at(2, 16)) == ["7 days left: Denver, NY"]
    await taken_back(house, at(2, 16, 9, 3), case)
    assert await headlines(house, at(2, 16, 9, 4)) == []
    await recorded(house, at(2, 16, 9, 5), case)
    assert await headlines(house, at(2, 16, 9, 5), at(2, 16, 10), at(2, 17)) == ["New letter: Demand"]
    rest = await headlines(house, at(2, 20), at(2, 20, 10), at(2, 22), at(2, 23), at(2, 24), at(2, 26))
    assert rest == [
        "3 days left: Denver, NY",
        "1 day left: Denver, NY",
        "Due today: Denver, NY",
        "Deadline passed: Denver, NY, no full answer on record",
        "Overdue by 3 days: Denver, NY, first reminder",
    ]


async def test_what_the_old_countdown_had_planned_is_dropped_and_the_new_one_posts_it(house: House) -> None:
    """The case was undone and recorded again while the alert waited to be sent, and before the alert was due."""
    [case] = await house.alice.letter(at(2, 15), to=("Denver",))
    await taken_back(house, at(2, 16, 8, 50), case)
    await recorded(house, at(2, 16, 8, 55), case)
    await house.plan(at(2, 16))
    await taken_back(house, at(2, 16, 9, 1), case)
    assert await headlines(house, at(2, 16, 9, 2)) == []
    await recorded(house, at(2, 19), case)
    assert await headlines(house, at(2, 19), at(2, 20)) == ["New letter: Demand", "3 days left: Denver, NY"]


async def test_a_recipient_recorded_again_is_counted_once(house: House) -> None:
    first, *_ = await house.alice.letter(at(2, 15), to=("Albany", "Boston", "Denver"))
    async with house.db.write() as conn:
        of_first = select(events.c.id).where(events.c.case_id == first.id)
        undone = dict.fromkeys((await conn.execute(of_first)).scalars(), "Undone.")
        await taking_back.take_back(conn, house.alice.audit(at(2, 15, 10)), undone)
    await recorded(house, at(2, 15, 11), first)
    assert await headlines(house, at(2, 15, 11)) == ["Demand: 1 more recipient, 3 in all"]


@pytest.mark.parametrize("announced_first", [True, False])
async def test_later_facts_are_taken_back_aloud_once_if_they_were_announced(house: House, announced_first: bool) -> None:
    [case] = await house.alice.letter(at(2, 15), to=("Denver",))
    extended = await house.alice.extend(at(2, 15, 10), case, date(2018, 3, 9))
    if announced_first:
        async with house.db.write() as conn:
            await announcements.announce(conn, SERVER, case.letter.id, [(case.id, extended)], at(2, 15, 10))
        assert len(await headlines(house, at(2, 15, 10))) == 1
    async with house.db.write() as conn:
        first = dict.fromkeys([event.id for event in case.events], "Undone.")
        taken = await taking_back.take_back(conn, house.alice.audit(at(2, 15, 11)), {**first, extended: WITH_CASE})
        await undone_news.announce_undone(conn, SERVER, taken, at(2, 15, 11))
    heads = await headlines(house, at(2, 15, 11), at(2, 15, 12))
    undone = "Denver, NY: deadline extended to Fri 9 March 2018, end of day EST, entry undone"
    assert heads == [undone] * announced_first
