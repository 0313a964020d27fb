"""Keeps the bot within Discord's limits: every request that it sends passes here, and every answer is read here.

Requests without the bot's token are answers to interactions, which do not count (Discord docs, "Rate Limits › Global Rate
Limit").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from math import isfinite
from types import SimpleNamespace

import aiohttp
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.hdrs import AGE, AUTHORIZATION, DATE
from aiohttp.tracing import Trace

from bot.chat.channel_limits import LONGEST, USUAL_SECONDS, ChannelLimits
from bot.chat.request_limit import RequestLimit
from bot.clock import CheckedClock

#: "/api/v10/channels/123/messages", to which a message is posted.
_POSTED_TO = re.compile(r"/channels/(\d+)/messages$")
#: "/api/v10/channels/123/messages/456". A 429 there may limit edits of old messages alone (Discord docs, "JSON Error Codes",
#: 30046), and is no reason to post nothing.
_EDITED = re.compile(r"/channels/\d+/messages/\d+$")
GLOBAL = "global"


class PacedConnector(aiohttp.TCPConnector):
    """Connections to Discord. Whoever gets one may send one request on it, at once.

    The permit is given when the connection is open. If it were given before, the first requests of a burst would open their
    connections first, and reach Discord together with those that were allowed after them.
    """

    def __init__(self, limit: RequestLimit) -> None:
        super().__init__(limit=0)  # as discord.py has it; the permits keep the number small
        self._permits = limit

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout) -> Connection:  # noqa: ASYNC109
        if AUTHORIZATION not in req.headers:
            return await super().connect(req, traces, timeout)
        with self._permits.coming():
            connection = await super().connect(req, traces, timeout)
        try:
            request = await self._permits.permit()
        except BaseException:
            connection.release()
            raise
        connection.add_callback(partial(self._permits.answered, request))  # called when it is released, or lost
        return connection


class Pace:
    """The limits of one client, and what keeps them. Needs a running event loop."""

    def __init__(self) -> None:
        self.requests = RequestLimit()
        self.channels = ChannelLimits()
        self.connector = PacedConnector(self.requests)
        #: Is told what time it is by Discord's answers.
        self.clock: CheckedClock | None = None
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._asked)
        self.trace.on_request_end.append(self._answered)
        self.trace.on_request_exception.append(self._lost)

    def reopened(self) -> PacedConnector:
        """Another connector within the same limits: discord.py has closed the one it was given."""
        self.connector = PacedConnector(self.requests)
        return self.connector

    def session(self) -> aiohttp.ClientSession:
        """Another session beside discord.py's, within the same limits. Close it before the client."""
        return aiohttp.ClientSession(
            connector=self.connector, connector_owner=False, trace_configs=[self.trace], cookie_jar=aiohttp.DummyCookieJar()
        )

    async def _asked(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        if self.clock:
            context.asked_at = self.clock.monotonic()

    async def _answered(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        response = params.response
        if AUTHORIZATION not in params.headers:
            return
        if self.clock and DATE in response.headers and _is_fresh_of_discord(response):
            self.clock.heard(response.headers[DATE], context.asked_at)
        channel_id = _posted_to(params.method, params.url.raw_path)
        if channel_id:
            self.channels.answered(channel_id, response.status, response.headers)
        if response.status != 429:
            return
        seconds, scope = await retry_after(response), _scope(response.headers)
        if scope == GLOBAL or (scope is None and not _EDITED.search(params.url.raw_path)):
            self.requests.hold(seconds)
        if channel_id and scope != GLOBAL:
            self.channels.refused(channel_id, seconds)

    async def _lost(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if channel_id := _posted_to(params.method, params.url.raw_path):
            self.channels.lost(channel_id)


def _is_fresh_of_discord(response: aiohttp.ClientResponse) -> bool:
    """Whether its Date is Discord's time now.

    A proxy's page bears the time of the proxy, which may stand on this machine; what a cache kept is as old as its Age says.
    """
    is_kept = response.headers.get(AGE, "0").strip() != "0"
    return response.status < 500 and response.content_type == "application/json" and not is_kept


async def retry_after(response: aiohttp.ClientResponse) -> float:
    """The seconds to wait after this 429: in the body to the millisecond, in the header rounded (Discord docs, "Rate Limits ›
    Exceeding A Rate Limit"). Whoever reads the body afterwards gets it again.
    """
    try:
        body = await response.json(content_type=None)
        seconds = float(body["retry_after"])
    except (ArithmeticError, ValueError, TypeError, KeyError):
        header = response.headers.get("Retry-After", "")
        seconds = float(header) if header.isdecimal() else USUAL_SECONDS
    return min(seconds, LONGEST) if isfinite(seconds) and seconds >= 0 else USUAL_SECONDS


def _scope(headers: Mapping[str, str]) -> str | None:
    """Whom a 429 limits: "user" (the bot in this place), "shared" (all in this place), "global" (the bot). None if it does not
    say: then it is not of Discord's API, but of what protects it.
    """
    return GLOBAL if headers.get("X-RateLimit-Global", "").lower() == "true" else headers.get("X-RateLimit-Scope")


def _posted_to(method: str, path: str) -> int | None:
    """The channel in which this request posts a message."""
    match = _POSTED_TO.search(path) if method == "POST" else None
    return int(match[1]) if match else None
