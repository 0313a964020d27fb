"""Dates as texts write them, and their values relative to a known day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reader.rules import rule_table
from bot.record.deadlines.dates import MONTHS, WEEKDAYS

RULES = rule_table("dates")


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
    for match in RULES["date"].regex.finditer(flat, start, len(flat) if end is None else end):
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
