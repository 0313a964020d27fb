"""A mistake that is corrected after hours leaves a record as if it had never been made."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.clock import FrozenClock
from bot.desk.case_events import EventReport, close_case, extend_deadline, record_answer, record_event
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.deadlines import DeadlineInput
from bot.desk.lookups import CaseRef
from bot.record.case import Case
from bot.record.corrections import How
from bot.record.deadlines.when import When
from bot.record.events import (
    Acknowledged,
    Basis,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Finding,
    Note,
    Outcome,
    Result,
    Silenced,
    Statement,
    effective_events,
)
from bot.record.ladder import DEFAULT_LADDER
from bot.record.new_events import NewEvent
from bot.record.plan import ahead
from bot.record.posting import Posting
from bot.store import case_states
from bot.store import events as event_store
from bot.words.events import event_line
from bot.words.status import headline
from tests.conftest import database
from tests.desk.correcting import corrected, newest
from tests.desk.listing import walk as deadlines
from tests.desk.people import People, at_the_desk
from tests.desk.test_schedule_list import counts
from tests.desk.test_schedule_list import walk as schedule
from tests.recording import NEW_YORK, SOURCE

OPENED = datetime(2018, 1, 24, 17, tzinfo=UTC)
DAYS = 60
POSTING = Posting(NEW_YORK)
Step = Callable[[People, CaseRef, When | None], Coroutine[Any, Any, object]]


def report(on: When | None, text: str = "The paper says so.") -> EventReport:
    return EventReport(on, SOURCE, text)


def answered(extent: Extent) -> Step:
    async def step(people: People, case: CaseRef, on: When | None) -> None:
        async with people.alice() as session:
            await record_answer(session, case, extent, report(on))

    return step


def fact(detail: Detail) -> Step:
    async def step(people: People, case: CaseRef, on: When | None) -> None:
        async with people.alice() as session:
            await record_event(session, case, detail, report(on))

    return step


def noted(text: str) -> Step:
    async def step(people: People, case: CaseRef, on: When | None) -> None:
        async with people.alice() as session:
            await record_event(session, case, Note(), report(on, text))

    return step


def closed(outcome: Outcome) -> Step:
    async def step(people: People, case: CaseRef, on: When | None) -> None:
        async with people.alice() as session:
            await close_case(session, case, outcome, report(on))

    return step


def extended(to: str, by: str = "The authority") -> Step:
    async def step(people: People, case: CaseRef, on: When | None) -> None:
        async with people.alice() as session:
            await extend_deadline(session, case, DeadlineInput(to), by, report(on, ""))

    return step


async def acknowledged(people: People, case: CaseRef, on: When | None) -> None:
    known = await people.case(case)
    deadline = known.at(people.clock.now()).deadline_event
    assert deadline
    event = NewEvent(on or When("2018-01-24", NEW_YORK), Acknowledged(deadline.id), "Acknowledged by Alice.")
    async with people.alice() as session:
        await event_store.append_events(session.conn, session.audit, [(known.id, known.place.id, event)])


SUIT = Court(CourtStep.FILED, "D. Colo.", "1:18-cv-1", stops_clock=True)
SUBPOENA = Consequence("subpoena", ConsequenceState.ANNOUNCED)
#: Each kind: what is recorded by mistake; what the form then says; what should have been recorded.
MISTAKES: dict[str, tuple[Step, dict[str, str], Step]] = {
    "answer": (answered(Extent.FULL), {"extent": "partial"}, answered(Extent.PARTIAL)),
    "no answer": (answered(Extent.PARTIAL), {"extent": "full"}, answered(Extent.FULL)),
    "deadline": (extended("2018-06-20"), {"deadline": "2018-05-02"}, extended("2018-05-02")),
    "longer": (extended("+60 days"), {"deadline": "+30 days"}, extended("+30 days")),
    "statement": (fact(Statement("The mayor")), {"by": "The clerk"}, fact(Statement("The clerk"))),
    "finding": (fact(Finding(Result.COMPLETE)), {"result": "incomplete"}, fact(Finding(Result.INCOMPLETE))),
    "consequence": (
        fact(Consequence("subpoena", ConsequenceState.CARRIED_OUT)),
        {"state": "announced"},
        fact(SUBPOENA),
    ),
    "court": (fact(SUIT), {"stops": "no"}, fact(replace(SUIT, stops_clock=False))),
    "note": (fact(Note()), {"text": "Another paper."}, noted("Another paper.")),
    "closed": (closed(Outcome.CLOSED), {"outcome": "withdrawn"}, closed(Outcome.WITHDRAWN)),
}
#: What may be recorded besides, whatever else is.
BESIDE = (
    answered(Extent.PARTIAL),
    answered(Extent.REFUSAL),
    fact(Note()),
    fact(Finding(Result.INCOMPLETE)),
    fact(Court(CourtStep.RULING, "D. Colo.", "1:18-cv-1")),
    fact(Consequence("return of grants", ConsequenceState.ANNOUNCED)),
    fact(Silenced()),
    fact(Silenced(date(2018, 4, 20))),
)


async def opened(migrated: Path, folder: str) -> People:
    file = Path(tempfile.mkdtemp(dir=folder)) / "letterwatch.db"
    shutil.copy(migrated, file)
    return await at_the_desk(database(file), FrozenClock(OPENED))


def said(event: Event) -> tuple[object, ...]:
    """What a fact says. A deadline that was wrong is a correction, whatever the right one would have been called."""
    detail = event.detail
    if isinstance(detail, DeadlineSet):
        detail = DeadlineSet(replace(detail.deadline, words="", steps=()), Basis.CORRECTION, detail.granted_by)
    elif isinstance(detail, Acknowledged):
        detail = Acknowledged(0)
    plain = replace(event, detail=detail, reason="")
    return event.when, detail, event_line(plain), event.sources


async def seen(people: People, case: Case) -> tuple[object, ...]:
    """What people see of a case."""
    now = people.clock.now()
    state = case.at(now)
    end = now + timedelta(days=DAYS)
    alerts = [
        (alert.due.rung.name, alert.due.occurrence, alert.due.at)
        for alert in ahead([case], lambda _: DEFAULT_LADDER, POSTING, now, end)
    ]
    deadline = state.deadline
    return (
        headline(state),
        state.statuses,
        deadline and (deadline.date, deadline.time),
        state.acknowledged,
        [(suit.name, suit.pending, suit.stops_clock) for suit in state.suits],
        {name: event and event.detail for name, event in state.consequences.items()},
        alerts,
        [said(event) for event in effective_events(case.events)],
    )


async def listed(people: People) -> tuple[object, ...]:
    """What lists show, by the index of states, which is sound."""
    now = people.clock.now()
    async with people.db.read() as conn:
        assert not await case_states.wrong_entries(conn, [people.albany.id, people.denver.id])
    rows = [
        (row.case.number, headline(row.case_state))
        for page in await deadlines(people.db, now, DeadlineFilter(), 5)
        for row in page.page.rows
    ]
    return rows, counts(await schedule(people.db, now, DAYS, 5))


async def agree(wrong: People, right: People) -> None:
    for one, other in ((wrong.albany, right.albany), (wrong.denver, right.denver)):
        assert await seen(wrong, await wrong.case(one)) == await seen(right, await right.case(other))
    assert await listed(wrong) == await listed(right)


@dataclass(frozen=True)
class Play:
    """What is recorded in two worlds, of which one has a mistake in it that is corrected two hours later."""

    kind: str
    how: How
    days: int
    acknowledged: bool
    before: list[int]
    after: list[int]
    is_today: bool

    @property
    def on(self) -> When | None:
        """When the mistake is said to have happened. A move is recorded when it is made: of one day it is the last."""
        day = OPENED + timedelta(days=self.days - 1)
        return None if self.is_today and self.how is not How.MOVE else When(day.date().isoformat(), NEW_YORK)

    async def begin(self, people: People) -> None:
        people.clock.set(OPENED + timedelta(days=self.days))
        if self.acknowledged:
            await acknowledged(people, people.denver, None)
        for step in self.before:
            await BESIDE[step](people, people.denver, None)

    async def go_on(self, people: People) -> None:
        people.clock.set(people.clock.now() + timedelta(hours=1))
        for step in self.after:
            await BESIDE[step](people, people.denver, None)
        people.clock.set(people.clock.now() + timedelta(hours=1))

    async def go_wrong(self, people: People) -> None:
        mistake, answers, _ = MISTAKES[self.kind]
        await self.begin(people)
        await mistake(people, people.denver, self.on)
        event = await newest(people, people.denver)
        await self.go_on(people)
        to = people.albany if self.how is How.MOVE else None
        await corrected(people, people.denver, event, self.how, to, answers=answers if self.how is How.REPLACE else {})

    async def go_right(self, people: People) -> None:
        mistake, _, meant = MISTAKES[self.kind]
        await self.begin(people)
        if self.how is How.REPLACE:
            await meant(people, people.denver, self.on)
        elif self.how is How.MOVE:
            await mistake(people, people.albany, self.on)
        await self.go_on(people)


STEPS = st.lists(st.integers(0, len(BESIDE) - 1), max_size=2)
PLAYS = st.builds(
    Play,
    st.sampled_from(sorted(MISTAKES)),
    st.sampled_from(How),
    st.integers(1, 45),
    st.just(False),
    STEPS,
    STEPS,
    st.booleans(),
) | st.builds(
    Play,
    st.sampled_from(sorted(MISTAKES)),
    st.sampled_from(How),
    st.integers(32, 45),
    st.just(True),
    STEPS,
    STEPS,
    st.booleans(),
)


@example(Play("answer", How.REPLACE, 1, False, [6], [], False))  # a silence and an answer of one moment
@given(PLAYS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_corrected_record_is_as_if_the_mistake_was_never_made(migrated: Path, play: Play) -> None:
    async def both(folder: str) -> None:
        wrong, right = await opened(migrated, folder), await opened(migrated, folder)
        try:
            await play.go_wrong(wrong)
            await play.go_right(right)
            await agree(wrong, right)
        finally:
            await wrong.db.close()
            await right.db.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(both(folder))
