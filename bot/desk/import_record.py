"""Recording a record file on a server. What is already recorded is left as it is: importing twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.import_twins import as_recorded
from bot.desk.recipients import add_recipients
from bot.desk.record_plan import PlannedCase, PlannedRecordLetter, RecordPlan, RecordPlanning
from bot.desk.session import Session, WriteSession
from bot.files import record_events
from bot.files.event_parts import AnyEvent
from bot.files.record_events import RecordStep, steps
from bot.files.record_file import LetterPart, RecordFile
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.import_report import ImportReport
from bot.record.places import Identity
from bot.store import cases, events
from bot.store.database import batches

MOST_NAMED = 20  # lines on what is in the future
EVENTS_AT_ONCE = 100  # events of a file that are compared together


@dataclass(frozen=True)
class RecordOptions:
    """How a record file is to be recorded."""

    #: Only what was before that moment.
    until: datetime | None = None
    #: The short name of the recorded letter that a letter of the file is.
    letter: str = ""
    #: A letter that may be recorded under another short name is another letter.
    new_letters: bool = False
    #: Nothing is announced.
    quiet: bool = False


@dataclass(frozen=True)
class RecordDecision:
    """What is to be recorded of a record file, decided by what the server had recorded then."""

    plan: RecordPlan
    announce: bool
    #: How many events of the file were compared.
    events: int


async def decide_record(session: Session, record: RecordFile, options: RecordOptions) -> RecordDecision:
    """What `record_decided` is to record, and announce in one notice for each letter.

    Everything counts as recorded at `session.now`. Letters are known by their slug, cases by letter and place, events by their
    key. A letter that may be recorded under another slug is refused, unless the options say (see `import_twins`). Nothing is
    announced on a server that has no letter yet. CaseError if something in the file is in the future.
    """
    record = await as_recorded(session, record, options.letter, new_letters=options.new_letters)
    due = [step.part for step in steps(record) if options.until is None or step.moment < options.until]
    _all_happened(record, due, session.now)
    is_news = not options.quiet and bool(await cases.letters_of(session.conn, session.server.id))
    planning = RecordPlanning(session, record)
    await planning.places(part.place().label for part in record.jurisdictions)
    letters = {part.slug for part in due if isinstance(part, LetterPart)}
    for part in record.letters:  # in the order of the file, which is the order of the case numbers
        if part.slug in letters:
            await planning.letter(part)
    happened = [part for part in due if not isinstance(part, LetterPart)]
    for batch in batches(happened, EVENTS_AT_ONCE):
        await planning.events(batch)
    return RecordDecision(planning.done(), is_news, len(happened))


async def record_decided(
    session: WriteSession, decision: RecordDecision, progress: Callable[[int], None] = lambda items: None
) -> ImportReport:
    """Record and announce what was decided. Nothing may have been recorded since.

    `progress` is called with the number of letters and events that were dealt with since it was called last.
    """
    plan = decision.plan
    place_ids = await plan.new_places.record(session.conn, session.server.id)
    letter_ids: dict[int, int] = {}
    case_ids: dict[int, int] = {}  # of what is planned, by its identity
    for planned in plan.letters:
        letter_ids[id(planned)] = await _record_letter(session, planned, place_ids, case_ids, decision.announce)
        progress(1)
    rows = [
        EventRow(
            event=event.event,
            place_id=event.place.id or place_ids[event.place.identity],
            case_id=_id_of(event.case, case_ids),
            letter_id=letter_ids.get(id(event.letter), event.letter.letter.id) if event.letter else None,
        )
        for event in plan.events
    ]
    standings = plan.standings | {case_id: [] for case_id in case_ids.values()}
    # A record comes with years of what happened around its letters; only what belongs to a letter is news here.
    await append_and_announce(
        session, rows, announce=decision.announce, announce_places=False, standings=standings, stored=plan.stored
    )
    progress(decision.events)
    return plan.report


async def _record_letter(
    session: WriteSession,
    planned: PlannedRecordLetter,
    place_ids: dict[Identity, int],
    case_ids: dict[int, int],
    announce: bool,
) -> int:
    """The id of the letter. Those of the cases that were added are put into `case_ids`."""
    letter = planned.letter if planned.letter.id else await events.add_letter(session.conn, session.audit, planned.letter)
    recipients = planned.new_cases(place_ids)
    added = await add_recipients(session, letter, recipients, announce=announce, facts=planned.facts)
    case_ids |= {id(case): case_id for case, case_id in zip(planned.added, added, strict=True)}
    return letter.id


def _id_of(case: PlannedCase | None, added: dict[int, int]) -> int | None:
    if case is None:
        return None
    return case.case.id if case.case else added[id(case)]


async def record_file(
    session: WriteSession,
    record: RecordFile,
    *,
    until: datetime | None = None,
    letter: str = "",
    new_letters: bool = False,
    quiet: bool = False,
    progress: Callable[[int], None] = lambda items: None,
) -> ImportReport:
    """Decide and record within one transaction."""
    options = RecordOptions(until, letter, new_letters, quiet)
    return await record_decided(session, await decide_record(session, record, options), progress)


async def record_step(session: WriteSession, record: RecordFile, step: RecordStep, *, quiet: bool = False) -> ImportReport:
    """Record one letter or event of a file on its own day, and announce it unless `quiet`: a replay, in which all is news.

    Of a new letter the sending to each recipient is announced; events of a place alone are not.
    """
    planning = RecordPlanning(session, record)
    if isinstance(step.part, LetterPart):
        await planning.letter(step.part)
    else:
        await planning.events([step.part])
    return await record_decided(session, RecordDecision(planning.done(), not quiet, 1))


def _all_happened(record: RecordFile, parts: Sequence[LetterPart | AnyEvent], now: datetime) -> None:
    """CaseError for letters and events that surely lie after `now`: by their earliest day if it is known."""
    ahead = []
    for part in parts:
        name = f"letter {part.slug}" if isinstance(part, LetterPart) else f"event {part.id}"
        when = record_events.when(record, part.sent if isinstance(part, LetterPart) else part.on, part.timezone)
        first = when.earliest or when.latest
        # Compared by the day unless the hour is known: what happened today may be recorded in the morning.
        if first > now and (when.precision is Precision.MOMENT or _day(first, when) > _day(now, when)):
            ahead.append(f"- {name}: {when.text} is in the future (today is {_day(now, when)})")
    if ahead:
        more = [f"- and {len(ahead) - MOST_NAMED:,} more"] if len(ahead) > MOST_NAMED else []
        head = "Only what has happened can be recorded; nothing from this file was recorded:"
        raise CaseError("\n".join([head, *ahead[:MOST_NAMED], *more]))


def _day(moment: datetime, when: When) -> date:
    return moment.astimezone(when.zone).date()
