"""Whether anything was recorded on a server since it was read: what was decided then holds only if not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.forgetting import FORGOTTEN
from bot.store.tables import closures, events, jurisdictions, letters, revisions


@dataclass(frozen=True)
class Mark:
    """What was recorded when a server was read. Events, places and revisions are only ever added; letters and closures are also
    removed, each once."""

    #: The highest ids of all servers, so that reading them takes no time.
    event: int
    place: int
    #: What was edited of letters, places and settings, and what of that was undone.
    revision: int
    #: Changes when a server is forgotten: ids from before may name other rows.
    forgotten: int
    #: Of the server: how many there are, the highest id, and how many were taken back or removed.
    letters: tuple[int, int, int]
    closures: tuple[int, int, int]


_IDS = (events.c.id, jurisdictions.c.id, revisions.c.id)


async def mark(conn: AsyncConnection, server_id: int) -> Mark:
    highest = select(*(select(func.coalesce(func.max(ids), 0)).scalar_subquery() for ids in _IDS))
    event, place, revision, forgotten = (await conn.execute(highest.add_columns(FORGOTTEN))).one()
    return Mark(event, place, revision, forgotten, *await _letters_and_closures(conn, server_id))


async def changed_since(conn: AsyncConnection, server_id: int, before: Mark) -> bool:
    """Whether anything was recorded on that server since then."""
    for table, highest in ((events, before.event), (jurisdictions, before.place), (revisions, before.revision)):
        # Not by an index of the server, which has as many rows as the server: above the id there are few of all servers.
        newer = select(table.c.id).where(table.c.id > highest, func.coalesce(table.c.server_id, None) == server_id)
        if (await conn.execute(newer.limit(1))).scalar() is not None:
            return True
    if (await conn.execute(select(FORGOTTEN))).scalar_one() != before.forgotten:
        return True
    return (before.letters, before.closures) != await _letters_and_closures(conn, server_id)


async def _letters_and_closures(conn: AsyncConnection, server_id: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    counted = []
    for table, ended in ((letters, letters.c.taken_back_at), (closures, closures.c.removed_at)):
        columns = func.count(), func.coalesce(func.max(table.c.id), 0), func.count(ended)
        count, highest, gone = (await conn.execute(select(*columns).where(table.c.server_id == server_id))).one()
        counted.append((count, highest, gone))
    return counted[0], counted[1]
