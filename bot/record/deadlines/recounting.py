"""Counting a deadline again on another calendar, and extending one."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.counting import counted
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.steps import Extends, TimeKept
from bot.record.deadlines.times import moment_of


def recounted(deadline: Deadline, calendar: Calendar) -> Deadline:
    """The same rule from the same start on another calendar; the deadline itself where it cannot be counted again.

    An extension still says what it extends. A time of day is kept wherever a count of days has one: the count gives none of its
    own, so it came with the deadline that was extended, or was set by hand in a record file. CaseError as `counted`.
    """
    if not deadline.is_countable:
        return deadline
    assert deadline.rule is not None and deadline.start is not None
    new = replace(counted(deadline.rule, deadline.start, deadline.zone, calendar), words=deadline.words)
    extends = next((step for step in deadline.steps if isinstance(step, Extends)), None)
    return _kept(new, extends, deadline.time if new.time is None else None)


def extended(in_force: Deadline, period: Period, calendar: Calendar) -> Deadline:
    """That much more than the deadline in force, whose time of day is kept; hours are added to its moment.

    CaseError if it has no moment to add hours to, or the clocks skip that time of day on the new date.
    """
    of_hours = period.unit is Unit.HOUR and in_force.time is not None
    start = in_force.last_moment.astimezone(in_force.zone) if of_hours else in_force.date
    kept_time = None if period.unit is Unit.HOUR else in_force.time
    new = counted(period, start, in_force.zone, calendar)
    return _kept(new, Extends(in_force.date, in_force.time), kept_time)


def _kept(new: Deadline, extends: Extends | None, kept_time: time | None) -> Deadline:
    """The new deadline with what an extension keeps of the one before it."""
    before = (extends,) if extends else ()
    if kept_time is None:
        return replace(new, steps=(*before, *new.steps))
    moment_of(new.date, kept_time, new.zone)
    return replace(new, time=kept_time, steps=(*before, *new.steps, TimeKept(kept_time)))
