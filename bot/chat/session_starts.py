"""When the bot may begin a session with Discord's gateway ("identify"), also across restarts.

Discord counts them: 1,000 a day, and one in five seconds (Discord docs, "Gateway › Rate Limiting", "Session Start Limit
Object"). The token of a bot that begins more is reset, and one that a supervisor starts again every two seconds would have
used them all in half an hour. To resume a session costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite
from typing import Any, Protocol

from bot.clock import Clock

#: Seconds between two sessions of one shard; `max_concurrency` is about several shards.
APART = 5.0
#: The part of the day's sessions that is never used, so that a person can still start the bot.
RESERVE = 1 / 200
#: From this part on, what is left is spread over the rest of the day.
SCARCE = 1 / 2
#: The longest time between two sessions while there are any: 288 of them make a day.
SPREAD_MOST = 300.0
DAY = 86_400.0


@dataclass(frozen=True)
class SessionStartLimit:
    """How many sessions may still begin (Discord docs, "Session Start Limit Object")."""

    total: float
    remaining: float
    #: Seconds until `remaining` is `total` again.
    reset_after: float

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> SessionStartLimit:
        """What "Get Gateway Bot" says; where that cannot be read, as if no session had begun yet."""
        try:
            limit = answer["session_start_limit"]
            total, remaining, reset_after = (float(limit[key]) for key in ("total", "remaining", "reset_after"))
        except (KeyError, TypeError, ValueError):
            return UNKNOWN
        if not all(isfinite(number) and number >= 0 for number in (total, remaining, reset_after)):
            return UNKNOWN
        return cls(total, remaining, min(reset_after / 1000, DAY))

    @property
    def is_used_up(self) -> bool:
        return self.remaining <= self.total * RESERVE

    def wait(self, since_own: float, since_last: float) -> float:
        """Seconds until a session may begin.

        `since_own`: seconds since this process last began one; `since_last`: since any process did. `inf` if none did.
        Where a session comes too soon after another process's, Discord has it begun again five seconds later.
        """
        if self.is_used_up:
            return max(self.reset_after, APART)
        spread = 0.0
        if self.remaining < self.total * SCARCE:
            spread = min(self.reset_after / (self.remaining - self.total * RESERVE), SPREAD_MOST)
        return max(APART - since_own, spread - since_last, 0.0)


UNKNOWN = SessionStartLimit(total=1, remaining=1, reset_after=0)


class SessionNotes(Protocol):
    """Where the moment of the last session is kept for the next process."""

    def identified_at(self) -> datetime | None: ...

    def note_identified(self, at: datetime) -> None: ...


class LastSession:
    """When a session was last begun: by this process, in monotonic time; or by one before it, as the clock showed then."""

    def __init__(self, clock: Clock, notes: SessionNotes | None) -> None:
        self._clock = clock
        self._notes = notes
        self._begun = -inf
        self._before = notes.identified_at() if notes else None

    def begin(self) -> None:
        self._begun = self._clock.monotonic()
        if self._notes:
            self._notes.note_identified(self._clock.now())

    def wait(self, limit: SessionStartLimit) -> float:
        """Seconds until the next one may begin."""
        own = self._clock.monotonic() - self._begun
        return limit.wait(own, min(own, self._age_before()))

    def _age_before(self) -> float:
        """Seconds since the last session of a process before this one; `inf` where a clock was set back since."""
        age = (self._clock.now() - self._before).total_seconds() if self._before else inf
        return age if age >= 0 else inf
