"""How a deadline was reached: one value for each step of the work. `bot.words.deadlines` puts them into sentences.

Moments are kept as UTC, since two moments of one time zone in the hour that the clocks repeat are never equal to the same
moments elsewhere (PEP 495); they are shown in the deadline's own zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.record.deadlines.periods import Period


@dataclass(frozen=True)
class CountedFromDay:
    """The count begins at a day, which itself is not counted."""

    day: date
    #: Counted back in time.
    backward: bool = False
    kind: Literal["counted-from-day"] = "counted-from-day"


@dataclass(frozen=True)
class CountedFromMoment:
    """The count begins at a moment (UTC)."""

    moment: datetime
    backward: bool = False
    kind: Literal["counted-from-moment"] = "counted-from-moment"


@dataclass(frozen=True)
class PeriodEndsOn:
    """The last day of the period, before it rolls."""

    period: Period
    day: date
    kind: Literal["period-ends-on"] = "period-ends-on"


@dataclass(frozen=True)
class PeriodEndsAt:
    """The last moment (UTC) of a period of hours, before it rolls."""

    period: Period
    moment: datetime
    kind: Literal["period-ends-at"] = "period-ends-at"


@dataclass(frozen=True)
class ClocksChange:
    """Clocks change during a period of hours: forward by so many minutes, back if they are below 0."""

    minutes: int
    kind: Literal["clocks-change"] = "clocks-change"


@dataclass(frozen=True)
class HolidaySkipped:
    """A last day that is a legal holiday. Saturdays and Sundays have no step: every reader sees them."""

    day: date
    holiday: str
    kind: Literal["holiday-skipped"] = "holiday-skipped"


@dataclass(frozen=True)
class ClosureSkipped:
    """A last day on which the server's offices are closed."""

    day: date
    #: Empty if none was given.
    reason: str = ""
    kind: Literal["closure-skipped"] = "closure-skipped"


@dataclass(frozen=True)
class DayOff:
    """A day in a count of business days that is a holiday or a closure."""

    day: date
    reason: str


@dataclass(frozen=True)
class BusinessDaysCounted:
    """Saturdays, Sundays and these days were not counted."""

    days_off: tuple[DayOff, ...] = ()
    #: How many days off are left out of the list, which would be long.
    more: int = 0
    kind: Literal["business-days-counted"] = "business-days-counted"


@dataclass(frozen=True)
class NoCalendar:
    """Business days were counted without a calendar, so legal holidays are counted as any other day."""

    kind: Literal["no-calendar"] = "no-calendar"


@dataclass(frozen=True)
class RolledBeforeMail:
    """The day on which the period ends after it rolled; the days for mail are added to that."""

    day: date
    kind: Literal["rolled-before-mail"] = "rolled-before-mail"


@dataclass(frozen=True)
class MailAdded:
    """Days added for service by mail (Fed. R. Civ. P. 6(d)), and the last of them."""

    days: int
    day: date
    kind: Literal["mail-added"] = "mail-added"


@dataclass(frozen=True)
class RolledTo:
    """The day on which the deadline falls, where its last day does not count."""

    day: date
    #: A period of hours keeps its time of day.
    same_time: bool = False
    kind: Literal["rolled-to"] = "rolled-to"


@dataclass(frozen=True)
class Extends:
    """The deadline that this one extends by its rule. `time`: None for the end of the day."""

    day: date
    time: dt.time | None = None
    kind: Literal["extends"] = "extends"


@dataclass(frozen=True)
class TimeKept:
    """An extension keeps the time of day of the deadline before it."""

    time: dt.time
    kind: Literal["time-kept"] = "time-kept"


@dataclass(frozen=True)
class RelativeDay:
    """Words such as "tomorrow", and the day that they mean when written on `seen_from`."""

    words: str
    seen_from: date
    day: date
    kind: Literal["relative-day"] = "relative-day"


@dataclass(frozen=True)
class OffsetConverted:
    """A moment that was written with an offset from UTC other than the deadline's own."""

    words: str
    moment: datetime
    kind: Literal["offset-converted"] = "offset-converted"


@dataclass(frozen=True)
class ZoneNamed:
    """The text names a time zone, which takes precedence over the one that would be used otherwise."""

    named: ZoneInfo
    instead_of: ZoneInfo
    kind: Literal["zone-named"] = "zone-named"


@dataclass(frozen=True)
class TextStep:
    """A step as an older row or a record file words it: it is shown, and nothing is decided by it."""

    text: str
    kind: Literal["text"] = "text"


Step = (
    CountedFromDay
    | CountedFromMoment
    | PeriodEndsOn
    | PeriodEndsAt
    | ClocksChange
    | HolidaySkipped
    | ClosureSkipped
    | BusinessDaysCounted
    | NoCalendar
    | RolledBeforeMail
    | MailAdded
    | RolledTo
    | Extends
    | TimeKept
    | RelativeDay
    | OffsetConverted
    | ZoneNamed
    | TextStep
)
