"""Dates as people write them: strict forms only. What can be read as two days is refused, with both readings."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DATE_FORMS = "2018-02-23, Feb 23, 2018 or 23 February 2018"
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name.casefold(): number for number, name in enumerate(calendar.day_abbr)} | {"tues": 1, "thur": 3, "thurs": 3}
DASHES = (
    "\u2010\u2011\u2012\u2013\u2014\u2212"  # hyphens, dashes and the minus sign, as they come out of PDF and word processors
)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
PLAIN_SIGNS = str.maketrans(dict.fromkeys(DASHES, "-") | {"\u2019": "'"} | dict.fromkeys(INVISIBLE))
RELATIVE_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
LAST_YEAR = 9990  # leaves room to count days past any date that is accepted


class NoDate(CaseError):
    """A text that is in none of the forms of a date."""


class NoSuchDay(CaseError):
    """A day that no calendar has: 30 February."""


class WrongWeekday(CaseError):
    """A date beside the name of another day of the week than its own."""

    def __init__(self, text: str, day: date) -> None:
        super().__init__(f"“{text}” cannot be right: {written(day)} is a {day:%A}. Check the day of the week and the date.")
        self.day = day


class SeveralReadings(CaseError):
    """What can be read in more than one way, with a text for each that can be read in that way only."""

    def __init__(self, message: str, readings: Iterable[str], words: str | None = None) -> None:
        super().__init__(message)
        self.readings = tuple(readings)
        #: The words of the text that each reading takes the place of; None if that is the text as a whole.
        self.words = words

    def texts(self, typed: str) -> tuple[str, ...]:
        """`typed` in each of its readings."""
        if self.words is None:
            return self.readings
        return tuple(put_for(self.words, typed, reading) for reading in self.readings)


class TwoReadings(SeveralReadings):
    """What can be either of two days: `what`, as the message names it, and `rest`, the end of its sentence."""

    def __init__(self, what: str, first: date, second: date, rest: str, *, words: str | None = None) -> None:
        message = f"{what} can be read as {written(first)} or as {written(second)}{rest}"
        super().__init__(message, (written(first), written(second)), words)
        self.days = (first, second)


class DateOrder(StrEnum):
    """Which of the two comes first in "02/03/2018"."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


def tidy(text: str) -> str:
    """The text in plain characters: one space between words, ASCII hyphens and digits, nothing invisible."""
    digits = re.sub(r"[^\x00-\x7f]", lambda sign: str(unicodedata.decimal(sign[0], sign[0])), text.translate(PLAIN_SIGNS))
    return " ".join(digits.split())


def put_for(words: str, text: str, reading: str) -> str:
    """The text with a reading in the place of those words, which are whole: "feb 1" is not part of "feb 10"."""
    return re.sub(rf"(?<!\w){re.escape(tidy(words))}(?!\w)", lambda _: reading, tidy(text))


def iso_date(text: str) -> date:
    """A date written YYYY-MM-DD; CaseError says what is wrong with any other."""
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip())
    if not parts:
        raise CaseError(f"“{text}” is not a date. Write it like {DATE_FORMS}.")
    return checked_date(int(parts[1]), int(parts[2]), int(parts[3]), text)


def parse_date(text: str, *, today: date | None = None, order: DateOrder | None = None, since: date | None = None) -> date:
    """A date as a person types it: strict forms only, and what can be read two ways is refused with both readings.

    A weekday beside the date must be the right one. "tomorrow", "friday", "Friday, the 23rd" and "in 30 days" (a plain count of
    calendar days) are read only where `today` is given, "2/23/2018" only where `order` says which of the two is the month, and
    "February 23" only where `since` is given: it is the first such day on or after that day. A year of two digits is in this
    century.
    """
    typed = re.sub(r",(?=\w)|(?<=[A-Za-z])\.(?=\w)", r"\g<0> ", tidy(text))
    if today is not None and (day := _day_of_some_month(typed, today, text)) is not None:
        return day
    if since is None and (no_year := _without_year(typed, text, today, order)):
        raise no_year
    for form in (r"(?P<name>[A-Za-z]+)\.?,? (?P<rest>.*\d.*)", r"(?P<rest>.*\d),? \(?(?:a )?(?P<name>[A-Za-z]+)\.?\)?"):
        if (parts := re.fullmatch(form, typed)) and (weekday := WEEKDAYS.get(parts["name"].casefold())) is not None:
            return _beside_weekday(parts["rest"], weekday, text, order, since)
    for day in (_with_year(typed, order, text), _relative(typed.casefold(), today, text)):
        if day is not None:
            return checked_date(day.year, day.month, day.day, text)
    if since is not None and (day := _first_since(typed, since, text)) is not None:
        return day
    raise NoDate(f"“{text}” cannot be read as a date with certainty. Write it like {DATE_FORMS}.")


