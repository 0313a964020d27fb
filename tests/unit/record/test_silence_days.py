"""Until when reminders are silenced, as people type it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.record.deadlines.dates import DateOrder
from bot.record.errors import CaseError
from bot.record.silence_days import MOST_DAYS, parse_silence_end

TODAY = date(2018, 2, 26)  # a Monday


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("tomorrow", date(2018, 2, 27)),
        ("Monday", date(2018, 3, 5)),
        ("tue", date(2018, 2, 27)),
        ("Sunday", date(2018, 3, 4)),
        ("a week", date(2018, 3, 5)),
        ("week", date(2018, 3, 5)),
        ("2 weeks", date(2018, 3, 12)),
        ("14 days", date(2018, 3, 12)),
        ("for 10 days", date(2018, 3, 8)),
        ("in 3 days", date(2018, 3, 1)),
        ("5 days", date(2018, 3, 3)),
        ("a month", date(2018, 3, 26)),
        ("2018-04-30", date(2018, 4, 30)),
        ("until Mon 30 April 2018", date(2018, 4, 30)),
        ("30 April 2018", date(2018, 4, 30)),
        (str(TODAY + timedelta(days=MOST_DAYS)), TODAY + timedelta(days=MOST_DAYS)),
        ("next event", None),
        ("The next event", None),
    ],
)
def test_the_end_of_a_silence_is_read_as_people_type_it(typed: str, day: date | None) -> None:
    assert parse_silence_end(typed, TODAY).day == day


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("today", "is not after today"),
        ("yesterday", "is not after today"),
        ("2018-02-26", "is not after today"),
        (str(TODAY + timedelta(days=MOST_DAYS + 1)), "is more than 400 days ahead"),
        ("2 years", "is more than 400 days ahead"),
        ("03/04/2018", "4 March 2018"),
        ("April 30", "has no year"),
        ("Tue 30 April 2018", "Check the day of the week"),
        ("next Friday", "can be read as 2 March 2018 or as 9 March 2018"),
        ("3 business days", "cannot be counted here"),
        ("48 hours", "cannot be counted here"),
        ("whenever", "cannot be read as a date"),
        ("0 days", "leaves no time"),
    ],
)
def test_an_end_that_is_past_too_far_or_unclear_is_refused(typed: str, why: str) -> None:
    with pytest.raises(CaseError, match=why):
        parse_silence_end(typed, TODAY)


def test_the_order_of_day_and_month_is_the_servers() -> None:
    assert parse_silence_end("03/04/2018", TODAY, DateOrder.DAY_FIRST).day == date(2018, 4, 3)
