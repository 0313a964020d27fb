"""Undoing what was changed of letters, places and settings (`record.revisions`), by the operation that changed it.

Whoever may make such a change may undo it, at any time, unless the same was changed again since.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk import ladders, place_edits, place_merge, settings
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.record.revisions import Revision, Subject
from bot.store import announcements, letter_changes, revisions
from bot.words import revisions as words


def _is_of_managers(revision: Revision) -> bool:
    """Whether only people with Manage Server may undo it. The desk may say how often one letter is repeated."""
    return revision.subject is Subject.SETTINGS or (revision.subject is Subject.LADDER and not revision.subject_id)


async def undoable(session: Session, operation: str, *, manages: bool) -> list[Revision]:
    """What an operation changed and nobody has undone, the newest first; nothing if it changed nothing of the kind.

    CaseError if all of it was undone, if the same was changed again since, or if the person may not.
    """
    changed = await revisions.of_operation(session.conn, session.server.id, operation)
    left = [revision for revision in changed if revision.undone_at is None]
    if changed and not left:
        raise CaseError(words.undone_already(changed[0], session.server.zone))
    if not manages and any(map(_is_of_managers, left)):
        raise CaseError(words.MANAGERS_ONLY)
    for revision in left:
        if later := await _changed_again(session, revision):
            raise CaseError(words.changed_again(later, session.server.zone))
        if revision.subject is Subject.MERGE:
            await place_merge.check_separable(session, revision)
    return left


async def put_back(session: WriteSession, left: Sequence[Revision]) -> None:
    """Change back what `undoable` gave, in this order. Nothing may have been recorded since."""
    for revision in left:
        await _put_back(session, revision)
        undoing = await revisions.mark_undone(session.conn, session.audit, revision)
        letter_id = revision.subject_id if revision.subject is Subject.LETTER else None
        await announcements.announce_changed_back(session.conn, session.audit, letter_id, revision.id, undoing)


async def _put_back(session: WriteSession, revision: Revision) -> None:
    """Give the subject the values of `revision.before`. Each kind of subject says here who does that."""
    match revision.subject:
        case Subject.LETTER:
            await letter_changes.change(session.conn, session.server.id, revision.subject_id, revision.before)
        case Subject.LADDER:
            await ladders.put_back(session, revision.subject_id, revision.before)
        case Subject.SETTINGS:
            await settings.put_back(session, revision.before)
        case Subject.PLACE:
            await place_edits.put_back(session, revision)
        case Subject.MERGE:
            await place_merge.put_back(session, revision)
        case _:
            raise CaseError(f"A change of the {revision.subject} cannot be undone.")


async def _changed_again(session: Session, revision: Revision) -> Revision | None:
    """The newest change of the same that was recorded later and holds."""
    known = await revisions.of_subject(session.conn, session.server.id, revision.subject, revision.subject_id)
    return next(
        (
            each
            for each in known
            if each.id > revision.id
            and each.undone_at is None
            and each.operation != revision.operation
            and each.fields & revision.fields
        ),
        None,
    )
