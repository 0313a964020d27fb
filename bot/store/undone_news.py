"""Announcing what was taken back, where the channel was told otherwise."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.events import Event
from bot.record.ladder import NEWS
from bot.record.recheck import Told, is_news, is_news_of_one
from bot.store.announcements import announce
from bot.store.case_rows import EVENT
from bot.store.cases import ALERTS_OF_CASE, facts_in
from bot.store.database import batches, by_index
from bot.store.tables import alerts, cases, events, notices
from bot.store.taking_back import Undone
from bot.store.told import told_by


async def announce_undone(
    conn: AsyncConnection, server_id: int, undone: Sequence[Undone], now: datetime, recorded_by_id: int | None = None
) -> None:
    """Plan notices about what was taken back, if the channel was told otherwise (see `record.recheck.is_news`).

    `recorded_by_id`: who takes it back, as in `announcements.announce`.
    """
    alone = await _replacing_one(conn, [taken_back.event_id for taken_back in undone])
    histories = await _replaced_by(conn, [taken_back.event_id for taken_back in undone if taken_back.event_id not in alone])
    event_ids = {taken_back.replaced_id for taken_back in undone} | {e.id for history in histories.values() for e in history}
    news = await _news_about(conn, event_ids, {taken_back.case_id for taken_back in undone})
    for letter_id, corrections in (await asyncio.to_thread(_to_announce, undone, histories, news)).items():
        await announce(conn, server_id, letter_id, corrections, now, recorded_by_id)


async def posted(conn: AsyncConnection, event_ids: set[int], case_ids: set[int | None]) -> set[int]:
    """Those of these events that the channel was told of. `case_ids`: their cases; None for facts of places alone."""
    return {event_id for event_id, news in (await _news_about(conn, event_ids, case_ids)).items() if news.told is Told.POSTED}


def _to_announce(
    undone: Sequence[Undone], histories: Mapping[int, tuple[Event, ...]], news: Mapping[int, _News]
) -> dict[int | None, list[tuple[int | None, int]]]:
    """The corrections that are news, as (case, event) pairs by letter. `histories`: where more than one event is replaced."""
    by_letter: dict[int | None, list[tuple[int | None, int]]] = defaultdict(list)
    for taken_back in undone:
        history = histories.get(taken_back.event_id)
        replaced = [taken_back.replaced_id] if history is None else [event.id for event in history]
        announced = {event_id: news[event_id] for event_id in replaced if event_id in news}
        told = {event_id: about.told for event_id, about in announced.items()}
        if is_news_of_one(told.get(taken_back.replaced_id)) if history is None else is_news(history, told):
            by_letter[announced.popitem()[1].letter_id].append((taken_back.case_id, taken_back.event_id))
    return by_letter


async def _replacing_one(conn: AsyncConnection, corrections: Sequence[int]) -> set[int]:
    """Those of the corrections, by their ids, that take back an event which had replaced no other: most of them."""
    replaced = events.alias()
    # Not as a join, which could be read from the side of the events that replaced none: nearly all that there are.
    replacing = select(replaced.c.id).where(replaced.c.id == events.c.replaces, replaced.c.replaces.is_not(None))
    query = select(events.c.id).where(~replacing.exists())
    found: set[int] = set()
    for batch in batches(corrections):
        found |= set((await conn.execute(query.where(events.c.id.in_(batch)))).scalars())
    return found


@dataclass(frozen=True)
class _News:
    told: Told
    letter_id: int | None


async def _news_about(conn: AsyncConnection, event_ids: set[int], case_ids: set[int | None]) -> dict[int, _News]:
    """What became of the announcements of these events, by the event's id; of those that were planned.

    Looked up by their cases (None for news of places), since alerts have no index by event.
    """
    of_case = select(cases.c.letter_id).where(cases.c.id == alerts.c.case_id).scalar_subquery()
    letter_id = func.coalesce(notices.c.letter_id, of_case).label("letter_id")  # a notice may be about several
    columns = (alerts.c.about_id, alerts.c.state.label("line"), notices.c.state, notices.c.maybe_sent, letter_id)
    query = select(*columns).join(notices, notices.c.id == alerts.c.notice_id).where(alerts.c.rung == NEWS)
    of_cases = query.with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
    news: dict[int, _News] = {}
    # Made one by one: for 40,000 cases, to make all of them first would hold the event loop.
    queries: Iterable[Select[Any]] = (
        of_cases.where(alerts.c.case_id.in_(batch)) for batch in batches(sorted(filter(None, case_ids)))
    )
    if None in case_ids:
        of_places = query.where(alerts.c.case_id.is_(None))
        of_events = (of_places.where(alerts.c.about_id.in_(batch)) for batch in batches(sorted(event_ids)))
        queries = chain(queries, of_events)
    for query in queries:
        for row in await conn.execute(query):
            if row.about_id in event_ids:
                news[row.about_id] = _News(told_by(row.line, row.state, row.maybe_sent), row.letter_id)
    return news


async def _replaced_by(conn: AsyncConnection, correction_ids: Collection[int]) -> dict[int, tuple[Event, ...]]:
    """By the id of each correction, what it replaces, what that had replaced and so on: the oldest first, itself last."""
    known: dict[int, Event | None] = {}
    wanted = set(correction_ids)
    while wanted:
        known |= dict.fromkeys(wanted)
        for batch in batches(sorted(wanted)):
            of_batch = select(events.c.jurisdiction_id, *EVENT).where(events.c.id.in_(batch))
            known |= {event.id: event for _, event in facts_in(conn, None, await conn.execute(of_batch))}
        wanted = {event.replaces for event in known.values() if event and event.replaces is not None} - known.keys()
    return {id: tuple(reversed(list(_replaced(known, id)))) for id in correction_ids}


def _replaced(known: Mapping[int, Event | None], event_id: int | None) -> Iterator[Event]:
    """An event, what it replaces and so on, as far as that can be read."""
    seen: set[int] = set()
    while event_id is not None and event_id not in seen and (event := known[event_id]):
        seen.add(event_id)
        yield event
        event_id = event.replaces
