"""Moving the deadlines that a list of `recounts` showed: decided before the transaction that records it, which is short."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.recounts import SLICE, Found, RecountList, because_of, found_now, found_then, listed
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
RECORDED_AT_ONCE = 800  # events: what the event loop does of it takes some ten milliseconds


@dataclass(frozen=True)
class PlannedMoves:
    """Some of the events that move deadlines, as they are stored."""

    rows: list[EventRow]
    stored: StoredEvents
    #: How the cases stand then, by their ids: rows of the index of states.
    standings: dict[int, list[Values]]


@dataclass(frozen=True)
class MovesDecision:
    """Which deadlines of a list are to be moved, with everything that can be worked out before. It is used once."""

    shown: RecountList
    #: Of the list.
    digest: str
    #: The date on the server when it was decided: the day of the events.
    today: date
    to_move: tuple[Move, ...]
    not_moved: tuple[tuple[ListedCase, NotMoved], ...]
    #: In reverse order: what was recorded is removed, since to free tens of thousands of events at once holds the event loop.
    planned: list[PlannedMoves]


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
    before = await asyncio.to_thread(_countable, await found_then(session, shown, known))
    if await asyncio.to_thread(fingerprint, before) != digest:
        raise CaseError(OUT_OF_DATE)
    still, outdated = await asyncio.to_thread(_compared, before, await found_now(session, shown.cause, known))
    del before  # a part of it at a time: to free all at once would hold the event loop
    not_moved = await _not_moved(session, outdated)
    if not still:
        raise CaseError(nothing_to_move(not_moved))
    to_move = (await listed(session, still)).moved
    planned = await _Planning(session, shown, because_of(shown.cause, known, session.now), still).plan(to_move)
    return MovesDecision(shown, digest, session.today, to_move, tuple(not_moved), planned)


async def record_moves(session: WriteSession, decision: MovesDecision) -> MovedDeadlines:
    """Set the deadlines, and announce them once a letter. Nothing may have been recorded since it was decided."""
    if session.today != decision.today:  # midnight
        decision = await decide_moves(session, decision.shown, decision.digest)
    while decision.planned:
        planned = decision.planned.pop()
        await append_and_announce(session, planned.rows, standings=planned.standings, stored=planned.stored)
    return MovedDeadlines(decision.to_move, decision.not_moved, session.audit.operation)


def _countable(found: Iterable[Found]) -> list[Found]:
    """Those that can be counted again."""
    return [each for each in found if isinstance(each.recounted.after, Deadline)]


def _compared(before: Iterable[Found], now: Iterable[Found]) -> tuple[list[Found], list[Found]]:
    """Those that are still what they were, as they are now; and those that are not, as they were."""
    present = {found.key: found for found in _countable(now)}
    still, outdated = [], []
    for found in before:
        same = present.get(found.key)
        if same is None:
            outdated.append(found)
        else:
            still.append(same)
    return still, outdated


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
        self._dialect = session.conn.dialect
        self.session = session
        self.shown = shown
        self.because = because
        self._new_standings = NewStandings(self._dialect, session.now)
        self._histories = {each.case.case_id: each.case.history for each in found}
        self._today = When(session.today.isoformat(), session.server.zone)
        # By the identities of the deadlines, which their cases share.
        self._texts: dict[tuple[int, int], tuple[str, tuple[Source, ...]]] = {}
        self._details: dict[int, DeadlineSet] = {}
        self._sources: dict[tuple[tuple[Source, ...], tuple[Source, ...]], tuple[Source, ...]] = {}
        self._known: dict[tuple[History, int], list[Values]] = {}

    async def plan(self, to_move: Sequence[Move]) -> list[PlannedMoves]:
        """The last first."""
        planned = []
        for moves in batches(to_move, RECORDED_AT_ONCE):
            part = PlannedMoves([], StoredEvents(self._dialect), {})
            for few in batches(moves, SLICE):
                sources = await events.sources_of(self.session.conn, [move.event_id for move in few])
                for move in few:
                    self._add(part, move, sources[move.event_id])
                await asyncio.sleep(0)
            planned.append(part)
        return planned[::-1]

    def _add(self, part: PlannedMoves, move: Move, sources: tuple[Source, ...]) -> None:
        event = self._event(move, sources)
        part.stored.row(event)
        part.rows.append(EventRow(event, move.case.place.id, move.case.id, move.case.letter.id))
        history = self._histories.pop(move.case.id)
        if not waits(history.events):
            same = history, id(event.detail)
            if same not in self._known:
                self._known[same] = self._new_standings.of_known(history.events, (event,))
            part.standings[move.case.id] = self._known[same]

    def _event(self, move: Move, sources: tuple[Source, ...]) -> NewEvent:
        same = id(move.before), id(move.after)
        if same not in self._texts:
            self._texts[same] = self.because.text(move), _sources(self.because, move)
        text, added = self._texts[same]
        detail = self._details.setdefault(id(move.after), DeadlineSet(move.after, Basis.CORRECTION))
        if (added, sources) not in self._sources:
            self._sources[added, sources] = tuple(dict.fromkeys((*added, *sources)))
        key = f"moved/{move.event_id}/{self.shown.newest}"
        return NewEvent(self._today, detail, text, self._sources[added, sources], key=key)


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
