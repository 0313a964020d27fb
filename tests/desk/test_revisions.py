"""Changes of letters, places and settings are kept, and undone by the operation that made them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import FrozenClock
from bot.desk.session import WriteSession
from bot.desk.undo import UndoneEvents
from bot.record.errors import CaseError
from bot.record.revisions import Revision, Subject
from bot.store import cases, letter_changes, marks, revisions
from bot.store.database import Database
from tests.desk.people import People, at_the_desk
from tests.recording import SERVER, SOURCE
from tests.undoing import undo


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def retitled(session: WriteSession, letter_id: int, before: str, after: str, field: str = "title") -> Revision:
    """Change one text of a letter, as a use case does."""
    await letter_changes.change(session.conn, SERVER, letter_id, {field: after})
    change = ({field: before}, {field: after})
    return await revisions.append(
        session.conn, session.audit, Subject.LETTER, letter_id, *change, why="A slip.", sources=[SOURCE]
    )


async def title(people: People) -> str:
    async with people.db.read() as conn:
        return (await cases.letters_by_id(conn, [people.letter.id]))[people.letter.id].title


async def test_a_revision_is_read_as_it_was_recorded(people: People) -> None:
    async with people.alice() as session:
        recorded = await retitled(session, people.letter.id, "Demand", "Document demand")
    async with people.reading() as session:
        assert await revisions.of_subject(session.conn, SERVER, Subject.LETTER, people.letter.id) == [recorded]
        assert await revisions.of_subject(session.conn, SERVER, Subject.PLACE, people.letter.id) == []
        assert await revisions.with_ids(session.conn, [recorded.id]) == {recorded.id: recorded}


async def test_anybody_of_the_desk_may_undo_it_at_any_time(people: People) -> None:
    async with people.alice() as session:
        recorded = await retitled(session, people.letter.id, "Demand", "Document demand")
    people.clock.set(people.clock.now() + timedelta(days=30))
    async with people.bob() as session:
        undone = await undo(session, recorded.operation)
    assert isinstance(undone, UndoneEvents) and undone.count == 0
    assert [revision.id for revision in undone.changed_back] == [recorded.id]
    assert await title(people) == "Demand"
    async with people.reading() as session:
        [kept] = await revisions.of_subject(session.conn, SERVER, Subject.LETTER, people.letter.id)
    assert (kept.undone_by, kept.undone_at) == ("Bob", people.clock.now())
    with pytest.raises(CaseError, match="nothing left to undo: Bob undid this"):
        async with people.alice() as session:
            await undo(session, recorded.operation)


async def test_what_was_changed_again_since_is_not_undone_alone(people: People) -> None:
    async with people.alice() as session:
        first = await retitled(session, people.letter.id, "Demand", "Document demand")
    async with people.bob() as session:
        second = await retitled(session, people.letter.id, "Document demand", "The document demand")
    with pytest.raises(CaseError, match=r"title was changed again since, on .* by Bob"):
        async with people.alice() as session:
            await undo(session, first.operation)
    for operation in (second.operation, first.operation):
        async with people.alice() as session:
            await undo(session, operation)
    assert await title(people) == "Demand"


async def test_a_later_change_of_something_else_does_not_matter(people: People) -> None:
    async with people.alice() as session:
        first = await retitled(session, people.letter.id, "Demand", "Document demand")
    async with people.bob() as session:
        await retitled(session, people.letter.id, "", "Asked again.", "deadline_note")
    async with people.alice() as session:
        await undo(session, first.operation)
    assert await title(people) == "Demand"


@pytest.mark.parametrize("subject", [Subject.LADDER, Subject.SETTINGS])
async def test_settings_are_changed_back_by_people_who_may_change_them(people: People, subject: Subject) -> None:
    async with people.alice() as session:
        recorded = await revisions.append(session.conn, session.audit, subject, 0, {"hour": 9}, {"hour": 8})
    with pytest.raises(CaseError, match="Manage Server"):
        async with people.alice() as session:
            await undo(session, recorded.operation)


async def test_a_mark_sees_a_change_and_its_undo(people: People) -> None:
    async with people.reading() as session:
        before = await marks.mark(session.conn, SERVER)
    async with people.alice() as session:
        recorded = await retitled(session, people.letter.id, "Demand", "Document demand")
    async with people.reading() as session:
        assert await marks.changed_since(session.conn, SERVER, before)
        before = await marks.mark(session.conn, SERVER)
        assert not await marks.changed_since(session.conn, SERVER, before)
    async with people.alice() as session:
        await undo(session, recorded.operation)
    async with people.reading() as session:
        assert await marks.changed_since(session.conn, SERVER, before)
