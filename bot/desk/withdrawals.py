"""Taking back a whole case, and putting in effect again what was taken back: at any age, by anybody at the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.corrections import CorrectionRequest, event_in
from bot.desk.lookups import CaseRef, case_again
from bot.desk.session import Session, WriteSession
from bot.desk.undo import later_than
from bot.record.case import Case
from bot.record.corrections import How, in_place_of, taken_back_by
from bot.record.errors import CaseError
from bot.record.events import Corrected, Event, Sent, effective_events
from bot.record.recheck import Told
from bot.record.sources import Source
from bot.store import cases, events, taking_back, undone_news
from bot.store.taking_back import TakingBack
from bot.store.told import told_about
from bot.words import correction_refusals as refusals
from bot.words import corrections as words
from bot.words import errors

MOST_CASES = 2  # of one operation that is restored as a whole: those between which something was moved


@dataclass(frozen=True)
class WithdrawalRequest:
    """A case that a person wants to be taken back."""

    case: CaseRef
    reason: str
    source: Source


@dataclass(frozen=True)
class PlannedTakingBack:
    """What is taken back: the facts of a case, or what took some back before."""

    case: Case
    #: What goes, or is in effect again; in the order of recording.
    facts: tuple[Event, ...]
    planned: list[TakingBack]
    #: Whether the channel was told of any of it.
    is_told: bool

    @property
    def digest(self) -> str:
        newest = max(event.id for event in self.case.events)
        ids = [correction.replaced_id for part in self.planned for correction in part.corrections]
        return hashlib.sha256(repr((newest, sorted(ids))).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class TakenBack:
    """What was taken back, with the case as it is now."""

    planned: PlannedTakingBack
    case: Case
    count: int
    operation: str


async def plan_withdrawal(session: Session, request: WithdrawalRequest) -> PlannedTakingBack:
    """What `record_taking_back` would take back for a case as a whole. CaseError if it was taken back already."""
    _check_reason(request.reason)
    case = await case_again(session, request.case)
    facts = sorted(effective_events(case.events), key=lambda event: event.id)
    wanted = dict.fromkeys((event.id for event in facts), words.WITHDRAWN)
    return await _planned(session, case, facts, wanted, request.reason, (request.source,))


async def plan_restoring(session: Session, request: CorrectionRequest) -> PlannedTakingBack:
    """What would put in effect again what the event of `request` took back, with all that was taken back together with it.

    CaseError if that was restored already, if it is to be done otherwise, or if its case was recorded again meanwhile.
    """
    _check_reason(request.reason)
    case = await _any_case(session, request.case)
    event = event_in(case.events, request.event)
    undone = taken_back_by(case.events, event)
    if request.how is not How.TAKE_BACK:
        raise CaseError(refusals.cannot_correct_taking_back(undone))
    if correction := in_place_of(case.events, event):
        raise CaseError(refusals.corrected_already(correction))
    operation = await events.operation_of(session.conn, event.id)
    recorded = await events.operation(session.conn, session.server.id, operation)
    ids = await events.ids_of(session.conn, session.server.id, operation)
    wanted = dict.fromkeys(ids, words.RESTORED)
    if recorded is None or len(recorded.case_ids) > MOST_CASES:
        wanted = {id: text for id, text in wanted.items() if any(event.id == id for event in case.events)}
    else:
        wanted |= (await later_than(session, operation)).corrections
    restored = list(_restored(case, wanted))
    if case.is_recorded and any(isinstance(fact.detail, Sent) for fact in restored):
        raise CaseError(refusals.recorded_again(case))
    sources = (request.source,) if request.source else ()
    return await _planned(session, case, restored, wanted, request.reason, sources)


async def record_taking_back(session: WriteSession, planned: PlannedTakingBack) -> TakenBack:
    """Record what was planned, and announce it where the channel was told otherwise. Nothing may have been recorded since."""
    undone = await taking_back.record(session.conn, session.audit, planned.planned)
    await undone_news.announce_undone(session.conn, session.server.id, undone, session.now, session.audit.by_id)
    [after] = await cases.with_ids(session.conn, [planned.case.id])
    return TakenBack(planned, after, len(undone), session.audit.operation)


async def _planned(
    session: Session,
    case: Case,
    facts: Sequence[Event],
    wanted: dict[int, str],
    reason: str,
    sources: tuple[Source, ...],
) -> PlannedTakingBack:
    server = session.server
    planned = await taking_back.plan(session.conn, server.id, session.now, server.zone, wanted, reason, sources)
    if not any(part.corrections for part in planned):
        raise CaseError(refusals.NOTHING_LEFT)
    told = await told_about(session.conn, case.id, {event.id for event in case.events})
    is_told = any(about.told is Told.POSTED for about in told.values()) and server.announce
    return PlannedTakingBack(case, tuple(facts), planned, is_told and server.channel_id is not None)


def _restored(case: Case, corrections: Iterable[int]) -> Iterable[Event]:
    """What these corrections of a case took back, in the order of recording."""
    gone = set(corrections)
    taking = [event for event in case.events if event.id in gone and isinstance(event.detail, Corrected)]
    return [fact for correction in taking if (fact := taken_back_by(case.events, correction))]


async def _any_case(session: Session, ref: CaseRef) -> Case:
    """The case that was looked up before, also if it was taken back."""
    case = await cases.numbered(session.conn, session.server.id, ref.number)
    if case is None or case.id != ref.id:
        raise CaseError(errors.unknown_case(str(ref.number)))
    return case


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise CaseError(errors.empty("The reason"))
