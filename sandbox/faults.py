"""Faults on demand: a test sets what goes wrong between a bot and Discord, and the next matching requests meet it."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from dataclasses import dataclass

from aiohttp import web

from sandbox.errors import ApiError

#: ``times`` of a fault that lasts until ``fault.lift()``.
ALWAYS = sys.maxsize
_PAGE = """<!DOCTYPE html>
<html lang="en-US"><head><title>{status}</title></head>
<body><h1>Error {status}</h1><p>A proxy before Discord answers: discord.com</p></body></html>
"""


@dataclass
class Fault:
    """What goes wrong, and how many times, for requests whose "METHOD /path" matches. ``met`` counts them."""

    pattern: re.Pattern[str]
    times: int
    status: int = 0
    code: int = 0
    message: str = ""
    retry_after: float = 0.0
    delay: float = 0.0
    #: "before": the request is lost; "after": its work is done and the answer is lost.
    drop: str = ""
    met: int = 0
    hold: asyncio.Event | None = None
    hold_answer: asyncio.Event | None = None
    #: Whether a proxy answers, with a page of HTML, and not Discord.
    is_page: bool = False
    #: Whether it closes the gateway's connection, with ``code``, when a client identifies.
    closes: bool = False
    #: When it ends, on the monotonic clock, if that is before ``times`` are used up.
    ends_at: float | None = None

    def lift(self, after: float = 0.0) -> None:
        """End it, now or after some seconds of real time. Requests that it holds stay held until their event is set."""
        self.ends_at = time.monotonic() + after

    @property
    def is_over(self) -> bool:
        return self.met >= self.times or (self.ends_at is not None and time.monotonic() >= self.ends_at)

    async def wait(self) -> None:
        """The delay, or the time for which the request is held."""
        await asyncio.sleep(self.delay)
        if self.hold is not None:
            await self.hold.wait()

    def page(self) -> web.Response:
        """The proxy's answer: HTML, and none of the headers that Discord's own answers bear."""
        headers = {"Server": "cloudflare", "Retry-After": str(max(1, round(self.retry_after)))}
        text = _PAGE.format(status=self.status)
        return web.Response(text=text, status=self.status, content_type="text/html", headers=headers)

    def error(self) -> ApiError:
        """The refusal with which this fault answers."""
        return ApiError(self.status, self.code, self.message or f"{self.status}: a fault on demand")


class Faults:
    """The faults in force. A pattern is a regular expression that is searched in "POST /channels/123/messages".

    "CONNECT /gateway" is a client that opens a websocket to the gateway. With ``times=ALWAYS`` a fault lasts until
    ``fault.lift()``, which can also be given the seconds after which it is to end.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def answer(self, pattern: str, status: int, *, code: int = 0, message: str = "", times: int = 1) -> Fault:
        """Answer with an error, and do no work."""
        return self._add(Fault(re.compile(pattern), times, status=status, code=code, message=message))

    def rate_limit(self, pattern: str, retry_after: float, *, times: int = 1) -> Fault:
        """Answer 429."""
        return self._add(Fault(re.compile(pattern), times, status=429, retry_after=retry_after))

    def proxy_page(self, pattern: str, status: int = 429, *, retry_after: float = 1.0, times: int = 1) -> Fault:
        """Answer as a proxy before Discord does: a page of HTML, and ``Retry-After``; no JSON."""
        return self._add(Fault(re.compile(pattern), times, status=status, retry_after=retry_after, is_page=True))

    def close_at_identify(self, code: int, reason: str = "", *, times: int = 1) -> Fault:
        """Close the gateway's connection with a code when a client identifies."""
        return self._add(Fault(re.compile("^IDENTIFY "), times, code=code, message=reason, closes=True))

    def drop_answer(self, pattern: str, *, times: int = 1) -> Fault:
        """Do the work, then close the connection without an answer."""
        return self._add(Fault(re.compile(pattern), times, drop="after"))

    def drop_request(self, pattern: str, *, times: int = 1) -> Fault:
        """Close the connection without doing the work. (aiohttp's client tries a GET a second time by itself.)"""
        return self._add(Fault(re.compile(pattern), times, drop="before"))

    def delay(self, pattern: str, seconds: float, *, times: int = 1) -> Fault:
        """Do the work after some seconds of real time."""
        return self._add(Fault(re.compile(pattern), times, delay=seconds))

    def hold(self, pattern: str, *, times: int = 1) -> Fault:
        """Keep requests waiting until ``fault.hold.set()``."""
        return self._add(Fault(re.compile(pattern), times, hold=asyncio.Event()))

    def hold_answer(self, pattern: str, *, times: int = 1) -> Fault:
        """Do the work, then hold the answer back until ``fault.hold_answer.set()``."""
        return self._add(Fault(re.compile(pattern), times, hold_answer=asyncio.Event()))

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, if any; the one set first is met first. "IDENTIFY" meets those that close."""
        for fault in self._faults:
            if not fault.is_over and fault.closes == (method == "IDENTIFY") and fault.pattern.search(f"{method} {path}"):
                fault.met += 1
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
