"""Letters by a few at a time, newest first, and how their recipients stand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.standing import LAST_MOMENT, Standing
from bot.store import codec
from bot.store.case_groups import OF_LETTER, stands_at
from bot.store.columns import values_like
from bot.store.database import by_index
from bot.store.standing_rows import standing_in
from bot.store.tables import case_groups, letters, servers

BY_AGE = "ix_letters_by_age"
#: What letters are sorted by: the last moment at which one may have been sent, and its id.
LetterKey = tuple[datetime, int]


async def keys(
    conn: AsyncConnection, server_id: int, most: int, edge: LetterKey | None = None, backwards: bool = False
) -> list[LetterKey]:
    """The newest letters of a server, without those taken back; those that follow `edge`, if there is one.

    With `backwards` the oldest, or those before it; the nearest first.
    """
    by = (letters.c.sent_by, letters.c.id)
    query = select(*by).where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None))
    if edge:
        query = query.where(tuple_(*by) > values_like(by, edge) if backwards else tuple_(*by) < values_like(by, edge))
    query = query.order_by(*by if backwards else (column.desc() for column in by)).limit(most)
    return [(row.sent_by, row.id) for row in await conn.execute(query.with_hint(letters, by_index(BY_AGE), "sqlite"))]


async def count(conn: AsyncConnection, server_id: int) -> int:
    query = select(func.count()).where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None))
    counted = query.select_from(letters).with_hint(letters, by_index(BY_AGE), "sqlite")
    return int((await conn.execute(counted)).scalar_one())


async def is_dated(conn: AsyncConnection, server_id: int | None = None) -> bool:
    """Whether `keys` has every letter of a server, or of all: a program that knows no index may have recorded some."""
    undated = select(letters.c.id).where(letters.c.sent_by.is_(None), letters.c.taken_back_at.is_(None))
    each = select(servers.c.id).where(
        undated.where(letters.c.server_id == servers.c.id).with_hint(letters, by_index(BY_AGE), "sqlite").exists()
    )
    query = each.limit(1) if server_id is None else each.where(servers.c.id == server_id)
    return (await conn.execute(query)).first() is None


async def every_key(conn: AsyncConnection, server_id: int) -> list[LetterKey]:
    """Of every letter of a server, oldest first, from its own date: while the index of states is not complete."""
    query = select(letters.c.id, letters.c.sent, letters.c.zone)
    rows = (await conn.execute(query.where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None)))).all()
    return await asyncio.to_thread(lambda: sorted((_sent_by(row.sent, row.zone), row.id) for row in rows))


def _sent_by(sent: str, zone: str) -> datetime:
    """Of a letter that cannot be read, which no list shows: any."""
    try:
        return codec.when_from(sent, zone).latest
    except Exception:
        return LAST_MOMENT


@dataclass(frozen=True)
class AlikeCases:
    """The recipients of a letter that stand alike."""

    letter_id: int
    #: As in `case_states`.
    alike: str
    standing: Standing
    count: int


async def recipients(conn: AsyncConnection, letter_ids: Collection[int], now: datetime) -> list[AlikeCases]:
    """How the recipients of these letters stand at `now`; the weightiest status first."""
    groups = case_groups.c
    same = (groups.letter_id, groups.alike)
    counted = select(*same, func.sum(groups.cases).label("counted"), func.min(groups.place_state).label("place_state"))
    counted = counted.where(groups.letter_id.in_(letter_ids), groups.recorded, stands_at(now)).group_by(*same)
    sums = counted.with_hint(case_groups, by_index(OF_LETTER), "sqlite").subquery()
    of_sum = and_(*(groups[name] == sums.c[name] for name in ("letter_id", "alike", "place_state")))
    query = select(sums.c.counted, case_groups).join(case_groups, of_sum).order_by(groups.alike)
    rows = await conn.execute(query)
    return [AlikeCases(row.letter_id, row.alike, standing_in(row), int(row.counted)) for row in rows]


async def date_letters(conn: AsyncConnection, limit: int) -> int:
    """Note of some letters by when they were sent, where it is not noted yet: of how many."""
    query = select(letters.c.id, letters.c.sent, letters.c.zone).where(letters.c.sent_by.is_(None)).limit(limit)
    for row in (rows := (await conn.execute(query)).all()):
        sent_by = _sent_by(row.sent, row.zone)
        await conn.execute(update(letters).where(letters.c.id == row.id).values(sent_by=sent_by))
    return len(rows)
