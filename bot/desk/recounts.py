"""Deadlines that a closure or another calendar would move, listed before and after. `recount_moves` moves them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from bot.desk.session import Session
from bot.record.case import Letter
from bot.record.deadlines.calendars import Calendar, calendar_named
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet
from bot.record.moves import ListedCase, Move, Moves, Recount, Recounted, Recounting, between, by
from bot.store import case_histories, cases, closures, codec
from bot.store.case_histories import NEWEST, CaseHistory, Histories
from bot.store.database import batches
from bot.words import errors
from bot.words.closures import Because, ByCalendar, ByClosure, ByClosures

SLICE = 100  # cases: some ten milliseconds of work, after which the event loop goes on
REMEMBERED = 10_000  # histories


@dataclass(frozen=True)
class OneClosure:
    """What one closure changes, or changes back if it was removed."""

    closure_id: int


@dataclass(frozen=True)
class AllClosures:
    """What all closures in force make of what is recorded."""


@dataclass(frozen=True)
class CalendarChange:
    """What the calendar `new` makes of deadlines that were counted by `old`."""

    old: str
    new: str


Cause = OneClosure | AllClosures | CalendarChange


@dataclass(frozen=True)
class RecountList:
    """A list of deadlines that would move, as it was shown. It can be made again exactly as it was."""

    cause: Cause
    #: When it was made.
    at: datetime
    #: The id of the last event that was recorded then.
    newest: int


@dataclass(frozen=True)
class ListedMoves:
    """What a list shows: why deadlines would move, and which."""

    because: Because
    moves: Moves


async def recount_list(session: Session, cause: Cause) -> RecountList:
    """The list as it is now."""
    return RecountList(cause, session.now, await cases.newest_event(session.conn, session.server.id))


async def listed_moves(session: Session, shown: RecountList) -> ListedMoves:
    """What that list showed when it was made."""
    known = await closures.of_server(session.conn, session.server.id)
    because = because_of(shown.cause, known, shown.at)
    return ListedMoves(because, await listed(session, await found_then(session, shown, known)))


async def would_move(session: Session, cause: Cause) -> bool:
    """Whether any deadline would move now."""
    known = await closures.of_server(session.conn, session.server.id)
    async for found in _found_in_slices(session, _recounting_now(session, cause, known), NEWEST):
        if any(isinstance(each.recounted.after, Deadline) for each in found):
            return True
    return False


async def recounted_by_closures(session: Session, deadline: Deadline | None) -> Deadline | None:
    """What today's closures make of a deadline that was counted before they were recorded; None if it stays the same."""
    if deadline is None or deadline.start is None:
        return None
    closed_days = await closures.in_force(session.conn, session.server.id)
    try:
        new = await asyncio.to_thread(lambda: recounted(deadline, _calendars(closed_days)(deadline.calendar)))
    except CaseError:  # it cannot be counted again, so it stays as it was recorded
        return None
    return None if new.last_moment == deadline.last_moment else new


def _recounting_now(session: Session, cause: Cause, known: Sequence[Closure]) -> Recounting:
    in_force = [closure for closure in known if closure.removed_at is None]
    return Recounting(session.now, _recount(cause, known, in_force))


@dataclass(frozen=True, slots=True)
class Found:
    """A case whose deadline in force becomes another one."""

    case: CaseHistory
    recounted: Recounted

    @property
    def event_id(self) -> int:
        """The id of what set the deadline."""
        return self.case.event_ids[self.recounted.event.id - 1]

    @property
    def key(self) -> tuple[int, datetime]:
        """As `Move.key`, of one that can be counted again."""
        assert isinstance(self.recounted.after, Deadline)
        return self.event_id, self.recounted.after.last_moment


async def found_then(session: Session, shown: RecountList, known: Sequence[Closure]) -> list[Found]:
    """The cases of the server whose deadline in force became another one when the list was made. `known`: every closure."""
    in_force = [closure for closure in known if closure.in_force_at(shown.at)]
    recounting = Recounting(shown.at, _recount(shown.cause, known, in_force))
    return [found async for few in _found_in_slices(session, recounting, shown.newest) for found in few]


