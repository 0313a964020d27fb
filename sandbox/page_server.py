"""The HTTP and websocket server behind the web page; README.md of this package describes what they exchange."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox import interactions
from sandbox.administration import Administration
from sandbox.bus import Event, Json
from sandbox.clock import ReplayClock
from sandbox.forms import entered
from sandbox.inputs import Refused
from sandbox.interactions import Interaction
from sandbox.model import Channel, User
from sandbox.page_state import PageState
from sandbox.parts import Parts

FILES = Path(__file__).parent / "page"
_TICK = 0.4
_SOON = 0.05
_POLICY = (
    "default-src 'self'; img-src 'self' data: https: http:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; frame-ancestors 'none'"
)

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageServer:
    """The routes of the page, and the websockets of the pages that are open."""

    def __init__(self, parts: Parts, port: Callable[[], int]) -> None:
        """``port``: on which the server listens, once it does."""
        self._parts = parts
        self._port = port
        self._administration = Administration(parts.world)
        self._state = PageState(parts.world, parts.commands, parts.clock, self._administration)
        self._sockets: dict[web.WebSocketResponse, tuple[User, asyncio.Queue[Json]]] = {}
        self._ticker: asyncio.Task[None] | None = None
        self._clock_due = False
        self._opened = False
        self._before_first_page: list[Callable[[], None]] = []
        parts.bus.subscribe(self._send_event)

    def before_first_page(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` once, when the page is first opened, before it is sent anything; now if it was opened before."""
        if self._opened:
            callback()
        else:
            self._before_first_page.append(callback)

    def add_routes(self, app: web.Application) -> None:
        """Add what the page needs to the server."""
        app.router.add_get("/", self._guarded(self._index))
        app.router.add_get("/page/ws", self._guarded(self._watch))
        app.router.add_get("/page/messages", self._guarded(self._messages))
        app.router.add_post("/page/interact", self._guarded(self._interact))
        app.router.add_post("/page/clock", self._guarded(self._clock))
        app.router.add_post("/page/administration", self._guarded(self._administer))
        app.router.add_post("/page/upload", self._guarded(self._upload))
        app.router.add_get("/page/{file}", self._guarded(self._file))
        app.router.add_get("/attachments/{number}/{name}", self._attachment)

    def start(self) -> None:
        """Begin to send the time."""
        clock = self._parts.clock
        if isinstance(clock, ReplayClock):
            if self._ticker is None:
                clock.on_change(self._send_clock_soon)
            self._ticker = asyncio.create_task(self._tick(clock))

    async def stop(self) -> None:
        """Close the page's sockets."""
        if self._ticker is not None:
            self._ticker.cancel()
        for socket in list(self._sockets):
            await socket.close(code=1001)

    # Guarding

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """Refuse foreign Host and Origin headers: a page from elsewhere must not drive this one (DNS rebinding)."""

        async def handle(request: web.Request) -> web.StreamResponse:
            hosts = {f"127.0.0.1:{self._port()}", f"localhost:{self._port()}"}
            origin = request.headers.get("Origin")
            if request.headers.get("Host") not in hosts:
                return _error("a foreign host", 403)
            if origin is not None and origin not in {f"http://{host}" for host in hosts}:
                return _error("a foreign origin", 403)
            try:
                return await endpoint(request)
            except Refused as refused:
                return _error(str(refused), 400)

        return handle

    # Files

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _served("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return _served(request.match_info["file"])

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        file = self._parts.world.attachments.get(int(number)) if number.isdigit() else None
        if file is None:
            return web.Response(status=404)
        kind = file.content_type
        headers = {"X-Content-Type-Options": "nosniff"}
        if not kind.startswith("image/") or kind == "image/svg+xml":
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Store a file for an attachment option."""
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                content = bytes(await part.read())
                kind = part.headers.get("Content-Type")
                return web.json_response(self._parts.world.add_file(part.filename, content, kind).to_json())
        raise Refused("no file was sent")

    # Reading

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        """One page's socket: the state first, then what happens."""
        user = self._user(request.query.get("as"))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._announce_first_page()
        queue.put_nowait(self._state.state(user))
        self._sockets[socket] = (user, queue)
        writer = asyncio.create_task(_write(socket, queue))
        try:
            async for _ in socket:
                pass
        finally:
            del self._sockets[socket]
            writer.cancel()
        return socket

    def _announce_first_page(self) -> None:
        self._opened = True
        while self._before_first_page:
            self._before_first_page.pop(0)()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        user = self._user(request.query.get("as"))
        channel = self._channel(request.query.get("channel"))
        before = _number(request.query.get("before") or 2**63, "before")
        limit = min(max(_number(request.query.get("limit") or 50, "limit"), 1), 100)
        older = [each for each in self._parts.actions.visible_messages(user, channel) if each.id < before]
        return web.json_response([self._parts.messages.to_json(each) for each in older[-limit:]])

    # Doing

    async def _interact(self, request: web.Request) -> web.StreamResponse:
        """Send what the person entered, and wait for the first answer."""
        body = await _body(request)
        user = self._user(body.get("as"))
        channel = self._channel(body.get("channel"))
        interaction = self._interaction(user, channel, body)
        was_held = interaction.status == "held"
        await self._parts.bus.until(lambda: not interaction.pending, None, "an answer")  # the answer limit ends it
        message = interaction.original
        return web.json_response(
            {
                "id": str(interaction.id),
                "status": interaction.status,
                "held": was_held,
                "error": interaction.error,
                "message": self._parts.messages.to_json(message) if message is not None else None,
                "modal": interaction.modal,
                "choices": interaction.choices,
            }
        )

    def _interaction(self, user: User, channel: Channel, body: Json) -> Interaction:
        kind, data, actions = body.get("type"), body.get("data"), self._parts.actions
        if not isinstance(data, dict):
            raise Refused("an interaction needs data")
        if kind in (interactions.COMMAND, interactions.AUTOCOMPLETE):
            app = data.get("application_id")
            return actions.command(
                user, channel, str(data.get("name")), data.get("options") or [],
                typing=kind == interactions.AUTOCOMPLETE,
                application=None if app is None else _number(app, "application_id"),
            )  # fmt: skip
        if kind == interactions.COMPONENT:
            number = _number(body.get("message"), "message")
            component_type = _number(data.get("component_type"), "component_type")
            return actions.component(user, channel, number, str(data.get("custom_id")), component_type, data.get("values"))
        if kind == interactions.MODAL_SUBMIT:
            opened_by = self._parts.interactions.find(_number(body.get("from"), "from"))
            if opened_by is None:
                raise Refused("no form is open")
            return actions.submit(user, opened_by, entered(data.get("components") or []))
        raise Refused("an interaction's type is 2, 3, 4 or 5")

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """Use the clock's controls."""
        clock = self._parts.clock
        if not isinstance(clock, ReplayClock):
            return _error("this clock has no controls", 409)
        body = await _body(request)
        try:
            _control(clock, str(body.get("do")), body.get("value"))
        except (ValueError, TypeError) as error:
            raise Refused(str(error)) from None
        return web.json_response(self._state.clock())

    async def _administer(self, request: web.Request) -> web.StreamResponse:
        """Change a server as its administrators can; answers how it stands then."""
        body = await _body(request)
        guild = self._parts.world.guilds.get(_number(body.get("guild"), "guild"))
        if guild is None:
            raise Refused("there is no such server")
        self._administration.change(guild, body)
        return web.json_response(self._administration.state(guild))

    # Sending

    def _send_event(self, event: Event) -> None:
        for user, queue in self._sockets.values():
            if (message := self._state.event(event, user)) is not None:
                queue.put_nowait(message)

    async def _tick(self, clock: ReplayClock) -> None:
        """Send a running clock at least twice a second."""
        while True:
            await asyncio.sleep(_TICK)
            if not clock.paused:
                self._send_clock()

    def _send_clock_soon(self) -> None:
        """Send the clock once for all the changes of a moment."""
        if not self._clock_due and self._sockets:
            self._clock_due = True
            asyncio.get_running_loop().call_later(_SOON, self._send_clock)

    def _send_clock(self) -> None:
        self._clock_due = False
        message = {"type": "clock", **self._state.clock()}
        for _, queue in self._sockets.values():
            queue.put_nowait(message)

    # Arguments

    def _user(self, number: Any) -> User:
        people = self._state.people()
        if not number and people:
            return people[0]
        user = self._parts.world.users.get(_number(number, "as"))
        if user is None or user.bot:
            raise Refused("there is no such person")
        return user

    def _channel(self, number: Any) -> Channel:
        channel = self._parts.world.channels.get(_number(number, "channel"))
        if channel is None:
            raise Refused("there is no such channel")
        return channel


def _control(clock: ReplayClock, do: str, value: Any) -> None:
    if do == "play":
        clock.play()
    elif do == "pause":
        clock.pause()
    elif do == "speed":
        clock.set_speed(float(value))
    elif do == "step":
        clock.step(1 if value is None else float(value))
    elif do == "jump":
        moment = datetime.fromisoformat(str(value))
        clock.jump(moment if moment.tzinfo else moment.replace(tzinfo=clock.now().tzinfo))
    else:
        raise ValueError("play, pause, speed, step or jump")


async def _write(socket: web.WebSocketResponse, queue: asyncio.Queue[Json]) -> None:
    while True:
        message = await queue.get()
        try:
            await socket.send_str(json.dumps(message, separators=(",", ":")))
        except ConnectionError:
            return


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise Refused("the body must be JSON") from None
    if not isinstance(body, dict):
        raise Refused("the body must be an object")
    return body


def _served(name: str) -> web.StreamResponse:
    path = FILES / name
    if path.parent != FILES or not path.is_file():
        return _error("there is no such file", 404)
    return web.FileResponse(path, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


def _error(text: str, status: int) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _number(text: Any, name: str) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        raise Refused(f"{name} must be an id") from None
