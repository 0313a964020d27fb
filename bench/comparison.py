"""`python -m bench rivals`: Letterwatch and the two other designs of bench/rivals.py post as many alerts, each alone."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite

from bench import rivals
from bench.bot_process import bot_process, processor_seconds
from bench.delivery import Scenario, allowed_seconds, deliver
from bench.sandbox_process import Plan, Traffic, sandbox_process

SCENARIO = Scenario(90, 5)
READY = 8.0  # seconds after which the alerts are due: the bot is connected and idle by then


@dataclass(frozen=True)
class Cost:
    design: str
    arrived: int
    per_second: float
    milliseconds: float  #: of processor time for each alert, from the moment it was due to the last write
    traffic: Traffic
    #: The same, to keep it until it is due: to add the job, or the row. Letterwatch keeps none, and plans when it is due.
    kept: float = 0.0

    @property
    def whole(self) -> float:
        return self.kept + self.milliseconds

    def line(self, letterwatch: float) -> str:
        """`letterwatch`: what an alert costs there."""
        return (
            f"{self.design}: {self.arrived} arrived, {self.whole:.2f} ms of processor time for each "
            f"({self.kept:.2f} to keep it, {self.milliseconds:.2f} when it is due; {self.whole / letterwatch:.2f} times "
            f"Letterwatch's), {self.per_second:.1f} a second; "
            f"429: {self.traffic.refused_global} global, {self.traffic.refused_channel} of a channel"
        )


async def compare(folder: Path) -> list[Cost]:
    """Letterwatch first, without the watchdog, which the others do not have either."""
    delivered = await deliver(SCENARIO, folder, watched=False)
    letterwatch = Cost("Letterwatch", delivered.arrived, delivered.per_second, delivered.milliseconds, delivered.traffic)
    return [letterwatch, *[await _rival(design, folder / f"{design}.db") for design in rivals.DESIGNS]]


async def _rival(design: str, file: Path) -> Cost:
    async with sandbox_process(Plan(SCENARIO.channels)) as sandbox:
        due = datetime.now(UTC) + timedelta(seconds=READY)
        kept = time.process_time()
        await rivals.fill(design, file, list(sandbox.channels.values()), SCENARIO.each, due)
        kept = time.process_time() - kept
        command = ("bench.rivals", design)
        more = {"BENCH_FILE": str(file), "BENCH_GATEWAY": sandbox.gateway}
        async with bot_process(sandbox.api, "", file.with_suffix(".json"), command, **more) as pid:
            await sandbox.connected(60)
            await asyncio.sleep((due - datetime.now(UTC)).total_seconds() - 0.5)
            processor = processor_seconds(pid)
            await sandbox.posted(SCENARIO.alerts, 120)
            await _marked(file)
            processor = processor_seconds(pid) - processor
        traffic = await sandbox.traffic()
    arrivals = traffic.arrivals
    per_second = (len(arrivals) - 1) / (arrivals[-1].at - arrivals[0].at)
    of_each = 1000 / len(arrivals)
    return Cost(design, len(arrivals), per_second, processor * of_each, traffic, kept * of_each)


async def _marked(file: Path) -> None:
    """Wait until each alert is marked as sent, and no job is left."""
    until = time.monotonic() + 20
    async with aiosqlite.connect(file) as db:
        while time.monotonic() < until:
            [(left,)] = await db.execute_fetchall("SELECT count(*) FROM alerts WHERE sent_at IS NULL")
            if not left:
                return
            await asyncio.sleep(0.1)


def show(costs: list[Cost]) -> None:
    print(f"{SCENARIO.name}, where the limits allow {(SCENARIO.alerts - 1) / allowed_seconds([5] * 90):.1f} a second")
    for cost in costs:
        print(cost.line(costs[0].whole), flush=True)


async def measure(folder: Path) -> None:
    show(await compare(folder))
