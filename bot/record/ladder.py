"""The alert policy: rungs before, at and after a deadline, and the moment at which each is due on one server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import merge
from itertools import count, islice, takewhile
from threading import Lock

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import start_of
from bot.record.posting import Posting


class Phase(StrEnum):
    BEFORE = "before"
    PASSED = "passed"
    AFTER = "after"


class Recurrence(StrEnum):
    """How a rung repeats, without end."""

    WEEK = "week"
    #: Every 30 days.
    THIRTY_DAYS = "thirty days"
    #: On the first posting day of each month.
    MONTH = "month"
    #: On the first posting day of each year.
    YEAR = "year"


@dataclass(frozen=True)
class Rung:
    """One alert of a ladder. Its hash, which is taken often, is that of its name."""

    name: str
    phase: Phase = field(hash=False)
    #: Days before or after the deadline's date; of a rung that repeats by months or years 0.
    days: int = field(default=0, hash=False)
    #: None for a rung that comes once.
    every: Recurrence | None = field(default=None, hash=False)
    #: Pings its role.
    loud: bool = field(default=False, hash=False)
    #: When it was put on the ladder: at a moment that is not after this it never fires. None: always.
    since: datetime | None = field(default=None, hash=False)
    #: When it was taken off the ladder: what was due up to then is still posted. None: it is on the ladder.
    until: datetime | None = field(default=None, hash=False)
    #: Where it is posted; None for the server's channel.
    channel_id: int | None = field(default=None, hash=False)
    #: The role that it pings if it is loud; None for the server's escalation role.
    role_id: int | None = field(default=None, hash=False)


Ladder = tuple[Rung, ...]


@dataclass(frozen=True)
class Due:
    """A rung at its moment."""

    rung: Rung
    #: Tells the repeats of a rung apart: counted from the first of them; by months or years from that of the deadline.
    occurrence: int
    #: UTC.
    at: datetime
    #: Whether it was due earlier and was held back by a silence, which ends at `at`.
    held_back: bool = False


def before(days: int) -> Rung:
    names = {0: "the-day-itself", 1: "1-day-before"}
    return Rung(names.get(days, f"{days}-days-before"), Phase.BEFORE, days)


def after(days: int) -> Rung:
    return Rung("1-day-after" if days == 1 else f"{days}-days-after", Phase.AFTER, days)


PASSED = Rung("passed", Phase.PASSED, loud=True)
MONTHLY = Rung("monthly-after", Phase.AFTER, every=Recurrence.MONTH)
YEARLY = Rung("yearly-after", Phase.AFTER, every=Recurrence.YEAR)
WEEKLY = Rung("every-7-days", Phase.AFTER, 14, every=Recurrence.WEEK)
#: Asks whether to go on: once a letter, of cases that have been overdue for so many days, in the last of which nothing was
#: recorded. Looked for every 30 days (`plan.asks`).
STILL_WATCHING = Rung("still-watching", Phase.AFTER, 180, every=Recurrence.THIRTY_DAYS)
#: Of repeats that count in days.
DAYS_EACH = {Recurrence.WEEK: 7, Recurrence.THIRTY_DAYS: 30}
_FIXED = {rung.name: rung for rung in (before(0), before(1), after(1), PASSED, MONTHLY, YEARLY, WEEKLY, STILL_WATCHING)}
_BY_DAYS = re.compile(r"([1-9]\d{0,3})-days-(before|after)")

DEFAULT_LADDER: Ladder = (
    *(before(days) for days in (30, 14, 7, 3, 1, 0)),
    PASSED,
    *(after(days) for days in (3, 7, 14, 30)),
    MONTHLY,
    STILL_WATCHING,
)
#: That of every server before ladders could be changed; servers of that time keep it until they choose another.
LEGACY_LADDER: Ladder = (*(before(days) for days in (30, 14, 7, 3, 1, 0)), PASSED, after(3), after(7), WEEKLY)
NEWS = "news"  # in place of a rung's name, on a notice that announces what was recorded


def rung_named(name: str) -> Rung:
    """The rung of that name as it is by default, whatever ladder it is on. LookupError if no rung has such a name."""
    if name in _FIXED:
        return _FIXED[name]
    if match := _BY_DAYS.fullmatch(name):
        return (before if match[2] == "before" else after)(int(match[1]))
    raise LookupError(f"no rung is called {name!r}")


def on_ladder(ladder: Ladder, name: str) -> Rung:
    """The rung of that name as it is on a ladder, or was last; as it is by default if it was never on that."""
    named = [rung for rung in ladder if rung.name == name]
    return max(named, key=lambda rung: (rung.until is None, rung.until), default=None) or rung_named(name)


@lru_cache(maxsize=1024)
def standing(ladder: Ladder) -> Ladder:
    """The rungs that are on a ladder now, without those that were taken off."""
    return tuple(rung for rung in ladder if rung.until is None)


@lru_cache(maxsize=1024)
def as_planned(ladder: Ladder, name: str) -> Ladder:
    """A ladder with a rung of which an alert is planned, whatever became of it since: it was due when it was planned."""
    planned = replace(on_ladder(ladder, name), since=None, until=None)
    return in_order([*(rung for rung in ladder if rung.name != name), planned])


def is_overdue_repeat(name: str) -> bool:
    """Whether a rung of that name comes after the one that says that the deadline passed. False for news."""
    try:
        return rung_named(name).phase is Phase.AFTER
    except LookupError:
        return False


def days_after(rung: Rung, occurrence: int) -> int:
    """After how many days past the deadline a repeat of a rung is due; of a month or a year nearly so."""
    each = {Recurrence.MONTH: 30, Recurrence.YEAR: 365, **DAYS_EACH}[rung.every] if rung.every else 0
    return rung.days + occurrence * each


def in_order(rungs: Iterable[Rung]) -> Ladder:
    """As they are due: the countdown, the deadline, what comes once after it, what repeats, the question last."""

    def place(rung: Rung) -> tuple[int, int]:
        if rung.phase is Phase.BEFORE:
            return (0, -rung.days)
        if rung.phase is Phase.PASSED:
            return (1, 0)
        return (2 + (rung.every is not None) + (rung.name == STILL_WATCHING.name), rung.days)

    return tuple(sorted(rungs, key=place))


def moments(ladder: Ladder, deadline: Deadline, posting: Posting) -> Iterator[Due]:
    """Every alert of a deadline, by time; without end where a rung repeats. See `_due_moments`."""
    return iter(_series(ladder, deadline, posting))


class _Series:
    """Keeps what was counted once: the cases of a letter share their deadline, and years of repeats are many.

    A long notice is checked in a thread, which may count at the same time.
    """

    def __init__(self, source: Iterator[Due]) -> None:
        self._source = source
        self._known: list[Due] = []
        self._counting = Lock()

    def __iter__(self) -> Iterator[Due]:
        for number in count():
            if number == len(self._known) and not self._counted(number):
                return
            yield self._known[number]

    def _counted(self, number: int) -> bool:
        """Count one more, unless another thread has meanwhile; False if there is none."""
        with self._counting:
            if number == len(self._known):
                self._known.extend(islice(self._source, 1))
            return number < len(self._known)


@lru_cache(maxsize=1024)
def _series(ladder: Ladder, deadline: Deadline, posting: Posting) -> _Series:
    return _Series(_due_moments(ladder, deadline, posting))


def dues_between(ladder: Ladder, deadline: Deadline, posting: Posting, start: datetime, end: datetime) -> list[Due]:
    """The alerts of a deadline that are due after `start` and by `end`: those of `moments`, of which it counts no others."""
    counted = _once(ladder, deadline, posting)
    found = [due for due in counted.dues if start < due.at <= end]
    for rung in ladder:
        if rung.every:
            found += takewhile(lambda due: due.at <= end, _repeats(rung, deadline, posting, counted, start))
    return sorted(found, key=lambda due: due.at)


@dataclass(frozen=True)
class _Once:
    """What comes once for one deadline."""

    #: By time, without what never fires.
    dues: tuple[Due, ...]
    #: The moment of the passed rung, whether there is one or not.
    passed_at: datetime
    #: The last moment of all rungs that come once.
    last_at: datetime


@lru_cache(maxsize=4096)
def _once(ladder: Ladder, deadline: Deadline, posting: Posting) -> _Once:
    passed_at = _passed_at(ladder, deadline, posting)
    dues: list[Due] = []
    for rung in ladder:
        own = posting.for_rung(rung)
        if rung.phase is Phase.BEFORE:
            at = own.first_from(start_of(deadline.date - timedelta(days=rung.days), deadline.zone))
            dues.append(Due(rung, 0, min(at, own.last_until(deadline.last_moment))))
        elif rung.phase is Phase.PASSED:
            dues.append(Due(rung, 0, passed_at))
        elif rung.every is None:
            dues.append(Due(rung, 0, _after(rung.days, deadline, own, passed_at)))
    last_at = max([passed_at, *(due.at for due in dues if due.rung.until is None)])
    fires = [due for due in dues if _holds(due)]
    if any(due.rung.phase is Phase.PASSED for due in fires):
        fires = [due for due in fires if due.rung.phase is not Phase.AFTER or due.at > passed_at]
    return _Once(tuple(sorted(fires, key=lambda due: due.at)), passed_at, last_at)


def _holds(due: Due) -> bool:
    """Whether the rung was on the ladder at its moment."""
    since, until = due.rung.since, due.rung.until
    return (since is None or due.at > since) and (until is None or due.at <= until)


def _due_moments(ladder: Ladder, deadline: Deadline, posting: Posting) -> Iterator[Due]:
    """Count the moments of a ladder for one deadline.

    1. A countdown rung is due at the first posting hour of the day, in the deadline's zone, that lies so many days before
       it. Where that would be past the deadline, it is due at the last posting hour in time: it never fires after.
    2. The passed rung is due at the first posting hour after the deadline.
    3. A rung after it is due at the first posting hour of the day that lies so many days after the deadline's date, and
       never before the passed rung. After quiet times both may be due at one moment: then only the passed rung is.
    4. A rung of every month or year is due at the first posting hour of that month or year in the server's zone, from the
       first one on that lies after all rungs that come once.
    5. None is due at a moment up to that at which it was put on the ladder, or after that at which it was taken off.

    Posting hours are those outside of the server's quiet times, but for rungs that are urgent.
    """
    counted = _once(ladder, deadline, posting)
    repeating = (_repeats(rung, deadline, posting, counted) for rung in ladder if rung.every)
    return merge(counted.dues, *repeating, key=lambda due: due.at)


def _repeats(rung: Rung, deadline: Deadline, posting: Posting, counted: _Once, start: datetime | None = None) -> Iterator[Due]:
    """The repeats of a rung that are due after `start`, by time, without end."""
    floors = [moment for moment in (start, rung.since) if moment is not None]
    in_days = DAYS_EACH.get(rung.every) if rung.every else None
    if in_days is None:
        floors.append(counted.last_at)
    posting = posting.for_rung(rung)
    day = max(floors).date() - timedelta(days=posting.slack) if floors else date.min
    for occurrence in count(_first_occurrence(rung, deadline.date, day)):
        if in_days is not None:
            at = _after(rung.days + occurrence * in_days, deadline, posting, counted.passed_at)
        else:
            at = posting.on(_begins(rung, deadline.date, occurrence))
        if rung.until is not None and at > rung.until:
            return
        if all(at > floor for floor in floors):
            yield Due(rung, occurrence, at)


def _first_occurrence(rung: Rung, due_on: date, day: date) -> int:
    """One that is not after the first repeat since that day. A zone and a posting hour are less than 3 days."""
    day = max(day, due_on) - timedelta(days=3)
    match rung.every:
        case Recurrence.YEAR:
            occurrence = day.year - due_on.year
        case Recurrence.MONTH:
            occurrence = (day.year - due_on.year) * 12 + day.month - due_on.month
        case _:
            occurrence = ((day - due_on).days - rung.days) // DAYS_EACH[rung.every or Recurrence.WEEK]
    return max(occurrence, 0)


def _begins(rung: Rung, due_on: date, occurrence: int) -> date:
    """The first day of the month or the year that lies so many of them after that of the deadline."""
    if rung.every is Recurrence.YEAR:
        return date(due_on.year + occurrence, 1, 1)
    years, month = divmod(due_on.month - 1 + occurrence, 12)
    return date(due_on.year + years, month + 1, 1)


def _passed_at(ladder: Ladder, deadline: Deadline, posting: Posting) -> datetime:
    """When the rung is due that says that the deadline has passed; in a ladder without one, when it would be."""
    passed = next((rung for rung in ladder if rung.phase is Phase.PASSED), None)
    own = posting if passed is None else posting.for_rung(passed)
    return own.first_from(deadline.last_moment + timedelta(microseconds=1))


def _after(days: int, deadline: Deadline, posting: Posting, passed_at: datetime) -> datetime:
    return max(posting.first_from(start_of(deadline.date + timedelta(days=days), deadline.zone)), passed_at)
