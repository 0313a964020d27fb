"""From what is recorded to a record file. What was corrected or taken back is left out: a file holds what stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.files.record_events import case_key, event_key
from bot.files.record_file import FORMAT
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline, start_text
from bot.record.deadlines.when import When
from bot.record.events import Acknowledged, Amount, Basis, DeadlineSet, Event, Sent, effective_events
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.words.deadlines import rule_text, step_lines

NO_SOURCE = Source("No source is recorded")
Json = dict[str, Any]


def record_of(
    name: str,
    zone: ZoneInfo,
    places: Sequence[Jurisdiction],
    letters: Sequence[Letter],
    cases: Sequence[Case],
    context: Mapping[int, Sequence[Event]],
    place_sources: Mapping[int, Sequence[Source]],
    keys: Mapping[int, str],
) -> Json:
    """Everything that stands, in the record file format: importing it gives the same cases in the same state.

    `keys` are those of events that came from a file, by event id: they keep their ids. Acknowledgements are not part of
    the record and stay behind; so do letters of which every recipient was taken back.
    """
    writer = _Writer(zone, keys)
    standing = [case for case in cases if any(isinstance(event.detail, Sent) for event in effective_events(case.events))]
    gone = {case.letter.id for case in cases} - {case.letter.id for case in standing}
    found = [
        writer.letter(one, [case for case in standing if case.letter.id == one.id]) for one in letters if one.id not in gone
    ]
    for case in standing:
        writer.history(case.letter, case.place, effective_events(case.events))
    for place in places:
        writer.history(None, place, effective_events(tuple(context.get(place.id, ()))))
    listed = [writer.place(place, place_sources.get(place.id, ())) for place in places]
    events = sorted(writer.events.values(), key=lambda entry: (When(entry["on"], zone).latest, entry["letter"] or ""))
    return {
        "format": FORMAT,
        "title": f"Export of {name}"[:200],
        "about": f"What is recorded in {name}.",
        "timezone": zone.key,
        "sources": writer.sources,
        "jurisdictions": listed,
        "letters": found,
        "events": events,
    }


@dataclass
class _Writer:
    zone: ZoneInfo
    keys: Mapping[int, str]
    sources: dict[str, Json] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)
    _source_keys: dict[Source, str] = field(default_factory=dict)

    def place(self, place: Jurisdiction, sources: Sequence[Source]) -> Json:
        return {
            "name": place.name,
            "kind": place.kind.value,
            "state": place.state or None,
            "aliases": list(place.aliases),
            **({"ocd_id": place.ocd_id} if place.ocd_id else {}),
            "sources": self._cited(sources),
            **({"note": place.note} if place.note else {}),
        }

    def letter(self, letter: Letter, cases: Sequence[Case]) -> Json:
        zone = letter.sent.zone
        firsts = {case.id: first for case in cases if (first := _first_deadline(case))}
        same = next((first for first in firsts.values() if first[0] == letter.deadline), None)
        usual = same[1].sources if same else letter.sources
        entry: Json = {"slug": letter.slug, "title": letter.title, "authority": letter.authority, "sent": letter.sent.text}
        entry |= self._zoned(zone)
        entry["deadline"] = self._deadline(letter.deadline, zone, usual) if letter.deadline else None
        entry |= {"deadline_note": letter.deadline_note} if letter.deadline_note else {}
        entry |= {"demand": letter.demand, "legal_basis": list(letter.legal_basis), "threatened": list(letter.threatened)}
        entry["amounts"] = [_amount(one.amount) | {"sources": self._cited(one.sources)} for one in letter.amounts]
        entry["conflicts"] = [{"text": one.text, "sources": self._cited(one.sources)} for one in letter.conflicts]
        entry["recipients"] = [case.place.label for case in cases]
        exceptions = (self._exception(case, letter, firsts.get(case.id), usual) for case in cases)
        entry["deadlines"] = [one for one in exceptions if one]
        return {**entry, "sources": self._cited(letter.sources)}

    def _exception(
        self, case: Case, letter: Letter, first: tuple[Deadline, Event] | None, usual: Sequence[Source]
    ) -> Json | None:
        """What holds for one recipient instead of the letter's own deadline; None where nothing does."""
        note = next((event for event in effective_events(case.events) if self._is_deadline_note(case, event)), None)
        deadline = first[0] if first else None
        if deadline == letter.deadline and note is None and (first is None or tuple(first[1].sources) == tuple(usual)):
            return None
        sources = note.sources if note else first[1].sources if first else letter.sources
        return {
            "who": case.place.label,
            "deadline": self._deadline(deadline, letter.sent.zone, first[1].sources) if deadline and first else None,
            **({"note": note.text} if note else {}),
            "sources": self._cited(sources),
        }

    def history(self, letter: Letter | None, place: Jurisdiction, events: Sequence[Event]) -> None:
        """Write down what happened; one event that concerned several places stays one."""
        first = next((event for event in events if _original(event)), None)
        for event in events:
            if isinstance(event.detail, (Sent, Acknowledged)) or event is first:
                continue
            if letter and self._named(event, f"{case_key(letter.slug, place.label)}/note"):
                continue
            self._add(self._id(letter, place, event), self._event(letter, event), place.label)

    def _add(self, id: str, entry: Json, label: str) -> None:
        """Under its id where that is free, to the event of that id where it is the same, else under one with a number."""
        for candidate in (id, *(f"{id[:70]}-{number}" for number in range(2, 10_000))):
            there = self.events.setdefault(candidate, {"id": candidate, **entry, "who": []})
            if label not in there["who"] and {**there, "id": "", "who": []} == {"id": "", **entry, "who": []}:
                there["who"].append(label)
                return

    def _event(self, letter: Letter | None, event: Event) -> Json:
        entry: Json = {"on": event.when.text, **self._zoned(event.when.zone), "kind": event.detail.kind}
        entry |= {"letter": letter.slug if letter else None, "text": event.text}
        for name, value in vars(event.detail).items():
            if isinstance(value, Deadline):
                entry["deadline"] = self._deadline(value, event.when.zone, ())
            elif name != "kind" and value != "":
                entry[name] = value if isinstance(value, bool) else str(value)
        entry |= {"certainty": event.certainty.value, "sources": self._cited(event.sources)}
        entry |= {"amount": _amount(event.amount)} if event.amount else {}
        return entry | ({"conflict": event.conflict} if event.conflict else {})

    def _id(self, letter: Letter | None, place: Jurisdiction, event: Event) -> str:
        """Its id in the file it came from; one made of its number where it came from none."""
        slug = letter.slug if letter else None
        named = self.keys.get(event.id, "").removesuffix(f"/{place.label}").removeprefix(f"{slug}/" if slug else "")
        return named if event_key(slug, named, place.label) == self.keys.get(event.id) else f"recorded-{event.id}"

    def _is_deadline_note(self, case: Case, event: Event) -> bool:
        return self._named(event, f"{case_key(case.letter.slug, case.place.label)}/note")

    def _named(self, event: Event, key: str) -> bool:
        return self.keys.get(event.id) == key

    def _deadline(self, deadline: Deadline, zone: ZoneInfo, sources: Sequence[Source]) -> Json:
        entry: Json = {"on": deadline.date.isoformat()}
        entry |= {"time": f"{deadline.time:%H:%M}"} if deadline.time else {}
        entry |= {"words": deadline.words} if deadline.words else {}
        entry |= {"timezone": deadline.zone.key} if deadline.zone != zone else {}
        entry |= {"rule": rule_text(deadline)} if not deadline.is_date else {}
        entry |= {"steps": step_lines(deadline)} if deadline.steps else {}
        entry |= {"start": start_text(deadline.start)} if deadline.start else {}
        entry |= {"calendar": deadline.calendar} if deadline.calendar else {}
        return entry | ({"sources": self._cited(sources)} if sources else {})

    def _zoned(self, zone: ZoneInfo) -> Json:
        return {"timezone": zone.key} if zone != self.zone else {}

    def _cited(self, sources: Sequence[Source]) -> list[str]:
        return [self._cite(one) for one in sources or (NO_SOURCE,)]

    def _cite(self, source: Source) -> str:
        if source not in self._source_keys:
            base = (
                re.sub(r"[^a-z0-9]+", "-", (source.publisher or source.title or source.url).casefold()).strip("-")[:50]
                or "source"
            )
            name = next(n for n in (base, *(f"{base}-{i}" for i in range(2, 100_000))) if n not in self.sources)
            self._source_keys[source] = name
            self.sources[name] = {
                "title": source.title or source.url,
                "publisher": source.publisher or None,
                "published": source.published or None,
                "url": source.url or None,
                **({"sha256": source.sha256, "read_on": source.read_on or None} if source.sha256 else {}),
            }
        return self._source_keys[source]


def _first_deadline(case: Case) -> tuple[Deadline, Event] | None:
    found = next((event for event in effective_events(case.events) if _original(event)), None)
    return (found.detail.deadline, found) if found and isinstance(found.detail, DeadlineSet) else None


def _original(event: Event) -> bool:
    return isinstance(event.detail, DeadlineSet) and event.detail.basis is Basis.ORIGINAL


def _amount(amount: Amount) -> Json:
    return {"usd": amount.usd, "qualifier": amount.qualifier, **({"what": amount.what} if amount.what else {})}
