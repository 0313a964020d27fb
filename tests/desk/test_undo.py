"""Undo: for a while, for the person who recorded it, by the person's id."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.clock import FrozenClock
from bot.desk import session as desk_session
from bot.desk.case_events import EventReport, record_answer
from bot.desk.letters import NewLetter, add_letter
from bot.desk.undo import UndoneEvents, UndoneLetter, undo_letter
from bot.record.case import Letter
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Extent
from bot.store import cases
from bot.store.database import Database
from bot.store.tables import notices
from tests.desk.people import ALICE, BOB, People, at_the_desk
from tests.recording import NEW_YORK, SERVER, SOURCE
from tests.undoing import undo

REPORT = EventReport(None, SOURCE, "All of it.")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def answered(people: People) -> str:
    """Alice records an answer, which is posted: the operation."""
    async with people.alice() as session:
        recorded = await record_answer(session, people.denver, Extent.FULL, REPORT)
    async with people.db.write() as conn:
        await conn.execute(update(notices).values(state="sent"))
    return recorded.operation


async def test_what_was_announced_is_taken_back_aloud(people: People) -> None:
    operation = await answered(people)
    async with people.alice() as session:
        undone = await undo(session, operation)
    assert isinstance(undone, UndoneEvents) and undone.count == 1
    assert [(case.number, case_state.answered) for case, case_state in undone.cases] == [(2, None)]
    assert await people.news() == ["answer", "corrected"]


async def test_twice_is_refused(people: People) -> None:
    operation = await answered(people)
    async with people.alice() as session:
        await undo(session, operation)
    with pytest.raises(CaseError, match="nothing left to undo"):
        async with people.alice() as session:
            await undo(session, operation)


async def test_another_person_of_the_same_name_may_not(people: People) -> None:
    operation = await answered(people)
    for by_id in (BOB, None):
        with pytest.raises(CaseError, match="Only the person who recorded it can undo it: Alice"):
            async with desk_session.writing(people.db, SERVER, people.clock.now(), f"Alice ({ALICE})", by_id) as session:
                await undo(session, operation)


async def test_what_an_import_recorded_has_no_undo(people: People) -> None:
    async with desk_session.writing(people.db, SERVER, people.clock.now(), "the record") as session:
        recorded = await record_answer(session, people.denver, Extent.FULL, REPORT)
    with pytest.raises(CaseError, match="Only the person who recorded it can undo it: the record"):
        async with desk_session.writing(people.db, SERVER, people.clock.now(), "the record") as session:
            await undo(session, recorded.operation)


async def test_it_ends_after_the_time_allowed(people: People) -> None:
    operation = await answered(people)
    people.clock.set(people.clock.now() + timedelta(minutes=16))
    with pytest.raises(CaseError, match="Undo works for 15 minutes after recording"):
        async with people.alice() as session:
            await undo(session, operation)
    async with people.alice() as session:
        undone = await undo(session, operation, timedelta(hours=1))
    assert isinstance(undone, UndoneEvents) and undone.count == 1


async def second_letter(people: People) -> tuple[Letter, str]:
    """A letter without recipients, recorded by Alice, and the operation."""
    new = NewLetter("Second demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
    async with people.alice() as session:
        return await add_letter(session, new), session.audit.operation


async def test_a_letter_without_recipients_is_removed_by_who_recorded_it(people: People) -> None:
    _, operation = await second_letter(people)
    with pytest.raises(CaseError, match="Only the person who recorded the letter can undo it"):
        async with people.bob() as session:
            await undo_letter(session, operation, ALICE)
    async with people.alice() as session:
        undone = await undo_letter(session, operation, ALICE)
        assert isinstance(undone, UndoneEvents)
        assert (undone.count, undone.letter) == (0, UndoneLetter("Second demand", stays=False))
    with pytest.raises(CaseError, match="is no longer recorded"):
        async with people.alice() as session:
            await undo_letter(session, operation, ALICE)


async def test_the_undo_of_a_letter_never_removes_another(people: People) -> None:
    """Neither one recorded after it, nor, by a button from before, the one whose id the button has."""
    letter, operation = await second_letter(people)
    async with people.alice() as session:
        await undo_letter(session, operation, ALICE)
    another, _ = await second_letter(people)
    for left in (operation, str(letter.id), str(another.id)):
        with pytest.raises(CaseError, match=r"is no longer recorded|button no longer works"):
            async with people.alice() as session:
                await undo_letter(session, left, ALICE)
    async with people.db.read() as conn:
        assert await cases.letter_with_id(conn, SERVER, another.id) == another
