"""Events that were recorded from a file, by the keys that name them there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.events import Event
from bot.record.sources import Source
from bot.store import codec
from bot.store.case_rows import EVENT
from bot.store.cases import facts_in
from bot.store.database import batches
from bot.store.tables import events, jurisdictions
from bot.store.unreadable import Unreadable, note, readable, reason


async def events_with_keys(conn: AsyncConnection, server_id: int, keys: Sequence[str]) -> dict[str, Event]:
    """The events of that server with these keys, corrected ones included."""
    by_key = {}
    for batch in batches(keys):
        query = select(events.c.key, events.c.jurisdiction_id, *EVENT)
        for key, *row in await conn.execute(query.where(events.c.server_id == server_id, events.c.key.in_(batch))):
            for _, event in facts_in(conn, server_id, [row]):
                by_key[key] = event
    return by_key


async def keys_of(conn: AsyncConnection, server_id: int) -> dict[int, str]:
    """The key of every event of that server that came from a file, by the event's id."""
    query = select(events.c.id, events.c.key).where(events.c.server_id == server_id, events.c.key.is_not(None))
    return {row.id: row.key for row in await conn.execute(query)}


async def sources_of_places(conn: AsyncConnection, server_id: int) -> dict[int, tuple[Source, ...]]:
    query = select(jurisdictions.c.id, codec.as_text(jurisdictions.c.sources)).where(jurisdictions.c.server_id == server_id)

    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("place", row[0], f"sources: {reason(error)}", server_id, row[0], row[0]))

    return dict(readable(await conn.execute(query), lambda id, text: (id, codec.sources_from(text)), unread))
