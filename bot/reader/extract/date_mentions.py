"""Dates and times of day as texts write them, and their values relative to a known day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.record.deadlines.dates import MONTHS, WEEKDAYS

_names = [name for name in (*calendar.month_name, *calendar.month_abbr, "Sept") if name]
MONTH = rf"(?:{'|'.join(form for name in sorted(_names, key=len, reverse=True) for form in (name, name.upper()))})\b\.?"
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
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y4>(?:19|20|21)?\d\d)(?![\d/])"
    rf"|(?P<d4>\d{{1,2}})-(?P<m4>{MONTH})-(?P<y5>(?:19|20|21)\d\d)\b"
    r"|(?P<a2>\d{1,2})(?P<sign>[.-])(?P<b2>\d{1,2})(?P=sign)(?P<y6>(?:19|20|21)\d\d)(?![\d/-]|\.\d))"
    rf"|(?<![\w/-])(?:(?P<which>this[^\S\n]+past|this[^\S\n]+coming|last|next|this|past"
    rf"|coming)[^\S\n]+)?(?P<alone>{_WEEKDAY})\b(?!'s)"
    r"(?:,?[^\S\n]+(?:the[^\S\n]+)?(?P<of_month>\d{1,2})(?:st|nd|rd|th)\b)?"
    r"|(?<![\w/-])(?P<word>(?i:today|yesterday|tomorrow|this[^\S\n]+(?:morning|afternoon|evening)|tonight))\b(?!'s)",
)
_ZONE = (
    r"(?:(?:local|atlantic)\s+(?:(?:standard|daylight)\s+)?time"
    r"|(?:eastern|central|mountain|pacific|alaskan?|hawaii(?:an)?)(?:\s+(?:standard|daylight))?(?:\s+time)?"
    r"|(?:ak|[ecmph])[sd]?t|[ecmp]\.(?:[sd]\.)?t\.|utc|gmt|a[sd]t|(?:america|us|pacific|europe|asia|atlantic)/[a-z_/]+)(?!\w)"
)
#: Words for a time of day, and for its zone. What they mean, and whether there is such a time, is for
#: `record.deadlines.times` to say.
TIME = re.compile(
    r"(?i:(?:\d{1,2}(?::\d\d)?\s*[ap][.]?\s?m\b[.]?|\d{1,2}:\d\d(?!\d)(?:\s*(?:hours|hrs)\b)?|\d{4}\s*(?:hours|hrs)\b"
    r"|(?:(?:regular|normal)\s+)?business\s+hours\b|(?:12(?::00)?\s+)?(?:noon|midnight)\b|c\.?o\.?b\b\.?|e\.?o\.?[bd]\b\.?"
    r"|(?:the\s+)?close\s+of\s+(?:the\s+)?(?:business|office|work|play)(?:\s+day)?\b"
    r"|(?:the\s+)?end\s+of\s+(?:(?:the\s+)?business(?:\s+day)?|(?:the\s+)?day)\b)"
    rf"(?:,?\s*\(?{_ZONE}\)?)?)"
)


@dataclass(frozen=True)
class DateMention:
    """A date named in the text, at `TextPage.flat[start:end]`.

    A day of a month may have no year; a weekday has nothing else, or the day of a month ("Friday, the 23rd").
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
            return self.exact or self._latest(reference)
        if self.word:
            return reference + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(self.word, 0))
        if self.weekday is None or self.which in ("next", "coming", "this coming"):
            return None
        if self.day:
            latest = next(day for away in range(62) if (day := reference - timedelta(days=away)).day == self.day)
            return latest if latest.weekday() == self.weekday else None
        back = (reference.weekday() - self.weekday) % 7
        if self.which == "last" and back != 0:
            return None  # people use it for a day of this week and of the week before
        return reference - timedelta(days=back or (7 if self.which in ("last", "past", "this past") else 0))

    def _latest(self, reference: date) -> date | None:
        days = (self.in_year(reference.year - back) for back in range(5))
        return next((day for day in days if day and day <= reference), None)


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
        of_month = int(match["of_month"]) if match["of_month"] and int(match["of_month"]) <= 31 else None
        return DateMention(*at, day=of_month, weekday=WEEKDAYS[match["alone"].casefold()], which=which)
    weekday = WEEKDAYS[match["wd"].rstrip(".").casefold()] if match["wd"] else None
    if match["a"] or match["a2"]:
        first, second, year = match.group("a", "b", "y4") if match["a"] else match.group("a2", "b2", "y6")
        return _numeric(at, int(first), int(second), year, weekday)
    year, month, day = (next((match[f"{part}{n}"] for n in ways if match[f"{part}{n}"]), None) for part, ways in _PARTS)
    number = int(month) if month and month.isdigit() else MONTHS[str(month).rstrip(".").casefold()]
    if not day or not 1 <= number <= 12 or int(day) == 0:
        return None
    return DateMention(*at, int(year) if year else None, number, int(day), weekday)


_PARTS = (("y", "1235"), ("m", "1234"), ("d", "1234"))


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
    if not readings:
        return DateMention(*at, year, a, b, weekday)  # 13/45/2018: no such day
    return DateMention(*at, weekday=weekday, readings=tuple(readings))
