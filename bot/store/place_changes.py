"""Changing what is recorded of a place itself, and which places are one. Events stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import CaseError
from bot.record.places import Jurisdiction
from bot.store import case_states, place_families
from bot.store.case_rows import PLACE, places_in
from bot.store.database import batches
from bot.store.tables import cases, jurisdictions, place_names

#: What may be changed, by the names of the columns.
FIELDS = ("name", "kind", "aliases", "ocd_id")
_PUT_NAME = insert(place_names).on_conflict_do_nothing()


def fields_of(place: Jurisdiction) -> dict[str, Any]:
    """What may be changed of a place, as it is stored."""
    return {"name": place.name, "kind": place.kind.value, "aliases": list(place.aliases), "ocd_id": place.ocd_id}


async def change(conn: AsyncConnection, server_id: int, place_id: int, fields: Mapping[str, Any]) -> None:
    """Give a place these values, which are JSON, by the names of `FIELDS`, and the names that find it then.

    CaseError if another place of the server has that name, state and kind.
    """
    known = {name: fields[name] for name in FIELDS if name in fields}
    if known:
        this = (jurisdictions.c.id == place_id) & (jurisdictions.c.server_id == server_id)
        try:
            await conn.execute(update(jurisdictions).where(this).values(known))
        except IntegrityError as taken:
            raise CaseError("Another place of that name, kind and state is recorded. Nothing was changed.") from taken
    await rewrite_names(conn, server_id, [place_id])


async def rewrite_names(conn: AsyncConnection, server_id: int, place_ids: Collection[int]) -> None:
    """Make the names anew by which these places are found: their own, and those of the places that were merged into them."""
    roots = set((await place_families.roots(conn, place_ids)).values())
    members = await place_families.members(conn, roots | set(place_ids))
    rows: list[Any] = []
    for batch in batches(sorted(members)):
        await conn.execute(delete(place_names).where(place_names.c.jurisdiction_id.in_(batch)))
        rows += list((await conn.execute(select(*PLACE).where(jurisdictions.c.id.in_(batch)))).all())
    merged_into = await place_families.roots(conn, members)
    names = [
        {"server_id": server_id, "key": key, "jurisdiction_id": merged_into[place.id]}
        for place in places_in(conn, server_id, rows)
        for key in place.search_keys()
    ]
    for few in batches(names):
        await conn.execute(_PUT_NAME, few)


async def merged_into(conn: AsyncConnection, server_id: int, place_id: int) -> int | None:
    """The place that one was merged into; None if it was not."""
    this = (jurisdictions.c.id == place_id) & (jurisdictions.c.server_id == server_id)
    into: int | None = (await conn.execute(select(jurisdictions.c.merged_into).where(this))).scalar()
    return into


async def as_recorded(conn: AsyncConnection, server_id: int, place_ids: Collection[int]) -> dict[int, Jurisdiction]:
    """These places by id, each as it is recorded itself, also if it was merged."""
    found: dict[int, Jurisdiction] = {}
    for batch in batches(sorted(place_ids)):
        of_ids = select(*PLACE).where(jurisdictions.c.id.in_(batch), jurisdictions.c.server_id == server_id)
        found |= {place.id: place for place in places_in(conn, server_id, await conn.execute(of_ids))}
    return found


async def identity_taken(conn: AsyncConnection, server_id: int, place: Jurisdiction) -> tuple[int, int | None] | None:
    """The id of another place with the name, state and kind of this one, and the place that it was merged into, if it was."""
    same = select(jurisdictions.c.id, jurisdictions.c.merged_into).where(
        jurisdictions.c.server_id == server_id,
        jurisdictions.c.name == place.name,
        jurisdictions.c.state == place.state,
        jurisdictions.c.kind == place.kind.value,
        jurisdictions.c.id != place.id,
    )
    row = (await conn.execute(same)).first()
    return (row.id, row.merged_into) if row else None


@dataclass(frozen=True)
class Joining:
    """Which rows change when a place becomes a part of another one."""

    from_id: int
    into_id: int
    #: The cases that move.
    moved: tuple[int, ...]
    #: Cases of the other one that were undone, and make room for them: they move the other way.
    swapped: tuple[int, ...] = ()
    #: Places that were merged into the first one before.
    repointed: tuple[int, ...] = ()


async def join(conn: AsyncConnection, server_id: int, joining: Joining) -> None:
    """Make one place a part of the other."""
    await _swap(conn, server_id, joining.moved, joining.into_id, joining.swapped, joining.from_id)
    for place_id in (joining.from_id, *joining.repointed):
        await _point(conn, server_id, place_id, joining.into_id)


async def separate(conn: AsyncConnection, server_id: int, joining: Joining) -> None:
    """Make them two places again. What was recorded of the second one since stays there."""
    for place_id in joining.repointed:
        await _point(conn, server_id, place_id, joining.from_id)
    await _point(conn, server_id, joining.from_id, None)
    still = await _of(conn, joining.moved, joining.into_id), await _of(conn, joining.swapped, joining.from_id)
    await _swap(conn, server_id, still[0], joining.from_id, still[1], joining.into_id)


async def _point(conn: AsyncConnection, server_id: int, place_id: int, into_id: int | None) -> None:
    this = (jurisdictions.c.id == place_id) & (jurisdictions.c.server_id == server_id)
    await conn.execute(update(jurisdictions).where(this).values(merged_into=into_id))


async def _of(conn: AsyncConnection, case_ids: Sequence[int], place_id: int) -> list[int]:
    """Those of the cases that belong to that place."""
    found: list[int] = []
    for batch in batches(list(case_ids)):
        query = select(cases.c.id).where(cases.c.id.in_(batch), cases.c.jurisdiction_id == place_id)
        found += (await conn.execute(query)).scalars()
    return found


async def _swap(
    conn: AsyncConnection, server_id: int, moved: Sequence[int], to: int, swapped: Sequence[int], back_to: int
) -> None:
    """Move the first cases to one place, and the others to another. No place may have two cases of one letter meanwhile."""
    if swapped:
        aside = {"server_id": server_id, "name": "(aside)", "kind": "institution", "state": "", "aliases": [], "sources": []}
        aside_id = (await conn.execute(jurisdictions.insert().values(aside).returning(jurisdictions.c.id))).scalar_one()
        await _move(conn, swapped, aside_id)
        await _move(conn, moved, to)
        await _move(conn, swapped, back_to)
        await conn.execute(delete(jurisdictions).where(jurisdictions.c.id == aside_id))
    else:
        await _move(conn, moved, to)
    for batch in batches(sorted({*moved, *swapped})):
        await case_states.write(conn, batch)


async def _move(conn: AsyncConnection, case_ids: Sequence[int], place_id: int) -> None:
    for batch in batches(list(case_ids)):
        await conn.execute(update(cases).where(cases.c.id.in_(batch)).values(jurisdiction_id=place_id))
