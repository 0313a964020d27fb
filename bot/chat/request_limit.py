"""The bot's own limit: how many requests with its token begin, and when.

Discord allows a bot 50 requests a second (Discord docs, "Rate Limits › Global Rate Limit"). All times here are those of the
event loop, which never go back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

PER_SECOND = 49.5
EVERY = 1 / PER_SECOND
#: Never more than MOST requests begin within WITHIN seconds, however late some of them were.
MOST, WITHIN = 50, 1.005
#: When an answer comes, Discord has counted the request, at the latest; its second is over so long after that.
SECOND = 1.002
#: Where nothing at all is answered, a request is taken to be counted after so many seconds.
UNANSWERED = 0.5
#: After silence, or when a busy event loop woke up too late, so many requests that are owed follow at once.
CATCH_UP = 8
#: So many wait for one another and begin together, if they wait anyway: to wake for each costs more than to send it.
TOGETHER = 4
#: The longest time that Discord's word alone stops every request; then one is tried.
LONGEST_HOLD = 60.0


@dataclass(slots=True)
class Begun:
    """A request that has begun."""

    at: float
    #: The latest moment at which Discord can have counted it, if that is known.
    counted: float = inf


class Schedule:
    """When the next request may begin. It reads no clock, and nobody waits here."""

    def __init__(self) -> None:
        self._begun: deque[Begun] = deque(maxlen=MOST)  # the last requests
        self._due = -inf  # when the next one would begin if all had begun in time
        self._held_until = -inf

    def opens_at(self, now: float, ahead: int = 0) -> float:
        """The earliest moment for the next request but `ahead`; it may have passed."""
        opens = max(self._owed_from(max(now, self._held_until)) + ahead * EVERY, self._held_until)
        place = len(self._begun) - MOST + ahead  # of the fiftieth before it
        if 0 <= place < len(self._begun):
            before = self._begun[place]
            opens = max(opens, before.at + WITHIN, min(before.counted, before.at + UNANSWERED) + SECOND)
        return opens

    def begin(self, now: float) -> Begun:
        """A request begins. `now` is not before `opens_at`."""
        self._due = self._owed_from(now) + EVERY
        self._begun.append(Begun(now))
        return self._begun[-1]

    def _owed_from(self, now: float) -> float:
        return max(self._due, now - CATCH_UP * EVERY)

    def answered(self, request: Begun, now: float) -> None:
        """It is counted, and so are those that were sent before it: one that hangs keeps nobody waiting."""
        for begun in reversed(self._begun):
            if begun.at <= request.at:
                if begun.counted < inf:
                    return  # and so are all before it
                begun.counted = now

    def hold(self, until: float) -> None:
        """No request begins before that."""
        self._held_until = max(self._held_until, until)


class RequestLimit:
    """Requests wait here for the schedule, first come, first served."""

    def __init__(self) -> None:
        self._schedule = Schedule()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._coming = 0  # requests that will ask for a permit in a moment

    def backlog(self) -> float:
        """Seconds that a request begun now would wait."""
        now = asyncio.get_running_loop().time()
        return max(0.0, self._schedule.opens_at(now, len(self._waiting) + self._coming) - now)

    @contextmanager
    def coming(self) -> Iterator[None]:
        """A request makes ready to ask for a permit: `backlog` counts it already."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def permit(self) -> Begun:
        """Wait until one request may be sent; it begins when this returns. If it is cancelled, its turn is the next one's.

        `answered` is to be called with what this returns.
        """
        loop = asyncio.get_running_loop()
        if self._waiting or self._schedule.opens_at(loop.time()) > loop.time():
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.append(turn)
            self._set_timer()
            try:
                await turn
            except asyncio.CancelledError:
                self._waiting.remove(turn)
                self._open() if turn.done() and not turn.cancelled() else self._set_timer()
                raise
            self._waiting.popleft()
        request = self._schedule.begin(loop.time())
        self._open()
        return request

    def answered(self, request: Begun) -> None:
        """A request was answered, or is lost."""
        self._schedule.answered(request, asyncio.get_running_loop().time())
        self._set_timer()

    def hold(self, seconds: float) -> None:
        """Begin no request for so long, at most LONGEST_HOLD: Discord refused one for the bot's limit."""
        self._schedule.hold(asyncio.get_running_loop().time() + min(seconds, LONGEST_HOLD))

    def _set_timer(self) -> None:
        """Wake when those that wait may begin together."""
        wake_at = None
        if self._waiting and not self._waiting[0].done():
            now = asyncio.get_running_loop().time()
            wake_at = self._schedule.opens_at(now, min(len(self._waiting), TOGETHER) - 1)
        if self._timer and (self._timer.cancelled() or self._timer.when() != wake_at):
            self._timer.cancel()
            self._timer = None
        if self._timer is None and wake_at is not None:
            self._timer = asyncio.get_running_loop().call_at(wake_at, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._open()

    def _open(self) -> None:
        """It is the turn of the first, if it may begin; it stays the first until it has begun, so that nobody overtakes it."""
        now = asyncio.get_running_loop().time()
        if self._schedule.opens_at(now) <= now and self._waiting and not self._waiting[0].done():
            self._waiting[0].set_result(None)
        self._set_timer()