def _with_year(typed: str, order: DateOrder | None, text: str) -> date | None:
    """A date with its year in figures; None for other words."""
    if re.fullmatch(r"\d{4}([-/.])\d{1,2}\1\d{1,2}", typed):
        return iso_date(re.sub(r"[/.]", "-", typed))
    if parts := re.fullmatch(r"([A-Za-z]+)\.? (?:the )?(\d{1,2})(st|[nr]?d|th)?,? (?:of )?(\d{4}|'\d\d)", typed):
        return checked_date(_year(parts[4]), _month(parts[1], text), int(parts[2]), text)
    if parts := re.fullmatch(r"(?:the )?(\d{1,2})(?:st|[nr]?d|th)?(?: day)?(?: of)? ([A-Za-z]+)\.?,? (\d{4}|'\d\d)", typed):
        return checked_date(_year(parts[3]), _month(parts[2], text), int(parts[1]), text)
    if parts := re.fullmatch(r"(\d{1,2})-([A-Za-z]+)-(\d{4}|\d\d)", typed):
        return checked_date(_year(parts[3]), _month(parts[2], text), int(parts[1]), text)
    if parts := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})|(\d{1,2})([/.])(\d{1,2})\6(\d\d)", typed):
        first, second, year = (int(part) for part in (parts.group(1, 3, 4) if parts[1] else parts.group(5, 7, 8)))
        return _ordered(text, first, second, year if year > 99 else 2000 + year, order)
    return None


def written(day: date) -> str:
    """23 February 2018"""
    return f"{day.day} {day:%B %Y}"


def full_day(day: date) -> str:
    """Friday, 23 February 2018"""
    return f"{day:%A}, {written(day)}"


def checked_date(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise NoSuchDay(f"“{text}” is not a date: there is no month {month}.")
    if not 1900 <= year <= LAST_YEAR:
        raise CaseError(f"“{text}”: the year {year} is out of range (1900 to {LAST_YEAR}).")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NoSuchDay(f"“{text}” is not a date: {calendar.month_name[month]} {year} has {last} days.")
    return date(year, month, day)


def _month(name: str, text: str) -> int:
    if number := MONTHS.get(name.casefold()):
        return number
    raise CaseError(f"“{text}” is not a date: “{name}” is not a month. Write it like {DATE_FORMS}.")


def _ordered(text: str, first: int, second: int, year: int, order: DateOrder | None) -> date:
    if order is None:
        raise _two_orders(text, first, second, year)
    month, day = (first, second) if order is DateOrder.MONTH_FIRST else (second, first)
    if month > 12:
        raise CaseError(f"“{text}”: dates are read {order} here, and there is no month {month}. Write it like {DATE_FORMS}.")
    return checked_date(year, month, day, text)


def _year(written_year: str) -> int:
    """2018 of "2018", of "18" and of "'18"."""
    return int(written_year) if len(written_year) == 4 else 2000 + int(written_year[-2:])


def _beside_weekday(typed: str, weekday: int, text: str, order: DateOrder | None, since: date | None) -> date:
    """The date that stands beside a weekday, which settles it where it can be read as two days."""
    try:
        day = parse_date(typed, order=order, since=since)
    except TwoReadings as both:
        fitting = [day for day in both.days if day.weekday() == weekday]
        if len(fitting) != 1:
            raise
        day = fitting[0]
    if day.weekday() != weekday:
        raise WrongWeekday(text, day)
    return day


# "February 23", "the 23rd of February", "Feb. 23 of next year"; a year in figures is read before.
_DAY_AND_MONTH = re.compile(
    r"(?:(?P<month>[a-z]+)\.? (?:the )?(?P<day>\d{1,2})(?:st|[nr]?d|th)?"
    r"|(?:the )?(?P<day2>\d{1,2})(?:st|[nr]?d|th)?(?: day)?(?: of)? (?P<month2>[a-z]+)\.?)"
    r"(?:,? (?:of )?(?P<year>this|next) year)?",
    re.IGNORECASE,
)


def _first_since(typed: str, since: date, text: str) -> date | None:
    """A day of a month without a year in figures: the first on or after `since`; None for other words."""
    parts = _DAY_AND_MONTH.fullmatch(typed)
    name = (parts["month"] or parts["month2"]).casefold() if parts else ""
    if parts is None or name not in MONTHS:
        return None
    month, number = MONTHS[name], int(parts["day"] or parts["day2"])
    if not 1 <= number <= calendar.monthrange(2000, month)[1]:
        raise NoSuchDay(f"“{text}” is not a date: {calendar.month_name[month]} has no day {number}.")
    if parts["year"]:
        return checked_date(since.year + (parts["year"].lower() == "next"), month, number, text)
    years = (year for year in range(since.year, since.year + 9) if number <= calendar.monthrange(year, month)[1])
    return next((day for year in years if (day := checked_date(year, month, number, text)) >= since), None)


def _day_of_some_month(typed: str, today: date, text: str) -> date | None:
    """ "Friday, the 23rd": the next 23rd if it is a Friday; if not, or if no weekday says which 23rd it is, TwoReadings."""
    parts = re.fullmatch(r"(?:(?!the\b)([a-z]+)\.?,? )?(?:the )?(\d{1,2})(?:st|[nr]?d|th)", typed, re.IGNORECASE)
    if parts is None or (parts[1] and parts[1].casefold() not in WEEKDAYS):
        return None
    number = int(parts[2])
    if not 1 <= number <= 31:
        raise NoSuchDay(f"“{text}” is not a date: no month has a day {number}.")
    ahead = (today + timedelta(days=away) for away in range(12 * 31))
    following = [day for day in ahead if day.day == number]
    weekday = WEEKDAYS[parts[1].casefold()] if parts[1] else None
    if following[0].weekday() == weekday:
        return following[0]
    fitting = [day for day in following[1:] if weekday is None or day.weekday() == weekday]
    if not fitting:
        raise WrongWeekday(text, following[0])
    raise _either(text, following[0], fitting[0])


def _without_year(typed: str, text: str, today: date | None, order: DateOrder | None) -> NoYear | None:
    """The refusal of a day without its year: "feb 1", "the 1st of February", "Friday, Feb. 1"; "2/1" where `today` is known.

    With `today` it has the days that may be meant, those around it.
    """
    ahead = re.match(r"([A-Za-z]+)\.?,? (?=.*\d)", typed)
    weekday = WEEKDAYS.get(ahead[1].casefold()) if ahead else None
    rest = typed[ahead.end() :] if ahead and weekday is not None else typed
    if parts := re.fullmatch(r"([A-Za-z]+)\.?,? (?:the )?(\d{1,2})(?:st|[nr]?d|th)?", rest):
        month, day = MONTHS.get(parts[1].casefold()), int(parts[2])
    elif parts := re.fullmatch(r"(?:the )?(\d{1,2})(?:st|[nr]?d|th)?(?: day)?(?: of |[ -])([A-Za-z]+)\.?", rest):
        month, day = MONTHS.get(parts[2].casefold()), int(parts[1])
    else:
        return _slashed_without_year(rest, text, today, order, weekday)
    if month is None:
        return None
    most = calendar.monthrange(2000, month)[1]  # of a leap year
    if not 1 <= day <= most:
        raise NoSuchDay(f"“{text}” is not a date: {calendar.month_name[month]} has at most {most} days.")
    return _no_year(text, [(month, day)], today, weekday)


def _slashed_without_year(
    typed: str, text: str, today: date | None, order: DateOrder | None, weekday: int | None
) -> NoYear | None:
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})", typed)
    if parts is None or today is None:
        return None
    first, second = int(parts[1]), int(parts[2])
    orders = {DateOrder.MONTH_FIRST: [(first, second)], DateOrder.DAY_FIRST: [(second, first)]}
    both = [(first, second), (second, first)] if order is None else orders[order]
    days = [(m, d) for m, d in dict.fromkeys(both) if 1 <= m <= 12 and 1 <= d <= calendar.monthrange(2000, m)[1]]
    return _no_year(text, days, today, weekday) if days else None


