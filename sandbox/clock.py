"""What time it is in the sandbox: the system's clock, or one that replays a stretch of the past at any speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """The present moment, aware of its time zone."""
        ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ReplayClock:
    """A clock for a story: it starts anywhere, runs at any speed, can be paused, and never goes back.

    Two readings differ on purpose. ``wish()`` is where the clock should be by now, by its speed; ``now()`` is where
    it is. Only ``set`` moves ``now()``, so that whoever drives the story can halt at each stop on the way and let the
    bot do its work there before going on. With ``follow=True`` nobody drives, and ``now()`` simply is ``wish()``.
    """

    def __init__(self, start: datetime, speed: float = 1.0, *, paused: bool = True, follow: bool = False) -> None:
        """``start`` must be aware; ``speed`` is simulated seconds per real second."""
        _refuse_naive(start)
        self._now = start
        self._aim = start
        self._speed = _checked_speed(speed)
        self._paused = paused
        self._follow = follow
        self._since = time.monotonic()
        self._listeners: list[Callable[[], None]] = []

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether the wish stands still."""
        return self._paused

    def wish(self) -> datetime:
        """Where the clock should be by now."""
        if self._paused:
            return self._aim
        return self._aim + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def now(self) -> datetime:
        """Where the clock is."""
        if self._follow:
            self._now = max(self._now, self.wish())
        return self._now

    def set(self, now: datetime) -> None:
        """Move to ``now``; ValueError when that lies in the past. The wish is never left behind it."""
        _refuse_naive(now)
        if now < self._now:
            raise ValueError("the clock only goes forwards")
        self._now = now
        if now > self.wish():
            self._rebase(now)
        self._tell()

    def play(self) -> None:
        """Run on from here."""
        self._rebase(self.wish())
        self._paused = False
        self._tell()

    def pause(self) -> None:
        """Stand still: what was wished but not yet reached is given up."""
        self._rebase(self._now if not self._follow else self.wish())
        self._paused = True
        self._tell()

    def set_speed(self, speed: float) -> None:
        """Change the speed, in simulated seconds per real second; ValueError unless it is above zero."""
        checked = _checked_speed(speed)
        self._rebase(self.wish())
        self._speed = checked
        self._tell()

    def step(self, days: float = 1) -> None:
        """Wish to be some days further than now; ValueError unless that is forwards."""
        if not 0 < days <= 3660:
            raise ValueError("a step is a number of days above 0, ten years at most")
        self._rebase(self.wish() + timedelta(days=days))
        self._tell()

    def jump(self, to: datetime) -> None:
        """Wish to be at a later moment; ValueError when it is not later."""
        _refuse_naive(to)
        if to < self.wish():
            raise ValueError("the clock only goes forwards")
        self._rebase(to)
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the clock is moved or its controls are used."""
        self._listeners.append(listener)

    def _rebase(self, aim: datetime) -> None:
        self._aim = aim
        self._since = time.monotonic()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()


def _refuse_naive(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone could mean two things")


def _checked_speed(speed: float) -> float:
    if not 0 < speed <= 31_536_000:
        raise ValueError("a speed is a number of simulated seconds per second above 0, a year at most")
    return float(speed)
