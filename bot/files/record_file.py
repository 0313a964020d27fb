"""The record file as types (docs/record-format.md). What the format does not know is refused, never skipped."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from bot.files.event_parts import EventPart
from bot.files.parts import (
    ConflictPart,
    DeadlinePart,
    Division,
    Happened,
    Long,
    Name,
    Part,
    Remark,
    SourcedAmountPart,
    SourceKeys,
    SourcePart,
    State,
    Title,
    Zone,
)
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source

FORMAT = "letterwatch record 1"


class PlacePart(Part):
    name: Title
    kind: PlaceKind
    state: State | None
    aliases: tuple[Title, ...] = ()
    ocd_id: Division = ""
    sources: SourceKeys
    note: Remark = ""

    def place(self, id: int = 0) -> Jurisdiction:
        return Jurisdiction(id, self.name, self.kind, self.state or "", self.aliases, self.note, self.ocd_id)


class ExceptionPart(Part):
    """What holds for one recipient instead of the letter's own deadline."""

    who: Title
    deadline: DeadlinePart | None
    note: Remark = ""
    sources: SourceKeys


class LetterPart(Part):
    slug: Name
    title: Title
    authority: Title
    sent: Happened
    timezone: Zone | None = None
    deadline: DeadlinePart | None
    deadline_note: Remark = ""
    demand: Long
    legal_basis: tuple[Title, ...] = ()
    threatened: tuple[Title, ...] = ()
    amounts: tuple[SourcedAmountPart, ...] = ()
    conflicts: tuple[ConflictPart, ...] = ()
    recipients: tuple[Title, ...]
    deadlines: tuple[ExceptionPart, ...] = ()
    sources: SourceKeys


class NotFoundPart(Part):
    text: Long


class RecordFile(Part):
    """A whole record. Made by `importing.load`, which also checks that everything named exists."""

    format: Literal["letterwatch record 1"]
    title: Title
    about: Remark
    timezone: Zone
    sources: dict[str, SourcePart]
    jurisdictions: tuple[PlacePart, ...]
    letters: tuple[LetterPart, ...]
    events: tuple[EventPart, ...]
    not_found: tuple[NotFoundPart, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def sources_of(self, keys: tuple[str, ...]) -> tuple[Source, ...]:
        return tuple(self.sources[key].source() for key in keys)

    def letter(self, slug: str) -> LetterPart:
        return next(letter for letter in self.letters if letter.slug == slug)
