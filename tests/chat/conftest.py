"""A newsroom on the local Discord, with the real client and the real record.

Alice is on the desk, Bob reads, Charlie is on another server only; Olga owns both servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from discord.http import Route
from sqlalchemy import func, select

from bot.chat.client import BotClient
from bot.chat.connection import GatewayLink
from bot.chat.startup import new_client
from bot.clock import FrozenClock
from bot.desk import import_record
from bot.desk.letter_reader import LetterReader
from bot.desk.session import writing
from bot.files import example
from bot.store import servers
from bot.store.database import Database
from bot.store.tables import events, metadata
from sandbox import Application, Channel, Guild, Permission, Person, Role, Sandbox
from tests.conftest import Template
from tests.sandbox.openapi import DESCRIPTION, validate_requests

NEW_YORK = ZoneInfo("America/New_York")
BOT_MAY = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY
MEMORIAL_DAY = datetime(2018, 5, 28, 16, tzinfo=UTC)


#: Of all tests: its child takes a second to start.
LETTER_READER = LetterReader()


@pytest.fixture(scope="session", autouse=True)
def letter_reader_closed() -> Iterator[None]:
    yield
    asyncio.run(LETTER_READER.close())


@dataclass
class WorldClock:
    """The sandbox's clock. It stands while the world is made, so that ids are the same in every test, then shows real time."""

    stands_at: datetime | None = datetime(2018, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.stands_at or datetime.now(UTC)


@dataclass
class Newsroom:
    """A server with a desk and the bot in it, and another server beside it."""

    sandbox: Sandbox
    db: Database
    clock: FrozenClock
    recorded: Path | None  #: a database with the rows that `load()` takes over
    app: Application
    guild: Guild
    room: Channel
    alerts: Channel
    desk: Role
    elsewhere: Guild
    away: Channel
    alice: Person
    bob: Person
    charlie: Person
    olga: Person
    wakes: list[int] = field(default_factory=list)

    @classmethod
    def founded(cls, db: Database, clock: FrozenClock, recorded: Path | None = None) -> Newsroom:
        """The newsroom in a sandbox that is not started yet."""
        world_clock = WorldClock()
        sandbox = Sandbox(clock=world_clock, time_factor=5)
        world = sandbox.world
        olga, alice, bob, charlie = (world.add_user(name) for name in ("Olga", "Alice", "Bob", "Charlie"))
        guild, elsewhere = world.add_guild("Newsroom", olga), world.add_guild("Elsewhere", olga)
        room, alerts = world.add_channel(guild, "letters"), world.add_channel(guild, "alerts")
        away = world.add_channel(elsewhere, "away")
        role = world.add_role(guild, "desk")
        world.add_member(guild, alice, [role])
        world.add_member(guild, bob)
        world.add_member(elsewhere, charlie)
        app = world.add_application("Letterwatch", token="a-token")
        for server in (guild, elsewhere):
            world.add_bot(server, app, BOT_MAY)
        world_clock.stands_at = None
        return cls(
            sandbox=sandbox,
            db=db,
            clock=clock,
            recorded=recorded,
            app=app,
            guild=guild,
            room=room,
            alerts=alerts,
            desk=role,
            elsewhere=elsewhere,
            away=away,
            alice=sandbox.person(alice, guild),
            bob=sandbox.person(bob, guild),
            charlie=sandbox.person(charlie, elsewhere),
            olga=sandbox.person(olga, guild),
        )

    async def settle(self) -> None:
        """The newsroom's settings, as /settings would leave them."""
        async with self.db.write() as conn:
            for guild in (self.guild, self.elsewhere):
                await servers.ensure(conn, guild.id, guild.name)
            settings = {"channel_id": self.alerts.id, "desk_role_ids": (self.desk.id,), "collect_seconds": 0}
            await servers.change(conn, self.guild.id, self.clock.now(), **settings)

    async def record(self) -> None:
        """Record the section 1373 letters as they were known on Memorial Day, on that day."""
        async with writing(self.db, self.guild.id, MEMORIAL_DAY, "the record") as session:
            await import_record.record_file(session, example.example(), until=MEMORIAL_DAY)

    async def load(self) -> None:
        """Take over what `record()` left in another newsroom's database: it has the same ids, and copying is far quicker."""
        await asyncio.to_thread(self._copy_rows)  # the loop goes on: it may hold the lock for which this waits

    def _copy_rows(self) -> None:
        with contextlib.closing(sqlite3.connect(str(self.db.url.database), timeout=30)) as connection:
            connection.execute("ATTACH ? AS recorded", (str(self.recorded),))
            with connection:
                for table in metadata.sorted_tables:
                    if table.name not in ("servers", "synced_commands", "state_index"):
                        connection.execute(f"INSERT INTO main.{table.name} SELECT * FROM recorded.{table.name}")


async def count(room: Newsroom) -> int:
    """How many events are recorded."""
    async with room.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(events))).scalar_one())


@pytest.fixture(scope="session")
def memorial_day(migrated: Path, template: Template) -> Path:
    """The newsroom's database of 28 May 2018."""

    async def fill(db: Database) -> None:
        shutil.copy(migrated, str(db.url.database))
        room = Newsroom.founded(db, FrozenClock(MEMORIAL_DAY))
        await room.settle()
        await room.record()

    return template("memorial-day", fill)


@pytest.fixture
async def newsroom(
    db: Database, clock: FrozenClock, memorial_day: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Newsroom]:
    room = Newsroom.founded(db, clock, memorial_day)
    async with room.sandbox as sandbox:
        monkeypatch.setattr(Route, "BASE", sandbox.api)
        await room.settle()
        yield room
        refused = [(request.method, request.path, request.status) for request in sandbox.requests if request.status >= 400]
        assert refused == [], "the local Discord refused something of it"
        if DESCRIPTION.is_file():
            validate_requests(sandbox.requests)


@pytest.fixture
async def refusals_expected(newsroom: Newsroom) -> AsyncIterator[None]:
    """That the local Discord refuses something is what the test is about."""
    yield
    newsroom.sandbox._rest.log.clear()


@pytest.fixture
async def bot(newsroom: Newsroom) -> AsyncIterator[BotClient]:
    async for client in connected(newsroom):
        yield client


async def connected(newsroom: Newsroom) -> AsyncIterator[BotClient]:
    """The client, ready and with its commands known to Discord; closed afterwards."""
    client = new_client(newsroom.db, newsroom.clock, lambda: newsroom.wakes.append(1), LETTER_READER)
    client._connection.guild_ready_timeout = 0.05  # both servers come at once; discord.py waits so long for another
    link = GatewayLink(client, "a-token")
    task = asyncio.create_task(link.stay())
    ready = asyncio.create_task(link.until_able_to_post())
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED, timeout=15)
        assert ready.done() and not task.done(), "the bot did not become ready"
        yield client
    finally:
        ready.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.close()


@pytest.fixture
async def on_memorial_day(newsroom: Newsroom, bot: BotClient) -> Newsroom:
    """28 May 2018, with the whole record of that day on the books and the bot connected."""
    newsroom.clock.set(MEMORIAL_DAY)
    await newsroom.load()
    return newsroom
