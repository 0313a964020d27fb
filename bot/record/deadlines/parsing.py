"""From what a person types, or a letter says, to a deadline that shows how it was reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.record.deadlines.alternatives import Statements, statements
from bot.record.deadlines.calendars import NONE, Calendar
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import (
    DATE_FORMS,
    MONTHS,
    RELATIVE_DAYS,
    WEEKDAYS,
    DateOrder,
    NoDate,
    SeveralReadings,
    TwoReadings,
    parse_date,
    tidy,
    written,
)
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import LONGEST_TEXT, Unit, parse_period
from bot.record.deadlines.times import NO_TIME, TIME_OF_DAY, parse_day_and_time
from bot.record.deadlines.zones import exists
from bot.record.errors import CaseError
from bot.record.quoting import clipped

MOST_YEARS = 20  # from the letter, or from today, to a deadline
PERIOD_FORMS = "30 days, 20 business days, 2 weeks, 3 months, 72 hours, 14 days + mail or 10 days before"
_UNITS = re.compile(r"\b(?:hour|day|week|month|year)s?\b", re.IGNORECASE)
# Dates with their year, in the middle of other words; `parse_date` says whether each is one.
DATES = re.compile(r"\b[a-z]{3,9}\.? \d{1,2},? \d{4}\b|\b\d{1,2} [a-z]{3,9}\.?,? \d{4}\b|\b\d{4}-\d\d-\d\d\b", re.IGNORECASE)

_LEAD = re.compile(  # before a date that is the last day in any case; "before" is not, and is looked at separately
    r"^(?:(?:due|by|(?:on|at) or before|on|(?:no|not|in no (?:event|case)) later than|not after|(?:up )?until|till|up to"
    r"|through)[: ]+)+(?=.)",
    re.IGNORECASE,
)
_EARLIEST = re.compile(r"^(?:due )?(?:(?:no|not) (?:earlier|sooner) than|not (?:before|prior to)) ", re.IGNORECASE)
#: Words for the day of the letter itself: "30 days from the date hereof".
LETTERS_DAY = re.compile(
    r"(?:the )?(?:date|day) (?:of|on) (?:(?:this|the|our) letter|this (?:notice|demand|request))|(?:the )?date hereof"
    r"|(?:this|the|our) letter(?:'s date)?|(?:its|the) date|the day it bears",
    re.IGNORECASE,
)

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_SOME_DAY = re.compile(  # names a day, without saying for certain which one
    rf"\b(?:{'|'.join([*RELATIVE_DAYS, *WEEKDAYS])})\b|\b{_MONTH}\.? \d|\d {_MONTH}\b"  # friday; Feb. 2; 2 Feb
    r"|\b\d{1,2}(?:st|[nr]?d|th)\b|\b\d{1,2}[/.-]\d",  # the 2nd; 2/3
    re.IGNORECASE,
)


class NoStart(CaseError):
    """A period, and no day or moment to count it from."""


class LastDay(SeveralReadings):
    """A day without its time, after "before": the last day is that day, or the one before it."""

    def __init__(self, text: str, day: date, zone: str) -> None:
        super().__init__(
            f"“{text}” can be read with {written(day)} as its last day or without it. Write the last day, like {day}.",
            (f"{day - timedelta(days=1)}{zone}", f"{day}{zone}"),
            text,
        )


class SeveralStatements(SeveralReadings):
    """A deadline stated in several ways that do not give the same last day, or of which one gives none.

    `readings` are the statements, where each gives a day; with a condition, the one statement without it.
    """


def parse_deadline(
    text: str,
    zone: ZoneInfo,
    *,
    start: date | datetime | None = None,
    letter: date | datetime | None = None,
    calendar: Calendar = NONE,
    today: date | None = None,
    order: DateOrder | None = None,
    since: date | None = None,
) -> Deadline:
    """The deadline that a text states: a date, a date and a time, or a period counted from `start`.

    1. A period ("30 days", "20 business days", "72 hours", "14 days + mail", "10 days before") is counted on `calendar`; what
       follows in the text ("after receipt of this letter") stays in `words`. A date there must be `start`, or takes its place.
       Without `start`, a period that names the letter, or nothing, is counted from `letter`, the letter's own day or moment.
    2. Anything else is a date, which no calendar moves: Fed. R. Civ. P. 6(a) is for periods, "not … when a fixed time to act is
       set" (Committee Notes on Rules, 2009 Amendment). A time zone in the text takes precedence over `zone`.
    3. Several statements ("by February 23, that is, within 30 days") must give the same last day, and a condition ("unless
       extended") gives none: else SeveralStatements.

    `today`, `order` and `since` are those of `parse_date`. CaseError for what cannot be read, can be read two ways, or has no
    start.
    """
    typed = tidy(text)
    if len(typed) > LONGEST_TEXT:
        raise CaseError(f"“{clipped(typed, 60)}” is too long for a deadline. Write a date, or a rule like {PERIOD_FORMS}.")

    def read(statement: str) -> Deadline:
        return _stated(statement, zone, start=start, letter=letter, calendar=calendar, today=today, order=order, since=since)

    said = statements(typed)
    return read(typed) if said.is_one else _agreed(typed, said, read)


def _agreed(typed: str, said: Statements, read: Callable[[str], Deadline]) -> Deadline:
    """The deadline on which all statements agree: the one with a time of day, else a date, which no calendar moves."""
    deadlines: list[tuple[str, Deadline]] = []
    for statement in said.parts:
        try:
            deadlines.append((statement, read(statement)))
        except CaseError as refused:
            if len(said.parts) == 1 and not isinstance(refused, NoDate | NoStart | SeveralReadings):
                raise
    is_complete = len(deadlines) == len(said.parts)
    if is_complete and not said.condition and (same := _same([deadline for _, deadline in deadlines])):
        return same
    raise _disagreement(typed, said, deadlines if is_complete else [])


def _same(deadlines: Sequence[Deadline]) -> Deadline | None:
    """The one that all of them are: with its time if one names it, else a date rather than a period; None if they differ."""
    timed = {deadline.last_moment: deadline for deadline in reversed(deadlines) if deadline.time is not None}
    if len({deadline.date for deadline in deadlines}) > 1 or len(timed) > 1:
        return None
    return next(iter([*timed.values(), *(deadline for deadline in deadlines if deadline.is_date), deadlines[0]]))


def _disagreement(typed: str, said: Statements, deadlines: Sequence[tuple[str, Deadline]]) -> SeveralStatements:
    """`deadlines`: each statement with what it gives; empty if one of them gives none."""
    rest = f"“{said.condition or said.parts[-1]}”"
    if len(said.parts) == 1 and _UNITS.search(typed) and not DATES.search(typed):
        return SeveralStatements(
            f"“{typed}” is not a period that can be counted: it says more than one thing, {rest}. "
            f"Write it like {PERIOD_FORMS}.",
            said.parts if deadlines else (),
        )
    by_moment = {deadline.last_moment: statement for statement, deadline in reversed(deadlines)}
    if len(by_moment) > 1:
        days = " or as ".join(dict.fromkeys(written(deadline.date) for _, deadline in deadlines))
        return SeveralStatements(
            f"“{typed}” says more than one thing: it can be read as {days}. Write the one you mean.",
            reversed(by_moment.values()),
        )
    readings = said.parts if deadlines and len(said.parts) == 1 else ()
    return SeveralStatements(f"“{typed}” says more than one thing: {rest}. Write the period alone, or the date.", readings)


def _stated(
    typed: str,
    zone: ZoneInfo,
    *,
    start: date | datetime | None,
    letter: date | datetime | None,
    calendar: Calendar,
    today: date | None,
    order: DateOrder | None,
    since: date | None,
) -> Deadline:
    """The deadline of a single statement."""
    stated = parse_period(typed)
    if stated is None:
        return _fixed(typed, zone, today, order, since)
    period, tail = stated
    if start is None and (LETTERS_DAY.fullmatch(tail) or not (tail or period.backward)):
        start = letter
    begun = _start(typed, tail, zone, start, today, order)
    if begun is None:
        what = "moment" if period.unit is Unit.HOUR else "day"
        raise NoStart(f"“{typed}” is counted from a {what} that is not known.")
    return replace(counted(period, begun, zone, calendar), words=typed if tail else "")


def parse_start(text: str, zone: ZoneInfo, *, today: date | None = None, order: DateOrder | None = None) -> date | datetime:
    """What a period is counted from, as a person types it: a day, or a day and a time (then a moment)."""
    read = parse_day_and_time(text, zone, today=today, order=order)
    return read.moment or read.day


def _fixed(typed: str, zone: ZoneInfo, today: date | None, order: DateOrder | None, since: date | None) -> Deadline:
    if _EARLIEST.match(typed):
        raise CaseError(f"“{typed}” names the first day, not the last. Write the last day, like {DATE_FORMS}.")
    bare = _LEAD.sub("", typed)
    before = re.match(r"(?:before|prior to|ahead of|in advance of) (?=.)", bare, flags=re.IGNORECASE)
    try:
        read = parse_day_and_time(bare[before.end() :] if before else bare, zone, today=today, order=order, since=since)
    except TwoReadings:
        raise
    except SeveralReadings as several:
        several.words = typed if before else several.words  # each reading has a time of day, which says whether the day counts
        raise
    except NoDate as refused:
        if _UNITS.search(typed) and not DATES.search(typed):
            raise CaseError(f"“{typed}” is not a period that can be counted. Write it like {PERIOD_FORMS}.") from refused
        raise NoDate(f"{refused} Or write a rule, like 30 days.") from refused
    if before and read.time is None:
        raise LastDay(typed, read.day, "" if read.zone.key == zone.key else f" {read.zone.key}")
    if not exists(read.day, read.zone):
        raise CaseError(f"“{typed}” cannot be right: {read.zone.key} never had {written(read.day)}. Write another date.")
    return Deadline(read.day, read.zone, read.time, steps=read.steps)


def _start(
    typed: str, tail: str, zone: ZoneInfo, start: date | datetime | None, today: date | None, order: DateOrder | None
) -> date | datetime | None:
    """The start that the text itself names, else `start`; CaseError if the two differ, or may differ."""
    try:
        named = parse_start(tail, zone, today=today, order=order) if tail else None
    except NoDate:
        if TIME_OF_DAY.search(tail) or NO_TIME.search(tail):
            raise CaseError(
                f"“{typed}” says more than one thing: “{tail}”. Write the period alone, or the date and time."
            ) from None
        inside = {parse_date(words) for words in DATES.findall(tail)}  # "the letter dated January 24, 2018"
        if _SOME_DAY.search(DATES.sub("", tail)) or (start is None and inside):
            raise CaseError(
                f"“{typed}”: “{tail}” does not say for certain from which day. Write it like {DATE_FORMS}."
            ) from None
        if start is not None and inside - {_day(start, zone)}:
            raise CaseError(_other_start(typed, min(inside - {_day(start, zone)}), _day(start, zone))) from None
        return start
    if named is None or start is None or named == start:
        return start if named is None else named
    if _day(named, zone) != _day(start, zone) or (isinstance(named, datetime) and isinstance(start, datetime)):
        raise CaseError(_other_start(typed, _day(named, zone), _day(start, zone)))
    return named if isinstance(named, datetime) else start


def _other_start(typed: str, named: date, start: date) -> str:
    return f"“{typed}” names {written(named)}, but is to be counted from {written(start)}. Write the one you mean."


def _day(start: date | datetime, zone: ZoneInfo) -> date:
    return start.astimezone(zone).date() if isinstance(start, datetime) else start
