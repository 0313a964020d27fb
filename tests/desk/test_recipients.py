"""Recording recipients by name: all or none, announced once a letter."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, update

from bot.clock import FrozenClock
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.undo import undo_letter
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store.database import Database
from bot.store.tables import jurisdictions, letters, notices
from tests.desk.people import ALICE, People, at_the_desk
from tests.recording import NEW_YORK, SOURCE, Desk

BOSTON_AND_ALBANY = NamedRecipients(("Boston, MA (city)", "Albany"))


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def second_letter(people: People) -> LetterRef:
    new = NewLetter("Second demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
    async with people.alice() as session:
        letter = await add_letter(session, new)
    return LetterRef(letter.id, letter.title)


async def test_recipients_are_recorded_and_announced_in_one_notice(people: People) -> None:
    letter = await second_letter(people)
    async with people.alice() as session:
        added = await add_named_recipients(session, letter, BOSTON_AND_ALBANY)
    assert [case.place.label for case, _ in added.cases] == ["Boston, MA", "Albany, NY"]
    assert [place.label for place in added.new_places] == ["Boston, MA"]
    assert await people.news() == ["sent", "sent"]
    async with people.db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(notices))).scalar_one() == 1


async def test_their_own_deadline_is_counted_from_the_letters_day(people: People) -> None:
    letter = await second_letter(people)
    own = NamedRecipients(("Albany",), deadline=DeadlineInput("20 business days", calendar="US"))
    async with people.alice() as session:
        added = await add_named_recipients(session, letter, own)
    [(_, case_state)] = added.cases
    assert case_state.deadline is not None
    assert case_state.deadline.date.isoformat() == "2018-02-22"


async def test_nothing_is_recorded_if_one_name_is_unknown(people: People) -> None:
    letter = await second_letter(people)
    with pytest.raises(CaseError, match="“Dnver” is not recorded yet"):
        async with people.alice() as session:
            await add_named_recipients(session, letter, NamedRecipients(("Boston, MA (city)", "Dnver")))
    async with people.db.read() as conn:
        assert set((await conn.execute(select(jurisdictions.c.name))).scalars()) == {"Albany", "Denver"}
    assert await people.news() == []


async def test_a_letter_that_was_undone_since_it_was_looked_up_is_refused(people: People) -> None:
    new = NewLetter("Second demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
    async with people.alice() as session:
        recorded = await add_letter(session, new)
        operation = session.audit.operation
    letter = LetterRef(recorded.id, recorded.title)
    async with people.alice() as session:
        await undo_letter(session, operation, ALICE)
    await second_letter(people)  # another one, which must not be taken for it
    with pytest.raises(CaseError, match="The letter “Second demand” was undone in the meantime"):
        async with people.bob() as session:
            await add_named_recipients(session, letter, BOSTON_AND_ALBANY)
    assert len(await Desk(people.db).cases()) == 2


async def test_a_letter_that_was_renamed_since_it_was_looked_up_is_refused(people: People) -> None:
    letter = await second_letter(people)
    async with people.db.write() as conn:
        await conn.execute(update(letters).where(letters.c.id == letter.id).values(title="Third demand"))
    with pytest.raises(CaseError, match="“Second demand” was renamed to “Third demand” in the meantime"):
        async with people.bob() as session:
            await add_named_recipients(session, letter, BOSTON_AND_ALBANY)


async def test_of_two_who_record_the_same_recipients_at_once_one_is_refused(people: People) -> None:
    letter = await second_letter(people)

    async def add(name: str) -> str:
        try:
            async with people.alice() if name == "Alice" else people.bob() as session:
                await add_named_recipients(session, letter, BOSTON_AND_ALBANY)
        except CaseError as refused:
            return str(refused)
        return "recorded"

    results = await asyncio.gather(add("Alice"), add("Bob"))
    assert results.count("recorded") == 1
    assert any("Already recorded as recipients of this letter" in result for result in results)
    assert await people.news() == ["sent", "sent"]
