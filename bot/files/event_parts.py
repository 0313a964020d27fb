"""The events of a record file: one class for each kind, with the fields of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Discriminator, Field, Tag, model_validator

from bot.files.field_types import UTC, Day, Happened, Long, Name, Remark, SourceKeys, Title, Zone
from bot.files.record_parts import AmountPart, DeadlinePart, RecordPart, present
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import (
    Answer,
    Basis,
    Certainty,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    Silenced,
    Statement,
)
from bot.record.silence_days import MOST_DAYS


class AllOf(RecordPart):
    """Every recipient of a letter, but for some."""

    all_of: Name
    but: tuple[Title, ...] = Field(default=(), alias="except")


Who = Annotated[
    Annotated[tuple[Title, ...], Field(min_length=1), Tag("list")] | Annotated[AllOf, Tag("all")],
    Discriminator(lambda value: "all" if isinstance(value, (dict, AllOf)) else "list"),
]


class EventFields(RecordPart):
    """What events of every kind have."""

    id: Name
    on: Happened
    timezone: Zone | None = None
    #: The letter's slug; None for an event that concerns places apart from any letter.
    letter: Name | None
    who: Who
    text: Remark
    certainty: Certainty
    sources: SourceKeys
    amount: AmountPart | None = None
    conflict: Remark = ""
    #: What the source leaves open about the day. It is recorded in brackets after the text.
    date_note: Remark = ""

    @classmethod
    def of(cls, event: Event, letter: str | None, zone: ZoneInfo, sources: tuple[str, ...]) -> Self:
        """`letter` is a slug, `zone` that of the file, `sources` are keys of the file. Without id and places (`who`)."""
        return cls.model_construct(
            id="",
            on=event.when.text,
            letter=letter,
            who=(),
            text=event.text,
            certainty=event.certainty,
            sources=sources,
            kind=event.detail.kind,
            **_own_fields(event),
            **present(timezone=event.when.zone.key if event.when.zone != zone else ""),
            **present(amount=AmountPart.of(event.amount) if event.amount else None, conflict=event.conflict),
        )

    def recorded_text(self) -> str:
        """The text with the note on its date, so that no reader takes the date for more certain than it is."""
        return f"{self.text} ({self.date_note})".strip() if self.date_note else self.text


class AnswerPart(EventFields):
    kind: Literal["answer"]
    extent: Extent

    def detail(self, zone: ZoneInfo) -> Detail:
        return Answer(self.extent)


class StatementPart(EventFields):
    kind: Literal["statement"]
    text: Long
    by: Remark = ""

    def detail(self, zone: ZoneInfo) -> Detail:
        return Statement(self.by)


class DeadlineEventPart(EventFields):
    kind: Literal["deadline"]
    basis: Basis
    deadline: DeadlinePart
    granted_by: Remark = ""
    reason: Remark = ""

    def detail(self, zone: ZoneInfo) -> Detail:
        return DeadlineSet(self.deadline.deadline(zone), self.basis, self.granted_by)

    def recorded_text(self) -> str:
        text = super().recorded_text()
        return f"{text} Reason: {self.reason}".strip() if self.reason else text


class FindingPart(EventFields):
    kind: Literal["finding"]
    result: Result

    def detail(self, zone: ZoneInfo) -> Detail:
        return Finding(self.result)


class ConsequencePart(EventFields):
    kind: Literal["consequence"]
    name: Title
    state: ConsequenceState

    def detail(self, zone: ZoneInfo) -> Detail:
        return Consequence(self.name, self.state)


class CourtPart(EventFields):
    kind: Literal["court"]
    step: CourtStep
    court: Remark = ""
    docket: Remark = ""
    stops_clock: Annotated[bool, Field(strict=True)] = False

    def detail(self, zone: ZoneInfo) -> Detail:
        return Court(self.step, self.court, self.docket, self.stops_clock)


class NotePart(EventFields):
    kind: Literal["note"]
    text: Long

    def detail(self, zone: ZoneInfo) -> Detail:
        return Note()


class SilencedPart(EventFields):
    kind: Literal["silenced"]
    #: Absent for a silence until the next event of the case that is news.
    until: Day | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.letter is None:
            raise ValueError("a silence belongs to a letter; name it in “letter”")
        latest = When(self.on, UTC).last_day + timedelta(days=MOST_DAYS + 1)  # a day more, for the zone
        if self.until and date.fromisoformat(self.until) > latest:
            raise ValueError(f"until: {self.until} is more than {MOST_DAYS} days after the day of the silence")
        return self

    def detail(self, zone: ZoneInfo) -> Detail:
        return Silenced(date.fromisoformat(self.until) if self.until else None)


class ClosedPart(EventFields):
    kind: Literal["closed"]
    outcome: Outcome

    def detail(self, zone: ZoneInfo) -> Detail:
        return Closed(self.outcome)


class ReopenedPart(EventFields):
    kind: Literal["reopened"]

    def detail(self, zone: ZoneInfo) -> Detail:
        return Reopened()


AnyEvent = (
    AnswerPart
    | StatementPart
    | DeadlineEventPart
    | FindingPart
    | ConsequencePart
    | CourtPart
    | NotePart
    | SilencedPart
    | ClosedPart
    | ReopenedPart
)
EventPart = Annotated[AnyEvent, Field(discriminator="kind")]
PART_OF_KIND: Mapping[str, type[AnyEvent]] = {
    get_args(part.model_fields["kind"].annotation)[0]: part for part in get_args(AnyEvent)
}


def _own_fields(event: Event) -> dict[str, Any]:
    """The fields of the event's kind, which have the same names in the record and in a file."""
    fields = {name: value for name, value in vars(event.detail).items() if name != "kind"}
    return {
        name: DeadlinePart.of(value, event.when.zone) if isinstance(value, Deadline) else _as_text(value)
        for name, value in fields.items()
        if value not in ("", None)
    }


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
