"""`python -m bench delivery`: many alerts due at the same moment: when each arrives, and what it costs the bot.

The bot and the sandbox are processes of their own. The sandbox keeps Discord's limits: 50 requests a second for the bot, and
five messages in five seconds in a channel. What the limits allow is worked out from these two (`allowed_seconds`).
The alerts were due at the last midnight; the look at their cases is set to now once the bot is connected and idle.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from sqlalchemy import bindparam, func, select, update

from bench.bot_process import bot_process, holds, longest, processor_seconds
from bench.filled import ZONE, Size, fill
from bench.sandbox_process import Arrival, Plan, SandboxProcess, Traffic, sandbox_process
from bot.desk import state_index
from bot.store import tables
from bot.store.database import Database

PER_SECOND = 50  # of the whole bot (sandbox/limits.py)
ROOM, WINDOW = 5, 5.0  # messages in so many seconds, in one channel
EVERY = "0.01"  # seconds, of the watchdog
NEVER = datetime(2099, 1, 1, tzinfo=UTC)
IDLE = 3.0  # seconds after the connection, before the alerts are due
SETTLE = 20.0  # seconds in which the last receipts are written
SLOW_SECONDS = 20.0  # to an answer in the slow channel


@dataclass(frozen=True)
class Scenario:
    channels: int
    each: int  #: alerts in each channel
    #: In one channel, each post is answered after 20 seconds; in another one, each is refused with 429.
    broken: bool = False

    @property
    def alerts(self) -> int:
        return self.channels * self.each

    @property
    def name(self) -> str:
        where = "one channel" if self.channels == 1 else f"{self.channels:,} channels"
        return f"{self.alerts:,} alerts at once in {where}" + (", one of them slow and one refusing" if self.broken else "")


@dataclass(frozen=True)
class Delivered:
    """What came of a scenario; of a broken one, what concerns the channels that are not broken."""

    expected: int
    arrived: int
    doubled: int
    first: float  #: seconds from the moment at which they were due to the first message
    seconds: float  #: from the first message to the last
    allowed: float  #: the same, if the limits were used as far as they go
    processor: float  #: seconds of the bot's processor time, from that moment to the last receipt
    traffic: Traffic
    receipts: int
    held: str

    @property
    def lost(self) -> int:
        return self.expected - self.arrived

    @property
    def refused(self) -> int:
        """Answers of 429."""
        return self.traffic.refused_global + self.traffic.refused_channel

    @property
    def per_second(self) -> float:
        return (self.arrived - 1) / self.seconds if self.seconds else float("inf")

    @property
    def ratio(self) -> float:
        """How many times as long it took as the limits allow."""
        return self.seconds / self.allowed if self.allowed else 1.0

    @property
    def milliseconds(self) -> float:
        """Of processor time for each notice."""
        return self.processor * 1000 / max(self.arrived, 1)

    def line(self) -> str:
        return (
            f"{self.arrived:,} arrived, {self.doubled} doubled, {self.lost} lost; first after {self.first:.1f} s; "
            f"{self.seconds:.1f} s, {self.per_second:.1f} a second (the limits allow {self.allowed:.1f} s, it took "
            f"{self.ratio:.2f} times that); {self.milliseconds:.2f} ms of processor time for each; "
            f"429: {self.traffic.refused_global} global, {self.traffic.refused_channel} of a channel; "
            f"history read {self.traffic.history} times; "
            f"{self.receipts:,} receipts; {self.held or 'no watchdog'}"
        )


def allowed_seconds(counts: Sequence[int]) -> float:
    """The shortest time from the first message to the last, for so many messages in each channel.

    One message each 1/50 of a second, always into a channel that has room and the most still to come. A window of five seconds
    begins with the first message in it, as the sandbox counts.
    """
    open_channels = [(-count, channel) for channel, count in enumerate(counts) if count]
    heapq.heapify(open_channels)
    full: list[tuple[float, int, int]] = []  # when it opens again, minus what is still to come, channel
    windows: dict[int, tuple[float, int]] = {}  # when the window of a channel began, and what was posted in it
    now = last = 0.0
    while open_channels or full:
        if not open_channels:
            now = max(now, full[0][0])
        while full and full[0][0] <= now:
            _, left, channel = heapq.heappop(full)
            heapq.heappush(open_channels, (left, channel))
        left, channel = heapq.heappop(open_channels)
        began, used = windows.get(channel, (now, 0))
        began, used = (now, 1) if now >= began + WINDOW else (began, used + 1)
        windows[channel], last = (began, used), now
        if left < -1 and used == ROOM:
            heapq.heappush(full, (began + WINDOW, left + 1, channel))
        elif left < -1:
            heapq.heappush(open_channels, (left + 1, channel))
        now += 1 / PER_SECOND
    return last


async def deliver(scenario: Scenario, folder: Path, *, watched: bool = True, idle: float = IDLE) -> Delivered:
    """Deliver the alerts of a scenario.

    `watched`: whether the watchdog says how long the event loop was held; it takes about 0.1 ms of processor time for each
    alert. `idle`: seconds from the connection until the alerts are due. With 0 they are due when the bot starts; its start is
    then part of the processor time.
    """
    report = folder / "held.json"
    file = folder / f"{scenario.channels}x{scenario.each}{'-broken' * scenario.broken}.db"
    url = f"sqlite+aiosqlite:///{file}"
    async with sandbox_process(Plan(scenario.channels)) as sandbox:
        db = Database(url)
        await letters_due(db, sandbox.channels, scenario.each, NEVER if idle else datetime.now(UTC))
        broken = await _break(sandbox, scenario)
        expected = scenario.alerts - scenario.each * len(broken)
        allowed = allowed_seconds([scenario.each] * scenario.channels)  # posts into the broken channels are requests too
        async with bot_process(sandbox.api, url, report, BENCH_EVERY=EVERY if watched else "0") as pid:
            await sandbox.connected(120)
            await asyncio.sleep(idle)
            processor, due = processor_seconds(pid), time.monotonic()
            if idle:
                await look_now(db)
            await sandbox.posted(expected, allowed * 10 + 60, broken)
            receipts = await _receipts(db, expected)
            processor = processor_seconds(pid) - processor
        await db.close()
        traffic = await sandbox.traffic()
    arrivals = [arrival for arrival in traffic.arrivals if arrival.channel not in broken]
    times = [arrival.at for arrival in arrivals] or [due]
    each = _told_apart(arrivals)
    return Delivered(
        expected=expected,
        arrived=len(each),
        doubled=each.total() - len(each),
        first=times[0] - due,
        seconds=times[-1] - times[0],
        allowed=allowed,
        processor=processor,
        traffic=traffic,
        receipts=receipts,
        held=longest(hold for hold in holds(report) if hold.began > due) if watched else "",
    )


def _told_apart(arrivals: Sequence[Arrival]) -> Counter[tuple[int, str]]:
    """How often each alert arrived."""
    return Counter((arrival.channel, arrival.title) for arrival in arrivals)


async def letters_due(db: Database, channels: dict[int, int], each: int, look_at: datetime = NEVER) -> None:
    """Letters with one recipient each, `each` on each server, with an alert that fell due at the last midnight: their deadlines
    passed, which is told in a message for each letter. `channels`: of each server. Nothing is looked at before `look_at`, or
    before `look_now` is called.

    The letters of one server follow one another, so that a bot that posts in this order waits for one channel after the other.
    """
    await db.migrate()
    if not channels:
        return
    today, count = datetime.now(ZONE).date(), len(channels) * each
    written = datetime.combine(today - timedelta(days=2), time_of_day(17), UTC)
    size = Size(count, count, len(channels), 1, server_ids=tuple(channels), written=written, term="1 day", by_server=True)
    await fill(db, size, look_at)
    await state_index.prepare(db)
    async with db.write() as conn:
        of_server = update(tables.servers).where(tables.servers.c.id == bindparam("server"))
        rows = [{"server": server, "channel": channel} for server, channel in channels.items()]
        await conn.execute(of_server.values(channel_id=bindparam("channel"), hour=0), rows)


async def look_now(db: Database) -> None:
    async with db.write() as conn:
        await conn.execute(update(tables.cases).values(look_at=datetime.now(UTC)))


async def _break(sandbox: SandboxProcess, scenario: Scenario) -> tuple[int, ...]:
    """Break two channels: these."""
    if not scenario.broken:
        return ()
    slow, refusing = list(sandbox.channels.values())[:2]
    await sandbox.delay(slow, SLOW_SECONDS)
    await sandbox.refuse(refusing, retry_after=WINDOW)
    return slow, refusing


async def _receipts(db: Database, expected: int) -> int:
    """How many notices have a receipt, once all have or after some seconds."""
    for _ in range(int(SETTLE / 0.1)):
        async with db.read() as conn:
            sent = await conn.scalar(select(func.count()).where(tables.notices.c.state == "sent"))
        if (sent or 0) >= expected:
            break
        await asyncio.sleep(0.1)
    return sent or 0


FEW = (Scenario(90, 5), Scenario(60, 9), Scenario(60, 9, broken=True))
LARGE = (Scenario(200, 5), Scenario(600, 5), Scenario(2_000, 5))


async def measure(folder: Path, in_one_channel: int, large: bool = False) -> None:
    for scenario in (*FEW, Scenario(1, in_one_channel), *(LARGE if large else ())):
        print(f"{scenario.name}: {(await deliver(scenario, folder)).line()}", flush=True)


async def main(folder: Path, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench delivery")
    parser.add_argument("--in-one-channel", type=int, default=200, help="alerts in one channel (default: 200)")
    parser.add_argument("--large", action="store_true", help="1,000, 3,000 and 10,000 alerts too")
    chosen = parser.parse_args(arguments)
    await measure(folder, chosen.in_one_channel, chosen.large)
