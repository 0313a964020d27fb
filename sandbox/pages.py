"""What the web page talks to; README.md of this package has the contract."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from sandbox import interactions
from sandbox.bus import Event, Json
from sandbox.clock import ReplayClock
from sandbox.forms import entered
from sandbox.inputs import Refused
from sandbox.interactions import Interaction
from sandbox.model import Channel, User
from sandbox.screen import Screen

if TYPE_CHECKING:
    from sandbox.server import Sandbox

FILES = Path(__file__).parent / "page"
_TICK = 0.4
_SOON = 0.05
_POLICY = (
    "default-src 'self'; img-src 'self' data: https: http:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; frame-ancestors 'none'"
)

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """The page's routes, and the sockets that are told what happens."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._screen = Screen(sandbox)
        self._watchers: dict[web.WebSocketResponse, tuple[User, asyncio.Queue[Json]]] = {}
        self._ticker: asyncio.Task[None] | None = None
        self._clock_due = False
        sandbox.bus.listen(self._tell)

    def add_routes(self, app: web.Application) -> None:
        """Add what the page needs to the server."""
        app.router.add_get("/", self._guarded(self._index))
        app.router.add_get("/page/ws", self._guarded(self._watch))
        app.router.add_get("/page/messages", self._guarded(self._messages))
        app.router.add_post("/page/interact", self._guarded(self._interact))
        app.router.add_post("/page/clock", self._guarded(self._clock))
        app.router.add_post("/page/upload", self._guarded(self._upload))
        app.router.add_get("/page/{file}", self._guarded(self._file))
        app.router.add_get("/attachments/{number}/{name}", self._attachment)

    def start(self) -> None:
        """Begin to tell the time."""
        clock = self._sandbox.clock
        if isinstance(clock, ReplayClock):
            if self._ticker is None:
                clock.on_change(self._tell_clock_soon)
            self._ticker = asyncio.create_task(self._tick(clock))

    async def stop(self) -> None:
        """Close the page's sockets."""
        if self._ticker is not None:
            self._ticker.cancel()
        for socket in list(self._watchers):
            await socket.close(code=1001)

    # Guarding

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        """Refuse foreign Host and Origin headers: a page from elsewhere must not drive this one (DNS rebinding)."""

        async def handle(request: web.Request) -> web.StreamResponse:
            port = self._sandbox.url.rpartition(":")[2]
            hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
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
        file = self._sandbox.world.attachments.get(int(number)) if number.isdigit() else None
        if file is None:
            return web.Response(status=404)
        kind = file.content_type
        headers = {"X-Content-Type-Options": "nosniff"}
        if not kind.startswith("image/") or kind == "image/svg+xml":
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Keep a file for an attachment option."""
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                content = bytes(await part.read())
                kind = part.headers.get("Content-Type")
                return web.json_response(self._sandbox.world.add_file(part.filename, content, kind).to_json())
        raise Refused("no file was sent")

    # Reading

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        """One page's socket: the state first, then what happens."""
        user = self._user(request.query.get("as"))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue: asyncio.Queue[Json] = asyncio.Queue()
        queue.put_nowait(self._screen.state(user))
        self._watchers[socket] = (user, queue)
        writer = asyncio.create_task(_write(socket, queue))
        try:
            async for _ in socket:
                pass
        finally:
            del self._watchers[socket]
            writer.cancel()
        return socket

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        user = self._user(request.query.get("as"))
        channel = self._channel(request.query.get("channel"))
        before = _number(request.query.get("before") or 2**63, "before")
        limit = min(max(_number(request.query.get("limit") or 50, "limit"), 1), 100)
        seen = [each for each in self._sandbox.asking.all_seen(user, channel) if each.id < before]
        return web.json_response([self._sandbox.posts.to_json(each) for each in seen[-limit:]])

    # Doing

    async def _interact(self, request: web.Request) -> web.StreamResponse:
        """Send what the person entered and wait for the first answer."""
        body = await _body(request)
        user = self._user(body.get("as"))
        channel = self._channel(body.get("channel"))
        asked = self._asked(user, channel, body)
        limit = self._sandbox.interactions.answer_limit + 1
        await self._sandbox.bus.until(lambda: asked.status != "waiting", limit, "an answer")
        message = asked.original
        shown = self._sandbox.posts.to_json(message) if message is not None else None
        return web.json_response(
            {
                "id": str(asked.id),
                "status": asked.status,
                "error": asked.error,
                "message": shown,
                "modal": asked.modal,
                "choices": asked.choices,
            }
        )

    def _asked(self, user: User, channel: Channel, body: Json) -> Interaction:
        kind, data, asking = body.get("type"), body.get("data"), self._sandbox.asking
        if not isinstance(data, dict):
            raise Refused("an interaction needs data")
        if kind in (interactions.COMMAND, interactions.AUTOCOMPLETE):
            app = data.get("application_id")
            return asking.command(
                user, channel, str(data.get("name")), data.get("options") or [],
                typing=kind == interactions.AUTOCOMPLETE,
                application=None if app is None else _number(app, "application_id"),
            )  # fmt: skip
        if kind == interactions.COMPONENT:
            number = _number(body.get("message"), "message")
            which = _number(data.get("component_type"), "component_type")
            return asking.component(user, channel, number, str(data.get("custom_id")), which, data.get("values"))
        if kind == interactions.MODAL_SUBMIT:
            opened = self._sandbox.interactions.find(_number(body.get("from"), "from"))
            if opened is None:
                raise Refused("no form is open")
            return asking.submit(user, opened, entered(data.get("components") or []))
        raise Refused("an interaction's type is 2, 3, 4 or 5")

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """Use the clock's controls."""
        clock = self._sandbox.clock
        if not isinstance(clock, ReplayClock):
            return _error("this clock has no controls", 409)
        body = await _body(request)
        try:
            _turn(clock, str(body.get("do")), body.get("value"))
        except (ValueError, TypeError) as error:
            raise Refused(str(error)) from None
        return web.json_response(self._screen.clock())

    # Telling

    def _tell(self, event: Event) -> None:
        for user, queue in self._watchers.values():
            if (told := self._screen.event(event, user)) is not None:
                queue.put_nowait(told)

    async def _tick(self, clock: ReplayClock) -> None:
        """Tell a running clock at least twice a second."""
        while True:
            await asyncio.sleep(_TICK)
            if not clock.paused:
                self._tell_clock()

    def _tell_clock_soon(self) -> None:
        """Once for all the changes of a moment."""
        if not self._clock_due and self._watchers:
            self._clock_due = True
            asyncio.get_running_loop().call_later(_SOON, self._tell_clock)

    def _tell_clock(self) -> None:
        self._clock_due = False
        told = {"type": "clock", **self._screen.clock()}
        for _, queue in self._watchers.values():
            queue.put_nowait(told)

    # Arguments

    def _user(self, number: Any) -> User:
        people = self._screen.people()
        if not number and people:
            return people[0]
        user = self._sandbox.world.users.get(_number(number, "as"))
        if user is None or user.bot:
            raise Refused("there is no such person")
        return user

    def _channel(self, number: Any) -> Channel:
        channel = self._sandbox.world.channels.get(_number(number, "channel"))
        if channel is None:
            raise Refused("there is no such channel")
        return channel


def _turn(clock: ReplayClock, do: str, value: Any) -> None:
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
        told = await queue.get()
        try:
            await socket.send_str(json.dumps(told, separators=(",", ":")))
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
