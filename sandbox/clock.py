"""What time it is in the sandbox: the system's clock, or one that replays a stretch of the past at any speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The present moment, with its time zone."""
        ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Jump:
    """A jump that is under way: where it began, and where it ends."""

    start: datetime
    end: datetime


class ReplayClock:
    """A clock for a story: it starts anywhere, runs at any speed, can be paused, and never goes back.

    It has two readings. ``goal()`` is where the clock should be by now, according to its speed; ``now()`` is where it
    is. Only ``set`` moves ``now()``, so that the driver of the story can halt at each stop on the way, let the bot do
    its work there, and go on. With ``follow=True`` there is no driver, and ``now()`` always equals ``goal()``.

    While a jump is under way the goal does not move: time runs on, if it does, from the moment of arrival.
    """

    def __init__(self, start: datetime, speed: float = 1.0, *, paused: bool = True, follow: bool = False) -> None:
        """``start`` must have a time zone; ``speed`` is simulated seconds per real second."""
        _refuse_naive(start)
        self._now = start
        self._aim = start
        self._speed = _checked_speed(speed)
        self._paused = paused
        self._follow = follow
        self._jump: Jump | None = None
        self._since = time.monotonic()
        self._listeners: list[Callable[[], None]] = []

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether the goal moves only when somebody steps or jumps."""
        return self._paused

    @property
    def jumping(self) -> Jump | None:
        """The jump (or step) under way: the clock has not arrived there yet."""
        return self._jump

    def goal(self) -> datetime:
        """Where the clock should be by now."""
        if self._paused or self._jump:
            return self._aim
        return self._aim + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def now(self) -> datetime:
        """Where the clock is."""
        if self._follow:
            self._now = max(self._now, self.goal())
        return self._now

    def set(self, now: datetime) -> None:
        """Move to ``now``, and the goal too if that lies behind. Raises ValueError for a moment in the past."""
        _refuse_naive(now)
        if now < self._now:
            raise ValueError("the clock only goes forwards")
        self._now = now
        arrived = self._jump is not None and now >= self._jump.end
        if arrived or now > self.goal():
            self._jump = None
            self._rebase(now)
        self._notify()

    def play(self) -> None:
        """Let time run from here."""
        self._rebase(self.goal())
        self._paused = False
        self._notify()

    def pause(self) -> None:
        """Stop here; a jump under way ends here too."""
        self._rebase(self._now if not self._follow else self.goal())
        self._jump = None
        self._paused = True
        self._notify()

    def set_speed(self, speed: float) -> None:
        """Change the speed, in simulated seconds per real second. Raises ValueError unless it is above zero."""
        checked = _checked_speed(speed)
        self._rebase(self.goal())
        self._speed = checked
        self._notify()

    def step(self, days: float = 1) -> None:
        """Go on by some days. Raises ValueError unless that is forwards."""
        if not 0 < days <= 3660:
            raise ValueError("a step is a number of days above 0, ten years at most")
        self._start_jump(self.goal() + timedelta(days=days))

    def jump(self, to: datetime) -> None:
        """Go to a later moment. Raises ValueError when it is not later."""
        _refuse_naive(to)
        if to < self.goal():
            raise ValueError("the clock only goes forwards")
        self._start_jump(to)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the clock is moved or its controls are used."""
        self._listeners.append(listener)

    def _start_jump(self, to: datetime) -> None:
        self._rebase(to)
        if not self._follow and to > self._now:
            self._jump = Jump(self._jump.start if self._jump else self._now, to)
        self._notify()

    def _rebase(self, aim: datetime) -> None:
        self._aim = aim
        self._since = time.monotonic()

    def _notify(self) -> None:
        for listener in list(self._listeners):
            listener()


def _refuse_naive(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone could mean two things")


def _checked_speed(speed: float) -> float:
    if not 0 < speed <= 31_536_000:
        raise ValueError("a speed is a number of simulated seconds per second above 0, a year at most")
    return float(speed)
