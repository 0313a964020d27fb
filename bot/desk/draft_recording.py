"""Recording a draft: the copy of its document, the letter, its places and its cases, all or nothing, and the announcement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.desk.draft_matching import MatchedDraft, MatchedRecipient
from bot.desk.draft_pending import PendingDraft, deadline_of, letter_of
from bot.desk.draft_questions import unsettled
from bot.desk.recipients import add_recipients
from bot.desk.session import WriteSession
from bot.record.case import Letter
from bot.record.errors import CaseError
from bot.record.new_events import NewCase
from bot.record.sources import Source
from bot.store import codec, documents, events, places
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


async def record(session: WriteSession, pending: PendingDraft, matched: MatchedDraft, content: bytes) -> RecordedDraft:
    """Record a confirmed draft and announce it. `content` is the document, byte for byte.

    CaseError, and the transaction must be rolled back, if something is not settled or there is nothing to record.
    """
    if questions := unsettled(pending, matched, session.server.zone, session.now):
        raise CaseError(f"Settle this first: {question_text(questions[0])}")
    if not matched.new:
        raise CaseError("There is nothing to record: every recipient is already recorded.")
    sources = await _keep_document(session, pending, content)
    letter = matched.letter
    if letter is None:
        new_letter = replace(letter_of(pending, session.server.zone), sources=sources)
        letter = await events.add_letter(session.conn, session.audit, new_letter)
    place_ids, new_places = await _places(session, matched.new, sources)
    own_sources = sources if matched.letter else ()
    wanted = [
        NewCase(place_id, deadline_of(pending, matched.letter, row.recipient), own_sources)
        for row, place_id in zip(matched.new, place_ids, strict=True)
    ]
    added = tuple(await add_recipients(session, letter, wanted))
    already = tuple(row.case.number for row in matched.rows if row.case and not row.twin)
    rows = [row.recipient for row in matched.new]
    without_own_deadline = tuple(row.label for row in rows if row.states_no_deadline and row.deadline is None)
    return RecordedDraft(letter, matched.letter is None, added, new_places, already, without_own_deadline)


async def _keep_document(session: WriteSession, pending: PendingDraft, content: bytes) -> tuple[Source, ...]:
    """Keep the copy; the sources of what is recorded. A table that names its source is a source beside it."""
    source, copy = pending.draft.source, pending.document(content)
    await documents.keep(session.conn, session.server.id, copy)
    return (source,) if source.sha256 else (source, copy.source())


async def _places(
    session: WriteSession, rows: list[MatchedRecipient], sources: tuple[Source, ...]
) -> tuple[list[int], tuple[str, ...]]:
    """The id of each row's place, recorded if it is new, and the labels of the new ones."""
    drafted = [row.recipient.place() for row in rows if row.place is None]
    ensured = iter(await places.ensure_all(session.conn, session.server.id, drafted, codec.dump(codec.SOURCES, sources)))
    ids = [(row.place.id, False) if row.place else next(ensured) for row in rows]
    new = tuple(row.recipient.label for row, (_, is_new) in zip(rows, ids, strict=True) if is_new)
    return [place_id for place_id, _ in ids], new
