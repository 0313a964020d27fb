"""Recording what happened in a case: an answer, an extension, an end, anything else.

Every function announces what it recorded, if that kind of event is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.deadlines import Counting, DeadlineInput, counting_for_case, happened_on, new_deadline, not_before_letter
from bot.desk.lookups import CaseRef, case_again
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, CaseState
from bot.record.consequence_states import check_lifting
from bot.record.consequences import known_as
from bot.record.corrections import in_place_of
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Amount,
    Answer,
    Basis,
    Certainty,
    Closed,
    Consequence,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Outcome,
    Reopened,
    effective_events,
    last_word,
)
from bot.record.new_events import NewEvent
from bot.record.sources import Source
from bot.store import cases, forgetting
from bot.words import errors
from bot.words.events import ANSWERS
from bot.words.extent import EXTENT_SETTLED
from bot.words.status import headline


@dataclass(frozen=True)
class EventReport:
    """What is known about an event besides its kind."""

    #: Today on the server if None.
    when: When | None
    source: Source
    text: str = ""
    certainty: Certainty = Certainty.CONFIRMED
    amount: Amount | None = None


@dataclass(frozen=True)
class RecordedEvent:
    """An event that was recorded, with its case as it is now."""

    case: Case
    event: Event
    case_state: CaseState
    operation: str


@dataclass(frozen=True)
class RecordedExtension:
    recorded: RecordedEvent
    #: The deadline that was in force before; None if none was recorded.
    before: Deadline | None


async def record_answer(session: WriteSession, ref: CaseRef, extent: Extent, report: EventReport) -> RecordedEvent:
    """Record what a jurisdiction answered."""
    case = await case_again(session, ref)
    return await _record(session, case, answer_of(session, case, extent, report))


def answer_of(session: Session, case: Case, extent: Extent, report: EventReport) -> NewEvent:
    """What `record_answer` records in a case; CaseError if it cannot take it."""
    when = not_before_letter(when_of(session, report), case.letter, "An answer")
    return new_event(Answer(extent), when, report)


async def settle_extent(session: WriteSession, answer_id: int, extent: Extent, recorded: int | None = None) -> RecordedEvent:
    """Record how complete an answer was of which the source does not say it: a correction of that event, with its sources.

    `recorded`: the second in which the answer was recorded, if that is known. CaseError if it was settled or taken back since,
    if this server has no such answer, and if the id may have been given out to another one since.
    """
    if recorded is None and await forgetting.ids_are_given_out_again(session.conn):
        raise CaseError(errors.CHANGED)
    case = await cases.of_event(session.conn, session.server.id, answer_id)
    answer = next((event for event in case.events if event.id == answer_id), None) if case else None
    if case is None or answer is None or answer.detail != Answer(Extent.UNKNOWN):
        raise CaseError(errors.STALE)
    if recorded not in (None, int(answer.recorded_at.timestamp())):
        raise CaseError(errors.STALE)
    corrected = in_place_of(case.events, answer)
    if corrected and corrected.detail == answer.detail:  # its text or its day was wrong
        answer = corrected
    last = last_word(case.events, answer)
    _check_unsettled(case, answer, last)
    text = f"{answer.text} {EXTENT_SETTLED[extent]}".strip()
    correction = NewEvent(
        answer.when, Answer(extent), text, answer.sources, answer.certainty, answer.amount, answer.conflict, last.id
    )
    return await _record(session, case, correction)


async def close_case(session: WriteSession, ref: CaseRef, outcome: Outcome, report: EventReport) -> RecordedEvent:
    """Record that a case has ended; CaseError if it has ended already."""
    case = await case_again(session, ref)
    return await _record(session, case, closing_of(session, case, outcome, report))


def closing_of(session: Session, case: Case, outcome: Outcome, report: EventReport) -> NewEvent:
    """What `close_case` records in a case; CaseError if it cannot take it."""
    _check_open(case, session)
    when = not_before_letter(when_of(session, report), case.letter, "The end of the case")
    return new_event(Closed(outcome), when, report)


async def extend_deadline(
    session: WriteSession, ref: CaseRef, typed: DeadlineInput, granted_by: str, report: EventReport
) -> RecordedExtension:
    """Record a new deadline that was granted on the report's day; CaseError if the case has ended."""
    case = await case_again(session, ref)
    by = await counting_for_case(session, case, typed.counted_from, typed.calendar)
    extension = extension_of(session, case, typed.text or "", by, granted_by, report)
    return RecordedExtension(await _record(session, case, extension), case.at(session.now).deadline)


