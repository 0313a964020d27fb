"""A second way to count, for the tests: slow, one day after the other, and without the code or the library of the first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

DAY = timedelta(days=1)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def day_of(year: int, month: int, weekday: int, which: int) -> date:
    """The first (1), second (2) ... of those weekdays in a month."""
    day = date(year, month, 1)
    while True:
        if day.weekday() == weekday:
            which -= 1
        if which == 0:
            return day
        day += DAY


def federal_holidays(year: int) -> set[date]:
    """5 U.S.C. § 6103(a), on Friday where they fall on a Saturday, on Monday where they fall on a Sunday."""
    memorial_day = date(year, 5, 31)
    while memorial_day.weekday() != MONDAY:
        memorial_day -= DAY
    moving = {
        day_of(year, 1, MONDAY, 3),
        day_of(year, 2, MONDAY, 3),
        memorial_day,
        day_of(year, 9, MONDAY, 1),
        day_of(year, 10, MONDAY, 2),
        day_of(year, 11, THURSDAY, 4),
    }
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= 2021 else [])
    return moving | {observed(date(year, month, day)) for month, day in fixed}


def observed(day: date) -> date:
    return {SATURDAY: day - DAY, SUNDAY: day + DAY}.get(day.weekday(), day)


HOLIDAYS = {day for year in range(1999, 2100) for day in federal_holidays(year)}


def rests(day: date) -> bool:
    """Saturday, Sunday or federal holiday."""
    return day.weekday() in (SATURDAY, SUNDAY) or day in HOLIDAYS


def days_after(start: date, count: int, shut: Collection[date] = ()) -> date:
    day, counted = start, 0
    while counted < count:
        day += DAY
        counted += 1
    while rests(day) or day in shut:
        day += DAY
    return day


def days_before(start: date, count: int, shut: Collection[date] = ()) -> date:
    day, counted = start, 0
    while counted < count:
        day -= DAY
        counted += 1
    while rests(day):
        day -= DAY
    if day in shut:
        while rests(day) or day in shut:
            day += DAY
    return day


def business_days(start: date, count: int, step: int, shut: Collection[date] = ()) -> date:
    day, counted = start, 0
    while counted < count:
        day += step * DAY
        if not rests(day) and day not in shut:
            counted += 1
    return day
