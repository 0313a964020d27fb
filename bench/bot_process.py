"""The bot as a process of its own, so that its processor time and its event loop are its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

TOKEN = "bench"  # of the bot, in every sandbox that is made here


@dataclass(frozen=True)
class Hold:
    """A time in which the event loop of the bot did not get to its other tasks."""

    began: float  #: on the monotonic clock, which all processes share
    seconds: float
    #: Of these, how long its thread ran. On a machine with other work, a thread does not always run.
    ran: float

    @property
    def ended(self) -> float:
        return self.began + self.seconds


@asynccontextmanager
async def bot_process(
    api: str, database_url: str, report: Path, command: tuple[str, ...] = ("bench.watched",), **more: str
) -> AsyncIterator[int]:
    """A bot against the sandbox at `api`: its process id. Once it has ended, `report` says how long its loop was held.

    `command`: the module that runs as the bot, and its arguments; `more`: variables of its environment.
    """
    environment = os.environ | {
        "DISCORD_TOKEN": TOKEN,
        "LETTERWATCH_DISCORD_API": api,
        "LETTERWATCH_DATABASE_URL": database_url,
        "BENCH_REPORT": str(report),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *command, env=environment | more)
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


def holds(report: Path) -> list[Hold]:
    return [Hold(*values) for values in json.loads(report.read_text())]


def longest(holds: Iterable[Hold]) -> str:
    """Words for a line of figures."""
    held = list(holds)
    most = max((hold.seconds for hold in held), default=0) * 1000
    ran = max((hold.ran for hold in held), default=0) * 1000
    return f"event loop held for {most:.0f} ms at most, its thread running for {ran:.0f} ms at most"


def processor_seconds(pid: int) -> float:
    """User and system time of a process and its threads (Linux)."""
    # The kernel's clock of a process: clock_getcpuclockid(3), which Python does not offer. /proc/<pid>/stat has steps of 10 ms.
    return time.clock_gettime(~pid << 3 | 2)
