"""Keeps the bot within Discord's limits: every request that it sends passes here, and every answer is read here.

Requests without the bot's token are answers to interactions, which do not count (Discord docs, "Rate Limits › Global Rate
Limit").
"""

from __future__ import annotations

import re
from types import SimpleNamespace

import aiohttp
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.hdrs import AUTHORIZATION
from aiohttp.tracing import Trace

from bot.chat.channel_limits import ChannelLimits, is_for_all, retry_after
from bot.chat.request_limit import RequestLimit

#: "/api/v10/channels/123/messages", to which a message is posted.
_POSTED_TO = re.compile(r"/channels/(\d+)/messages$")


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
            await self._permits.permit()
        except BaseException:
            connection.release()
            raise
        return connection


class Pace:
    """The limits of one client, and what keeps them. Needs a running event loop."""

    def __init__(self) -> None:
        self.requests = RequestLimit()
        self.channels = ChannelLimits()
        self.connector = PacedConnector(self.requests)
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._answered)
        self.trace.on_request_exception.append(self._lost)

    def session(self) -> aiohttp.ClientSession:
        """Another session beside discord.py's, within the same limits. Close it before the client."""
        return aiohttp.ClientSession(
            connector=self.connector, connector_owner=False, trace_configs=[self.trace], cookie_jar=aiohttp.DummyCookieJar()
        )

    async def _answered(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        response = params.response
        if AUTHORIZATION not in params.headers:
            return
        if response.status == 429 and is_for_all(response.headers):
            self.requests.hold(retry_after(response.headers))
        if channel_id := _posted_to(params.method, params.url.raw_path):
            self.channels.answered(channel_id, response.status, response.headers)

    async def _lost(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if channel_id := _posted_to(params.method, params.url.raw_path):
            self.channels.lost(channel_id)


def _posted_to(method: str, path: str) -> int | None:
    """The channel in which this request posts a message."""
    match = _POSTED_TO.search(path) if method == "POST" else None
    return int(match[1]) if match else None
