"""By which name, state and kind a place is known: as it is called now, and as it was before it was edited or merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.place_kinds import PlaceKind
from bot.record.places import Identity, Jurisdiction
from bot.record.revisions import Subject
from bot.store import place_families, revisions
from bot.store.database import batches
from bot.store.place_changes import as_recorded
from bot.store.tables import jurisdictions

_KINDS = {kind.value: kind for kind in PlaceKind}
_IDENTITIES = select(
    *(jurisdictions.c.id, jurisdictions.c.name, jurisdictions.c.state, jurisdictions.c.kind),
    func.coalesce(jurisdictions.c.merged_into, jurisdictions.c.id).label("root"),
)


async def recorded_as(conn: AsyncConnection, server_id: int, wanted: Iterable[Jurisdiction]) -> dict[Identity, Jurisdiction]:
    """By the identity of each of these places that the server knows, the place as it is now.

    1. The place that has the identity; if that was merged, the one that it is a part of.
    2. Else the place that had it before it was renamed, or got another kind.
    """
    identities = {place.identity for place in wanted}
    rows: list[Any] = []
    for batch in batches(sorted({name for name, _, _ in identities})):
        of_names = _IDENTITIES.where(jurisdictions.c.server_id == server_id, jurisdictions.c.name.in_(batch))
        rows += list((await conn.execute(of_names)).all())
    ids = {(row.name, row.state, kind): row.root for row in rows if (kind := _KINDS.get(row.kind))}
    if identities - ids.keys():
        ids = {**await former_identities(conn, server_id), **ids}
    by_id = await as_recorded(conn, server_id, set(ids.values()))
    return {identity: by_id[ids[identity]] for identity in identities if ids.get(identity) in by_id}


async def former_identities(conn: AsyncConnection, server_id: int) -> dict[Identity, int]:
    """By each identity that a place of the server had before it was edited, the id of the place that it is a part of now."""
    changes = await revisions.of_subjects(conn, server_id, Subject.PLACE)
    changed = {change.subject_id for change in changes if change.undone_at is None}
    roots = await place_families.roots(conn, changed)
    now: dict[int, dict[str, str]] = {}
    for batch in batches(sorted(changed)):
        of_ids = _IDENTITIES.where(jurisdictions.c.server_id == server_id, jurisdictions.c.id.in_(batch))
        now |= {row.id: {"name": row.name, "state": row.state, "kind": row.kind} for row in await conn.execute(of_ids)}
    former: dict[Identity, int] = {}
    for change in changes:  # from the newest on: what each one had before it
        if change.undone_at is None and (of_place := now.get(change.subject_id)):
            of_place |= {name: str(change.before[name]) for name in of_place.keys() & change.before.keys()}
            if kind := _KINDS.get(of_place["kind"]):
                former.setdefault((of_place["name"], of_place["state"], kind), roots[change.subject_id])
    return former
