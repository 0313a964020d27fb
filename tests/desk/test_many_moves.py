"""Hundreds of deadlines that move at once: what many cases have alike is written with one statement for many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from bot.clock import FrozenClock
from bot.desk.closures import add_closure
from bot.desk.deadlines import DeadlineInput
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.recounts import RecountList
from bot.desk.undo import UndoneEvents
from bot.record.events import Answer, Extent
from bot.store import case_states
from bot.store.database import Database
from bot.store.tables import alerts, notices
from bot.store.tables import case_states as rows
from tests.desk.moving import digest_of, move_listed
from tests.desk.people import People, at_the_desk
from tests.recording import SOURCE, Desk
from tests.undoing import undo

MANY = 99  # as many as one command takes, nearly
NAMES = tuple(f"Town {number}, VT (town)" for number in range(MANY))


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    """Recipients with one deadline, of which some have answered in part, and one is to answer on a day to come."""
    people = await at_the_desk(db, clock)
    async with people.alice() as session:
        deadline = DeadlineInput("20 business days", calendar="US")
        added = await add_named_recipients(session, people.letter, NamedRecipients(NAMES, deadline=deadline))
    desk = Desk(db)
    for case, _ in added.cases[:5]:
        await desk.record(clock.now(), case, Answer(Extent.PARTIAL))
    await desk.record(clock.now(), added.cases[5][0], Answer(Extent.PARTIAL), "2018-02-20")
    return people


async def close_office(people: People) -> RecountList:
    async with people.alice() as session:
        return (await add_closure(session, date(2018, 2, 21), "Snow", SOURCE)).shown


async def wrong_entries(people: People) -> list[case_states.WrongEntry]:
    recorded = [case.id for case in await Desk(people.db).cases()]
    async with people.db.read() as conn:
        return await case_states.wrong_entries(conn, recorded)


async def test_the_index_follows_also_where_a_case_has_no_row_yet(people: People) -> None:
    """The index may still be filled while deadlines are moved."""
    *_, last = await Desk(people.db).cases()
    async with people.db.write() as conn:
        await conn.execute(delete(rows).where(rows.c.case_id == last.id))
    shown = await close_office(people)
    moved = await move_listed(people, shown, await digest_of(people, shown))
    assert len(moved.moved) == MANY
    assert {move.after.date for move in moved.moved} == {date(2018, 2, 23)}
    assert await wrong_entries(people) == []


async def test_one_notice_announces_them_and_one_undo_takes_them_back(people: People) -> None:
    before = [case.at(people.clock.now()).deadline for case in await Desk(people.db).cases()]
    shown = await close_office(people)
    people.clock.set(people.clock.now() + timedelta(minutes=1))
    moved = await move_listed(people, shown, await digest_of(people, shown))
    async with people.db.read() as conn:
        of_moves = select(alerts.c.notice_id).where(alerts.c.due_at == people.clock.now())
        notice_ids = list((await conn.execute(of_moves)).scalars())
    assert len(notice_ids) == MANY and len(set(notice_ids)) == 1
    async with people.db.write() as conn:
        await conn.execute(notices.update().values(state="sent"))
    people.clock.set(people.clock.now() + timedelta(minutes=1))
    async with people.alice() as session:
        undone = await undo(session, moved.operation)
    assert isinstance(undone, UndoneEvents)
    assert (undone.count, undone.case_count) == (MANY, MANY)
    assert [case.number for case, _ in undone.cases] == list(range(3, 18)), "the first, by number"
    assert [case.at(people.clock.now()).deadline for case in await Desk(people.db).cases()] == before
    assert await wrong_entries(people) == []
    assert (await people.news())[-MANY:] == ["corrected"] * MANY, "it had been announced"


async def test_an_undo_of_what_was_not_posted_yet_announces_nothing(people: People) -> None:
    shown = await close_office(people)
    moved = await move_listed(people, shown, await digest_of(people, shown))
    news = await people.news()
    async with people.alice() as session:
        await undo(session, moved.operation)
    assert await people.news() == news
