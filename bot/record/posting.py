"""When a server's alerts are posted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Posting:
    """When a server's alerts are posted: at one hour of the day, in its own time zone."""

    zone: ZoneInfo
    #: 0 to 23.
    hour: int = 9
    #: When hour or zone were last changed. The moments of a rung under two settings lie less than a day apart, so one more
    #: than a day before the change had passed under the old settings too, and does not fall due again.
    since: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23:
            raise ValueError(f"no such hour: {self.hour}")

    def on(self, day: date) -> datetime:
        """The posting moment of that day, as UTC; an hour that the clocks skip is the moment just after the gap."""
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)

    def includes(self, at: datetime) -> bool:
        """Whether an alert of that moment falls due under these settings."""
        return self.since is None or at > self.since - timedelta(days=1)

    def first_from(self, moment: datetime) -> datetime:
        """The first posting moment at or after `moment`."""
        return next(at for at in self._around(moment) if at >= moment)

    def last_until(self, moment: datetime) -> datetime:
        """The last posting moment at or before `moment`."""
        return next(at for at in self._around(moment, latest_first=True) if at <= moment)

    def _around(self, moment: datetime, *, latest_first: bool = False) -> Iterator[datetime]:
        """Posting moments on both sides, by time; two days each way, since a zone may skip a whole day (Pacific/Apia, 2011)."""
        day = moment.astimezone(self.zone).date()
        return (self.on(day + timedelta(days=away)) for away in (range(2, -3, -1) if latest_first else range(-2, 3)))
