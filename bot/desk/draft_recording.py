"""Recording a draft: the copy of its document, the letter, its places and its cases, all or nothing, and the announcement."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect

from bot.desk.draft_matching import MatchedDraft, MatchedRecipient
from bot.desk.draft_pending import PendingDraft, deadline_of, letter_of
from bot.desk.draft_questions import unsettled
from bot.desk.recipients import add_recipients
from bot.desk.session import Session, WriteSession
from bot.desk.sheet_plan import PlannedLetter
from bot.reader.document import Document
from bot.reader.draft import Recipient
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.new_events import NewCase
from bot.record.places import Identity, Jurisdiction
from bot.store import codec, documents, events, places
from bot.store.places import NewPlaces
from bot.store.stored_events import FirstFacts
from bot.words.questions import question_text


@dataclass(frozen=True)
class RecordedDraft:
    """What was recorded of a draft."""

    letter: Letter
    new_letter: bool
    #: The ids of the new cases, in order.
    added: tuple[int, ...]
    #: Labels of the places that the server did not know before.
    new_places: tuple[str, ...]
    #: Numbers of the cases that were recorded before.
    already: tuple[int, ...]
    #: Labels of the recipients that have the letter's deadline, since the table states none for them.
    without_own_deadline: tuple[str, ...]


@dataclass(frozen=True)
class DraftPlan:
    """What is to be recorded of a draft, with everything that can be worked out before."""

    recipients: tuple[Recipient, ...]
    #: The copy of the document.
    document: Document
    planned: PlannedLetter
    new_places: NewPlaces
    quietly: bool


async def planned_draft(session: Session, pending: PendingDraft, matched: MatchedDraft, content: bytes) -> DraftPlan:
    """What `record_planned` is to record. `content` is the document, byte for byte. The computing is done in a thread.

    CaseError if something is not settled or there is nothing to record.
    """
    await asyncio.to_thread(_check, pending, matched, session.server.zone, session.now)
    drafted = [row.recipient.place() for row in matched.new if row.place is None]
    known, _ = await places.known_and_new(session.conn, session.server.id, drafted)
    planning = _DraftPlanning(session.conn.dialect, session.server.zone, session.now, pending, matched, known)
    return await asyncio.to_thread(planning.plan, content)


def _check(pending: PendingDraft, matched: MatchedDraft, zone: ZoneInfo, now: datetime) -> None:
    if questions := unsettled(pending, matched, zone, now):
        raise CaseError(f"Settle this first: {question_text(questions[0])}")
    if not matched.new:
        raise CaseError("There is nothing to record: every recipient is already recorded.")


@dataclass(frozen=True)
class _DraftPlanning:
    dialect: Dialect
    #: Of the server.
    zone: ZoneInfo
    now: datetime
    pending: PendingDraft
    matched: MatchedDraft
    #: Places of just the name, kind and state of a recipient, which were not matched since others may be meant too.
    known: Mapping[Identity, Jurisdiction]

    def plan(self, content: bytes) -> DraftPlan:
        pending, matched = self.pending, self.matched
        source, document = pending.draft.source, pending.document(content)
        # A table that names its source is a source beside it.
        sources = (source,) if source.sha256 else (source, document.source())
        letter = matched.letter or replace(letter_of(pending, self.zone), sources=sources)
        planned = PlannedLetter(letter, FirstFacts(self.dialect, letter, self.now))
        own_sources = sources if matched.letter else ()
        # Read from JSON, equal deadlines are different values; of those that are shared, the events are made once.
        shared: dict[Deadline | None, Deadline | None] = {}
        for row in matched.new:
            place, deadline = self._place(row), deadline_of(pending, matched.letter, row.recipient)
            case = NewCase(place.id, shared.setdefault(deadline, deadline), own_sources)
            planned.recipients.append((place, case))
        new_places = NewPlaces(self.dialect)
        new_places.add((place for place, _ in planned.recipients if not place.id), codec.dump(codec.SOURCES, sources))
        planned.facts.prepare(case for _, case in planned.recipients)
        return DraftPlan(tuple(row.recipient for row in matched.new), document, planned, new_places, pending.quietly)

    def _place(self, row: MatchedRecipient) -> Jurisdiction:
        if row.place:
            return row.place
        drafted = row.recipient.place()
        return self.known.get(drafted.identity, drafted)


async def record_planned(session: WriteSession, matched: MatchedDraft, plan: DraftPlan) -> RecordedDraft:
    """Record what was planned, and announce it unless it is recorded quietly.

    Nothing may have been recorded since the draft was matched.
    """
    await documents.keep(session.conn, session.server.id, plan.document)
    letter = matched.letter or await events.add_letter(session.conn, session.audit, plan.planned.letter)
    place_ids = await plan.new_places.record(session.conn, session.server.id)
    added = await add_recipients(
        session, letter, plan.planned.new_cases(place_ids), announce=not plan.quietly, facts=plan.planned.facts
    )
    is_new = [not place.id for place, _ in plan.planned.recipients]
    return RecordedDraft(
        letter,
        matched.letter is None,
        tuple(added),
        new_places=tuple(row.label for row, new in zip(plan.recipients, is_new, strict=True) if new),
        already=tuple(row.case.number for row in matched.rows if row.case and not row.twin),
        without_own_deadline=tuple(row.label for row in plan.recipients if row.states_no_deadline and row.deadline is None),
    )
