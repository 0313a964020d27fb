"""The arithmetic of deadlines: from a start and a period to a day, with each step of the work."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.record.deadlines.calendars import WEEKEND, Calendar
from bot.record.deadlines.dates import LAST_YEAR, TwoReadings, full_day, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.steps import (
    BusinessDaysCounted,
    ClocksChange,
    ClosureSkipped,
    CountedFromDay,
    CountedFromMoment,
    DayOff,
    HolidaySkipped,
    MailAdded,
    NoCalendar,
    PeriodEndsAt,
    PeriodEndsOn,
    RolledBeforeMail,
    RolledTo,
    Step,
)
from bot.record.deadlines.times import moment_of
from bot.record.deadlines.zones import aware, exists
from bot.record.errors import CaseError

MAIL = 3  # days, Fed. R. Civ. P. 6(d)
MOST_NAMED = 10  # days off that a step names


def counted(period: Period, start: date | datetime, zone: ZoneInfo, calendar: Calendar) -> Deadline:
    """The deadline that lies that period after `start`, or before it, with the steps of the work.

    Hours are counted from a moment, which must have a time zone. Longer periods are counted from a day; if `start` is a moment,
    from its day in `zone`. CaseError if the count reaches no day, or may reach two. Without a calendar, only a closure moves
    the last day.
    """
    count = _Count(period, zone, calendar)
    if period.unit is Unit.HOUR:
        return count.hours(start)
    return count.days(aware(start).astimezone(zone).date() if isinstance(start, datetime) else start)


@dataclass
class _Count:
    """One count under way."""

    period: Period
    zone: ZoneInfo
    calendar: Calendar
    steps: list[Step] = field(default_factory=list)

    def days(self, start: date) -> Deadline:
        """Days and longer units: Fed. R. Civ. P. 6(a)(1), (3), (5), 6(d). Business days: 5 U.S.C. § 552(a)(6)(A)(i).

        1. The day of the event is not counted (6(a)(1)(A)).
        2. Every day is counted (6(a)(1)(B)); of business days only those that are not a Saturday, Sunday, legal holiday or
           closure. Months and years end on the corresponding date.
        3. A last day that is a Saturday, Sunday, legal holiday or closure rolls (`rolled`).
        4. Three days more for mail, after the period has ended by 1 to 3 (6(d)); then 3 again.
        """
        self.steps.append(CountedFromDay(start, self.period.backward))
        if self.period.unit is Unit.BUSINESS_DAY:
            return self.deadline(self.business_days(start), start)
        last = self.reached(start)
        self.steps.append(PeriodEndsOn(self.period, last))
        due = self.rolled(last)
        if self.period.mail:
            if due != last:
                self.steps.append(RolledBeforeMail(due))
            last = _later(due, MAIL)
            self.steps.append(MailAdded(MAIL, last))
            due = self.rolled(last)
        if due != last:
            self.steps.append(RolledTo(due))
        return self.deadline(due, start)

    def hours(self, start: date | datetime) -> Deadline:
        """Fed. R. Civ. P. 6(a)(2), (3) and (5).

        1. Counting begins immediately, at the minute of the event (6(a)(2)(A)).
        2. Every hour that passes is counted (6(a)(2)(B)), across a change of clocks too; nothing is rounded up.
        3. An end on a Saturday, Sunday, legal holiday or closure rolls to the same time of day (`rolled`; 6(a)(2)(C)).
        """
        if not isinstance(start, datetime):
            raise CaseError(
                f"Hours are counted from a moment, and {written(start)} is a day. Give the time too, like {start} 10:23."
            )
        # By way of UTC: a time of day that the clocks skip is the moment that they show otherwise.
        begun = aware(start).astimezone(UTC).astimezone(self.zone).replace(second=0, microsecond=0)
        try:
            end = (begun.astimezone(UTC) + timedelta(hours=self.sign * self.period.count)).astimezone(self.zone)
        except OverflowError as far:
            raise _out_of_range() from far
        _in_range(end.year)
        self.steps.append(CountedFromMoment(begun.astimezone(UTC), self.period.backward))
        self.steps += _clocks_change(begun, end)
        self.steps.append(PeriodEndsAt(self.period, end.astimezone(UTC)))
        day = self.rolled(end.date())
        if day != end.date():
            end = moment_of(day, end.time(), self.zone)
            self.steps.append(RolledTo(day, same_time=True))
        if end.fold:
            raise CaseError(
                f"{self.period.length} {self.side} {moment_words(begun)} is {moment_words(end)}, when the clocks show "
                f"{end:%H:%M} for the second time. Write the deadline as {end.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
            )
        return self.deadline(day, _at_offset(begun), end.time())

    def reached(self, start: date) -> date:
        """The last day of the period, before it rolls."""
        count = self.sign * self.period.count
        match self.period.unit:
            case Unit.MONTH:
                return self.corresponding(start, count)
            case Unit.YEAR:
                return self.corresponding(start, 12 * count)
            case Unit.WEEK:
                return _later(start, 7 * count)
            case _:
                return _later(start, count)

    def corresponding(self, start: date, count: int) -> date:
        """The same day of another month; CaseError with both readings where that month has no such day."""
        year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
        _in_range(year)
        last = months.monthrange(year, month + 1)[1]
        if start.day <= last:
            return date(year, month + 1, start.day)
        end = date(year, month + 1, last)
        rest = f", since {end:%B %Y} has {last} days. Write the date itself."
        raise TwoReadings(f"{self.period.length} {self.side} {written(start)}", end, _later(end, 1), rest)

    def rolled(self, last: date) -> date:
        """The day on which a period ends whose last day is `last`.

        1. From a Saturday, Sunday or legal holiday it runs to the next day that is none (Fed. R. Civ. P. 6(a)(1)(C)); for a
           period before an event that is the previous one (6(a)(5)), and holidays of a state do not count (6(a)(6)(C)).
        2. From a closure it runs to the first day after it that is open and none of these, whichever way it was counted
           (6(a)(3)).
        """
        day, backward = last, self.period.backward
        while (holiday := self.calendar.holiday(day, backward=backward)) is not None:
            self.pass_over(day, holiday)
            day = _later(day, self.sign)
        if self.calendar.closed(day) is not None:
            while self.calendar.off(day) is not None:
                self.pass_over(day, self.calendar.holiday(day))
                day = _later(day, 1)
        return day

    def pass_over(self, day: date, holiday: str | None) -> None:
        """A step for a day that does not count. Saturdays and Sundays need none where the calendar leaves them out anyway."""
        if holiday is not None and day.weekday() in WEEKEND:
            return
        closed = self.calendar.closed(day)
        if closed is not None:
            self.steps.append(ClosureSkipped(day, closed))
        elif holiday is not None:
            self.steps.append(HolidaySkipped(day, holiday))

    def business_days(self, start: date) -> date:
        """The day that is so many business days away; without a calendar only weekends and closures are skipped."""
        left, day = self.period.count, start
        days_off: list[DayOff] = []
        while left:
            day = _later(day, self.sign)
            if day.weekday() in WEEKEND:
                continue
            reason = self.calendar.off(day, backward=self.period.backward)
            if reason is None:
                left -= 1
            else:
                days_off.append(DayOff(day, reason))
        named = days_off if len(days_off) <= MOST_NAMED else days_off[: MOST_NAMED - 1]
        self.steps.append(BusinessDaysCounted(tuple(named), len(days_off) - len(named)))
        if self.calendar.name == "none":
            self.steps.append(NoCalendar())
        self.steps.append(PeriodEndsOn(self.period, day))
        return day

    def deadline(self, due: date, start: date | datetime, clock: time | None = None) -> Deadline:
        if not exists(due, self.zone):
            end = end_of_count(self.period)
            raise CaseError(f"{end} is {full_day(due)}, a day that {self.zone.key} never had. Write the date itself.")
        return Deadline(due, self.zone, clock, "", self.period, tuple(self.steps), start, self.calendar.name)

    @property
    def sign(self) -> int:
        return -1 if self.period.backward else 1

    @property
    def side(self) -> str:
        return "before" if self.period.backward else "after"


def end_of_count(period: Period) -> str:
    """What the end of a count is called: "day 10", "2 weeks later", "72 hours earlier"."""
    if period.unit in (Unit.DAY, Unit.BUSINESS_DAY):
        return f"{period.unit} {period.count}"
    return f"{period.length} {'earlier' if period.backward else 'later'}"


def moment_words(at: datetime) -> str:
    """09:23 EST on Monday, 5 November 2007"""
    return f"{at:%H:%M %Z} on {full_day(at.date())}"


def _at_offset(moment: datetime) -> datetime:
    """The same moment with its offset from UTC alone: one in the hour that the clocks repeat equals no moment of a zone."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


def _clocks_change(begun: datetime, end: datetime) -> list[Step]:
    first, last = sorted((begun, end), key=datetime.timestamp)
    change = (last.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
    if not change:
        return []
    return [ClocksChange(round(change.total_seconds() / 60))]


def _later(day: date, count: int) -> date:
    """`day` and so many days, or less where `count` is below 0."""
    try:
        later = day + timedelta(days=count)
    except OverflowError as far:
        raise _out_of_range() from far
    _in_range(later.year)
    return later


def _in_range(year: int) -> None:
    if not 1900 <= year <= LAST_YEAR:
        raise _out_of_range()


def _out_of_range() -> CaseError:
    return CaseError(f"That is outside the years that can be counted (1900 to {LAST_YEAR}). Write the date itself.")
