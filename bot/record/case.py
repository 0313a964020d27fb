"""A case is its events: replayed, they give the state of one letter to one jurisdiction at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import aware
from bot.record.events import (
    Acknowledged,
    Amount,
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
    effective_events,
)
from bot.record.places import Jurisdiction
from bot.record.sources import Source


class Status(StrEnum):
    AWAITING = "awaiting answer"
    PARTLY = "partly answered"
    OVERDUE = "overdue"
    REFUSED = "refused"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    IN_COURT = "in court"
    CLEARED = "cleared"
    COMPLIED = "complied"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True)
class SourcedAmount:
    amount: Amount
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class SourcedText:
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Letter:
    """One mailing: an authority, a date, a demand."""

    id: int
    #: Its short name, unique on a server.
    slug: str
    title: str
    authority: str
    sent: When
    demand: str
    legal_basis: tuple[str, ...] = ()
    threatened: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    amounts: tuple[SourcedAmount, ...] = ()
    conflicts: tuple[SourcedText, ...] = ()
    deadline: Deadline | None = None
    #: Why no deadline is known.
    deadline_note: str = ""


@dataclass(frozen=True)
class Suit:
    """One suit about the letter, put together from its court events."""

    #: Its docket number once that is known, else its court.
    name: str
    filed: Event
    latest: Event
    #: Whether no alerts are due while it is pending.
    stops_clock: bool = False
    court: str = ""
    docket: str = ""

    @property
    def pending(self) -> bool:
        return not isinstance(self.latest.detail, Court) or self.latest.detail.step not in (
            CourtStep.SETTLEMENT,
            CourtStep.CLOSED,
        )


@dataclass(frozen=True)
class CaseState:
    """The state of a case at `now`: derived from its events and the clock, never stored."""

    now: datetime
    status: Status
    events: tuple[Event, ...]
    sent: Event | None = None
    #: The event that set the deadline in force; its id is the deadline's version.
    deadline_event: Event | None = None
    #: The event that gave the status; None if the passing of time did, or if nothing has happened.
    decided_by: Event | None = None
    partly: Event | None = None
    answered: Event | None = None
    ended: Event | None = None
    reopened: Event | None = None
    suits: tuple[Suit, ...] = ()
    consequences: dict[str, Event | None] = field(default_factory=dict)
    acknowledged: bool = False
    #: An answer whose date is so imprecise that it may have come by `now`, or later.
    perhaps_answered: Event | None = None

    @property
    def deadline(self) -> Deadline | None:
        if self.deadline_event and isinstance(self.deadline_event.detail, DeadlineSet):
            return self.deadline_event.detail.deadline
        return None

    @property
    def days_left(self) -> int | None:
        return self.deadline.days_left(self.now) if self.deadline else None

    @property
    def exists(self) -> bool:
        """False before the letter was sent, and after its recording was undone."""
        return self.sent is not None

    @property
    def is_open(self) -> bool:
        return self.exists and self.ended is None

    @property
    def overdue(self) -> bool:
        """The deadline has passed and no full answer is on record, whatever else the status says."""
        return self.clock_runs and self.deadline is not None and self.deadline.has_passed(self.now)

    @property
    def clock_runs(self) -> bool:
        """Whether alerts are due at all: the case is open, has no full answer, and no suit stops the clock."""
        return self.is_open and self.answered is None and not any(s.pending and s.stops_clock for s in self.suits)


@dataclass(frozen=True)
class Case:
    """One letter to one jurisdiction, with every event that was ever recorded about it, corrected ones included."""

    id: int
    number: int
    letter: Letter
    place: Jurisdiction
    tracked_since: datetime
    events: tuple[Event, ...]
    #: Its alerts have been planned up to this moment.
    looked_at: datetime | None = None
    #: The ids of its events that the channel was told of, or is about to be.
    announced: frozenset[int] = frozenset()

    def at(self, now: datetime, known_by: datetime | None = None) -> CaseState:
        """Its state at `now`, by when things happened; with `known_by`, by what had been recorded until then."""
        known = effective_events(self.events, known_by)
        case_state = replay([e for e in known if e.counts_from <= aware(now)], self.letter.threatened, now)
        perhaps = (e for e in known if isinstance(e.detail, Answer) and e.counts_from > now >= (e.when.earliest or now))
        return replace(case_state, perhaps_answered=next(perhaps, None) if case_state.exists else None)

    @property
    def is_recorded(self) -> bool:
        """Whether the record of the letter's sending is in effect: False once it was taken back, and with it the case."""
        return any(isinstance(event.detail, Sent) for event in effective_events(self.events))

    def known_at(self, moment: datetime) -> CaseState:
        """Its state at `moment`, by what had been recorded until then. Alerts are planned by this."""
        return self.at(moment, known_by=moment)


