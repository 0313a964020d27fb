"""Taking back what was recorded, for a while, by the person who recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.session import WriteSession
from bot.record.case import Case, CaseState
from bot.record.errors import CaseError
from bot.store import cases, events, notices
from bot.words import errors
from bot.words.prose import plural

UNDO_FOR = timedelta(minutes=15)


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
    cases: tuple[tuple[Case, CaseState], ...]
    letter: UndoneLetter | None


async def undo(session: WriteSession, operation: str, allowed: timedelta = UNDO_FOR) -> UndoneEvents:
    """Take back by corrections what was recorded under one operation, and announce that if it had been announced.

    Only within the time `allowed`, and only for the person who recorded it. A letter that was recorded with it goes too,
    unless recipients were added to it later.
    """
    recorded = await events.operation(session.conn, session.server.id, operation)
    if recorded is None:
        raise CaseError(errors.STALE)
    if recorded.by_id is None or recorded.by_id != session.audit.by_id:
        raise CaseError(_not_yours(recorded.by))
    _check_time(recorded.at, session.now, allowed)
    undone = await events.undo(session.conn, session.audit, operation)
    await notices.announce_undone(session.conn, session.server.id, undone, session.now)
    touched = await cases.with_ids(session.conn, recorded.case_ids)
    letter = await _with_its_letter(session, operation)
    return UndoneEvents(len(undone), tuple((case, case.at(session.now)) for case in touched), letter)


async def undo_letter(session: WriteSession, operation: str, person_id: int, allowed: timedelta = UNDO_FOR) -> str:
    """Remove the letter of that operation, which has no recipients yet: its title. `person_id`: who recorded it."""
    if person_id != session.audit.by_id:
        raise CaseError("Only the person who recorded the letter can undo it.")
    letter = await cases.letter_recorded_under(session.conn, session.server.id, operation)
    recorded_at = await events.letter_recorded_at(session.conn, session.server.id, letter.id) if letter else None
    if letter is None or recorded_at is None:
        raise CaseError("There is nothing left to undo: the letter is no longer recorded.")
    _check_time(recorded_at, session.now, allowed)
    await events.take_back_letter(session.conn, session.audit, letter.id)
    return letter.title


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
            f"Undo works for {plural(minutes, 'minute')} after recording. Record the correction as a new event; "
            "the history shows both."
        )


def _not_yours(by: str) -> str:
    return f"Only the person who recorded it can undo it: {by}."
