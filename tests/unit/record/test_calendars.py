"""Which days count: the holidays of Rule 6(a)(6) on the days on which they are observed, those of a state, closures."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from bot.record.deadlines.calendars import NONE, Calendar, calendar_named, calendar_names
from bot.record.errors import CaseError

US = calendar_named("US")
FEDERAL_2022 = {
    "2022-01-17": "Martin Luther King Jr. Day",
    "2022-02-21": "Washington's Birthday",
    "2022-05-30": "Memorial Day",
    "2022-06-20": "Juneteenth National Independence Day (observed)",
    "2022-07-04": "Independence Day",
    "2022-09-05": "Labor Day",
    "2022-10-10": "Columbus Day",
    "2022-11-11": "Veterans Day",
    "2022-11-24": "Thanksgiving Day",
    "2022-12-26": "Christmas Day (observed)",
}


def weekdays_off(calendar: Calendar, year: int, *, backward: bool = False) -> dict[str, str]:
    days = [date(year, 1, 1) + timedelta(days=count) for count in range(365)]
    return {f"{day}": why for day in days if day.weekday() < 5 and (why := calendar.off(day, backward=backward))}


def test_the_federal_holidays_are_those_of_the_rule() -> None:
    """Fed. R. Civ. P. 6(a)(6)(A); New Year's Day of 2022 was a Saturday, observed in the year before."""
    assert weekdays_off(US, 2022) == FEDERAL_2022
    assert US.off(date(2021, 12, 31)) == "New Year's Day (observed)"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2018, 11, 12), "Veterans Day (observed)"),  # a Sunday is observed on Monday (E.O. 11582)
        (date(2020, 7, 3), "Independence Day (observed)"),  # a Saturday on Friday (5 U.S.C. § 6103(b))
        (date(2021, 6, 18), "Juneteenth National Independence Day (observed)"),  # its first year
        (date(2020, 6, 19), ""),
        (date(2021, 1, 20), ""),  # Inauguration Day is none of Rule 6(a)(6)(A)
        (date(2018, 3, 30), ""),  # nor is Good Friday
        (date(2018, 12, 24), ""),  # nor a day given off by one order
        (date(2018, 2, 24), "Saturday"),
        (date(2018, 2, 25), "Sunday"),
        (date(2018, 2, 23), ""),
    ],
)
def test_a_federal_holiday_is_off_on_the_day_it_is_observed(day: date, why: str) -> None:
    assert US.off(day) == US.off(day, backward=True) == why


@pytest.mark.parametrize(
    ("calendar", "day", "why"),
    [
        ("US-MA", date(2008, 4, 21), "Patriots' Day"),
        ("US-CA", date(2018, 11, 23), "Day After Thanksgiving"),
        ("US-DC", date(2018, 4, 16), "Emancipation Day"),
        ("US-DC", date(2021, 1, 20), "Inauguration Day"),
        ("US-PR", date(2026, 1, 6), "Epiphany"),
    ],
)
def test_holidays_of_a_state_count_only_forwards(calendar: str, day: date, why: str) -> None:
    """Fed. R. Civ. P. 6(a)(6)(C); "state" takes in the District of Columbia and the territories (Rule 81(d)(2))."""
    there = calendar_named(calendar)
    assert there.off(day) == why
    assert there.off(day, backward=True) == US.off(day) == ""


def test_a_state_keeps_the_federal_holidays_that_it_does_not_have_itself() -> None:
    assert calendar_named("US-CA").off(date(2018, 10, 8)) == "Columbus Day"
    assert calendar_named("US-TX").off(date(2018, 10, 8), backward=True) == "Columbus Day"


@pytest.mark.parametrize("calendar", ["US-CA", "US-NY", "US-WI"])
def test_an_observance_is_no_holiday(calendar: str) -> None:
    there = calendar_named(calendar)
    assert there.off(date(2018, 2, 15)) == ""
    assert there.off(date(2021, 2, 15)) == "Washington's Birthday"


@pytest.mark.parametrize(
    ("calendar", "day"),
    [("US-TX", date(2018, 3, 30)), ("US-TX", date(2020, 3, 31)), ("US-CO", date(2020, 3, 31))],
    ids=["Good Friday", "Cesar Chavez Day in Texas", "Cesar Chavez Day in Colorado"],
)
def test_a_holiday_that_employees_may_choose_is_no_holiday(calendar: str, day: date) -> None:
    assert calendar_named(calendar).off(day) == ""
    assert calendar_named("US-CA").off(date(2020, 3, 31)) == "Cesar Chavez Day"


def test_without_a_calendar_only_closures_are_off() -> None:
    shut = calendar_named("none", {date(2018, 2, 23): "flood", date(2018, 2, 26): ""})
    assert NONE.off(date(2018, 2, 24)) == NONE.off(date(2018, 12, 25)) == ""
    assert (shut.off(date(2018, 2, 23)), shut.off(date(2018, 2, 26)), shut.off(date(2018, 2, 24))) == ("flood", "closed", "")


def test_a_closure_is_off_both_ways_and_after_the_law() -> None:
    shut = calendar_named("us", {date(2018, 2, 19): "flood", date(2018, 2, 20): "flood"})
    assert shut.off(date(2018, 2, 20), backward=True) == "flood"
    assert shut.off(date(2018, 2, 19)) == "Washington's Birthday"


@pytest.mark.parametrize(
    ("typed", "name"), [("us", "US"), (" US-ca ", "US-CA"), ("None", "none"), ("us-dc", "US-DC"), ("US-GU", "US-GU")]
)
def test_a_calendar_goes_by_its_name_in_any_case(typed: str, name: str) -> None:
    assert calendar_named(typed).name == name


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("California", "Did you mean US-CA"),
        ("CA", "US-CA"),
        ("US_MA", "US-MA"),
        ("US-XX", "Did you mean US-"),
        ("lunar", "Use US, US- and a state's postal code such as US-CA, or none."),
        ("", "Use US"),
    ],
)
def test_another_name_is_refused_with_the_nearest(typed: str, advice: str) -> None:
    with pytest.raises(CaseError, match=re.escape(f"“{typed}” is not a calendar.")) as refused:
        calendar_named(typed)
    assert advice in str(refused.value)


def test_there_is_a_calendar_for_each_state() -> None:
    names = calendar_names()
    assert names[:2] == ["none", "US"]
    assert len(names) == 2 + 50 + 1 + 6  # with the District of Columbia and six territories
    for name in names:
        assert calendar_named(name).off(date(2018, 2, 23)) == ""


@pytest.mark.parametrize("year", [1899, 2101])
def test_a_year_whose_holidays_are_not_known_is_refused(year: int) -> None:
    with pytest.raises(CaseError, match=f"The holidays of {year} are not known"):
        US.off(date(year, 1, 4))


@pytest.mark.parametrize("name", ["us", "US-California", "", "DE"])
def test_a_calendar_is_made_of_a_name_that_exists(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a calendar"):
        Calendar(name)


def test_the_holidays_are_loaded_only_when_a_calendar_is_asked_for() -> None:
    modules = "bot.record.deadlines.parsing, bot.record.deadlines.calendars as calendars"
    code = f"import sys, {modules}; calendars.calendar_named('none'); print('holidays' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
