"""Deadlines that a closure or another calendar would move: listed before and after, moved only when the desk says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.chat.house import Ask, Desk, Room, recording
from bot.chat.replies import answer, defer, turn
from bot.record.calendars import Calendar, calendar_named
from bot.record.closures import Closure
from bot.record.dates import Deadline, When
from bot.record.errors import CaseError
from bot.record.events import Basis, DeadlineSet
from bot.record.moves import Move, Moves, Recount, again, as_of, between, by, fingerprint, moves
from bot.store import cases, closures, desk, outbox
from bot.store.desk import Fact
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


async def listing(room: Room, what: str) -> Listing:
    """The list as it is now."""
    return Listing(what, room.now, await cases.newest_event(room.conn, room.server.id))


async def would_move(room: Room, shown: Listing) -> Moves:
    """What that list showed."""
    known = await cases.of_server(room.conn, room.server.id)
    every = await closures.of_server(room.conn, room.server.id)
    recount = _recount(shown.what, every, [one for one in every if one.stood(shown.at)])
    return moves([as_of(case, shown.newest) for case in known], shown.at, recount)


async def _moves_now(room: Room, what: str) -> Moves:
    """What such a list shows now, by whatever is recorded: one who waited to write may have been overtaken."""
    known = await cases.of_server(room.conn, room.server.id)
    every = await closures.of_server(room.conn, room.server.id)
    return moves(known, room.now, _recount(what, every, [one for one in every if one.removed_at is None]))


async def overtaken(room: Room, deadline: Deadline | None) -> Deadline | None:
    """What the closures that stand make of a deadline that was counted before they were recorded; None where it is the same."""
    if deadline is None or not deadline.start:
        return None
    shut = await closures.standing(room.conn, room.server.id)
    try:
        new = again(deadline, _calendars(shut)(deadline.calendar))
    except CaseError:  # it cannot be counted again, so it stands as it was recorded
        return None
    return None if new.last_moment == deadline.last_moment else new


async def cards(room: Room, what: str, at: str, newest: str) -> list[Card]:
    """The list in pages, each with the buttons that decide."""
    shown = Listing.read(what, at, newest)
    found = await would_move(room, shown)
    because = _because(what, await closures.of_server(room.conn, room.server.id), shown.at)
    press = ":".join(("move", *shown.query.args, fingerprint(found.found)))
    return words.moves_cards(because, found, press, Calendar(room.server.calendar))


async def move(ask: Ask, what: str) -> None:
    """move:<list>:<fingerprint>: set the deadlines that the list showed, as far as they are still what it showed.

    1. The list is made again as it was; another fingerprint means that a closure came or went while it was looked at.
    2. It is made as it is now, in the same transaction that writes: only moves that are in both are recorded.
    3. Each is one new deadline event, under a key that names the old one and the list: the database lets one press through.
    """
    await defer(ask)
    *args, digest = what.split(":")
    shown = Listing.read(*args)
    async with recording(ask) as room:
        before = await would_move(room, shown)
        if fingerprint(before.found) != digest:
            raise CaseError(OUT_OF_DATE)
        now = {one.key: one for one in (await _moves_now(room, shown.what)).found}
        todo = [now[one.key] for one in before.found if one.key in now]
        left = [(one.case, _changed(one, room.now)) for one in await _afresh(room, before.found, now)]
        if not todo:
            raise CaseError(words.nothing_to_move(left))
        because = _because(shown.what, await closures.of_server(room.conn, room.server.id), room.now)
        await _record(room, todo, because, shown)
        card = words.moved_receipt(todo, left, room.entry.operation)
    await answer(ask, card, ephemeral=True)


async def leave(ask: Ask, what: str) -> None:
    """Leave the deadlines as they are: the list goes, nothing is recorded."""
    await turn(ask, words.left_alone())


async def _record(room: Desk, todo: list[Move], because: words.Because, shown: Listing) -> None:
    """New deadlines under one operation, announced once a letter."""
    today = When(room.today.isoformat(), room.server.zone)
    letters: dict[int, list[tuple[int, int]]] = defaultdict(list)
    facts = []
    for one in todo:
        detail = DeadlineSet(one.after, Basis.CORRECTION)
        sources = tuple(dict.fromkeys((*because.sources_for(one), *one.event.sources)))
        key = f"moved/{one.event.id}/{shown.newest}"
        facts.append((one.case.id, one.case.place.id, Fact(today, detail, because.text(one), sources, key=key)))
    for one, event_id in zip(todo, await desk.add_facts(room.conn, room.entry, facts), strict=True):
        letters[one.case.letter.id].append((one.case.id, event_id))
    for letter_id, told in letters.items():
        await outbox.announce(room.conn, room.server.id, letter_id, told, room.now)


async def _afresh(room: Room, shown: Iterable[Move], now: dict[tuple[int, datetime], Move]) -> list[Move]:
    """Those of the list that are not as it showed them, with their cases as they are now."""
    gone = {one.case.id: one for one in shown if one.key not in now}
    return [replace(gone[case.id], case=case) for case in await cases.with_ids(room.conn, gone)]


def _changed(one: Move, now: datetime) -> str:
    """Why a deadline of the list was not touched."""
    standing = one.case.at(now)
    if not standing.is_open:
        return "the case has ended"
    if standing.answered:
        return "it was answered since"
    if standing.deadline_event is None or standing.deadline_event.id != one.event.id:
        return "its deadline was changed since"
    return "it would fall on another day now"


def _recount(what: str, known: list[Closure], standing: list[Closure]) -> Recount:
    """How that list counts again, where those closures stand of all that are known."""
    shut = {one.day: one.reason for one in standing}
    if what == ALL:
        return by(_calendars(shut))
    if what.startswith("k"):
        old, new = what[1:].split("~")
        calendar = _calendars(shut)
        return lambda deadline: again(deadline, calendar(new)) if deadline.calendar == old else None
    closure = _closure(what, known)
    others = {day: reason for day, reason in shut.items() if day != closure.day}
    without = others if closure in standing else {**others, closure.day: closure.reason}
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
