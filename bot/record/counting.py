"""The arithmetic of deadlines: from a start and a period to a day, with each step of the work in words."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.record.calendars import WEEKEND, Calendar
from bot.record.clocktimes import at, twice
from bot.record.dates import LAST_YEAR, Deadline, aware, written
from bot.record.errors import CaseError
from bot.record.periods import Period, Unit

MAIL = 3  # days, Fed. R. Civ. P. 6(d)
NAMED = 12  # holidays in a list of days that were passed over
DAY = timedelta(days=1)


def counted(period: Period, start: date | datetime, zone: ZoneInfo, calendar: Calendar) -> Deadline:
    """The deadline that lies that period after (or before) `start`, with its work.

    Hours start from a moment, which must have a time zone; longer periods from a day, or from the day in `zone` on which a
    moment lies. CaseError where that gives no day, or two.
    """
    work = Work(period, zone, calendar)
    if period.unit is Unit.HOUR:
        return work.hours(start)
    day = aware(start).astimezone(zone).date() if isinstance(start, datetime) else start
    return work.days(day)


@dataclass
class Work:
    """One count under way; `steps` grows as it goes."""

    period: Period
    zone: ZoneInfo
    calendar: Calendar
    steps: list[str] = field(default_factory=list)

    def days(self, start: date) -> Deadline:
        """Fed. R. Civ. P. 6(a)(1), (3), (5) and 6(d); 5 U.S.C. § 552(a)(6)(A)(i) for business days.

        1. The day of the event is not counted (6(a)(1)(A)).
        2. Every day is counted (6(a)(1)(B)); of business days only those that are no Saturday, Sunday, legal holiday, closure.
        3. A last day that is a Saturday, Sunday or legal holiday runs to the next that is none (6(a)(1)(C)), which of a period
           before an event is the previous one (6(a)(5)). One on a closure runs forwards in both cases (6(a)(3)).
        4. Three days more for mail, after the period has ended by 1 to 3 (6(d)); then 3 again.
        """
        self.steps.append(f"counted {'back ' if self.period.backward else ''}from {long(start)}, which is not counted")
        if self.period.unit is Unit.BUSINESS_DAY:
            return self.deadline(self.business_days(start), start.isoformat())
        last = self.reached(start)
        self.steps.append(f"{self.named()} is {long(last)}")
        due = self.rolled(last)
        if self.period.mail:
            mailed = _near(due, MAIL)
            self.steps.append(f"{MAIL} days more for mail: {long(mailed)}")
            last, due = mailed, self.rolled(mailed)
        if due != last:
            self.steps.append(f"due {long(due)}")
        return self.deadline(due, start.isoformat())

    def named(self) -> str:
        period = self.period
        if period.unit is Unit.DAY:
            return f"day {period.count}"
        return f"{period.length} {'before' if period.backward else 'later'}"

    def reached(self, start: date) -> date:
        """The last day of the period, before it rolls; months and years end on the corresponding date."""
        count = -self.period.count if self.period.backward else self.period.count
        match self.period.unit:
            case Unit.MONTH:
                return self.corresponding(start, count)
            case Unit.YEAR:
                return self.corresponding(start, 12 * count)
            case Unit.WEEK:
                return _near(start, 7 * count)
            case _:
                return _near(start, count)

    def corresponding(self, start: date, count: int) -> date:
        year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
        _in_range(year)
        last = months.monthrange(year, month + 1)[1]
        if start.day <= last:
            return date(year, month + 1, start.day)
        end = date(year, month + 1, last)
        raise CaseError(
            f"{self.period.length} {'before' if count < 0 else 'after'} {written(start)} can be read as {written(end)} or as "
            f"{written(end + DAY)}, since {months.month_name[month + 1]} {year} has {last} days. Write the date itself."
        )

    def rolled(self, last: date) -> date:
        """The day on which a period ends whose last day is `last`."""
        day, backward = last, self.period.backward
        while reason := self.calendar.holiday(day, backward=backward):
            self.passed(day, reason)
            day = _near(day, -1 if backward else 1)
        if self.calendar.closed(day):
            while reason := self.calendar.off(day):
                self.passed(day, reason)
                day = _near(day, 1)
        return day

    def passed(self, day: date, reason: str) -> None:
        """A step for a day that was passed over; Saturdays and Sundays go without saying."""
        if reason not in WEEKEND.values():
            self.steps.append(f"{short(day)} is {reason}")

    def business_days(self, start: date) -> date:
        step, left, day, skipped = -1 if self.period.backward else 1, self.period.count, start, []
        while left:
            day = _near(day, step)
            reason = WEEKEND.get(day.weekday(), "") or self.calendar.off(day, backward=self.period.backward)
            if reason and reason not in WEEKEND.values():
                skipped.append(f"{short(day)} {day.year} ({reason})")
            left -= not reason
        self.steps.append(f"not counted: {'; '.join(_at_most(['Saturdays and Sundays', *skipped]))}")
        if self.calendar.name == "none":
            self.steps.append("no calendar was named, so no holiday is left out")
        self.steps.append(f"business day {self.period.count} is {long(day)}")
        return day

    def hours(self, start: date | datetime) -> Deadline:
        """Fed. R. Civ. P. 6(a)(2), (3) and (5).

        1. Counting begins at once, at the moment of the event (6(a)(2)(A)).
        2. Every hour that passes is counted (6(a)(2)(B)), also across a change of clocks; nothing is rounded up.
        3. An end on a Saturday, Sunday or legal holiday runs to the same time on the next day that is none (6(a)(2)(C)).
        """
        if not isinstance(start, datetime):
            raise CaseError(
                f"{self.period.length} are counted from a moment, and {written(start)} is a day. "
                f"Give its time too, like {start} 10:23."
            )
        begun = aware(start).astimezone(self.zone)
        hours = timedelta(hours=-self.period.count if self.period.backward else self.period.count)
        _in_range(begun.year + hours.days // 365)
        end = (begun.astimezone(UTC) + hours).astimezone(self.zone)
        self.steps.append(f"counted {'back ' if self.period.backward else ''}from {moment(begun)}")
        changed = (end.utcoffset() or timedelta()) - (begun.utcoffset() or timedelta())
        if changed:
            self.steps.append(f"the clocks change by {_apart(changed)} in between")
        self.steps.append(f"{self.period.length} {'before' if self.period.backward else 'later'} is {moment(end)}")
        day = self.rolled(end.date())
        if day != end.date():
            end = at(day, end.time(), self.zone)
            self.steps.append(f"due at the same time on {moment(end)}")
        elif end.fold:
            raise CaseError(twice(end))
        return self.deadline(day, begun.isoformat(), end.time())

    def deadline(self, due: date, start: str, clock: time | None = None) -> Deadline:
        return Deadline(due, self.zone, clock, "", str(self.period), tuple(self.steps), start, self.calendar.name)


def long(day: date) -> str:
    """Saturday, 1 September 2007"""
    return f"{day:%A}, {written(day)}"


def short(day: date) -> str:
    """Monday 3 September"""
    return f"{day:%A} {day.day} {day:%B}"


def moment(at: datetime) -> str:
    """9:23 EST on Monday, 5 November 2007"""
    return f"{at:%H:%M} {at:%Z} on {long(at.date())}"


def _apart(change: timedelta) -> str:
    minutes = int(abs(change).total_seconds()) // 60
    return f"{'plus' if change > timedelta() else 'minus'} {minutes // 60}:{minutes % 60:02}"


def _near(day: date, count: int) -> date:
    _in_range(day.year + count // 366)
    found = day + timedelta(days=count)
    _in_range(found.year)
    return found


def _in_range(year: int) -> None:
    if not 1900 <= year <= LAST_YEAR:
        raise CaseError(f"That leads to the year {year}, which is out of range (1900 to {LAST_YEAR}).")


def _at_most(items: list[str]) -> Iterator[str]:
    yield from items[: NAMED + 1]
    if len(items) > NAMED + 1:
        yield f"{len(items) - NAMED - 1} more"
