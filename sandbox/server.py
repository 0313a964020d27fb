"""The sandbox itself: builds the parts once, starts and stops the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.asking import Asking
from sandbox.bus import Bus, Json
from sandbox.calls import Door, Request
from sandbox.clock import Clock, SystemClock
from sandbox.commands import Commands
from sandbox.faults import Faults
from sandbox.gateway import Gateway
from sandbox.interactions import Interactions
from sandbox.limits import Limits
from sandbox.messages import Messages
from sandbox.model import Channel, Guild, User
from sandbox.pages import Pages
from sandbox.person import Person, text_of
from sandbox.rest import ROUTES
from sandbox.sessions import Session
from sandbox.world import World

BASE = "/api/v10"


class Sandbox:
    """A local Discord on 127.0.0.1. ``async with Sandbox() as sandbox`` starts and stops it."""

    def __init__(
        self,
        port: int = 0,
        clock: Clock | None = None,
        limits: Limits | None = None,
        *,
        heartbeat: float = 41.25,
        answer_limit: float = 3.0,
        token_limit: float = 900.0,
        nonce_window: float = 180.0,
    ) -> None:
        """``port`` 0 takes any free one. All limits are seconds of real time.

        ``answer_limit``: to an interaction's first answer; ``token_limit``: life of its token; ``nonce_window``: how
        long an enforced nonce is remembered; ``heartbeat``: between a client's heartbeats.
        """
        self.clock: Clock = clock or SystemClock()
        self.limits = limits or Limits()
        self.bus = Bus()
        self.faults = Faults()
        self.world = World(self.clock, self.bus)
        self.posts = Messages(self.world, nonce_window)
        self.commands = Commands(self.world)
        self.gateway = Gateway(self.world, heartbeat)
        self.interactions = Interactions(self.world, self.posts, answer_limit, token_limit)
        self.asking = Asking(self.world, self.posts, self.commands, self.interactions)
        self._door = Door(self, BASE)
        self._pages = Pages(self)
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on 127.0.0.1, and nowhere else."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        for route in ROUTES:
            app.router.add_route(route.method, BASE + route.path, self._door.endpoint(route))
        app.router.add_route("*", BASE + "/{rest:.*}", self._door.unknown)
        app.router.add_get("/gateway", self.gateway.handle)
        self._pages.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=timedelta(seconds=1).total_seconds())
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.file_base = self.url
        self.gateway.url = self.gateway_url
        self._pages.start()

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self.interactions.stop()
        await self._pages.stop()
        await self.gateway.shut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api(self) -> str:
        """What a client takes for https://discord.com/api/v10."""
        return self.url + BASE

    @property
    def gateway_url(self) -> str:
        """What a client takes for wss://gateway.discord.gg."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def requests(self) -> list[Request]:
        """The newest REST requests, oldest first."""
        return list(self._door.log)

    def person(self, user: User, guild: Guild | None = None, timeout: float = 10.0) -> Person:
        """Drive the sandbox as this person."""
        return Person(self, user, guild, timeout)

    def messages(self, channel: Channel | int) -> list[Json]:
        """A channel's messages that are for everyone, oldest first."""
        number = channel if isinstance(channel, int) else channel.id
        return [self.posts.to_json(each) for each in self.posts.of(number) if each.only_for is None]

    async def message_in(self, channel: Channel | int, wanted: Callable[[Json], object] | str, timeout: float = 10.0) -> Json:  # noqa: ASYNC109
        """The newest message in a channel that passes ``wanted`` (a test, or a text it must hold), once there is one."""

        def found() -> Json | None:
            passing = (each for each in reversed(self.messages(channel)) if _passes(each, wanted))
            return next(passing, None)

        return await self.bus.until(found, timeout, f"a message like {wanted!r}")

    async def connected(self, timeout: float = 10.0) -> Session:  # noqa: ASYNC109
        """Wait until some bot has identified and is connected."""
        return await self.bus.until(lambda: next(iter(self.gateway.connected()), None), timeout, "a bot")

    async def disconnected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until no bot is connected."""
        await self.bus.until(lambda: not self.gateway.connected(), timeout, "the bots to go")

    async def commands_synced(self, timeout: float = 10.0, times: int = 1) -> None:  # noqa: ASYNC109
        """Wait until a list of commands has been put, or has been so many ``times``."""
        await self.bus.until(lambda: self.commands.syncs >= times, timeout, "commands")


def _passes(message: Json, wanted: Callable[[Json], object] | str) -> bool:
    return wanted in text_of(message) if isinstance(wanted, str) else bool(wanted(message))
