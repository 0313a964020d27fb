"""What the events of a case come to, one after another, oldest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.record.consequence_states import holding, lifts_nothing, state_of
from bot.record.consequences import known_as
from bot.record.events import (
    Acknowledged,
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Event,
    Extent,
    Finding,
    Outcome,
    Reopened,
    Result,
    Sent,
    Silenced,
)
from bot.record.suits import Suit, suits_after


@dataclass
class Fold:
    sent: Event | None = None
    deadline: Event | None = None
    answered: Event | None = None
    #: The newest answer of every other extent that no full answer has overtaken.
    lesser: dict[Extent, Event] = field(default_factory=dict)
    incomplete: Event | None = None
    ended: Event | None = None
    outcome: Outcome | None = None
    reopened: Event | None = None
    suits: dict[str, Suit] = field(default_factory=dict)
    consequences: dict[str, Event | None] = field(default_factory=dict)
    lifted_unmoved: set[str] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)
    silences: list[Event] = field(default_factory=list)
    #: What ended the case, also where it was reopened since.
    ends: list[Event] = field(default_factory=list)

    def end(self, event: Event, outcome: Outcome) -> None:
        self.ended, self.outcome = event, outcome
        self.ends.append(event)

    def apply(self, event: Event) -> None:
        match event.detail:
            case Sent():
                self.sent = event
            case DeadlineSet():
                self.deadline = event
            case Answer(extent=extent):
                self.answer(event, extent)
            case Finding(result=result):
                self.finding(event, result)
            case Consequence(name=name):
                self.consequence(event, name)
            case Court():
                self.court(event, event.detail)
            case Acknowledged() | Silenced():
                self.hold_back(event, event.detail)
            case Closed(outcome=outcome):
                self.end(event, outcome)
            case Reopened():
                self.ended, self.outcome, self.reopened = None, None, event

    def hold_back(self, event: Event, detail: Acknowledged | Silenced) -> None:
        if isinstance(detail, Acknowledged):
            self.acknowledged.add(detail.deadline_id)
        else:
            self.silences.append(event)

    def answer(self, event: Event, extent: Extent) -> None:
        if extent is Extent.FULL:
            self.answered, self.incomplete, self.lesser = event, None, {}
            return
        if extent is Extent.REFUSAL:
            self.answered = None
        self.lesser[extent] = event

    def finding(self, event: Event, result: Result) -> None:
        match result:
            case Result.IN_COMPLIANCE:
                self.end(event, Outcome.CLEARED)
            case Result.COMPLETE:
                self.end(event, Outcome.COMPLIED)
            case Result.INCOMPLETE:
                self.incomplete = self.answered or self.lesser.pop(Extent.UNKNOWN, None) or self.incomplete
                self.answered = None
            case Result.NOT_IN_COMPLIANCE:
                pass

    def court(self, event: Event, detail: Court) -> None:
        self.suits = suits_after(self.suits, event, detail)
        if detail.step is CourtStep.SETTLEMENT:
            self.end(event, Outcome.SETTLED)

    def consequence(self, event: Event, stated: str) -> None:
        name = known_as(stated, self.consequences)
        current = self.consequences.get(name)
        if lifts_nothing(current, event):
            self.lifted_unmoved.add(name)
        elif not (name in self.lifted_unmoved and state_of(event) is ConsequenceState.LIFTED):
            self.lifted_unmoved.discard(name)
        self.consequences[name] = holding(current, event)

    @property
    def partly(self) -> Event | None:
        return self.lesser.get(Extent.PARTIAL) or self.incomplete

    def deadline_passed(self, now: datetime) -> bool:
        event = self.deadline
        return event is not None and isinstance(event.detail, DeadlineSet) and event.detail.deadline.has_passed(now)
