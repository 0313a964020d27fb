"""Finding a jurisdiction of one server by what a person typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.places import Jurisdiction, Meant, PlaceKind, key, meant, wanted_of, with_kind
from bot.store.cases import place_of
from bot.store.tables import cases, jurisdictions, place_names

ALIKE = 70  # of 100: below this two names are not each other's typing mistake
SHORT = 4
UNLIKE = 4  # after every other rank


async def named(conn: AsyncConnection, server_id: int, typed: str) -> Meant:
    """Whom a person may mean by this name (see `record.places.key` and `meant`), with or without the kind behind it."""
    rows = await _called(conn, server_id, typed)
    if not rows and (behind := with_kind(typed)):
        name, kind = behind
        return Meant(tuple(place for place, _ in await _called(conn, server_id, name) if place.kind is kind))
    return meant(typed, [place for place, _ in rows], {place.id for place, has_case in rows if has_case})


async def _called(conn: AsyncConnection, server_id: int, typed: str) -> list[tuple[Jurisdiction, bool]]:
    """Every place of that name, and whether it has a letter."""
    has_case = exists().where(cases.c.jurisdiction_id == jurisdictions.c.id).label("has_case")
    query = (
        select(jurisdictions, has_case)
        .join(place_names, place_names.c.jurisdiction_id == jurisdictions.c.id)
        .where(place_names.c.server_id == server_id, place_names.c.key == key(typed))
        .order_by(jurisdictions.c.name, jurisdictions.c.state)
    )
    return [(place_of(row), row["has_case"]) for row in (await conn.execute(query)).mappings()]


async def with_id(conn: AsyncConnection, server_id: int, place_id: int) -> Jurisdiction | None:
    """That place of that server; None for another server's."""
    query = select(jurisdictions).where(jurisdictions.c.id == place_id, jurisdictions.c.server_id == server_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return place_of(row) if row else None


async def suggest(conn: AsyncConnection, server_id: int, typed: str, limit: int = 25) -> list[Jurisdiction]:
    """What the person may mean, best first (see `closest`)."""
    wanted, state = wanted_of(typed)
    names = (
        select(place_names.c.key, jurisdictions)
        .join(jurisdictions, jurisdictions.c.id == place_names.c.jurisdiction_id)
        .where(place_names.c.server_id == server_id)
        .order_by(place_names.c.key)
    )
    begins = names.where(place_names.c.key >= wanted, place_names.c.key < wanted + "\U0010ffff").limit(limit * 4)
    for query in (names,) if state else (begins, names):
        rows = (await conn.execute(query)).mappings()
        found = closest(typed, [(row["key"], place_of(row)) for row in rows], limit)
        if len(found) == limit:
            break
    return found


def closest(typed: str, names: Sequence[tuple[str, Jurisdiction]], limit: int) -> list[Jurisdiction]:
    """Of places with the names that find them, those that may be meant, best first.

    1. Names that begin so; where a state is asked for ("state of", "new york state"), the states of them first.
    2. Names with a word that begins so, then those that hold it only in the state behind the name.
    3. Typing mistakes.
    """
    wanted, state = wanted_of(typed)
    ranks = [(_rank(wanted, state, name, place), at) for at, (name, place) in enumerate(names)]
    order = [at for rank, at in sorted(ranks) if rank < UNLIKE]
    if wanted and len({names[at][1].id for at in order}) < limit:
        # Left out: postal codes and the like, which stand somewhere in every other word.
        alike_to = {at: name for at, (name, _) in enumerate(names) if len(name) >= SHORT}
        alike = process.extract(wanted, alike_to, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=ALIKE)
        order += [at for _, _, at in alike]
    return list({names[at][1].id: names[at][1] for at in order}.values())[:limit]


def _rank(wanted: str, state: bool, name: str, place: Jurisdiction) -> int:
    if name.startswith(wanted):
        return 0 if state and place.kind is PlaceKind.STATE else 1
    if f" {wanted}" not in name:
        return UNLIKE
    bare = name.removesuffix(f" {place.state.casefold()}").removesuffix(f" {key(place.state_name)}")
    return 2 if f" {wanted}" in bare else 3


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
