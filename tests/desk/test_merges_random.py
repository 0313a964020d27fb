"""Merges that are undone leave what would be there if they had never been made, whatever was recorded before and meanwhile."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk import place_merge, state_index
from bot.desk.place_merge import PlaceMerge
from bot.desk.session import writing
from bot.desk.undo import Press, decide_undo, record_undo
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Court, CourtStep, Extent, Sent
from bot.record.new_events import NewEvent
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import cases, events, name_cache, place_facts, places, taking_back
from bot.store.database import Database
from bot.store.tables import jurisdictions, place_names
from tests.recording import NEW_YORK, SERVER, SOURCE, Desk

NAMES = ("Albany", "Denver", "Oakland", "Seattle")
NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)


class World:
    """One database, in which the same is recorded with the merges or without them."""

    def __init__(self, db: Database) -> None:
        self.db, self.desk = db, Desk(db)
        self.now, self.letters = NOW, 0
        self.ids: list[int] = []

    async def begin(self) -> None:
        await self.desk.open()
        cities = [Jurisdiction(0, name, PlaceKind.CITY, "NY", (f"{name} Town",)) for name in NAMES]
        async with self.db.write() as conn:
            self.ids = [place_id for place_id, _ in await places.ensure_all(conn, SERVER, cities)]
        await self.letter(NAMES[:2])

    async def letter(self, names: tuple[str, ...]) -> None:
        self.letters += 1
        await self.desk.letter(self.now, date(2018, 3, 1), names, f"Letter {self.letters}")

    async def act(self, what: str, at: int) -> None:
        self.now += timedelta(hours=1)
        known = await self.desk.cases()
        case = known[at % len(known)]
        if what == "letter":
            await self.letter((NAMES[at % len(NAMES)],))
        elif what == "fact":
            event = NewEvent(When("2018-02-01", NEW_YORK), Court(CourtStep.RULING, f"Court {self.now}"), "", (SOURCE,))
            async with self.db.write() as conn:
                await events.append_events(conn, self.desk.audit(self.now), [(None, self.ids[at % len(NAMES)], event)])
        elif what == "answer":
            await self.desk.record(self.now, case, Answer(Extent.PARTIAL))
        elif case.is_recorded:
            sent = next(event.id for event in case.events if isinstance(event.detail, Sent))
            async with self.db.write() as conn:
                await taking_back.take_back(conn, self.desk.audit(self.now), {sent: "Undone."})

    async def merge(self, first: int, second: int) -> str | None:
        """The operation; None if the two cannot be merged."""
        async with writing(self.db, SERVER, self.now, "Bob", 12) as session:
            try:
                shown = await place_merge.preview(session, PlaceMerge(self.ids[first], self.ids[second]))
            except CaseError:
                return None
            return (await place_merge.record_merge(session, shown)).revision.operation

    async def undo(self, operation: str) -> None:
        async with writing(self.db, SERVER, self.now, "Alice", 11) as session:
            await record_undo(session, await decide_undo(session, Press(operation, 11)))

    async def merged(self) -> set[int]:
        async with self.db.read() as conn:
            rows = await conn.execute(select(jurisdictions.c.id).where(jurisdictions.c.merged_into.is_not(None)))
            return {self.ids.index(place_id) for place_id in rows.scalars()}

    async def seen(self) -> dict[str, Any]:
        """All that can be asked of the places."""
        async with self.db.read() as conn:
            rows = await conn.execute(select(jurisdictions).order_by(jurisdictions.c.id))
            keys = await conn.execute(select(place_names.c.key, place_names.c.jurisdiction_id))
            contexts = await place_facts.contexts(conn, SERVER)
            names = (await name_cache.names_of(conn, SERVER)).names
            return {
                "places": [tuple(map(repr, row)) for row in rows],
                "names": sorted(map(tuple, keys)),
                "facts": {place_id: [event.detail for event in context] for place_id, context in contexts.items()},
                "cases": [
                    (case.number, case.place.id, [event.detail for event in case.events])
                    for case in await cases.of_server(conn, SERVER)
                ],
                "offered": [await places.labels_like(conn, SERVER, name.lower()[:4]) for name in NAMES],
                "with a case": [place_id for place_id in self.ids if names.has_case(place_id)],
            }


@pytest.fixture
async def other(migrated: Path, tmp_path: Path) -> Any:
    shutil.copy(migrated, tmp_path / "other.db")
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'other.db'}")
    yield opened
    await opened.close()


@pytest.mark.parametrize("seed", range(4))
async def test_merges_that_are_undone_leave_no_trace(db: Database, other: Database, seed: int) -> None:
    """What goes to a merged place meanwhile belongs to the other one, so nothing is recorded of those that are merged."""
    random = Random(seed)
    with_merges, without = World(db), World(other)
    for world in (with_merges, without):
        await world.begin()
    operations: list[str] = []
    for _ in range(12):
        if random.random() < 0.4:
            first, second = random.sample(range(4), 2)
            if {first, second}.isdisjoint(await with_merges.merged()) and (done := await with_merges.merge(first, second)):
                operations.append(done)
            continue
        what, at = random.choice(("letter", "fact", "answer", "undo")), random.randrange(24)
        if what in ("letter", "fact") and at % len(NAMES) in await with_merges.merged():
            continue
        for world in (with_merges, without):
            await world.act(what, at)
        if random.random() < 0.3 and operations:
            await with_merges.undo(operations.pop())
    while operations:
        assert not (await state_index.check(db, lambda *_: None)).wrong
        await with_merges.undo(operations.pop())
    assert await with_merges.seen() == await without.seen()
    assert not (await state_index.check(db, lambda *_: None)).wrong
