"""How a deadline was reached, in plain lines: rule, start, each step, zone, calendar and result."""

from __future__ import annotations

from datetime import date, datetime

from bot.record.calendars import WEEKEND
from bot.record.dates import Deadline, written
from bot.words.prose import day, moment, zone_name


def explained(deadline: Deadline) -> list[str]:
    """The work behind a deadline, one thing a line, without markup; the result stands last."""
    lines = [f"Rule: {deadline.rule}{f' (“{deadline.words}”)' if deadline.words else ''}"]
    lines += [f"Counted from: {_start(deadline)}"] if deadline.start else []
    lines += deadline.steps
    lines += [f"Time zone: {deadline.zone.key}"]
    lines += [f"Calendar: {deadline.calendar}"] if deadline.calendar else []
    lines += [f"Due: {result(deadline)}"]
    return [*lines, *advice(deadline)]


def result(deadline: Deadline) -> str:
    """Fri 23 February 2018, end of day EST"""
    local = deadline.last_moment.astimezone(deadline.zone)
    at = f"{deadline.time:%H:%M}" if deadline.time else "end of day"
    return f"{day(deadline.date)}, {at} {zone_name(local)}"


def advice(deadline: Deadline) -> list[str]:
    """What a person should know of a deadline on a weekend that no calendar has moved."""
    weekend = WEEKEND.get(deadline.date.weekday())
    if not weekend:
        return []
    if deadline.start and deadline.calendar == "none":
        return [f"{written(deadline.date)} is a {weekend}; no calendar was named, so nothing rolls."]
    return []


def _start(deadline: Deadline) -> str:
    if "T" in deadline.start:
        return moment(datetime.fromisoformat(deadline.start).astimezone(deadline.zone))
    return day(date.fromisoformat(deadline.start))
