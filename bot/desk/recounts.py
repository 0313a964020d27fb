"""Deadlines that a closure or another calendar would move: listed before and after, moved only when the desk says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.session import Session, WriteSession
from bot.record.case import Case
from bot.record.deadlines.calendars import Calendar, calendar_named
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Basis, DeadlineSet
from bot.record.moves import (
    Move,
    Moves,
    NotMoved,
    Recount,
    as_of,
    between,
    by,
    closures_met,
    fingerprint,
    moves,
    why_not_moved,
)
from bot.record.new_events import NewEvent
from bot.record.sources import Source
from bot.store import case_pages, cases, closures
from bot.words import errors
from bot.words.closures import Because, ByCalendar, ByClosure, ByClosures, nothing_to_move

SLICE = 100  # cases that are in memory at once: some ten milliseconds of work
OUT_OF_DATE = "Something else was recorded in the meantime, so this list is out of date. See the new one: /closures show."


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


@dataclass(frozen=True)
class MovedDeadlines:
    """What was moved, and what of the list was not."""

    moved: tuple[Move, ...]
    not_moved: tuple[tuple[Case, NotMoved], ...]
    operation: str


async def recount_list(session: Session, cause: Cause) -> RecountList:
    """The list as it is now."""
    return RecountList(cause, session.now, await cases.newest_event(session.conn, session.server.id))


async def listed_moves(session: Session, shown: RecountList) -> ListedMoves:
    """What that list showed when it was made."""
    known = await closures.of_server(session.conn, session.server.id)
    because = _because(shown.cause, known, shown.at)
    return ListedMoves(because, await _moves_then(session, shown, known))


async def would_move(session: Session, cause: Cause) -> bool:
    """Whether any deadline would move now."""
    known = await closures.of_server(session.conn, session.server.id)
    return bool((await _moves_now(session, cause, known)).moved)


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


async def move_deadlines(session: WriteSession, shown: RecountList, digest: str) -> MovedDeadlines:
    """Set the deadlines that a list showed, as far as they are still what it showed, and announce them once a letter.

    1. The list is made again as it was. Another fingerprint means that a closure was added or removed while it was read.
    2. It is made as it is now, in the same transaction that writes. Only moves that are in both are recorded: whoever waited
       to write may have been overtaken.
    3. Each is one new deadline event, under a key that names the old one and the list: the database lets one press through.
    """
    known = await closures.of_server(session.conn, session.server.id)
    before = (await _moves_then(session, shown, known)).moved
    if await asyncio.to_thread(fingerprint, before) != digest:
        raise CaseError(OUT_OF_DATE)
    now = {move.key: move for move in (await _moves_now(session, shown.cause, known)).moved}
    to_move = [now[move.key] for move in before if move.key in now]
    not_moved = [
        (move.case, why_not_moved(move, session.now))
        for move in await _with_present_cases(session, [move for move in before if move.key not in now])
    ]
    if not to_move:
        raise CaseError(nothing_to_move(not_moved))
    await _record(session, to_move, _because(shown.cause, known, session.now), shown)
    return MovedDeadlines(tuple(to_move), tuple(not_moved), session.audit.operation)


async def _moves_then(session: Session, shown: RecountList, known: Sequence[Closure]) -> Moves:
    recount = _recount(shown.cause, known, [closure for closure in known if closure.in_force_at(shown.at)])
    return await _moves_in_slices(session, shown.at, recount, shown.newest)


async def _moves_now(session: Session, cause: Cause, known: Sequence[Closure]) -> Moves:
    recount = _recount(cause, known, [closure for closure in known if closure.removed_at is None])
    return await _moves_in_slices(session, session.now, recount)


async def _moves_in_slices(session: Session, at: datetime, recount: Recount, newest: int | None = None) -> Moves:
    """What would move of all cases of the server, of which a few are in memory at a time; with `newest` as they were then. In a
    thread, as everywhere here: a server may have a hundred thousand cases."""
    counted = cache(recount)  # thousands of cases have the same deadline
    moved: list[Move] = []
    stuck: list[tuple[Case, str]] = []
    async for few in case_pages.of_server(session.conn, session.server.id, SLICE):
        then = few if newest is None else [as_of(case, newest) for case in few]
        of_few = await asyncio.to_thread(moves, then, at, counted)
        moved += of_few.moved
        stuck += of_few.stuck
    return Moves(tuple(moved), tuple(stuck))


async def _record(session: WriteSession, to_move: Sequence[Move], because: Because, shown: RecountList) -> None:
    today = When(session.today.isoformat(), session.server.zone)
    rows = []
    for move in to_move:
        detail = DeadlineSet(move.after, Basis.CORRECTION)
        sources = tuple(dict.fromkeys((*_sources(because, move), *move.event.sources)))
        key = f"moved/{move.event.id}/{shown.newest}"
        event = NewEvent(today, detail, because.text(move), sources, key=key)
        rows.append(EventRow(event, move.case.place.id, move.case.id, move.case.letter.id))
    await append_and_announce(session, rows)


async def _with_present_cases(session: Session, outdated: Iterable[Move]) -> list[Move]:
    """The moves with their cases as they are now."""
    by_case = {move.case.id: move for move in outdated}
    return [replace(by_case[case.id], case=case) for case in await cases.with_ids(session.conn, by_case)]


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


def _because(cause: Cause, known: Sequence[Closure], at: datetime) -> Because:
    match cause:
        case AllClosures():
            return ByClosures(tuple(closure for closure in known if closure.in_force_at(at)))
        case CalendarChange(old=old, new=new):
            return ByCalendar(old, new)
        case OneClosure():
            closure = _closure(cause, known)
            return ByClosure(closure, closure.in_force_at(at))


def _sources(because: Because, move: Move) -> tuple[Source, ...]:
    """What a moved deadline rests on, beside the sources of the one before: the closures that moved it."""
    match because:
        case ByClosure(closure=closure):
            return closure.sources
        case ByClosures(closures=known):
            return tuple(source for closure in closures_met(move, known) for source in closure.sources)
        case _:
            return ()


def _closure(cause: OneClosure, known: Sequence[Closure]) -> Closure:
    closure = next((closure for closure in known if closure.id == cause.closure_id), None)
    if closure is None:
        raise CaseError(errors.STALE)
    return closure
