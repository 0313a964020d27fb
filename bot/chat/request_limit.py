"""The bot's own limit: how many requests with its token begin, and when.

Discord allows a bot 50 requests a second (Discord docs, "Rate Limits › Global Rate Limit"). All times here are those of the
event loop, which never go back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

PER_SECOND = 48.5
EVERY = 1 / PER_SECOND
#: Never more than MOST requests begin within WITHIN seconds, however late some of them were. What is over a second is for
#: requests that reach Discord in less time than the one before them.
MOST, WITHIN = 50, 1.03
#: A busy event loop wakes too late. Requests that it owes follow CLOSEST seconds after each other, at most so many of them.
CATCH_UP, CLOSEST = 5, 0.005
#: The longest time that Discord's word alone stops every request; then one is tried.
LONGEST_HOLD = 60.0


class Schedule:
    """When the next request may begin. It reads no clock, and nobody waits here."""

    def __init__(self) -> None:
        self._begun: deque[float] = deque(maxlen=MOST)  # when the last requests began
        self._due = -inf  # when the next one would begin if all had begun in time
        self._held_until = -inf

    def opens_at(self) -> float:
        """The earliest moment for the next request; it may have passed."""
        opens = max(self._due, self._held_until)
        if self._begun:
            opens = max(opens, self._begun[-1] + CLOSEST)
        if len(self._begun) == MOST:
            opens = max(opens, self._begun[0] + WITHIN)
        return opens

    def begin(self, now: float) -> None:
        """A request begins. `now` is not before `opens_at()`."""
        self._due = max(self._due, now - CATCH_UP * EVERY) + EVERY
        self._begun.append(now)

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
        return max(0.0, self._schedule.opens_at() - now) + (len(self._waiting) + self._coming) * EVERY

    @contextmanager
    def coming(self) -> Iterator[None]:
        """A request makes ready to ask for a permit: `backlog` counts it already."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def permit(self) -> None:
        """Wait until one request may be sent; it begins when this returns. If it is cancelled, its turn is the next one's."""
        loop = asyncio.get_running_loop()
        if self._waiting or self._schedule.opens_at() > loop.time():
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.append(turn)
            self._set_timer()
            try:
                await turn
            except asyncio.CancelledError:
                self._waiting.remove(turn)
                self._set_timer()
                raise
            self._waiting.popleft()
        self._schedule.begin(loop.time())
        self._set_timer()

    def hold(self, seconds: float) -> None:
        """Begin no request for so long, at most LONGEST_HOLD: Discord refused one for the bot's limit."""
        self._schedule.hold(asyncio.get_running_loop().time() + min(seconds, LONGEST_HOLD))

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._waiting and not self._waiting[0].done():
            self._timer = asyncio.get_running_loop().call_at(self._schedule.opens_at(), self._open)

    def _open(self) -> None:
        """It is the turn of the first; it stays the first until it has begun, so that nobody overtakes it."""
        if self._schedule.opens_at() > asyncio.get_running_loop().time():
            self._set_timer()
        elif not self._waiting[0].done():
            self._waiting[0].set_result(None)
