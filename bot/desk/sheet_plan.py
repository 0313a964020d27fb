"""What a spreadsheet would record, compared with what is recorded. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.desk.session import Session
from bot.desk.sheet_checking import Ready, SheetLetter
from bot.files.sheets.letter_groups import FIELDS, LetterGroup
from bot.reader.document import Document
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import DeadlineSet, effective_events
from bot.record.import_report import DifferenceKind, ImportItem, ImportReport, ItemKind
from bot.record.new_events import NewCase
from bot.record.places import Identity, Jurisdiction
from bot.record.sources import Source
from bot.store import cases, codec
from bot.store.places import NewPlaces
from bot.store.stored_events import FirstFacts


@dataclass
class PlannedLetter:
    """A letter and the recipients that it gets."""

    #: With its id if it is recorded.
    letter: Letter
    #: Of the recipients, worked out before the transaction that writes begins.
    facts: FirstFacts
    #: Each with its place, which has an id if the server knows it.
    recipients: list[tuple[Jurisdiction, NewCase]] = field(default_factory=list)
    #: The deadlines that recipients take from the letter, each with the recipient.
    taken: list[tuple[Deadline | None, str]] = field(default_factory=list)

    def new_cases(self, place_ids: Mapping[Identity, int]) -> list[NewCase]:
        """The recipients. `place_ids` are the ids of places that were new."""
        return [
            case if place.id else NewCase(place_ids[place.identity], case.deadline, case.sources)
            for place, case in self.recipients
        ]


@dataclass
class _PlannedCase:
    """A case of a recorded letter that an earlier row of the file adds."""

    deadline: Deadline | None


@dataclass
class SheetPlan:
    """What a spreadsheet would record."""

    letters: list[PlannedLetter]
    new_places: NewPlaces
    #: As if all of it were recorded, but without the deadlines that recipients take from their letter.
    report: ImportReport


async def plan_of(session: Session, document: Document, letters: Sequence[SheetLetter]) -> SheetPlan:
    """What these letters and rows would record, with everything that can be worked out before."""
    planning = _Planning(session, document)
    return SheetPlan([await planning.letter(letter) for letter in letters if letter.rows], planning.new_places, planning.report)


class _Planning:
    def __init__(self, session: Session, document: Document) -> None:
        self.session = session
        self.sources: tuple[Source, ...] = (document.source(),)
        self.origin = codec.dump(codec.SOURCES, self.sources)
        self.new_places = NewPlaces(session.conn.dialect)
        self.report = ImportReport()
        self._counted: set[int | Identity] = set()  # places
        self._known: dict[int, dict[int | Identity, Case | _PlannedCase]] = {}  # by the id of a recorded letter

    async def letter(self, sheet_letter: SheetLetter) -> PlannedLetter:
        letter = sheet_letter.letter
        if letter.id:
            self._compare_letter(letter, sheet_letter.stated)
        else:
            self.report.new[ItemKind.LETTER] += 1
        known = await self._cases_of(letter)
        planned = PlannedLetter(letter, FirstFacts(self.session.conn.dialect, letter, self.session.now))
        for ready in sheet_letter.rows:
            self._row(planned, ready, known)
        self.new_places.add((place for place, _ in planned.recipients if not place.id), self.origin)
        planned.facts.prepare(case for _, case in planned.recipients)
        return planned

    def _row(self, planned: PlannedLetter, ready: Ready, known: dict[int | Identity, Case | _PlannedCase]) -> None:
        place = ready.place
        if place.known_by not in self._counted:
            self._counted.add(place.known_by)
            (self.report.same if place.id else self.report.new)[ItemKind.PLACE] += 1
        if case := known.get(place.known_by):
            self._compare_case(planned.letter, case, ready)
            return
        known[place.known_by] = _PlannedCase(ready.deadline)
        planned.recipients.append((place, NewCase(place.id, ready.deadline, ready.row.sources or self.sources)))
        self.report.new[ItemKind.CASE] += 1
        if not ready.row.deadline:
            planned.taken.append((ready.deadline, f"{place.label} (row {ready.row.number:,})"))

    async def _cases_of(self, letter: Letter) -> dict[int | Identity, Case | _PlannedCase]:
        """The cases of a letter by their place, those included that earlier rows of the file add."""
        if not letter.id:
            return {}
        if letter.id not in self._known:
            of_letter = await cases.of_letter(self.session.conn, self.session.server.id, letter.id)
            self._known[letter.id] = {case.place.id: case for case in of_letter}
        return self._known[letter.id]

    def _compare_letter(self, letter: Letter, group: LetterGroup) -> None:
        """Fields that the file leaves empty say nothing. Days are compared as they are written."""
        stated = {name: value for name in FIELDS if (value := getattr(group.stated, name))}
        ours = {name: _comparable(getattr(letter, name)) for name in stated}
        theirs = {name: _comparable(value) for name, value in stated.items()}
        self.report.compare(ImportItem(ItemKind.LETTER, letter=letter.slug), ours, theirs)

    def _compare_case(self, letter: Letter, case: Case | _PlannedCase, ready: Ready) -> None:
        """The same if the file's deadline is any that the case has had. One that the file leaves empty says nothing."""
        item = ImportItem(ItemKind.CASE, place=ready.place.label, letter=letter.slug, row=ready.row.number)
        had = _deadlines_of(case)
        if had is None:
            self.report.differs(item, DifferenceKind.TAKEN_BACK)
            return
        stated = ready.deadline if ready.row.deadline else None
        if stated and stated.last_moment not in {deadline.last_moment for deadline in had}:
            self.report.compare(item, {"deadline": had[-1] if had else None}, {"deadline": stated})
        else:
            self.report.same[ItemKind.CASE] += 1


def _deadlines_of(case: Case | _PlannedCase) -> list[Deadline] | None:
    """Every deadline that a case has had; None if it was taken back."""
    if isinstance(case, _PlannedCase):
        return [case.deadline] if case.deadline else []
    if not case.is_recorded:
        return None
    return [event.detail.deadline for event in effective_events(case.events) if isinstance(event.detail, DeadlineSet)]


def _comparable(value: object) -> object:
    return value.text if isinstance(value, When) else value
