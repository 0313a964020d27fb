"""The smaller objects of a record file: sources, amounts, conflicts and deadlines, each readable and writable.

The same classes read a file and write one. Reading validates every value. Writing (`of`) does not, since whatever people
recorded must be exportable: a text that is too long for the format is refused, by its place, when the file is read.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.files.field_types import (
    Address,
    CalendarName,
    Clock,
    Day,
    Hash,
    Long,
    Remark,
    SourceKeys,
    Start,
    Title,
    Zone,
    not_blank,
)
from bot.record.deadlines.dates import iso_date
from bot.record.deadlines.deadline import Deadline, rule_from_text, start_from_text, start_text, step_from_text
from bot.record.events import Amount
from bot.record.sources import Source
from bot.words.deadlines import rule_text, step_lines


class RecordPart(BaseModel):
    """An object of a record file. Keys that the format does not have are refused, never skipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Dollars = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class SourcePart(RecordPart):
    title: Annotated[str, Field(strict=True, max_length=500), AfterValidator(not_blank)]
    publisher: Title | None = None
    published: Day | None = None
    url: Address | None = None
    #: Of the copy that was read, if one is saved.
    sha256: Hash | None = None
    read_on: Day | None = None

    @classmethod
    def of(cls, source: Source) -> Self:
        copy: dict[str, Any] = {"sha256": source.sha256, "read_on": source.read_on or None} if source.sha256 else {}
        return cls.model_construct(
            title=source.title or source.url,
            publisher=source.publisher or None,
            published=source.published or None,
            url=source.url or None,
            **copy,
        )

    def source(self) -> Source:
        copy = (self.sha256 or "", self.read_on or "")
        return Source(self.title, self.url or "", self.publisher or "", self.published or "", *copy)


class AmountPart(RecordPart):
    usd: Dollars
    qualifier: Literal["exactly", "more than", "at least", "up to", "less than", "nearly", "about", "a year"]
    what: Remark = ""
    #: The upper end of a range.
    usd_to: Dollars | None = None
    #: For each of what it is paid.
    per: Literal["year", "month", "week", "day"] | None = None
    #: As the source writes it, if that may be rounded.
    words: Remark = ""

    @classmethod
    def of(cls, amount: Amount, **more: Any) -> Self:
        optional = present(what=amount.what, usd_to=amount.usd_to, per=amount.per, words=amount.words)
        return cls.model_construct(usd=amount.usd, qualifier=amount.qualifier, **optional, **more)

    @model_validator(mode="after")
    def _ends_in_order(self) -> Self:
        if self.usd_to is not None and self.usd_to <= self.usd:
            raise ValueError("usd_to, the upper end of a range, must be larger than usd")
        if self.qualifier == "a year" and (self.per or self.usd_to is not None):
            raise ValueError('the qualifier "a year" goes neither with per nor with usd_to; write "per": "year" instead of it')
        return self

    def amount(self) -> Amount:
        return Amount(self.usd, self.qualifier, self.what, self.usd_to, self.per or "", self.words)


class SourcedAmountPart(AmountPart):
    sources: SourceKeys


class ConflictPart(RecordPart):
    text: Long
    sources: SourceKeys


class DeadlinePart(RecordPart):
    """A deadline. Without a time it ends with its day."""

    on: Day
    time: Clock | None = None
    #: As the source states it.
    words: Remark = ""
    #: Where it is not that of the letter or event.
    timezone: Zone | None = None
    rule: Remark = ""
    steps: tuple[Long, ...] = ()
    start: Start | None = None
    calendar: CalendarName | None = None
    #: Where they are not those of the letter.
    sources: tuple[Title, ...] = ()

    @classmethod
    def of(cls, deadline: Deadline, zone: ZoneInfo, sources: tuple[str, ...] = ()) -> Self:
        """`zone` is that of the letter or event; `sources` are keys of the file."""
        return cls.model_construct(
            on=deadline.date.isoformat(),
            **present(
                time=f"{deadline.time:%H:%M}" if deadline.time is not None else "",
                words=deadline.words,
                timezone=deadline.zone.key if deadline.zone != zone else "",
                rule=rule_text(deadline) if not deadline.is_date else "",
                steps=tuple(step_lines(deadline)),
                start=start_text(deadline.start),
                calendar=deadline.calendar,
                sources=sources,
            ),
        )

    def deadline(self, zone: ZoneInfo) -> Deadline:
        """`zone` is that of the letter or event."""
        at = time.fromisoformat(self.time) if self.time else None
        where = ZoneInfo(self.timezone) if self.timezone else zone
        start = start_from_text(self.start or "")
        rule, rule_words = rule_from_text(self.rule, start)
        steps = tuple(map(step_from_text, self.steps))
        return Deadline(iso_date(self.on), where, at, self.words, rule, steps, start, self.calendar or "", rule_words)


def present(**values: Any) -> dict[str, Any]:
    """The values that are not empty: optional keys are written only where they say something."""
    return {name: value for name, value in values.items() if value not in ("", (), None)}
