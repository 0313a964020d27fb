"""The lists of names in memory, one a server: made when one is first needed, and kept up with what any process records.

Places are only ever added, and cases begin and are undone by events, which are only ever added too. What is edited or merged
has a revision, and so has its undo. So the highest ids of the three say whether a list is up to date, and the rows above those
it knows are what it lacks.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.places import Jurisdiction
from bot.record.revisions import Subject
from bot.store import place_families
from bot.store.case_rows import PLACE, places_in
from bot.store.cases import sending_recorded
from bot.store.database import batches
from bot.store.forgetting import FORGOTTEN
from bot.store.name_list import FEW_PLACES, SLICE, NameList
from bot.store.place_search import exact_label
from bot.store.revisions import NEWEST as REVISION
from bot.store.tables import cases, events, jurisdictions, revisions

MOST_ENTRIES = 300_000  # of all servers together, about 30 MB: more than one server with 100,000 places has
MOST_ADDED = 2_000  # places or cases: beyond this a list is made anew


class Version(NamedTuple):
    """The highest ids when a list was read; of all servers, so that reading them takes no time."""

    place: int
    event: int
    #: Changes when a server is forgotten: ids from before may name other rows.
    forgotten: int = 0
    #: Places that were edited or merged have a revision, and its undo another one.
    revision: int = 0


@dataclass
class ServerNames:
    """The names of one server, and the texts that are submitted for its places."""

    names: NameList = field(default_factory=NameList)
    version: Version = field(default_factory=lambda: Version(0, 0))
    _labels: dict[int, str] = field(default_factory=dict)

    def label(self, place_id: int) -> str:
        """An exact name of a place (see `exact_label`)."""
        if place_id not in self._labels:
            self._labels[place_id] = exact_label(self.names, self.names.place(place_id))
        return self._labels[place_id]

    def put(self, places: Sequence[tuple[Jurisdiction, bool]]) -> None:
        if any(place.id not in self.names for place, _ in places):
            self._labels.clear()  # it may share the name of another
        self.names.put(places)


class NameCache:
    """The lists of one database. Those that were not used for longest are dropped once all together are too long."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._most = most
        self._kept: OrderedDict[int, ServerNames] = OrderedDict()
        self._locks: dict[int, asyncio.Lock] = {}

    def __contains__(self, server_id: int) -> bool:
        return server_id in self._kept

    async def of(self, conn: AsyncConnection, server_id: int) -> ServerNames:
        """The names of a server as of the transaction, or newer.

        Whoever comes while the list is being made waits for it. The event loop is never held for long.
        """
        version = await _version(conn)
        kept = self._kept.get(server_id)
        if kept is None or not _is_up_to_date(kept, version):
            async with self._locks.setdefault(server_id, asyncio.Lock()):
                kept = self._kept.get(server_id)
                if kept is None or not _is_up_to_date(kept, version):
                    kept = await _brought_up(conn, server_id, kept, version)
                    self._kept[server_id] = kept
        self._kept.move_to_end(server_id)
        self._drop()
        return kept

    def _drop(self) -> None:
        total = sum(len(kept.names) for kept in self._kept.values())
        while total > self._most and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            total -= len(dropped.names)


_caches: WeakKeyDictionary[Engine, NameCache] = WeakKeyDictionary()


def cache_of(conn: AsyncConnection) -> NameCache:
    """The cache of the connection's database."""
    return _caches.setdefault(conn.sync_engine, NameCache())


async def names_of(conn: AsyncConnection, server_id: int) -> ServerNames:
    """The names of a server, as they are committed."""
    async with _committed(conn) as reader:
        return await cache_of(conn).of(reader, server_id)


@asynccontextmanager
async def _committed(conn: AsyncConnection) -> AsyncIterator[AsyncConnection]:
    """A connection that reads. What a transaction has written so far may be rolled back, and its ids given out again."""
    if conn.sync_connection is None or not conn.sync_connection.get_execution_options().get("letterwatch_writes"):
        yield conn
        return
    async with conn.engine.connect() as reader, reader.begin():
        yield reader


async def _version(conn: AsyncConnection) -> Version:
    row = (await conn.execute(NEWEST)).one()
    return Version(row.place, row.event, row.forgotten, row.revision)


NEWEST = select(
    select(func.coalesce(func.max(jurisdictions.c.id), 0)).scalar_subquery().label("place"),
    select(func.coalesce(func.max(events.c.id), 0)).scalar_subquery().label("event"),
    FORGOTTEN.label("forgotten"),
    REVISION.label("revision"),
)


