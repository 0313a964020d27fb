"""Quiet times of a server: what a person may set, and which alerts that moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.desk.schedule_list import schedule_page
from bot.desk.schedule_rows import ScheduledDeadline
from bot.desk.session import Session
from bot.desk.settings import Decide
from bot.record.errors import CaseError
from bot.record.plan import NoticeAhead
from bot.record.posting import Quiet, QuietDays, Urgent
from bot.record.servers import Server
from bot.words import quiet_times as words

#: Days ahead in which moved alerts are looked for.
AHEAD = 60
MOST_SHOWN = 3
_EXAMPLE_DAYS = 14


@dataclass(frozen=True)
class QuietWish:
    """What a person wants to be quiet. None: as it is."""

    days: QuietDays | None = None
    begin: time | None = None
    end: time | None = None
    #: No hours are to be quiet.
    no_hours: bool = False
    urgent: Urgent | None = None

    @property
    def is_empty(self) -> bool:
        return self == QuietWish()


def made_quiet(wish: QuietWish) -> Decide:
    """What the wish makes of a server's quiet times. CaseError if that cannot be: nothing open, no calendar of holidays."""

    def decide(server: Server) -> dict[str, Any]:
        before = server.quiet
        days = wish.days or (before.days if before else QuietDays.NONE)
        weekends, holidays = days in (QuietDays.WEEKENDS, QuietDays.BOTH), days in (QuietDays.HOLIDAYS, QuietDays.BOTH)
        if holidays and server.calendar == "none" and wish.days:
            raise CaseError(words.NO_HOLIDAYS)
        hours = _hours(wish, before)
        urgent = wish.urgent or (before.urgent if before else Urgent.NONE)
        if not (weekends or holidays or hours):
            if wish.urgent and wish.days is None and not wish.no_hours:
                raise CaseError(words.ALL_QUIET)
            return {"quiet": None}
        return {"quiet": Quiet(weekends, holidays, hours, urgent)}

    return decide


def _hours(wish: QuietWish, before: Quiet | None) -> tuple[time, time] | None:
    known = before.hours if before else None
    if wish.no_hours:
        return None
    if wish.begin is None and wish.end is None:
        return known
    begin = known[0] if wish.begin is None and known else wish.begin
    end = known[1] if wish.end is None and known else wish.end
    if begin is None or end is None:
        raise CaseError(words.BOTH_TIMES)
    if begin == end:
        raise CaseError(words.EQUAL_TIMES)
    try:
        Quiet(hours=(begin, end))
    except ValueError as hardly_open:
        raise CaseError(words.HARDLY_OPEN) from hardly_open
    return (begin, end)


def nothing_quiet(_: Server) -> dict[str, Any]:
    """Turns all quiet times off."""
    return {"quiet": None}


@dataclass(frozen=True)
class MovedAlerts:
    """What another posting time does to the alerts that are to come."""

    #: The next that it moves, with the moments at which they would have come before.
    alerts: tuple[tuple[NoticeAhead, datetime], ...] = ()
    #: A moment at which one would have come, and that at which it would come now; None if alerts are moved, or none would be.
    example: tuple[datetime, datetime] | None = None


async def moved_alerts(session: Session, before: Server, after: Server) -> MovedAlerts:
    """What the settings `after` do to the alerts that were to come by those of `before`."""
    earlier, later = before.posting, after.posting
    if earlier == later:
        return MovedAlerts()
    was_due = {key: notice.due.at for key, notice in _by_key(await _next(replace(session, server=before)))}
    moved = [(notice, was_due[key]) for key, notice in _by_key(await _next(replace(session, server=after))) if key in was_due]
    moved = [(notice, at) for notice, at in moved if notice.due.at != at]
    if moved:
        return MovedAlerts(tuple(moved[:MOST_SHOWN]))
    ahead = (session.today + timedelta(days=days) for days in range(1, _EXAMPLE_DAYS))
    pairs = ((earlier.on(day), later.on(day)) for day in ahead)
    return MovedAlerts(example=next((pair for pair in pairs if pair[0] != pair[1]), None))


async def _next(session: Session) -> tuple[ScheduledDeadline, ...]:
    return (await schedule_page(session, AHEAD)).rows


def _by_key(rows: tuple[ScheduledDeadline, ...]) -> list[tuple[tuple[object, ...], NoticeAhead]]:
    return [
        ((row.key.due, notice.letter.id, notice.due.rung.name, notice.due.occurrence), notice)
        for row in rows
        for notice in row.notices
    ]
