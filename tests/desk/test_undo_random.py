"""Adding, recording, undoing and adding again in any order: the history and the state never differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest

from bot.clock import FrozenClock
from bot.desk.case_events import EventReport, close_case, extend_deadline, record_answer, record_event
from bot.desk.deadlines import DeadlineInput
from bot.desk.lookups import CaseRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.undo import LaterFacts
from bot.record.case import replay
from bot.record.errors import CaseError
from bot.record.events import Corrected, Extent, Note, Outcome, Reopened, undone_with_case, unreplaced
from bot.store.database import Database
from bot.words.events import event_line, recorder
from bot.words.lists import case_history_cards
from tests.desk.people import People, at_the_desk
from tests.recording import SOURCE
from tests.undoing import undo

LETTERS_DEADLINE = date(2018, 2, 23)


@dataclass
class Fact:
    """What the model knows of one fact."""

    operation: str
    kind: str
    #: Of a deadline.
    due: date | None = None
    #: The deadline that it was counted from.
    base: Fact | None = None


@dataclass
class Model:
    """One place that is added, and what happens to it, kept as a plain list."""

    people: People
    place: str
    random: Random
    facts: list[Fact] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    case: CaseRef | None = None

    @property
    def deadline(self) -> Fact | None:
        return next((fact for fact in reversed(self.facts) if fact.due), None)

    def ended(self, facts: list[Fact]) -> bool:
        last = next((fact for fact in reversed(facts) if fact.kind in ("closed", "reopened")), None)
        return last is not None and last.kind == "closed"

    def put(self, operation: str, *facts: Fact) -> None:
        self.operations.append(operation)
        self.facts += facts

    async def add(self) -> None:
        async with self.people.alice() as session:
            wanted = NamedRecipients((self.place,), deadline=DeadlineInput(f"{LETTERS_DEADLINE}"))
            added = await add_named_recipients(session, self.people.letter, wanted)
        case, _ = added.cases[0]
        self.case = CaseRef(case.id, case.number)
        self.put(added.operation, Fact(added.operation, "sent"), Fact(added.operation, "deadline", LETTERS_DEADLINE))

    async def extend(self) -> None:
        base = self.deadline
        assert self.case and base and base.due
        days = self.random.randint(1, 20)
        longer = self.random.random() < 0.5
        new = base.due + timedelta(days=days)
        async with self.people.alice() as session:
            typed = DeadlineInput(f"+{days} days" if longer else f"{new}")
            recorded = (await extend_deadline(session, self.case, typed, "", EventReport(None, SOURCE))).recorded
        self.put(recorded.operation, Fact(recorded.operation, "deadline", new, base if longer else None))

    async def answer(self) -> None:
        assert self.case
        async with self.people.alice() as session:
            extent = self.random.choice([Extent.FULL, Extent.PARTIAL, Extent.REFUSAL])
            recorded = await record_answer(session, self.case, extent, EventReport(None, SOURCE))
        self.put(recorded.operation, Fact(recorded.operation, "answer"))

    async def note(self) -> None:
        assert self.case
        async with self.people.alice() as session:
            recorded = await record_event(session, self.case, Note(), EventReport(None, SOURCE))
        self.put(recorded.operation, Fact(recorded.operation, "note"))

    async def close(self) -> None:
        assert self.case
        async with self.people.alice() as session:
            recorded = await close_case(session, self.case, Outcome.WITHDRAWN, EventReport(None, SOURCE))
        self.put(recorded.operation, Fact(recorded.operation, "closed"))

    async def reopen(self) -> None:
        assert self.case
        async with self.people.alice() as session:
            recorded = await record_event(session, self.case, Reopened(), EventReport(None, SOURCE))
        self.put(recorded.operation, Fact(recorded.operation, "reopened"))

    async def undo(self) -> None:
        """Any operation, also one that was undone before, agreeing to whatever goes with it."""
        operation = self.random.choice(self.operations)
        gone = [fact for fact in self.facts if fact.operation == operation]
        if not gone:
            with pytest.raises(CaseError, match="nothing left to undo"):
                await self._press(operation)
            return
        for fact in [] if gone[0].kind == "sent" else list(self.facts):
            counted = fact.base is not None and any(fact.base is other for other in gone)
            before = self.facts[: next(i for i, other in enumerate(self.facts) if other is fact)]
            kept = [other for other in before if all(other is not undone for undone in gone)]
            idle = fact.kind == "reopened" and self.ended(before) and not self.ended(kept)
            if fact not in gone and (counted or idle):
                gone.append(fact)
        gone = list(self.facts) if gone[0].kind == "sent" else gone
        assert await self._press(operation) == len(gone)
        self.facts = [fact for fact in self.facts if all(fact is not other for other in gone)]

    async def _press(self, operation: str) -> int:
        async with self.people.alice() as session:
            done = await undo(session, operation)
            if isinstance(done, LaterFacts):
                done = await undo(session, operation, agreed=done.digest)
            assert not isinstance(done, LaterFacts)
            return done.count

    def possible(self) -> list[Callable[[], object]]:
        if not self.facts:
            return [self.add, *[self.undo] * bool(self.operations)]
        open_steps = [self.extend, self.extend, self.close]
        return [self.answer, self.note, self.undo, self.undo, *([self.reopen] if self.ended(self.facts) else open_steps)]

    async def check(self) -> None:
        """State, history and model agree."""
        if self.case is None:
            return
        case = await self.people.case(self.case)
        now = self.people.clock.now()
        case_state = case.at(now)
        assert [event.detail.kind for event in case_state.events] == [fact.kind for fact in self.facts]
        assert case_state.exists is bool(self.facts)
        deadline = self.deadline
        assert (case_state.deadline and case_state.deadline.date) == (deadline and deadline.due)
        assert (case_state.ended is not None) is self.ended(self.facts)
        struck = undone_with_case(case.events)
        unstruck = [e for e in unreplaced(case.events) if not isinstance(e.detail, Corrected) and e.id not in struck]
        assert struck == {}, "undo corrects everything itself"
        replayed = replay(sorted(unstruck, key=lambda e: (e.counts_from, e.id)), case.letter.threatened, now)
        assert replayed == case_state
        lines = [line for card in case_history_cards(case) for line in card.text.splitlines() if line.startswith("- ")]
        counting = sorted(line for line in lines if not line.startswith("- ~~"))
        assert counting == sorted(f"- {event_line(event)}{recorder(event)}" for event in case_state.events)


@pytest.mark.parametrize("seed", range(12))
async def test_history_and_state_agree_whatever_is_undone(db: Database, clock: FrozenClock, seed: int) -> None:
    model = Model(await at_the_desk(db, clock), "Boston, MA (city)", Random(seed))
    for _ in range(30):
        clock.set(clock.now() + timedelta(seconds=model.random.randint(0, 2)))
        await model.random.choice(model.possible())()  # type: ignore[misc]
        await model.check()
