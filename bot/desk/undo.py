"""Taking back what was recorded, for a while, by the person who recorded it; and with it what rests on it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk import revisions
from bot.desk.lookups import place_with_id
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, CaseState, Letter
from bot.record.errors import CaseError
from bot.record.events import Event, Sent, effective_events
from bot.record.later_facts import later_facts, later_facts_of_place
from bot.record.places import Jurisdiction
from bot.record.revisions import Revision
from bot.store import cases, events, taking_back, undone_news
from bot.store.taking_back import TakingBack
from bot.words import errors
from bot.words import undo as words
from bot.words.prose import plural

UNDO_FOR = timedelta(minutes=15)
NO_LETTER = "There is nothing left to undo: the letter is no longer recorded."


@dataclass(frozen=True)
class LaterFact:
    """A fact that an undo would also take back."""

    #: None for a fact of a place apart from any letter.
    case: Case | None
    place: Jurisdiction
    event: Event
    #: What its correction would say.
    reason: str


@dataclass(frozen=True)
class LaterFacts:
    """What an undo would also take back: it is shown first, and nothing is undone before a person agrees to it."""

    #: In the order of recording, whoever recorded them.
    facts: tuple[LaterFact, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same facts; empty for none. A person agrees to this list and to no other one."""
        ids = ",".join(str(fact.event.id) for fact in self.facts)
        return hashlib.sha256(ids.encode()).hexdigest()[:12] if ids else ""

    @property
    def corrections(self) -> dict[int, str]:
        """What each correction would say, by the id of the fact."""
        return {fact.event.id: fact.reason for fact in self.facts}

    @property
    def listed(self) -> list[tuple[Case | Jurisdiction, Event]]:
        """Each event with the case it is about, or with the place alone."""
        return [(fact.case or fact.place, fact.event) for fact in self.facts]


@dataclass(frozen=True)
class UndoneLetter:
    """The letter that was recorded together with what was undone."""

    title: str
    #: It stays recorded, since recipients were added to it later.
    stays: bool


@dataclass(frozen=True)
class UndoneEvents:
    #: How many events were taken back.
    count: int
    #: How many cases they are about.
    case_count: int
    #: The first of these, by number.
    cases: tuple[tuple[Case, CaseState], ...]
    letter: UndoneLetter | None
    #: What was changed back of letters, places and settings.
    changed_back: tuple[Revision, ...] = ()


@dataclass(frozen=True)
class Press:
    """An Undo button that somebody has pressed."""

    operation: str
    #: Discord's id of the person; None if it is not a person.
    by_id: int | None
    #: How long after recording it works.
    allowed: timedelta = UNDO_FOR
    #: The digest of the later facts that the person agreed to take back with it.
    agreed: str = ""
    #: Whether the person may change settings.
    manages: bool = False


@dataclass(frozen=True)
class UndoDecision:
    """What is to be taken back, with everything that can be worked out before. It is used once."""

    operation: str
    #: The cases, and the first of them.
    case_count: int
    first_cases: list[int]
    planned: list[TakingBack]
    #: What is to be changed back of letters, places and settings.
    to_change_back: tuple[Revision, ...] = ()


async def decide_undo(session: Session, press: Press) -> UndoDecision | LaterFacts:
    """What `record_undo` is to take back by corrections of what was recorded under one operation.

    Only within the time allowed, and only for the person who recorded it. Facts that rest on it go too, whoever recorded them,
    but only if the person agreed to just these: else they are returned, and nothing is to be undone. Changes of letters, places
    and settings are changed back by anybody who may make them, at any time (`desk.revisions`), if nothing else goes with them.
    """
    recorded = await events.operation(session.conn, session.server.id, press.operation)
    changed = await revisions.undoable(session, press.operation, manages=press.manages)
    if recorded is None and changed:
        return UndoDecision(press.operation, 0, [], [], tuple(changed))
    if recorded is None:
        raise CaseError(errors.STALE)
    if recorded.by_id is None or recorded.by_id != press.by_id:
        raise CaseError(_not_yours(recorded.by))
    _check_time(recorded.at, session.now, press.allowed)
    undone = await events.ids_of(session.conn, session.server.id, press.operation)
    later = await _resting_on(session, press.operation, recorded, undone)
    if later.digest and later.digest != press.agreed:
        return later
    wanted = {**dict.fromkeys(undone, "Undone."), **later.corrections}
    planned = await taking_back.plan(session.conn, session.server.id, session.now, session.server.zone, wanted)
    if not any(correction.replaced_id in undone for part in planned for correction in part.corrections):
        raise CaseError("There is nothing left to undo: it was already undone or corrected.")
    await _check_not_corrected_since(session, press.operation, undone, planned)
    first = await cases.first_ids_of(session.conn, recorded.case_ids, words.SHOWN)
    return UndoDecision(press.operation, len(recorded.case_ids), first, planned, tuple(changed))


async def _check_not_corrected_since(session: Session, operation: str, undone: set[int], planned: Iterable[TakingBack]) -> None:
    """CaseError if the operation took something back, and what it recorded instead was corrected since: what it took back would
    be in effect beside that."""
    left = undone - {correction.replaced_id for part in planned for correction in part.corrections}
    if left and (taking := await events.taking_back_in(session.conn, session.server.id, operation)) and left - taking:
        raise CaseError(words.CORRECTED_SINCE)


