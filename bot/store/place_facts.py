"""Reading facts of places apart from any letter."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.events import unreplaced
from bot.record.place_facts import PlaceFact
from bot.store import cases, places
from bot.store.database import batches
from bot.store.tables import events


async def with_ids(conn: AsyncConnection, server_id: int, ids: Collection[int]) -> dict[int, PlaceFact]:
    """The facts with these ids, by id, each with what has become of it."""
    place_ids: set[int] = set()
    for batch in batches(sorted(ids)):
        of_places = select(events.c.jurisdiction_id).where(
            events.c.server_id == server_id, events.c.id.in_(batch), events.c.case_id.is_(None)
        )
        place_ids |= set((await conn.execute(of_places)).scalars())
    facts: dict[int, PlaceFact] = {}
    for place_id in sorted(place_ids):
        place = await places.with_id(conn, server_id, place_id)
        if place is None:
            continue
        context = await cases.context(conn, server_id, place_id)
        in_force = {event.id for event in unreplaced(context)}
        by_id = {event.id: event for event in context}
        for event in context:
            if event.id in ids:
                facts[event.id] = PlaceFact(place, event, event.id in in_force, by_id.get(event.replaces or 0))
    return facts
