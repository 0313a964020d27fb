"""A server's own closures: days on which its offices are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.record.sources import Source


@dataclass(frozen=True)
class Closure:
    """One day of closure."""

    id: int
    day: date
    reason: str
    sources: tuple[Source, ...]
    recorded_by: str
    recorded_at: datetime
    #: When it was taken off the calendar; None while it is on it.
    removed_at: datetime | None = None
    #: Discord's id of the person who recorded it.
    recorded_by_id: int | None = None

    def in_force_at(self, at: datetime) -> bool:
        """Whether it was on the calendar at that moment."""
        return self.recorded_at <= at and (self.removed_at is None or self.removed_at > at)
