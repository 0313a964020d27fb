"""The real bot as a process of its own, connected to the sandbox over the wire."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import running
from bot.clock import SystemClock
from bot.config import DatabaseSettings, Discord, Settings, WatchSettings
from bot.store import process_lock
from bot.store.database import Database
from bot.store.tables import notices
from sandbox import Channel, Guild, Limits, Permission, Person, Sandbox
from tests.journey.programs import Program
from tests.journey.replay import Replay, replaying
from tests.recording import NEW_YORK, Desk
from tests.sandbox.openapi import DESCRIPTION, validate_requests

TOKEN = "journey"
PATIENCE = 60.0  # seconds; a journey that takes longer has lost its way


@dataclass
class Town:
    """One server of the sandbox, the database of the bot there, and Alice, who is on the desk."""

    sandbox: Sandbox
    db: Database
    guild: Guild
    alerts: Channel
    alice: Person
    bob: Person
    environment: dict[str, str]
    config: Path
    starts: int = 0

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Program]:
        """`letterwatch run`, connected; it is asked to stop at the end, if it still runs. Then its connection is gone too."""
        others = len(self.sandbox.gateway.connected())
        program = await self.start("run", "--config", str(self.config))
        try:
            await self.sandbox.bus.until(lambda: len(self.sandbox.gateway.connected()) > others, PATIENCE, "one more bot")
            yield program
            if program.returncode is None:
                program.terminate()
                assert await asyncio.wait_for(program.wait(), PATIENCE) == 0, program.errors
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
        await self.sandbox.bus.until(
            lambda: len(self.sandbox.gateway.connected()) <= others, PATIENCE, "the end of its connection"
        )

    async def start(self, *arguments: str, **environment: str) -> Program:
        """The command line with these arguments, in this server's environment."""
        self.starts += 1
        errors = self.config.with_name(f"errors-{self.starts}.txt")
        return await Program.started(*arguments, environment=self.environment | environment, errors=errors)

    @asynccontextmanager
    async def two_bots(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        """Two bots at work in this process, as on a file system that has no locks."""
        monkeypatch.setattr(process_lock, "_lock", lambda descriptor: None)
        settings = Settings(
            discord=Discord(token=TOKEN, api=self.sandbox.api),
            database=DatabaseSettings(url=self.db.url.render_as_string()),
            watch=WatchSettings(tick_seconds=0.2, lease_seconds=1.0),
        )
        async with running(settings, SystemClock()) as first, running(settings, SystemClock()) as second:
            first.watch.start()
            second.watch.start()
            yield

    async def settled(self) -> list[tuple[str, str]]:
        """Every notice's (token, state), once none waits any more."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.db.read() as conn:
                    rows = (await conn.execute(select(notices.c.token, notices.c.state))).all()
                if rows and all(row.state not in ("pending", "claimed") for row in rows):
                    return [(row.token, row.state) for row in rows]
                await asyncio.sleep(0.05)  # the other process writes to a file: there is no event to wait for

    def standing_in_channel(self, token: str) -> int:
        """How many messages of the channel carry this notice's token."""
        return sum(token in str(message["components"]) for message in self.sandbox.messages(self.alerts))


@pytest.fixture
async def town(db: Database, tmp_path: Path) -> AsyncIterator[Town]:
    async with Sandbox(limits=Limits.off(), time_factor=5) as sandbox:
        world = sandbox.world
        olga, alice, bob = (world.add_user(name) for name in ("Olga", "Alice", "Bob"))
        guild = world.add_guild("Newsroom", olga)
        alerts = world.add_channel(guild, "alerts")
        desk = world.add_role(guild, "Desk")
        world.add_member(guild, alice, [desk])
        world.add_member(guild, bob)
        world.add_bot(guild, world.add_application("Letterwatch", TOKEN), int(Permission.MENTION_EVERYONE))
        config = tmp_path / "config.toml"
        config.write_text("[watch]\ntick_seconds = 0.2\nlease_seconds = 1.0\n")
        environment = os.environ | {
            "DISCORD_TOKEN": TOKEN,
            "LETTERWATCH_DISCORD_API": sandbox.api,
            "LETTERWATCH_DATABASE_URL": db.url.render_as_string(),
        }
        people = sandbox.person(alice, guild), sandbox.person(bob, guild)
        town = Town(sandbox, db, guild, alerts, *people, environment, config)
        now = datetime.now(NEW_YORK)
        await Desk(db, guild.id).open(
            now - timedelta(days=3), channel_id=alerts.id, desk_role_ids=(desk.id,), zone=NEW_YORK.key, hour=0
        )
        yield town
        if DESCRIPTION.is_file():  # whatever a journey did, Discord would have taken what the bot sent
            validate_requests(sandbox.requests)


@pytest.fixture
async def replay(tmp_path: Path) -> AsyncIterator[Replay]:
    async with replaying(tmp_path) as held:
        yield held


async def record_letters(town: Town, count: int) -> None:
    """Letters recorded the day before yesterday, each with an alert that fell due at the last midnight."""
    now = datetime.now(NEW_YORK)
    for number in range(count):
        await Desk(town.db, town.guild.id).letter(
            now - timedelta(days=2), due=now.date() + timedelta(days=3), to=("Albany", "Denver"), title=f"Demand {number}"
        )
