"""The letter, place and deadline of every row of a spreadsheet, and what is wrong with any row. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.desk import sheet_matching
from bot.desk.import_twins import SheetLetters
from bot.desk.session import Session
from bot.desk.sheet_places import Settling
from bot.files.sheets.letter_groups import Dating, LetterGroup, groups_of, shared_deadline
from bot.files.sheets.rows import BadRow, BadRowKind, Row, Sheet
from bot.reader.document import Document
from bot.record.case import Letter
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.places import Identity, Jurisdiction


@dataclass(frozen=True)
class Ready:
    """A row that can be recorded."""

    row: Row
    #: With its id if the server knows it.
    place: Jurisdiction
    #: What the row states; once its letter is known, that of the letter if it states none.
    deadline: Deadline | None


@dataclass
class SheetLetter:
    """A letter, which is already recorded or about to be, and its rows."""

    letter: Letter
    stated: LetterGroup
    rows: list[Ready]


@dataclass
class SheetChecking:
    """Finds the letter, place and deadline of every row, and what is wrong with any. Writes nothing."""

    session: Session
    document: Document
    finding: SheetLetters
    dating: Dating
    settling: Settling
    bad: list[BadRow] = field(default_factory=list)
    doubtful: list[BadRow] = field(default_factory=list)

    async def check(self, sheet: Sheet) -> list[SheetLetter]:
        groups, vague = groups_of(sheet.rows)
        self.bad = [*sheet.bad, *vague]
        meant, refused = self.finding.of_groups(groups)
        for group, reason in refused:
            self._refuse(group, reason)
        rows = [row for _, group in meant for row in group.rows]
        matching = await sheet_matching.match(self.session.conn, self.session.server.id, rows, self.settling)
        self.bad += matching.bad
        self.doubtful = matching.doubtful
        return [self._letter(letter, group, matching.places) for letter, group in meant]

    def _refuse(self, group: LetterGroup, reason: str) -> None:
        """Note that the letter of these rows is not certain, and what else is wrong with them."""
        for row in group.rows:
            self.bad.append(BadRow(row.number, reason, BadRowKind.LETTER))
            try:
                self.dating.deadline(row, group.stated.sent)
            except CaseError as wrong:
                self.bad.append(BadRow(row.number, f"deadline: {wrong}"))

    def _letter(self, letter: Letter | None, group: LetterGroup, placed: sheet_matching.Placed) -> SheetLetter:
        """The letter of a group with the rows that can be recorded."""
        sent = letter.sent if letter else group.stated.sent
        dating = self._dating(letter)
        first: dict[int | Identity, int] = {}  # the number of the first row of each place
        ready = []
        for row in group.rows:
            if (place := placed.get(row.number)) is None:
                continue
            first_row = first.setdefault(place.known_by, row.number)
            if first_row != row.number:
                self.bad.append(BadRow(row.number, f"{place.label} is the same place as in row {first_row:,}."))
                continue
            try:
                ready.append(Ready(row, place, dating.deadline(row, sent)))
            except CaseError as wrong:
                self.bad.append(BadRow(row.number, f"deadline: {wrong}"))
        due = letter.deadline if letter else shared_deadline([ready_row.deadline for ready_row in ready])
        rows = [replace(ready_row, deadline=ready_row.deadline or due) for ready_row in ready]
        return SheetLetter(letter or self._new_letter(group, due), group, rows)

    def _dating(self, letter: Letter | None) -> Dating:
        """Periods of a recorded letter are counted on its calendar, if its own deadline was counted on one."""
        name = letter.calendar if letter else ""
        if name in ("", self.dating.calendar.name):
            return self.dating
        return replace(self.dating, calendar=calendar_named(name, dict(self.dating.calendar.closures)), _read={})

    def _new_letter(self, group: LetterGroup, due: Deadline | None) -> Letter:
        """A letter as its rows state it."""
        stated = group.stated
        assert stated.sent is not None
        return Letter(
            id=0,
            slug=stated.slug,
            title=stated.title,
            authority=stated.authority,
            sent=stated.sent,
            demand=stated.demand,
            legal_basis=stated.legal_basis,
            threatened=stated.threatened,
            sources=group.shared_sources() or (self.document.source(),),
            deadline=due,
        )
