"""A deadline: a moment by which an answer is due, and how it was reached."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.periods import Period, Unit, parse_period
from bot.record.deadlines.steps import Extends, Step, TextStep
from bot.record.deadlines.zones import aware, end_of
from bot.record.errors import CaseError


@dataclass(frozen=True)
class Deadline:
    """A moment by which an answer is due, in the zone of the letter.

    Without a time it runs to the end of `date`: it has passed at the next midnight in `zone`. The hash, which is taken often,
    is that of the moment alone.
    """

    date: dt.date
    zone: ZoneInfo
    time: dt.time | None = None
    #: The letter's own words for it.
    words: str = field(default="", hash=False)
    #: The period that was counted; None for a date that was set.
    rule: Period | None = field(default=None, hash=False)
    #: How the date was reached.
    steps: tuple[Step, ...] = field(default=(), hash=False)
    #: The day, or the moment with its offset from UTC, that it was counted from; None if it was not counted, or if
    #: that is not known.
    start: dt.date | datetime | None = field(default=None, hash=False)
    #: The name of the calendar by which it was counted; empty if none is recorded.
    calendar: str = field(default="", hash=False)
    #: The rule as an older row or a record file words it, where that is not one of ours: it is shown, and decides nothing.
    rule_words: str = field(default="", hash=False)

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime):
            aware(self.start)

    @cached_property
    def last_moment(self) -> datetime:
        """The last moment in time, as UTC; one microsecond later the deadline has passed."""
        if self.time is None:
            return end_of(self.date, self.zone)
        return datetime.combine(self.date, self.time, self.zone).astimezone(UTC)

    @property
    def is_date(self) -> bool:
        """Whether it was set as a date, and not counted by any rule."""
        return self.rule is None and not self.rule_words

    @property
    def is_countable(self) -> bool:
        """Whether it can be counted again: its rule is known, and its start is of the kind that the rule needs."""
        if self.rule is None or self.start is None:
            return False
        return isinstance(self.start, datetime) is (self.rule.unit is Unit.HOUR)

    @property
    def start_day(self) -> dt.date | None:
        """The day of `start`, by the clocks at its own offset."""
        return self.start.date() if isinstance(self.start, datetime) else self.start

    def without_work(self) -> Deadline:
        """Without its steps and without a rule in other words than ours: what two records of the same deadline agree on."""
        return replace(self, steps=(), rule_words="")

    def has_passed(self, now: datetime) -> bool:
        return aware(now) > self.last_moment

    def days_left(self, now: datetime) -> int:
        """Calendar days in the deadline's zone, never hours divided by 24; negative once its day is over."""
        return (self.date - aware(now).astimezone(self.zone).date()).days


DATE_RULES = ("a date", "a date and a time")  # how record files, and rows written before, state that nothing was counted


def rule_from_text(text: str, start: dt.date | datetime | None) -> tuple[Period | None, str]:
    """`rule` and `rule_words` for a rule as record files, and rows written before, state it.

    A period in normal form ("14 days + mail") with a start to count it from is one; other words are kept as they are.
    """
    if not text or text in DATE_RULES:
        return None, ""
    try:
        stated = parse_period(text) if start is not None else None
    except CaseError:
        stated = None
    return (stated[0], "") if stated and str(stated[0]) == text else (None, text)


_EXTENDS = re.compile(r"extends the deadline of (\w+, \d{1,2} \w+ \d{4}), (?:end of day|(\d\d:\d\d))")


def step_from_text(text: str) -> Step:
    """A step as record files, and rows written before, state it: only shown, but for the deadline that an extension extends.

    Every other step comes out of counting again. This one does not, so the sentence that the format has for it is read.
    """
    stated = _EXTENDS.fullmatch(text)
    if stated is None:
        return TextStep(text)
    try:
        return Extends(parse_date(stated[1]), dt.time.fromisoformat(stated[2]) if stated[2] else None)
    except (CaseError, ValueError):  # no such day or time of day
        return TextStep(text)


def start_from_text(text: str) -> dt.date | datetime | None:
    """The start as record files and rows state it, in ISO 8601; None for an empty text. ValueError for any other."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def start_text(start: dt.date | datetime | None) -> str:
    """The start as record files state it: 2018-01-24, or 2018-01-24T10:23-05:00; empty if there is none."""
    if isinstance(start, datetime):
        return start.isoformat(timespec="seconds" if start.second else "minutes")
    return start.isoformat() if start else ""
