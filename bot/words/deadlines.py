"""How a deadline was calculated, in plain lines: on the command line, and behind a button on every deadline.

This is the only place where a rule and its steps become sentences. Nothing reads them back.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.record.deadlines.calendars import NONE, WEEKEND
from bot.record.deadlines.counting import end_of_count, moment_words
from bot.record.deadlines.dates import full_day, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import Unit
from bot.record.deadlines.steps import (
    BusinessDaysCounted,
    ClocksChange,
    ClosureSkipped,
    CountedFromDay,
    CountedFromMoment,
    Extends,
    HolidaySkipped,
    MailAdded,
    NoCalendar,
    OffsetConverted,
    PeriodEndsAt,
    PeriodEndsOn,
    RelativeDay,
    RolledBeforeMail,
    RolledTo,
    Step,
    TextStep,
    TimeKept,
    ZoneNamed,
)
from bot.record.federal_authorities import Government, government_of
from bot.words.prose import day, until

FEDERAL_DAYS = "US"  # the calendar that has the federal holidays and no others


def explained(deadline: Deadline, authority: str = "") -> list[str]:
    """The rule, each step from the start on, calendar, zone, result and advice: a line each, without markup.

    `authority`: who sent the letter, empty if that is not known. It decides which law is named for the rule.
    """
    return [*work(deadline, authority), f"Due: {result(deadline)}", *advice(deadline)]


def work(deadline: Deadline, authority: str = "") -> list[str]:
    """The rule and its steps, in one line where it was counted; then the calendar and the time zone."""
    law = law_of(deadline, authority)
    lines = [f"Rule: {rule_text(deadline)}{f', by {law}' if law else ''}"]
    lines += [f"As it was written: {deadline.words}"] if deadline.words else []
    steps = step_lines(deadline)
    steps = ["; ".join(steps)] if deadline.start and steps else steps
    lines += [f"{step[:1].upper()}{step[1:]}" for step in steps]
    lines += [f"Calendar: {deadline.calendar}"] if deadline.calendar else []
    return [*lines, f"Time zone: {deadline.zone.key}"]


def rule_text(deadline: Deadline) -> str:
    """30 business days; 14 days + mail; a date and a time"""
    if deadline.rule is not None:
        return str(deadline.rule)
    return deadline.rule_words or ("a date" if deadline.time is None else "a date and a time")


def step_lines(deadline: Deadline) -> list[str]:
    """Each step as part of a sentence, without a capital letter or a full stop."""
    return [step_text(step, deadline.zone) for step in deadline.steps]


def step_text(step: Step, zone: ZoneInfo) -> str:
    """One step; moments are shown in `zone`."""
    match step:
        case RelativeDay() | OffsetConverted() | ZoneNamed():
            return _reading_text(step, zone)
        case HolidaySkipped() | ClosureSkipped() | BusinessDaysCounted() | NoCalendar():
            return _skipped_text(step)
        case Extends() | TimeKept():
            return _extension_text(step)
        case TextStep(text=text):
            return text
        case _:
            return _count_text(step, zone)


def _count_text(
    step: CountedFromDay
    | CountedFromMoment
    | PeriodEndsOn
    | PeriodEndsAt
    | ClocksChange
    | RolledBeforeMail
    | MailAdded
    | RolledTo,
    zone: ZoneInfo,
) -> str:
    match step:
        case CountedFromDay(day=start, backward=backward):
            return f"counted {'back ' if backward else ''}from {full_day(start)}, which is not counted"
        case CountedFromMoment(moment=start, backward=backward):
            return f"counted {'back ' if backward else ''}from {moment_words(start.astimezone(zone))}"
        case PeriodEndsOn(period=period, day=last):
            return f"{end_of_count(period)} is {full_day(last)}"
        case PeriodEndsAt(period=period, moment=end):
            return f"{end_of_count(period)} is {moment_words(end.astimezone(zone))}"
        case ClocksChange(minutes=minutes):
            apart = "1 hour" if abs(minutes) == 60 else f"{abs(minutes)} minutes"
            return f"the clocks go {'forward' if minutes > 0 else 'back'} {apart} in between"
        case RolledBeforeMail(day=last):
            return f"the period ends on {full_day(last)}"
        case MailAdded(days=days, day=last):
            return f"{days} days more for mail: {full_day(last)}"
        case RolledTo(day=last, same_time=same_time):
            return f"due {'at the same time on ' if same_time else ''}{full_day(last)}"


def _skipped_text(step: HolidaySkipped | ClosureSkipped | BusinessDaysCounted | NoCalendar) -> str:
    match step:
        case HolidaySkipped(day=off, holiday=holiday):
            return f"{_short(off)} is {holiday}"
        case ClosureSkipped(day=off, reason=reason):
            return f"{_short(off)} is closed" + (f" ({reason})" if reason else "")
        case BusinessDaysCounted(days_off=days_off, more=more):
            names = ["Saturdays", "Sundays", *(f"{written(off.day)} ({off.reason or 'closed'})" for off in days_off)]
            names += [f"{more} more"] if more else []
            return f"{', '.join(names[:-1])} and {names[-1]} are not counted"
        case NoCalendar():
            return "no calendar was named, so legal holidays are counted as any other day"


def _extension_text(step: Extends | TimeKept) -> str:
    match step:
        case Extends(day=before, time=time):
            return f"extends the deadline of {full_day(before)}, {f'{time:%H:%M}' if time else 'end of day'}"
        case TimeKept(time=time):
            return f"the time of day stays: {time:%H:%M}"


def _reading_text(step: RelativeDay | OffsetConverted | ZoneNamed, zone: ZoneInfo) -> str:
    match step:
        case RelativeDay(words=words, seen_from=today, day=meant):
            return f"“{words}”, on {full_day(today)}, is {full_day(meant)}"
        case OffsetConverted(words=words, moment=moment):
            local = moment.astimezone(zone)
            return f"{words} is {local:%H:%M %Z} on {written(local.date())}"
        case ZoneNamed(named=named, instead_of=other):
            return f"the time zone is the one that is written, {named.key}, not {other.key}"


def _short(off: date) -> str:
    """Monday 3 September"""
    return f"{off:%A} {off.day} {off:%B}"


def result(deadline: Deadline) -> str:
    """Fri 23 February 2018, end of day EST"""
    return f"{day(deadline.date)}, {until(deadline)}"


def advice(deadline: Deadline) -> list[str]:
    """Why a deadline on a weekend was not moved; nothing for any other day."""
    weekend = WEEKEND.get(deadline.date.weekday())
    if weekend and deadline.calendar == NONE.name:
        consequence = "" if any(isinstance(step, TextStep) for step in deadline.steps) else f", so {rolling(deadline)}"
        return [f"{written(deadline.date)} is a {weekend}; no calendar was named{consequence}."]
    if weekend and deadline.is_date:
        return [f"{written(deadline.date)} is a {weekend}; a date that was set is not moved."]
    return []


def rolling(deadline: Deadline) -> str:
    """What moves a deadline that is counted without a calendar: nothing, or the closures that it met.

    Steps that are only text, of old rows and record files, do not say: there is nothing to ask then.
    """
    met_closure = any(isinstance(step, ClosureSkipped) for step in deadline.steps)
    return "only closures move it" if met_closure else "nothing moves it"


def law_of(deadline: Deadline, authority: str = "") -> str:
    """The rule by which a deadline was counted, as far as it follows from its calendar and from who sent the letter.

    Empty if it was not counted, or on no calendar: then nothing is cited.

    1. A federal authority's days and hours: Fed. R. Civ. P. 6, in which the holidays of a state count too (6(a)(6)(C)). Its
       business days on the calendar "US": 5 U.S.C. § 552(a)(6)(A)(i), which knows only federal holidays.
    2. An authority that may be federal is taken for one on the calendar "US", which is that of these rules, and on no other.
    3. For any other authority no statute is named: the counting is our own convention, with the holidays of the calendar.
    """
    period, calendar = deadline.rule, deadline.calendar
    if period is None or not deadline.is_countable or calendar in ("", NONE.name):
        return ""
    government = government_of(authority)
    on_federal_days = calendar == FEDERAL_DAYS
    is_federal = government is Government.FEDERAL or (government is Government.PERHAPS_FEDERAL and on_federal_days)
    of_business_days = period.unit is Unit.BUSINESS_DAY
    if not is_federal or (of_business_days and not on_federal_days):
        return f"the counting convention of Letterwatch with the holidays of the calendar {calendar}"
    if of_business_days:
        return "5 U.S.C. § 552(a)(6)(A)(i)"
    parts = ["6(a)(2)" if period.unit is Unit.HOUR else "6(a)(1)"]
    parts += ["6(a)(5)"] if period.backward else []
    parts += ["6(d)"] if period.mail else []
    return f"Fed. R. Civ. P. {' and '.join(parts)}"
