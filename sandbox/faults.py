"""Faults on demand: a test sets what goes wrong between a bot and Discord, and the next matching requests meet it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from sandbox.errors import ApiError


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

    def error(self) -> ApiError:
        """The refusal with which this fault answers."""
        return ApiError(self.status, self.code, self.message or f"{self.status}: a fault on demand")


class Faults:
    """The faults in force. A pattern is a regular expression that is searched in "POST /channels/123/messages"."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def answer(self, pattern: str, status: int, *, code: int = 0, message: str = "", times: int = 1) -> Fault:
        """Answer with an error, and do no work."""
        return self._add(Fault(re.compile(pattern), times, status=status, code=code, message=message))

    def rate_limit(self, pattern: str, retry_after: float, *, times: int = 1) -> Fault:
        """Answer 429."""
        return self._add(Fault(re.compile(pattern), times, status=429, retry_after=retry_after))

    def drop_answer(self, pattern: str, *, times: int = 1) -> Fault:
        """Do the work, then close the connection without an answer."""
        return self._add(Fault(re.compile(pattern), times, drop="after"))

    def drop_request(self, pattern: str, *, times: int = 1) -> Fault:
        """Close the connection without doing the work."""
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
        """The fault that this request meets, if any; the one set first is met first."""
        for fault in self._faults:
            if fault.met < fault.times and fault.pattern.search(f"{method} {path}"):
                fault.met += 1
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