async def found_now(session: Session, cause: Cause, known: Sequence[Closure]) -> list[Found]:
    """The same as it is now."""
    recounting = _recounting_now(session, cause, known)
    return [found async for few in _found_in_slices(session, recounting, NEWEST) for found in few]


async def _found_in_slices(session: Session, recounting: Recounting, newest: int) -> AsyncIterator[list[Found]]:
    """Thousands of cases have few different deadlines, and few different histories. Each is counted and replayed once.

    1. Of the different deadlines that were ever given, find those that become others.
    2. Read the cases that were given one of them, in slices. Which deadline is in force only a replay says.
    """
    conn, server_id = session.conn, session.server.id
    changed = []
    for details in batches(await case_histories.counted_deadlines(conn, server_id, newest), SLICE):
        # In a thread, since the first of them may have to load the holidays, which takes half a second.
        changed += await asyncio.to_thread(lambda few: [text for text in few if _changes(recounting, text)], details)
    histories = Histories()
    of_history = lru_cache(REMEMBERED)(lambda history: recounting.of_history(history.events))
    for case_ids in batches(await case_histories.cases_given(conn, server_id, changed, newest), SLICE):
        read = await histories.read(conn, case_ids, newest)
        yield [Found(case, recounted) for case in read if (recounted := of_history(case.history))]
        await asyncio.sleep(0)


def _changes(recounting: Recounting, stored: str) -> bool:
    try:
        detail = codec.detail_from(stored, DeadlineSet.kind)
    except Exception:  # it cannot be read; nor can the history of its case, which is noted then
        return True
    return isinstance(detail, DeadlineSet) and recounting.changed(detail.deadline) is not None


async def listed(session: Session, found: Sequence[Found]) -> Moves:
    """As a list shows it, by the number of the case."""
    moved: list[Move] = []
    stuck: list[tuple[ListedCase, str]] = []
    letters: dict[int, Letter] = {}
    for few in batches(found, SLICE):
        names = await case_histories.listed(session.conn, [each.case.case_id for each in few], letters)
        for case, each in zip(names, few, strict=True):
            before, after = each.recounted.before, each.recounted.after
            if isinstance(after, str):
                stuck.append((case, after))
            else:
                moved.append(Move(case, each.event_id, before, after))
        await asyncio.sleep(0)
    moved.sort(key=lambda move: move.case.number)
    stuck.sort(key=lambda case_and_reason: case_and_reason[0].number)
    return Moves(tuple(moved), tuple(stuck))


def _recount(cause: Cause, known: Sequence[Closure], in_force: Sequence[Closure]) -> Recount:
    """How that list counts again, if those closures are in force of all that are known."""
    closed_days = {closure.day: closure.reason for closure in in_force}
    calendar = _calendars(closed_days)
    match cause:
        case AllClosures():
            return by(calendar)
        case CalendarChange(old=old, new=new):
            return lambda deadline: recounted(deadline, calendar(new)) if deadline.calendar == old else None
        case OneClosure():
            closure = _closure(cause, known)
            others = {day: reason for day, reason in closed_days.items() if day != closure.day}
            without = others if closure in in_force else {**others, closure.day: closure.reason}
            return between(_calendars(without), calendar)


def _calendars(closed_days: dict[date, str]) -> Callable[[str], Calendar]:
    @cache
    def calendar(name: str) -> Calendar:
        return calendar_named(name or "none", closed_days)

    return calendar


def because_of(cause: Cause, known: Sequence[Closure], at: datetime) -> Because:
    match cause:
        case AllClosures():
            return ByClosures(tuple(closure for closure in known if closure.in_force_at(at)))
        case CalendarChange(old=old, new=new):
            return ByCalendar(old, new)
        case OneClosure():
            closure = _closure(cause, known)
            return ByClosure(closure, closure.in_force_at(at))


def _closure(cause: OneClosure, known: Sequence[Closure]) -> Closure:
    closure = next((closure for closure in known if closure.id == cause.closure_id), None)
    if closure is None:
        raise CaseError(errors.STALE)
    return closure
