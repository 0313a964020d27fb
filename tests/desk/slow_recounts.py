"""Which deadlines move, found by replaying every case of a server: what `desk.recounts` must agree with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.desk.recounts import CalendarChange, Cause, OneClosure, RecountList
from bot.record.case import Case
from bot.record.deadlines.calendars import Calendar, calendar_named
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.errors import CaseError


@dataclass(frozen=True)
class SlowMove:
    number: int
    event_id: int
    before: Deadline
    #: The new deadline, or the reason why it cannot be counted again.
    after: Deadline | str


def moves_of(cases: Iterable[Case], shown: RecountList, closures: Iterable[Closure]) -> list[SlowMove]:
    """By number, what a list shows that was made at its moment, of the events up to its newest."""
    closed = {closure.day: closure for closure in closures if closure.in_force_at(shown.at)}
    found = []
    for case in sorted(cases, key=lambda case: case.number):
        state = replace(case, events=tuple(event for event in case.events if event.id <= shown.newest)).at(shown.at)
        before, event = state.deadline, state.deadline_event
        if not state.is_open or state.answered or before is None or event is None or before.start is None:
            continue
        try:
            after = _again(before, shown.cause, closed, list(closures))
        except CaseError as refused:
            found.append(SlowMove(case.number, event.id, before, str(refused)))
            continue
        if after is not None and after.last_moment != before.last_moment:
            found.append(SlowMove(case.number, event.id, before, after))
    return found


def _again(before: Deadline, cause: Cause, closed: dict[date, Closure], known: list[Closure]) -> Deadline | None:
    match cause:
        case CalendarChange(old=old, new=new):
            return recounted(before, _calendar(new, closed)) if before.calendar == old else None
        case OneClosure(closure_id=closure_id):
            [closure] = [closure for closure in known if closure.id == closure_id]
            other = {day: each for day, each in closed.items() if day != closure.day}
            if closure not in closed.values():
                other[closure.day] = closure
            after = recounted(before, _calendar(before.calendar, closed))
            return None if recounted(before, _calendar(before.calendar, other)).last_moment == after.last_moment else after
        case _:
            return recounted(before, _calendar(before.calendar, closed))


def _calendar(name: str, closed: dict[date, Closure]) -> Calendar:
    return calendar_named(name or "none", {closure.day: closure.reason for closure in closed.values()})
