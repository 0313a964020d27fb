"""200 people ask `/status` at once: how many are answered, how soon, and how much of the bot's processor time each costs.

The bot is a process of its own, so that its processor time is not the sandbox's. The sandbox keeps Discord's limits: it fails
an interaction that has no answer after three seconds. The people ask about every recipient of the example record in turn.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import import_record
from bot.desk.session import writing
from bot.files import example
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import cases, events, places, servers
from bot.store.database import Database
from sandbox import Answer, Channel, Person, Sandbox

ZONE = ZoneInfo("America/New_York")
PEOPLE = 200
SERVERS, LETTERS = 400, 5  #: as many alerts as their product; a channel takes five messages in five seconds
BEFORE = 100  # alerts that are posted before people begin to ask


@dataclass(frozen=True)
class Burst:
    """What questions at the same moment came to."""

    asked: int
    answered: int
    failed: int  #: "The application did not respond"
    deferred: int
    first: tuple[float, ...]  #: seconds to each first response, shortest first
    last: float  #: seconds until everybody had the whole answer
    processor: float  #: seconds of the bot's processor time
    posted: int  #: alerts posted meanwhile
    began: float
    ended: float


@dataclass
class Room:
    sandbox: Sandbox
    where: Channel
    people: list[Person]
    alerts: list[Channel]
    places: list[str]  #: the recipients of the example record
    pid: int

    def posted(self) -> int:
        return sum(len(self.sandbox.posts.of(channel.id)) for channel in self.alerts)

    async def ask(self, count: int = PEOPLE) -> Burst:
        processor, began, posted = processor_seconds(self.pid), time.monotonic(), self.posted()
        asked = zip(self.people[:count], cycle(self.places), strict=False)
        answers = await asyncio.gather(*(each.command(self.where, "status", jurisdiction=place) for each, place in asked))
        ended = time.monotonic()
        good = [answer for answer in answers if _is_answered(answer)]
        times = sorted(
            answer.interaction.answered_at - answer.interaction.sent_at
            for answer in answers
            if answer.interaction.answered_at is not None
        )
        return Burst(
            asked=len(answers),
            answered=len(good),
            failed=sum(1 for answer in answers if answer.failed),
            deferred=sum(1 for answer in answers if answer.interaction.answer == 5),
            first=tuple(times),
            last=ended - began,
            processor=processor_seconds(self.pid) - processor,
            posted=self.posted() - posted,
            began=began,
            ended=ended,
        )


def _is_answered(answer: Answer) -> bool:
    return not answer.failed and "Deadline" in answer.text


async def measure(folder: Path) -> None:
    """Print the figures for 200 questions at once, while nothing else happens and while 10,000 alerts go out."""
    report = folder / "held.json"
    async with _room(folder / "quiet.db", report, servers_with_alerts=0) as room:
        await room.ask()  # the first answers import modules and open connections
        quiet = [await room.ask() for _ in range(3)]
        different = [await room.ask(len(room.places)) for _ in range(5)]
    _print("200 /status at once", quiet, report)
    _print(f"{len(room.places)} people ask about different places", different, report)
    async with _room(folder / "busy.db", report, SERVERS) as room:
        await room.sandbox.bus.until(lambda: room.posted() >= BEFORE, 120, "alerts")
        await room.ask()
        busy = []
        for _ in range(3):
            await asyncio.sleep(1)
            busy.append(await room.ask())
    _print(f"200 /status at once while {SERVERS * LETTERS:,} alerts go out", busy, report)


def _print(what: str, bursts: list[Burst], report: Path) -> None:
    kept = json.loads(report.read_text())
    held = [(late, ran) for began, late, ran in kept if any(b.began <= began <= b.ended for b in bursts)]
    first = sorted(second for burst in bursts for second in burst.first)
    p50, p99 = (first[len(first) * percent // 100] * 1000 if first else float("inf") for percent in (50, 99))
    processor = sum(burst.processor for burst in bursts) / sum(burst.asked for burst in bursts) * 1000
    answered, failed, deferred, posted = (
        sum(getattr(burst, name) for burst in bursts) for name in ("answered", "failed", "deferred", "posted")
    )
    print(
        f"{what}, {len(bursts)} times: {answered} answered, {failed} not answered, {deferred} deferred; "
        f"first response p50 {p50:.0f} ms, p99 {p99:.0f} ms; all answered after {max(b.last for b in bursts):.2f} s; "
        f"{processor:.1f} ms of processor time for each; {posted} alerts posted meanwhile; "
        f"event loop held for {max((late for late, _ in held), default=0) * 1000:.0f} ms at most, "
        f"its thread running for {max((ran for _, ran in held), default=0) * 1000:.0f} ms at most",
        flush=True,
    )


@asynccontextmanager
async def _room(file: Path, report: Path, servers_with_alerts: int) -> AsyncIterator[Room]:
    """The example record on one server, and alerts that are due now on others."""
    sandbox = Sandbox()
    world = sandbox.world
    owner = world.add_user("alice")
    application = world.add_application("Letterwatch", "bench")
    guild = world.add_guild("City Desk", owner)
    where = world.add_channel(guild, "letters")
    users = [world.add_user(f"person{number}") for number in range(PEOPLE)]
    for user in users:
        world.add_member(guild, user)
    world.add_bot(guild, application)
    channels = {}
    for number in range(servers_with_alerts):
        other = world.add_guild(f"Server {number}", owner)
        channels[other.id] = world.add_channel(other, "alerts")
        world.add_bot(other, application)
    url = f"sqlite+aiosqlite:///{file}"
    labels = await _record(url, guild.id, {server_id: channel.id for server_id, channel in channels.items()})
    async with sandbox:
        environment = os.environ | {
            "DISCORD_TOKEN": "bench",
            "LETTERWATCH_DISCORD_API": sandbox.api,
            "LETTERWATCH_DATABASE_URL": url,
            "LETTERWATCH_LOG_LEVEL": "error",
            "BENCH_REPORT": str(report),
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.watched", env=environment)
        try:
            await sandbox.connected(timeout=120)
            people = [sandbox.person(user, guild) for user in users]
            yield Room(sandbox, where, people, list(channels.values()), labels, process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _record(url: str, server_id: int, channels: dict[int, int]) -> list[str]:
    """The recipients of the example record."""
    db = Database(url)
    await db.migrate()
    now = datetime.now(UTC)
    async with db.write() as conn:
        await servers.ensure(conn, server_id, "City Desk")
    async with writing(db, server_id, now, "bench") as session:
        await import_record.record_file(session, example.example())
        labels = sorted({case.place.full_label for case in await cases.of_server(session.conn, server_id)})
    async with db.write() as conn:
        for other_id, channel_id in channels.items():
            await servers.ensure(conn, other_id, f"Server {other_id}")
            await servers.change(conn, other_id, now - timedelta(days=3), channel_id=channel_id, zone=ZONE.key, hour=0)
            audit = events.audit_context(other_id, "bench", now - timedelta(days=2), ZONE)
            city = Jurisdiction(0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO")
            place, _ = await places.ensure(conn, other_id, city)
            for number in range(LETTERS):
                await _letter(conn, audit, number, place, now.astimezone(ZONE).date())
    await db.close()
    return labels


async def _letter(conn: AsyncConnection, audit: events.AuditContext, number: int, place: int, today: date) -> None:
    """A letter with an alert that fell due at the last midnight, three days before its deadline."""
    sent = When((today - timedelta(days=2)).isoformat(), ZONE)
    source = Source("Press release", "https://example.org/release")
    letter = Letter(0, "", f"Demand {number}", "The authority", sent, "all documents", sources=(source,))
    recorded = await events.add_letter(conn, audit, letter)
    await events.add_cases(conn, audit, recorded, [NewCase(place, Deadline(today + timedelta(days=3), ZONE))])


def processor_seconds(pid: int) -> float:
    """User and system time of a process and its threads (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
