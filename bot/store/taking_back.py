"""Taking events back by corrections. Planned before the transaction that writes begins, they leave it little to do."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import event_loop
from bot.record.case import Case
from bot.record.deadlines.when import When
from bot.record.events import Corrected, Event, effective_events, last_word
from bot.record.new_events import NewEvent
from bot.record.sources import Source
from bot.store import cases as case_queries
from bot.store.case_histories import NEWEST, CaseHistory, Histories, History
from bot.store.case_states import NewStandings, waits
from bot.store.database import batches
from bot.store.events import AuditContext, append_events
from bot.store.many_rows import Values
from bot.store.stored_events import StoredEvents
from bot.store.tables import events

SLICE = 100  # cases, after which the event loop goes on
RECORDED_AT_ONCE = 800  # corrections


@dataclass(frozen=True)
class Undone:
    """One event that was taken back."""

    #: None for an event of a place alone.
    case_id: int | None
    #: The correction.
    event_id: int
    #: The event that the correction takes back.
    replaced_id: int


@dataclass(frozen=True)
class Correction:
    """What takes an event back."""

    case_id: int | None
    place_id: int
    event: NewEvent
    replaced_id: int


@dataclass(frozen=True)
class TakingBack:
    """Corrections, with all that can be worked out of them before."""

    corrections: list[Correction]
    stored: StoredEvents
    #: How the cases stand then, by their ids: rows of the index of states.
    standings: dict[int, list[Values]]


async def take_back(conn: AsyncConnection, audit: AuditContext, taken_back: Mapping[int, str]) -> list[Undone]:
    """Take back these events, each by a correction with that text.

    Those in whose place something else is recorded are left out.
    """
    return await record(conn, audit, await plan(conn, audit.server_id, audit.now, audit.zone, taken_back))


async def plan(
    conn: AsyncConnection,
    server_id: int,
    now: datetime,
    zone: ZoneInfo,
    taken_back: Mapping[int, str],
    reason: str = "",
    sources: tuple[Source, ...] = (),
) -> list[TakingBack]:
    """What `record` is to record for `take_back`; the last part of it first. `reason` and `sources`: a person's."""
    when = When(now.astimezone(zone).isoformat(), zone)
    corrections = []
    for batch in batches(sorted(taken_back)):
        columns = select(events.c.id, events.c.case_id, events.c.jurisdiction_id)
        query = columns.where(events.c.server_id == server_id, events.c.id.in_(batch), case_queries.not_replaced())
        for row in (await conn.execute(query.order_by(events.c.id))).all():
            correction = NewEvent(when, _CORRECTED, taken_back[row.id], sources, replaces=row.id, reason=reason)
            corrections.append(Correction(row.case_id, row.jurisdiction_id, correction, row.id))
        await asyncio.sleep(0)
    left = taken_back.keys() - {correction.replaced_id for correction in corrections}
    for case, event in await _holding_again(conn, server_id, left):
        last, whole = last_word(case.events, event), Corrected(with_all_before=True)
        correction = NewEvent(when, whole, taken_back[event.id], sources, replaces=last.id, reason=reason)
        corrections.append(Correction(case.id, case.place.id, correction, event.id))
    standings = await _standings(conn, corrections, now)
    few = batches(corrections, RECORDED_AT_ONCE)
    return [await asyncio.to_thread(_part, StoredEvents(conn.dialect), part, standings) for part in few][::-1]


async def record(conn: AsyncConnection, audit: AuditContext, planned: list[TakingBack]) -> list[Undone]:
    """Record what was planned; nothing may have been recorded since. `planned` is used up, a part at a time: to free tens of
    thousands of events at once would hold the event loop."""
    undone = []
    while planned:
        part = planned.pop()
        rows = [(correction.case_id, correction.place_id, correction.event) for correction in part.corrections]
        ids = await append_events(conn, audit, rows, part.standings, stored=part.stored)
        for correction, event_id in zip(part.corrections, ids, strict=True):
            undone.append(Undone(correction.case_id, event_id, correction.replaced_id))
    return undone


_CORRECTED = Corrected()


def _part(stored: StoredEvents, corrections: Collection[Correction], standings: Mapping[int, list[Values]]) -> TakingBack:
    for correction in corrections:
        stored.row(correction.event)
    case_ids = {correction.case_id for correction in corrections if correction.case_id in standings}
    return TakingBack(list(corrections), stored, {case_id: standings[case_id] for case_id in case_ids if case_id is not None})


async def _standings(conn: AsyncConnection, corrections: Sequence[Correction], now: datetime) -> dict[int, list[Values]]:
    """How the cases stand then. Without those that wait for a day: their rows are made when it is recorded."""
    by_case: dict[int, list[Correction]] = defaultdict(list)
    for few in batches(corrections):
        await event_loop.go_on()
        for correction in few:
            if correction.case_id is not None:
                by_case[correction.case_id].append(correction)
    standings: dict[int, list[Values]] = {}
    known: dict[tuple[History, tuple[int, ...]], list[Values]] = {}
    histories, new_standings = Histories(), NewStandings(conn.dialect, now)
    for case_ids in batches(sorted(by_case), SLICE):
        for case in await histories.read(conn, case_ids, NEWEST):
            of_case = by_case[case.case_id]
            if waits(case.history.events) or any(correction.event.detail is not _CORRECTED for correction in of_case):
                continue
            same = case.history, _numbers(case, of_case)
            if same not in known:
                known[same] = new_standings.of_events(_corrected(case.history, same[1], of_case[0].event.when, now))
            standings[case.case_id] = known[same]
        await asyncio.sleep(0)
    return standings


def _numbers(case: CaseHistory, corrections: Collection[Correction]) -> tuple[int, ...]:
    """Which of the events of a case are taken back."""
    replaced = {correction.replaced_id for correction in corrections}
    return tuple(number for number, event_id in enumerate(case.event_ids, 1) if event_id in replaced)


def _corrected(history: History, replaced: tuple[int, ...], when: When, now: datetime) -> tuple[Event, ...]:
    first = len(history.events) + 1
    corrections = (Event(id, when, now, _CORRECTED, replaces=number) for id, number in enumerate(replaced, first))
    return (*history.events, *corrections)


async def _holding_again(conn: AsyncConnection, server_id: int, ids: Collection[int]) -> list[tuple[Case, Event]]:
    """Those of the events that hold although a correction names them, since it was undone, with their cases."""
    of_these: set[int] = set()
    for batch in batches(sorted(ids)):
        await event_loop.go_on()
        query = select(events.c.case_id).where(events.c.server_id == server_id, events.c.id.in_(batch))
        of_these |= set((await conn.execute(query.where(events.c.case_id.is_not(None)))).scalars())
    known = await case_queries.with_ids(conn, of_these)
    return [(case, event) for case in known for event in effective_events(case.events) if event.id in ids]
