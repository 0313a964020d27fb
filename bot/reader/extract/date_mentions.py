"""Dates as texts write them, and the day to which relative ones refer. What a date means, the parser of typed dates says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.deadlines.dates import RELATIVE_DAYS, WEEKDAYS, DateOrder, NoDate, WrongWeekday, parse_date
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

RULES = rule_table("dates")
OLDEST = 270  # days; a date without a year that is further back may be one to come
_HEAD = 2500  # characters at the start, where a text may have its date
REPOSTED = 60  # days before a text's clearest date in which it may have been published first, on another date of its own
_LINE = 110  # characters beside a date on its own line


@dataclass(frozen=True)
class DateMention:
    """A date named in the text, at `TextPage.flat[start:end]`: a day of a month, a weekday, or a word like "today"."""

    start: int
    end: int
    #: With single spaces.
    words: str
    #: Its day; or why there is none, or why it may be several. NoDate if it is relative.
    meaning: date | CaseError
    #: The parts of a relative date.
    relative: re.Match[str] | None = None

    def line(self, flat: str) -> tuple[str, str]:
        """What is before it and behind it on its line."""
        end = flat.find("\n", self.end)
        return flat[flat.rfind("\n", 0, self.start) + 1 : self.start], flat[self.end : end if end >= 0 else len(flat)]

    @property
    def exact(self) -> date | None:
        """The day, if the text gives its year and there is such a day, be it with a wrong weekday."""
        day = self.meaning.day if isinstance(self.meaning, WrongWeekday) else self.meaning
        return day if isinstance(day, date) else None

    @property
    def weekday(self) -> int | None:
        """Of a relative date; 0 for Monday."""
        return WEEKDAYS[self.relative["weekday"].casefold()] if self.relative and self.relative["weekday"] else None

    @property
    def is_contradictory(self) -> bool:
        """Whether the weekday is wrong: Friday, February 24, 2018, which was a Saturday."""
        return isinstance(self.meaning, WrongWeekday)

    def before(self, reference: date | None) -> date | None:
        """The day meant for something past: the latest on or before `reference`. None if it may be another."""
        if isinstance(self.meaning, NoYear) and reference:
            day = self.meaning.latest(reference)
            return day if day and (reference - day).days <= OLDEST else None
        if self.relative is None or reference is None:
            return self.meaning if isinstance(self.meaning, date) else None
        if self.weekday is None:
            return reference + timedelta(days=RELATIVE_DAYS.get(self.words.lower(), 0))
        which, number = (self.relative["which"] or "").lower(), int(self.relative["number"] or 0)
        days = (reference - timedelta(days=back) for back in range(62))
        latest = next((day for day in days if (day.day == number if number else day.weekday() == self.weekday)), None)
        if latest is None or latest.weekday() != self.weekday or which.endswith(("next", "coming")):
            return None
        if which == "last" and latest != reference:
            return None  # people use it for a day of this week and of the week before
        return latest - timedelta(days=7 if latest == reference and which.endswith(("last", "past")) else 0)


def dates_in(flat: str, start: int = 0, end: int | None = None) -> Iterator[DateMention]:
    for match in RULES["date"].regex.finditer(flat, start, len(flat) if end is None else end):
        words = " ".join(match[0].split())
        relative = RULES["relative day"].regex.fullmatch(words)
        yield DateMention(match.start(), match.end(), words, NoDate(words) if relative else _meaning(words), relative)


def _meaning(text: str) -> date | CaseError:
    try:
        return parse_date(text, order=order_of_figures(text))
    except CaseError as refused:
        return refused


def order_of_figures(text: str) -> DateOrder | None:
    """Month or day first, if the figures of the dates in the words allow only one of them: 2/23/2018."""
    pairs = ((int(match[1]), int(match[3])) for match in RULES["date in figures"].regex.finditer(text))
    orders = {DateOrder.DAY_FIRST if a > 12 else DateOrder.MONTH_FIRST for a, b in pairs if a == b or (a > 12) != (b > 12)}
    return orders.pop() if len(orders) == 1 else None


@dataclass(frozen=True)
class ReferenceDay:
    """The day to which "Wednesday" and "today" refer."""

    #: None if neither the person nor the text gives one.
    day: date | None
    #: The dates that the text itself has as its own, the clearest first.
    own: tuple[DateMention, ...] = ()
    #: All the days that it may be; the first is `day`.
    days: tuple[date, ...] = ()
    #: On which the text was changed: "Friday" may be counted from it, but hardly "today".
    updated: tuple[date, ...] = ()
    #: Whether the person or the document gave it.
    is_given: bool = False

    def past(self, mention: DateMention) -> date | None:
        """The day meant for something past; None if the text does not settle it."""
        is_day_word = mention.relative is not None and mention.weekday is None
        meant = {mention.before(day) for day in (*self.days, *(() if is_day_word else self.updated)) or (None,)}
        return meant.pop() if len(meant) == 1 else None


def reference_day(page: TextPage, on: date | None, published: date | None) -> ReferenceDay:
    """The person's day, else the document's date, else a date in the text: after a label, in a dateline, or on its own line.

    A text that was published again has two days, and says of neither that "Wednesday" is counted from it.
    """
    head = [one for one in dates_in(page.flat, 0, _HEAD + _LINE) if one.start < _HEAD]
    ranked = sorted(((rank, one) for one in head if (rank := _rank(page.flat, one)) is not None), key=itemgetter(0))
    own = tuple(one for _, one in ranked)
    named = {day for day in (published, *(one.exact for one in head)) if day}
    if on is None and len(named) > 1 and RULES.search("published again", page.flat, 0, _HEAD):
        return ReferenceDay(None, own)
    first = (published, *(one.exact for one in own[:1]))
    if on or not any(first):
        return ReferenceDay(on, own, (on,) if on else (), is_given=on is not None)
    days = [day for day in (*first, *(one.exact for rank, one in ranked if rank == 0)) if day]
    days += [one.exact for _, one in ranked if one.exact and 0 < (days[0] - one.exact).days <= REPOSTED]
    updated = (one.exact for one in head if RULES.search("updated", page.flat[max(0, one.start - 40) : one.start] + "@"))
    return ReferenceDay(days[0], own, tuple(dict.fromkeys(days)), tuple(day for day in updated if day), published is not None)


def _rank(flat: str, mention: DateMention) -> int | None:
    """How clearly a date is the text's own: 0 behind a label, 1 in a dateline, 2 on its own line; None if it is not."""
    before, behind = mention.line(flat)
    is_short = len(before) + len(behind) <= _LINE
    label = RULES.search("labelled date", "\n" * (mention.start < 80) + flat[max(0, mention.start - 80) : mention.start] + "@")
    if not isinstance(mention.meaning, date) or (label is None and RULES.search("not its own date", before)):
        return None
    if label and (is_short or label["sure"] or label["colon"] or label["clock"]):
        return 0
    if is_short and not RULES.search("sentence beside", before + behind):
        return 2
    return 1 if RULES.search("head date", date_shape(flat, mention, mention.start - len(before))) else None


def date_shape(flat: str, mention: DateMention, start: int) -> str:
    """The words around a date, with "@" in its place; they begin with a line break if the sentence does, at `start`."""
    begun = mention.start - 60
    break_ = "\n" if begun <= start else ""
    return f"{break_}{flat[max(start, begun) : mention.start]}@{flat[mention.end : mention.end + 40]}"
