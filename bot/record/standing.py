"""What holds of a case apart from the clock: the part of its state that can be kept beside it and searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.record.answers import AnswerRole, answers_in
from bot.record.case import CaseState, Status, replay
from bot.record.consequence_states import state_of
from bot.record.deadlines.deadline import Deadline
from bot.record.events import ConsequenceState, Event, Extent, Outcome, effective_events

#: Those that the passing of the deadline gives or takes away. All others change only when an event begins to count.
BY_THE_CLOCK = frozenset({Status.OVERDUE, Status.AWAITING})
OUTCOMES = frozenset(Status(outcome.value) for outcome in Outcome)
#: Before and after every moment that is recorded.
FIRST_MOMENT = datetime(1, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Moved:
    """A consequence that is more than threatened."""

    name: str
    state: ConsequenceState
    #: Whether it is recorded as lifted although nothing had been recorded that could be lifted.
    unmoved: bool = False


@dataclass(frozen=True)
class Standing:
    """The state of a case without what the clock alone changes: whether it is overdue, and how many days are left."""

    #: False before the letter was sent, and after its recording was undone; nothing else holds then.
    recorded: bool = False
    is_open: bool = False
    #: Whether alerts are due at all, as in `CaseState`.
    clock_runs: bool = False
    #: Every status that holds, without those of `BY_THE_CLOCK`.
    statuses: frozenset[Status] = frozenset()
    #: Whether somebody has seen the overdue alerts of the deadline.
    acknowledged: bool = False
    #: Whether the desk is asked how complete an answer was.
    asks_extent: bool = False
    #: The last day of the deadline, in `zone`; None if no deadline is recorded.
    due_on: date | None = None
    #: The time of day, as lists sort it: "17:00:00", "end" for the end of the day; empty if no deadline is recorded.
    due_time: str = ""
    zone: str = ""
    #: The last moment of the deadline (UTC).
    due_by: datetime | None = None
    #: Whether a suit is pending, also of a case that has ended.
    in_court: bool = False
    #: The answers that still say something, as in `answers_in`; also of a case that has ended.
    answers: tuple[tuple[Extent, AnswerRole], ...] = ()
    #: Consequences that moved, by name.
    consequences: tuple[Moved, ...] = ()
    #: Calendar days that were left when the deadline was recorded; None if no deadline is.
    days_given: int | None = None
    #: As in `CaseState`: the day on which overdue repeats come back, which may be over.
    silenced_until: date | None = None
    #: Since when they are held back; None if nothing was silenced.
    silenced_since: datetime | None = None
    #: When it was ended early: by the news for which it waited, or by being lifted.
    silence_ended_at: datetime | None = None


@dataclass(frozen=True)
class StandingPeriod:
    """How a case stands from `since` on, and before `until`."""

    since: datetime
    until: datetime
    standing: Standing


def periods(events: tuple[Event, ...]) -> tuple[StandingPeriod, ...]:
    """How a case with these events stands from the last recording on, if nothing more is recorded.

    One period in most cases: an event counts as soon as it is recorded, unless its date is still to come. The first period
    reaches back to all earlier moments, so that a clock that is put back finds the case too.

    1. Sort out what counts (`effective_events`).
    2. Each moment after the last recording at which one more of them begins to count begins a period.
    3. Replay what counts by then.
    """
    counting = effective_events(events)
    recorded = max((event.recorded_at for event in events), default=FIRST_MOMENT)
    later = sorted({event.counts_from for event in counting if event.counts_from > recorded})
    begins = [FIRST_MOMENT, *later]
    return tuple(
        StandingPeriod(since, until, _standing(counting, max(since, recorded)))
        for since, until in zip(begins, [*later, LAST_MOMENT], strict=True)
    )


def _standing(counting: list[Event], moment: datetime) -> Standing:
    return standing_of(replay([event for event in counting if event.counts_from <= moment], (), moment))


def standing_of(case_state: CaseState) -> Standing:
    if not case_state.exists:
        return Standing()
    deadline, set_by = case_state.deadline, case_state.deadline_event
    return Standing(
        recorded=True,
        is_open=case_state.is_open,
        clock_runs=case_state.clock_runs,
        statuses=frozenset(case_state.statuses) - BY_THE_CLOCK,
        acknowledged=case_state.acknowledged,
        asks_extent=case_state.asks_extent is not None,
        due_on=deadline.date if deadline else None,
        due_time=due_time_of(deadline) if deadline else "",
        zone=deadline.zone.key if deadline else "",
        due_by=deadline.last_moment if deadline else None,
        in_court=any(suit.pending for suit in case_state.suits),
        answers=tuple((extent, role) for extent, role, _ in answers_in(case_state)),
        consequences=_moved(case_state),
        days_given=deadline.days_left(set_by.recorded_at) if deadline and set_by else None,
        silenced_until=case_state.silenced_until,
        silenced_since=_silenced_since(case_state),
        silence_ended_at=case_state.silence.ended_at if case_state.silence else None,
    )


def _silenced_since(case_state: CaseState) -> datetime | None:
    """Repeats that were due before are not held back: they were posted, or lie before the record of their deadline."""
    silence, set_by = case_state.silence, case_state.deadline_event
    if silence is None:
        return None
    return max(silence.since, set_by.recorded_at) if set_by else silence.since


def _moved(case_state: CaseState) -> tuple[Moved, ...]:
    states = [(name, state_of(event)) for name, event in sorted(case_state.consequences.items())]
    return tuple(
        Moved(name, state, name in case_state.lifted_unmoved)
        for name, state in states
        if state is not ConsequenceState.THREATENED
    )


def is_overdue(standing: Standing, now: datetime) -> bool:
    """As `CaseState.overdue`."""
    return standing.clock_runs and standing.due_by is not None and now > standing.due_by


def statuses_at(standing: Standing, now: datetime) -> tuple[Status, ...]:
    """As `CaseState.statuses` at `now`, of a case that is recorded."""
    if ended := standing.statuses & OUTCOMES:
        return tuple(ended)
    held = [status for status in (Status.IN_COURT, Status.ESCALATED) if status in standing.statuses]
    if Status.ANSWERED in standing.statuses:
        return (*held, Status.ANSWERED)
    in_order = (Status.REFUSED, Status.UNKNOWN, Status.PARTLY, Status.HOLDING)
    given = [status for status in in_order if status in standing.statuses]
    if is_overdue(standing, now):
        given.insert(1 if Status.REFUSED in given else 0, Status.OVERDUE)
    elif not given and not (standing.due_by is not None and now > standing.due_by):
        given = [Status.AWAITING]
    return (*held, *given)


def deadline_of(standing: Standing) -> Deadline | None:
    """The deadline as far as it is kept: its moment, without how it was reached."""
    return kept_deadline(standing.due_on, standing.due_time, standing.zone) if standing.due_on else None


def kept_deadline(due_on: date, due_time: str, zone: str) -> Deadline:
    """The deadline of a `Standing` with these values."""
    return Deadline(due_on, ZoneInfo(zone), None if due_time == "end" else time.fromisoformat(due_time))


def due_time_of(deadline: Deadline) -> str:
    """Its time of day, as lists sort it."""
    return f"{deadline.time or 'end'}"
