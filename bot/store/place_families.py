"""A place with those that were merged into it. Their events stay as they were recorded, and name the place of then."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BigInteger, BindParameter, ColumnElement, ScalarSelect, bindparam, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import batches
from bot.store.tables import jurisdictions

_ROOT = jurisdictions.alias("root")
_MEMBER = jurisdictions.alias("member")
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_ROOTS = select(jurisdictions.c.id, func.coalesce(jurisdictions.c.merged_into, jurisdictions.c.id).label("root")).where(
    jurisdictions.c.id.in_(_IDS)
)
_MERGED = select(jurisdictions.c.id, jurisdictions.c.merged_into).where(jurisdictions.c.merged_into.in_(_IDS))
_MERGED_OF_SERVER = select(jurisdictions.c.id, jurisdictions.c.merged_into).where(
    jurisdictions.c.server_id == bindparam("server_id"), jurisdictions.c.merged_into.is_not(None)
)


def root_of(place_id: BindParameter[int]) -> ScalarSelect[int]:
    """The place that one with that id is a part of now: itself, if it was not merged."""
    return select(func.coalesce(_ROOT.c.merged_into, _ROOT.c.id)).where(_ROOT.c.id == place_id).scalar_subquery()


def in_family(column: ColumnElement[int], place_id: BindParameter[int]) -> ColumnElement[bool]:
    """Whether a column names that place, or one that was merged into it."""
    merged = select(_MEMBER.c.id).where(_MEMBER.c.merged_into == place_id)
    return column.in_(union_all(select(place_id), merged))


async def roots(conn: AsyncConnection, place_ids: Collection[int]) -> dict[int, int]:
    """By the id of each of these places, the place that it is a part of now."""
    known: dict[int, int] = {}
    for batch in batches(sorted(place_ids)):
        known |= {row.id: row.root for row in await conn.execute(_ROOTS, {"ids": batch})}
    return known


async def members(conn: AsyncConnection, root_ids: Collection[int]) -> dict[int, int]:
    """By id, these places and those that were merged into them: the place that each is a part of."""
    known = {root: root for root in root_ids}
    for batch in batches(sorted(root_ids)):
        known |= {row.id: row.merged_into for row in await conn.execute(_MERGED, {"ids": batch})}
    return known


async def merged_of_server(conn: AsyncConnection, server_id: int) -> dict[int, int]:
    """By the id of each merged place of a server, the place that it is a part of."""
    return {row.id: row.merged_into for row in await conn.execute(_MERGED_OF_SERVER, {"server_id": server_id})}
