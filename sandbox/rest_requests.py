"""What every REST request goes through: faults, token, rate limits, body, log. (Discord docs, Reference › HTTP API)"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.bus import Json
from sandbox.errors import ApiError, invalid, known, not_found, unauthorized
from sandbox.faults import Fault, Faults
from sandbox.limits import Limits, RateLimited
from sandbox.model import Application, Attachment
from sandbox.parts import Parts
from sandbox.snowflake import moment_of

MAX_UPLOAD = 10 * 1024 * 1024  # Reference › Uploading Files: the default upload limit
#: discord.py takes a 429 without this header for a ban, and gives up at once.
_HEADERS = {"Via": "1.1 sandbox"}


@dataclass(frozen=True)
class Request:
    """One REST request in the log. ``status`` is that of the answer, even if the answer was lost; 0 for a lost request."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


@dataclass
class Call:
    """One REST request on its way to its handler."""

    parts: Parts
    app: Application | None
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Attachment] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bot(self) -> Application:
        """The application that calls. Raises 401 when there is none."""
        if self.app is None:
            raise unauthorized()
        return self.app

    @property
    def form(self) -> Json:
        """The body, which must be an object. Raises 50109 or 50035."""
        if not isinstance(self.body, dict):
            raise known(50109) if self.body is None else invalid((), "MODEL_TYPE_CONVERT", "Must be an object")
        return self.body

    def id(self, name: str) -> int:
        """A parameter of the path, as an id."""
        return snowflake(name, self.params[name])

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        """A whole number in the query, or ``usual`` where it is missing. Raises 50035."""
        text = self.query.get(name, str(usual))
        if not text.isdigit() or not least <= int(text) <= most:
            raise invalid((name,), "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
        return int(text)


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """One endpoint: its method, its path with {names}, its handler, and whether it needs a bot's token."""

    method: str
    path: str
    handler: Handler
    token: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class RequestHandler:
    """Takes the HTTP requests of all routes, and hands each to its route's handler as a ``Call``."""

    def __init__(self, parts: Parts, faults: Faults, limits: Limits, base: str) -> None:
        """``base``: the path of the API, before that of a route."""
        self._parts = parts
        self._faults = faults
        self._limits = limits
        self._base = base
        self.log: deque[Request] = deque(maxlen=10_000)
        #: How many requests each route had, by the status of the answer: ("GET /channels/{channel}/messages", 200).
        self.counts: Counter[tuple[str, int]] = Counter()

    def endpoint(self, route: Route) -> Callable[[web.Request], Any]:
        """A route's handler, as aiohttp wants it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, route)

        return handle

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        """Answers 404 to any other path under the API's base."""
        error = not_found()
        self._note(request, None, error.status)
        return _json_response(error.body(), error.status, {**_HEADERS, "Date": self._date()})

    async def _answer(self, request: web.Request, route: Route) -> web.StreamResponse:
        """One request.

        1. A fault that refuses, loses or delays it comes first.
        2. Then token, rate limits, body and handler.
        3. A fault that holds or loses the answer comes last: by then the work is done.
        """
        fault = self._faults.meet(request.method, self._path(request))
        if fault is not None:
            self._parts.bus.recheck()  # a test may be waiting for the fault to be met
            await fault.wait()
            if fault.drop == "before":
                self._note(request, None, 0)
                return self._cut(request)
        call = Call(self._parts, None, dict(request.match_info), dict(request.query))
        response = await self._response(request, route, call, fault)
        response.headers["Date"] = self._date()
        if fault is None or not fault.is_page:
            response.headers.update(_HEADERS)
        self.counts[route.name, response.status] += 1
        self._note(request, call.body, response.status)
        if fault is not None and fault.hold_answer is not None:
            await fault.hold_answer.wait()
        return self._cut(request) if fault is not None and fault.drop == "after" else response

    async def _response(self, request: web.Request, route: Route, call: Call, fault: Fault | None) -> web.Response:
        """What the handler returns, or the refusal that it or the fault raises."""
        if fault is not None and fault.is_page:
            return fault.page()
        try:
            if fault is not None and fault.status == 429:
                raise self._limits.refuse(fault.retry_after)
            if fault is not None and fault.status:
                raise fault.error()
            return await self._work(request, route, call)
        except RateLimited as refusal:
            return _json_response(refusal.body, 429, refusal.headers)
        except ApiError as error:
            return _json_response(error.body(), error.status, call.headers)

    async def _work(self, request: web.Request, route: Route, call: Call) -> web.Response:
        call.app = self._application(request, route)
        place = call.params.get("channel") or call.params.get("guild") or call.params.get("token", "")
        token = call.app.token if call.app else None
        call.headers = self._limits.take(token, route.name, place)
        if route.name == "PATCH /channels/{channel}/messages/{message}" and call.params["message"].isdigit():
            age = self._parts.clock.now() - moment_of(int(call.params["message"]))
            self._limits.take_edit(token, place, age.total_seconds())
        call.body, call.files = await self._body(request)
        result = route.handler(call)
        if result is None:
            return web.Response(status=204, headers=call.headers)
        return _json_response(result, call.status, call.headers)

    def _application(self, request: web.Request, route: Route) -> Application | None:
        """(Reference › Authentication)"""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        app = self._parts.world.application_of(token) if kind == "Bot" else None
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
        if sum(len(content) for _, content in uploads.values()) > MAX_UPLOAD:
            raise ApiError(413, 40005, "Request entity too large")
        descriptions = {str(each.get("id")): each for each in _described(body)}
        files = []
        for number, (filename, content) in uploads.items():
            described = descriptions.get(number, {})
            name = described.get("filename") or filename
            files.append(self._parts.world.add_file(name, content, None, described.get("description")))
        return body, files

    def _date(self) -> str:
        """The date of an answer, by the sandbox's clock."""
        return format_datetime(self._parts.clock.now().astimezone(UTC), usegmt=True)

    def _path(self, request: web.Request) -> str:
        return request.path.removeprefix(self._base)

    def _note(self, request: web.Request, body: Any, status: int) -> None:
        self.log.append(Request(request.method, self._path(request), dict(request.query), body, status))

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def snowflake(name: str, text: Any) -> int:
    """Text as an id. Raises 50035 where it is none. (Reference › Snowflakes)"""
    if not str(text).isdigit() or int(text) >= 2**63:
        raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def _json_response(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """JSON, with the bare type "application/json": discord.py compares it with exactly that."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers={**(headers or {}), **kind})


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise known(50109) from None


def _described(body: Any) -> list[Json]:
    """The attachments that a body describes, in an interaction's answer under ``data``."""
    if not isinstance(body, dict):
        return []
    inner = body.get("data") if isinstance(body.get("data"), dict) else body
    return (inner or {}).get("attachments") or []
