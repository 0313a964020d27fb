"""A server's quiet times, desk roles and earlier posting times: stored, migrated and read back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from sqlalchemy import Connection, text

from bot.record.errors import SettingsUnreadable
from bot.record.posting import Posting, Quiet, Urgent
from bot.record.servers import Server
from bot.store import servers
from bot.store.database import Database
from bot.store.migrating import upgrade
from bot.store.posting_times import MOST_EARLIER, earlier_from, earlier_to
from tests.recording import NEW_YORK, SERVER, Desk
from tests.unit.record.test_posting import instants, plain

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
QUIET = Quiet(True, True, (time(22), time(8, 30)), Urgent.DAY)


async def server_of(db: Database) -> Server:
    async with db.read() as conn:
        return await servers.get(conn, SERVER)


async def change(db: Database, now: datetime, **values: object) -> Server:
    async with db.write() as conn:
        return await servers.change(conn, SERVER, now, **values)


async def test_each_change_keeps_the_times_before_it(db: Database) -> None:
    await Desk(db).open()
    first = (await server_of(db)).posting
    await change(db, NOW, quiet=QUIET, calendar="US-CA")
    later = NOW + timedelta(days=1)
    server = await change(db, later, zone="America/Chicago", hour=7)
    second = Posting(NEW_YORK, 9, NOW, QUIET, "US-CA", first)
    assert server.posting == Posting(ZoneInfo("America/Chicago"), 7, later, QUIET, "US-CA", second)
    assert await change(db, later, hour=7, quiet=QUIET) == server, "the same again is no change"


async def test_without_a_channel_nothing_was_due_by_the_times_before(db: Database) -> None:
    await Desk(db).open(channel_id=None)
    assert (await change(db, NOW, quiet=QUIET)).posting.earlier is None


async def test_a_calendar_moves_alerts_only_where_its_holidays_are_quiet(db: Database) -> None:
    await Desk(db).open()
    assert (await change(db, NOW, calendar="US")).posting_since is None
    assert (await change(db, NOW, quiet=Quiet(holidays=True))).posting_since == NOW
    later = NOW + timedelta(hours=1)
    assert (await change(db, later, calendar="none")).posting_since == later


async def test_a_clock_that_was_set_back_puts_no_change_before_an_earlier_one(db: Database) -> None:
    await Desk(db).open()
    await change(db, NOW, hour=7)
    posting = (await change(db, NOW - timedelta(hours=1), hour=8)).posting
    assert posting.since == NOW and posting.earlier and posting.earlier.since == NOW


async def test_only_so_many_earlier_times_are_kept(db: Database) -> None:
    await Desk(db).open()
    for number in range(MOST_EARLIER + 5):
        await change(db, NOW + timedelta(hours=number), hour=number % 2)
    posting, count = (await server_of(db)).posting, 0
    while posting.earlier is not None:
        posting, count = posting.earlier, count + 1
    assert count == MOST_EARLIER


@given(plain, plain, instants)
def test_times_are_read_back_as_they_were(first: Posting, second: Posting, moment: datetime) -> None:
    posting = Posting(second.zone, second.hour, moment, second.quiet, second.calendar if second.quiet else "none", first)
    read = earlier_from(earlier_to(posting))
    assert read is not None and read.earlier is not None
    assert (read.zone, read.hour, read.since, read.quiet, read.calendar) == (
        *(posting.zone, posting.hour, moment, posting.quiet, posting.calendar),
    )
    assert (read.earlier.quiet, read.earlier.hour) == (first.quiet, first.hour)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("quiet", "{"),
        ("quiet", '{"weekends": "perhaps"}'),
        ("quiet", '{"hours": ["22:00:00", "22:00:00"]}'),
        ("quiet", "{}"),
        ("quiet", '{"hours": ["22:00:30", "08:00:00"]}'),
        ("quiet", '{"hours": ["22:00:00Z", "08:00:00Z"]}'),
        ("desk_role_ids", '["editors"]'),
        ("desk_role_ids", "7"),
        ("posting_before", '[{"zone": "Mars/Olympus", "hour": 9}]'),
        ("posting_before", '[{"hour": 9}]'),
    ],
)
async def test_settings_that_are_damaged_are_not_read_as_others(db: Database, column: str, value: str) -> None:
    await Desk(db).open()
    async with db.write() as conn:
        await conn.execute(text(f"UPDATE servers SET {column} = :value"), {"value": value})
    with pytest.raises(SettingsUnreadable, match=column.replace("_", ".")):
        await server_of(db)


def downgrade(connection: Connection) -> None:
    with as_file(files("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")


async def test_the_desk_role_of_an_older_database_stays_and_goes_back(tmp_path: Path) -> None:
    old = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with old.engine.connect() as conn:
        await conn.run_sync(upgrade, "0014")
        row = "INSERT INTO servers (id, name, hour, posting_since, channel_id, desk_role_id) VALUES "
        await conn.execute(
            text(f"{row} (1, 'Newsroom', 7, '2018-01-24 17:00:00', 5, 12), (2, 'Elsewhere', 9, NULL, NULL, NULL)")
        )
        await conn.commit()
    await old.migrate()
    async with old.read() as conn:
        newsroom, elsewhere = await servers.known(conn)
    assert (newsroom.desk_role_ids, newsroom.quiet, newsroom.posting) == ((12,), None, Posting(NEW_YORK, 7, NOW))
    assert (elsewhere.desk_role_ids, elsewhere.posting) == ((), Posting(NEW_YORK))
    async with old.write() as conn:
        await servers.change(conn, 1, NOW, desk_role_ids=(12, 13), quiet=QUIET)
        await conn.run_sync(downgrade)
        assert (await conn.execute(text("SELECT desk_role_id FROM servers ORDER BY id"))).scalars().all() == [12, None]
    await old.close()
