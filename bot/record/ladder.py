"""The alert policy: rungs before, at and after a deadline, and the moment at which each is due on one server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import count, islice
from threading import Lock

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import start_of
from bot.record.posting import Posting


class Phase(StrEnum):
    BEFORE = "before"
    PASSED = "passed"
    AFTER = "after"


@dataclass(frozen=True)
class Rung:
    """One alert of a ladder. Its hash, which is taken often, is that of its name."""

    name: str
    phase: Phase = field(hash=False)
    #: Days before or after the deadline's date.
    days: int = field(default=0, hash=False)
    #: Repeated after so many days, without end.
    every: int | None = field(default=None, hash=False)
    #: Pings the escalation role.
    loud: bool = field(default=False, hash=False)


@dataclass(frozen=True)
class Due:
    """A rung at its moment."""

    rung: Rung
    #: Counts the repeats of a rung, from 0.
    occurrence: int
    #: UTC.
    at: datetime
    #: Whether it was due earlier and was held back by a silence, which ends at `at`.
    held_back: bool = False


def before(days: int) -> Rung:
    names = {0: "the-day-itself", 1: "1-day-before"}
    return Rung(names.get(days, f"{days}-days-before"), Phase.BEFORE, days)


DEFAULT_LADDER = (
    *(before(days) for days in (30, 14, 7, 3, 1, 0)),
    Rung("passed", Phase.PASSED, loud=True),
    Rung("3-days-after", Phase.AFTER, 3),
    Rung("7-days-after", Phase.AFTER, 7),
    Rung("every-7-days", Phase.AFTER, 14, every=7),
)
NEWS = "news"  # in place of a rung's name, on a notice that announces what was recorded
RUNGS = {rung.name: rung for rung in DEFAULT_LADDER}


def moments(ladder: tuple[Rung, ...], deadline: Deadline, posting: Posting) -> Iterator[Due]:
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
def _series(ladder: tuple[Rung, ...], deadline: Deadline, posting: Posting) -> _Series:
    return _Series(_due_moments(ladder, deadline, posting))


def dues_between(ladder: tuple[Rung, ...], deadline: Deadline, posting: Posting, start: datetime, end: datetime) -> list[Due]:
    """The alerts of a deadline that are due after `start` and by `end`: those of `moments`, of which it counts no others.

    Of several at one moment only the last, which is the one that is posted.
    """
    once, passed_at = _once(ladder, deadline, posting)
    found = [due for due in once if start < due.at <= end]
    for rung in ladder:
        if rung.every:
            # A zone and a posting hour are less than 3 days.
            first = start.date() - deadline.date - timedelta(days=rung.days + 3)
            occurrence = max(first.days // rung.every, 0)
            while (at := _after(rung.days + occurrence * rung.every, deadline, posting, passed_at)) <= end:
                found += [Due(rung, occurrence, at)] if at > start else []
                occurrence += 1
    return list({due.at: due for due in found}.values())


@lru_cache(maxsize=4096)
def _once(ladder: tuple[Rung, ...], deadline: Deadline, posting: Posting) -> tuple[list[Due], datetime]:
    """What is not repeated, by time, and the moment of the passed rung."""
    passed_at = posting.first_from(deadline.last_moment + timedelta(microseconds=1))
    number = sum(not rung.every for rung in ladder)
    return list(islice(_due_moments(ladder, deadline, posting), number)), passed_at


def _due_moments(ladder: tuple[Rung, ...], deadline: Deadline, posting: Posting) -> Iterator[Due]:
    """Count the moments of a ladder for one deadline.

    1. A countdown rung is due at the first posting hour of the day, in the deadline's zone, that lies so many days before
       it. Where that would be past the deadline, it is due at the last posting hour in time: it never fires after.
    2. The passed rung is due at the first posting hour after the deadline.
    3. A rung after it is due at the first posting hour of the day that lies so many days after the deadline's date, and
       never before the passed rung.
    """
    passed_at = posting.first_from(deadline.last_moment + timedelta(microseconds=1))
    last_call = posting.last_until(deadline.last_moment)
    once: list[Due] = []
    repeating: list[Rung] = []
    for rung in ladder:
        if rung.phase is Phase.BEFORE:
            at = posting.first_from(start_of(deadline.date - timedelta(days=rung.days), deadline.zone))
            once.append(Due(rung, 0, min(at, last_call)))
        elif rung.phase is Phase.PASSED:
            once.append(Due(rung, 0, passed_at))
        elif rung.every is None:
            once.append(Due(rung, 0, _after(rung.days, deadline, posting, passed_at)))
        else:
            repeating.append(rung)
    yield from sorted(once, key=lambda due: due.at)
    if repeating:
        rung = repeating[0]
        occurrence = 0
        while True:
            days = rung.days + occurrence * (rung.every or 0)
            yield Due(rung, occurrence, _after(days, deadline, posting, passed_at))
            occurrence += 1


def _after(days: int, deadline: Deadline, posting: Posting, passed_at: datetime) -> datetime:
    return max(posting.first_from(start_of(deadline.date + timedelta(days=days), deadline.zone)), passed_at)
