"""Dates as texts write them, and their values relative to a known day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reader.rules import Rule
from bot.record.deadlines.dates import MONTHS, WEEKDAYS

_forms = [form for name in (*calendar.month_abbr[1:], "Sept", "March") for form in (name, name.upper())]
_forms += [f"(?i:{name})" for name in calendar.month_name[1:] if name not in ("March", "May")]
#: A month. "march" and "may" are words, and so a month only with a capital.
MONTH = rf"(?:(?:{'|'.join(sorted(_forms, key=len, reverse=True))})\b\.?)"
_FULL_DAY, _short_days = rf"(?i:{'|'.join(calendar.day_name)})", "Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun"
_YEAR, _TH, _GAP = r"(?:19|20|21)\d\d", r"(?:st|[nr]?d|th)", r"[^\S\n]"
# Each group ends in the number of its form: two forms have "m" for the month.
DATE = Rule(
    "date",
    rf"""(?<![\w/-])(?:(?:(?P<wd0>{_FULL_DAY}|(?:{_short_days}|{_short_days.upper()})\b\.?)(?:,{_GAP}*|{_GAP}+)(?:the{_GAP}+)?)?(?:
    (?P<m1>{MONTH}){_GAP}*(?P<d1>\d{{1,2}}){_TH}?(?![\d:]|{_GAP}*[ap]\.?m)(?:,?{_GAP}+(?:of{_GAP}+)?(?P<y1>{_YEAR})\b(?![-/]\d))?
    |(?P<d2>\d{{1,2}}){_TH}?{_GAP}+(?:day{_GAP}+)?(?:of{_GAP}+)?(?P<m2>{MONTH})(?:,?{_GAP}+(?P<y2>{_YEAR})\b)?
    |(?P<d3>\d{{1,2}})-(?P<m3>{MONTH})-(?P<y3>{_YEAR}|\d\d)\b
    |(?P<y4>{_YEAR})(?P<sign4>[-/.])(?P<m4>\d{{1,2}})(?P=sign4)(?P<d4>\d{{1,2}})(?![\d/-])
    |(?P<a5>\d{{1,2}})(?P<sign5>[/.-])(?P<b5>\d{{1,2}})(?P=sign5)(?P<y5>{_YEAR}|(?<=/)\d\d)(?![\d/]|[.-]\d))
    |(?:(?P<which6>(?i:this{_GAP}+(?:past|coming)|last|next|this|past|coming)){_GAP}+)?(?P<wd6>{_FULL_DAY})\b(?!'s)
    (?:,?{_GAP}+(?:the{_GAP}+)?(?P<d6>\d{{1,2}}){_TH}\b)?(?!,?{_GAP}+{MONTH}{_GAP}*\d)
    |(?P<word7>(?i:today|yesterday|tomorrow|this{_GAP}+(?:morning|afternoon|evening)|tonight))\b(?!'s))""",
    (
        *(
            "due [February 23, 2018].",
            "on [Feb. 23d] at noon",
            "[Friday, MARCH 1 of 2018]",
            "this [23rd day of February, 2018]",
        ),
        *(
            "by [23-FEB-18]",
            "by [2018-02-23]",
            "[2018/2/23] at noon",
            "by [2/23/18]",
            "am [23.02.2018]",
            "by [Friday, the 23rd]",
        ),
        *("[last Wednesday], when", "sent letters [today]", "this coming [Friday, February 23]"),
    ),
    ("they may 23 times", "in May 5:30", "2018-02-23-7", "section 2.23.18", "today's letter, Friday's", "on Fri."),
    re.NOFLAG,
)
RULES = (DATE,)


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
        if not (year and self.month and self.day) or self.month > 12 or self.day > calendar.monthrange(year, self.month)[1]:
            return None
        return date(year, self.month, self.day)

    def before(self, reference: date) -> date | None:
        """The day meant for something past: the latest on or before `reference`. None if it may be another."""
        if self.month:
            years = (self.in_year(reference.year - back) for back in range(5))
            day = self.exact or next((day for day in years if day and day <= reference), None)
            return None if day and self.weekday not in (None, day.weekday()) else day
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


def dates_in(flat: str, start: int = 0, end: int | None = None) -> Iterator[DateMention]:
    for match in DATE.regex.finditer(flat, start, len(flat) if end is None else end):
        if mention := _mention(match):
            yield mention


def _mention(match: re.Match[str]) -> DateMention | None:
    at = (match.start(), match.end(), match[0])
    parts = {name.rstrip("01234567"): value for name, value in match.groupdict().items() if value}
    weekday = WEEKDAYS[parts["wd"].rstrip(".").casefold()] if "wd" in parts else None
    number = int(parts.get("d", 0))
    if "word" in parts:
        word = " ".join(parts["word"].lower().split())
        return DateMention(*at, word=word if word in ("yesterday", "tomorrow") else "today")
    if "a" in parts:
        return _numeric(at, int(parts["a"]), int(parts["b"]), _year(parts["y"]), weekday)
    if "m" not in parts:
        which = " ".join(parts.get("which", "").lower().split())
        return DateMention(*at, day=number if 0 < number <= 31 else None, weekday=weekday, which=which)
    month = int(parts["m"]) if parts["m"].isdigit() else MONTHS[parts["m"].rstrip(".").casefold()]
    if not 1 <= month <= 12 or not number:
        return None
    return DateMention(*at, _year(parts["y"]) if "y" in parts else None, month, number, weekday)


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _numeric(at: tuple[int, int, str], a: int, b: int, year: int, weekday: int | None) -> DateMention:
    """2/23/2018 can be one day only; 2/3/2018 can be two, unless its weekday decides."""
    both = [DateMention(*at, year, month, day, weekday) for month, day in dict.fromkeys(((a, b), (b, a)))]
    possible = [mention for mention in both if mention.exact]
    fitting = [mention for mention in possible if not mention.is_contradictory]
    if len(fitting) == 1 or len(possible) < 2:
        return (fitting or possible or both)[0]  # 13/45/2018: no such day
    return DateMention(*at, weekday=weekday, readings=tuple(mention.exact for mention in possible if mention.exact))
