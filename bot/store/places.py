"""The jurisdictions of a server: found by what a person typed, matched with those of a file, recorded if they are new."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import BigInteger, Column, Dialect, bindparam, exists, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import CannotBeRead, CaseError
from bot.record.name_matches import PlaceMatch, match_name
from bot.record.place_kinds import PlaceKind
from bot.record.place_matching import is_alike, is_other_division
from bot.record.places import DIVISION, Identity, Jurisdiction, name_key
from bot.record.said_names import is_namesake, keys_of
from bot.store.case_rows import PLACE, places_in
from bot.store.database import batches
from bot.store.many_rows import Values, many_rows
from bot.store.name_cache import names_of
from bot.store.place_families import root_of
from bot.store.place_identities import recorded_as
from bot.store.place_search import alike, closest
from bot.store.place_search import misspelled as misspelled_names
from bot.store.tables import cases, jurisdictions, place_names

# Made once: to make such a statement anew takes longer than to read what it gives.
_WITH_ID = select(*PLACE).where(
    jurisdictions.c.id == root_of(bindparam("place_id", type_=BigInteger)), jurisdictions.c.server_id == bindparam("server_id")
)
_NOT_MERGED = jurisdictions.c.merged_into.is_(None)
_CALLED = (
    select(*PLACE, exists().where(cases.c.jurisdiction_id == jurisdictions.c.id).label("has_case"))
    .join(place_names, place_names.c.jurisdiction_id == jurisdictions.c.id)
    .where(place_names.c.server_id == bindparam("server_id"), place_names.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(jurisdictions.c.name, jurisdictions.c.state)
)
_WITH_IDS = select(*PLACE).where(
    jurisdictions.c.server_id == bindparam("server_id"),
    jurisdictions.c.id.in_(bindparam("ids", type_=BigInteger, expanding=True)),
    _NOT_MERGED,
)
_INSERT = jurisdictions.insert()
_NEW_PLACE = tuple(column.name for column in jurisdictions.c if column.name not in ("id", "merged_into"))
_INSERT_NAMES = insert(place_names).on_conflict_do_nothing()
_NAME = ("server_id", "key", "jurisdiction_id")


async def named(conn: AsyncConnection, server_id: int, typed: str) -> PlaceMatch:
    """The places that a person may mean by this name (see `record.name_matches.match_name`)."""
    rows = await _called(conn, server_id, keys_of(typed))
    return match_name(typed, list(rows), {place.id for place, has_letter in rows.items() if has_letter})


async def _called(conn: AsyncConnection, server_id: int, keys: Iterable[str]) -> dict[Jurisdiction, bool]:
    """Every place that these keys find, by name, and whether it has a letter."""
    rows = (await conn.execute(_CALLED, {"server_id": server_id, "keys": sorted(keys)})).all()
    has_case = {row.id: row.has_case for row in rows}
    return {place: has_case[place.id] for place in places_in(conn, server_id, (row[:-1] for row in rows))}


async def misspelled(
    conn: AsyncConnection, server_id: int, typed: Collection[str], limit: int
) -> dict[str, list[Jurisdiction]]:
    """By each typed name, the places whose name was misspelled or only begun, best first (see `place_search.misspelled`)."""
    names = (await names_of(conn, server_id)).names
    near: dict[str, list[int]] = {}
    for name in typed:
        for ids in misspelled_names(names, name, limit):
            near[name] = ids
            await asyncio.sleep(0)
    by_id = {place.id: place for place in await _with_ids(conn, server_id, list(set().union(*near.values())))}
    return {name: [by_id[place_id] for place_id in ids if place_id in by_id] for name, ids in near.items()}


async def namesakes(conn: AsyncConnection, server_id: int, typed: str) -> list[Jurisdiction]:
    """The places that bear a name without the kind and the state that are said with it: "Portland, ME" of Portland, OR."""
    return [place for place in await _called(conn, server_id, keys_of(typed)) if is_namesake(place, typed)]


async def with_id(conn: AsyncConnection, server_id: int, place_id: int) -> Jurisdiction | None:
    """That place of that server; None for another server's. Of one that was merged, the place that it is a part of now."""
    row = (await conn.execute(_WITH_ID, {"place_id": place_id, "server_id": server_id})).one_or_none()
    if row is None:
        return None
    place = next(places_in(conn, server_id, [row]), None)
    if place is None:
        raise CannotBeRead("That place")
    return place


