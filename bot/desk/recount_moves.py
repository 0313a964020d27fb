"""Moving the deadlines that a list of `recounts` showed: decided before the transaction that records it, which is short."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.recounts import (
    SLICE,
    Found,
    RecountList,
    because_of,
    found_now,
    found_then,
    listed,
)
from bot.desk.session import Session, WriteSession
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Basis, DeadlineSet
from bot.record.moves import ListedCase, Move, NotMoved, closures_met, fingerprint, why_not_moved
from bot.record.new_events import NewEvent
from bot.record.sources import Source
from bot.store import cases, closures, events
from bot.store.case_histories import History
from bot.store.case_states import NewStandings, waits
from bot.store.database import batches
from bot.store.many_rows import Values
from bot.store.stored_events import StoredEvents
from bot.words.closures import Because, ByClosure, ByClosures, nothing_to_move

OUT_OF_DATE = "Something else was recorded in the meantime, so this list is out of date. See the new one: /closures show."
RECORDED_AT_ONCE = 500  # events: what the event loop does of it takes some ten milliseconds


@dataclass(frozen=True)
class MovesDecision:
    """Which deadlines of a list are to be moved, with everything that can be worked out before."""

    shown: RecountList
    #: Of the list.
    digest: str
    #: The date on the server when it was decided: the day of the events.
    today: date
    to_move: tuple[Move, ...]
    not_moved: tuple[tuple[ListedCase, NotMoved], ...]
    #: One event for each of `to_move`.
    rows: tuple[EventRow, ...]
    stored: StoredEvents
    #: How the cases stand then, by their ids: rows of the index of states.
    standings: dict[int, list[Values]]


@dataclass(frozen=True)
class MovedDeadlines:
    """What was moved, and what of the list was not."""

    moved: tuple[Move, ...]
    not_moved: tuple[tuple[ListedCase, NotMoved], ...]
    operation: str


async def decide_moves(session: Session, shown: RecountList, digest: str) -> MovesDecision:
    """Which deadlines that a list showed are to be moved: those that are still what it showed.

    1. The list is made again as it was. Another fingerprint means that a closure was added or removed while it was read.
    2. It is made as it is now. Only moves that are in both are recorded: others may have recorded something meanwhile.
    3. Each is one new deadline event, under a key that names the old one and the list: the database lets one press through.

    CaseError if the list is out of date, or nothing of it can be moved any more.
    """
    known = await closures.of_server(session.conn, session.server.id)
    before = _countable(await found_then(session, shown, known))
    if await asyncio.to_thread(fingerprint, before) != digest:
        raise CaseError(OUT_OF_DATE)
    now = {found.key: found for found in _countable(await found_now(session, shown.cause, known))}
    still = [now[found.key] for found in before if found.key in now]
    not_moved = await _not_moved(session, [found for found in before if found.key not in now])
    if not still:
        raise CaseError(nothing_to_move(not_moved))
    to_move = (await listed(session, still)).moved
    planning = _Planning(session, shown, because_of(shown.cause, known, session.now), still)
    await planning.plan(to_move)
    return MovesDecision(
        shown,
        digest,
        session.today,
        to_move,
        tuple(not_moved),
        tuple(planning.rows),
        planning.stored,
        planning.standings,
    )


async def record_moves(session: WriteSession, decision: MovesDecision) -> MovedDeadlines:
    """Set the deadlines, and announce them once a letter. Nothing may have been recorded since it was decided."""
    if session.today != decision.today:  # midnight
        decision = await decide_moves(session, decision.shown, decision.digest)
    for rows in batches(decision.rows, RECORDED_AT_ONCE):
        standings = {row.case_id: decision.standings[row.case_id] for row in rows if row.case_id in decision.standings}
        await append_and_announce(session, rows, standings=standings, stored=decision.stored)
    return MovedDeadlines(decision.to_move, decision.not_moved, session.audit.operation)


def _countable(found: Iterable[Found]) -> list[Found]:
    """Those that can be counted again."""
    return [each for each in found if isinstance(each.recounted.after, Deadline)]


async def _not_moved(session: Session, outdated: Sequence[Found]) -> list[tuple[ListedCase, NotMoved]]:
    """Why these are not moved, by what is recorded now."""
    reasons = []
    for few in batches(outdated, SLICE):
        moves = {move.case.id: move for move in (await listed(session, few)).moved}
        for case in await cases.with_ids(session.conn, moves):
            move = moves[case.id]
            reasons.append((move.case, why_not_moved(move, case.at(session.now))))
        await asyncio.sleep(0)
    return sorted(reasons, key=lambda reason: reason[0].number)


class _Planning:
    """Makes the events of moves. What thousands of them have alike is made once."""

    def __init__(self, session: Session, shown: RecountList, because: Because, found: Iterable[Found]) -> None:
        dialect = session.conn.dialect
        self.session = session
        self.shown = shown
        self.because = because
        self.stored = StoredEvents(dialect)
        self.rows: list[EventRow] = []
        self.standings: dict[int, list[Values]] = {}
        self._new_standings = NewStandings(dialect, session.now)
        self._histories = {each.case.case_id: each.case.history for each in found}
        self._today = When(session.today.isoformat(), session.server.zone)
        # By the identities of the deadlines, which their cases share.
        self._texts: dict[tuple[int, int], tuple[str, tuple[Source, ...]]] = {}
        self._details: dict[int, DeadlineSet] = {}
        self._sources: dict[tuple[tuple[Source, ...], tuple[Source, ...]], tuple[Source, ...]] = {}
        self._known: dict[tuple[History, int], list[Values]] = {}

    async def plan(self, to_move: Sequence[Move]) -> None:
        for few in batches(to_move, SLICE):
            sources = await events.sources_of(self.session.conn, [move.event_id for move in few])
            for move in few:
                self._move(move, sources[move.event_id])
            await asyncio.sleep(0)

    def _move(self, move: Move, sources: tuple[Source, ...]) -> None:
        same = id(move.before), id(move.after)
        if same not in self._texts:
            self._texts[same] = self.because.text(move), _sources(self.because, move)
        text, added = self._texts[same]
        detail = self._details.setdefault(id(move.after), DeadlineSet(move.after, Basis.CORRECTION))
        if (added, sources) not in self._sources:
            self._sources[added, sources] = tuple(dict.fromkeys((*added, *sources)))
        key = f"moved/{move.event_id}/{self.shown.newest}"
        event = NewEvent(self._today, detail, text, self._sources[added, sources], key=key)
        self.stored.row(event)
        self.rows.append(EventRow(event, move.case.place.id, move.case.id, move.case.letter.id))
        history = self._histories[move.case.id]
        if not waits(history.events):
            if (history, id(detail)) not in self._known:
                self._known[history, id(detail)] = self._new_standings.of_known(history.events, (event,))
            self.standings[move.case.id] = self._known[history, id(detail)]


def _sources(because: Because, move: Move) -> tuple[Source, ...]:
    """What a moved deadline rests on, beside the sources of the one before: the closures that moved it."""
    match because:
        case ByClosure(closure=closure):
            return closure.sources
        case ByClosures(closures=known):
            return _of_closures(closures_met(move, known))
        case _:
            return ()


def _of_closures(met: Iterable[Closure]) -> tuple[Source, ...]:
    return tuple(source for closure in met for source in closure.sources)
