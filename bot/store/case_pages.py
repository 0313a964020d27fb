"""Cases by a few at a time, in the order of their numbers, for who needs the first ones only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.event_loop import in_turns
from bot.record.case import Case
from bot.store.cases import with_ids
from bot.store.database import BATCH, batches
from bot.store.tables import cases

PAGE = 25
_MOST_DIGITS = 9
_ROWS: Select[Any] = select(cases.c.id, cases.c.number, cases.c.letter_id, cases.c.jurisdiction_id)


async def of_places(conn: AsyncConnection, server_id: int, place_ids: Collection[int]) -> AsyncIterator[list[Case]]:
    """`+ 0` keeps SQLite from going through all of the server's cases in the order of their numbers."""
    of_server = cases.c.server_id + 0 == server_id
    async for page in _pages(conn, of_server, cases.c.jurisdiction_id.in_(place_ids)):
        yield page


async def of_letters(
    conn: AsyncConnection, server_id: int, letter_ids: Collection[int], size: int = PAGE
) -> AsyncIterator[list[Case]]:
    async for page in _pages(conn, cases.c.server_id == server_id, cases.c.letter_id.in_(letter_ids), size=size):
        yield page


async def numbered_like(conn: AsyncConnection, server_id: int, digits: str) -> AsyncIterator[list[Case]]:
    """The cases whose number begins with these digits; with "", all."""
    if digits.startswith("0") or len(digits) > _MOST_DIGITS:
        return
    first = int(digits or 0)
    powers = [10**zeros for zeros in range(_MOST_DIGITS + 1 - len(digits))] if digits else []
    begun = [cases.c.number.between(first * power, (first + 1) * power - 1) for power in powers]
    async for page in _pages(conn, cases.c.server_id == server_id, *([or_(*begun)] if begun else [])):
        yield page


async def rows_of_places(conn: AsyncConnection, server_id: int, place_ids: Sequence[int]) -> list[Row[Any]]:
    """The cases of places, without what is recorded of them: id, number, letter_id, jurisdiction_id."""
    rows: list[Row[Any]] = []
    for batch in batches(place_ids):
        query = _ROWS.where(cases.c.server_id + 0 == server_id, cases.c.jurisdiction_id.in_(batch))
        async for some in in_turns((await conn.execute(query)).partitions(BATCH)):
            rows += some
    return rows


async def rows_of_letters(conn: AsyncConnection, server_id: int, letter_ids: Sequence[int], most: int) -> list[Row[Any]]:
    """The first cases of letters, by number; if those are many, the first of the letters that were recorded first."""
    query = _ROWS.where(cases.c.server_id == server_id, cases.c.letter_id.in_(letter_ids[:BATCH]))
    return list((await conn.execute(query.order_by(cases.c.number).limit(most))).all())


async def first_ids(conn: AsyncConnection, server_id: int, most: int) -> list[int]:
    """The ids of the first cases, by number."""
    query = select(cases.c.id).where(cases.c.server_id == server_id).order_by(cases.c.number).limit(most)
    return list((await conn.execute(query)).scalars())


async def of_server(conn: AsyncConnection, server_id: int, size: int) -> AsyncIterator[list[Case]]:
    """Every case of a server, so many at a time."""
    async for page in _pages(conn, cases.c.server_id == server_id, size=size):
        yield page


async def _pages(conn: AsyncConnection, *where: ColumnElement[bool], size: int = PAGE) -> AsyncIterator[list[Case]]:
    after = 0
    while True:
        numbers = select(cases.c.id, cases.c.number).where(cases.c.number > after, *where)
        rows = (await conn.execute(numbers.order_by(cases.c.number).limit(size))).all()
        if not rows:
            return
        after = rows[-1].number  # of the last one, also if that cannot be read
        yield await with_ids(conn, [row.id for row in rows])


async def ids_at(conn: AsyncConnection, server_id: int, jurisdiction_id: int) -> list[int]:
    """The ids of the cases of that place itself, without those of places that were merged into it."""
    own = select(cases.c.id).where(cases.c.server_id == server_id, cases.c.jurisdiction_id == jurisdiction_id)
    return list((await conn.execute(own)).scalars())


async def ids_of_letter(conn: AsyncConnection, letter_id: int) -> list[int]:
    """The ids of all cases of a letter, in order; those that were undone too."""
    ids: list[int] = []
    async for some in in_turns((await conn.execute(_IDS_OF_LETTER, {"letter_id": letter_id})).partitions(BATCH)):
        ids += [row.id for row in some]
    return sorted(ids)


_IDS_OF_LETTER = select(cases.c.id).where(cases.c.letter_id == bindparam("letter_id"))