@dataclass
class _Fold:
    sent: Event | None = None
    deadline: Event | None = None
    answered: Event | None = None
    partly: Event | None = None
    refused: Event | None = None
    ended: Event | None = None
    outcome: Outcome | None = None
    reopened: Event | None = None
    suits: dict[str, Suit] = field(default_factory=dict)
    consequences: dict[str, Event | None] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)

    def end(self, event: Event, outcome: Outcome) -> None:
        self.ended, self.outcome = event, outcome

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
                self.consequences[name] = event
            case Court():
                self.court(event, event.detail)
            case Acknowledged(deadline_id=deadline_id):
                self.acknowledged.add(deadline_id)
            case Closed(outcome=outcome):
                self.end(event, outcome)
            case Reopened():
                self.ended, self.outcome, self.reopened = None, None, event

    def answer(self, event: Event, extent: Extent) -> None:
        match extent:
            case Extent.FULL:
                self.answered, self.refused = event, None
            case Extent.REFUSAL:
                self.refused, self.answered = event, None
            case Extent.PARTIAL | Extent.HOLDING:
                self.partly = event

    def finding(self, event: Event, result: Result) -> None:
        match result:
            case Result.IN_COMPLIANCE:
                self.end(event, Outcome.CLEARED)
            case Result.COMPLETE:
                self.end(event, Outcome.COMPLIED)
            case Result.INCOMPLETE:
                self.partly, self.answered = self.answered or self.partly, None
            case Result.NOT_IN_COMPLIANCE:
                pass

    def court(self, event: Event, detail: Court) -> None:
        before = self._suit_of(detail)
        if before is None:
            name = detail.docket or detail.court or "suit"
            self.suits[name] = Suit(name, event, event, detail.stops_clock, detail.court, detail.docket)
        else:
            docket, court = before.docket or detail.docket, before.court or detail.court
            stops_clock = before.stops_clock or detail.stops_clock
            suit = Suit(docket or before.name, before.filed, event, stops_clock, court, docket)
            self.suits = {
                suit.name if old is before else name: suit if old is before else old for name, old in self.suits.items()
            }
        if detail.step is CourtStep.SETTLEMENT:
            self.end(event, Outcome.SETTLED)

    def _suit_of(self, detail: Court) -> Suit | None:
        """The suit that a court event is about; None if the event opens one.

        1. The one with its docket number; a suit with another number is another suit.
        2. Else the only suit in that court.
        3. Else the only suit there is, where the number or the court is missing on one side.
        """
        possible = [
            suit for suit in self.suits.values() if not (suit.docket and detail.docket and suit.docket != detail.docket)
        ]
        same_number = [suit for suit in possible if suit.docket and suit.docket == detail.docket]
        same_court = [suit for suit in possible if suit.court and suit.court == detail.court]
        incomplete = possible if not detail.docket else [suit for suit in possible if not (suit.court and detail.court)]
        return next((suits[0] for suits in (same_number, same_court, incomplete) if len(suits) == 1), None)

    def status(self, now: datetime) -> tuple[Status, Event | None]:
        """The first of these that holds: ended, in court, escalated, answered, refused, overdue, partly answered, awaiting."""
        pending = next((suit for suit in self.suits.values() if suit.pending), None)
        carried_out = [e for e in self.consequences.values() if e and _state(e) is ConsequenceState.CARRIED_OUT]
        passed = (
            self.deadline and isinstance(self.deadline.detail, DeadlineSet) and self.deadline.detail.deadline.has_passed(now)
        )
        if self.ended and self.outcome:
            return Status(self.outcome.value), self.ended
        if pending:
            return Status.IN_COURT, pending.latest
        if carried_out:
            return Status.ESCALATED, carried_out[-1]
        if self.answered:
            return Status.ANSWERED, self.answered
        if self.refused:
            return Status.REFUSED, self.refused
        if passed:
            return Status.OVERDUE, None
        if self.partly:
            return Status.PARTLY, self.partly
        return Status.AWAITING, None


def replay(events: list[Event], threatened: tuple[str, ...], now: datetime) -> CaseState:
    """Fold events, oldest first, into the state of the case at `now`. Pure: the same events give the same state."""
    fold = _Fold(consequences=dict.fromkeys(threatened))
    for event in events:
        fold.apply(event)
    status, decided_by = fold.status(now)
    return CaseState(
        now=now,
        status=status,
        events=tuple(events),
        sent=fold.sent,
        deadline_event=fold.deadline,
        decided_by=decided_by,
        partly=fold.partly,
        answered=fold.answered,
        ended=fold.ended,
        reopened=fold.reopened,
        suits=tuple(fold.suits.values()),
        consequences=fold.consequences,
        acknowledged=fold.deadline is not None and fold.deadline.id in fold.acknowledged,
    )


def _state(event: Event) -> ConsequenceState:
    return event.detail.state if isinstance(event.detail, Consequence) else ConsequenceState.THREATENED


def consequence_state(event: Event | None) -> ConsequenceState:
    """The state of a consequence after the newest event about it; without one it is threatened by the letter."""
    return _state(event) if event else ConsequenceState.THREATENED
