"""What every REST call goes through: faults, token, limits, body, log. (Discord docs, Reference › HTTP API)"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from sandbox.bus import Json
from sandbox.errors import ApiError, invalid, known, not_found, unauthorized
from sandbox.limits import Refusal
from sandbox.model import Application, Attachment

if TYPE_CHECKING:
    from sandbox.server import Sandbox

MOST_UPLOAD = 10 * 1024 * 1024
_HEADERS = {"Via": "1.1 sandbox"}
"""discord.py takes a 429 without this header for a ban and gives up at once."""


@dataclass(frozen=True)
class Request:
    """One REST request, as it was logged; ``status`` is what it was answered or would have been, 0 when it was lost."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


@dataclass
class Call:
    """One REST request on its way to its handler."""

    sandbox: Sandbox
    app: Application | None
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Attachment] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bot(self) -> Application:
        """The application that calls; 401 when there is none."""
        if self.app is None:
            raise unauthorized()
        return self.app

    @property
    def form(self) -> Json:
        """The body, which must be an object."""
        if not isinstance(self.body, dict):
            raise known(50109) if self.body is None else invalid((), "MODEL_TYPE_CONVERT", "Must be an object")
        return self.body

    def id(self, name: str) -> int:
        """A parameter of the path as an id."""
        return snowflake(name, self.params[name])

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        """A number of the query."""
        text = self.query.get(name, str(usual))
        if not text.isdigit() or not least <= int(text) <= most:
            raise invalid((name,), "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
        return int(text)


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """One address: its method, its path with {names}, what answers it, and whether a bot's token is needed."""

    method: str
    path: str
    handler: Handler
    token: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Door:
    """Lets requests in: the one aiohttp handler behind every route."""

    def __init__(self, sandbox: Sandbox, base: str) -> None:
        self._sandbox = sandbox
        self._base = base
        self.log: deque[Request] = deque(maxlen=10_000)

    def endpoint(self, route: Route) -> Callable[[web.Request], Any]:
        """The aiohttp handler of a route."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, route)

        return handle

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        """Any other address under the API's base."""
        error = not_found()
        self._note(request, None, error.status)
        return _told(error.body(), error.status, _HEADERS)

    async def _answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """One request.

        1. A fault that refuses, loses or delays it comes first.
        2. Then token, limits, body and handler.
        3. A fault that loses the answer comes last: the work is done.
        """
        fault = self._sandbox.faults.meet(request.method, self._path(request))
        if fault is not None:
            self._sandbox.bus.stir()
            await asyncio.sleep(fault.delay)
            if fault.hold is not None:
                await fault.hold.wait()
        if fault is not None and fault.drop == "before":
            self._note(request, None, 0)
            return self._cut(request)
        call = Call(self._sandbox, None, dict(request.match_info), dict(request.query))
        try:
            if fault is not None and fault.status == 429:
                raise self._sandbox.limits.refuse(fault.retry_after)
            if fault is not None and fault.status:
                raise fault.error()
            response = await self._work(request, route, call)
        except Refusal as refusal:
            response = _told(refusal.body, 429, refusal.headers)
        except ApiError as error:
            response = _told(error.body(), error.status, call.headers)
        response.headers.update(_HEADERS)
        self._note(request, call.body, response.status)
        if fault is not None and fault.hold_answer is not None:
            await fault.hold_answer.wait()
        return self._cut(request) if fault is not None and fault.drop == "after" else response

    async def _work(self, request: web.Request, route: Route, call: Call) -> web.Response:
        call.app = self._application(request, route)
        place = call.params.get("channel") or call.params.get("guild") or call.params.get("token", "")
        token = call.app.token if call.app else None
        call.headers = self._sandbox.limits.take(token, route.name, place)
        call.body, call.files = await self._body(request)
        found = route.handler(call)
        if found is None:
            return web.Response(status=204, headers=call.headers)
        return _told(found, call.status, call.headers)

    def _application(self, request: web.Request, route: Route) -> Application | None:
        """(Reference › Authentication)"""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        app = self._sandbox.world.application_of(token) if kind == "Bot" else None
        if route.token and app is None:
            raise unauthorized()
        return app if route.token else None

    async def _body(self, request: web.Request) -> tuple[Any, list[Attachment]]:
        """JSON, or a form with ``payload_json`` and files. (Reference › Uploading Files)"""
        if request.content_type == "multipart/form-data":
            return await self._multipart(request)
        raw = await request.read()
        return (_parsed(raw) if raw else None), []

    async def _multipart(self, request: web.Request) -> tuple[Any, list[Attachment]]:
        body: Any = {}
        uploads: dict[str, tuple[str, bytes]] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise known(50109)
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = _parsed(content)
            else:
                number = (part.name or "").removeprefix("files[").removesuffix("]")
                uploads[number] = (part.filename or "file", content)
        if sum(len(content) for _, content in uploads.values()) > MOST_UPLOAD:
            raise ApiError(413, 40005, "Request entity too large")
        told = {str(each.get("id")): each for each in _described(body)}
        files = []
        for number, (filename, content) in uploads.items():
            about = told.get(number, {})
            name = about.get("filename") or filename
            files.append(self._sandbox.world.add_file(name, content, None, about.get("description")))
        return body, files

    def _path(self, request: web.Request) -> str:
        return request.path.removeprefix(self._base)

    def _note(self, request: web.Request, body: Any, status: int) -> None:
        self.log.append(Request(request.method, self._path(request), dict(request.query), body, status))

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def snowflake(name: str, text: Any) -> int:
    """An id; 50035 for what is none. (Reference › Snowflakes)"""
    if not str(text).isdigit() or int(text) >= 2**63:
        raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def _told(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer whose type is the bare "application/json", which discord.py compares it with."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers={**(headers or {}), **kind})


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise known(50109) from None


def _described(body: Any) -> list[Json]:
    if not isinstance(body, dict):
        return []
    inner = body.get("data") if isinstance(body.get("data"), dict) else body
    return (inner or {}).get("attachments") or []
