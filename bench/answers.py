"""200 people ask `/status` at once: how many are answered, how soon, and how much of the bot's processor time each costs.

The bot is a process of its own, so that its processor time is not the sandbox's. The sandbox keeps Discord's limits: it fails
an interaction that has no answer after three seconds. The people ask about every recipient of the example record in turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from bench.bot_process import TOKEN, bot_process, holds, longest, processor_seconds
from bench.delivery import letters_due
from bench.target import Target
from bot.desk import import_record
from bot.desk.session import writing
from bot.files import example
from bot.store import cases, servers
from bot.store.database import Database
from sandbox import Answer, Channel, Person, Sandbox

PEOPLE = 200
SERVERS, LETTERS = 2_000, 5  #: as many alerts as their product; a channel takes five messages in five seconds
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


async def measure(folder: Path) -> list[Target]:
    """Print and return the figures for 200 questions at once, while nothing else happens and while 10,000 alerts go out."""
    report = folder / "held.json"
    async with _room(folder / "quiet.db", report, servers_with_alerts=0) as room:
        await room.ask()  # the first answers import modules and open connections
        quiet = [await room.ask() for _ in range(3)]
        different = [await room.ask(len(room.places)) for _ in range(5)]
    targets = _targets("200 /status at once", quiet, report)
    targets += _targets(f"{len(room.places)} people ask about different places", different, report)
    async with _room(folder / "busy.db", report, SERVERS) as room:
        await room.sandbox.bus.until(lambda: room.posted() >= BEFORE, 120, "alerts")
        await room.ask()
        busy = []
        for _ in range(3):
            await asyncio.sleep(1)
            busy.append(await room.ask())
    return targets + _targets(f"200 /status at once while {SERVERS * LETTERS:,} alerts go out", busy, report)


def _targets(what: str, bursts: list[Burst], report: Path) -> list[Target]:
    """Print what the bursts came to."""
    held = [hold for hold in holds(report) if any(b.began <= hold.began <= b.ended for b in bursts)]
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
        f"{longest(held)}",
        flush=True,
    )
    return [
        Target(f"{what}: not answered", sum(burst.asked for burst in bursts) - answered, "people", 0),
        Target(f"{what}: first response, p99", p99, "ms", 500),
        Target(f"{what}: processor time for each answer", processor, "ms", 3),
        Target(f"{what}: event loop held", max((hold.seconds for hold in held), default=0) * 1000, "ms", 50),
    ]


@asynccontextmanager
async def _room(file: Path, report: Path, servers_with_alerts: int) -> AsyncIterator[Room]:
    """The example record on one server, and alerts that are due now on others."""
    sandbox = Sandbox()
    world = sandbox.world
    owner = world.add_user("alice")
    application = world.add_application("Letterwatch", TOKEN)
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
    labels = await _record(url, guild.id, channels)
    async with sandbox, bot_process(sandbox.api, url, report) as pid:
        await sandbox.connected(timeout=120)
        people = [sandbox.person(user, guild) for user in users]
        yield Room(sandbox, where, people, list(channels.values()), labels, pid)


async def _record(url: str, server_id: int, channels: dict[int, Channel]) -> list[str]:
    """The recipients of the example record, on one server; letters with alerts that are due on the others."""
    db = Database(url)
    now = datetime.now(UTC)
    await letters_due(db, {other_id: channel.id for other_id, channel in channels.items()}, LETTERS, look_at=now)
    async with db.write() as conn:
        await servers.ensure(conn, server_id, "City Desk")
    async with writing(db, server_id, now, "bench") as session:
        await import_record.record_file(session, example.example())
        labels = sorted({case.place.full_label for case in await cases.of_server(session.conn, server_id)})
    await db.close()
    return labels
