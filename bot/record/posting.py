"""When a server's alerts are posted: its hour, its quiet times, and what both were before they were changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.record.deadlines.calendars import legal_holiday
from bot.record.deadlines.zones import start_of

#: Days after which the search for an open one ends. More holidays and weekends never follow one another.
LONGEST_QUIET = 10
#: Hours of a day that have to be open.
LEAST_OPEN = timedelta(hours=1)
_DAY = timedelta(days=1)
_FAR = timedelta(days=2 * LONGEST_QUIET)  # settings that ended so long before a moment say nothing of it


class Urgent(StrEnum):
    """Which alerts do not wait for the end of quiet times."""

    NONE = "none"
    #: That a deadline has passed.
    PASSED = "passed"
    #: The same, and the alert of the last day.
    DAY = "day"
    #: Those that ping the escalation role.
    LOUD = "loud"


class QuietDays(StrEnum):
    """Which whole days are quiet."""

    NONE = "none"
    WEEKENDS = "weekends"
    HOLIDAYS = "holidays"
    BOTH = "both"


class RungLike(Protocol):
    """What of a rung says whether it is urgent: see `ladder.Rung`."""

    @property
    def phase(self) -> str: ...
    @property
    def days(self) -> int: ...
    @property
    def loud(self) -> bool: ...


@dataclass(frozen=True)
class Quiet:
    """Times in which a server is posted nothing. ValueError if nothing is quiet, or hardly anything else."""

    #: Saturdays and Sundays.
    weekends: bool = False
    #: The legal holidays of the server's calendar, as they are observed.
    holidays: bool = False
    #: From and to, in the server's zone; over midnight if the second is earlier.
    hours: tuple[time, time] | None = None
    urgent: Urgent = Urgent.NONE

    def __post_init__(self) -> None:
        if not (self.weekends or self.holidays or self.hours):
            raise ValueError("nothing is quiet")
        if self.hours:
            if any(clock.tzinfo or clock.second or clock.microsecond for clock in self.hours):
                raise ValueError("quiet hours are hours and minutes of the server's zone")
            begin, end = (timedelta(hours=clock.hour, minutes=clock.minute) for clock in self.hours)
            if begin == end:
                raise ValueError("quiet hours begin and end at the same time")
            if (begin - end) % _DAY < LEAST_OPEN:
                raise ValueError("quiet hours leave less than an hour")

    @property
    def days(self) -> QuietDays:
        if self.weekends:
            return QuietDays.BOTH if self.holidays else QuietDays.WEEKENDS
        return QuietDays.HOLIDAYS if self.holidays else QuietDays.NONE

    def has(self, clock: time) -> bool:
        """Whether a time of day lies in the quiet hours."""
        if self.hours is None:
            return False
        begin, end = self.hours
        return begin <= clock < end if begin < end else clock >= begin or clock < end


@dataclass(frozen=True)
class Posting:
    """When a server's alerts are posted: at one hour of the day, in its own time zone, outside of its quiet times.

    What was due under earlier settings when they were changed was due at that moment, and stays so: `first_from`,
    `last_until` and `on` answer by the settings that were in force. So a change neither loses an alert nor brings an old one
    up. An alert that the new settings would have posted before the change, and the old ones after it, is due at the change.
    """

    zone: ZoneInfo
    #: 0 to 23. An hour that lies in the quiet hours is moved to their end, on the same day.
    hour: int = 9
    #: When these settings were made; None if there were never others.
    since: datetime | None = None
    quiet: Quiet | None = None
    #: The calendar whose holidays are quiet.
    calendar: str = "none"
    #: The settings until then; None if they are not known.
    earlier: Posting | None = None
    #: Countdowns do not wait for the end of quiet times: see `hurry`.
    hurried: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23:
            raise ValueError(f"no such hour: {self.hour}")
        if self.earlier is not None and self.since is None:
            raise ValueError("earlier settings without the moment at which they ended")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:  # taken for each case that is planned
        return hash((self.zone, self.hour, self.since, self.quiet, self.calendar, self.earlier, self.hurried))

    def on(self, day: date) -> datetime:
        """The posting moment of that day, as UTC; of a quiet day, the next open one."""
        at = self._open_from_day(day)
        if self.earlier is None or self.since is None or at > self.since + _FAR:
            return at
        before = self.earlier.on(day)
        return before if before <= self.since else max(at, self.open_from(self.since))

    def first_from(self, moment: datetime) -> datetime:
        """The first open posting moment at or after `moment`."""
        at = self._first(moment)
        if self.earlier is None or self.since is None or moment > self.since:
            return at
        before = self.earlier.first_from(moment)
        return before if before <= self.since else max(at, self.open_from(self.since))

    def last_until(self, moment: datetime) -> datetime:
        """The last open posting moment at or before `moment`."""
        at = self._last(moment)
        if self.earlier is None or self.since is None or moment > self.since + _FAR:
            return at
        before = self.earlier.last_until(moment)
        return before if before <= self.since else max(at, self.since)  # at once, if quiet times would be too late

    def open_from(self, moment: datetime) -> datetime:
        """The first moment at or after `moment` that is not quiet: for news, which has no posting hour."""
        at = moment
        for _ in range(2 * LONGEST_QUIET):
            end = self._quiet_until(at)
            if end is None:
                return at
            at = end
        return moment

    def for_rung(self, rung: RungLike) -> Posting:
        """The settings by which a rung is posted: without quiet times if it is urgent."""
        return _without_quiet(self, _urgencies(rung), rung.phase == "before") if self._has_quiet else self

    def hurry(self, last_moment: datetime, start: datetime) -> Posting:
        """The settings for a deadline that ends at `last_moment` and of which alerts may be posted after `start`.

        Where no open moment is left in between, its countdown is posted in quiet times rather than never.
        """
        if not self._has_quiet or start >= last_moment or start < _last_call(self, last_moment):
            return self
        return self._in_a_hurry

    def includes(self, at: datetime) -> bool:
        """Whether an alert of that moment falls due under these settings.

        Of settings that are not known any more, only the hour and the zone were other ones: one more than a day before their
        end had passed under them too.
        """
        oldest = self._oldest
        return oldest.since is None or at > oldest.since - _DAY

    @cached_property
    def unlimited(self) -> Posting:
        """The same, but `includes` every moment: for what was planned already."""
        if self.earlier is None:
            return replace(self, since=None)
        return replace(self, earlier=self.earlier.unlimited)

    @cached_property
    def slack(self) -> int:
        """Days by which quiet times may move an alert."""
        return LONGEST_QUIET if self._has_quiet else 0

    def moment_from(self, moment: datetime) -> datetime:
        """The first moment at or after `moment` at which these settings post anything, urgent or not."""
        return min(each._first(moment) for each in self._variants)

    def moment_until(self, moment: datetime) -> datetime:
        """The last moment at or before `moment` at which these settings post anything, urgent or not."""
        return max(each._last(moment) for each in self._variants)

    @cached_property
    def _variants(self) -> tuple[Posting, ...]:
        return (self, replace(self, quiet=None)) if self.quiet else (self,)

    @cached_property
    def _oldest(self) -> Posting:
        return self if self.earlier is None else self.earlier._oldest

    @cached_property
    def _has_quiet(self) -> bool:
        return self.quiet is not None or (self.earlier is not None and self.earlier._has_quiet)

    @cached_property
    def _in_a_hurry(self) -> Posting:
        return replace(self, hurried=True)

    @cached_property
    def _clock(self) -> time:
        clock = time(self.hour)
        return self.quiet.hours[1] if self.quiet and self.quiet.hours and self.quiet.has(clock) else clock

    def _at(self, day: date) -> datetime:
        """The posting moment of that day, outside of the quiet hours; a time that the clocks skip is as long after the gap."""
        at = datetime.combine(day, self._clock, self.zone).astimezone(UTC)
        return self._hours_until(at) or at  # the clocks may show the end of the quiet hours twice

    def _open_from_day(self, day: date) -> datetime:
        at = self._at(day)
        if self.quiet is None:
            return at
        later = (self._at(day + timedelta(days=away)) for away in range(LONGEST_QUIET + 1))
        return next((open_ for open_ in later if self._quiet_until(open_) is None), at)

    def _first(self, moment: datetime) -> datetime:
        return next(at for at in self._around(moment) if at >= moment)

    def _last(self, moment: datetime) -> datetime:
        return next(at for at in self._around(moment, latest_first=True) if at <= moment)

    def _around(self, moment: datetime, *, latest_first: bool = False) -> Iterator[datetime]:
        """Open posting moments on both sides, by time; if quiet times leave none, those in quiet times."""
        if self.quiet is not None:
            yield from (at for at in self._days(moment, latest_first, LONGEST_QUIET) if self._quiet_until(at) is None)
        yield from self._days(moment, latest_first, 0)

    def _days(self, moment: datetime, latest_first: bool, more: int) -> Iterator[datetime]:
        """Posting moments of two days on each side, since a zone may skip a whole day (Pacific/Apia, 2011), and of `more`."""
        day = moment.astimezone(self.zone).date()
        aways = range(2, -3 - more, -1) if latest_first else range(-2, 3 + more)
        return (self._at(day + timedelta(days=away)) for away in aways)

    def _quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet time ends that `moment` lies in; None if it lies in none."""
        quiet = self.quiet
        if quiet is None:
            return None
        day = moment.astimezone(self.zone).date()
        if (quiet.weekends and day.weekday() >= 5) or (quiet.holidays and legal_holiday(self.calendar, day)):
            return start_of(day + _DAY, self.zone)
        return self._hours_until(moment)

    def _hours_until(self, moment: datetime) -> datetime | None:
        """When the quiet hours end that `moment` lies in; None if it lies in none."""
        if self.quiet is None or self.quiet.hours is None:
            return None
        day = moment.astimezone(self.zone).date()
        spans = (self._hours(first, *self.quiet.hours) for first in (day - _DAY, day))
        return next((end for begin, end in spans if begin <= moment < end), None)

    def _hours(self, day: date, begin: time, end: time) -> tuple[datetime, datetime]:
        """The quiet hours that begin on that day. Where the clocks skip or repeat a time, the longer way."""
        last = day if begin < end else day + _DAY
        begins = (datetime.combine(day, begin.replace(fold=fold), self.zone).astimezone(UTC) for fold in (0, 1))
        ends = (datetime.combine(last, end.replace(fold=fold), self.zone).astimezone(UTC) for fold in (0, 1))
        return min(begins), max(ends)


@lru_cache(maxsize=4096)  # asked with each plan of a case; those of a letter share their deadline
def _last_call(posting: Posting, last_moment: datetime) -> datetime:
    return posting.last_until(last_moment)


def _urgencies(rung: RungLike) -> frozenset[Urgent]:
    """The settings under which a rung is urgent."""
    urgencies = {Urgent.LOUD} if rung.loud else set()
    if rung.phase == "passed":
        urgencies |= {Urgent.PASSED, Urgent.DAY}
    if rung.phase == "before" and rung.days == 0:
        urgencies.add(Urgent.DAY)
    return frozenset(urgencies)


@lru_cache(maxsize=1024)
def _without_quiet(posting: Posting, urgencies: frozenset[Urgent], is_countdown: bool) -> Posting:
    exempt = posting.quiet and (posting.quiet.urgent in urgencies or (posting.hurried and is_countdown))
    earlier = posting.earlier and _without_quiet(
        replace(posting.earlier, hurried=posting.hurried) if posting.hurried else posting.earlier, urgencies, is_countdown
    )
    return replace(posting, quiet=None if exempt else posting.quiet, earlier=earlier)
