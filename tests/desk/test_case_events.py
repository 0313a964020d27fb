"""Recording what happened in a case: each write announces what is news, and refuses what changed since the look-up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.desk import aside
from bot.desk.case_events import (
    EventReport,
    close_case,
    extend_deadline,
    record_answer,
    record_event,
)
from bot.desk.deadlines import DeadlineInput
from bot.desk.lookups import CaseRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.silences import silence_notice
from bot.record.case import Case, CaseState
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Certainty, Closed, Event, Extent, Note, Outcome, Reopened
from bot.record.standing import StandingPeriod, periods
from bot.store import case_states
from bot.store.database import Database
from bot.store.tables import notices
from bot.watch.tick import tick
from tests.desk.people import DAY_AFTER, People, at_the_desk
from tests.recording import NEW_YORK, SOURCE
from tests.undoing import undo

REPORT = EventReport(None, SOURCE, "The city sends 200 pages.")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def test_an_answer_is_recorded_as_of_today_by_the_person_and_announced(people: People) -> None:
    async with people.alice() as session:
        recorded = await record_answer(session, people.denver, Extent.PARTIAL, REPORT)
    assert recorded.event.detail == Answer(Extent.PARTIAL)
    assert recorded.event.when == When("2018-01-24", NEW_YORK)
    assert (recorded.event.recorded_by, recorded.event.recorded_by_id) == ("Alice", 11)
    assert recorded.case_state.partly == recorded.event
    assert await people.news() == ["answer"]


async def test_every_kind_that_is_news_is_announced_and_no_other(people: People) -> None:
    people.clock.set(DAY_AFTER)
    async with people.alice() as session:
        typed = DeadlineInput("+30 days")
        extension = await extend_deadline(session, people.denver, typed, "The authority", EventReport(None, SOURCE))
        await record_event(session, people.denver, Note(), REPORT)
        await close_case(session, people.denver, Outcome.WITHDRAWN, REPORT)
        await record_event(session, people.denver, Reopened(), REPORT)
    assert extension.before is not None
    assert (extension.before.date, extension.recorded.case_state.deadline and extension.recorded.case_state.deadline.date) == (
        date(2018, 2, 23),
        date(2018, 3, 25),
    )
    assert await people.news() == ["deadline", "closed", "reopened"]


async def test_a_case_that_was_undone_since_it_was_looked_up_is_refused(people: People) -> None:
    async with people.alice() as session:
        added = await add_named_recipients(session, people.letter, NamedRecipients(("Boston, MA (city)",)))
    [(case, _)] = added.cases
    boston = CaseRef(case.id, case.number)
    async with people.alice() as session:
        await undo(session, added.operation)
    with pytest.raises(CaseError, match="There is no case #3"):
        async with people.bob() as session:
            await record_answer(session, boston, Extent.FULL, REPORT)


@pytest.mark.parametrize("again", ["close", "extend"])
async def test_a_case_that_ended_since_it_was_looked_up_is_refused(people: People, again: str) -> None:
    async with people.alice() as session:
        await close_case(session, people.denver, Outcome.WITHDRAWN, REPORT)
    with pytest.raises(CaseError, match="#2 Denver, NY has ended"):
        async with people.bob() as session:
            if again == "close":
                await close_case(session, people.denver, Outcome.CLOSED, REPORT)
            else:
                await extend_deadline(session, people.denver, DeadlineInput("+7 days"), "The authority", REPORT)
    assert [type(event.detail) for event in (await people.case(people.denver)).events].count(Closed) == 1
    assert await people.news() == ["closed"], "what was refused is not announced"


async def test_of_two_who_close_a_case_at_once_one_is_refused(people: People) -> None:
    async def close(name: str) -> str:
        try:
            async with people.alice() if name == "Alice" else people.bob() as session:
                await close_case(session, people.denver, Outcome.CLOSED, REPORT)
        except CaseError as refused:
            return str(refused)
        return "recorded"

    results = await asyncio.gather(close("Alice"), close("Bob"))
    assert results.count("recorded") == 1
    assert any("has ended" in result for result in results)
    assert await people.news() == ["closed"]


async def test_reopening_an_open_case_is_refused(people: People) -> None:
    with pytest.raises(CaseError, match="nothing to reopen"):
        async with people.alice() as session:
            await record_event(session, people.denver, Reopened(), REPORT)


async def test_an_event_before_its_letter_is_refused(people: People) -> None:
    early = EventReport(When("2018-01-03", NEW_YORK), SOURCE, "Early.", Certainty.REPORTED)
    with pytest.raises(CaseError, match="cannot belong to a letter sent 24 January 2018"):
        async with people.alice() as session:
            await record_answer(session, people.denver, Extent.FULL, early)


async def test_many_cases_are_silenced_beside_the_event_loop(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """How they stand is worked out in threads: whom to silence, and the index of states."""
    people.clock.set(DAY_AFTER)
    async for _ in tick(people.db, DAY_AFTER):
        pass
    async with people.db.read() as conn:
        token = (await conn.execute(select(notices.c.token).where(notices.c.rung == "passed"))).scalar_one()
    for module in (aside, case_states):
        monkeypatch.setattr(module, "FEW", 1)
    worked_in = []

    def replayed(case: Case, now: datetime) -> CaseState:
        worked_in.append(threading.current_thread())
        return at(case, now)

    def replayed_for_index(history: tuple[Event, ...]) -> Iterable[StandingPeriod]:
        worked_in.append(threading.current_thread())
        return periods(history)

    at = Case.at
    monkeypatch.setattr(Case, "at", replayed)
    monkeypatch.setattr(case_states, "periods", replayed_for_index)
    async with people.alice() as session:
        await silence_notice(session, token)
    assert len(worked_in) >= 3 and threading.current_thread() not in worked_in
