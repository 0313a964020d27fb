"""Starts the bot, lets something happen to it, kills it, and begins again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from tests.journey.programs import FORKS
from tests.torture.crash_points import POINTS, CrashPoint
from tests.torture.killed_bot import SetClock, run
from tests.torture.town import MANY, TOKEN, Tally, Town

POSTS, HISTORY = r"^POST /channels/\d+/messages", r"^GET /channels/\d+/messages"
LEASE = 2.0  # seconds
LATE = 0.8  # seconds after which Discord may take a request of a process that was killed: less than a lease
LONGEST_LIFE = 2.5  # seconds; a bot that does not come to the place at which it should die is killed anyway
SETTLED_IN = 120.0
OFFSETS = (
    timedelta(),
    timedelta(seconds=-90),
    timedelta(minutes=9),
    timedelta(hours=-12),
    timedelta(days=-40),
    timedelta(hours=5),
    timedelta(days=31),
)


@dataclass
class Torture:
    """Kills bots over one town. `show`: what shows progress."""

    town: Town
    folder: Path
    random: Random
    show: Callable[[str], None] = print
    jumps: bool = True
    kills: int = 0
    starts: int = 0
    died: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.clock = SetClock(self.folder / "clock")
        self.config = self.folder / "config.toml"
        self.config.write_text(f"[watch]\ntick_seconds = 0.2\nlease_seconds = {LEASE}\n")
        self.environment = {
            "DISCORD_TOKEN": TOKEN,
            "LETTERWATCH_DISCORD_API": self.town.sandbox.api,
            "LETTERWATCH_DATABASE_URL": self.town.db.url.render_as_string(),
        }

    async def kill(self, times: int, settle_every: int) -> tuple[Tally, Tally]:
        """Kill so many bots, and count from time to time. What is left then is looked at first."""
        tallies = Tally(), Tally()
        while self.kills < times:
            await self._one()
            self.kills += 1
            if self.kills % settle_every == 0 or self.kills == times:
                tallies = await self.settled()
                self.show(f"{self.kills} kills: {_words(tallies[0])}")
                if tallies[0].lost or tallies[0].doubled or tallies[0].split:
                    break
        return tallies

    async def _one(self) -> None:
        """One life of the bot."""
        await self._record()
        self.clock.set_off(self.random.choice(OFFSETS) if self.jumps and self.random.random() < 0.2 else timedelta())
        self.town.sandbox.posts.nonce_window = self.random.choice((0.0, 180.0))
        faults = self.town.sandbox.faults
        faults.clear()
        self.town.close_histories()
        by = self.random.choice((self._at_a_point, self._at_a_point, self._at_any_time, self._at_a_request, self._in_trouble))
        writing = asyncio.create_task(self._write_beside())
        try:
            await by()
        finally:
            await writing
            self.clock.set_off(timedelta())

    async def _record(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            await self.town.record_letter(
                MANY if self.random.random() < 0.02 else self.random.randint(1, 3)
            )  # so few that each is named

    async def _write_beside(self) -> None:
        for _ in range(self.random.randint(0, 3)):
            await asyncio.sleep(self.random.uniform(0.1, 0.5))
            await self.town.write()

    async def _at_a_point(self) -> None:
        name = self.random.choice(list(POINTS))
        point = CrashPoint(name, self.random.random() < 0.5, self.random.choice((1, 1, 1, 2, 3, 5)))
        process = await self._start(point)
        reached = await self._ended(process, LONGEST_LIFE)
        self.died[name if reached else "(point not reached)"] += 1
        await self._killed(process)

    async def _at_any_time(self) -> None:
        process = await self._start()
        await self._ended(process, self.random.uniform(0.2, 1.5))
        self.died["any time"] += 1
        await self._killed(process)

    async def _at_a_request(self) -> None:
        """When a request arrives, before its work is done or after; the work may be done late."""
        faults = self.town.sandbox.faults
        is_held = self.random.random() < 0.5
        pattern = self.random.choice((POSTS, POSTS, HISTORY))
        fault = (faults.hold if is_held else faults.hold_answer)(pattern, times=self.random.choice((1, 3, 12)))
        process = await self._start()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_LIFE):
                while not fault.met:
                    await asyncio.sleep(0.005)
                await asyncio.sleep(self.random.choice((0.0, 0.05)))
        self.died[f"{'before' if is_held else 'after'} the work of a request" if fault.met else "(no request)"] += 1
        await self._killed(process)
        await asyncio.sleep(self.random.uniform(0, LATE) if is_held and fault.met else 0)
        for event in (fault.hold, fault.hold_answer):
            if event:
                event.set()

    async def _in_trouble(self) -> None:
        """Requests and answers are lost, slow or refused, until it is killed."""
        faults = self.town.sandbox.faults
        times = self.random.randint(1, 6)
        trouble: dict[str, Callable[[], Any]] = {
            "lost answers": lambda: faults.drop_answer(POSTS, times=times),
            "lost requests": lambda: faults.drop_request(POSTS, times=times),
            "server errors": lambda: faults.answer(POSTS, 503, times=times),
            "rate limits": lambda: faults.rate_limit(POSTS, 0.2, times=times),
            "slow posts": lambda: faults.delay(POSTS, LATE / 2, times=times),
            "slow looks": lambda: faults.delay(HISTORY, LATE / 2, times=times),
            "lost looks": lambda: faults.drop_answer(HISTORY, times=times),
        }
        name = self.random.choice(list(trouble))
        trouble[name]()
        process = await self._start()
        await self._ended(process, self.random.uniform(0.5, LONGEST_LIFE))
        self.died[name] += 1
        await self._killed(process)

    async def settled(self) -> tuple[Tally, Tally]:
        """What was told, once all is well again and nothing waits."""
        self.clock.set_off(timedelta())
        self.town.sandbox.faults.clear()
        self.town.close_histories()
        process = await self._start()
        try:
            async with asyncio.timeout(SETTLED_IN):
                while await self.town.waits():
                    if not process.is_alive():
                        raise RuntimeError(f"the bot has ended: {self._errors.read_text(encoding='utf-8')[-2000:]}")
                    await asyncio.sleep(0.1)
        finally:
            process.terminate()
            if not await self._ended(process, 20):
                await self._killed(process)
        return self.town.tallies()

    @property
    def _errors(self) -> Path:
        return self.folder / "errors.txt"

    async def _start(self, point: CrashPoint | None = None) -> BaseProcess:
        self.starts += 1
        arguments = (self.environment, self.config, self.folder / "clock", self._errors, point)
        process = FORKS.Process(target=run, args=arguments)
        await asyncio.to_thread(process.start)
        return process

    async def _ended(self, process: BaseProcess, seconds: float) -> bool:
        """Whether it ends by itself within so many seconds."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(process.sentinel, ended.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ended.wait()
        loop.remove_reader(process.sentinel)
        return ended.is_set()

    async def _killed(self, process: BaseProcess) -> None:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()


def _words(tally: Tally) -> str:
    return f"{tally.expected} alerts, {len(tally.lost)} lost, {len(tally.doubled)} doubled, {len(tally.split)} split"


def report(torture: Torture, tallies: tuple[Tally, Tally]) -> list[str]:
    readable, closed = tallies
    lines = [f"{torture.kills} kills, {torture.starts} starts: {_words(readable)}"]
    if torture.town.closed:
        lines.append(f"where the history may not be read: {_words(closed)}")
    lines += [f"  {count:5} {name}" for name, count in sorted(torture.died.items())]
    for name, what in (
        ("lost", readable.lost),
        ("doubled", readable.doubled),
        ("split", readable.split),
        ("lost", closed.lost),
    ):
        lines += [f"{name}: {each}" for each in what]
    return lines


def is_whole(tallies: tuple[Tally, Tally]) -> bool:
    """Nothing lost anywhere; nothing doubled where the bot may look."""
    readable, closed = tallies
    return not (readable.lost or readable.doubled or readable.split or closed.lost)
