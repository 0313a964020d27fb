"""Confirming a draft: all of it is recorded or nothing, once, and exactly what was shown.

Deciding and recording are two transactions (`deciding.decide_and_record`), so that nobody waits while thousands of recipients
are compared; what takes computing is done in threads, so that the event loop goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.desk.draft_pending import GONE, PendingDraft
from bot.desk.draft_preview import DraftView
from bot.desk.draft_recording import DraftPlan, RecordedDraft, planned_draft, record_planned
from bot.desk.drafts import view_draft, view_of_body
from bot.desk.kept import KeptKey
from bot.desk.session import Session, WriteSession
from bot.files.sheets.rows import HiddenRows
from bot.record.case import Case, CaseState
from bot.record.errors import CaseError
from bot.record.ladder import Due
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction
from bot.record.plan import next_due
from bot.store import cases
from bot.store import drafts as store
from bot.words.draft_preview import ImportedLetter, Remark


@dataclass(frozen=True)
class DraftDecision:
    """What confirming a draft comes to, by what the server had recorded then."""

    view: DraftView
    #: The draft as it is stored.
    body: str
    #: None if the draft or the record has changed since it was shown: it is shown again.
    plan: DraftPlan | None


async def decide_draft(session: Session, key: KeptKey, digest: str) -> DraftDecision:
    """What `record_decided` is to record, if the draft and the record are as they were shown with that `digest`.

    CaseError if the draft is gone, or something is not settled, or there is nothing to record.
    """
    view, body = await view_of_body(session, key)
    if await asyncio.to_thread(lambda: view.digest) != digest:
        return DraftDecision(view, body, None)
    content = await store.content_of(session.conn, session.server.id, key.id)
    if content is None:
        raise CaseError(GONE)
    return DraftDecision(view, body, await planned_draft(session, view.pending, view.matched, content))


async def record_decided(session: WriteSession, key: KeptKey, decision: DraftDecision) -> ImportedLetter | DraftView:
    """Record and announce what was decided. Nothing may have been recorded on the server since.

    1. If the draft itself was changed since, it is given back to be shown again.
    2. Whoever removes the draft records it: of two presses, and of two processes, only one does.
    """
    if decision.plan is None:
        return replace(decision.view, remark=Remark.OUTDATED)
    stored = await store.as_stored(session.conn, session.server.id, key.id)
    if stored is not None and stored.body != decision.body:
        return replace(await view_draft(session, key), remark=Remark.OUTDATED)
    if stored is None or not await store.drop(session.conn, key.id):
        raise CaseError(GONE)
    view, plan = decision.view, decision.plan
    recorded = await record_planned(session, view.matched, plan)
    return await _imported(session, view.pending, recorded, plan.planned.recipients)


async def _imported(
    session: WriteSession, pending: PendingDraft, recorded: RecordedDraft, recipients: Sequence[tuple[Jurisdiction, NewCase]]
) -> ImportedLetter:
    """`recipients` are those that were recorded, in order, each with its place."""
    posts = session.server.channel_id is not None
    added, dues = await _added(session, recorded, recipients)
    return ImportedLetter(
        letter=recorded.letter,
        source=pending.draft.source,
        new_letter=recorded.new_letter,
        added=tuple(added),
        new_places=recorded.new_places,
        already=recorded.already,
        without_own_deadline=recorded.without_own_deadline,
        hidden_rows=pending.hidden_rows,
        hidden_skipped=pending.hidden is HiddenRows.SKIP,
        first=min(dues, key=lambda due: due.at, default=None) if posts else None,
        posts=posts,
        zone=session.server.zone,
        operation=session.audit.operation,
    )


async def _added(
    session: WriteSession, recorded: RecordedDraft, recipients: Sequence[tuple[Jurisdiction, NewCase]]
) -> tuple[list[tuple[Case, CaseState]], list[Due]]:
    """The cases that were recorded, by number, with their states, and the next alert of each deadline.

    New cases with the same deadline stand alike, so of these one is read and replayed. A case that was undone before, and
    keeps its number, has a history of its own.
    """
    recipient_of = dict(zip(recorded.added, recipients, strict=True))
    rows = await cases.numbers_of(session.conn, recorded.added)
    alike: dict[int, int] = {}  # by the identity of the deadline
    read_ids = [
        alike.setdefault(id(recipient_of[case_id][1].deadline), case_id) if since == session.now else case_id
        for case_id, _, since in rows
    ]
    loaded = await cases.with_ids(session.conn, dict.fromkeys(read_ids))

    def states() -> tuple[list[tuple[Case, CaseState]], list[Due]]:
        known = {case.id: (case, case.at(session.now)) for case in loaded}
        added = []
        for (case_id, number, _), read_id in zip(rows, read_ids, strict=True):
            case, case_state = known[read_id]
            own = case if case_id == read_id else replace(case, id=case_id, number=number, place=recipient_of[case_id][0])
            added.append((own, case_state))
        server, now = session.server, session.now
        dues = (next_due(case, server.ladder_of(case.letter), server.posting, now) for case in loaded)
        return added, [due for due in dues if due is not None]

    return await asyncio.to_thread(states)
