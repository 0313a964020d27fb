"""The bot's process: the real one, with a clock that can be set from outside and a place at which it dies."""

from __future__ import annotations

import asyncio
import contextlib
import mmap
import os
import signal
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import running
from bot.config import load
from tests.torture.crash_points import CrashPoint, arm

_OFFSET = struct.Struct("d")


class SetClock:
    """The machine's clock, and the seconds that a file adds to it."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_OFFSET.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _OFFSET.size)

    def now(self) -> datetime:
        (seconds,) = _OFFSET.unpack(self._shared[:])
        return datetime.now(UTC) + timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return time.monotonic()

    def set_off(self, by: timedelta) -> None:
        self._shared[:] = _OFFSET.pack(by.total_seconds())


def run(environment: dict[str, str], config: Path, clock: Path, errors: Path, point: CrashPoint | None) -> None:
    """In the new process."""
    os.environ.clear()
    os.environ.update(environment)
    descriptor = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    if point:
        arm(point)
    asyncio.run(_run(config, SetClock(clock)))


async def _run(config: Path, clock: SetClock) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with running(load(config), clock) as app:
        app.watch.start()
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait((app.connection, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await stopping
