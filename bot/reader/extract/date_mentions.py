"""Dates and times of day as texts write them, and their values relative to a known day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.record.deadlines.zones import REGION_FOR

_MONTH_FORMS = {
    1: "January Jan", 2: "February Feb", 3: "March Mar", 4: "April Apr", 5: "May", 6: "June Jun", 7: "July Jul",
    8: "August Aug", 9: "September Sept Sep", 10: "October Oct", 11: "November Nov", 12: "December Dec",
}  # fmt: skip
MONTHS = {form.casefold(): number for number, forms in _MONTH_FORMS.items() for form in forms.split()}
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_month = "|".join(form for forms in _MONTH_FORMS.values() for one in forms.split() for form in (one, one.upper()))
MONTH = rf"(?:{_month})\b\.?"
_day_names = [form for name in calendar.day_name for form in (name, name.upper())]
_short_days = "Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun|MON|TUES?|WED|THURS?|FRI|SAT|SUN"
_WEEKDAY = rf"(?:{'|'.join(_day_names)})"
_ANY_DAY = rf"(?:{'|'.join(_day_names)}|(?:{_short_days})\b\.?)"
_MENTION = re.compile(
    rf"(?<![\w/-])(?:(?P<wd>{_ANY_DAY})(?:,[^\S\n]*|[^\S\n]+)(?:the[^\S\n]+)?)?(?:"
    rf"(?P<m1>{MONTH})[^\S\n]*(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]"
    rf"|[^\S\n]*[ap]\.?m)(?:,?[^\S\n]+(?:of[^\S\n]+)?(?P<y1>(?:19|20|21)\d\d)\b(?![-/]\d))?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[^\S\n]+(?:day[^\S\n]+)?(?:of[^\S\n]+)?(?P<m2>{MONTH})(?:,?[^\S\n]+(?P<y2>(?:19|20"
    rf"|21)\d\d)\b)?"
    r"|(?P<y3>(?:19|20|21)\d\d)-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y4>(?:19|20|21)?\d\d)(?![\d/]))"
    rf"|(?<![\w/-])(?:(?P<which>this[^\S\n]+past|this[^\S\n]+coming|last|next|this|past"
    rf"|coming)[^\S\n]+)?(?P<alone>{_WEEKDAY})\b(?!'s)"
    r"|(?<![\w/-])(?P<word>(?i:today|yesterday|tomorrow|this[^\S\n]+(?:morning|afternoon|evening)|tonight))\b(?!'s)",
)
_ZONES = {
    "ET": "eastern|et|est|edt", "CT": "central|ct|cst|cdt", "MT": "mountain|mt|mst|mdt", "PT": "pacific|pt|pst|pdt",
    "AKT": "alaska|akst|akdt", "HST": "hawaii|hawaiian|hst",
}  # fmt: skip
_ZONE_NAMES = {**REGION_FOR, "alaska": "America/Anchorage", "akst": "America/Anchorage", "akdt": "America/Anchorage"}
_ZONE_NAMES |= {"hawaii": "Pacific/Honolulu", "hawaiian": "Pacific/Honolulu"}
_ZONE = r"(?:(?P<zone>" + "|".join(_ZONES.values()) + r")\b(?:\s+(?:(?:standard|daylight)\s+)?time)?)"
_DOT = r"[.]?"
TIME = re.compile(
    rf"(?i:(?:(?P<hour>\d{{1,2}})(?::(?P<minute>\d\d))?\s*(?P<half>[ap]){_DOT}\s?m\b{_DOT}|(?P<h24>[01]?\d"
    rf"|2[0-3]):(?P<m24>[0-5]\d)"
    rf"(?:\s*hours?)?|(?P<noon>(?:12\s+)?noon)|(?P<midnight>(?:12\s+)?midnight)"
    rf"|(?P<close>close\s+of\s+(?:business|play)|c\.?o\.?b\.?(?=\s)|end\s+of\s+(?:the\s+)?(?:business\s+)?day))"
    rf"(?:\s*\(?(?:local\s+time|{_ZONE})\)?)?)"
)


@dataclass(frozen=True)
class DateMention:
    """A date named in the text, at `TextPage.flat[start:end]`.

    A day of a month may have no year; a weekday or "today" has nothing else.
    """

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    #: 0 for Monday.
    weekday: int | None = None
    #: The word before a weekday: "last", "next", "this past".
    which: str = ""
    #: "today", "yesterday" or "tomorrow".
    word: str = ""
    #: The days that an all-numeric date may mean, if there are two.
    readings: tuple[date, ...] = ()

    @property
    def exact(self) -> date | None:
        """The day, if the text gives its year and there is such a day."""
        return self.in_year(self.year) if self.year else None

    @property
    def is_relative(self) -> bool:
        return self.month is None and not self.readings

    @property
    def is_impossible(self) -> bool:
        """Whether there is no such day: 29 February 2027, 31 June."""
        return self.month is not None and self.in_year(self.year or 2000) is None

    @property
    def is_contradictory(self) -> bool:
        """Whether the weekday is wrong: Friday, February 24, 2018, which was a Saturday."""
        return bool(self.exact and self.weekday is not None and self.exact.weekday() != self.weekday)

    def in_year(self, year: int | None) -> date | None:
        if self.month is None or self.day is None or not year:
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def before(self, reference: date) -> date | None:
        """The day meant for something past: the latest on or before `reference`. None if it may be another."""
        if self.exact or self.month:
            return self.exact or self._nearest(reference, range(0, -5, -1), lambda day: day <= reference)
        if self.word:
            return reference + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(self.word, 0))
        if self.weekday is None or self.which in ("next", "coming", "this coming"):
            return None
        back = (reference.weekday() - self.weekday) % 7
        if self.which == "last" and back != 0:
            return None  # people use it for a day of this week and of the week before
        return reference - timedelta(days=back or (7 if self.which in ("last", "past", "this past") else 0))

    def after(self, reference: date) -> date | None:
        """The day meant for something to come: the first on or after `reference`. None if it may be another."""
        if self.exact or self.month:
            return self.exact or self._nearest(reference, range(9), lambda day: day >= reference)
        if self.word:
            return reference + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(self.word, 0))
        if self.weekday is None or self.which in ("next", "last", "past", "this past"):
            return None  # on a Monday, people use "next Friday" for both Fridays to come
        return reference + timedelta(days=(self.weekday - reference.weekday()) % 7)

    def _nearest(self, reference: date, steps: range, fits: object) -> date | None:
        assert callable(fits)
        for step in steps:
            day = self.in_year(reference.year + step)
            if day and fits(day):
                return day
        return None


@dataclass(frozen=True)
class TimeOfDay:
    """A time of day at `TextPage.flat[start:end]`; `at` is None if the words give none ("close of business")."""

    start: int
    end: int
    at: time | None
    zone: ZoneInfo | None
    midnight: bool = False


def dates_in(flat: str, start: int = 0, end: int | None = None) -> Iterator[DateMention]:
    for match in _MENTION.finditer(flat, start, len(flat) if end is None else end):
        mention = _mention(match)
        if mention:
            yield mention


def _mention(match: re.Match[str]) -> DateMention | None:
    at = (match.start(), match.end(), match[0])
    if match["word"]:
        word = " ".join(match["word"].lower().split())
        return DateMention(*at, word=word if word in ("yesterday", "tomorrow") else "today")
    if match["alone"]:
        which = " ".join((match["which"] or "").lower().split())
        return DateMention(*at, weekday=WEEKDAYS[match["alone"].casefold()], which=which)
    weekday = WEEKDAYS[match["wd"].rstrip(".").casefold()] if match["wd"] else None
    if match["a"]:
        return _numeric(at, int(match["a"]), int(match["b"]), match["y4"], weekday)
    year, month, day = (next((match[f"{part}{n}"] for n in ways if match[f"{part}{n}"]), None) for part, ways in _PARTS)
    number = int(month) if month and month.isdigit() else MONTHS[str(month).rstrip(".").casefold()]
    if not day or not 1 <= number <= 12 or int(day) == 0:
        return None
    return DateMention(*at, int(year) if year else None, number, int(day), weekday)


_PARTS = (("y", "123"), ("m", "123"), ("d", "123"))


def _numeric(at: tuple[int, int, str], a: int, b: int, written: str, weekday: int | None) -> DateMention | None:
    """2/23/2018 can be one day only; 2/3/2018 can be two, unless its weekday decides."""
    year = int(written) if len(written) == 4 else 2000 + int(written)
    readings = []
    for month, day in dict.fromkeys(((a, b), (b, a))):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            readings.append(date(year, month, day))
    fitting = [reading for reading in readings if weekday is None or reading.weekday() == weekday]
    if len(fitting) == 1 or len(readings) == 1:
        reading = (fitting or readings)[0]
        return DateMention(*at, reading.year, reading.month, reading.day, weekday)
    return DateMention(*at, weekday=weekday, readings=tuple(readings)) if readings else None


def time_of_day(match: re.Match[str]) -> TimeOfDay | None:
    """The time of day that `TIME` matched; None if there is no such time (25 p.m.)."""
    zone = ZoneInfo(_ZONE_NAMES[match["zone"].casefold()]) if match["zone"] else None
    if match["noon"]:
        return TimeOfDay(match.start(), match.end(), time(12), zone)
    if match["midnight"] or match["close"]:
        return TimeOfDay(match.start(), match.end(), None, zone, midnight=bool(match["midnight"]))
    if match["half"]:
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return TimeOfDay(
            match.start(), match.end(), time(hour % 12 + (12 if match["half"].lower() == "p" else 0), minute), zone
        )
    return TimeOfDay(match.start(), match.end(), time(int(match["h24"]), int(match["m24"])), zone)
