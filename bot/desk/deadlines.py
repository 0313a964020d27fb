"""Dates and deadlines that people type: what they mean on a server, or CaseError with what is wrong and what to do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.deadlines.alternatives import statements
from bot.record.deadlines.calendars import NONE, Calendar, calendar_named, load_holidays
from bot.record.deadlines.dates import MONTHS, DateOrder, TwoReadings, parse_date, tidy
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LETTERS_DAY, MOST_YEARS, parse_deadline, parse_start
from bot.record.deadlines.periods import Period, Unit, parse_period
from bot.record.deadlines.recounting import extended
from bot.record.deadlines.steps import RelativeDay
from bot.record.deadlines.when import Precision, When
from bot.record.deadlines.years import NoYear, month_without_year
from bot.record.deadlines.zones import end_of
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, effective_events
from bot.store import closures
from bot.words.prose import day, happened


@dataclass(frozen=True)
class DeadlineInput:
    """A deadline as it was typed, with the options beside it. It means a date only together with a letter or a case."""

    text: str | None
    #: The day or moment that a rule like "30 days" is counted from.
    counted_from: str | None = None
    #: The name of the calendar by which a rule is counted.
    calendar: str | None = None

    @property
    def is_given(self) -> bool:
        return any((self.text, self.counted_from, self.calendar))


@dataclass(frozen=True)
class Counting:
    """What a rule is counted with."""

    #: The day or moment that a person named; None means the letter's day.
    start: date | datetime | None = None
    calendar: Calendar = NONE
    #: Today on the server.
    today: date | None = None
    order: DateOrder | None = None
    #: The names of the options for counted rules that a person used: "counted_from and calendar".
    chosen: str = ""


async def calendar_of(session: Session, name: str | None = None) -> Calendar:
    """The calendar of that name, or the server's if there is none, with the server's own closures."""
    closed_days = await closures.in_force(session.conn, session.server.id)
    if name or session.server.calendar != NONE.name:
        await asyncio.to_thread(load_holidays)
    if name:
        return calendar_named(name, closed_days)
    return Calendar(session.server.calendar, tuple(sorted(closed_days.items())))


async def counting(
    session: Session, zone: ZoneInfo, counted_from: str | None, calendar: str | None, inherited: str = ""
) -> Counting:
    """As the options `counted_from` and `calendar` say. Days without a time zone of their own are days in `zone`.

    `inherited`: the calendar if none is named; the server's if that is empty too.
    """
    start = parse_start(counted_from, zone, today=session.today, order=session.order) if counted_from else None
    chosen = [name for name, typed in (("counted_from", counted_from), ("calendar", calendar)) if typed]
    return Counting(
        start, await calendar_of(session, calendar or inherited), session.today, session.order, " and ".join(chosen)
    )


def happened_on(session: Session, text: str | None) -> When:
    """`read_when` with the server's time zone and locale."""
    return read_when(text, session.server.zone, session.now, session.order)


def read_when(text: str | None, zone: ZoneInfo, now: datetime, order: DateOrder | None = None) -> When:
    """When something happened: a date, "2018-02", "by Feb 16, 2018", "between … and …", or a moment; nothing means today.

    Raises CaseError for a day in the future.
    """
    today = now.astimezone(zone).date()
    when = _when(tidy(text or "") or today.isoformat(), zone, today, order)
    late = when.latest if when.precision in (Precision.BY, Precision.BETWEEN) else (when.earliest or when.latest)
    limit = now if when.precision is Precision.MOMENT else end_of(today, zone)
    if late > limit:
        raise CaseError(f"{happened(when)} is in the future (today is {day(today)}). Only what has happened can be recorded.")
    return when


def _when(text: str, zone: ZoneInfo, today: date, order: DateOrder | None) -> When:
    def read(typed: str) -> date:
        return parse_date(typed, today=today, order=order)

    if re.fullmatch(r"\d{4}-\d{2}|\d{4}-\d\d-\d\dT.+", text):  # a month, or a moment as Python writes it
        return When(text, zone)
    if (month := re.fullmatch(r"(?:in )?([a-z]+)\.?(?:,? (\d{4}))?", text, re.I)) and month[1].casefold() in MONTHS:
        number = MONTHS[month[1].casefold()]
        if month[2] is None:
            raise month_without_year(text, number, today)
        return When(f"{month[2]}-{number:02}", zone)
    if text.lower().startswith("by "):
        return When(f"by {read(text[3:])}", zone)
    if match := re.fullmatch(r"between (.+) and (.+)", text, re.IGNORECASE):
        return When(f"between {read(match[1])} and {read(match[2])}", zone)
    return When(read(text).isoformat(), zone)


def read_past_day(text: str, zone: ZoneInfo, now: datetime, order: DateOrder | None = None) -> date:
    """A day to look back at: today at the latest, or tomorrow, which has begun already in some zones (see `has_begun`)."""
    today = now.astimezone(zone).date()
    asked = parse_date(text, today=today, order=order)
    return asked if asked == today + timedelta(days=1) else has_begun(asked, [zone], now)


