"""The sandbox itself: builds the parts once, starts and stops the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.actions import Actions
from sandbox.bus import Bus, Json, T
from sandbox.clock import Clock, ReplayClock, SystemClock
from sandbox.commands import Commands
from sandbox.faults import Faults
from sandbox.gateway import Gateway
from sandbox.interactions import Interactions
from sandbox.limits import Limits
from sandbox.messages import Messages
from sandbox.model import Channel, Guild, User
from sandbox.page_server import PageServer
from sandbox.parts import Parts
from sandbox.person import Person, text_of
from sandbox.rest_requests import Request, RequestHandler
from sandbox.rest_routes import ROUTES
from sandbox.sessions import Session
from sandbox.world import World

BASE = "/api/v10"
WAIT = 10.0  # seconds that tests wait for something that ought to happen


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
        time_factor: float = 1.0,
    ) -> None:
        """``port`` 0 takes any free one. All limits are seconds of real time.

        ``answer_limit``: to an interaction's first answer; ``token_limit``: life of its token; ``nonce_window``: how
        long an enforced nonce is remembered; ``heartbeat``: between a client's heartbeats.

        ``time_factor`` multiplies ``answer_limit`` and ``token_limit``, and how long a ``Person`` and the methods that
        wait (``message_in``, ``connected``, ...) are patient unless they are given a time. Tests set it, so that a busy
        machine, on which three seconds may pass before the bot gets its turn, does not fail them.
        """
        self.clock: Clock = clock or SystemClock()
        self.limits = limits or Limits()
        self.bus = Bus()
        self.faults = Faults()
        self.world = World(self.clock, self.bus)
        self.posts = Messages(self.world, nonce_window)
        self.commands = Commands(self.world)
        self.gateway = Gateway(self.world, self.faults, heartbeat)
        self.interactions = Interactions(self.world, self.posts, answer_limit * time_factor, token_limit * time_factor)
        self._patience = WAIT * time_factor
        self._parts = Parts(
            self.clock, self.bus, self.world, self.posts, self.commands, self.gateway, self.interactions,
            Actions(self.world, self.posts, self.commands, self.interactions),
        )  # fmt: skip
        self._rest = RequestHandler(self._parts, self.faults, self.limits, BASE)
        self._page = PageServer(self._parts, lambda: self._port)
        self._port = port
        self._runner: web.AppRunner | None = None
        if isinstance(self.clock, ReplayClock):
            self.clock.on_change(self._follow_jumps)

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
            app.router.add_route(route.method, BASE + route.path, self._rest.endpoint(route))
        app.router.add_route("*", BASE + "/{rest:.*}", self._rest.unknown)
        app.router.add_get("/gateway", self.gateway.handle)
        self._page.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.file_base = self.url
        self.gateway.url = self.gateway_url
        self._page.start()

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self.interactions.stop()
        await self._page.stop()
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
        """The address to use instead of https://discord.com/api/v10."""
        return self.url + BASE

    @property
    def gateway_url(self) -> str:
        """The address to use instead of wss://gateway.discord.gg."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def requests(self) -> list[Request]:
        """The newest 10,000 REST requests, oldest first."""
        return list(self._rest.log)

    @property
    def request_counts(self) -> Counter[tuple[str, int]]:
        """How many requests each route had ("GET /channels/{channel}/messages"), by the status of the answer."""
        return self._rest.counts

    def before_first_page(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` once, when somebody first opens the page, before that page is sent anything."""
        self._page.before_first_page(callback)

    def person(self, user: User, guild: Guild | None = None, timeout: float | None = None) -> Person:
        """Drive the sandbox as this person."""
        return Person(self._parts, user, guild, self._patience if timeout is None else timeout)

    def messages(self, channel: Channel | int) -> list[Json]:
        """A channel's messages that are for everyone, oldest first."""
        number = channel if isinstance(channel, int) else channel.id
        return [self.posts.to_json(each) for each in self.posts.of(number) if each.only_for is None]

    async def message_in(
        self,
        channel: Channel | int,
        wanted: Callable[[Json], object] | str,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Json:
        """Wait for a message in a channel that passes ``wanted`` (a test, or a text that it contains); the newest one."""

        def newest() -> Json | None:
            passing = (each for each in reversed(self.messages(channel)) if _passes(each, wanted))
            return next(passing, None)

        return await self._until(newest, timeout, f"a message like {wanted!r}")

    async def connected(self, timeout: float | None = None) -> Session:  # noqa: ASYNC109
        """Wait until a bot has identified and is connected."""
        return await self._until(lambda: next(iter(self.gateway.connected()), None), timeout, "a bot")

    async def disconnected(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Wait until no bot is connected."""
        await self._until(lambda: not self.gateway.connected(), timeout, "the bots to go")

    async def commands_synced(self, timeout: float | None = None, times: int = 1) -> None:  # noqa: ASYNC109
        """Wait until a whole list of commands has been put so many ``times``."""
        await self._until(lambda: self.commands.syncs >= times, timeout, "commands")

    async def _until(self, check: Callable[[], T | None], seconds: float | None, what: str) -> T:
        return await self.bus.until(check, self._patience if seconds is None else seconds, what)

    def _follow_jumps(self) -> None:
        """No interaction is sent, and none runs out of time, while the clock jumps."""
        assert isinstance(self.clock, ReplayClock)
        if self.clock.jumping:
            self.interactions.hold()
        else:
            self.interactions.release()


def _passes(message: Json, wanted: Callable[[Json], object] | str) -> bool:
    return wanted in text_of(message) if isinstance(wanted, str) else bool(wanted(message))
