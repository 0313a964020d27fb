"""Was the answer complete? The desk settles what the source leaves open, once."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import FrozenClock
from bot.desk import session
from bot.desk.case_events import EventReport, close_case, record_answer, record_event, settle_extent
from bot.desk.lookups import CaseRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.undo import LaterFacts, UndoneEvents
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Amount,
    Answer,
    Certainty,
    Consequence,
    ConsequenceState,
    Corrected,
    Event,
    Extent,
    Outcome,
    effective_events,
)
from bot.store import restores
from bot.store.database import Database
from tests.desk.people import DAY_AFTER, People, at_the_desk
from tests.recording import NEW_YORK, OTHER_SERVER, SOURCE, Desk
from tests.undoing import undo

SAID = EventReport(When("by 2018-02-20", NEW_YORK), SOURCE, "The city has answered.", Certainty.REPORTED)


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    people = await at_the_desk(db, clock)
    clock.set(DAY_AFTER)
    return people


async def answered(people: People) -> Event:
    async with people.alice() as opened:
        return (await record_answer(opened, people.denver, Extent.UNKNOWN, SAID)).event


@pytest.mark.parametrize("extent", [Extent.FULL, Extent.PARTIAL])
async def test_it_becomes_a_correction_of_the_answer_with_its_day_and_sources(people: People, extent: Extent) -> None:
    said = await answered(people)
    async with people.bob() as opened:
        settled = await settle_extent(opened, said.id, extent)
    event = settled.event
    assert (event.detail, event.replaces, event.when) == (Answer(extent), said.id, said.when)
    assert (event.sources, event.certainty, event.recorded_by) == (said.sources, said.certainty, "Bob")
    assert event.text.startswith("The city has answered. ") and event.text.endswith("was recorded by the desk.")
    assert settled.case_state.overdue is (extent is Extent.PARTIAL)
    assert settled.case_state.asks_extent is None
    assert [e.detail for e in settled.case_state.answers] == [Answer(extent)]


async def test_amount_and_conflict_of_the_answer_stay(people: People) -> None:
    report = EventReport(None, SOURCE, "Paid.", amount=Amount(7))
    async with people.alice() as opened:
        said = (await record_answer(opened, people.denver, Extent.UNKNOWN, report)).event
    async with people.bob() as opened:
        assert (await settle_extent(opened, said.id, Extent.FULL)).event.amount == Amount(7)


async def test_it_is_announced_once(people: People) -> None:
    said = await answered(people)
    async with people.bob() as opened:
        await settle_extent(opened, said.id, Extent.FULL)
    assert await people.news() == ["answer", "answer"], "the answer, and what was settled"
    with pytest.raises(CaseError, match="Bob has already recorded how complete this answer was: full answer"):
        async with people.alice() as opened:
            await settle_extent(opened, said.id, Extent.PARTIAL)
    assert await people.news() == ["answer", "answer"]


async def test_of_two_who_settle_it_at_once_one_is_refused(people: People) -> None:
    said = await answered(people)

    async def settle(name: str, extent: Extent) -> str:
        try:
            async with people.alice() if name == "Alice" else people.bob() as opened:
                await settle_extent(opened, said.id, extent)
        except CaseError as refused:
            return str(refused)
        return "recorded"

    results = await asyncio.gather(settle("Alice", Extent.FULL), settle("Bob", Extent.PARTIAL))
    assert results.count("recorded") == 1
    assert any("has already recorded" in result for result in results)
    case = await people.case(people.denver)
    assert len([event for event in case.events if event.replaces == said.id]) == 1


async def test_undone_the_question_is_open_again_and_can_be_settled_otherwise(people: People) -> None:
    said = await answered(people)
    async with people.bob() as opened:
        settled = await settle_extent(opened, said.id, Extent.FULL)
    async with people.bob() as opened:
        undone = await undo(opened, settled.operation)
    assert isinstance(undone, UndoneEvents)
    [(_, case_state)] = undone.cases
    assert case_state.overdue and case_state.asks_extent == said
    async with people.alice() as opened:
        again = await settle_extent(opened, said.id, Extent.PARTIAL)
    assert again.case_state.partly == again.event


async def test_an_answer_can_be_undone_after_what_settled_it_was(people: People) -> None:
    async with people.alice() as opened:
        recorded = await record_answer(opened, people.denver, Extent.UNKNOWN, SAID)
    async with people.bob() as opened:
        settled = await settle_extent(opened, recorded.event.id, Extent.FULL)
    with pytest.raises(CaseError, match="nothing left to undo"):
        async with people.alice() as opened:
            await undo(opened, recorded.operation)
    async with people.bob() as opened:
        await undo(opened, settled.operation)
    async with people.alice() as opened:
        undone = await undo(opened, recorded.operation)
    assert isinstance(undone, UndoneEvents)
    [(_, case_state)] = undone.cases
    assert case_state.answers == () and case_state.overdue
    with pytest.raises(CaseError, match="This answer was taken back"):
        async with people.bob() as opened:
            await settle_extent(opened, recorded.event.id, Extent.FULL)


async def test_an_answer_that_was_undone_is_refused(people: People) -> None:
    async with people.alice() as opened:
        recorded = await record_answer(opened, people.denver, Extent.UNKNOWN, SAID)
    async with people.alice() as opened:
        await undo(opened, recorded.operation)
    with pytest.raises(CaseError, match="This answer was taken back"):
        async with people.bob() as opened:
            await settle_extent(opened, recorded.event.id, Extent.FULL)


async def test_an_answer_of_a_case_that_was_undone_is_refused(people: People) -> None:
    async with people.alice() as opened:
        added = await add_named_recipients(opened, people.letter, NamedRecipients(("Boston, MA (city)",)))
    [(case, _)] = added.cases
    async with people.bob() as opened:
        said = (await record_answer(opened, CaseRef(case.id, case.number), Extent.UNKNOWN, SAID)).event
    async with people.alice() as opened:
        later = await undo(opened, added.operation)
        assert isinstance(later, LaterFacts)
        await undo(opened, added.operation, agreed=later.digest)
    with pytest.raises(CaseError, match="The case of Boston, MA was undone"):
        async with people.bob() as opened:
            await settle_extent(opened, said.id, Extent.FULL)


@pytest.mark.parametrize("extent", [extent for extent in Extent if extent is not Extent.UNKNOWN])
async def test_an_answer_whose_extent_is_known_is_not_asked_about(people: People, extent: Extent) -> None:
    async with people.alice() as opened:
        recorded = await record_answer(opened, people.denver, extent, SAID)
    assert recorded.case_state.asks_extent is None
    with pytest.raises(CaseError, match="not recorded on this server"):
        async with people.bob() as opened:
            await settle_extent(opened, recorded.event.id, Extent.FULL)


async def test_another_servers_answer_is_not_found(people: People) -> None:
    said = await answered(people)
    await Desk(people.db, OTHER_SERVER).open()
    with pytest.raises(CaseError, match="not recorded on this server"):
        async with session.writing(people.db, OTHER_SERVER, DAY_AFTER, "Eve", 99) as opened:
            await settle_extent(opened, said.id, Extent.FULL)
    assert not any(isinstance(event.detail, Corrected) or event.replaces for event in (await people.case(people.denver)).events)


async def test_a_case_that_ended_or_was_answered_in_full_is_not_asked_about(people: People) -> None:
    said = await answered(people)
    async with people.alice() as opened:
        ended = await close_case(opened, people.denver, Outcome.CLOSED, EventReport(None, SOURCE))
    assert ended.case_state.unknown == said and ended.case_state.asks_extent is None
    async with people.alice() as opened:
        await record_answer(opened, people.albany, Extent.UNKNOWN, SAID)
        full = await record_answer(opened, people.albany, Extent.FULL, EventReport(None, SOURCE, "All of it."))
    assert full.case_state.asks_extent is None and not full.case_state.overdue


async def test_what_never_moved_cannot_be_lifted(people: People) -> None:
    lifted = Consequence("subpoena", ConsequenceState.LIFTED)
    with pytest.raises(CaseError, match="record what the source says as a note"):
        async with people.alice() as opened:
            await record_event(opened, people.denver, lifted, SAID)
    assert await people.news() == []
    async with people.alice() as opened:
        early = EventReport(When("2018-02-10", NEW_YORK), SOURCE, "Served.")
        carried_out = Consequence("subpoena", ConsequenceState.CARRIED_OUT)
        first = await record_event(opened, people.denver, carried_out, early)
        await record_event(opened, people.denver, lifted, SAID)
    case = await people.case(people.denver)
    assert first.case_state.status.value == "escalated"
    assert [e.detail for e in effective_events(case.events)[-2:]] == [carried_out, lifted]


async def test_a_button_settles_no_other_answer_that_has_its_id_now(people: People) -> None:
    """After a restore ids are given out again. Older buttons do not say when their answer was recorded."""
    said = await answered(people)
    second = int(said.recorded_at.timestamp())
    for recorded, is_restored in ((second + 1, False), (None, True)):
        if is_restored:
            async with people.db.write() as conn:
                await restores.note(conn, said.recorded_at)
        with pytest.raises(CaseError, match="This button"):
            async with people.alice() as opened:
                await settle_extent(opened, said.id, Extent.FULL, recorded)
    async with people.alice() as opened:
        assert (await settle_extent(opened, said.id, Extent.FULL, second)).event.replaces == said.id
