"""Deadlines that a closure or another calendar would move: listed before and after, moved only when the desk says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.chat.responses import answer, defer, turn
from bot.chat.session import Interaction, recording
from bot.desk.session import Session, WriteSession
from bot.record.deadlines.calendars import Calendar, calendar_named
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Basis, DeadlineSet
from bot.record.moves import Move, Moves, Recount, as_of, between, by, fingerprint, moves
from bot.store import cases, closures, events, notices
from bot.store.events import NewEvent
from bot.words import closures as words
from bot.words import errors
from bot.words.card import Card
from bot.words.paging import Query

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALL = "all"  # by every closure that stands
OUT_OF_DATE = "Meanwhile something else was recorded, so this list is not true any more. Look at it again: /closures show."


@dataclass(frozen=True)
class Listing:
    """A list of deadlines that would move, as it was shown: it can be made again word for word.

    `what`: "c" and a closure's id, "k", a calendar's name, "~" and the one in its place, or "all". `at`: when it was made;
    `newest`: the last event that was recorded then.
    """

    what: str
    at: datetime
    newest: int

    @staticmethod
    def read(what: str, at: str, newest: str) -> Listing:
        return Listing(what, EPOCH + timedelta(microseconds=int(at)), int(newest))

    @property
    def query(self) -> Query:
        return Query("moves", (self.what, str((self.at - EPOCH) // timedelta(microseconds=1)), str(self.newest)))


async def listing(session: Session, what: str) -> Listing:
    """The list as it is now."""
    return Listing(what, session.now, await cases.newest_event(session.conn, session.server.id))


async def would_move(session: Session, shown: Listing) -> Moves:
    """What that list showed."""
    known = await cases.of_server(session.conn, session.server.id)
    every = await closures.of_server(session.conn, session.server.id)
    recount = _recount(shown.what, every, [one for one in every if one.stood(shown.at)])
    return moves([as_of(case, shown.newest) for case in known], shown.at, recount)


async def _moves_now(session: Session, what: str) -> Moves:
    """What such a list shows now, by whatever is recorded: one who waited to write may have been overtaken."""
    known = await cases.of_server(session.conn, session.server.id)
    every = await closures.of_server(session.conn, session.server.id)
    return moves(known, session.now, _recount(what, every, [one for one in every if one.removed_at is None]))


async def overtaken(session: Session, deadline: Deadline | None) -> Deadline | None:
    """What the closures that stand make of a deadline that was counted before they were recorded; None where it is the same."""
    if deadline is None or deadline.start is None:
        return None
    shut = await closures.standing(session.conn, session.server.id)
    try:
        new = recounted(deadline, _calendars(shut)(deadline.calendar))
    except CaseError:  # it cannot be counted again, so it stands as it was recorded
        return None
    return None if new.last_moment == deadline.last_moment else new


async def cards(session: Session, what: str, at: str, newest: str) -> list[Card]:
    """The list in pages, each with the buttons that decide."""
    shown = Listing.read(what, at, newest)
    found = await would_move(session, shown)
    because = _because(what, await closures.of_server(session.conn, session.server.id), shown.at)
    press = ":".join(("move", *shown.query.args, fingerprint(found.found)))
    return words.moves_cards(because, found, press, Calendar(session.server.calendar))


async def move(interaction: Interaction, what: str) -> None:
    """move:<list>:<fingerprint>: set the deadlines that the list showed, as far as they are still what it showed.

    1. The list is made again as it was; another fingerprint means that a closure came or went while it was looked at.
    2. It is made as it is now, in the same transaction that writes: only moves that are in both are recorded.
    3. Each is one new deadline event, under a key that names the old one and the list: the database lets one press through.
    """
    await defer(interaction)
    *args, digest = what.split(":")
    shown = Listing.read(*args)
    async with recording(interaction) as session:
        before = await would_move(session, shown)
        if fingerprint(before.found) != digest:
            raise CaseError(OUT_OF_DATE)
        now = {one.key: one for one in (await _moves_now(session, shown.what)).found}
        todo = [now[one.key] for one in before.found if one.key in now]
        left = [(one.case, _changed(one, session.now)) for one in await _afresh(session, before.found, now)]
        if not todo:
            raise CaseError(words.nothing_to_move(left))
        because = _because(shown.what, await closures.of_server(session.conn, session.server.id), session.now)
        await _record(session, todo, because, shown)
        card = words.moved_receipt(todo, left, session.audit.operation)
    await answer(interaction, card, ephemeral=True)


async def leave(interaction: Interaction, what: str) -> None:
    """Leave the deadlines as they are: the list goes, nothing is recorded."""
    await turn(interaction, words.left_alone())


async def _record(session: WriteSession, todo: list[Move], because: words.Because, shown: Listing) -> None:
    """New deadlines under one operation, announced once a letter."""
    today = When(session.today.isoformat(), session.server.zone)
    letters: dict[int, list[tuple[int, int]]] = defaultdict(list)
    facts = []
    for one in todo:
        detail = DeadlineSet(one.after, Basis.CORRECTION)
        sources = tuple(dict.fromkeys((*because.sources_for(one), *one.event.sources)))
        key = f"moved/{one.event.id}/{shown.newest}"
        facts.append((one.case.id, one.case.place.id, NewEvent(today, detail, because.text(one), sources, key=key)))
    for one, event_id in zip(todo, await events.append_events(session.conn, session.audit, facts), strict=True):
        letters[one.case.letter.id].append((one.case.id, event_id))
    for letter_id, told in letters.items():
        await notices.announce(session.conn, session.server.id, letter_id, told, session.now)


async def _afresh(session: Session, shown: Iterable[Move], now: dict[tuple[int, datetime], Move]) -> list[Move]:
    """Those of the list that are not as it showed them, with their cases as they are now."""
    gone = {one.case.id: one for one in shown if one.key not in now}
    return [replace(gone[case.id], case=case) for case in await cases.with_ids(session.conn, gone)]


def _changed(one: Move, now: datetime) -> str:
    """Why a deadline of the list was not touched."""
    case_state = one.case.at(now)
    if not case_state.is_open:
        return "the case has ended"
    if case_state.answered:
        return "it was answered since"
    if case_state.deadline_event is None or case_state.deadline_event.id != one.event.id:
        return "its deadline was changed since"
    return "it would fall on another day now"


def _recount(what: str, known: list[Closure], case_state: list[Closure]) -> Recount:
    """How that list counts again, where those closures stand of all that are known."""
    shut = {one.day: one.reason for one in case_state}
    if what == ALL:
        return by(_calendars(shut))
    if what.startswith("k"):
        old, new = what[1:].split("~")
        calendar = _calendars(shut)
        return lambda deadline: recounted(deadline, calendar(new)) if deadline.calendar == old else None
    closure = _closure(what, known)
    others = {day: reason for day, reason in shut.items() if day != closure.day}
    without = others if closure in case_state else {**others, closure.day: closure.reason}
    return between(_calendars(without), _calendars(shut))


def _calendars(shut: dict[date, str]) -> Callable[[str], Calendar]:
    @cache
    def calendar(name: str) -> Calendar:
        return calendar_named(name or "none", shut)

    return calendar


def _because(what: str, known: list[Closure], at: datetime) -> words.Because:
    if what == ALL:
        return words.ByClosures(tuple(one for one in known if one.stood(at)))
    if what.startswith("k"):
        old, new = what[1:].split("~")
        return words.ByCalendar(old, new)
    closure = _closure(what, known)
    return words.ByClosure(closure, closure.stood(at))


def _closure(what: str, known: list[Closure]) -> Closure:
    found = next((one for one in known if what == f"c{one.id}"), None)
    if found is None:
        raise CaseError(errors.STALE)
    return found
