"""What a record file would record, compared with what is recorded. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.desk.session import Session
from bot.files import record_events
from bot.files.event_parts import AnyEvent
from bot.files.record_file import LetterPart, PlacePart, RecordFile
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event, Sent, effective_events, replacements
from bot.record.import_report import DifferenceKind, ImportItem, ImportReport, ItemKind
from bot.record.new_events import NewCase, NewEvent, sending_of
from bot.record.places import Identity, Jurisdiction
from bot.store import cases, codec, import_keys, place_facts, places
from bot.store.case_states import NewStandings, waits
from bot.store.many_rows import Values
from bot.store.places import NewPlaces
from bot.store.stored_events import FirstFacts, StoredEvents


@dataclass
class PlannedCase:
    """A case that is recorded, or that the import adds, with what the import appends to it."""

    place: Jurisdiction
    #: None if the import adds it.
    case: Case | None = None
    #: What is recorded with it first, beside the sending and the deadline.
    further: tuple[NewEvent, ...] = ()
    #: What is appended later.
    later: tuple[NewEvent, ...] = ()
    #: Its name in the file, if it is new.
    key: str = ""

    @property
    def is_recorded(self) -> bool:
        return self.case is None or self.case.is_recorded

    def new_case(self, place_id: int) -> NewCase:
        return NewCase(place_id, None, key=self.key, further=self.further, later=self.later)


@dataclass
class PlannedRecordLetter:
    """A letter, which is already recorded or about to be, and its cases."""

    letter: Letter
    #: Of those that the import adds.
    facts: FirstFacts
    #: By what the place is known by.
    cases: dict[int | Identity, PlannedCase] = field(default_factory=dict)
    #: Those that the import adds, in order.
    added: list[PlannedCase] = field(default_factory=list)

    def new_cases(self, new_places: Mapping[Identity, int]) -> list[NewCase]:
        """The recipients that are added. `new_places` are the ids of the places that were new."""
        return [case.new_case(case.place.id or new_places[case.place.identity]) for case in self.added]


@dataclass(frozen=True)
class PlannedEvent:
    """An event that the import appends."""

    event: NewEvent
    place: Jurisdiction
    #: None for an event of the place alone.
    case: PlannedCase | None
    #: That of the case.
    letter: PlannedRecordLetter | None


@dataclass
class RecordPlan:
    """What a record file would record."""

    new_places: NewPlaces
    stored: StoredEvents
    letters: list[PlannedRecordLetter] = field(default_factory=list)
    events: list[PlannedEvent] = field(default_factory=list)
    #: Rows of the index of states of recorded cases that get events, by case.
    standings: dict[int, list[Values]] = field(default_factory=dict)
    #: As if all of it were recorded.
    report: ImportReport = field(default_factory=ImportReport)


class RecordPlanning:
    """Plans letters and events of a file one after another; `done` completes the plan."""

    def __init__(self, session: Session, record: RecordFile) -> None:
        dialect = session.conn.dialect
        self.session = session
        self.record = record
        self.plan = RecordPlan(NewPlaces(dialect), StoredEvents(dialect))
        self.report = self.plan.report
        self._dialect = dialect
        self._places: dict[str, Jurisdiction] = {}  # by label, with the id if the server knows the place
        self._letters: dict[str, PlannedRecordLetter] = {}  # by slug
        self._history = _Histories()

    async def places(self, labels: Iterable[str]) -> None:
        """Plan to record these places if they are new. CaseError if one is recorded as another division."""
        wanted = set(labels) - self._places.keys()
        parts = [part for part in self.record.jurisdictions if part.place().label in wanted]
        by_sources: dict[tuple[str, ...], list[PlacePart]] = {}
        for part in parts:
            by_sources.setdefault(part.sources, []).append(part)
        for sources, alike in by_sources.items():
            stated = [part.place() for part in alike]
            known, new = await places.known_and_new(self.session.conn, self.session.server.id, stated)
            self.plan.new_places.add(new.values(), codec.dump(codec.SOURCES, self.record.sources_of(sources)))
            for place in stated:
                recorded = known.get(place.identity)
                self._places[place.label] = recorded or place
                if recorded is None:
                    self.report.new[ItemKind.PLACE] += 1
                else:
                    item = ImportItem(ItemKind.PLACE, place=place.label)
                    self.report.compare(item, _place_fields(recorded), _place_fields(place))

    async def letter(self, part: LetterPart) -> None:
        """Plan to record a letter and a case for each recipient, with its first events, if they are new."""
        await self.places(part.recipients)
        stated = record_events.letter_of(self.record, part)
        recorded = await cases.letter_with_slug(self.session.conn, self.session.server.id, part.slug)
        if recorded is None:
            planned = self._letters[part.slug] = self._planned(stated)
            self.report.new[ItemKind.LETTER] += 1
        else:
            planned = await self._recorded_letter(recorded)
            self.report.compare(ImportItem(ItemKind.LETTER, letter=part.slug), _letter_fields(recorded), _letter_fields(stated))
        first = _FirstEvents(self.record, part, stated)
        for label in part.recipients:
            if known := planned.cases.get(self._places[label].known_by):
                self._compare_case(known, part, label, first)
            else:
                self._add(planned, part, label, first)
        self.plan.letters.append(planned)

    def _add(self, planned: PlannedRecordLetter, part: LetterPart, label: str, first: _FirstEvents) -> None:
        place = self._places[label]
        case = PlannedCase(place, further=first.of(label), key=record_events.case_key(part.slug, label))
        planned.cases[place.known_by] = case
        planned.added.append(case)
        self.report.new[ItemKind.CASE] += 1
        if first.letter.deadline and label not in part.exceptions:
            self.report.takes_letters_deadline(planned.letter, first.letter.deadline, label)

    async def events(self, parts: Sequence[AnyEvent]) -> None:
        """Plan to record events, once for each of their places, if they are new.

        CaseError for one of a letter, or of a letter to a place, that is neither recorded here nor planned.
        """
        wanted = [
            (part, label, record_events.new_event(self.record, part, label))
            for part in parts
            for label in record_events.labels_of(self.record, part)
        ]
        await self.places(label for _, label, _ in wanted)
        keys = [event.key for _, _, event in wanted if event.key]
        recorded = await import_keys.events_with_keys(self.session.conn, self.session.server.id, keys)
        await self._read_contexts(parts)
        for part, label, event in wanted:
            letter, case = await self._case(part, label) if part.letter else (None, None)
            item = ImportItem(ItemKind.EVENT, place=label, event=part.id)
            place = self._places[label]
            history = self._history.of_case(case, letter.letter) if case and letter else self._history.of_place(place)
            known = recorded.get(event.key or "")
            corrected = self._history.corrected(case, place)
            if case and not case.is_recorded and known is None:
                self.report.differs(item, DifferenceKind.TAKEN_BACK)
            elif known is None and _is_among(event, corrected) and not _is_among(event, history):
                self.report.differs(item, DifferenceKind.CORRECTED)
            elif not self._compare_event(item, event, known, history):
                history.append(event)
                self.plan.events.append(PlannedEvent(event, place, case, letter))
                self.plan.stored.row(event)
                if case:
                    case.later += (event,)

    def done(self) -> RecordPlan:
        """The plan, with how each case stands after all that it gets."""
        standings = NewStandings(self._dialect, self.session.now)
        for planned in self._letters.values():
            planned.facts.prepare(case.new_case(0) for case in planned.added)
            for case in planned.cases.values():
                if case.case and case.later and not waits(case.case.events):
                    self.plan.standings[case.case.id] = standings.of_known(case.case.events, case.later)
        return self.plan

    def _planned(self, letter: Letter) -> PlannedRecordLetter:
        return PlannedRecordLetter(letter, FirstFacts(self._dialect, letter, self.session.now))

    def _compare_case(self, known: PlannedCase, part: LetterPart, label: str, stated: _FirstEvents) -> None:
        item = ImportItem(ItemKind.CASE, place=label, letter=part.slug)
        if not known.is_recorded or known.case is None:
            self.report.differs(item, DifferenceKind.TAKEN_BACK)
            return
        first = known.case.first_deadline
        ours = first.detail.deadline if first and isinstance(first.detail, DeadlineSet) else None
        self.report.compare(item, {"deadline": _without_work(ours)}, {"deadline": _without_work(stated.deadline(label))})

    def _compare_event(
        self, item: ImportItem, new: NewEvent, recorded: Event | None, history: Sequence[Event | NewEvent]
    ) -> bool:
        """Whether the event is already recorded: under its key, or word for word the same under another key or none."""
        if recorded is not None and recorded not in history:
            self.report.differs(item, DifferenceKind.CORRECTED)
        elif recorded is not None:
            self.report.compare(item, _event_fields(recorded), _event_fields(new, recorded))
        elif _is_among(new, history):
            self.report.same[ItemKind.EVENT] += 1
        else:
            self.report.new[ItemKind.EVENT] += 1
            return False
        return True

    async def _case(self, part: AnyEvent, label: str) -> tuple[PlannedRecordLetter, PlannedCase]:
        """The letter and the case that an event of a letter concerns."""
        slug = part.letter or ""
        if slug not in self._letters:
            letter = await cases.letter_with_slug(self.session.conn, self.session.server.id, slug)
            if letter is None:
                raise CaseError(f"The letter {slug} is not recorded on this server yet.")
            await self._recorded_letter(letter)
        planned = self._letters[slug]
        case = planned.cases.get(self._places[label].known_by)
        if case is None:
            raise CaseError(f"Event {part.id}: the letter {slug} to {label} is not recorded here.")
        return planned, case

    async def _recorded_letter(self, letter: Letter) -> PlannedRecordLetter:
        """A recorded letter with its cases, read once."""
        planned = self._letters[letter.slug] = self._planned(letter)
        for case in await cases.of_letter(self.session.conn, self.session.server.id, letter.id):
            planned.cases[case.place.known_by] = PlannedCase(case.place, case)
        return planned

    async def _read_contexts(self, parts: Sequence[AnyEvent]) -> None:
        """Read what is recorded apart from any letter, once, and only if one of the events is of that kind."""
        if self._history.contexts is None and not all(part.letter for part in parts):
            self._history.contexts = await place_facts.contexts(self.session.conn, self.session.server.id)


class _FirstEvents:
    """What is recorded of the recipients of a letter beside its sending. Those without a deadline of their own share it."""

    def __init__(self, record: RecordFile, part: LetterPart, letter: Letter) -> None:
        self.record = record
        self.part = part
        self.letter = letter
        self._shared: list[NewEvent] | None = None

    def of(self, label: str) -> tuple[NewEvent, ...]:
        if label in self.part.exceptions:
            return tuple(record_events.deadline_events(self.record, self.part, self.letter, label))
        if self._shared is None:
            self._shared = record_events.deadline_events(self.record, self.part, self.letter, label)
        base = record_events.case_key(self.part.slug, label)
        return tuple(replace(event, key=f"{base}/deadline") for event in self._shared)

    def deadline(self, label: str) -> Deadline | None:
        if label in self.part.exceptions:
            due = record_events.deadline_of(self.record, self.part, label)
            return due[0] if due else None
        return self.letter.deadline


class _Histories:
    """The effective events of cases and places, each sorted out once. What is planned is appended to them, so that an event
    that the file states twice, under two ids, is recorded once."""

    def __init__(self) -> None:
        #: By place id, what is recorded apart from any letter; None until it is read.
        self.contexts: dict[int, list[Event]] | None = None
        self._of_case: dict[int, tuple[PlannedCase, list[Event | NewEvent]]] = {}  # by identity; the case is kept
        self._of_place: dict[int | Identity, list[Event | NewEvent]] = {}
        #: By identity of the case, or by what the place is known by.
        self._corrected: dict[tuple[bool, int | Identity], list[Event]] = {}

    def of_case(self, planned: PlannedCase, letter: Letter) -> list[Event | NewEvent]:
        if id(planned) not in self._of_case:
            recorded = effective_events(planned.case.events) if planned.case else (sending_of(letter), *planned.further)
            self._of_case[id(planned)] = planned, [*recorded]
        return self._of_case[id(planned)][1]

    def of_place(self, place: Jurisdiction) -> list[Event | NewEvent]:
        if place.known_by not in self._of_place:
            recorded = (self.contexts or {}).get(place.id, ())
            self._of_place[place.known_by] = [*effective_events(tuple(recorded))]
        return self._of_place[place.known_by]

    def corrected(self, planned: PlannedCase | None, place: Jurisdiction) -> list[Event]:
        """What somebody recorded and corrected or took back since; of a case that was recorded anew, only what was recorded
        since then."""
        about = (True, id(planned)) if planned else (False, place.known_by)
        if about not in self._corrected:
            recorded = (
                (self.contexts or {}).get(place.id, ()) if planned is None else planned.case.events if planned.case else ()
            )
            self._corrected[about] = _corrected(tuple(recorded))
        return self._corrected[about]


def _corrected(recorded: tuple[Event, ...]) -> list[Event]:
    replaced = replacements(recorded)
    begun = max((event.id for event in effective_events(recorded) if isinstance(event.detail, Sent)), default=0)
    return [event for event in recorded if event.id in replaced and event.id > begun]


def _is_among(new: NewEvent, history: Iterable[Event | NewEvent]) -> bool:
    """Whether one of these says the same, word for word."""
    return any(_event_fields(event) == _event_fields(new, event) for event in history)


def _place_fields(place: Jurisdiction) -> dict[str, object]:
    return {"aliases": place.aliases, "note": place.note}


def _letter_fields(letter: Letter) -> dict[str, object]:
    return vars(replace(letter, id=0, deadline=_without_work(letter.deadline)))


def _event_fields(event: NewEvent | Event, recorded: NewEvent | Event | None = None) -> dict[str, object]:
    """What is compared of an event. If the one that is `recorded` names no calendar, none is compared: it may be from a time
    when an extension in a file did not inherit its letter's."""
    names = ("when", "detail", "text", "sources", "certainty", "amount", "conflict")
    fields = {name: getattr(event, name) for name in names}
    if isinstance(event.detail, DeadlineSet):
        deadline = event.detail.deadline.without_work()
        if recorded and isinstance(recorded.detail, DeadlineSet) and not recorded.detail.deadline.calendar:
            deadline = replace(deadline, calendar="")
        fields["detail"] = replace(event.detail, deadline=deadline)
    return fields


def _without_work(deadline: Deadline | None) -> Deadline | None:
    """What is compared of a deadline. How it was reached is only text in a file: a reworded step is no other deadline."""
    return deadline.without_work() if deadline else None