def has_begun(asked: date, zones: Sequence[ZoneInfo], now: datetime) -> date:
    """The day itself; CaseError if it is still to come in all of these zones. The first is the server's."""
    today = now.astimezone(zones[0]).date()
    if all(asked > now.astimezone(zone).date() for zone in zones):
        raise CaseError(f"{day(asked)} is in the future (today is {day(today)}). Leave “on” out to see the current status.")
    return asked


def not_before_letter(when: When, letter: Letter, what: str) -> When:
    """`when` itself; CaseError if it is certainly before the letter was sent."""
    if letter.sent.earliest is not None and when.latest < letter.sent.earliest:
        raise CaseError(
            f"{what} on {happened(when)} cannot belong to a letter sent {happened(letter.sent)}. Check the date and the case."
        )
    return when


async def counting_for_case(session: Session, case: Case, counted_from: str | None, calendar: str | None) -> Counting:
    """`counting` of a new deadline of that case: on the calendar of the one before, unless another is named."""
    zone, inherited = counted_by(case, session.now)
    return await counting(session, zone, counted_from, calendar, inherited)


def counted_by(case: Case, now: datetime) -> tuple[ZoneInfo, str]:
    """What `counting_for_case` takes of a case: the zone of its days, and the name of its calendar."""
    return (case.at(now).deadline or case.letter.sent).zone, case_calendar(case, now)


def case_calendar(case: Case, now: datetime) -> str:
    """The name of the calendar by which the deadline in force was counted, or where that is a date, the one before it or the
    letter's; empty if none of them was counted."""
    set_by = [event.detail for event in effective_events(case.events) if isinstance(event.detail, DeadlineSet)]
    known = (case.at(now).deadline, *(detail.deadline for detail in reversed(set_by)))
    return next((deadline.calendar for deadline in known if deadline and deadline.calendar), case.letter.calendar)


async def deadline_for(session: Session, typed: DeadlineInput, sent: When, inherited: str = "") -> Deadline | None:
    """The deadline of a letter sent then, or of a recipient, as it was typed; None if none was.

    `inherited`: the calendar if none is named, for a recipient that of its letter.
    """
    by = await counting(session, sent.zone, typed.counted_from, typed.calendar, inherited)
    return letter_deadline(typed.text, sent, by)


def letter_deadline(text: str | None, sent: When, by: Counting = Counting()) -> Deadline | None:
    """A letter's own deadline: a date, or a period counted from the letter's day unless another start was given."""
    if text is None:
        if by.chosen:
            raise CaseError(f"With {by.chosen}, deadline needs a rule, like 30 days.")
        return None
    try:
        deadline = _read(text, sent, by)
    except NoYear as refused:
        raise refused.after(sent.last_day) from None
    _same_from_both(deadline, sent)
    if sent.earliest is not None and deadline.last_moment < sent.earliest:
        raise CaseError(
            f"The deadline, {day(deadline.date)}, is before the letter was sent ({happened(sent)}). Check both dates."
        )
    return _not_too_far(deadline, sent.last_day, "the letter was sent")


def new_deadline(text: str, case: Case, now: datetime, by: Counting = Counting(), granted: When | None = None) -> Deadline:
    """A deadline that replaces the one in force.

    1. "+14 days" counts from the deadline in force.
    2. A period is counted from the start that was named. Without one it can be read two ways: CaseError with both.
    3. Anything else is a date.

    `granted`: when it was granted, today if None. A deadline that was granted earlier may have passed by now.
    """
    in_force = case.at(now).deadline
    zone = in_force.zone if in_force else case.letter.sent.zone
    today = now.astimezone(zone).date()
    since, what = (min(granted.last_day, today), "the day it was granted") if granted else (today, "today")
    deadline = _new_deadline(tidy(text), case, now, by, since)
    if deadline.date <= since:
        what = "today" if since == today else what
        raise CaseError(f"{day(deadline.date)} is not later than {what} ({day(since)}). An extension needs a later day.")
    if in_force and in_force.last_moment == deadline.last_moment:
        raise CaseError(f"{day(deadline.date)} is already the deadline in force. There is nothing to extend.")
    return _not_too_far(deadline, today, "today")


def _new_deadline(typed: str, case: Case, now: datetime, by: Counting, since: date) -> Deadline:
    """What was typed for `new_deadline`. `since`: the day after which a day without its year lies."""
    in_force = case.at(now).deadline
    zone = in_force.zone if in_force else case.letter.sent.zone
    if typed.startswith("+"):
        return _longer(typed, in_force, by)
    if not statements(typed).is_one:
        return parse_deadline(typed, zone, start=by.start, calendar=by.calendar, today=by.today, order=by.order)
    today = now.astimezone(zone).date()
    if by.start is None and (stated := parse_period(typed)) and not stated[1]:
        raise CaseError(_both_readings(typed, stated[0], zone, today, in_force, by.calendar))
    if by.start is None and stated and LETTERS_DAY.fullmatch(stated[1]):
        raise CaseError(
            f"“{stated[1]}” may be the day of the letter that grants this, or of the demand ({happened(case.letter.sent)}). "
            f"Give the day in counted_from, like {today}."
        )
    try:
        return _read(typed, case.letter.sent, by, zone)
    except NoYear as refused:
        raise refused.after(since + timedelta(days=1)) from None