async def is_readable(conn: AsyncConnection, place_id: int) -> bool:
    """Also where there is no such place."""
    row = (await conn.execute(select(*PLACE).where(jurisdictions.c.id == place_id))).first()
    return row is None or next(places_in(conn, None, [row]), None) is not None


async def suggest(conn: AsyncConnection, server_id: int, typed: str, limit: int = 25) -> list[Jurisdiction]:
    """The places that a person may mean, best first: as `labels_like`, then those with names alike."""
    if division := _as_division(typed):
        return await _with_ids(conn, server_id, await _of_division(conn, server_id, division, limit))
    names = (await names_of(conn, server_id)).names
    ids = closest(names, typed, limit)
    if len(ids) < limit:
        for similar in alike(names, typed, limit):
            ids = list(dict.fromkeys((*ids, *similar)))
            await asyncio.sleep(0)
    return await _with_ids(conn, server_id, ids[:limit])


async def labels_like(conn: AsyncConnection, server_id: int, typed: str, limit: int = 25) -> list[str]:
    """Exact names of the places that a person may mean while typing, best first (see `closest`): in full for those whose short
    name another recorded place has too."""
    server_names = await names_of(conn, server_id)
    division = _as_division(typed)
    ids = await _of_division(conn, server_id, division, limit) if division else closest(server_names.names, typed, limit)
    return [server_names.label(place_id) for place_id in ids]


async def with_case_like(conn: AsyncConnection, server_id: int, typed: str, limit: int) -> list[int]:
    """The ids of the places with a case that a person may mean while typing, best first."""
    names = (await names_of(conn, server_id)).names
    return [place_id for place_id in closest(names, typed, 4 * limit) if names.has_case(place_id)][:limit]


def _as_division(typed: str) -> str:
    """A division id that is typed; empty for a name."""
    plain = typed.strip().casefold()
    return plain if plain.startswith(DIVISION) else ""


async def _of_division(conn: AsyncConnection, server_id: int, division: str, limit: int) -> list[int]:
    """The ids of the places whose division begins so."""
    key = place_names.c.key
    query = select(place_names.c.jurisdiction_id).where(
        place_names.c.server_id == server_id, key >= division, key < division + "\U0010ffff"
    )
    return list((await conn.execute(query.order_by(key).limit(limit))).scalars())


async def all_of(conn: AsyncConnection, server_id: int) -> list[Jurisdiction]:
    """Without those that were merged into others."""
    query = select(*PLACE).where(jurisdictions.c.server_id == server_id, _NOT_MERGED).order_by(jurisdictions.c.name)
    return list(places_in(conn, server_id, await conn.execute(query)))


async def with_cases(conn: AsyncConnection, server_id: int) -> frozenset[int]:
    """The ids of the places of a server that have a case."""
    query = select(cases.c.jurisdiction_id).where(cases.c.server_id == server_id).distinct()
    return frozenset((await conn.execute(query)).scalars())


async def ensure(conn: AsyncConnection, server_id: int, place: Jurisdiction) -> tuple[int, bool]:
    """`ensure_all` of one."""
    return (await ensure_all(conn, server_id, [place]))[0]


