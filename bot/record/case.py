"""A case is its events: replayed, they give the state of one letter to one jurisdiction at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.record.consequence_states import state_of
from bot.record.consequences import known_as, spelled_alike
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import aware
from bot.record.events import (
    Amount,
    Answer,
    Basis,
    ConsequenceState,
    DeadlineSet,
    Event,
    Extent,
    Sent,
    effective_events,
)
from bot.record.fold import Fold
from bot.record.ladder import Ladder
from bot.record.places import Jurisdiction
from bot.record.silence import Silence, silence_of
from bot.record.sources import Source
from bot.record.suits import Suit


class Status(StrEnum):
    AWAITING = "awaiting answer"
    HOLDING = "holding reply"
    PARTLY = "partly answered"
    UNKNOWN = "answered, extent unknown"
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
    #: Its own ladder; None for the server's.
    ladder: Ladder | None = None
    #: Rungs of the server's ladder that hold for it only from a later moment on, each by its name: it had its own before.
    rungs_since: tuple[tuple[str, datetime], ...] = ()
    #: Rungs of the ladder that it had, which were taken off (`Rung.until`).
    rungs_before: Ladder = ()
    #: When the question was due whether to go on watching its overdue cases; None if it was not asked.
    asked_at: datetime | None = None

    @property
    def calendar(self) -> str:
        """The name of the calendar by which its deadline was counted; empty if it was not counted or is not known."""
        return self.deadline.calendar if self.deadline else ""

    def gives(self, event: Event) -> bool:
        """Whether the event sets a recipient's deadline as the letter does: on its day, with nothing to say of its own.

        Also one in the place of such an event, after the letter's default deadline was corrected.
        """
        if not isinstance(event.detail, DeadlineSet) or event.detail.granted_by or event.text:
            return False
        is_corrected = event.detail.basis is Basis.CORRECTION and event.replaces is not None
        return (is_corrected or event.is_original_deadline) and event.when == self.sent

    def threatens(self, consequence: str) -> bool:
        """Whether a consequence of that name is recorded among its threats."""
        return spelled_alike(self.threatened, consequence) is not None


@dataclass(frozen=True)
class CaseState:
    """The state of a case at `now`: derived from its events and the clock, never stored."""

    now: datetime
    #: Every status that holds, the most important first.
    statuses: tuple[Status, ...]
    events: tuple[Event, ...]
    sent: Event | None = None
    #: The event that set the deadline in force; its id is the deadline's version.
    deadline_event: Event | None = None
    #: The event that gave the first status; None if the passing of time did, or if nothing has happened.
    decided_by: Event | None = None
    #: The newest partial answer, or an answer that the authority found incomplete.
    partly: Event | None = None
    #: The full answer that stops the clock.
    answered: Event | None = None
    #: An answer of which the source does not say how complete it is, unless that was settled since.
    unknown: Event | None = None
    ended: Event | None = None
    reopened: Event | None = None
    suits: tuple[Suit, ...] = ()
    #: By name, the event that says how each is now; None while it is only threatened by the letter.
    consequences: dict[str, Event | None] = field(default_factory=dict)
    #: Names of those that are recorded as lifted although nothing had been recorded that could be lifted.
    lifted_unmoved: frozenset[str] = frozenset()
    acknowledged: bool = False
    #: The silence that was recorded last, whether or not its day has come; None once the case has ended.
    silence: Silence | None = None
    #: An answer whose date is so imprecise that it may have come by `now`, or later.
    perhaps_answered: Event | None = None

    @property
    def status(self) -> Status:
        return self.statuses[0]

    @property
    def answers(self) -> tuple[Event, ...]:
        """Every answer on record, oldest first, also those that a later one has overtaken."""
        return tuple(event for event in self.events if isinstance(event.detail, Answer))

    @property
    def asks_extent(self) -> Event | None:
        """The answer of which the desk is asked whether it was complete."""
        return self.unknown if self.is_open and self.answered is None else None

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

    def consequence(self, name: str) -> Event | None:
        """The event that says how the consequence of that name is, in any spelling."""
        return self.consequences.get(known_as(name, self.consequences))

    @property
    def overdue(self) -> bool:
        """The deadline has passed and no full answer is on record, whatever else the status says."""
        return self.clock_runs and self.deadline is not None and self.deadline.has_passed(self.now)

    @property
    def silenced_until(self) -> date | None:
        """The day on which overdue repeats come back, which may be over; `date.max` for the next event that is news, None if
        nothing was silenced or that event has come."""
        return self.silence.held_until if self.silence else None

    @property
    def silenced(self) -> bool:
        """Whether the case is overdue and its repeats are held back, on this day too."""
        return self.overdue and self.silence is not None and self.silence.holds_on(self.now)

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
        now = aware(now)
        known = effective_events(self.events, known_by)
        case_state = replay([e for e in known if e.counts_from <= now], self.letter.threatened, now)
        perhaps = (e for e in known if isinstance(e.detail, Answer) and e.counts_from > now >= (e.when.earliest or now))
        perhaps_answered = next(perhaps, None) if case_state.exists else None
        return replace(case_state, perhaps_answered=perhaps_answered) if perhaps_answered else case_state

    @property
    def first_deadline(self) -> Event | None:
        """What set the deadline that was recorded together with the letter. One that was granted later is a fact of its own."""
        return next((event for event in effective_events(self.events) if self.letter.gives(event)), None)

    @property
    def is_recorded(self) -> bool:
        """Whether the record of the letter's sending is in effect: False once it was taken back, and with it the case."""
        return any(isinstance(event.detail, Sent) for event in effective_events(self.events))

    def known_at(self, moment: datetime) -> CaseState:
        """Its state at `moment`, by what had been recorded until then. Alerts are planned by this."""
        return self.at(moment, known_by=moment)

    def with_all_known(self, now: datetime, ahead: timedelta) -> Case:
        """With all that is recorded known by now. What bears a later time was recorded by a clock that was ahead, at most by
        `ahead`; so it was recorded by so much earlier, or longer ago than now.
        """
        if self.tracked_since <= now and all(event.recorded_at <= now for event in self.events):
            return self

        def earlier(moment: datetime) -> datetime:
            return moment if moment <= now else min(moment - ahead, now)

        events = (replace(event, recorded_at=earlier(event.recorded_at)) for event in self.events)
        return replace(self, events=tuple(events), tracked_since=earlier(self.tracked_since))


