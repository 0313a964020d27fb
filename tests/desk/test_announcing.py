"""What is appended is announced in the same step: one notice a letter, and only what is news."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.case_events import today
from bot.record.events import Answer, Extent, Note
from bot.record.new_events import NewEvent
from bot.store.database import Database
from bot.store.tables import events, notices
from tests.desk.people import People, at_the_desk
from tests.recording import Desk


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def test_events_of_two_letters_and_of_a_place_alone(people: People) -> None:
    [boston] = await Desk(people.db).letter(people.clock.now(), to=("Boston",))
    denver = await people.case(people.denver)
    async with people.alice() as session:
        answer, note = (NewEvent(today(session), detail) for detail in (Answer(Extent.FULL), Note()))
        rows = [
            EventRow(answer, denver.place.id, denver.id, denver.letter.id),
            EventRow(note, denver.place.id),
            EventRow(note, boston.place.id, boston.id, boston.letter.id),
            EventRow(answer, boston.place.id, boston.id, boston.letter.id),
        ]
        event_ids = await append_and_announce(session, rows)
    assert await people.news() == ["answer", "answer"]
    async with people.db.read() as conn:
        letters = (await conn.execute(select(notices.c.letter_id).order_by(notices.c.id))).scalars().all()
        recorded = await conn.execute(select(events.c.case_id, events.c.kind).where(events.c.id.in_(event_ids)).order_by("id"))
    assert letters == [denver.letter.id, boston.letter.id]
    assert [tuple(row) for row in recorded] == [
        (denver.id, "answer"),
        (None, "note"),
        (boston.id, "note"),
        (boston.id, "answer"),
    ]


async def test_quietly(people: People) -> None:
    case = await people.case(people.denver)
    async with people.alice() as session:
        row = EventRow(NewEvent(today(session), Answer(Extent.FULL)), case.place.id, case.id, case.letter.id)
        assert len(await append_and_announce(session, [row], announce=False)) == 1
    assert await people.news() == []
