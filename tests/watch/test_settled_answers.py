"""An answer of unknown extent that is settled, and both undone: the channel's last word is what the record says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.case_events import EventReport, record_answer, settle_extent
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.session import writing
from bot.desk.undo import LaterFacts, UndoneEvents
from bot.record.case import Case
from bot.record.errors import Undeliverable
from bot.record.events import Event, Extent
from tests.recording import SERVER, SOURCE
from tests.undoing import undo
from tests.watch.test_delivery import House

ALICE = 11
SAID = EventReport(None, SOURCE, "The city has answered.")
UNKNOWN, FULL = "Denver, NY: answered, extent unknown", "Denver, NY: full answer (before: answered, extent unknown)"
AGAIN = "Denver, NY: full answer, entry undone: answered, extent unknown again"
GONE = "Denver, NY: answered, extent unknown, entry undone"


async def answered(house: House, case: Case) -> tuple[Event, str]:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        recorded = await record_answer(session, CaseRef(case.id, case.number), Extent.UNKNOWN, SAID)
    return recorded.event, recorded.operation


async def settled(house: House, answer: Event) -> str:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        return (await settle_extent(session, answer.id, Extent.FULL)).operation


async def undone(house: House, operation: str) -> None:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        assert isinstance(await undo(session, operation), UndoneEvents)


async def heads(house: House) -> list[str]:
    """The headlines of what is posted a minute later."""
    posted = await house.turn(house.clock.now() + timedelta(minutes=1))
    house.clock.set(house.clock.now() + timedelta(minutes=1))
    return [text.split("\n")[0] for text in posted]


@pytest.mark.parametrize(
    ("turns", "heard"),
    [
        ("1111", [UNKNOWN, FULL, AGAIN, GONE]),
        ("0111", [FULL, AGAIN, GONE]),
        ("0110", [FULL, AGAIN, GONE]),
        ("0101", [FULL, GONE]),
        ("1001", [UNKNOWN, GONE]),
        ("1011", [UNKNOWN, GONE]),
        ("0011", [UNKNOWN, GONE]),
        ("0001", []),
    ],
)
async def test_the_channel_hears_what_became_of_what_it_heard(house: House, turns: str, heard: list[str]) -> None:
    """`turns`: whether the watch looks after the answer, after it is settled, after that is undone, and after all is undone."""
    [case] = await house.alice.letter(house.clock.now(), due=None, to=("Denver",))
    posted: list[str] = []

    async def look(step: int) -> None:
        house.clock.set(house.clock.now() + timedelta(minutes=1))
        if turns[step] == "1":
            posted.extend(await heads(house))

    answer, operation = await answered(house, case)
    await look(0)
    settling = await settled(house, answer)
    await look(1)
    await undone(house, settling)
    await look(2)
    await undone(house, operation)
    await look(3)
    posted += await heads(house)
    assert posted == heard


async def test_an_answer_is_told_that_was_dropped_for_what_was_never_posted(house: House) -> None:
    [case] = await house.alice.letter(house.clock.now(), due=None, to=("Denver",))
    answer, _ = await answered(house, case)
    house.clock.set(house.clock.now() + timedelta(minutes=1))
    settling = await settled(house, answer)
    house.channels.failures = [lambda: Undeliverable("Discord is down", permanent=False, maybe_sent=False)]
    assert await heads(house) == [], "the answer is no longer true, and its correction does not get through"
    await undone(house, settling)
    house.clock.set(house.clock.now() + timedelta(hours=1))
    assert await heads(house) == [AGAIN]


async def test_nothing_holds_again_of_a_case_that_is_undone(house: House) -> None:
    [albany] = await house.alice.letter(house.clock.now(), due=None, to=("Albany",))
    letter = LetterRef(albany.letter.id, albany.letter.title)
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        added = await add_named_recipients(session, letter, NamedRecipients(("Denver, CO (city)",)))
    answer, _ = await answered(house, added.cases[0][0])
    await heads(house)
    await settled(house, answer)
    await heads(house)
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        later = await undo(session, added.operation)
        assert isinstance(later, LaterFacts)
        await undo(session, added.operation, agreed=later.digest)
    [text] = await house.turn(house.clock.now() + timedelta(minutes=1))
    assert "full answer, entry undone" in text and "again" not in text
