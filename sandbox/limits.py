"""Rate limits: one global per bot, one per route and place. (Discord docs, Topics › Rate Limits)

Discord does not publish the limits of its routes, and says so. The numbers here are those that bots measure.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field

from sandbox.bus import Json


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds, counted from the first request."""

    count: int
    seconds: float


def _usual() -> dict[str, Rate]:
    return {
        "POST /channels/{channel}/messages": Rate(5, 5.0),
        "PATCH /channels/{channel}/messages/{message}": Rate(5, 5.0),
        "DELETE /channels/{channel}/messages/{message}": Rate(5, 1.0),
        "GET /channels/{channel}/messages": Rate(5, 1.0),
        "POST /webhooks/{application}/{token}": Rate(5, 2.0),
        "PATCH /webhooks/{application}/{token}/messages/{message}": Rate(5, 2.0),
        "POST /users/@me/channels": Rate(10, 10.0),
    }


#: (Opcodes and Status Codes › JSON Error Codes, 30046) How many there may be is not published.
_OLD_EDITS = "Maximum number of edits to messages older than 1 hour reached. Try again later"
OLD_AFTER = 3600.0  # seconds


@dataclass
class _Window:
    started: float
    used: int = 0


@dataclass
class RateLimited(Exception):
    """A 429: its headers and body."""

    retry_after: float
    scope: str
    headers: dict[str, str] = field(default_factory=dict)
    #: The JSON error code of a limit that has one.
    code: int | None = None

    @property
    def body(self) -> Json:
        """(Rate Limits › Exceeding A Rate Limit)"""
        body = {
            "message": "You are being rate limited." if self.code is None else _OLD_EDITS,
            "retry_after": round(self.retry_after, 3),
            "global": self.scope == "global",
        }
        return body if self.code is None else {**body, "code": self.code}


class Limits:
    """Counts requests and refuses the excess. Windows are real time."""

    def __init__(
        self,
        *,
        per_second: int = 50,
        routes: dict[str, Rate] | None = None,
        old_edits: Rate = Rate(30, 3600.0),
        enabled: bool = True,
    ) -> None:
        """``per_second``: the global limit of a bot; ``routes``: the rate of each "METHOD /path/{names}"; ``old_edits``: how
        many edits of messages over an hour old a channel takes, which is a guess."""
        self.old_edits = old_edits
        self.per_second = per_second
        self.routes = _usual() if routes is None else routes
        self.enabled = enabled
        #: The 429s by scope: "global" or "user" (one route and place; those of faults too).
        self.refused_by_scope: Counter[str] = Counter()
        self._windows: dict[str, _Window] = {}

    @classmethod
    def off(cls) -> Limits:
        """No limits at all."""
        return cls(enabled=False)

    @property
    def refused(self) -> int:
        """How many 429s there were."""
        return self.refused_by_scope.total()

    def take(self, token: str | None, route: str, place: str) -> dict[str, str]:
        """Count one request and return the headers of its answer. Raises RateLimited when it is one too many.

        ``token`` is None where the global limit does not apply: interaction answers and webhooks. ("Interaction endpoints
        are not bound to the bot's Global Rate Limit.") ``place`` is the route's major parameter.
        """
        if not self.enabled:
            return {}
        if token is not None:
            self._take_global(token)
        rate = self.routes.get(route)
        if rate is None:
            return {}
        key = f"{route} {place} {token}"
        window = self._window(key, rate.seconds)
        left = rate.count - window.used - 1
        wait = window.started + rate.seconds - time.monotonic()
        headers = _headers(route, rate, max(left, 0), wait)
        if left < 0:
            raise self._refusal(wait, "user", headers)
        window.used += 1
        return headers

    def take_edit(self, token: str | None, channel: str, age: float) -> None:
        """Count an edit of a message that is ``age`` seconds old. Raises RateLimited, with code 30046, for one too many."""
        if not self.enabled or age <= OLD_AFTER:
            return
        window = self._window(f"old edits {channel} {token}", self.old_edits.seconds)
        if window.used >= self.old_edits.count:
            refusal = self._refusal(window.started + self.old_edits.seconds - time.monotonic(), "user", {})
            refusal.code = 30046
            raise refusal
        window.used += 1

    def refuse(self, retry_after: float, scope: str = "user") -> RateLimited:
        """A 429 without counting: for a fault that a test has set."""
        return self._refusal(retry_after, scope, {})

    def _take_global(self, token: str) -> None:
        window = self._window(f"global {token}", 1.0)
        if window.used >= self.per_second:
            raise self._refusal(window.started + 1.0 - time.monotonic(), "global", {})
        window.used += 1

    def _window(self, key: str, seconds: float) -> _Window:
        now = time.monotonic()
        window = self._windows.get(key)
        if window is None or now >= window.started + seconds:
            window = self._windows[key] = _Window(now)
        return window

    def _refusal(self, wait: float, scope: str, headers: dict[str, str]) -> RateLimited:
        self.refused_by_scope[scope] += 1
        wait = max(wait, 0.001)
        headers = {**headers, "Retry-After": str(max(1, round(wait))), "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return RateLimited(wait, scope, headers)


def _headers(route: str, rate: Rate, left: int, wait: float) -> dict[str, str]:
    """(Rate Limits › Header Format)"""
    bucket = hashlib.sha256(route.encode()).hexdigest()[:32]
    return {
        "X-RateLimit-Limit": str(rate.count),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": bucket,
    }
