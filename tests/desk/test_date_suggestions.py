"""What is suggested for a date or deadline that is being typed: whole values, of any length."""

from __future__ import annotations

from datetime import date

import pytest

from bot.clock import FrozenClock
from bot.desk.closures import add_closure
from bot.desk.date_suggestions import case_starts_like, closed_days_like, days_like, letter_deadlines_like, new_deadlines_like
from bot.desk.session import Session
from bot.record.deadlines.dates import parse_date
from bot.record.errors import CaseError
from bot.store.database import Database
from tests.desk.people import People, at_the_desk
from tests.recording import SOURCE


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