def _no_year(text: str, days: list[tuple[int, int]], today: date | None, weekday: int | None) -> NoYear:
    refused = NoYear(text, f"“{text}” has no year. Write it like {DATE_FORMS}.", days, weekday)
    return refused.around(today) if today else refused


def _relative(typed: str, today: date | None, text: str) -> date | None:
    """A day relative to today: "tomorrow", "friday", "in 30 days"; None for other words, or where today is not known."""
    counted = re.fullmatch(r"in (\d{1,4}) (day|week)s?", typed)
    friday = re.fullmatch(r"(?:(?:the )?(this coming|this|next|last|coming) )?([a-z]+)\.?", typed)
    if today is None or not (counted or typed in RELATIVE_DAYS or (friday and friday[2] in WEEKDAYS)):
        return None
    if counted:
        return today + timedelta(days=int(counted[1]) * (7 if counted[2] == "week" else 1))
    if typed in RELATIVE_DAYS:
        return today + timedelta(days=RELATIVE_DAYS[typed])
    assert friday
    ahead = (WEEKDAYS[friday[2]] - today.weekday()) % 7
    near, far = (today + timedelta(days=ahead), today + timedelta(days=ahead + 7))
    if friday[1] == "last":
        near, far = near - timedelta(days=7), near - timedelta(days=14)
    if friday[1] or near == today:
        raise _either(text, near, far)
    return near


def _either(text: str, first: date, second: date) -> TwoReadings:
    return TwoReadings(f"“{text}”", first, second, f". Write the one you mean like {DATE_FORMS}.", words=text)


def _two_orders(text: str, first: int, second: int, year: int) -> CaseError:
    readings = []
    for month, day in dict.fromkeys(((first, second), (second, first))):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            readings.append(date(year, month, day))
    if not readings:
        return NoSuchDay(f"“{text}” is not a date. Write it like {DATE_FORMS}.")
    if len(readings) == 2:
        return _either(text, *readings)
    only = written(readings[0])
    return CaseError(f"“{text}” is not in a form that can be read. If you mean {only}, write it like {DATE_FORMS}.")