def extension_of(session: Session, case: Case, text: str, by: Counting, granted_by: str, report: EventReport) -> NewEvent:
    """What `extend_deadline` records in a case; CaseError if it cannot take it. `by`: `counting_for_case`."""
    _check_open(case, session)
    when = not_before_letter(when_of(session, report), case.letter, "An extension")
    deadline = new_deadline(text, case, session.now, by, when)
    basis = Basis.EXTENSION if case.at(session.now).deadline else Basis.ORIGINAL
    return new_event(DeadlineSet(deadline, basis, granted_by), when, report)


async def record_event(session: WriteSession, ref: CaseRef, detail: Detail, report: EventReport) -> RecordedEvent:
    """Record any other event; CaseError for a reopening of a case that is open, and for lifting what is not in force."""
    case = await case_again(session, ref)
    return await _record(session, case, other_event_of(session, case, detail, report))


def other_event_of(session: Session, case: Case, detail: Detail, report: EventReport) -> NewEvent:
    """What `record_event` records in a case; CaseError if it cannot take it."""
    _check_reopening(case, isinstance(detail, Reopened), session)
    when = when_of(session, report)
    if isinstance(detail, Consequence):
        detail = replace(detail, name=known_as(detail.name, consequences_of(case, session)))
        check_lifting(detail, when, effective_events(case.events))
    return new_event(detail, when, report)


def consequences_of(case: Case, session: Session) -> tuple[str, ...]:
    """The consequences of a case: those that its letter threatens, then others that are recorded of it."""
    return tuple(case.at(session.now).consequences)


async def cases_for_event(session: Session, refs: Sequence[CaseRef], *, reopening: bool) -> list[Case]:
    """The cases of which an event is about to be recorded; of one alone, refuses what `record_event` would refuse."""
    if len(refs) > 1:
        return await cases.with_ids(session.conn, [ref.id for ref in refs])
    case = await case_again(session, refs[0])
    _check_reopening(case, reopening, session)
    return [case]


def today(session: Session) -> When:
    return happened_on(session, None)


def when_of(session: Session, report: EventReport) -> When:
    """When it happened: today if the report does not say."""
    return report.when or today(session)


def new_event(detail: Detail, when: When, report: EventReport) -> NewEvent:
    """What was reported, as an event to be recorded."""
    return NewEvent(when, detail, report.text, (report.source,), report.certainty, report.amount)


async def _record(session: WriteSession, case: Case, new_event: NewEvent) -> RecordedEvent:
    [event_id] = await _append(session, [(case, new_event)])
    [after] = await cases.with_ids(session.conn, [case.id])
    event = next(event for event in after.events if event.id == event_id)
    return RecordedEvent(after, event, after.at(session.now), session.audit.operation)


async def _append(session: WriteSession, new_events: Sequence[tuple[Case, NewEvent]]) -> list[int]:
    """Append one event to each of some cases, and announce what is news: the events' ids."""
    rows = [EventRow(new_event, case.place.id, case.id, case.letter.id) for case, new_event in new_events]
    return await append_and_announce(session, rows)


def _check_unsettled(case: Case, answer: Event, last: Event) -> None:
    """`last`: the newest event that corrects the answer, or takes such a correction back."""
    if not case.is_recorded:
        raise CaseError(f"The case of {case.place.label} was undone, so there is no answer to correct.")
    if answer in effective_events(case.events):
        return
    if isinstance(last.detail, Answer):
        raise CaseError(
            f"{last.recorded_by} has already recorded how complete this answer was: {ANSWERS[last.detail.extent]}. "
            "If that is wrong, correct it: /case correct."
        )
    raise CaseError("This answer was taken back, so there is nothing to settle. /case correct can restore it.")


def _check_open(case: Case, session: Session) -> None:
    case_state = case.at(session.now)
    if case_state.ended:
        raise CaseError(
            f"#{case.number} {case.place.label} has ended ({headline(case_state)}). "
            "If it continues, record that first: /case event, kind “case reopened”."
        )


def _check_reopening(case: Case, reopening: bool, session: Session) -> None:
    if reopening and case.at(session.now).ended is None:
        raise CaseError(f"#{case.number} {case.place.label} is open: there is nothing to reopen.")
