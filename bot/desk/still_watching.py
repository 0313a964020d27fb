"""Answering the question whether to go on watching a letter (`record.ladder.STILL_WATCHING`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.aside import aside
from bot.desk.bulk import MOST, check_count
from bot.desk.ladders import LadderStep, WantedLadder, record_wanted
from bot.desk.lookups import LetterRef, letter_with_id
from bot.desk.notices import case_count, notice_content
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.ladder import Due, Ladder, standing
from bot.record.plan import next_due
from bot.words import errors
from bot.words.still_watching import CLOSE_SOME, NOTHING_LEFT, yearly_already

MOST_READ = 2 * MOST  # cases of a notice that is answered with a form, for which Discord waits three seconds


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
    letter, overdue = await _overdue(session, token)
    return await _with_next(session, letter, overdue, session.server.ladder_of(letter))


async def watch_yearly(session: WriteSession, token: str) -> LadderAnswer:
    """Give the letter a ladder of its own that repeats each year. CaseError if it has one already."""
    letter, overdue = await _overdue(session, token)
    change = await record_wanted(session, WantedLadder(LadderStep.YEARLY, letter.id))
    if standing(change.before) == standing(change.after):
        raise CaseError(yearly_already(letter))
    return LadderAnswer(await _with_next(session, letter, overdue, change.after), change.operation)


async def to_close(session: Session, token: str) -> tuple[LetterRef, str]:
    """The letter, and its cases that may be closed as `/case bulk` takes them: "#17; #19". CaseError if none is overdue, and
    for more than `bulk.MOST`; of a notice of very many it is read no more than how many they are."""
    if (count := await case_count(session, token)) > MOST_READ:
        check_count(count, CLOSE_SOME)
    letter, overdue = await _overdue(session, token)
    if not overdue:
        raise CaseError(NOTHING_LEFT)
    check_count(len(overdue), CLOSE_SOME)
    return LetterRef(letter.id, letter.title), "; ".join(f"#{case.number}" for case in overdue)


async def _overdue(session: Session, token: str) -> tuple[Letter, tuple[Case, ...]]:
    """The letter, and the cases of the notice that are still overdue."""
    content = await notice_content(session, token)
    if not content.cases:
        raise CaseError(errors.STALE)
    now, cases = session.now, content.cases
    overdue = await aside(len(cases), lambda: tuple(case for case in cases if case.at(now).overdue))
    return await letter_with_id(session, cases[0].letter.id), overdue


async def _with_next(session: Session, letter: Letter, overdue: tuple[Case, ...], ladder: Ladder) -> WatchedLetter:
    posting, now = session.server.posting, session.now

    def first() -> Due | None:
        dues = (next_due(case, ladder, posting, now) for case in overdue)
        return min((due for due in dues if due), key=lambda due: due.at, default=None)

    return WatchedLetter(letter, overdue, await aside(len(overdue), first))