async def record_undo(session: WriteSession, decision: UndoDecision | LaterFacts) -> UndoneEvents | LaterFacts:
    """Take back what was decided, and announce that if it had been announced. Nothing may have been recorded since.

    A letter that was recorded with it goes too, unless recipients were added to it later.
    """
    if isinstance(decision, LaterFacts):
        return decision
    await revisions.put_back(session, decision.to_change_back)
    undone = await taking_back.record(session.conn, session.audit, decision.planned)
    await undone_news.announce_undone(session.conn, session.server.id, undone, session.now, session.audit.by_id)
    first = await _with_states(session, decision.first_cases)
    letter = await _with_its_letter(session, decision.operation)
    return UndoneEvents(len(undone), decision.case_count, first, letter, decision.to_change_back)


async def undo_letter(
    session: WriteSession, operation: str, person_id: int, allowed: timedelta = UNDO_FOR, agreed: str = ""
) -> UndoneEvents | LaterFacts:
    """Remove the letter of that operation, with the recipients that were added to it since. `person_id`: who recorded it.

    What was recorded of these goes with it, as in `decide_undo` only if `agreed` is the digest of just that. Older buttons have
    the letter's id in the place of the operation; an id was once given out twice, so they are refused.
    """
    if operation.isdecimal() and len(operation) < events.OPERATION_LENGTH:
        raise CaseError(errors.CHANGED)
    if person_id != session.audit.by_id:
        raise CaseError("Only the person who recorded the letter can undo it.")
    letter = await cases.letter_recorded_under(session.conn, session.server.id, operation)
    recorded_at = await events.letter_recorded_at(session.conn, session.server.id, letter.id) if letter else None
    if letter is None or recorded_at is None:
        raise CaseError(NO_LETTER)
    _check_time(recorded_at, session.now, allowed)
    later = await _of_letter(session, letter)
    if later.digest and later.digest != agreed:
        return later
    undone = await taking_back.take_back(session.conn, session.audit, later.corrections)
    await undone_news.announce_undone(session.conn, session.server.id, undone, session.now, session.audit.by_id)
    await events.take_back_letter(session.conn, session.audit, letter.id)
    case_ids = tuple(dict.fromkeys(fact.case.id for fact in later.facts if fact.case))
    first = await _with_states(session, await cases.first_ids_of(session.conn, case_ids, words.SHOWN))
    return UndoneEvents(len(undone), len(case_ids), first, UndoneLetter(letter.title, stays=False))


async def later_than(session: Session, operation: str) -> LaterFacts:
    """What an undo would also take back now; `undo_letter` if the operation recorded a letter alone."""
    recorded = await events.operation(session.conn, session.server.id, operation)
    if recorded is not None:
        undone = await events.ids_of(session.conn, session.server.id, operation)
        return await _resting_on(session, operation, recorded, undone)
    letter = await cases.letter_recorded_under(session.conn, session.server.id, operation)
    if letter is None:
        raise CaseError(NO_LETTER)
    return await _of_letter(session, letter)


async def _resting_on(session: Session, operation: str, recorded: events.Operation, undone: set[int]) -> LaterFacts:
    """The facts that rest on what was recorded under that operation: the events `undone`."""
    with_others = await events.cases_with_others(session.conn, session.server.id, operation)
    of_cases = await cases.with_ids(session.conn, with_others)
    facts = await asyncio.to_thread(_resting_on_entries, of_cases, undone)
    for place_id in recorded.place_ids:
        place = await place_with_id(session, place_id)
        context = await cases.context(session.conn, session.server.id, place.id)
        facts += [LaterFact(None, place, event, words.WITH_ENTRY) for event in later_facts_of_place(context, undone)]
    return _in_order(facts)


def _resting_on_entries(of_cases: Sequence[Case], undone: Collection[int]) -> list[LaterFact]:
    """Of thousands of cases it takes a moment."""
    facts = []
    for case in of_cases:
        begins = any(isinstance(event.detail, Sent) and event.id in undone for event in case.events)
        reason = words.WITH_CASE if begins else words.WITH_ENTRY
        facts += [LaterFact(case, case.place, event, reason) for event in later_facts(case, undone)]
    return facts


async def _of_letter(session: Session, letter: Letter) -> LaterFacts:
    """All that counts of the recipients of a letter."""
    recipients = await cases.of_letter(session.conn, session.server.id, letter.id)
    counting = [(case, event) for case in recipients for event in effective_events(case.events)]
    return _in_order(LaterFact(case, case.place, event, words.WITH_LETTER) for case, event in counting)


def _in_order(facts: Iterable[LaterFact]) -> LaterFacts:
    return LaterFacts(tuple(sorted(facts, key=lambda fact: fact.event.id)))


async def _with_states(session: Session, case_ids: Iterable[int]) -> tuple[tuple[Case, CaseState], ...]:
    return tuple((case, case.at(session.now)) for case in await cases.with_ids(session.conn, case_ids))


async def _with_its_letter(session: WriteSession, operation: str) -> UndoneLetter | None:
    """Take back the letter that was recorded under the operation, too; None if none was."""
    letter = await cases.letter_recorded_under(session.conn, session.server.id, operation)
    if letter is None:
        return None
    stays = await events.has_recipients(session.conn, letter.id)
    if not stays:
        await events.take_back_letter(session.conn, session.audit, letter.id)
    return UndoneLetter(letter.title, stays)


def _check_time(recorded_at: datetime, now: datetime, allowed: timedelta) -> None:
    if now - recorded_at > allowed:
        minutes = int(allowed.total_seconds() // 60)
        raise CaseError(
            f"Undo works for {plural(minutes, 'minute')} after recording. After that, anybody at the desk can correct it: "
            "/case correct, or the Correct button of /history."
        )


def _not_yours(by: str) -> str:
    return f"Only the person who recorded it can undo it: {by}."
