"""Keeping a draft: what was read from a document waits for a person, who may first have to say what becomes of hidden rows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.desk import deadlines, draft_edits, draft_pending, lookups
from bot.desk.draft_pending import GONE, PendingDraft
from bot.desk.draft_preview import DraftView
from bot.desk.drafts import Changed, change_draft, pending_draft, view_draft
from bot.desk.kept import KeptKey
from bot.desk.letter_names import letter_names
from bot.desk.lookups import LetterRef
from bot.desk.session import Session, WriteSession
from bot.files.sheets.rows import HiddenRows
from bot.reader.document import Document, DocumentFile
from bot.reader.draft import Draft
from bot.record.errors import CaseError
from bot.record.questions import NameReading, QuestionKind
from bot.record.sources import Source
from bot.store import drafts as store


async def keep_draft(
    session: WriteSession,
    document: Document,
    draft: Draft,
    person_id: int,
    lifetime: timedelta,
    *,
    letter: LetterRef | None = None,
    source: Source | None = None,
    needs_source: bool = False,
    is_table: bool = False,
    hidden_rows: tuple[int, ...] = (),
    quietly: bool = False,
) -> DraftView:
    """Keep what was read from a document, for that person to confirm.

    `letter` is the recorded letter to add the recipients to, if the person named one: CaseError if it was undone or renamed
    since. `source` replaces title and address of the document; with `needs_source` the document has no source yet.
    `hidden_rows` are rows that a table does not show: `draft` is empty until a person chooses (see `read_hidden_rows`).
    `quietly`: it will not be announced.

    1. Drafts older than `lifetime` are removed.
    2. Counted deadlines are counted on the server's calendar.
    3. A letter whose short name a table gives is found.
    """
    await store.expire(session.conn, session.now - lifetime)
    if source is not None:
        draft = draft_edits.with_source(draft, source)
    draft = await prepared(session, draft)
    letter_id = (await lookups.letter_again(session, letter)).id if letter else await _letter_named(session, draft)
    pending = PendingDraft(
        draft,
        document.name,
        document.media_type,
        document.read_at,
        letter_id,
        needs_source,
        is_table=is_table or bool(document.rows),
        hidden_rows=hidden_rows,
        quietly=quietly,
    )
    body = await asyncio.to_thread(draft_pending.dump, pending)
    id = await store.add(session.conn, session.server.id, person_id, session.now, body, document.content)
    return await view_draft(session, KeptKey(id, person_id, lifetime))


async def _letter_named(session: Session, draft: Draft) -> int | None:
    slugs = {
        reading.value
        for question in draft.questions
        if question.kind is QuestionKind.LETTER_NAMED_BY_FILE
        for reading in question.readings
        if isinstance(reading, NameReading)
    }
    names = await letter_names(session) if slugs else []
    return next((name.id for name in names if name.slug in slugs), None)


async def prepared(session: Session, draft: Draft) -> Draft:
    """With its deadlines counted on the server's calendar, and without questions that rows of the preview show."""
    calendar = await deadlines.calendar_of(session)
    return await asyncio.to_thread(lambda: draft_edits.without_row_questions(draft_edits.on_calendar(draft, calendar)))


async def kept_file(session: Session, key: KeptKey) -> DocumentFile:
    """The file that a draft is read from, to be read again."""
    pending = await pending_draft(session, key)
    content = await store.content_of(session.conn, session.server.id, key.id)
    if content is None:
        raise CaseError(GONE)
    return DocumentFile(pending.name, pending.media_type, content, pending.read_at, url=pending.draft.source.url)


async def read_hidden_rows(session: WriteSession, key: KeptKey, draft: Draft, hidden: HiddenRows) -> DraftView:
    """Take what was read with or without the hidden rows for the draft. If somebody chose meanwhile, that choice stays."""

    async def change(view: DraftView) -> Changed:
        if view.pending.hidden is not None:
            return view.pending, None
        ready = await prepared(session, draft)
        letter_id = view.pending.letter_id or await _letter_named(session, ready)
        return replace(view.pending, draft=ready, hidden=hidden, letter_id=letter_id), None

    return await change_draft(session, key, change)
