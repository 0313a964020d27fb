"""The record file as types (docs/record-format.md). What the format does not know is refused, never skipped."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from bot.files.event_parts import EventPart
from bot.files.field_types import Division, Happened, Long, Name, Remark, SourceKeys, State, Title, Zone
from bot.files.record_parts import ConflictPart, DeadlinePart, RecordPart, SourcedAmountPart, SourcePart, present
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source

FORMAT = "letterwatch record 1"


class PlacePart(RecordPart):
    name: Title
    kind: PlaceKind
    state: State | None
    aliases: tuple[Title, ...] = ()
    ocd_id: Division = ""
    sources: SourceKeys
    note: Remark = ""

    @classmethod
    def of(cls, place: Jurisdiction, sources: tuple[str, ...]) -> Self:
        """`sources` are keys of the file."""
        return cls.model_construct(
            name=place.name,
            kind=place.kind,
            state=place.state or None,
            aliases=place.aliases,
            sources=sources,
            **present(ocd_id=place.ocd_id, note=place.note),
        )

    def place(self, id: int = 0) -> Jurisdiction:
        return Jurisdiction(id, self.name, self.kind, self.state or "", self.aliases, self.note, self.ocd_id)


class ExceptionPart(RecordPart):
    """The deadline of one recipient, where it is not the letter's."""

    who: Title
    deadline: DeadlinePart | None
    note: Remark = ""
    sources: SourceKeys


class LetterPart(RecordPart):
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

    @cached_property
    def exceptions(self) -> dict[str, ExceptionPart]:
        """The recipients with a deadline of their own, by label."""
        return {exception.who: exception for exception in self.deadlines}


class NotFoundPart(RecordPart):
    text: Long


class RecordFile(RecordPart):
    """A whole record. `loading.load` reads one and checks that everything it names exists; `record_export` makes one."""

    format: Literal["letterwatch record 1"]
    title: Title
    about: Remark
    timezone: Zone
    sources: dict[str, SourcePart]
    jurisdictions: tuple[PlacePart, ...]
    letters: tuple[LetterPart, ...]
    events: tuple[EventPart, ...]
    not_found: tuple[NotFoundPart, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values. Optional keys that were not given are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def sources_of(self, keys: tuple[str, ...]) -> tuple[Source, ...]:
        """The same value for the same keys, however many events name them."""
        if keys not in self.shared_sources:
            self.shared_sources[keys] = tuple(self.sources[key].source() for key in keys)
        return self.shared_sources[keys]

    @cached_property
    def shared_sources(self) -> dict[tuple[str, ...], tuple[Source, ...]]:
        """Those that were asked for, by their keys."""
        return {}

    def letter(self, slug: str) -> LetterPart:
        return next(letter for letter in self.letters if letter.slug == slug)