def _is_up_to_date(kept: ServerNames, version: Version) -> bool:
    """Also if it is newer: a transaction may have begun before the one that brought the list up."""
    return all(kept_id >= id for kept_id, id in zip(kept.version, version, strict=True))


async def _brought_up(conn: AsyncConnection, server_id: int, kept: ServerNames | None, version: Version) -> ServerNames:
    """A list up to that version: the one that is kept, with what it lacks, or a new one."""
    is_followed = kept is not None and kept.version.forgotten == version.forgotten
    changed = await _changed(conn, server_id, kept.version) if kept and is_followed else None
    if kept is None or changed is None:
        return ServerNames(await _made(conn, server_id), version)
    if edited := await _edited(conn, server_id, kept.version):
        kept = ServerNames(kept.names.without(edited), kept.version)
    for few in batches(changed, FEW_PLACES):
        kept.put(few)
        await asyncio.sleep(0)
    kept.version = version
    return kept


async def _made(conn: AsyncConnection, server_id: int) -> NameList:
    """A new list. It is read and made in slices: also a thread would hold the event loop, by Python's lock."""
    names = NameList()
    last: tuple[Any, ...] = ("", "", "")
    table = jurisdictions.c
    while page := (await conn.execute(_BY_NAME.where(table.server_id == server_id, tuple_(*_NAME) > tuple_(*last)))).all():
        if readable := _in_page(conn, page):
            names.add_run(readable)
        last = (page[-1].name, page[-1].state, page[-1].kind)
        await asyncio.sleep(0)
    for _ in names.merge():
        await asyncio.sleep(0)
    return names


async def _changed(conn: AsyncConnection, server_id: int, since: Version) -> list[tuple[Jurisdiction, bool]] | None:
    """The places that were added, or of which a case began or was undone; None if they are too many."""
    ids: set[int] = set()
    for query in changes(server_id, since):
        ids |= set((await conn.execute(query.limit(MOST_ADDED + 1))).scalars())
    ids = set((await place_families.roots(conn, ids)).values()) | await _edited(conn, server_id, since)
    if len(ids) > MOST_ADDED:
        return None
    changed = []
    for batch in batches(sorted(ids), SLICE):
        changed += _in_page(conn, (await conn.execute(_PLACES.where(jurisdictions.c.id.in_(batch)))).all())
    return changed


async def _edited(conn: AsyncConnection, server_id: int, since: Version) -> set[int]:
    """The places that were edited, merged or separated since: names of theirs may be gone."""
    query = select(revisions.c.subject_id, revisions.c.before, revisions.c.after).where(
        revisions.c.id > since.revision,
        revisions.c.server_id + 0 == server_id,
        revisions.c.subject.in_((Subject.PLACE.value, Subject.MERGE.value)),
    )
    ids: set[int] = set()
    for place_id, before, after in await conn.execute(query):
        others = (fields.get("into") for fields in (before, after) if isinstance(fields, dict))
        ids |= {place_id, *(other for other in others if isinstance(other, int))}
    return ids


def changes(server_id: int, since: Version) -> tuple[Select[Any], Select[Any]]:
    """The ids of places that were added, and of those that got an event which may begin or undo a case.

    `+ 0` keeps SQLite from searching all of the server's rows instead of the newest of the table.
    """
    new_places = select(jurisdictions.c.id).where(jurisdictions.c.id > since.place, jurisdictions.c.server_id + 0 == server_id)
    new_events = select(events.c.jurisdiction_id).where(
        events.c.id > since.event, events.c.server_id + 0 == server_id, events.c.kind.in_(("sent", "corrected"))
    )
    return new_places, new_events


def _in_page(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> list[tuple[Jurisdiction, bool]]:
    has_case = {row.id: row.has_case for row in rows}
    return [(place, has_case[place.id]) for place in places_in(conn, None, (row[:-1] for row in rows))]


def _has_case() -> ColumnElement[bool]:
    """Whether the place received a letter, and that was not undone."""
    return select(cases.c.id).where(cases.c.jurisdiction_id == jurisdictions.c.id, sending_recorded()).exists()


_NAME = (jurisdictions.c.name, jurisdictions.c.state, jurisdictions.c.kind)
_PLACES = select(*PLACE, _has_case().label("has_case")).where(jurisdictions.c.merged_into.is_(None))
_BY_NAME = _PLACES.order_by(*_NAME).limit(SLICE)
