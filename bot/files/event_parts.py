"""The events of a record file: one class a kind, each with its own fields."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Discriminator, Field, Tag

from bot.files.parts import (
    AmountPart,
    DeadlinePart,
    Happened,
    Long,
    Name,
    Part,
    Remark,
    SourceKeys,
    Title,
    Zone,
)
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
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    Statement,
)


class AllOf(Part):
    all_of: Name
    but: tuple[Title, ...] = Field(default=(), alias="except")


Who = Annotated[
    Annotated[tuple[Title, ...], Field(min_length=1), Tag("list")] | Annotated[AllOf, Tag("all")],
    Discriminator(lambda value: "all" if isinstance(value, (dict, AllOf)) else "list"),
]


class _Event(Part):
    id: Name
    on: Happened
    timezone: Zone | None = None
    letter: Name | None
    who: Who
    text: Remark
    certainty: Certainty
    sources: SourceKeys
    amount: AmountPart | None = None
    conflict: Remark = ""
    date_note: Remark = ""

    def told(self) -> str:
        """The text as it is recorded: with what explains the date, so that no reader takes it for more than it is."""
        return f"{self.text} ({self.date_note})".strip() if self.date_note else self.text


class AnswerPart(_Event):
    kind: Literal["answer"]
    extent: Extent

    def detail(self, zone: ZoneInfo) -> Detail:
        return Answer(self.extent)


class StatementPart(_Event):
    kind: Literal["statement"]
    text: Long
    by: Remark = ""

    def detail(self, zone: ZoneInfo) -> Detail:
        return Statement(self.by)


class DeadlineEventPart(_Event):
    kind: Literal["deadline"]
    basis: Basis
    deadline: DeadlinePart
    granted_by: Remark = ""
    reason: Remark = ""

    def detail(self, zone: ZoneInfo) -> Detail:
        return DeadlineSet(self.deadline.deadline(zone), self.basis, self.granted_by)

    def told(self) -> str:
        return f"{super().told()} Reason: {self.reason}".strip() if self.reason else super().told()


class FindingPart(_Event):
    kind: Literal["finding"]
    result: Result

    def detail(self, zone: ZoneInfo) -> Detail:
        return Finding(self.result)


class ConsequencePart(_Event):
    kind: Literal["consequence"]
    name: Title
    state: ConsequenceState

    def detail(self, zone: ZoneInfo) -> Detail:
        return Consequence(self.name, self.state)


class CourtPart(_Event):
    kind: Literal["court"]
    step: CourtStep
    court: Remark = ""
    docket: Remark = ""
    stops_clock: Annotated[bool, Field(strict=True)] = False

    def detail(self, zone: ZoneInfo) -> Detail:
        return Court(self.step, self.court, self.docket, self.stops_clock)


class NotePart(_Event):
    kind: Literal["note"]
    text: Long

    def detail(self, zone: ZoneInfo) -> Detail:
        return Note()


class ClosedPart(_Event):
    kind: Literal["closed"]
    outcome: Outcome

    def detail(self, zone: ZoneInfo) -> Detail:
        return Closed(self.outcome)


class ReopenedPart(_Event):
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
    | ClosedPart
    | ReopenedPart
)
EventPart = Annotated[AnyEvent, Field(discriminator="kind")]