async def ensure_all(
    conn: AsyncConnection, server_id: int, wanted: Sequence[Jurisdiction], sources: Iterable[object] = ()
) -> list[tuple[int, bool]]:
    """Record these places if they are new: for each, its id and whether it is new. New ones get every name that finds them.

    A place is known by its name, kind and state. CaseError if the place recorded under them is another division.
    """
    known, new = await known_and_new(conn, server_id, wanted)
    ids = {identity: place.id for identity, place in known.items()}
    added = NewPlaces(conn.dialect)
    added.add(new.values(), sources)
    ids |= await added.record(conn, server_id)
    return [(ids[place.identity], new.pop(place.identity, None) is not None) for place in wanted]


async def known_and_new(
    conn: AsyncConnection, server_id: int, wanted: Sequence[Jurisdiction]
) -> tuple[dict[Identity, Jurisdiction], dict[Identity, Jurisdiction]]:
    """The places that the server knows, as it knows them, and the others. CaseError as in `ensure_all`."""
    known = await recorded_as(conn, server_id, wanted)
    new: dict[Identity, Jurisdiction] = {}
    for place in wanted:
        if other := known.get(place.identity):
            if other.identity == place.identity:  # one that was renamed or merged may be another division than it was
                _same_division(other, place)
        else:
            _same_division(new.setdefault(place.identity, place), place)
    return known, new


class NewPlaces:
    """Places about to be recorded, as they are stored: worked out before the transaction that records them begins."""

    def __init__(self, dialect: Dialect) -> None:
        self._places = many_rows(_INSERT, dialect, *_NEW_PLACE)
        self._names = many_rows(_INSERT_NAMES, dialect, *_NAME)
        self._rows: dict[Identity, Values] = {}
        self._keys: dict[Identity, tuple[str, ...]] = {}

    def add(self, places: Iterable[Jurisdiction], sources: Iterable[object] = ()) -> None:
        """Each once, with `sources`, which are JSON. Those that were added before stay as they are."""
        origin = self._places.stored("sources", list(sources))
        at = self._places.names.index("sources")
        for place in places:
            if place.identity not in self._rows:
                row = self._rows[place.identity] = self._places.row(
                    name=place.name,
                    kind=place.kind.value,
                    state=place.state,
                    aliases=list(place.aliases),
                    note=place.note,
                    ocd_id=place.ocd_id,
                )
                row[at] = origin
                self._keys[place.identity] = place.search_keys()

    async def record(self, conn: AsyncConnection, server_id: int) -> dict[Identity, int]:
        """Record the places, of which none is recorded yet, with every name that finds them: the id of each."""
        if not self._rows:
            return {}
        newest = (await conn.execute(select(func.coalesce(func.max(jurisdictions.c.id), 0)))).scalar_one()
        (at,) = self._places.at("server_id")
        rows = ([*row[:at], server_id, *row[at + 1 :]] for row in self._rows.values())
        try:
            await self._places.execute(conn, rows, len(self._rows))
        except IntegrityError as taken:  # one that is recorded and was left out, since it cannot be read
            raise CannotBeRead("A place that is recorded under one of these names") from taken
        table = jurisdictions.c
        of_server = func.coalesce(table.server_id, None) == server_id  # not by the index of a server's places: these are few
        added = select(table.id, table.name, table.state, table.kind).where(table.id > newest, of_server)
        ids = {(row.name, row.state, PlaceKind(row.kind)): row.id for row in await conn.execute(added)}
        names: Iterator[Values] = ([server_id, key, ids[identity]] for identity, keys in self._keys.items() for key in keys)
        await self._names.execute(conn, names, sum(map(len, self._keys.values())))
        return ids


