"""Appending events to the record. Announcing them is part of it, so that no use case can forget to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.desk.session import WriteSession
from bot.record.new_events import NewEvent
from bot.record.news_kinds import is_announced
from bot.store import announcements, events, undone_news
from bot.store.many_rows import Values
from bot.store.stored_events import StoredEvents


@dataclass(frozen=True)
class EventRow:
    """An event about to be appended, with what it is about."""

    event: NewEvent
    place_id: int
    #: None for an event of the place alone.
    case_id: int | None = None
    #: The letter of that case.
    letter_id: int | None = None


async def append_and_announce(
    session: WriteSession,
    rows: Sequence[EventRow],
    *,
    announce: bool = True,
    announce_places: bool = True,
    standings: Mapping[int, list[Values]] | None = None,
    stored: StoredEvents | None = None,
) -> list[int]:
    """Append events and announce those that are news: the events' ids, in order.

    One notice a letter, shared with whatever else the letter announces at `now`; and one for all events of places alone,
    unless `announce_places` is False. `standings` and `stored`: what was worked out of them before (`events.append_events`).
    """
    new_events = [(row.case_id, row.place_id, row.event) for row in rows]
    event_ids = await events.append_events(session.conn, session.audit, new_events, standings, stored=stored)
    news: dict[int | None, list[tuple[int | None, int]]] = defaultdict(list)
    corrected = await _told_otherwise(session, rows)
    for row, event_id in zip(rows, event_ids, strict=True):
        is_news = is_announced(row.event.detail, session.server.unannounced) or row.event.replaces in corrected
        if is_news and (row.letter_id is not None or announce_places):
            news[row.letter_id].append((row.case_id, event_id))
    if announce and not session.quietly:
        for letter_id, of_letter in news.items():
            await announcements.announce(
                session.conn, session.server.id, letter_id, of_letter, session.now, session.audit.by_id
            )
    return event_ids


async def _told_otherwise(session: WriteSession, rows: Sequence[EventRow]) -> set[int]:
    """The ids of events that the channel was told of and these replace, of kinds that the server does not announce any more."""
    silent = [row for row in rows if row.event.replaces and not is_announced(row.event.detail, session.server.unannounced)]
    if not silent:
        return set()
    replaced = {row.event.replaces for row in silent if row.event.replaces}
    return await undone_news.posted(session.conn, replaced, {row.case_id for row in silent})
