"""Dates as the record knows them: with their precision, in their time zone, never guessed."""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo, available_timezones

from bot.record.errors import CaseError

INSTANT = timedelta(microseconds=1)
MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
DATE_FORMS = "2018-02-23, Feb 23, 2018 or 23 February 2018"
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name.casefold(): number for number, name in enumerate(calendar.day_abbr)} | {"tues": 1, "thur": 3, "thurs": 3}
FIXED = {  # what people write for a region that has a better name
    **dict.fromkeys(("est", "edt", "et", "est5edt", "eastern", "etc/gmt+4", "etc/gmt+5"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt", "central", "etc/gmt+6"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt", "mountain", "navajo", "etc/gmt+7"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt", "pacific", "etc/gmt+8"), "America/Los_Angeles"),
    **dict.fromkeys(("hst", "etc/gmt+10"), "Pacific/Honolulu"),
    **dict.fromkeys(("cet", "cest", "met", "etc/gmt-1"), "Europe/Berlin"),
    **dict.fromkeys(("gb", "bst", "gmt", "wet", "etc/gmt"), "Europe/London"),
    "eet": "Europe/Athens",
    "japan": "Asia/Tokyo",
}
DASHES = (
    "\u2010\u2011\u2012\u2013\u2014\u2212"  # hyphens, dashes and the minus sign, as they come out of PDF and word processors
)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
PLAIN = str.maketrans(dict.fromkeys(DASHES, "-") | {"\u2019": "'"} | dict.fromkeys(INVISIBLE))
AROUND = {"yesterday": -1, "today": 0, "tomorrow": 1}
LAST_YEAR = 9990  # leaves room to count days past any date that is accepted


def aware(moment: datetime) -> datetime:
    """`moment` itself, or ValueError where it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that region and city, or UTC, in any case; CaseError with the nearest names where there is none.

    What only counts hours ("EST", "Etc/GMT+5", which is west of Greenwich) is refused: it knows no daylight saving time, or
    means something else than it says.
    """
    wanted = name.strip().replace(" ", "_").casefold()
    known = {zone.casefold(): zone for zone in zone_names()}
    if wanted in known:
        return ZoneInfo(known[wanted])
    if wanted in FIXED or wanted.startswith("etc/") or any(wanted == zone.casefold() for zone in available_timezones()):
        meant = FIXED.get(wanted, "America/New_York")
        raise CaseError(f"“{name}” does not name a region, so it may not follow its clocks. Use a name such as {meant} or UTC.")
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(known, reverse=True)}
    near = difflib.get_close_matches(wanted, [*known, *cities], 3, 0.75)
    found = list(dict.fromkeys(known[cities.get(one, one)] for one in near))
    advice = f"Nearest: {', '.join(found)}." if found else "Use a name such as America/New_York, Europe/Berlin or UTC."
    raise CaseError(f"“{name}” is not a time zone. {advice}")


def zone_names() -> list[str]:
    """The time zones that can be chosen, by name: those of a region, and UTC."""
    return sorted(zone for zone in available_timezones() if ("/" in zone and not zone.startswith("Etc/")) or zone == "UTC")


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever showed that day: those of Samoa went from 29 to 31 December 2011."""
    return start_of(day, zone) < start_of(day + timedelta(days=1), zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, as UTC (a day may begin at 01:00 where clocks change at midnight)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of `day` in `zone`, as UTC."""
    return start_of(day + timedelta(days=1), zone) - INSTANT


class NoDate(CaseError):
    """A text that is in none of the forms of a date."""


class TwoReadings(CaseError):
    """Words that can be read as either of two days. `what`: as they are named in the message, in quotes where somebody's."""

    def __init__(self, what: str, first: date, second: date, rest: str) -> None:
        super().__init__(f"{what} can be read as {written(first)} or as {written(second)}{rest}")
        self.words, self.days = what.strip("“”"), (first, second)


class DateOrder(StrEnum):
    """Which of the two comes first in "02/03/2018"."""

    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


class Precision(StrEnum):
    MOMENT = "moment"
    DAY = "day"
    MONTH = "month"
    BY = "by"
    BETWEEN = "between"


@dataclass(frozen=True)
class When:
    """When something happened, as precisely as it is known, in the words of the record.

    `text` is one of: ``2018-02-06`` (that day), ``2018-02`` (some day of that month), ``by 2018-04-16`` (on or before),
    ``between 2018-01-24 and 2018-04-12`` (both included), ``2018-02-06T14:30-05:00`` (that moment). Days are days in
    `zone`. Raises CaseError for any other text.
    """

    text: str
    zone: ZoneInfo

    def __post_init__(self) -> None:
        _ = self._span  # a date that cannot be read is refused at construction

    @cached_property
    def _span(self) -> tuple[Precision, datetime | None, datetime]:
        text = self.text
        if "T" in text:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError as bad:
                raise CaseError(f"“{text}” is not a moment; write it like 2018-02-06T14:30-05:00.") from bad
            _checked(moment.year, moment.month, moment.day, text)
            if moment.utcoffset() is None:
                moment = moment.replace(tzinfo=self.zone)
            moment = moment.astimezone(UTC)
            return Precision.MOMENT, moment, moment
        if found := re.fullmatch(r"between (\S+) and (\S+)", text):
            first, last = (iso_date(part) for part in found.groups())
            if last < first:
                raise CaseError(f"“{text}” ends before it begins.")
            return Precision.BETWEEN, start_of(first, self.zone), end_of(last, self.zone)
        if text.startswith("by "):
            return Precision.BY, None, end_of(iso_date(text[3:]), self.zone)
        if re.fullmatch(r"\d{4}-\d\d", text):
            first = iso_date(text + "-01")
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
            return Precision.MONTH, start_of(first, self.zone), end_of(last, self.zone)
        day = iso_date(text)
        return Precision.DAY, start_of(day, self.zone), end_of(day, self.zone)

    @property
    def precision(self) -> Precision:
        return self._span[0]

    @property
    def earliest(self) -> datetime | None:
        """The first moment at which it may have happened (UTC); None where only a latest day is known."""
        return self._span[1]

    @property
    def latest(self) -> datetime:
        """The last moment at which it may have happened (UTC)."""
        return self._span[2]

    @property
    def last_day(self) -> date:
        return self.latest.astimezone(self.zone).date()

    def noon(self) -> datetime:
        """When a replay of the record learns of it: noon of the last day it may have happened, or its own moment."""
        if self.precision is Precision.MOMENT:
            return self.latest
        return datetime.combine(self.last_day, time(12), self.zone).astimezone(UTC)


@dataclass(frozen=True)
class Deadline:
    """A moment by which an answer is due, in the zone of the letter.

    Without a time it runs to the end of `date`: it has passed at the next midnight in `zone`.
    `words` are the letter's own; `rule` and `steps` say how the date was reached. Where it was counted, `start` is the day
    (or the moment, with its offset) that it was counted from, in ISO 8601, and `calendar` the name of the calendar.
    """

    date: dt.date
    zone: ZoneInfo
    time: dt.time | None = None
    words: str = ""
    rule: str = "a date"
    steps: tuple[str, ...] = ()
    start: str = ""
    calendar: str = ""

    @property
    def last_moment(self) -> datetime:
        """The last moment in time, as UTC; one microsecond later the deadline has passed."""
        if self.time is None:
            return end_of(self.date, self.zone)
        return datetime.combine(self.date, self.time, self.zone).astimezone(UTC)

    def has_passed(self, now: datetime) -> bool:
        return aware(now) > self.last_moment

    def days_left(self, now: datetime) -> int:
        """Calendar days in the deadline's zone, never hours divided by 24; negative once its day is over."""
        return (self.date - aware(now).astimezone(self.zone).date()).days


def tidy(text: str) -> str:
    """The text in plain signs: one space between words, ASCII hyphens and digits, nothing that cannot be seen."""
    digits = re.sub(r"[^\x00-\x7f]", lambda sign: str(unicodedata.decimal(sign[0], sign[0])), text.translate(PLAIN))
    return " ".join(digits.split())


def iso_date(text: str) -> date:
    """A date written YYYY-MM-DD; CaseError says what is wrong with any other."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip())
    if not found:
        raise CaseError(f"“{text}” is not a date. Write it like {DATE_FORMS}.")
    return _checked(int(found[1]), int(found[2]), int(found[3]), text)


def read_date(text: str, *, today: date | None = None, order: DateOrder | None = None) -> date:
    """A date as a person types it: strict forms only, and what can be read two ways is refused with both readings.

    A weekday beside the date must be its own. "tomorrow", "friday" and "in 30 days" (a plain count of calendar days) are
    read only where `today` is given, "2/23/2018" only where `order` says which of the two is the month. A year of two digits is
    of this century.
    """
    typed = re.sub(r",(?=\w)|(?<=[A-Za-z])\.(?=\w)", r"\g<0> ", tidy(text))
    found = re.fullmatch(r"([A-Za-z]+)\.?,? (.*\d.*)", typed)
    if found and (weekday := WEEKDAYS.get(found[1].casefold())) is not None:
        return _on_weekday(read_date(found[2], order=order), weekday, text)
    found = re.fullmatch(r"(.*\d) \(([A-Za-z]+)\.?\)", typed)
    if found and (weekday := WEEKDAYS.get(found[2].casefold())) is not None:
        return _on_weekday(read_date(found[1], order=order), weekday, text)
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", typed):
        return iso_date(typed)
    if found := re.fullmatch(r"([A-Za-z]+)\.? (?:the )?(\d{1,2})(st|nd|rd|th)?,? (\d{4})", typed):
        return _checked(int(found[4]), _month(found[1], text), int(found[2]), text)
    if found := re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)? ([A-Za-z]+)\.?,? (\d{4})", typed):
        return _checked(int(found[3]), _month(found[2], text), int(found[1]), text)
    if found := re.fullmatch(r"(\d{1,2})-([A-Za-z]+)-(\d{4})", typed):
        return _checked(int(found[3]), _month(found[2], text), int(found[1]), text)
    if found := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})|(\d{1,2})([/.])(\d{1,2})\6(\d\d)", typed):
        first, second, year = (int(one) for one in (found.group(1, 3, 4) if found[1] else found.group(5, 7, 8)))
        return _ordered(text, first, second, year if year > 99 else 2000 + year, order)
    if (day := _relative(typed.casefold(), today, text)) is not None:
        return day
    if re.fullmatch(r"[A-Za-z]+\.? \d{1,2}(st|nd|rd|th)?|\d{1,2} [A-Za-z]+\.?", typed) and MONTHS.keys() & _words(typed):
        raise CaseError(f"“{text}” has no year. Write it like {DATE_FORMS}.")
    raise NoDate(f"“{text}” is not a date I can read with certainty. Write it like {DATE_FORMS}.")


def written(day: date) -> str:
    """23 February 2018"""
    return f"{day.day} {day:%B %Y}"


def full_day(day: date) -> str:
    """Friday, 23 February 2018"""
    return f"{day:%A}, {written(day)}"


def _checked(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise CaseError(f"“{text}” is not a date: there is no month {month}.")
    if not 1900 <= year <= LAST_YEAR:
        raise CaseError(f"“{text}”: the year {year} is out of range (1900 to {LAST_YEAR}).")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise CaseError(f"“{text}” is not a date: {calendar.month_name[month]} {year} has {last} days.")
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
    return _checked(year, month, day, text)


def _on_weekday(day: date, weekday: int, text: str) -> date:
    if day.weekday() != weekday:
        raise CaseError(f"“{text}” cannot be: {written(day)} is a {day:%A}. Check the day of the week and the date.")
    return day


def _words(typed: str) -> set[str]:
    return set(re.findall(r"[a-z]+", typed.casefold()))


def _relative(typed: str, today: date | None, text: str) -> date | None:
    """A day that is told from today: "tomorrow", "friday", "in 30 days"; None for other words, or where today is not known."""
    counted = re.fullmatch(r"in (\d{1,4}) (day|week)s?", typed)
    friday = re.fullmatch(r"(?:(this|next|last|coming) )?([a-z]+)\.?", typed)
    if today is None or not (counted or typed in AROUND or (friday and friday[2] in WEEKDAYS)):
        return None
    if counted:
        found = today + timedelta(days=int(counted[1]) * (7 if counted[2] == "week" else 1))
        return _checked(found.year, found.month, found.day, text)
    if typed in AROUND:
        return today + timedelta(days=AROUND[typed])
    assert friday
    ahead = (WEEKDAYS[friday[2]] - today.weekday()) % 7
    near, far = (today + timedelta(days=ahead), today + timedelta(days=ahead + 7))
    if friday[1] == "last":
        near, far = near - timedelta(days=7), near - timedelta(days=14)
    if friday[1] or near == today:
        raise _either(text, near, far)
    return near


def _either(text: str, first: date, second: date) -> TwoReadings:
    return TwoReadings(f"“{text}”", first, second, f". Write the one you mean like {DATE_FORMS}.")


def _two_orders(text: str, first: int, second: int, year: int) -> CaseError:
    readings = []
    for month, day in dict.fromkeys(((first, second), (second, first))):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            readings.append(date(year, month, day))
    if not readings:
        return CaseError(f"“{text}” is not a date. Write it like {DATE_FORMS}.")
    if len(readings) == 2:
        return _either(text, *readings)
    only = written(readings[0])
    return CaseError(f"“{text}” is not one of the forms that are read. If you mean {only}, write it like {DATE_FORMS}.")
