"""What was changed of a letter, and what was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.lookups import letter_with_id
from bot.desk.session import Session
from bot.record.case import Letter
from bot.record.revisions import Revision, Subject
from bot.store import events, letter_operations, revisions
from bot.store.letter_operations import RecipientsRecorded


@dataclass(frozen=True)
class LetterHistory:
    letter: Letter
    #: The newest first, as the next one.
    revisions: tuple[Revision, ...]
    recipients: tuple[RecipientsRecorded, ...]
    recorded_at: datetime | None


async def letter_history(session: Session, letter_id: int) -> LetterHistory:
    letter = await letter_with_id(session, letter_id)
    changes = await changes_of(session, letter_id)
    recipients = await letter_operations.of_recipients(session.conn, letter_id)
    recorded_at = await events.letter_recorded_at(session.conn, session.server.id, letter_id)
    return LetterHistory(letter, changes, tuple(recipients), recorded_at)


async def changes_of(session: Session, letter_id: int) -> tuple[Revision, ...]:
    """The changes of a letter, newest first, also those that were undone."""
    return tuple(await revisions.of_subject(session.conn, session.server.id, Subject.LETTER, letter_id))
