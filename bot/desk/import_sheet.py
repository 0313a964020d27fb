"""Recording a spreadsheet of recipients on a server. What is already recorded is left as it is: twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.desk import import_twins
from bot.desk.import_twins import SheetLetters
from bot.desk.recipients import add_recipients
from bot.desk.session import Session, WriteSession
from bot.desk.sheet_checking import SheetChecking
from bot.desk.sheet_draft import refusal
from bot.desk.sheet_places import Settling
from bot.desk.sheet_plan import PlannedLetter, SheetPlan, plan_of
from bot.files.sheets.letter_groups import Dating
from bot.files.sheets.rows import BadRow, Sheet
from bot.reader.document import Document
from bot.record.deadlines.calendars import calendar_named
from bot.record.errors import CaseError
from bot.record.import_report import ImportReport
from bot.record.places import Identity
from bot.store import cases, closures, documents, events


@dataclass(frozen=True)
class SheetImport:
    """What became of a spreadsheet."""

    report: ImportReport
    #: The rows that were left out.
    bad: tuple[BadRow, ...]
    #: The rows whose place was settled with a doubt.
    doubtful: tuple[BadRow, ...]


@dataclass(frozen=True)
class SheetOptions:
    """How a spreadsheet is to be recorded."""

    #: The short name of the recorded letter of the rows that name none, or of one that may be it.
    letter: str = ""
    #: A letter that may be a recorded one is another one.
    new_letters: bool = False
    #: Wrong rows are left out, instead of holding back all of them.
    skip_bad_rows: bool = False
    #: Wrong rows that a refusal lists.
    most_named: int = 50
    #: Nothing is announced.
    quiet: bool = False


@dataclass(frozen=True)
class SheetDecision:
    """What is to be recorded of a spreadsheet, decided by what the server had recorded then."""

    document: Document
    plan: SheetPlan
    bad: tuple[BadRow, ...]
    doubtful: tuple[BadRow, ...]
    announce: bool


async def decide_sheet(
    session: Session,
    document: Document,
    sheet: Sheet,
    options: SheetOptions | None = None,
    settling: Settling | None = None,
) -> SheetDecision:
    """What `record_decided` is to record, and announce in one notice for each letter.

    1. CaseError if there is no recorded letter of the short name that was given.
    2. If a row is wrong, CaseError lists the wrong rows, unless they are to be left out. The letter of a row is wrong if it may
       be a recorded one and nobody said which.
    3. Periods are counted on the calendar of a recorded letter, else on the server's; "2/3/2018" is read in the order of the
       session.
    4. Nothing is announced on a server that has no letter yet.

    `settling` keeps the places that are looked up, for the case that all is decided again. CaseError if the sheet was read in
    another time zone than the server has by now.
    """
    if sheet.zone != session.server.zone:
        raise CaseError("The server's time zone was changed in the meantime, and nothing was recorded. Import the file again.")
    options = options or SheetOptions()
    recorded = await cases.letters_of(session.conn, session.server.id)
    chosen = import_twins.chosen(recorded, options.letter) if options.letter else None
    finding = SheetLetters(session, recorded, chosen, options.new_letters)
    closed = await closures.in_force(session.conn, session.server.id)
    dating = Dating(session.server.zone, calendar_named(session.server.calendar, closed), session.order)
    checking = SheetChecking(session, document, finding, dating, settling or Settling())
    letters = await checking.check(sheet)
    bad = sorted(checking.bad, key=lambda row: row.number)
    if bad and not options.skip_bad_rows:
        raise refusal(sheet.name, bad, options.most_named)
    plan = await plan_of(session, document, letters)
    return SheetDecision(document, plan, tuple(bad), tuple(checking.doubtful), bool(recorded) and not options.quiet)


async def record_decided(
    session: WriteSession, decision: SheetDecision, progress: Callable[[int], None] = lambda rows: None
) -> SheetImport:
    """Record and announce what was decided; the document is saved as the source. Nothing may have been recorded since.

    `progress` is called with the number of recipients that were recorded since it was called last.
    """
    plan = decision.plan
    place_ids = await plan.new_places.record(session.conn, session.server.id)
    for planned in plan.letters:
        await _record_letter(session, decision, planned, place_ids)
        progress(len(planned.recipients))
    if plan.report.changes:
        await documents.keep(session.conn, session.server.id, decision.document)
    return SheetImport(plan.report, decision.bad, decision.doubtful)


async def _record_letter(
    session: WriteSession, decision: SheetDecision, planned: PlannedLetter, place_ids: dict[Identity, int]
) -> None:
    letter = planned.letter if planned.letter.id else await events.add_letter(session.conn, session.audit, planned.letter)
    for deadline, recipient in planned.taken:
        decision.plan.report.takes_letters_deadline(letter, deadline, recipient)
    recipients = planned.new_cases(place_ids)
    await add_recipients(session, letter, recipients, announce=decision.announce, facts=planned.facts)
