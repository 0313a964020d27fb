"""Dates as texts write them, and their values relative to a known day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reader.rules import Rule
from bot.record.deadlines.dates import MONTHS, WEEKDAYS

_short_months = [form for name in (*calendar.month_abbr[1:], "Sept", "March") for form in (name, name.upper())]
#: A month in any case, but "march" and "may", which are words, and abbreviations only with a capital.
MONTH = rf"(?:(?i:{'|'.join(name for name in calendar.month_name[1:] if len(name) > 5)}|april|june|july)\b\.?" + (
    rf"|(?:{'|'.join(sorted(_short_months, key=len, reverse=True))})\b\.?)"
)
_FULL_DAY = rf"(?i:{'|'.join(calendar.day_name)})"
_short_days = "Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun"
_WEEKDAY_AHEAD = rf"(?:(?P<wd>{_FULL_DAY}|(?:{_short_days}|{_short_days.upper()})\b\.?)(?:,[^\S\n]*|[^\S\n]+)(?:the[^\S\n]+)?)?"
_YEAR, _TH = r"(?:19|20|21)\d\d", r"(?:st|[nr]?d|th)"
DAYS = (
    Rule(
        "month and day",
        rf"(?P<m>{MONTH})[^\S\n]*(?P<d>\d{{1,2}}){_TH}?(?![\d:]|[^\S\n]*[ap]\.?m)"  # not "in February 5 p.m."
        rf"(?:,?[^\S\n]+(?:of[^\S\n]+)?(?P<y>{_YEAR})\b(?![-/]\d))?",
        ("due [February 23, 2018].", "on [Feb. 23d] at noon", "[MARCH 1 of 2018]"),
        ("they may 23 times", "in May 5:30"),
        re.NOFLAG,
    ),
    Rule(
        "day and month",
        rf"(?P<d>\d{{1,2}}){_TH}?[^\S\n]+(?:day[^\S\n]+)?(?:of[^\S\n]+)?(?P<m>{MONTH})(?:,?[^\S\n]+(?P<y>{_YEAR})\b)?",
        ("by [23 February 2018]", "this [23rd day of February, 2018]", "the [1st of Mar.]"),
        flags=re.NOFLAG,
    ),
    Rule(
        "day-month-year",
        rf"(?P<d>\d{{1,2}})-(?P<m>{MONTH})-(?P<y>{_YEAR}|\d\d)\b",
        ("by [23-Feb-2018]", "by [23-FEB-18]"),
        flags=re.NOFLAG,
    ),
    Rule(
        "year-month-day",
        rf"(?P<y>{_YEAR})(?P<sign>[-/.])(?P<m>\d{{1,2}})(?P=sign)(?P<d>\d{{1,2}})(?![\d/-])",
        ("by [2018-02-23]", "[2018/2/23] at noon"),
        ("2018-02-23-7",),
    ),
    Rule(
        "date in figures",
        rf"(?P<a>\d{{1,2}})(?P<sign>[/.-])(?P<b>\d{{1,2}})(?P=sign)(?P<y>{_YEAR}|(?<=/)\d\d)(?![\d/]|[.-]\d)",
        ("by [2/23/2018].", "by [2/23/18]", "am [23.02.2018]"),
        ("section 2.23.18", "the range 2/1/2018-2/23/2018-3/1"),
    ),
)
RELATIVE = (
    Rule(
        "weekday",
        rf"(?:(?P<which>(?i:this[^\S\n]+(?:past|coming)|last|next|this|past|coming))[^\S\n]+)?(?P<wd>{_FULL_DAY})\b(?!'s)"
        rf"(?:,?[^\S\n]+(?:the[^\S\n]+)?(?P<d>\d{{1,2}}){_TH}\b)?",
        ("by [Friday]", "[last Wednesday], when", "by [Friday, the 23rd]"),
        ("Friday's letter", "on Fri."),
        re.NOFLAG,
    ),
    Rule(
        "day told from today",
        r"(?P<word>today|yesterday|tomorrow|this[^\S\n]+(?:morning|afternoon|evening)|tonight)\b(?!'s)",
        ("sent letters [today]", "[this  morning]"),
        ("today's letter",),
    ),
)
RULES = (*DAYS, *RELATIVE)


def _any_of(*rules: Rule) -> str:
    """The rules as one pattern. Each of its groups ends in the rule's number: two rules have "m" for the month."""
    flags = ("(?i:" if rule.flags & re.IGNORECASE else "(?:" for rule in rules)
    bodies = (re.sub(r"\(\?P([<=])(\w+)", rf"(?P\1\g<2>{RULES.index(rule)}", rule.pattern) for rule in rules)
    return "|".join(f"{flag}{body})" for flag, body in zip(flags, bodies, strict=True))


_MENTION = re.compile(rf"(?<![\w/-])(?:{_WEEKDAY_AHEAD}(?:{_any_of(*DAYS)})|{_any_of(*RELATIVE)})", re.VERBOSE)


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
    for match in _MENTION.finditer(flat, start, len(flat) if end is None else end):
        if mention := _mention(match):
            yield mention


def _mention(match: re.Match[str]) -> DateMention | None:
    at = (match.start(), match.end(), match[0])
    parts = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
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
