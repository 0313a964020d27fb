"""When something happened, as precisely as the record knows it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import checked_date, iso_date
from bot.record.deadlines.zones import end_of, start_of
from bot.record.errors import CaseError


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
        _ = self.span  # a date that cannot be read is refused at construction

    @cached_property
    def span(self) -> tuple[Precision, datetime | None, datetime]:
        """`precision`, `earliest` and `latest`."""
        text = self.text
        if "T" in text:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError as bad:
                raise CaseError(f"“{text}” is not a moment; write it like 2018-02-06T14:30-05:00.") from bad
            checked_date(moment.year, moment.month, moment.day, text)
            if moment.utcoffset() is None:
                moment = moment.replace(tzinfo=self.zone)
            moment = moment.astimezone(UTC)
            return Precision.MOMENT, moment, moment
        if between := re.fullmatch(r"between (\S+) and (\S+)", text):
            first, last = (iso_date(part) for part in between.groups())
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
        return self.span[0]

    @property
    def earliest(self) -> datetime | None:
        """The first moment at which it may have happened (UTC); None if only a latest day is known."""
        return self.span[1]

    @property
    def latest(self) -> datetime:
        """The last moment at which it may have happened (UTC)."""
        return self.span[2]

    @property
    def last_day(self) -> date:
        return self.latest.astimezone(self.zone).date()

    def noon(self) -> datetime:
        """When a replay of the record learns of it: at its own moment, else at noon of the last day it may have happened."""
        if self.precision is Precision.MOMENT:
            return self.latest
        return datetime.combine(self.last_day, time(12), self.zone).astimezone(UTC)
