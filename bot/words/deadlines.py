"""How a deadline was reached, in plain lines: on the command line, and behind a button on every deadline."""

from __future__ import annotations

from bot.record.deadlines.calendars import WEEKEND
from bot.record.deadlines.dates import Deadline, written
from bot.record.deadlines.parsing import period_of
from bot.record.deadlines.periods import Period, Unit
from bot.words.prose import day, until

SET = ("a date", "a date and a time")


def explained(deadline: Deadline) -> list[str]:
    """The rule, the work from the start on, calendar, zone, result, and what to know of it: a line each, without markup."""
    return [*work(deadline), f"Due: {result(deadline)}", *advice(deadline)]


def work(deadline: Deadline) -> list[str]:
    """The rule and each step, in one sentence where it was counted here; then what it was counted by."""
    lines = [f"Rule: {deadline.rule}{_law(deadline)}"]
    lines += [f"As it was written: {deadline.words}"] if deadline.words else []
    steps = ["; ".join(deadline.steps)] if deadline.start and deadline.steps else deadline.steps
    lines += [f"{step[:1].upper()}{step[1:]}" for step in steps]
    lines += [f"Calendar: {deadline.calendar}"] if deadline.calendar else []
    return [*lines, f"Time zone: {deadline.zone.key}"]


def result(deadline: Deadline) -> str:
    """Fri 23 February 2018, end of day EST"""
    return f"{day(deadline.date)}, {until(deadline)}"


def advice(deadline: Deadline) -> list[str]:
    """What to know of a deadline that stands on a weekend: why it was not moved."""
    weekend = WEEKEND.get(deadline.date.weekday())
    if weekend and deadline.calendar == "none":
        return [f"{written(deadline.date)} is a {weekend}; no calendar was named, so {rolling(deadline)}."]
    if weekend and deadline.rule in SET:
        return [f"{written(deadline.date)} is a {weekend}; a date that is set does not roll."]
    return []


def rolling(deadline: Deadline) -> str:
    """What moves a deadline that is counted without a calendar: nothing, or the closures that it met."""
    met = any(" is closed" in step for step in deadline.steps)
    return "only closures roll" if met else "nothing rolls"


def _law(deadline: Deadline) -> str:
    """By which rule of law it was counted; "" where it was not counted, or on no calendar."""
    if not deadline.start or deadline.calendar in ("", "none"):
        return ""
    stated = period_of(deadline)
    return f", by {law(stated[0])}" if stated else ""


def law(period: Period) -> str:
    if period.unit is Unit.BUSINESS_DAY:
        return "5 U.S.C. § 552(a)(6)(A)(i)"
    parts = ["6(a)(2)" if period.unit is Unit.HOUR else "6(a)(1)"]
    parts += ["6(a)(5)"] if period.backward else []
    parts += ["6(d)"] if period.mail else []
    return f"Fed. R. Civ. P. {' and '.join(parts)}"
