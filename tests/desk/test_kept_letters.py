"""A letter that may be recorded already is kept until the person who was asked decides, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.clock import FrozenClock
from bot.desk.letters import (
    KeptLetter,
    LetterQuestion,
    NewLetter,
    add_letter_or_ask,
    record_another,
    use_recorded,
)
from bot.record.case import Letter
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store import cases
from bot.store.database import Database
from tests.desk.people import ALICE, BOB, People, at_the_desk
from tests.recording import NEW_YORK, SERVER, SOURCE

A_DAY = timedelta(hours=24)
NEW = NewLetter("Demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def asked(people: People) -> KeptLetter:
    async with people.alice() as session:
        question = await add_letter_or_ask(session, NEW, ALICE, A_DAY)
    assert isinstance(question, LetterQuestion)
    assert question.recorded.id == people.letter.id and sum(count for _, count in question.recipients) == 2
    return KeptLetter(question.kept_id, ALICE, A_DAY)


async def letters(people: People) -> list[str]:
    async with people.db.read() as conn:
        return [letter.slug for letter in await cases.letters_of(conn, SERVER)]


async def another(people: People, kept: KeptLetter) -> Letter:
    async with people.alice() as session:
        return await record_another(session, kept)


async def test_only_who_was_asked_decides(people: People) -> None:
    kept = await asked(people)
    with pytest.raises(CaseError, match="answered already"):
        async with people.bob() as session:
            await record_another(session, KeptLetter(kept.id, BOB, A_DAY))
    with pytest.raises(CaseError, match="answered already"):
        async with people.bob() as session:
            await use_recorded(session, KeptLetter(kept.id, BOB, A_DAY), people.letter.id)
    assert len(await letters(people)) == 1


async def test_of_two_presses_at_once_one_records(people: People) -> None:
    kept = await asked(people)
    results = await asyncio.gather(another(people, kept), another(people, kept), return_exceptions=True)
    assert {type(result) for result in results} == {Letter, CaseError}
    assert len(await letters(people)) == 2


async def test_of_two_equal_forms_at_once_one_is_asked_about(people: People) -> None:
    new = NewLetter("Order", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)

    async def submitted() -> Letter | LetterQuestion:
        async with people.alice() as session:
            return await add_letter_or_ask(session, new, ALICE, A_DAY)

    results = await asyncio.gather(submitted(), submitted())
    assert {type(result) for result in results} == {Letter, LetterQuestion}


async def test_a_decision_that_was_made_is_made(people: People) -> None:
    kept = await asked(people)
    async with people.alice() as session:
        letter, typed = await use_recorded(session, kept, people.letter.id)
    assert letter.id == people.letter.id and typed == NEW
    with pytest.raises(CaseError, match="answered already"):
        await another(people, kept)
    assert len(await letters(people)) == 1
