"""What is suggested for a date or deadline that is being typed: whole values, of any length."""

from __future__ import annotations

from datetime import date

import pytest

from bot.clock import FrozenClock
from bot.desk.closures import add_closure
from bot.desk.date_suggestions import (
    case_starts_like,
    closed_days_like,
    days_like,
    happened_like,
    letter_deadlines_like,
    new_deadlines_like,
    starts_like,
)
from bot.desk.deadlines import Counting, happened_on, letter_deadline
from bot.desk.session import Session
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store.database import Database
from tests.desk.people import People, at_the_desk
from tests.recording import NEW_YORK, SOURCE


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


def read_day(session: Session, text: str) -> date:
    return parse_date(text, today=session.today, order=session.order)


async def test_a_day_with_two_readings_is_suggested_twice_and_one_without_is_refused(people: People) -> None:
    async with people.reading() as session:
        assert days_like(session, "2/3/2018", read_day) == {
            "2018-02-03": "Saturday, 3 February 2018 (America/New_York)",
            "2018-03-02": "Friday, 2 March 2018 (America/New_York)",
        }
        assert days_like(session, " ", read_day, ("tomorrow", "no day")) == {
            "2018-01-25": "Thursday, 25 January 2018 (America/New_York)"
        }
        with pytest.raises(CaseError, match="soon"):
            days_like(session, "soon", read_day)


async def test_a_rule_submits_itself_and_a_bare_period_is_counted_from_both_ends(people: People) -> None:
    case = await people.case(people.denver)
    async with people.reading() as session:
        rule = await letter_deadlines_like(session, "30 days", case.letter.sent, None, "US")
        bare = await new_deadlines_like(session, "40 days", case, None, None, None)
        starts = case_starts_like(session, "", case)
    assert rule == {"30 days": "30 days → Friday, 23 February 2018, end of day EST (from 24 January 2018; US)"}
    assert list(bare) == ["+40 days", "2018-03-05"]
    assert next(iter(starts)) == "2018-02-23"


@pytest.mark.parametrize(
    ("typed", "submitted"),
    [
        ("Feb 23, 2018 5:00", ["2018-02-23 05:00", "2018-02-23 17:00"]),
        ("Feb 23, 2018 midnight", ["2018-02-23 00:00", "2018-02-23"]),
        ("Feb 23, 2018 at 12:00 a.m.", ["2018-02-23 00:00", "2018-02-23"]),
        ("July 4, 2018 5 p.m. EST", ["2018-07-04 17:00", "2018-07-04 18:00"]),
        ("before Feb 23, 2018", ["2018-02-22", "2018-02-23"]),
        ("thirty (20) days", ["30 days", "20 days"]),
        ("30 days, that is, by Feb 26, 2018", ["30 days", "2018-02-26"]),
        ("by Feb 23, 2018, unless extended", ["2018-02-23"]),
    ],
)
async def test_each_reading_of_a_deadline_is_suggested(people: People, typed: str, submitted: list[str]) -> None:
    case = await people.case(people.denver)
    async with people.reading() as session:
        suggested = await letter_deadlines_like(session, typed, case.letter.sent, None, None)
    assert list(suggested) == submitted


async def test_closures_are_suggested_by_their_reason(people: People) -> None:
    async with people.alice() as session:
        for day in range(1, 29):
            await add_closure(session, date(2018, 2, day), "Snow" if day > 1 else "Flood", SOURCE)
    async with people.reading() as session:
        assert await closed_days_like(session, "flo") == {"2018-02-01": "Thursday, 1 February 2018: Flood"}
        assert next(iter(await closed_days_like(session, "snow"))) == "2018-02-04", "the latest 25"


