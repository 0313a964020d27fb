"""Ids as Discord makes them: a moment in milliseconds and a counter. (Discord docs, Reference › Snowflakes)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.clock import Clock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Snowflakes:
    """Makes ids that always grow, even while the clock is paused or starts in the past."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """A new id, which carries the clock's time."""
        candidate = at_moment(self._clock.now())
        self._last = max(candidate, self._last + 1)
        return self._last


def at_moment(moment: datetime) -> int:
    """The smallest id of a moment."""
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    return max(milliseconds, 1) << 22


def moment_of(snowflake: int) -> datetime:
    """When an id was made."""
    return EPOCH + timedelta(milliseconds=snowflake >> 22)
