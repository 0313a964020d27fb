"""Revisions and merged places in a database of before, and what is damaged of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from bot.record.places import Jurisdiction, PlaceKind
from bot.record.revisions import Subject
from bot.store import cases, places, revisions, servers
from bot.store.database import Database
from bot.store.events import audit_context
from bot.store.migrating import upgrade
from bot.store.tables import jurisdictions

NOW = datetime(2018, 2, 1, tzinfo=UTC)


async def test_the_places_and_letters_of_a_database_of_before_are_what_they_were(tmp_path: Path) -> None:
    old = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with old.engine.connect() as conn:
        await conn.run_sync(upgrade, "0014")
        await conn.execute(text("INSERT INTO servers (id, name) VALUES (1, 'Newsroom')"))
        a_place = "INSERT INTO jurisdictions (id, server_id, name, kind, state, aliases, sources) VALUES "
        await conn.execute(text(f"{a_place} (5, 1, 'Mt. Vernon', 'city', 'NY', '[]', '[]')"))
        await conn.execute(text("INSERT INTO place_names (server_id, key, jurisdiction_id) VALUES (1, 'mount vernon', 5)"))
        await conn.execute(
            text(
                "INSERT INTO letters (id, server_id, slug, title, authority, sent, zone, demand, legal_basis, threatened, "
                "sources, amounts, conflicts, recorded_at, operation) VALUES (7, 1, 'demand', 'Demand', 'The authority', "
                "'2018-01-24', 'America/New_York', 'All', '[]', '[]', '[]', '[]', '[]', '2018-01-24', 'the-letter')"
            )
        )
        await conn.execute(
            text(
                "INSERT INTO cases (id, server_id, number, letter_id, jurisdiction_id, tracked_since) "
                "VALUES (9, 1, 1, 7, 5, '2018-01-24')"
            )
        )
        await conn.commit()
    await old.migrate()
    async with old.read() as conn:
        [place] = await places.all_of(conn, 1)
        assert (await places.named(conn, 1, "Mount Vernon")).places == (place,)
        assert [(case.place, case.letter.title) for case in await cases.of_place(conn, 1, 5)] == [(place, "Demand")]
        assert await revisions.of_subject(conn, 1, Subject.LETTER, 7) == []
    await old.close()


async def test_a_revision_that_cannot_be_read_is_left_out(db: Database) -> None:
    async with db.write() as conn:
        await servers.ensure(conn, 1, "Newsroom")
        audit = audit_context(1, "Alice", NOW, ZoneInfo("America/New_York"), 11)
        for title in ("One", "Two"):
            await revisions.append(conn, audit, Subject.LETTER, 7, {"title": ""}, {"title": title})
        await conn.execute(text("UPDATE revisions SET after = '[' WHERE id = 1"))
        assert [each.after for each in await revisions.of_subject(conn, 1, Subject.LETTER, 7)] == [{"title": "Two"}]


async def test_a_place_that_is_recorded_is_merged_into_none(db: Database) -> None:
    """Rows are inserted by position: a column that is left out must be empty, and no leftover of the statement."""
    async with db.write() as conn:
        await servers.ensure(conn, 1, "Newsroom")
        await places.ensure(conn, 1, Jurisdiction(0, "Albany", PlaceKind.CITY, "NY"))
        assert (await conn.execute(select(jurisdictions.c.merged_into))).scalars().all() == [None]