YEARS = [  # what is typed for a fact on 24 January 2018, and the days that are offered
    ("feb 1", ["2017-02-01", "2016-02-01", "2015-02-01"]),
    ("1 feb", ["2017-02-01", "2016-02-01", "2015-02-01"]),
    ("1st of February", ["2017-02-01", "2016-02-01", "2015-02-01"]),
    ("jan 24", ["2018-01-24", "2017-01-24", "2016-01-24"]),
    ("Jan. 25th", ["2017-01-25", "2016-01-25", "2015-01-25"]),
    ("feb 29", ["2016-02-29", "2012-02-29", "2008-02-29"]),
    ("Friday, Feb 23", ["2007-02-23", "2001-02-23", "1996-02-23"]),
    ("2/1", ["2018-01-02", "2017-02-01", "2017-01-02", "2016-02-01", "2016-01-02", "2015-02-01"]),
    ("13/2", ["2017-02-13", "2016-02-13", "2015-02-13"]),
    ("february", ["2017-02", "2016-02", "2015-02"]),
    ("Jan", ["2018-01", "2017-01", "2016-01"]),
    ("february 2017", ["2017-02"]),
    ("by dec 1", ["by 2017-12-01", "by 2016-12-01", "by 2015-12-01"]),
]


@pytest.mark.parametrize(("typed", "days"), YEARS)
async def test_a_day_without_a_year_offers_its_years_the_last_first(people: People, typed: str, days: list[str]) -> None:
    async with people.reading() as session:
        assert list(happened_like(session, typed)) == days


async def test_two_days_without_a_year_are_both_settled(people: People) -> None:
    async with people.reading() as session:
        offered = list(happened_like(session, "between feb 1 and feb 10"))
    assert offered[0] == "between 2017-02-01 and 2017-02-10"
    assert all("2018-02" not in value for value in offered)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("feb 1", ["2018-02-01", "2019-02-01", "2020-02-01"]),
        ("23 February", ["2018-02-23", "2019-02-23", "2020-02-23"]),
        ("by feb 23 at 5 p.m.", ["2018-02-23 17:00", "2019-02-23 17:00", "2020-02-23 17:00"]),
        ("feb 29", ["2020-02-29", "2024-02-29", "2028-02-29"]),
        ("jan 2", ["2019-01-02", "2020-01-02", "2021-01-02"]),
        ("2/1", ["2018-02-01", "2019-01-02", "2019-02-01", "2020-01-02", "2020-02-01", "2021-01-02"]),
    ],
)
async def test_a_deadline_without_a_year_offers_the_coming_one_first(people: People, typed: str, days: list[str]) -> None:
    case = await people.case(people.denver)
    async with people.reading() as session:
        assert list(await letter_deadlines_like(session, typed, case.letter.sent, None, None)) == days
        granted = [day for day in days if day[:10] != "2018-02-23"]  # which is in force
        assert [d for d in await new_deadlines_like(session, typed, case, None, None, None) if d in granted] == granted


async def test_the_deadline_of_an_older_letter_comes_after_that_letter(people: People) -> None:
    async with people.reading() as session:
        offered = await letter_deadlines_like(session, "feb 1", When("2011-06-01", NEW_YORK), None, None)
    assert list(offered) == ["2012-02-01", "2013-02-01", "2014-02-01"]


async def test_the_refusal_of_a_day_without_a_year_names_both_readings(people: People) -> None:
    case = await people.case(people.denver)
    async with people.reading() as session:
        with pytest.raises(CaseError, match=r"“feb 1” has no year\. It can be read as 1 February 2017 or as 1 February 2018"):
            happened_on(session, "feb 1")
        with pytest.raises(CaseError, match=r"“february” has no year\. It can be read as February 2017 or as February 2016"):
            happened_on(session, "february")
        with pytest.raises(CaseError, match=r"“feb 1” has no year\. It can be read as 1 February 2018 or as 1 February 2019"):
            letter_deadline("feb 1", case.letter.sent, Counting(today=session.today))
        with pytest.raises(CaseError, match="“feb 30” is not a date: February has at most 29 days"):
            happened_on(session, "feb 30")
        assert list(starts_like(session, "feb 1"))[:2] == ["2017-02-01", "2018-02-01"]
        assert list(days_like(session, "feb 1", read_day))[:2] == ["2017-02-01", "2018-02-01"]
