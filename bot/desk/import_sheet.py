"""Recording a spreadsheet of recipients on a server. What is already recorded is left as it is: twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.desk import import_twins, sheet_matching
from bot.desk.import_news import is_news
from bot.desk.import_twins import SheetLetters
from bot.desk.recipients import add_recipients
from bot.desk.session import WriteSession, reading
from bot.desk.sheet_draft import refusal
from bot.desk.sheet_places import Settling
from bot.files.sheets.letter_groups import (
    FIELDS,
    Dating,
    LetterGroup,
    groups_of,
    shared_deadline,
)
from bot.files.sheets.rows import BadRow, BadRowKind, Row, Sheet
from bot.reader.document import Document
from bot.record.case import Case, Letter
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, effective_events
from bot.record.import_report import DifferenceKind, ImportItem, ImportReport, ItemKind
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction
from bot.record.servers import Server
from bot.store import cases, closures, codec, documents, events, places
from bot.store.database import Database, batches


@dataclass(frozen=True)
class SheetImport:
    """What became of a spreadsheet."""

    report: ImportReport
    #: The rows that were left out.
    bad: tuple[BadRow, ...]
    #: The rows whose place was settled with a doubt.
    doubtful: tuple[BadRow, ...]


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


async def settle_places(db: Database, server: Server, sheet: Sheet, now: datetime) -> Settling:
    """Look up the places that the server does not know yet, before `record_sheet` opens the transaction that writes.

    For thousands of rows it takes seconds, in which nobody else could write. `server` need not be in the database yet.
    """
    async with reading(db, server.id, now, server=server) as session:
        unknown = await sheet_matching.unknown_rows(session, sheet.rows)
    settling = Settling()
    for row in unknown:
        settling.outcome(row)
    return settling


async def record_sheet(
    session: WriteSession,
    document: Document,
    sheet: Sheet,
    *,
    settling: Settling | None = None,
    letter: str = "",
    new_letters: bool = False,
    skip_bad_rows: bool = False,
    most_named: int = 50,
    quiet: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> SheetImport:
    """Record the rows and announce what is new, in one notice for each letter; `document` is saved as their source.

    1. `letter` is the short name of the recorded letter of the rows that name none, or one that may be it. CaseError if there
       is no such letter. With `new_letters`, a letter that may be a recorded one is another one; else its rows are wrong.
    2. If a row is wrong, nothing is recorded: CaseError lists the wrong rows, `most_named` of them. With `skip_bad_rows` they
       are left out instead.
    3. Periods are counted on the calendar of a recorded letter, else on the server's; "2/3/2018" is read in the order of the
       session.
    4. Nothing is announced with `quiet`, nor on a server that has no letter yet.

    `settling` holds the places that were looked up before (see `settle_places`). CaseError if the sheet was read in another
    time zone than the server has by now.

    `progress` is called with the number of rows that were recorded since it was called last.
    """
    if sheet.zone != session.server.zone:
        raise CaseError("The server's time zone was changed in the meantime, and nothing was recorded. Import the file again.")
    recorded = await cases.letters_of(session.conn, session.server.id)
    chosen = import_twins.chosen(recorded, letter) if letter else None
    finding = SheetLetters(session, recorded, chosen, new_letters)
    closed = await closures.in_force(session.conn, session.server.id)
    calendar = calendar_named(session.server.calendar, closed)
    dating = Dating(session.server.zone, calendar, session.order)
    checking = _Checking(session, document, finding, dating, settling or Settling())
    letters = await checking.check(sheet)
    bad = sorted(checking.bad, key=lambda row: row.number)
    if bad and not skip_bad_rows:
        raise refusal(sheet.name, bad, most_named)
    report = await _Recording(session, document, await is_news(session, quiet), progress).record(letters)
    return SheetImport(report, tuple(bad), tuple(checking.doubtful))


@dataclass
class _Checking:
    """Finds the letter, place and deadline of every row, and what is wrong with any. Writes nothing."""

    session: WriteSession
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
        first: dict[object, int] = {}
        ready = []
        for row in group.rows:
            if (place := placed.get(row.number)) is None:
                continue
            mark: object = place.id or place
            if first.setdefault(mark, row.number) != row.number:
                self.bad.append(BadRow(row.number, f"{place.label} is the same place as in row {first[mark]:,}."))
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


@dataclass
class _Recording:
    session: WriteSession
    document: Document
    announce: bool
    progress: Callable[[int], None]
    report: ImportReport = field(default_factory=ImportReport)
    _counted: set[int] = field(default_factory=set)  # ids of places

    async def record(self, letters: Sequence[SheetLetter]) -> ImportReport:
        for letter in letters:
            if letter.rows:
                await self._letter(letter)
        if self.report.changes:
            await documents.keep(self.session.conn, self.session.server.id, self.document)
        return self.report

    async def _letter(self, sheet_letter: SheetLetter) -> None:
        letter = sheet_letter.letter
        known: dict[int, Case] = {}
        if letter.id:
            self._compare_letter(letter, sheet_letter.stated)
            of_letter = await cases.of_letter(self.session.conn, self.session.server.id, letter.id)
            known = {case.place.id: case for case in of_letter}
        else:
            letter = await events.add_letter(self.session.conn, self.session.audit, letter)
            self.report.new[ItemKind.LETTER] += 1
        for batch in batches(sheet_letter.rows):
            await self._rows(letter, batch, known)
            self.progress(len(batch))

    async def _rows(self, letter: Letter, rows: Sequence[Ready], known: dict[int, Case]) -> None:
        file = self.document.source()
        origin = codec.dump(codec.SOURCES, (file,))
        new_places = [ready.place for ready in rows if not ready.place.id]
        ensured = iter(await places.ensure_all(self.session.conn, self.session.server.id, new_places, origin))
        recipients = []
        for ready in rows:
            place_id, is_new = (ready.place.id, False) if ready.place.id else next(ensured)
            if place_id not in self._counted:
                self._counted.add(place_id)
                (self.report.new if is_new else self.report.same)[ItemKind.PLACE] += 1
            if case := known.get(place_id):
                self._compare_case(case, ready)
            else:
                recipients.append(NewCase(place_id, ready.deadline, ready.row.sources or (file,)))
                self.report.new[ItemKind.CASE] += 1
                if not ready.row.deadline:
                    self.report.takes_letters_deadline(
                        letter, ready.deadline, f"{ready.place.label} (row {ready.row.number:,})"
                    )
        await add_recipients(self.session, letter, recipients, announce=self.announce)

    def _compare_letter(self, letter: Letter, group: LetterGroup) -> None:
        """Fields that the file leaves empty say nothing. Days are compared as they are written."""
        stated = {name: value for name in FIELDS if (value := getattr(group.stated, name))}
        ours = {name: _comparable(getattr(letter, name)) for name in stated}
        theirs = {name: _comparable(value) for name, value in stated.items()}
        self.report.compare(ImportItem(ItemKind.LETTER, letter=letter.slug), ours, theirs)

    def _compare_case(self, case: Case, ready: Ready) -> None:
        """The same if the file's deadline is any that the case has had. One that the file leaves empty says nothing."""
        item = ImportItem(ItemKind.CASE, place=case.place.label, letter=case.letter.slug, row=ready.row.number)
        in_effect = effective_events(case.events)
        if not case.is_recorded:
            self.report.differs(item, DifferenceKind.TAKEN_BACK)
            return
        had = [event.detail.deadline for event in in_effect if isinstance(event.detail, DeadlineSet)]
        stated = ready.deadline if ready.row.deadline else None
        if stated and stated.last_moment not in {deadline.last_moment for deadline in had}:
            self.report.compare(item, {"deadline": had[-1] if had else None}, {"deadline": stated})
        else:
            self.report.same[ItemKind.CASE] += 1


def _comparable(value: object) -> object:
    return value.text if isinstance(value, When) else value
