"""Which deadlines fall on another day when days are closed, opened again, or counted by another calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.record.case import Case
from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import Deadline, full_day
from bot.record.deadlines.parsing import recounted
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.times import at
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event

EXTENDS = "extends the deadline of"  # how the steps of "+14 days" begin
Recount = Callable[[Deadline], Deadline | None]


@dataclass(frozen=True)
class Move:
    """One case whose deadline in force, set by `event`, would become `after`."""

    case: Case
    event: Event
    after: Deadline

    @property
    def before(self) -> Deadline:
        assert isinstance(self.event.detail, DeadlineSet)
        return self.event.detail.deadline

    @property
    def key(self) -> tuple[int, datetime]:
        """What makes two moves the same: the version of the deadline, and where it goes."""
        return (self.event.id, self.after.last_moment)


@dataclass(frozen=True)
class Moves:
    """What would move, by the number of the case, and the cases whose deadline cannot be counted again, with the reason."""

    found: tuple[Move, ...]
    stuck: tuple[tuple[Case, str], ...] = ()


def moves(cases: Iterable[Case], now: datetime, recount: Recount) -> Moves:
    """The open cases whose deadline in force is another one after `recount`, which gives None for those it leaves alone.

    A case with a full answer keeps the deadline that the answer met or missed. Cases that share a deadline share the counting.
    """
    known: dict[Deadline, Deadline | str | None] = {}
    found, stuck = [], []
    for case in cases:
        case_state = case.at(now)
        before, event = case_state.deadline, case_state.deadline_event
        if not case_state.is_open or case_state.answered or before is None or event is None or not before.start:
            continue
        if before not in known:
            known[before] = _recounted(before, recount)
        after = known[before]
        if isinstance(after, str):
            stuck.append((case, after))
        elif after is not None and after.last_moment != before.last_moment:
            found.append(Move(case, event, after))
    return Moves(tuple(found), tuple(stuck))


def _recounted(deadline: Deadline, recount: Recount) -> Deadline | str | None:
    try:
        return recount(deadline)
    except CaseError as refused:
        return str(refused)


def as_of(case: Case, newest: int) -> Case:
    """The case with the events up to the one with that id: what a list made then was made from."""
    return replace(case, events=tuple(event for event in case.events if event.id <= newest))


def by(calendar: Callable[[str], Calendar]) -> Recount:
    """Counts each deadline again by its own calendar, as `calendar` has it now under that name."""
    return lambda deadline: again(deadline, calendar(deadline.calendar))


def between(before: Callable[[str], Calendar], after: Callable[[str], Calendar]) -> Recount:
    """As `by(after)`, leaving alone what the calendars `before` give just the same."""

    def recount(deadline: Deadline) -> Deadline | None:
        new = again(deadline, after(deadline.calendar))
        return None if new.last_moment == again(deadline, before(deadline.calendar)).last_moment else new

    return recount


def again(deadline: Deadline, calendar: Calendar) -> Deadline:
    """The deadline counted again by that calendar; what an extension keeps of the deadline before it stays."""
    new = recounted(deadline, calendar)
    if new is deadline or not (deadline.steps and deadline.steps[0].startswith(EXTENDS)):
        return new
    kept = deadline.time if new.time is None else None
    return _kept(new, deadline.steps[0], kept)


def extended(in_force: Deadline, period: Period, calendar: Calendar) -> Deadline:
    """That much more than the deadline in force, whose time of day is kept; hours are added to its moment.

    CaseError where it has no moment to add hours to, or the clocks skip that time of day on the new date.
    """
    of_hours = period.unit is Unit.HOUR and in_force.time is not None
    start = in_force.last_moment.astimezone(in_force.zone) if of_hours else in_force.date
    kept = None if period.unit is Unit.HOUR else in_force.time
    time = f"{in_force.time:%H:%M}" if in_force.time else "end of day"
    new = counted(period, start, in_force.zone, calendar)
    return _kept(new, f"{EXTENDS} {full_day(in_force.date)}, {time}", kept)


def _kept(new: Deadline, extends: str, time: dt.time | None) -> Deadline:
    if time is None:
        return replace(new, steps=(extends, *new.steps))
    at(new.date, time, new.zone)
    return replace(new, time=time, steps=(extends, *new.steps, f"the time of day stays: {time:%H:%M}"))


def fingerprint(found: Sequence[Move]) -> str:
    """The same for the same moves, whatever their order."""
    told = "\n".join(f"{event_id} {moment.isoformat()}" for event_id, moment in sorted(move.key for move in found))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
