"""A newsroom on the local Discord, with the real client and the real record.

Alice is on the desk, Bob reads, Charlie is on another server only; Olga owns both servers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import func, select

from bot.chat.client import BotClient
from bot.chat.startup import new_client
from bot.clock import FrozenClock
from bot.desk import import_record
from bot.desk.session import writing
from bot.files import example
from bot.store import servers
from bot.store.database import Database
from bot.store.tables import events
from sandbox import Application, Channel, Guild, Permission, Person, Role, Sandbox
from tests.sandbox.openapi import DESCRIPTION, validate_requests

NEW_YORK = ZoneInfo("America/New_York")
BOT_MAY = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY
MEMORIAL_DAY = datetime(2018, 5, 28, 16, tzinfo=UTC)


@dataclass
class Newsroom:
    """A server with a desk and the bot in it, and another server beside it."""

    sandbox: Sandbox
    db: Database
    clock: FrozenClock
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

    async def settle(self) -> None:
        """The newsroom's settings, as /settings would leave them."""
        async with self.db.write() as conn:
            for guild in (self.guild, self.elsewhere):
                await servers.ensure(conn, guild.id, guild.name)
            await servers.change(conn, self.guild.id, self.clock.now(), channel_id=self.alerts.id, desk_role_id=self.desk.id)

    async def load(self, until: datetime | None = None) -> None:
        """Record the section 1373 letters, as known at the clock's time."""
        async with writing(self.db, self.guild.id, self.clock.now(), "the record") as session:
            await import_record.record_file(session, example.example(), until=until)


async def count(room: Newsroom) -> int:
    """How many events are recorded."""
    async with room.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(events))).scalar_one())


@pytest.fixture
async def newsroom(db: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Newsroom]:
    async with Sandbox(time_factor=5) as sandbox:
        monkeypatch.setattr(Route, "BASE", sandbox.api)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
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
        people = [sandbox.person(user, server) for user, server in ((alice, guild), (bob, guild), (charlie, elsewhere))]
        newsroom = Newsroom(
            sandbox, db, clock, app, guild, room, alerts, role, elsewhere, away, *people, sandbox.person(olga, guild)
        )
        await newsroom.settle()
        yield newsroom
        refused = [(request.method, request.path, request.status) for request in sandbox.requests if request.status >= 400]
        assert refused == [], "the local Discord refused something of it"
        if DESCRIPTION.is_file():
            validate_requests(sandbox.requests)


@pytest.fixture
async def bot(newsroom: Newsroom) -> AsyncIterator[BotClient]:
    async for client in connected(newsroom):
        yield client


async def connected(newsroom: Newsroom) -> AsyncIterator[BotClient]:
    """The client, ready and with its commands known to Discord; closed afterwards."""
    client = new_client(newsroom.db, newsroom.clock, lambda: newsroom.wakes.append(1))
    task = asyncio.create_task(client.start("a-token"))
    ready = asyncio.create_task(client.wait_until_ready())
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED, timeout=15)
        assert ready.done() and not task.done(), "the bot did not become ready"
        yield client
    finally:
        ready.cancel()
        await client.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def on_memorial_day(newsroom: Newsroom, bot: BotClient) -> Newsroom:
    """28 May 2018, with the whole record of that day on the books and the bot connected."""
    newsroom.clock.set(MEMORIAL_DAY)
    await newsroom.load(until=MEMORIAL_DAY)
    return newsroom
