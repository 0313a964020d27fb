"""Answering the question whether to go on watching a letter (`record.ladder.STILL_WATCHING`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.bulk import check_count
from bot.desk.ladders import LadderStep, WantedLadder, record_wanted
from bot.desk.lookups import LetterRef, letter_with_id
from bot.desk.notices import notice_content
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.ladder import Due, standing
from bot.record.plan import next_due
from bot.words import errors
from bot.words.still_watching import CLOSE_SOME, NOTHING_LEFT, yearly_already


@dataclass(frozen=True)
class WatchedLetter:
    """A letter that the desk was asked about."""

    letter: Letter
    #: Those of the notice that are still overdue, by number.
    cases: tuple[Case, ...]
    #: The first alert that comes next of any of them.
    next_alert: Due | None


@dataclass(frozen=True)
class LadderAnswer:
    watched: WatchedLetter
    operation: str


async def asked_about(session: Session, token: str) -> WatchedLetter:
    """What the notice with that token asks about; CaseError if this server has no such notice."""
    content = await notice_content(session, token)
    if not content.cases:
        raise CaseError(errors.STALE)
    letter = await letter_with_id(session, content.cases[0].letter.id)
    overdue = tuple(case for case in content.cases if case.at(session.now).overdue)
    ladder, posting = session.server.ladder_of(letter), session.server.posting
    dues = (next_due(case, ladder, posting, session.now) for case in overdue)
    return WatchedLetter(letter, overdue, min((due for due in dues if due), key=lambda due: due.at, default=None))


async def watch_yearly(session: WriteSession, token: str) -> LadderAnswer:
    """Give the letter a ladder of its own that repeats each year. CaseError if it has one already."""
    watched = await asked_about(session, token)
    change = await record_wanted(session, WantedLadder(LadderStep.YEARLY, watched.letter.id))
    if standing(change.before) == standing(change.after):
        raise CaseError(yearly_already(watched.letter))
    return LadderAnswer(await asked_about(session, token), change.operation)


async def to_close(session: Session, token: str) -> tuple[LetterRef, str]:
    """The letter, and its cases that may be closed as `/case bulk` takes them: "#17; #19". CaseError if none is overdue, and
    for more than `bulk.MOST`."""
    watched = await asked_about(session, token)
    if not watched.cases:
        raise CaseError(NOTHING_LEFT)
    check_count(len(watched.cases), CLOSE_SOME)
    return LetterRef(watched.letter.id, watched.letter.title), "; ".join(f"#{case.number}" for case in watched.cases)
