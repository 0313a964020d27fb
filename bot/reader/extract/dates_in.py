"""Days and times of day as texts name them, and what they come to against a day that the text or the person gives."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.record.deadlines.zones import FIXED

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
_ZONE_NAMES = {**FIXED, "alaska": "America/Anchorage", "akst": "America/Anchorage", "akdt": "America/Anchorage"}
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
class Mention:
    """A day named in the text, at `flat[start:end]`.

    A day of a month may lack its year; a weekday or "today" lacks all but that. `readings`: the days that an all-numeric
    date can be, where it can be two.
    """

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    which: str = ""
    word: str = ""
    readings: tuple[date, ...] = ()

    @property
    def exact(self) -> date | None:
        """The day, where the text writes it out with its year and there is such a day."""
        return self.in_year(self.year) if self.year else None

    @property
    def is_relative(self) -> bool:
        return self.month is None and not self.readings

    @property
    def is_impossible(self) -> bool:
        """29 February 2027, 31 June"""
        return self.month is not None and self.in_year(self.year or 2000) is None

    @property
    def is_contradictory(self) -> bool:
        """Friday, February 24, 2018, which was a Saturday"""
        return bool(self.exact and self.weekday is not None and self.exact.weekday() != self.weekday)

    def in_year(self, year: int | None) -> date | None:
        if self.month is None or self.day is None or not year:
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def before(self, reference: date) -> date | None:
        """The day that was meant of something past, seen from `reference`: the newest on or before it."""
        if self.exact or self.month:
            return self.exact or self._nearest(reference, range(0, -5, -1), lambda day: day <= reference)
        if self.word:
            return reference + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(self.word, 0))
        if self.weekday is None or self.which in ("next", "coming", "this coming"):
            return None
        back = (reference.weekday() - self.weekday) % 7
        if self.which == "last" and back != 0:
            return None  # of this week or of the one before: people mean both
        return reference - timedelta(days=back or (7 if self.which in ("last", "past", "this past") else 0))

    def after(self, reference: date) -> date | None:
        """The day that was meant of something to come, seen from `reference`: the first on or after it."""
        if self.exact or self.month:
            return self.exact or self._nearest(reference, range(9), lambda day: day >= reference)
        if self.word:
            return reference + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(self.word, 0))
        if self.weekday is None or self.which in ("next", "last", "past", "this past"):
            return None  # "next Friday" on a Monday: people mean both
        return reference + timedelta(days=(self.weekday - reference.weekday()) % 7)

    def _nearest(self, reference: date, steps: range, fits: object) -> date | None:
        assert callable(fits)
        for step in steps:
            day = self.in_year(reference.year + step)
            if day and fits(day):
                return day
        return None


@dataclass(frozen=True)
class Clock:
    """A time of day at `flat[start:end]`; no `at` where the words give none ("close of business")."""

    start: int
    end: int
    at: time | None
    zone: ZoneInfo | None
    midnight: bool = False


def mentions(flat: str, start: int = 0, end: int | None = None) -> Iterator[Mention]:
    for found in _MENTION.finditer(flat, start, len(flat) if end is None else end):
        made = _mention(found)
        if made:
            yield made


def _mention(found: re.Match[str]) -> Mention | None:
    at = (found.start(), found.end(), found[0])
    if found["word"]:
        word = " ".join(found["word"].lower().split())
        return Mention(*at, word=word if word in ("yesterday", "tomorrow") else "today")
    if found["alone"]:
        which = " ".join((found["which"] or "").lower().split())
        return Mention(*at, weekday=WEEKDAYS[found["alone"].casefold()], which=which)
    weekday = WEEKDAYS[found["wd"].rstrip(".").casefold()] if found["wd"] else None
    if found["a"]:
        return _numeric(at, int(found["a"]), int(found["b"]), found["y4"], weekday)
    year, month, day = (next((found[f"{part}{n}"] for n in ways if found[f"{part}{n}"]), None) for part, ways in _PARTS)
    number = int(month) if month and month.isdigit() else MONTHS[str(month).rstrip(".").casefold()]
    if not day or not 1 <= number <= 12 or int(day) == 0:
        return None
    return Mention(*at, int(year) if year else None, number, int(day), weekday)


_PARTS = (("y", "123"), ("m", "123"), ("d", "123"))


def _numeric(at: tuple[int, int, str], a: int, b: int, written: str, weekday: int | None) -> Mention | None:
    """2/23/2018 can only be one day; 2/3/2018 can be two, unless its weekday tells."""
    year = int(written) if len(written) == 4 else 2000 + int(written)
    readings = []
    for month, day in dict.fromkeys(((a, b), (b, a))):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            readings.append(date(year, month, day))
    fitting = [one for one in readings if weekday is None or one.weekday() == weekday]
    if len(fitting) == 1 or len(readings) == 1:
        one = (fitting or readings)[0]
        return Mention(*at, one.year, one.month, one.day, weekday)
    return Mention(*at, weekday=weekday, readings=tuple(readings)) if readings else None


def clock(found: re.Match[str]) -> Clock | None:
    """The time of day that `TIME` matched; None for what is none (25 p.m.)."""
    zone = ZoneInfo(_ZONE_NAMES[found["zone"].casefold()]) if found["zone"] else None
    if found["noon"]:
        return Clock(found.start(), found.end(), time(12), zone)
    if found["midnight"] or found["close"]:
        return Clock(found.start(), found.end(), None, zone, midnight=bool(found["midnight"]))
    if found["half"]:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return Clock(found.start(), found.end(), time(hour % 12 + (12 if found["half"].lower() == "p" else 0), minute), zone)
    return Clock(found.start(), found.end(), time(int(found["h24"]), int(found["m24"])), zone)
