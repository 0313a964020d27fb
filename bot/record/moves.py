"""Which cases get another deadline when days are closed, opened again, or counted by another calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cache
from typing import Protocol

from bot.record.case import CaseState, Letter, replay
from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import Unit
from bot.record.deadlines.recounting import recounted
from bot.record.deadlines.steps import ClosureSkipped
from bot.record.errors import CaseError
from bot.record.events import Event, effective_events
from bot.record.places import Jurisdiction

Recount = Callable[[Deadline], Deadline | None]


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as a list names it."""

    id: int
    number: int
    letter: Letter
    place: Jurisdiction


@dataclass(frozen=True, slots=True)
class Move:
    """One case whose deadline in force, set by the event with that id, would become `after`."""

    case: ListedCase
    event_id: int
    before: Deadline
    after: Deadline

    @property
    def key(self) -> tuple[int, datetime]:
        """What makes two moves the same: the version of the deadline, and its new last moment."""
        return (self.event_id, self.after.last_moment)


@dataclass(frozen=True)
class Moves:
    """What would move, by the number of the case, and the cases whose deadline cannot be counted again, with the reason."""

    moved: tuple[Move, ...]
    stuck: tuple[tuple[ListedCase, str], ...] = ()


class NotMoved(Enum):
    """Why a deadline that a list showed is not moved any more."""

    #: The case has ended.
    ENDED = auto()
    #: It has a full answer.
    ANSWERED = auto()
    #: Another deadline is in force.
    CHANGED = auto()
    #: It would fall on another day than the list showed.
    OTHER_DAY = auto()


@dataclass(frozen=True, slots=True)
class Recounted:
    """A deadline in force that is another one when it is counted again."""

    #: What set it.
    event: Event
    before: Deadline
    #: The new deadline, or the reason why it cannot be counted again.
    after: Deadline | str


class Recounting:
    """Counts the deadlines that are in force at a moment again. Equal deadlines are counted once.

    `recount` gives None for those that it leaves alone.
    """

    def __init__(self, at: datetime, recount: Recount) -> None:
        self.at = at
        self._recount = recount
        self._known: dict[Deadline, Deadline | str | None] = {}

    def of_history(self, events: tuple[Event, ...]) -> Recounted | None:
        """The deadline in force of an open case with these events, if it becomes another one.

        A case with a full answer keeps the deadline that the answer met or missed.
        """
        counting = [event for event in effective_events(events) if event.counts_from <= self.at]
        case_state = replay(counting, (), self.at)
        before, event = case_state.deadline, case_state.deadline_event
        if not case_state.is_open or case_state.answered or before is None or event is None:
            return None
        after = self.changed(before)
        return None if after is None else Recounted(event, before, after)

    def changed(self, deadline: Deadline) -> Deadline | str | None:
        """The new deadline, or the reason why it cannot be counted again; None if it stays the same."""
        if deadline.start is None:
            return None
        if deadline not in self._known:
            self._known[deadline] = self._counted(deadline)
        return self._known[deadline]

    def _counted(self, deadline: Deadline) -> Deadline | str | None:
        try:
            after = self._recount(deadline)
        except CaseError as refused:
            return str(refused)
        return None if after is None or after.last_moment == deadline.last_moment else after


def why_not_moved(move: Move, case_state: CaseState) -> NotMoved:
    """Why a move of a list is none any more; `case_state` is that of the case now."""
    if not case_state.is_open:
        return NotMoved.ENDED
    if case_state.answered:
        return NotMoved.ANSWERED
    if case_state.deadline_event is None or case_state.deadline_event.id != move.event_id:
        return NotMoved.CHANGED
    return NotMoved.OTHER_DAY


def closures_met(move: Move, closures: Iterable[Closure]) -> list[Closure]:
    """The closures that the new count skipped: of business days all on its way, else those on which the period ended."""
    start = move.after.start_day or move.before.date
    days = (start, move.before.date, move.after.date)
    on_way = [closure for closure in closures if min(days) <= closure.day <= max(days)]
    if move.after.rule and move.after.rule.unit is Unit.BUSINESS_DAY:
        return on_way
    skipped = {step.day for step in move.after.steps if isinstance(step, ClosureSkipped)}
    return [closure for closure in on_way if closure.day in skipped]


def by(calendar: Callable[[str], Calendar]) -> Recount:
    """Counts each deadline again by its own calendar, as `calendar` has it now under that name."""
    return lambda deadline: recounted(deadline, calendar(deadline.calendar))


def between(before: Callable[[str], Calendar], after: Callable[[str], Calendar]) -> Recount:
    """As `by(after)`, leaving alone the deadlines that the calendars `before` count to the same moment."""

    def recount(deadline: Deadline) -> Deadline | None:
        new = recounted(deadline, after(deadline.calendar))
        return None if new.last_moment == recounted(deadline, before(deadline.calendar)).last_moment else new

    return recount


class Keyed(Protocol):
    """A move."""

    @property
    def key(self) -> tuple[int, datetime]: ...


def fingerprint(moves: Sequence[Keyed]) -> str:
    """The same for the same moves, whatever their order."""
    iso = cache(datetime.isoformat)  # thousands have the same moment
    lines = "\n".join(f"{event_id} {iso(moment)}" for event_id, moment in sorted(move.key for move in moves))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