def _read(text: str, sent: When, by: Counting, zone: ZoneInfo | None = None) -> Deadline:
    """The deadline that a text states for a letter sent then; CaseError if it is not known what it is counted from."""
    zone = zone or sent.zone
    if not statements(tidy(text)).is_one:
        letter = sent.last_day if sent.precision in (Precision.DAY, Precision.MOMENT) else None
        return parse_deadline(text, zone, start=by.start, letter=letter, calendar=by.calendar, today=by.today, order=by.order)
    stated = parse_period(text)
    if stated is None:
        deadline = parse_deadline(text, zone, today=by.today, order=by.order)
        if by.chosen:
            raise CaseError(f"“{text.strip()}” is a date, {day(deadline.date)}, so nothing is counted. Leave {by.chosen} out.")
        return deadline
    start = by.start if by.start is not None else _start(text, stated, sent, by)
    return parse_deadline(text, zone, start=start, calendar=by.calendar, today=by.today, order=by.order)


def _same_from_both(deadline: Deadline, sent: When) -> None:
    """CaseError for "in 30 days" or "friday" if that is another day from the letter's day than from today."""
    relative = next((step for step in deadline.steps if isinstance(step, RelativeDay)), None)
    if relative is None or deadline.start is not None or sent.precision not in (Precision.DAY, Precision.MOMENT):
        return
    then = parse_date(relative.words, today=sent.last_day)
    if then != deadline.date:
        rest = ", from the letter's day or from today. Write the date itself."
        raise TwoReadings(f"“{relative.words}”", then, deadline.date, rest, words=relative.words)


def _start(text: str, stated: tuple[Period, str], sent: When, by: Counting) -> date | datetime | None:
    """What a period is counted from: the letter's day, or None if the text names a day itself.

    CaseError if the text leaves it open.
    """
    period, after = stated
    if not (after or period.backward) or LETTERS_DAY.fullmatch(after):
        if sent.precision is Precision.MOMENT and period.unit is Unit.HOUR:
            return sent.latest.astimezone(sent.zone)
        if sent.precision in (Precision.DAY, Precision.MOMENT):
            return sent.last_day
        raise CaseError(
            "The letter's day is not known exactly, so days cannot be counted from it. Write the deadline's date, "
            "or give the day to count from in counted_from."
        )
    try:
        parse_start(after, sent.zone, today=by.today, order=by.order)
    except CaseError as unknown:
        whose = f"“{after}”, and that day" if after else "a day that"
        raise CaseError(
            f"“{text.strip()}” is counted from {whose} is not known. Give it in counted_from, like 2018-01-26."
        ) from unknown
    return None


def _longer(typed: str, in_force: Deadline | None, by: Counting) -> Deadline:
    """ "+14 days": that much later than the deadline in force."""
    stated = parse_period(typed[1:].strip())
    if stated is None or stated[1] or stated[0].backward:
        raise CaseError(f"“{typed}” cannot be added to a deadline. Write a period after the +, like +14 days.")
    if in_force is None:
        raise CaseError(f"“{typed}” is counted from the deadline in force, and none is recorded. Write the date.")
    if by.start is not None:
        raise CaseError(f"“{typed}” is counted from the deadline in force. Leave the + out to count from counted_from.")
    return extended(in_force, stated[0], by.calendar)


def _not_too_far(deadline: Deadline, start: date, what: str) -> Deadline:
    """The deadline itself; CaseError if it is so far ahead that the year must be a slip."""
    if (deadline.date - start).days > MOST_YEARS * 366:
        raise CaseError(f"{day(deadline.date)} is more than {MOST_YEARS} years after {what}. Check the year.")
    return deadline


def _both_readings(
    typed: str, period: Period, zone: ZoneInfo, today: date, in_force: Deadline | None, calendar: Calendar
) -> str:
    """Why a bare period is refused, with the dates it gives from today and from the deadline in force."""
    readings, ways = [], [f"counted_from:{today}", "the date you mean"]
    if period.unit is not Unit.HOUR:
        counted = parse_deadline(str(period), zone, start=today, calendar=calendar)
        readings.append(f"{day(counted.date)} (counted from today)")
    if in_force and not period.backward:
        ways = [f"+{period.length}", *ways]
        if period.unit is not Unit.HOUR or in_force.time is not None:
            readings.append(f"{day(extended(in_force, period, calendar).date)} (counted from the deadline in force)")
    can = f"can be read as {' or as '.join(readings)}" if readings else "does not say what it is counted from"
    return f"“{typed}” {can}. Write {', or '.join(ways)}."
