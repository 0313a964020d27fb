"""The only reader of the time.

A machine's clock can be wrong, and is set while the bot runs. `CheckedClock` compares it with Discord's.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

#: A clock that shows more than this beyond Discord's time is not believed.
FAR_AHEAD = timedelta(minutes=10)
#: What a clock is set by at least, so that it counts as set. What keeps clocks right moves them by less.
SMALLEST_JUMP = timedelta(seconds=1)
#: Seconds between two readings of Discord's time, while the clock agrees with it.
READ_EVERY = 60.0
#: Seconds after which an answer says too little about when it was given.
SLOW_ANSWER = 30.0
#: Seconds within which both clocks are read, so that they can be compared, and how often that is tried.
AT_ONCE, READINGS = 0.1, 5


class Clock(Protocol):
    def now(self) -> datetime:
        """The time in UTC. It can go back, or leap ahead: somebody sets the clock."""

    def monotonic(self) -> float:
        """Seconds since any moment. They pass whatever happens to `now`, but stand still while the machine sleeps."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class FrozenClock:
    """A clock that shows the moment it was set to, for tests and measurements. The demo has the sandbox's clock, which runs."""

    def __init__(self, moment: datetime) -> None:
        self._moment = _in_utc(moment)
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return self._monotonic

    def set(self, moment: datetime) -> None:
        """Go to that moment; if it is later, so much time passes."""
        self._monotonic += max(0.0, (_in_utc(moment) - self._moment).total_seconds())
        self.jump(moment)

    def jump(self, moment: datetime) -> None:
        """Show that moment, although no time passes."""
        self._moment = _in_utc(moment)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("the clock needs a moment with a time zone")
    return moment.astimezone(UTC)


def _read_both(clock: Clock) -> tuple[datetime, float]:
    """What a clock shows, and its monotonic time at that moment. A process that was stopped in between reads again."""
    for _ in range(READINGS):
        before = clock.monotonic()
        now = clock.now()
        if clock.monotonic() - before < AT_ONCE:
            break
    return now, before


class JumpMeter:
    """By how much a clock is set, apart from the time that passes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = self._beginning()

    def jump(self) -> timedelta:
        """By how much it was set since this was last asked; negative if it was set back."""
        before, self._began = self._began, self._beginning()
        jump = self._began - before
        return jump if abs(jump) >= SMALLEST_JUMP else timedelta()

    def _beginning(self) -> datetime:
        """When monotonic time began, by the clock."""
        now, monotonic = _read_both(self._clock)
        return now - timedelta(seconds=monotonic)


class CheckedClock:
    """The machine's clock, unless it is far ahead of Discord's: then Discord's. It is read at each look of the watch.

    Between two readings monotonic time carries it on. So all parts of the program notice at once that it was set, where it is
    checked; and nothing bears the time of a clock that was wrong for a moment only.

    Discord's clock is known by the `Date` of its answers (RFC 9110, section 6.6.1), to the second, and by the monotonic time
    that has passed since. So a clock that is a month ahead makes nothing due, and what is recorded meanwhile bears the right
    time. Where the machine has slept, the time since the last answer is unknown, and its own clock looks far ahead until
    Discord answers again.

    A clock that is behind is believed: what it shows was true once, so that it makes nothing due too early.
    """

    def __init__(self, machine: Clock) -> None:
        #: The clock as it is.
        self.machine = machine
        self._read: tuple[datetime, float] | None = None  # the time, and the monotonic time then
        self._heard_at: float | None = None
        #: Discord's time is monotonic time and something between these two.
        self._at_least = self._at_most = 0.0

    def now(self) -> datetime:
        moment, monotonic = self._read or self.read()
        return moment + timedelta(seconds=self.machine.monotonic() - monotonic)

    def read(self) -> tuple[datetime, float]:
        """Show what the machine's clock shows now, or Discord's. Gives it with the monotonic time."""
        now, monotonic, ahead = self._compared()
        self._read = now - ahead if ahead is not None and ahead > FAR_AHEAD else now, monotonic
        return self._read

    def monotonic(self) -> float:
        return self.machine.monotonic()

    @property
    def heard_at(self) -> float | None:
        """The monotonic time at which Discord's time was last heard."""
        return self._heard_at

    def ahead(self) -> timedelta | None:
        """By how much the machine's clock is ahead of Discord's, at least; None if Discord was never heard."""
        return self._compared()[2]

    def behind(self) -> timedelta:
        """By how much it is behind Discord's, at least; zero or less if it is not known to be."""
        now, monotonic = _read_both(self.machine)
        at_least = timedelta(seconds=monotonic + self._at_least - now.timestamp())
        return timedelta() if self._heard_at is None else at_least

    def is_far_ahead(self) -> bool:
        ahead = self.ahead()
        return ahead is not None and ahead > FAR_AHEAD

    def heard(self, date: str, asked_at: float) -> None:
        """An answer of Discord bears this Date; `asked_at`: the monotonic time at which it was asked."""
        heard_at = self.monotonic()
        lately = self._heard_at is not None and heard_at - self._heard_at < READ_EVERY
        if heard_at - asked_at > SLOW_ANSWER or (lately and not self.is_far_ahead()):
            return
        try:
            given = parsedate_to_datetime(date)
            second = given.replace(tzinfo=given.tzinfo or UTC).timestamp()
        except (ValueError, TypeError, OverflowError):
            return  # an answer without a usable date says nothing
        self._heard_at = heard_at
        self._at_least, self._at_most = second - heard_at, second + 1 - asked_at

    def _compared(self) -> tuple[datetime, float, timedelta | None]:
        """What the machine's clock shows, the monotonic time, and by how much it is ahead."""
        now, monotonic = _read_both(self.machine)
        if self._heard_at is None:
            return now, monotonic, None
        return now, monotonic, timedelta(seconds=now.timestamp() - monotonic - self._at_most)
