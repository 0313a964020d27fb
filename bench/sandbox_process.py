"""The sandbox as a process of its own, with servers and channels, and what a benchmark asks it over its pipes.

`python -m bench.sandbox_process` is that process. It reads a JSON object a line and answers each with one: first the `Plan`,
then {"do": name of a method of `_Service`, and its arguments}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.bot_process import TOKEN
from sandbox import Sandbox
from sandbox.bus import Event
from sandbox.components import texts

HISTORY = "GET /channels/{channel}/messages"
#: The title of a letter in a notice: what a channel gets twice is doubled.
TITLE = re.compile(r"Demand [0-9]+")


@dataclass(frozen=True)
class Plan:
    """What exists in the sandbox: servers with one channel each, and the bot on all of them."""

    servers: int


@dataclass(frozen=True)
class Arrival:
    channel: int
    at: float  #: on the monotonic clock, which all processes share
    title: str


@dataclass(frozen=True)
class Traffic:
    """What the bot has posted and asked so far."""

    arrivals: list[Arrival]
    refused_global: int  #: answers of 429 for the limit of the whole bot
    refused_channel: int  #: the same, for the limit of a channel
    history: int  #: how often it read what is in a channel


@dataclass
class SandboxProcess:
    """The benchmark's end of the pipes."""

    api: str
    gateway: str
    #: The channel of each server, by their ids.
    channels: dict[int, int]
    _process: asyncio.subprocess.Process

    async def connected(self, seconds: float) -> None:
        """Wait until a bot is connected; TimeoutError after some seconds."""
        if not await self._ask("connected", seconds=seconds):
            raise TimeoutError(f"no bot has connected in {seconds:g} s")

    async def posted(self, count: int, seconds: float, besides: tuple[int, ...] = ()) -> bool:
        """Wait until so many different messages have arrived, besides those in some channels; False after some seconds."""
        return bool(await self._ask("posted", count=count, seconds=seconds, besides=besides))

    async def delay(self, channel: int, seconds: float) -> None:
        """Answer each post in this channel only after some seconds."""
        await self._ask("delay", channel=channel, seconds=seconds)

    async def refuse(self, channel: int, retry_after: float) -> None:
        """Answer each post in this channel with 429."""
        await self._ask("refuse", channel=channel, retry_after=retry_after)

    async def traffic(self) -> Traffic:
        given = await self._ask("traffic")
        return Traffic(**given | {"arrivals": [Arrival(**arrival) for arrival in given["arrivals"]]})

    async def _ask(self, do: str, **arguments: Any) -> Any:
        return await _exchange(self._process, {"do": do, **arguments})


@asynccontextmanager
async def sandbox_process(plan: Plan) -> AsyncIterator[SandboxProcess]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.sandbox_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    try:
        given = await _exchange(process, asdict(plan))
        yield SandboxProcess(given["api"], given["gateway"], dict(given["channels"]), process)
    finally:
        assert process.stdin is not None
        process.stdin.close()  # which ends it
        await process.wait()


async def _exchange(process: asyncio.subprocess.Process, question: dict[str, Any]) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(question).encode() + b"\n")
    return json.loads(await process.stdout.readline())


@dataclass
class _Service:
    """The sandbox's end of the pipes."""

    sandbox: Sandbox
    arrivals: list[Arrival] = field(default_factory=list)
    #: Each channel and title that has arrived: what arrives twice is there once.
    distinct: set[tuple[int, str]] = field(default_factory=set)

    def note(self, event: Event) -> None:
        if event.name == "MESSAGE_CREATE" and event.channel is not None:
            title = TITLE.search("\n".join(texts(event.data["components"])))
            self.arrivals.append(Arrival(event.channel, time.monotonic(), title[0] if title else ""))
            self.distinct.add((event.channel, self.arrivals[-1].title))

    async def connected(self, seconds: float) -> bool:
        await self.sandbox.connected(timeout=seconds)
        return True

    async def posted(self, count: int, seconds: float, besides: list[int]) -> bool:
        def enough() -> bool:
            """Called at each event, so it counts only once there may be enough."""
            return len(self.distinct) >= count and sum(channel not in besides for channel, _ in self.distinct) >= count

        return await self.sandbox.bus.until(enough, seconds, "messages")

    async def delay(self, channel: int, seconds: float) -> bool:
        self.sandbox.faults.delay(f"^POST /channels/{channel}/messages", seconds, times=sys.maxsize)
        return True

    async def refuse(self, channel: int, retry_after: float) -> bool:
        self.sandbox.faults.rate_limit(f"^POST /channels/{channel}/messages", retry_after, times=sys.maxsize)
        return True

    async def traffic(self) -> dict[str, Any]:
        refused = self.sandbox.limits.refused_by_scope
        history = sum(count for (route, _), count in self.sandbox.request_counts.items() if route == HISTORY)
        return asdict(Traffic(self.arrivals, refused["global"], refused["user"], history))


async def _serve() -> None:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a bot that is stopped takes its requests with it
    questions = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(questions), sys.stdin)
    plan = Plan(**json.loads(await questions.readline()))
    sandbox = Sandbox()
    channels = _build(sandbox, plan)
    service = _Service(sandbox)
    sandbox.bus.subscribe(service.note)
    async with sandbox:
        _answer({"api": sandbox.api, "gateway": sandbox.gateway_url, "channels": channels})
        while line := await questions.readline():
            arguments = json.loads(line)
            try:
                _answer(await getattr(service, arguments.pop("do"))(**arguments))
            except TimeoutError:
                _answer(False)


def _build(sandbox: Sandbox, plan: Plan) -> list[tuple[int, int]]:
    world = sandbox.world
    owner = world.add_user("alice")
    application = world.add_application("Letterwatch", TOKEN)
    channels = []
    for number in range(plan.servers):
        guild = world.add_guild(f"Server {number + 1}", owner)
        channels.append((guild.id, world.add_channel(guild, "alerts").id))
        world.add_bot(guild, application)
    return channels


def _answer(value: Any) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
