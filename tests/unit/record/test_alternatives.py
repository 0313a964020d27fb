"""A deadline that is stated twice is one where both give the same day; a condition leaves it open."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.record.deadlines.alternatives import Statements, statements
from bot.record.deadlines.dates import SeveralReadings
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import SeveralStatements, parse_deadline
from bot.record.errors import CaseError
from tests.unit.record.cases import NEW_YORK

JAN_24 = date(2018, 1, 24)  # a Wednesday
FEB_23 = date(2018, 2, 23)


def read(typed: str) -> Deadline:
    return parse_deadline(typed, NEW_YORK, letter=JAN_24, today=JAN_24)


@pytest.mark.parametrize(
    ("typed", "parts", "condition"),
    [
        ("by Feb 23, 2018, or within ten days of receipt", ("by Feb 23, 2018", "within ten days of receipt"), ""),
        ("30 days, that is, by Feb 23, 2018", ("30 days", "by Feb 23, 2018"), ""),
        ("2018-02-23 (30 days)", ("2018-02-23", "30 days"), ""),
        ("the later of Feb 23, 2018 and ten days after receipt", ("Feb 23, 2018", "ten days after receipt"), ""),
        ("Feb 23, 2018 or 30 days, whichever is later", ("Feb 23, 2018", "30 days"), ""),
        ("by Feb 23, 2018, unless extended", ("by Feb 23, 2018",), "unless extended"),
        ("by Feb 23, 2018 or by Mar 2, 2018, if later", ("by Feb 23, 2018", "by Mar 2, 2018"), "if later"),
        (
            "5 p.m. America/New_York (4 p.m. America/Chicago) on Feb 23, 2018",
            ("5 p.m. America/New_York on Feb 23, 2018", "4 p.m. America/Chicago) on Feb 23, 2018"),
            "",
        ),
        (
            "8 p.m. Hawaii-Aleutian Time / 10 p.m. PT Feb 23, 2018",
            ("8 p.m. Hawaii-Aleutian Time Feb 23, 2018", "10 p.m. PT Feb 23, 2018"),
            "",
        ),
        # one statement
        ("on or before Feb 23, 2018", ("on or before Feb 23, 2018",), ""),
        ("at or before 5 p.m. ET, on Feb 23, 2018", ("at or before 5 p.m. ET, on Feb 23, 2018",), ""),
        ("Friday, Feb. 23, 2018, by 5:00 p.m. (ET)", ("Friday, Feb. 23, 2018, by 5:00 p.m. (ET)",), ""),
        ("14 days and three (3) days for mail", ("14 days and three (3) days for mail",), ""),
        ("one hundred and five days", ("one hundred and five days",), ""),
        ("thirty (30) days after receipt", ("thirty (30) days after receipt",), ""),
        ("by Feb 23, 2018, or be subpoenaed", ("by Feb 23, 2018, or be subpoenaed",), ""),
        ("", ("",), ""),
    ],
)
def test_a_text_is_divided_into_its_statements(typed: str, parts: tuple[str, ...], condition: str) -> None:
    assert statements(typed) == Statements(parts, condition)


@pytest.mark.parametrize(
    "typed",
    [
        "by February 23, 2018, that is, within 30 days of the date of this letter",
        "30 days, i.e. February 23, 2018",
        "30 days (by Feb 23, 2018)",
        "the earlier of 30 days and February 23, 2018",
        "Feb 23, 2018 or 30 days, whichever is later",
    ],
)
def test_statements_of_the_same_day_are_that_day_and_no_calendar_moves_it(typed: str) -> None:
    deadline = read(typed)
    assert deadline.date == FEB_23
    assert deadline.is_date


def test_of_two_statements_of_a_day_the_one_with_its_time_counts() -> None:
    deadline = read("within 30 days, that is, by 5 p.m. on February 23, 2018")
    assert (deadline.date, deadline.time) == (FEB_23, time(17))
    with pytest.raises(SeveralStatements):
        read("by noon on February 23, 2018, or by 5 p.m. on February 23, 2018")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("30 days, that is, by February 26, 2018", (FEB_23, date(2018, 2, 26))),
        ("by February 26, 2018, or 30 days, whichever is earlier", (date(2018, 2, 26), FEB_23)),
        ("by February 23, 2018, extended to March 2, 2018", (FEB_23, date(2018, 3, 2))),
        ("by February 23, 2018, unless extended", (FEB_23,)),
        ("by February 23, 2018 or sooner", (FEB_23,)),
        ("by February 23, 2018, or within ten days of receipt, whichever is later", ()),
        ("by February 23, 2018, or by February 30, 2018", ()),
    ],
)
def test_other_statements_and_conditions_are_refused_with_the_days_they_give(typed: str, days: tuple[date, ...]) -> None:
    with pytest.raises(SeveralStatements, match="says more than one thing") as refused:
        read(typed)
    assert tuple(read(text).date for text in refused.value.texts(typed)) == days


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("Feb 23, 2018 5:00", ["2018-02-23 05:00:00 America/New_York", "2018-02-23 17:00:00 America/New_York"]),
        ("by 11:59 on Feb 23, 2018", ["2018-02-23 11:59:00 America/New_York", "2018-02-23 23:59:00 America/New_York"]),
        ("Feb 23, 2018 midnight", ["2018-02-23 00:00:00 America/New_York", "2018-02-23 None America/New_York"]),
        ("before midnight on Feb 23, 2018", ["2018-02-23 00:00:00 America/New_York", "2018-02-23 None America/New_York"]),
        ("July 4, 2018 5 p.m. EST", ["2018-07-04 17:00:00 America/New_York", "2018-07-04 18:00:00 America/New_York"]),
        ("Nov 4, 2018 1:30 a.m.", ["2018-11-04 05:30:00 UTC", "2018-11-04 06:30:00 UTC"]),
        ("before Feb 23, 2018", ["2018-02-22 None America/New_York", "2018-02-23 None America/New_York"]),
        ("before Feb 23, 2018 PT", ["2018-02-22 None America/Los_Angeles", "2018-02-23 None America/Los_Angeles"]),
        ("thirty (20) days", ["2018-02-23 None America/New_York", "2018-02-13 None America/New_York"]),
        ("within thirty (20) days of this letter", ["2018-02-23 None America/New_York", "2018-02-13 None America/New_York"]),
        ("by next friday", ["2018-01-26 None America/New_York", "2018-02-02 None America/New_York"]),
        ("the 23rd", ["2018-02-23 None America/New_York", "2018-03-23 None America/New_York"]),
        ("Friday, the 24th", ["2018-01-24 None America/New_York", "2018-08-24 None America/New_York"]),
    ],
)
def test_what_can_be_read_two_ways_comes_with_a_text_for_each(typed: str, readings: list[str]) -> None:
    with pytest.raises(SeveralReadings) as refused:
        read(typed)
    deadlines = [read(text) for text in refused.value.texts(typed)]
    assert [f"{deadline.date} {deadline.time} {deadline.zone.key}" for deadline in deadlines] == readings


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("Friday, the 23rd", FEB_23),
        ("Friday the 23rd", FEB_23),
        ("by the end of the day on February 23, 2018", FEB_23),
        ("February 23, 2018, end of day EST", FEB_23),  # as our own cards write it
        ("Friday, 2/3/2018", date(2018, 3, 2)),
        ("Feb 23, '18", FEB_23),
        ("up to Feb 23, 2018", FEB_23),
        ("30 days of our letter", FEB_23),
    ],
)
def test_what_letters_write_can_be_typed(typed: str, day: date) -> None:
    assert read(typed).date == day


@pytest.mark.parametrize(
    ("typed", "since", "day"),
    [
        ("February 23", JAN_24, FEB_23),
        ("the 23rd of February", JAN_24, FEB_23),
        ("Jan. 23", JAN_24, date(2019, 1, 23)),
        ("January 24", JAN_24, JAN_24),
        ("Feb 29", JAN_24, date(2020, 2, 29)),
        ("February 23 of next year", JAN_24, date(2019, 2, 23)),
        ("March 1, this year", JAN_24, date(2018, 3, 1)),
        ("Friday, February 23", JAN_24, FEB_23),
    ],
)
def test_a_date_without_a_year_is_the_first_such_day_since_then(typed: str, since: date, day: date) -> None:
    assert parse_deadline(typed, NEW_YORK, since=since).date == day


def test_a_day_that_is_the_first_is_no_last_day() -> None:
    for typed in ("not before February 23, 2018", "no earlier than February 23, 2018", "due not before Feb 23, 2018"):
        with pytest.raises(CaseError, match="names the first day, not the last"):
            read(typed)
