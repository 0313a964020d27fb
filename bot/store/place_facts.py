"""Reading facts of places apart from any letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.events import Event, unreplaced
from bot.record.place_facts import PlaceFact
from bot.store import place_families
from bot.store.case_rows import EVENT, PLACE, places_in
from bot.store.cases import facts_in
from bot.store.database import batches, by_index
from bot.store.tables import events, jurisdictions

_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_OF_PLACES = select(events.c.jurisdiction_id).where(events.c.id.in_(_IDS), events.c.case_id.is_(None)).distinct()
_PLACES = select(*PLACE).where(jurisdictions.c.id.in_(_IDS)).order_by(jurisdictions.c.id)
_CONTEXTS = (
    select(events.c.jurisdiction_id, *EVENT)
    .where(events.c.jurisdiction_id.in_(_IDS), events.c.case_id.is_(None))
    .order_by(events.c.id)
    .with_hint(events, by_index("ix_events_jurisdiction_id"), "sqlite")
)


async def with_ids(conn: AsyncConnection, ids: Collection[int]) -> dict[int, PlaceFact]:
    """The facts with these ids, by id, each with what has become of it; without those that cannot be read."""
    facts: dict[int, PlaceFact] = {}
    for batch in batches(sorted(ids)):
        place_ids = list((await conn.execute(_OF_PLACES, {"ids": batch})).scalars())
        roots = set((await place_families.roots(conn, place_ids)).values())
        contexts = await _contexts(conn, await place_families.members(conn, roots))
        for place in places_in(conn, None, await conn.execute(_PLACES, {"ids": sorted(roots)})):
            context = contexts[place.id]
            in_force = {event.id for event in unreplaced(context)}
            by_id = {event.id: event for event in context}
            for event in context:
                if event.id in ids:
                    facts[event.id] = PlaceFact(place, event, event.id in in_force, by_id.get(event.replaces or 0))
    return facts


async def _contexts(conn: AsyncConnection, members: Mapping[int, int]) -> dict[int, list[Event]]:
    """By place, what is recorded about it apart from any letter, oldest first. `members`: as in `place_families.members`."""
    contexts: dict[int, list[Event]] = defaultdict(list)
    for batch in batches(sorted(members)):
        for place_id, event in facts_in(conn, None, await conn.execute(_CONTEXTS, {"ids": batch})):
            contexts[members[place_id]].append(event)
    return {place_id: sorted(context, key=lambda event: event.id) for place_id, context in contexts.items()}


async def contexts(conn: AsyncConnection, server_id: int) -> dict[int, list[Event]]:
    """`context` of every place of a server of which there is any, by the place's id."""
    query = select(events.c.jurisdiction_id, *EVENT).where(events.c.server_id == server_id, events.c.case_id.is_(None))
    by_place: dict[int, list[Event]] = {}
    merged = await place_families.merged_of_server(conn, server_id)
    for place_id, event in facts_in(conn, server_id, await conn.execute(query.order_by(events.c.id))):
        by_place.setdefault(merged.get(place_id, place_id), []).append(event)
    return by_place
