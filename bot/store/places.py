"""Finding a jurisdiction of one server by what a person typed."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from sqlalchemy import exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.places import Jurisdiction, key, meant
from bot.store.cases import place_of
from bot.store.tables import cases, jurisdictions, place_names

ALIKE = 70  # of 100: below this two names are not each other's typing mistake


async def named(conn: AsyncConnection, server_id: int, typed: str) -> list[Jurisdiction]:
    """The places that a person may mean by this name (see `record.places.key` and `meant`): one, or several to ask about."""
    has_case = exists().where(cases.c.jurisdiction_id == jurisdictions.c.id).label("has_case")
    query = (
        select(jurisdictions, has_case)
        .join(place_names, place_names.c.jurisdiction_id == jurisdictions.c.id)
        .where(place_names.c.server_id == server_id, place_names.c.key == key(typed))
        .order_by(jurisdictions.c.name, jurisdictions.c.state)
    )
    rows = (await conn.execute(query)).mappings().all()
    return meant(typed, [place_of(row) for row in rows], {row["id"] for row in rows if row["has_case"]})


async def with_id(conn: AsyncConnection, server_id: int, place_id: int) -> Jurisdiction | None:
    """That place of that server; None for another server's."""
    query = select(jurisdictions).where(jurisdictions.c.id == place_id, jurisdictions.c.server_id == server_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return place_of(row) if row else None


async def suggest(conn: AsyncConnection, server_id: int, typed: str, limit: int = 25) -> list[Jurisdiction]:
    """What the person may mean, best first: names that begin so, then words that begin so, then typing mistakes."""
    wanted = key(typed)
    names = (
        select(place_names.c.key, jurisdictions)
        .join(jurisdictions, jurisdictions.c.id == place_names.c.jurisdiction_id)
        .where(place_names.c.server_id == server_id)
    )
    begins = names.where(place_names.c.key >= wanted, place_names.c.key < wanted + "\U0010ffff").order_by(place_names.c.key)
    found = {row["id"]: place_of(row) for row in (await conn.execute(begins.limit(limit * 4))).mappings()}
    if len(found) < limit and wanted:
        rows = (await conn.execute(names)).mappings().all()
        for index in nearest(wanted, [row["key"] for row in rows], limit * 3):
            found.setdefault(rows[index]["id"], place_of(rows[index]))
    return list(found.values())[:limit]


def nearest(wanted: str, keys: list[str], limit: int) -> list[int]:
    """Positions of the keys most like `wanted`: whole words that begin so first, then likeness, typing mistakes forgiven."""
    words = [i for i, k in enumerate(keys) if f" {k}".find(f" {wanted}") >= 0]
    alike = process.extract(wanted, keys, scorer=fuzz.WRatio, limit=limit, score_cutoff=ALIKE)
    return list(dict.fromkeys([*words[:limit], *(index for _, _, index in alike)]))[:limit]


async def all_of(conn: AsyncConnection, server_id: int) -> list[Jurisdiction]:
    query = select(jurisdictions).where(jurisdictions.c.server_id == server_id).order_by(jurisdictions.c.name)
    return [place_of(row) for row in (await conn.execute(query)).mappings()]


async def ensure(
    conn: AsyncConnection, server_id: int, place: Jurisdiction, sources: Iterable[object] = ()
) -> tuple[int, bool]:
    """The id of that place on the server and whether it is new; recorded if it is, with every name that finds it."""
    same = select(jurisdictions.c.id).where(
        jurisdictions.c.server_id == server_id,
        jurisdictions.c.name == place.name,
        jurisdictions.c.state == place.state,
        jurisdictions.c.kind == place.kind.value,
    )
    if (known := (await conn.execute(same)).scalar()) is not None:
        return known, False
    row = jurisdictions.insert().values(
        server_id=server_id,
        name=place.name,
        kind=place.kind.value,
        state=place.state,
        aliases=list(place.aliases),
        note=place.note,
        sources=list(sources),
    )
    new = int((await conn.execute(row.returning(jurisdictions.c.id))).scalar_one())
    names = [{"server_id": server_id, "key": name, "jurisdiction_id": new} for name in place.search_keys()]
    await conn.execute(insert(place_names).on_conflict_do_nothing(), names)
    return new, True
