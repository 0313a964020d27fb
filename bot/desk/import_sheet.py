"""Recording a spreadsheet of recipients on a server. What is recorded already is left as it is: twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import sheet_matching
from bot.desk.import_report import Outcome, Report
from bot.files.sheets.letter_groups import (
    CHOSEN,
    FIELDS,
    Dating,
    Group,
    Key,
    groups_of,
    own_key,
    shared_deadline,
)
from bot.files.sheets.rows import Bad, Row, Sheet
from bot.reader.document import Document
from bot.record.case import Case, Letter
from bot.record.deadlines.calendars import NONE, Calendar
from bot.record.deadlines.dates import DateOrder, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Sent, effective_events
from bot.record.places import Jurisdiction
from bot.store import cases as reading
from bot.store import codec, documents, events, places
from bot.store.database import batches
from bot.store.events import AuditContext, NewCase

NEEDED = "title, authority and sent"
Refuse = Callable[[Sequence[Bad]], CaseError]


@dataclass(frozen=True)
class Recorded:
    """What became of a spreadsheet: counts and differences, the rows that were left out, and the places to look at again."""

    report: Report
    bad: tuple[Bad, ...]
    notes: tuple[Bad, ...]


@dataclass(frozen=True)
class Ready:
    """A row that can be recorded. The place has its id where the server knows it."""

    row: Row
    place: Jurisdiction
    deadline: Deadline | None


@dataclass
class Mailing:
    """The rows of one letter, which is recorded already or about to be."""

    letter: Letter
    stated: Group
    rows: list[Ready]


async def record(
    conn: AsyncConnection,
    audit: AuditContext,
    document: Document,
    sheet: Sheet,
    *,
    letter: Letter | None = None,
    calendar: Calendar = NONE,
    order: DateOrder | None = None,
    refuse: Refuse | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Recorded:
    """Record the rows inside the caller's transaction; `letter` is that of the rows that name none.

    Where a row is wrong nothing is recorded and what `refuse` makes of the wrong rows is raised; without it they are left out.
    Periods are counted on `calendar`, "2/3/2018" is read by `order`. `progress` is told how many rows were recorded.
    """
    checking = _Checking(conn, audit, document, letter, Dating(audit.zone, calendar, order))
    mailings = await checking.check(sheet)
    bad = sorted(checking.bad, key=lambda one: one.number)
    if bad and refuse:
        raise refuse(bad)
    report = await _Storing(conn, audit, document, progress).store(mailings)
    return Recorded(report, tuple(bad), tuple(checking.notes))


@dataclass
class _Checking:
    """Finds the letter, place and deadline of every row, and what is wrong with any. Writes nothing."""

    conn: AsyncConnection
    audit: AuditContext
    document: Document
    chosen: Letter | None
    dating: Dating
    bad: list[Bad] = field(default_factory=list)
    notes: list[Bad] = field(default_factory=list)

    async def check(self, sheet: Sheet) -> list[Mailing]:
        groups, vague = groups_of(sheet.rows)
        self.bad = [*sheet.bad, *vague]
        known: dict[Key, Letter] = {}
        for one in await reading.letters_of(self.conn, self.audit.server_id):
            known[(one.slug,)] = one
            known.setdefault(own_key(one.authority, one.sent, one.title), one)
        meant = []
        for group in groups:
            letter = self.chosen if group.key == CHOSEN else known.get(group.key)
            if reason := "" if letter else self._no_letter(group, known.values()):
                self.bad += [Bad(row.number, reason) for row in group.rows]
            else:
                meant.append((letter, group))
        rows = [row for _, group in meant for row in group.rows]
        matched = await sheet_matching.match(self.conn, self.audit.server_id, rows)
        self.bad += matched.bad
        self.notes = matched.notes
        return [self._mailing(letter, group, matched.places) for letter, group in meant]

    def _no_letter(self, group: Group, known: Iterable[Letter]) -> str:
        """Why the rows have no letter to go to; empty where one can be made of what they say."""
        if group.key == CHOSEN:
            return "names no letter. Fill in title, authority and sent, or choose a recorded letter: --letter NAME."
        if not group.is_whole:
            slugs = ", ".join(dict.fromkeys(letter.slug for letter in known)) or "none"
            return f"no letter “{group.stated.slug}” is recorded here (recorded: {slugs}). A new one needs {NEEDED}."
        sent = group.stated.sent
        assert sent is not None
        first, now = sent.earliest or sent.latest, self.audit.now
        if first.astimezone(sent.zone).date() > now.astimezone(sent.zone).date():
            return f"the letter's date, {sent.text}, is still to come (today is {written(now.astimezone(sent.zone).date())})."
        return ""

    def _mailing(self, letter: Letter | None, group: Group, placed: dict[int, Jurisdiction]) -> Mailing:
        sent = letter.sent if letter else group.stated.sent
        first: dict[object, int] = {}
        ready = []
        for row in group.rows:
            if (place := placed.get(row.number)) is None:
                continue
            mark: object = place.id or place
            if first.setdefault(mark, row.number) != row.number:
                self.bad.append(Bad(row.number, f"{place.label} is the same as row {first[mark]:,}."))
                continue
            try:
                deadline = self.dating.deadline(row, sent)
            except CaseError as wrong:
                self.bad.append(Bad(row.number, f"deadline: {wrong}"))
                continue
            ready.append(Ready(row, place, deadline or (letter.deadline if letter else None)))
        return Mailing(letter or self._new_letter(group, ready), group, ready)

    def _new_letter(self, group: Group, ready: Sequence[Ready]) -> Letter:
        """A letter as its rows state it; its deadline is the one that all of them have."""
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
            deadline=shared_deadline([one.deadline for one in ready]),
        )


@dataclass
class _Storing:
    conn: AsyncConnection
    audit: AuditContext
    document: Document
    progress: Callable[[int], None]
    report: Report = field(default_factory=Report)
    _told: set[int] = field(default_factory=set)  # places that were counted

    async def store(self, mailings: Sequence[Mailing]) -> Report:
        for mailing in mailings:
            if mailing.rows:
                await self._mailing(mailing)
        if self.report.changes:
            await documents.keep(self.conn, self.audit.server_id, self.document)
        return self.report

    async def _mailing(self, mailing: Mailing) -> None:
        letter = mailing.letter
        if letter.id:
            self._compare_letter(letter, mailing.stated)
        else:
            letter = await events.add_letter(self.conn, self.audit, letter)
            self.report.count("letters", Outcome.NEW)
        found = await reading.of_letter(self.conn, self.audit.server_id, letter.id) if mailing.letter.id else []
        standing = {case.place.id: case for case in found}
        for batch in batches(mailing.rows):
            await self._rows(letter, batch, standing)
            self.progress(len(batch))

    async def _rows(self, letter: Letter, rows: Sequence[Ready], standing: dict[int, Case]) -> None:
        file = self.document.source()
        origin = codec.dump(codec.SOURCES, (file,))
        new = [one.place for one in rows if not one.place.id]
        made = iter(await places.ensure_all(self.conn, self.audit.server_id, new, origin))
        wanted = []
        for one in rows:
            place_id, is_new = (one.place.id, False) if one.place.id else next(made)
            if place_id not in self._told:
                self._told.add(place_id)
                self.report.count("places", Outcome.NEW if is_new else Outcome.SAME)
            if case := standing.get(place_id):
                self._compare_case(case, one)
            else:
                wanted.append(NewCase(place_id, one.deadline, one.row.sources or (file,)))
                self.report.count("cases", Outcome.NEW)
        await events.add_cases(self.conn, self.audit, letter, wanted)

    def _compare_letter(self, letter: Letter, group: Group) -> None:
        stated = {name: value for name in FIELDS if (value := getattr(group.stated, name))}
        ours = {name.replace("_", " "): _shown(getattr(letter, name)) for name in stated}
        theirs = {name.replace("_", " "): _shown(value) for name, value in stated.items()}
        self.report.compared("letters", f"letter {letter.slug}", ours, theirs)

    def _compare_case(self, case: Case, one: Ready) -> None:
        """The same where the file's deadline is any that the case has had; one that the file leaves empty says nothing."""
        what = f"row {one.row.number:,}, letter {case.letter.slug} to {case.place.label}"
        facts = effective_events(case.events)
        if not any(isinstance(event.detail, Sent) for event in facts):
            self.report.differs("cases", f"{what}: was taken back here and stays so")
            return
        had = [event.detail.deadline for event in facts if isinstance(event.detail, DeadlineSet)]
        stated = one.deadline if one.row.deadline else None
        ours = had[-1] if had else None
        if stated and stated.last_moment not in {deadline.last_moment for deadline in had}:
            self.report.compared("cases", what, {"deadline": ours}, {"deadline": stated})
        else:
            self.report.count("cases", Outcome.SAME)


def _shown(value: object) -> object:
    return value.text if isinstance(value, When) else value