def replay(events: list[Event], threatened: tuple[str, ...], now: datetime) -> CaseState:
    """Fold events, oldest first, into the state of the case at `now`. Pure: the same events give the same state."""
    fold = Fold(consequences=dict.fromkeys(threatened))
    for event in events:
        fold.apply(event)
    held = _statuses(fold, now)
    return CaseState(
        now=now,
        statuses=tuple(status for status, _ in held),
        events=tuple(events),
        sent=fold.sent,
        deadline_event=fold.deadline,
        decided_by=held[0][1],
        partly=fold.partly,
        answered=fold.answered,
        unknown=fold.lesser.get(Extent.UNKNOWN),
        ended=fold.ended,
        reopened=fold.reopened,
        suits=tuple(fold.suits.values()),
        consequences=fold.consequences,
        lifted_unmoved=frozenset(fold.lifted_unmoved),
        acknowledged=fold.deadline is not None and fold.deadline.id in fold.acknowledged,
        silence=silence_of(fold.silences, fold.ends, events) if fold.silences else None,
    )


def _statuses(fold: Fold, now: datetime) -> list[tuple[Status, Event | None]]:
    """Every status that holds, each with the event that gave it; the first is the one that is shown where there is one.

    In this order: ended, which excludes all others; in court, escalated, answered, refused, overdue, answered with an
    unknown extent, partly answered, a holding reply. Awaiting an answer if nothing came and the deadline has not passed.
    """
    if fold.ended and fold.outcome:
        return [(Status(fold.outcome.value), fold.ended)]
    pending = [suit for suit in fold.suits.values() if suit.pending]
    carried_out = [e for e in fold.consequences.values() if e and state_of(e) is ConsequenceState.CARRIED_OUT]
    held: list[tuple[Status, Event | None]] = [(Status.IN_COURT, pending[0].latest)] if pending else []
    if carried_out:
        held.append((Status.ESCALATED, max(carried_out, key=lambda e: (e.counts_from, e.id))))
    if fold.answered:
        return [*held, (Status.ANSWERED, fold.answered)]
    answers = {
        Status.REFUSED: fold.lesser.get(Extent.REFUSAL),
        Status.UNKNOWN: fold.lesser.get(Extent.UNKNOWN),
        Status.PARTLY: fold.partly,
        Status.HOLDING: fold.lesser.get(Extent.HOLDING),
    }
    given: list[tuple[Status, Event | None]] = [(status, event) for status, event in answers.items() if event]
    if fold.deadline_passed(now) and not any(suit.stops_clock for suit in pending):
        given.insert(1 if answers[Status.REFUSED] else 0, (Status.OVERDUE, None))
    elif not given and not fold.deadline_passed(now):
        given = [(Status.AWAITING, None)]
    return [*held, *given]
