"""Until when reminders are to be silenced, as a person types it: "tomorrow", "Monday", "2 weeks", "next event", a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import WEEKDAYS, DateOrder, full_day, parse_date, tidy
from bot.record.deadlines.periods import Unit, parse_period
from bot.record.errors import CaseError

MOST_DAYS = 400
NEXT_EVENT = "next event"
_NEXT = ("next event", "the next event", "until the next event", "next", "event")
_PERIODS = (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR)


@dataclass(frozen=True)
class SilenceEnd:
    """The day on which reminders come back; None: with the next event of the case that is news."""

    day: date | None


def parse_silence_end(typed: str, today: date, order: DateOrder | None = None) -> SilenceEnd:
    """CaseError for what cannot be read, or in two ways, and for a day that is not after today or too far ahead.

    A day of the week is the next one after today.
    """
    text = tidy(typed)
    text = text[len("until ") :] if text.casefold().startswith("until ") else text
    if text.casefold() in _NEXT:
        return SilenceEnd(None)
    day = _day(text, today, order)
    if day <= today:
        raise CaseError(f"{full_day(day)} is not after today. Reminders can be silenced until tomorrow at the earliest.")
    latest = today + timedelta(days=MOST_DAYS)
    if day > latest:
        raise CaseError(
            f"{full_day(day)} is more than {MOST_DAYS} days ahead. The latest day until which reminders can be silenced is "
            f"{full_day(latest)}."
        )
    return SilenceEnd(day)


def _day(text: str, today: date, order: DateOrder | None) -> date:
    weekday = WEEKDAYS.get(text.casefold().rstrip("."))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if text.casefold() in ("week", "month", "year"):
        text = f"a {text}"
    if stated := parse_period(text.removeprefix("for ").removeprefix("in ")):
        period, tail = stated
        if tail or period.mail or period.backward or period.unit not in _PERIODS:
            raise CaseError(
                f"“{text}” cannot be counted here. Write days, weeks or months from today, like 2 weeks, or a date."
            )
        return counted(period, today, ZoneInfo("UTC"), calendar_named("none")).date
    return parse_date(text, today=today, order=order)
