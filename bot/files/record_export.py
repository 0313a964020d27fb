"""From what is recorded to a record file. A file holds the effective events; what was corrected or taken back is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.files.event_parts import PART_OF_KIND, AnyEvent
from bot.files.record_events import case_key, event_key
from bot.files.record_file import FORMAT, ExceptionPart, LetterPart, PlacePart, RecordFile
from bot.files.record_parts import ConflictPart, DeadlinePart, SourcedAmountPart, SourcePart, present
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Acknowledged, DeadlineSet, Event, Sent, Silenced, effective_events
from bot.record.places import Jurisdiction
from bot.record.quoting import clipped
from bot.record.silence import news_after
from bot.record.sources import Source
from bot.words.corrections import corrected_text

NO_SOURCE = Source("No source is recorded")
LONGEST_ID = 70  # of an event, with a number behind it: the format allows 80 characters


def record_of(
    name: str,
    zone: ZoneInfo,
    places: Sequence[Jurisdiction],
    letters: Sequence[Letter],
    cases: Sequence[Case],
    context: Mapping[int, Sequence[Event]],
    place_sources: Mapping[int, Sequence[Source]],
    keys: Mapping[int, str],
) -> RecordFile:
    """Everything in effect as a record file: importing it elsewhere gives the same cases in the same state.

    `context` and `place_sources` are by place id. `keys` are those of events that came from a file, by event id: these events
    keep their ids. Left out: acknowledgements, silences until an event that has come, letters of which every recipient was
    taken back, and who recorded what.
    """
    sources = SourceKeysInUse()
    events = _EventList(zone, keys, sources)
    sent = [case for case in cases if case.is_recorded]
    taken_back = {case.letter.id for case in cases} - {case.letter.id for case in sent}
    letter_parts = [
        _LetterWriter(letter, [case for case in sent if case.letter.id == letter.id], zone, keys, sources).part()
        for letter in letters
        if letter.id not in taken_back
    ]
    for case in sent:
        events.add(case.letter, case.place, case.events)
    for place in places:
        events.add(None, place, tuple(context.get(place.id, ())))
    place_parts = [PlacePart.of(place, sources.of(place_sources.get(place.id, ()))) for place in places]
    return RecordFile.model_construct(
        format=FORMAT,
        title=clipped(f"Export of {name}", 200),
        about=f"What is recorded in {name}.",
        timezone=zone.key,
        sources=sources.parts,
        jurisdictions=tuple(place_parts),
        letters=tuple(letter_parts),
        events=tuple(sorted(events.parts(), key=lambda part: (When(part.on, zone).latest, part.letter or ""))),
    )


class SourceKeysInUse:
    """The sources of the file. Each gets a key of its own when it is first cited, made of its publisher or title."""

    def __init__(self) -> None:
        self.parts: dict[str, SourcePart] = {}
        self._keys: dict[Source, str] = {}

    def of(self, sources: Iterable[Source]) -> tuple[str, ...]:
        """Their keys. The format wants a source for everything: if none is recorded, one that says so."""
        return tuple(self._key(source) for source in tuple(sources) or (NO_SOURCE,))

    def _key(self, source: Source) -> str:
        if source not in self._keys:
            name = (source.publisher or source.title or source.url).casefold()
            base = re.sub(r"[^a-z0-9]+", "-", name).strip("-")[:50] or "source"
            key = next(key for key in _numbered(base) if key not in self.parts)
            self._keys[source] = key
            self.parts[key] = SourcePart.of(source)
        return self._keys[source]


class OriginalDeadline(NamedTuple):
    """The deadline with which a case began."""

    deadline: Deadline
    event: Event


@dataclass
class _LetterWriter:
    letter: Letter
    #: Its cases, by number.
    cases: Sequence[Case]
    #: Of the file.
    zone: ZoneInfo
    keys: Mapping[int, str]
    sources: SourceKeysInUse

    def __post_init__(self) -> None:
        self.originals = {case.id: first for case in self.cases if (first := _original_deadline(case))}
        same = (first for first in self.originals.values() if first.deadline == self.letter.deadline)
        shared = next(same, None)
        #: The sources of the letter's own deadline: those of the first case that has it.
        self.deadline_sources = tuple(shared.event.sources if shared else self.letter.sources)

    def part(self) -> LetterPart:
        letter = self.letter
        due = letter.deadline
        return LetterPart.model_construct(
            slug=letter.slug,
            title=letter.title,
            authority=letter.authority,
            sent=letter.sent.text,
            deadline=self._deadline(due, self.deadline_sources) if due else None,
            demand=letter.demand,
            legal_basis=letter.legal_basis,
            threatened=letter.threatened,
            amounts=tuple(SourcedAmountPart.of(one.amount, sources=self.sources.of(one.sources)) for one in letter.amounts),
            conflicts=tuple(
                ConflictPart.model_construct(text=one.text, sources=self.sources.of(one.sources)) for one in letter.conflicts
            ),
            recipients=tuple(case.place.label for case in self.cases),
            deadlines=tuple(self._exceptions()),
            sources=self.sources.of(letter.sources),
            **present(
                timezone=letter.sent.zone.key if letter.sent.zone != self.zone else "", deadline_note=letter.deadline_note
            ),
        )

    def _exceptions(self) -> Iterator[ExceptionPart]:
        """The recipients with another deadline than the letter's, with other sources for it, or with a note on it."""
        for case in self.cases:
            first = self.originals.get(case.id)
            deadline = first.deadline if first else None
            note = next((event for event in effective_events(case.events) if _is_deadline_note(case, event, self.keys)), None)
            same_sources = first is None or tuple(first.event.sources) == self.deadline_sources
            if deadline == self.letter.deadline and same_sources and note is None:
                continue
            sources = note.sources if note else first.event.sources if first else self.letter.sources
            yield ExceptionPart.model_construct(
                who=case.place.label,
                deadline=self._deadline(first.deadline, first.event.sources) if first else None,
                sources=self.sources.of(sources),
                **present(note=note.text if note else ""),
            )

    def _deadline(self, deadline: Deadline, sources: Sequence[Source]) -> DeadlinePart:
        return DeadlinePart.of(deadline, self.letter.sent.zone, self.sources.of(sources) if sources else ())


