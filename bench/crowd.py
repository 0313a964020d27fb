"""Many notices due at the same second, one in each of as many channels, against the sandbox's real rate limits."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import running
from bot.clock import FrozenClock
from bot.config import DatabaseSettings, Discord, Settings
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import events, places, servers
from bot.store.database import Database
from sandbox import Sandbox

ZONE = ZoneInfo("America/New_York")
WRITTEN = datetime(2018, 1, 24, 17, tzinfo=UTC)
DUE = datetime(2018, 2, 9, 14, tzinfo=UTC)  # 14 days before the deadline, 09:00 in New York


@dataclass(frozen=True)
class Crowd:
    arrived: int  #: channels with a notice
    doubled: int  #: notices that a channel had already
    seconds: float
    refused: int  #: requests that the sandbox answered with 429


async def deliver_at_once(count: int, file: Path) -> Crowd:
    """One letter on each of `count` servers, all with the same deadline; the clock is set to the hour of its rung."""
    sandbox = Sandbox()
    owner = sandbox.world.add_user("alice")
    application = sandbox.world.add_application("Letterwatch", "crowd")
    channels = {}
    for number in range(count):
        guild = sandbox.world.add_guild(f"Server {number}", owner)
        channels[guild.id] = sandbox.world.add_channel(guild, "alerts").id
        sandbox.world.add_bot(guild, application)
    settings = Settings(database=DatabaseSettings(url=f"sqlite+aiosqlite:///{file}"))
    await _letters(settings.database_url, channels)
    async with sandbox:
        settings = settings.model_copy(update={"discord": Discord(token="crowd", api=sandbox.api)})
        clock = FrozenClock(WRITTEN)
        async with running(settings, clock) as app:
            await app.watch.turn()
            clock.set(DUE)
            began = time.perf_counter()
            await app.watch.turn()
            seconds = time.perf_counter() - began
        posted = Counter({channel: len(sandbox.messages(channel)) for channel in channels.values()})
        return Crowd(
            arrived=sum(1 for number in posted.values() if number),
            doubled=sum(number - 1 for number in posted.values() if number > 1),
            seconds=seconds,
            refused=sandbox.limits.refused,
        )


async def _letters(url: str, channels: dict[int, int]) -> None:
    db = Database(url)
    await db.migrate()
    source = Source("Press release", "https://example.org/release")
    async with db.write() as conn:
        for server_id, channel_id in channels.items():
            await servers.ensure(conn, server_id, f"Server {server_id}")
            await servers.change(conn, server_id, WRITTEN - timedelta(days=1), channel_id=channel_id)
            audit = events.audit_context(server_id, "bench", WRITTEN, ZONE)
            letter = Letter(0, "", "Demand", "The authority", When("2018-01-24", ZONE), "all documents", sources=(source,))
            recorded = await events.add_letter(conn, audit, letter)
            place, _ = await places.ensure(conn, server_id, Jurisdiction(0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO"))
            await events.add_cases(conn, audit, recorded, [NewCase(place, Deadline(date(2018, 2, 23), ZONE))])
    await db.close()
