"""Holding back the overdue repeats of cases until a day: by command, by the button of a notice; and lifting that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import partial

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.aside import aside
from bot.desk.case_events import today
from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.inputs import limited
from bot.desk.letter_list import recipients_of
from bot.desk.lookups import CaseRef, LetterRef, case_again, letter_again
from bot.desk.session import Session, WriteSession
from bot.desk.silence_list import cases_of_silence
from bot.record.case import Case, Status
from bot.record.errors import CaseError
from bot.record.events import Silenced
from bot.record.holding import hold_until
from bot.record.ladder import PASSED, is_overdue_repeat
from bot.record.new_events import NewEvent
from bot.record.silence_days import SilenceEnd
from bot.record.standing import Standing, is_overdue, standing_of
from bot.store import cases, notices, silence_pages
from bot.store.silence_pages import SilenceKey
from bot.words import errors
from bot.words.events import until
from bot.words.prose import listed, plural
from bot.words.silences import DAYS, LONGEST_REASON, SEEN, SHOWN
from bot.words.status import headline

MOST = 5_000  # cases in one transaction
MOST_NAMED = 15  # that are left out


class Left(Enum):
    """Why a case was not silenced."""

    UNSENT = "not recorded any more"
    ENDED = "ended"
    ANSWERED = "answered"
    STOPPED = "the clock is stopped by a suit"
    NOT_OVERDUE = "not overdue"
    ACKNOWLEDGED = "acknowledged before: no reminders come"
    SILENCED = "silenced already until that day or longer"
    TOO_MANY = f"more than {MOST:,} at once; repeat the command for the others"


@dataclass(frozen=True)
class SilencedCases:
    #: The first of them.
    cases: tuple[Case, ...]
    count: int
    until: date | None
    #: When the newest of what is held back is posted; None until the next event.
    end: datetime | None
    #: What was left out and why, in words.
    left: tuple[str, ...]
    operation: str
    #: The ids of all of them.
    case_ids: tuple[int, ...]


@dataclass(frozen=True)
class LiftedCases:
    #: The first of them.
    cases: tuple[Case, ...]
    count: int
    operation: str
    #: The ids of all of them.
    case_ids: tuple[int, ...]


async def silence_cases(session: WriteSession, refs: Sequence[CaseRef], reason: str, end: SilenceEnd) -> SilencedCases:
    """Silence the reminders of these cases. CaseError, with the reasons, if none of them has any to silence."""
    chosen = [await case_again(session, ref) for ref in refs]
    return await _silence(session, chosen, limited("The reason", reason, LONGEST_REASON), end)


async def silence_letter(session: WriteSession, ref: LetterRef, reason: str, end: SilenceEnd) -> SilencedCases:
    """Silence the reminders of the cases of a letter that are overdue now, as in `silence_cases`."""
    letter = await letter_again(session, ref)
    chosen, counted = await _of_letter(session, letter.id, end)
    return await _silence(session, chosen, limited("The reason", reason, LONGEST_REASON), end, counted)


async def silence_notice(session: WriteSession, token: str) -> SilencedCases:
    """Silence for two weeks the cases of a notice that are overdue by the deadline that it was about, as in `silence_cases`."""
    notice = await notices.with_token(session.conn, session.server.id, token)
    if notice is None:
        raise CaseError(errors.STALE)
    lines = await notices.lines(session.conn, notice.id)
    overdue = {line.case_id: line.about_id for line in lines if _is_overdue_rung(line.rung)}
    known = await cases.with_ids(session.conn, {case_id for case_id in overdue if case_id})
    end = SilenceEnd(session.today + timedelta(days=DAYS))
    about = await aside(len(known), partial(_overdue_by, known, overdue, session.now))
    if not about:
        raise CaseError("Nothing to silence: no case of this notice is overdue by the deadline that it was about.")
    return await _silence(session, about, SEEN, end)


async def lift_silence(session: WriteSession, key: SilenceKey) -> LiftedCases:
    """End a silence of the list today. CaseError if it holds no more."""
    members = await cases_of_silence(session, key, MOST)
    held = [case for case in members if case.at(session.now).silence]
    if not held:
        raise CaseError("Nothing to lift: this silence has ended, or was changed. See /silences.")
    new = NewEvent(today(session), Silenced(session.today), f"Lifted by {session.audit.by}.")
    await _append(session, held, new)
    return LiftedCases(tuple(held[:SHOWN]), len(held), session.audit.operation, tuple(case.id for case in held))


def _is_overdue_rung(name: str) -> bool:
    return name == PASSED.name or is_overdue_repeat(name)


def _overdue_by(known: Iterable[Case], deadline_ids: Mapping[int | None, int], now: datetime) -> list[Case]:
    """Those of these cases whose deadline in force is still the one of that id, by number."""
    in_force = ((case, case.at(now).deadline_event) for case in known)
    about = (case for case, set_by in in_force if set_by and set_by.id == deadline_ids[case.id])
    return sorted(about, key=lambda case: case.number)


async def _silence(
    session: WriteSession, chosen: Sequence[Case], reason: str, end: SilenceEnd, counted: Counter[Left] | None = None
) -> SilencedCases:
    """`counted`: cases that are left out and are not among the `chosen`."""
    left = await aside(len(chosen), partial(_left_out, chosen, end, session.now))
    silenced = [case for case in chosen if case.id not in left]
    counted = Counter(counted or ())
    if len(silenced) > MOST:
        counted[Left.TOO_MANY] += len(silenced) - MOST
        silenced = silenced[:MOST]
    words = _left_words([(case, left[case.id]) for case in chosen if case.id in left], counted, session.now)
    if not silenced:
        raise CaseError(f"Nothing to silence. {'; '.join(words)}." if words else "Nothing to silence: no case is overdue.")
    new = NewEvent(today(session), Silenced(end.day), reason)
    await _append(session, silenced, new)
    hold = hold_until(end.day, session.now, session.server.posting)
    ids = tuple(case.id for case in silenced)
    at = hold.end.astimezone(session.server.zone) if hold.end else None
    first = tuple(silenced[:SHOWN])
    return SilencedCases(first, len(silenced), end.day, at, tuple(words), session.audit.operation, ids)


async def _append(session: WriteSession, members: Iterable[Case], new: NewEvent) -> None:
    rows = [EventRow(new, case.place.id, case.id, case.letter.id) for case in members]
    await append_and_announce(session, rows)


def _left_out(chosen: Iterable[Case], end: SilenceEnd, now: datetime) -> dict[int, Left]:
    reasons = ((case.id, _why_left(standing_of(case.at(now)), end, now)) for case in chosen)
    return {case_id: reason for case_id, reason in reasons if reason}


def _why_left(standing: Standing, end: SilenceEnd, now: datetime) -> Left | None:
    if not standing.recorded:
        return Left.UNSENT
    if not standing.is_open:
        return Left.ENDED
    if Status.ANSWERED in standing.statuses:
        return Left.ANSWERED
    if not standing.clock_runs:
        return Left.STOPPED
    if not is_overdue(standing, now):
        return Left.NOT_OVERDUE
    if standing.acknowledged:
        return Left.ACKNOWLEDGED
    return Left.SILENCED if _is_longer(standing.silenced_until, end) else None


def _left_words(left: Sequence[tuple[Case, Left]], counted: Counter[Left], now: datetime) -> list[str]:
    """By reason; the first cases by name, with what holds of them where that says more."""
    words = []
    by_reason: dict[Left, list[Case]] = {}
    for case, reason in left:
        by_reason.setdefault(reason, []).append(case)
    for reason in Left:
        named, others = by_reason.get(reason, []), counted[reason]
        names = [f"#{case.number} {case.place.label}{_beside(case, reason, now)}" for case in named[:MOST_NAMED]]
        others += len(named) - len(names)
        names += [plural(others, "other") if names else plural(others, "case")] if others else []
        words += [f"{listed(names)}: {reason.value}"] if names else []
    return words


def _beside(case: Case, reason: Left, now: datetime) -> str:
    case_state = case.at(now)
    if reason is Left.SILENCED:
        return f" ({until(case_state.silenced_until)})"
    return f" ({headline(case_state)})" if reason is Left.NOT_OVERDUE else ""


@or_replayed
async def _of_letter(session: Session, letter_id: int, end: SilenceEnd) -> tuple[list[Case], Counter[Left]]:
    """The cases of a letter to be silenced, as many as fit into one transaction, and the others, if they are few; how many
    others there are besides."""
    if not await is_usable(session):
        return await cases.of_letter(session.conn, session.server.id, letter_id), Counter()
    conn, now = session.conn, session.now
    chosen = await silence_pages.of_letter(conn, letter_id, now, end.day, MOST)
    others = await silence_pages.of_letter(conn, letter_id, now, end.day, MOST_NAMED + 1, others=True)
    reasons: Counter[Left | None] = Counter()
    for standing, count in (await recipients_of(session, [letter_id]))[letter_id]:
        reasons[_why_left(standing, end, now)] += count
    counted = Counter({reason: count for reason, count in reasons.items() if reason and len(others) > MOST_NAMED})
    counted[Left.TOO_MANY] = max(reasons[None] - MOST, 0)
    named = others if len(others) <= MOST_NAMED else []
    return await cases.with_ids(conn, [*chosen, *named]), counted


def _is_longer(held: date | None, end: SilenceEnd) -> bool:
    """Whether a silence holds until that day or longer. One until the next event and one until a day replace each other."""
    return held is not None and (held == date.max) == (end.day is None) and held >= (end.day or date.max)