@dataclass
class _EventList:
    """The events of the file. One event that concerned several places is written once, with all of them."""

    zone: ZoneInfo
    keys: Mapping[int, str]
    sources: SourceKeysInUse
    #: By id: the event without id and places, and the labels of its places.
    listed: dict[str, tuple[AnyEvent, list[str]]] = field(default_factory=dict)

    def add(self, letter: Letter | None, place: Jurisdiction, recorded: tuple[Event, ...]) -> None:
        """Add what happened to one case, or to one place apart from any letter, of all that was recorded.

        Left out is what the letter's own entry says: that it was sent, the original deadline, and the note on that.
        """
        history = effective_events(recorded)
        original = next((event for event in history if letter and letter.gives(event)), None)
        slug = letter.slug if letter else None
        for event in history:
            if isinstance(event.detail, (Sent, Acknowledged)) or event is original or _is_over(event, history):
                continue
            if slug and self.keys.get(event.id) == f"{case_key(slug, place.label)}/note":
                continue
            part = PART_OF_KIND[event.detail.kind].of(
                event, slug, self.zone, self.sources.of(event.sources), corrected_text(recorded, event)
            )
            self._put(self._id(slug, place, event), part, place.label)

    def parts(self) -> Iterator[AnyEvent]:
        for id, (part, labels) in self.listed.items():
            yield part.model_copy(update={"id": id, "who": tuple(labels)})

    def _put(self, id: str, part: AnyEvent, label: str) -> None:
        """Under its id if that is free or is the same event of another place; else under the id with a number."""
        for candidate in chain((id,), _numbered(id[:LONGEST_ID], first=False)):
            same, labels = self.listed.setdefault(candidate, (part, []))
            if same == part and label not in labels:
                labels.append(label)
                return

    def _id(self, slug: str | None, place: Jurisdiction, event: Event) -> str:
        """Its id in the file it came from; one made of its number where it came from none."""
        key = self.keys.get(event.id, "")
        id = key.removesuffix(f"/{place.label}").removeprefix(f"{slug}/" if slug else "")
        return id if event_key(slug, id, place.label) == key else f"recorded-{event.id}"


def _numbered(name: str, first: bool = True) -> Iterator[str]:
    """name, name-2, name-3, ... With `first=False` from name-2 on."""
    if first:
        yield name
    yield from (f"{name}-{number}" for number in range(2, 100_000))


def _original_deadline(case: Case) -> OriginalDeadline | None:
    event = case.first_deadline
    return OriginalDeadline(event.detail.deadline, event) if event and isinstance(event.detail, DeadlineSet) else None


def _is_over(event: Event, history: Sequence[Event]) -> bool:
    """Whether it is a silence until the next event, which has come. A file does not say when things were recorded: elsewhere it
    might hold again."""
    return isinstance(event.detail, Silenced) and event.detail.until is None and news_after(event, history) is not None


def _is_deadline_note(case: Case, event: Event, keys: Mapping[int, str]) -> bool:
    """Whether it is the note that a record file had on this recipient's deadline: its key says so."""
    return keys.get(event.id) == f"{case_key(case.letter.slug, case.place.label)}/note"