async def matched(conn: AsyncConnection, server_id: int, wanted: Sequence[Jurisdiction]) -> dict[int, Jurisdiction]:
    """By the index in `wanted`, the same place on the server, without those that are not known and those that may be two.

    1. The one with the same name, kind and state, or the same division.
    2. Else the one of that kind and state where the name of either is among the names of the other
       (`record.place_matching.is_alike`).
    In no case a place of another division.
    """
    any_known = select(jurisdictions.c.id).where(jurisdictions.c.server_id == server_id).limit(1)
    if (await conn.execute(any_known)).scalar() is None:
        return {}
    names = [{name_key(name) for name in (place.name, *place.aliases)} - {""} for place in wanted]
    by_name = await by_key(conn, server_id, set().union(*names))
    certain: dict[Identity | str, dict[int, Jurisdiction]] = {}
    for identity, known in (await recorded_as(conn, server_id, wanted)).items():
        certain[identity] = {known.id: known}
    for known in await _with_divisions(conn, server_id, {place.ocd_id for place in wanted if place.ocd_id}):
        for mark in (known.identity, known.ocd_id):
            certain.setdefault(mark, {})[known.id] = known
    matches = {}
    for index, place in enumerate(wanted):
        fits = certain.get(place.identity, {}) | (certain.get(place.ocd_id, {}) if place.ocd_id else {})
        fits = fits or {known.id: known for name in names[index] for known in by_name.get(name, ()) if is_alike(known, place)}
        if len(fits) == 1 and not is_other_division(only := next(iter(fits.values())), place):
            matches[index] = only
    return matches


def _same_division(known: Jurisdiction, place: Jurisdiction) -> None:
    if is_other_division(known, place):
        raise CaseError(
            f"“{place.full_label}” is recorded here as {known.ocd_id}, not as {place.ocd_id}. "
            "Write the county into the name to tell the two apart."
        )


async def with_names(conn: AsyncConnection, server_id: int, names: Iterable[str]) -> list[Jurisdiction]:
    """The places of a server with exactly these names, without those that were merged into others."""
    return await _where_in(conn, server_id, jurisdictions.c.name, names)


async def with_division(conn: AsyncConnection, server_id: int, ocd_id: str) -> list[Jurisdiction]:
    return await _with_divisions(conn, server_id, [ocd_id])


async def _with_divisions(conn: AsyncConnection, server_id: int, ids: Iterable[str]) -> list[Jurisdiction]:
    return await _where_in(conn, server_id, jurisdictions.c.ocd_id, ids)


async def _with_ids(conn: AsyncConnection, server_id: int, ids: Sequence[int]) -> list[Jurisdiction]:
    """The places with these ids, in their order. Without those that were added after the transaction began: the list of names
    may be newer."""
    by_id: dict[int, Jurisdiction] = {}
    for batch in batches(ids):
        rows = await conn.execute(_WITH_IDS, {"server_id": server_id, "ids": batch})
        by_id |= {place.id: place for place in places_in(conn, server_id, rows)}
    return [by_id[place_id] for place_id in ids if place_id in by_id]


async def _where_in(conn: AsyncConnection, server_id: int, column: Column[str], values: Iterable[str]) -> list[Jurisdiction]:
    loaded: list[Jurisdiction] = []
    for batch in batches(sorted(set(values))):
        query = select(*PLACE).where(jurisdictions.c.server_id == server_id, column.in_(batch), _NOT_MERGED)
        loaded += places_in(conn, server_id, await conn.execute(query))
    return loaded


async def by_key(conn: AsyncConnection, server_id: int, keys: Iterable[str]) -> dict[str, list[Jurisdiction]]:
    """The places of a server that these keys of names find (see `record.places.name_key`), each under its key."""
    by_name: dict[str, list[Jurisdiction]] = {}
    for batch in batches(sorted(keys)):
        query = (
            select(place_names.c.key, *PLACE)
            .join(jurisdictions, jurisdictions.c.id == place_names.c.jurisdiction_id)
            .where(place_names.c.server_id == server_id, place_names.c.key.in_(batch), _NOT_MERGED)
        )
        for row in await conn.execute(query):
            for place in places_in(conn, server_id, [row[1:]]):
                by_name.setdefault(row.key, []).append(place)
    return by_name
