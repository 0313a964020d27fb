"""Periods end where Rule 6 says: by the committee's own examples, by properties, and by a second, slow way to count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.record.deadlines.calendars import NONE, Calendar, calendar_named
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import DateOrder
from bot.record.deadlines.deadline import Deadline, start_text
from bot.record.deadlines.parsing import NoStart, parse_deadline, parse_start
from bot.record.deadlines.periods import Period, Unit, parse_period
from bot.record.deadlines.recounting import recounted
from bot.record.errors import CaseError
from bot.words.deadlines import rule_text, step_lines
from tests.unit.record.cases import NEW_YORK
from tests.unit.record.slow_counter import business_days, days_after, days_before, rests
from tests.unit.record.test_dates import zones

US, MA = calendar_named("US"), calendar_named("US-MA")
JAN_24 = date(2018, 1, 24)  # a Wednesday
OFFICE_CLOSED = "the clerk's office is inaccessible"

days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
counts = st.integers(1, 400)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 12, 31), timezones=zones)  # noqa: DTZ001
sides = st.booleans()


@st.composite
def closed(draw: st.DrawFn, start: date, count: int) -> dict[date, str]:
    """Closures around where the count will end."""
    near = draw(st.lists(st.integers(-8, 8), max_size=6))
    return {start + timedelta(days=count + away): "snow" for away in near}


@st.composite
def periods(draw: st.DrawFn) -> Period:
    unit, backward = draw(st.sampled_from(Unit)), draw(sides)
    mail = not backward and unit not in (Unit.HOUR, Unit.BUSINESS_DAY) and draw(st.booleans())
    return Period(draw(st.integers(1, 60)), unit, mail, backward)


def on(rule: str, start: date | datetime = JAN_24, calendar: Calendar = NONE, zone: ZoneInfo = NEW_YORK) -> Deadline:
    return parse_deadline(rule, zone, start=start, calendar=calendar)


def shut(calendar: str, *closures: date) -> Calendar:
    return calendar_named(calendar, dict.fromkeys(closures, OFFICE_CLOSED))


# Committee Notes on Rule 6, 2009 Amendment


def test_72_hours_across_the_end_of_daylight_saving_time_end_an_hour_earlier_by_the_clock() -> None:
    deadline = on("72 hours", datetime(2007, 11, 2, 10, 23, tzinfo=NEW_YORK), US)
    assert (deadline.date, deadline.time) == (date(2007, 11, 5), time(9, 23))
    assert tuple(step_lines(deadline)) == (
        "counted from 10:23 EDT on Friday, 2 November 2007",
        "the clocks go back 1 hour in between",
        "72 hours later is 09:23 EST on Monday, 5 November 2007",
    )


def test_a_tenth_day_on_the_saturday_before_labor_day_runs_to_tuesday() -> None:
    deadline = on("10 days", date(2007, 8, 22), US)
    assert deadline.date == date(2007, 9, 4)
    assert tuple(step_lines(deadline)) == (
        "counted from Wednesday, 22 August 2007, which is not counted",
        "day 10 is Saturday, 1 September 2007",
        "Monday 3 September is Labor Day",
        "due Tuesday, 4 September 2007",
    )


def test_counted_back_a_tenth_day_on_that_saturday_is_due_on_the_friday_before() -> None:
    deadline = on("10 days before", date(2007, 9, 11), US)
    assert deadline.date == date(2007, 8, 31)
    assert tuple(step_lines(deadline)[-2:]) == ("day 10 is Saturday, 1 September 2007", "due Friday, 31 August 2007")


def test_counted_back_to_a_day_on_which_the_office_is_closed_it_runs_forwards() -> None:
    deadline = on("10 days before", date(2007, 9, 11), shut("US", date(2007, 8, 31)))
    assert deadline.date == date(2007, 9, 4)
    assert tuple(step_lines(deadline)[-3:]) == (
        f"Friday 31 August is closed ({OFFICE_CLOSED})",
        "Monday 3 September is Labor Day",
        "due Tuesday, 4 September 2007",
    )


@pytest.mark.parametrize("reason", ["Sunday", "Saturday", "closed", "Labor Day"])
def test_a_closure_is_named_whatever_its_reason_says(reason: str) -> None:
    calendar = calendar_named("US", {date(2018, 2, 23): reason, date(2018, 2, 25): reason})
    rolled = on("30 days", date(2018, 1, 24), calendar)
    assert tuple(step_lines(rolled)[-2:]) == (f"Friday 23 February is closed ({reason})", "due Monday, 26 February 2018")
    counted_through = on("2 business days", date(2018, 2, 22), calendar)
    assert f"Saturdays, Sundays and 23 February 2018 ({reason}) are not counted" in step_lines(counted_through)


def test_a_closure_without_a_reason_says_that_the_day_is_closed() -> None:
    calendar = calendar_named("US", {date(2018, 2, 23): ""})
    assert "Friday 23 February is closed" in step_lines(on("30 days", date(2018, 1, 24), calendar))
    counted_through = on("2 business days", date(2018, 2, 22), calendar)
    assert "Saturdays, Sundays and 23 February 2018 (closed) are not counted" in step_lines(counted_through)


@pytest.mark.parametrize(
    ("rule", "start", "calendar", "ends"),
    [
        ("14 days", date(2008, 4, 7), MA, date(2008, 4, 22)),  # Patriots' Day is a holiday of the state
        ("14 days before", date(2008, 5, 5), MA, date(2008, 4, 21)),  # which does not count backwards
        ("14 days before", date(2008, 5, 5), shut("US-MA", date(2008, 4, 21)), date(2008, 4, 22)),
        ("14 days", date(2008, 4, 7), US, date(2008, 4, 21)),
    ],
)
def test_a_holiday_of_a_state_counts_only_forwards(rule: str, start: date, calendar: Calendar, ends: date) -> None:
    assert on(rule, start, calendar).date == ends


def test_a_period_in_hours_that_ends_on_a_saturday_ends_at_the_same_time_on_monday_and_is_not_rounded_up() -> None:
    deadline = on("48 hours", datetime(2018, 2, 22, 14, 17, tzinfo=NEW_YORK), US)
    assert (deadline.date, deadline.time) == (date(2018, 2, 26), time(14, 17))
    assert step_lines(deadline)[-1] == "due at the same time on Monday, 26 February 2018"


def test_a_date_that_is_set_is_not_moved() -> None:
    for calendar in (NONE, US, shut("US", date(2018, 2, 24))):
        assert on("February 24, 2018", calendar=calendar) == Deadline(date(2018, 2, 24), NEW_YORK)


# Committee Notes on Rule 6, 2005 Amendment: three days for mail


def test_a_thirtieth_day_on_saturday_before_a_holiday_ends_on_tuesday_and_with_mail_on_friday() -> None:
    deadline = on("30 days + mail", date(2007, 8, 2), US)
    assert deadline.date == date(2007, 9, 7)
    assert tuple(step_lines(deadline)[1:]) == (
        "day 30 is Saturday, 1 September 2007",
        "Monday 3 September is Labor Day",
        "the period ends on Tuesday, 4 September 2007",
        "3 days more for mail: Friday, 7 September 2007",
    )


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        (date(2018, 1, 26), date(2018, 2, 12)),  # ends on a Friday: Saturday, Sunday and Monday are the three days
        (date(2018, 2, 2), date(2018, 2, 20)),  # and where that Monday is a holiday, Tuesday
    ],
)
def test_weekends_count_among_the_three_days_but_a_holiday_at_their_end_does_not(start: date, ends: date) -> None:
    assert on("14 days + mail", start, US).date == ends


# Without a calendar


def test_without_a_calendar_nothing_rolls() -> None:
    assert on("30 days").date == date(2018, 2, 23)
    assert on("31 days").date == date(2018, 2, 24)  # a Saturday
    assert on("335 days").date == date(2018, 12, 25)
    assert on("9 days before").date == date(2018, 1, 15)


def test_with_closures_alone_only_closures_roll() -> None:
    calendar = shut("none", date(2018, 2, 23))
    assert on("30 days", calendar=calendar).date == date(2018, 2, 24)
    assert on("31 days", calendar=calendar).date == date(2018, 2, 24)


def test_business_days_leave_out_what_the_calendar_leaves_out() -> None:
    """5 U.S.C. § 552(a)(6)(A)(i)."""
    federal = on("20 business days", calendar=US)
    assert federal.date == date(2018, 2, 22)
    assert tuple(step_lines(federal)) == (
        "counted from Wednesday, 24 January 2018, which is not counted",
        "Saturdays, Sundays and 19 February 2018 (Washington's Birthday) are not counted",
        "business day 20 is Thursday, 22 February 2018",
    )
    plain = on("20 working days")
    assert plain.date == date(2018, 2, 21)
    assert tuple(step_lines(plain)[1:3]) == (
        "Saturdays and Sundays are not counted",
        "no calendar was named, so legal holidays are counted as any other day",
    )
    assert on("20 business days", calendar=shut("US", date(2018, 2, 1))).date == date(2018, 2, 23)


def test_a_long_count_of_business_days_does_not_name_every_holiday() -> None:
    step = step_lines(on("1000 business days", calendar=US))[1]
    assert step.endswith(" more are not counted")
    assert step.count("(") == 10


# Units and starts


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("2 weeks", date(2018, 2, 7)),
        ("1 month", date(2018, 2, 24)),
        ("13 months", date(2019, 2, 24)),
        ("1 year", date(2019, 1, 24)),
        ("1 month before", date(2017, 12, 24)),
        ("2 years before", date(2016, 1, 24)),
    ],
)
def test_months_and_years_end_on_the_corresponding_date(rule: str, ends: date) -> None:
    assert on(rule).date == ends


@pytest.mark.parametrize(
    ("rule", "start", "readings"),
    [
        ("1 month", date(2018, 1, 31), "28 February 2018 or as 1 March 2018, since February 2018 has 28 days"),
        ("1 month before", date(2018, 12, 31), "30 November 2018 or as 1 December 2018"),
        ("1 year", date(2016, 2, 29), "28 February 2017 or as 1 March 2017"),
    ],
)
def test_a_month_that_lacks_that_day_is_refused_with_both_readings(rule: str, start: date, readings: str) -> None:
    with pytest.raises(CaseError) as refused:
        on(rule, start)
    assert readings in str(refused.value)


def test_hours_need_a_moment_and_are_told_how_to_give_it() -> None:
    with pytest.raises(CaseError, match="Give the time too, like 2018-01-24 10:23"):
        on("72 hours")


def test_days_start_on_the_day_of_a_moment_in_the_letters_zone() -> None:
    late = datetime(2018, 1, 25, 3, tzinfo=UTC)  # still the 24th in New York
    assert on("30 days", late).date == date(2018, 2, 23)
    assert on("30 days", late).start == date(2018, 1, 24)


def test_a_period_without_a_start_is_refused() -> None:
    with pytest.raises(NoStart, match="“30 days” is counted from a day that is not known"):
        parse_deadline("30 days", NEW_YORK)


def test_a_start_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        on("72 hours", datetime(2018, 1, 24, 10))  # noqa: DTZ001


def test_a_date_after_the_period_is_its_start() -> None:
    assert parse_deadline("30 days after January 24, 2018", NEW_YORK).date == date(2018, 2, 23)
    assert start_text(parse_deadline("72 hours from 2018-01-24 10:23", NEW_YORK).start) == "2018-01-24T10:23-05:00"
    assert parse_deadline("30 days from today", NEW_YORK, today=JAN_24).date == date(2018, 2, 23)
    assert on("30 days after January 24, 2018").date == date(2018, 2, 23)


@pytest.mark.parametrize("rule", ["30 days after January 26, 2018", "30 days from the letter dated January 26, 2018"])
def test_another_start_than_the_one_given_is_refused_with_both(rule: str) -> None:
    with pytest.raises(CaseError, match=r"names 26 January 2018, but is to be counted from 24 January 2018"):
        on(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "30 days after 2/3/2018",
        "30 days after February 30, 2018",
        "30 days after Thursday, January 26, 2018",
        "30 days after January 26",
        "30 days after the January 26 letter",
        "30 days after the 26th",
        "30 days after the letter of 1/26",
        "30 days after friday",
        "30 days after next friday",
        "30 days after the Friday hearing",
        "72 hours after Jan 26, 2018 midnight",
    ],
)
def test_a_start_that_is_not_certain_is_refused_and_no_other_takes_its_place(rule: str) -> None:
    with pytest.raises(CaseError):
        on(rule, datetime(2018, 1, 24, 10, tzinfo=NEW_YORK))


def test_the_words_after_a_period_are_kept() -> None:
    assert on("thirty (30) days after receipt of this letter").words == "thirty (30) days after receipt of this letter"
    assert on("30 days").words == ""
    assert on("30 days of the day on which you may sign for it").date == date(2018, 2, 23)
    assert on("30 days from the letter dated January 24, 2018").date == date(2018, 2, 23)


# What is read, and what is refused


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("30 days", "30 days"),
        ("1 day", "1 day"),
        ("a week", "1 week"),
        ("Within 30 calendar days", "30 days"),
        ("30-day", "30 days"),
        ("thirty (30) days", "30 days"),
        ("30 (thirty) days", "30 days"),
        ("forty-five days", "45 days"),
        ("one hundred twenty days", "120 days"),
        ("20 working days", "20 business days"),
        ("ten (10) business days of receipt", "10 business days"),
        ("1 working day", "1 business day"),
        ("48 hours", "48 hours"),
        ("no later than 10 days before the hearing", "10 days before"),
        ("10 days prior to the hearing", "10 days before"),
        ("14 days + mail", "14 days + mail"),
        ("14 days plus 3 days for mailing", "14 days + mail"),
        ("14 days and three (3) days for mail", "14 days + mail"),
        ("30 days from the date of this letter", "30 days"),
        ("2 months following service", "2 months"),
        ("30 days.", "30 days"),
        ("thirty\u2011five days", "35 days"),
        ("one hundred fifty (150) days", "150 days"),
        ("one hundred and five days", "105 days"),
        ("30 consecutive calendar days", "30 days"),
        ("20 business-days", "20 business days"),
        ("\uff13\uff10 days", "30 days"),
    ],
)
def test_a_period_has_one_normal_form(typed: str, rule: str) -> None:
    stated = parse_period(typed)
    assert stated is not None
    assert str(stated[0]) == rule


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0 days", "“0 days” leaves no time. Write the date itself, or 1 day or more."),
        ("thirty (20) days", "says thirty and 20. Write the one that is meant."),
        ("99999 days", "is more than 9,999 days"),
        ("72 hours + mail", "three days for mail are added to days, weeks, months or years"),
        ("10 business days + mail", "three days for mail are added to days, weeks, months or years after service"),
        ("10 days + mail before the hearing", "three days for mail are added to days, weeks, months or years after service"),
        ("30 days after receipt or by February 23, whichever is later", "says more than one thing"),
        ("30 days after receipt by 5 p.m.", "says more than one thing: “receipt by 5 p.m”"),
        ("30 days from the date of this letter, at 17:00", "says more than one thing"),
        ("30 days of receipt by noon", "says more than one thing"),
        ("30 days of receipt by close of business", "names no time of day"),
        ("10 days after receipt, not counting weekends", "says more than one thing"),
        ("14 days after service by mail", "can be read with three days more for mail or without"),
        ("14 days after service by U.S. certified mail", "Write 14 days + mail, or 14 days"),
        ("30 days unless extended", "is not a period that can be counted"),
        ("5 court days", "Write it like 30 days, 20 business days, 2 weeks"),
        ("at least 30 days", "is not a period that can be counted"),
        ("2 business weeks", "Write it in days, business days, weeks, months or hours."),
        ("in 30 days", "Write it like 30 days"),  # without a today
        ("9999 years", "outside the years that can be counted (1900 to 9990)"),
        ("9999 weeks before", "outside the years that can be counted"),
        ("before February 23, 2018", "can be read with 23 February 2018 as its last day or without it"),
        ("February 23", "“February 23” has no year. Write it like 2018-02-23"),
        ("soon", "cannot be read as a date with certainty"),
        ("", "cannot be read as a date with certainty"),
        ("30 days (" * 100, "…” is too long for a deadline"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_to_write(typed: str, message: str) -> None:
    with pytest.raises(CaseError) as refused:
        on(typed)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("February 23, 2018 5:00 p.m. ET", "2018-02-23 17:00 EST"),
        ("February 23, 2018, at 5 pm", "2018-02-23 17:00 EST"),
        ("Friday, Feb. 23, 2018 by 5:00 p.m. (ET)", "2018-02-23 17:00 EST"),
        ("5 p.m. Eastern on Friday, February 23, 2018", "2018-02-23 17:00 EST"),
        ("no later than noon ET on the 23rd day of February, 2018", "2018-02-23 12:00 EST"),
        ("23 February 2018 17:00", "2018-02-23 17:00 EST"),
        ("2018-02-23T17:00", "2018-02-23 17:00 EST"),
        ("2018-02-23 00:00", "2018-02-23 00:00 EST"),
        ("2018-02-23 12:30 p.m.", "2018-02-23 12:30 EST"),
        ("July 4, 2018 5 p.m. EDT", "2018-07-04 17:00 EDT"),
        ("Feb 23, 2018 5 p.m. Eastern Standard Time.", "2018-02-23 17:00 EST"),
        ("Feb 23, 2018 5 pm Pacific Time", "2018-02-23 17:00 PST"),
        ("2018-02-23 17:00 America/Denver", "2018-02-23 17:00 MST"),
        ("2018-02-23 17:00 UTC", "2018-02-23 17:00 UTC"),
        ("2018-02-23T17:00-05:00", "2018-02-23 17:00 EST"),
        ("2018-02-23T17:00-06:00", "2018-02-23 18:00 EST"),
        ("2018-02-23T22:00Z", "2018-02-23 17:00 EST"),
        ("Nov 4, 2018 1:30 a.m. EDT", "2018-11-04 01:30 EDT"),  # the first of two
        ("tomorrow 5 pm", "2018-01-25 17:00 EST"),
        ("friday noon", "2018-01-26 12:00 EST"),
        ("by 5 p.m. on February 23, 2018", "2018-02-23 17:00 EST"),
        ("5:00 p.m. Feb 23, 2018", "2018-02-23 17:00 EST"),
        ("no later than 11:59 p.m. on Friday, February 23, 2018", "2018-02-23 23:59 EST"),
        ("17:00 on February 23, 2018", "2018-02-23 17:00 EST"),
        ("noon on February 23, 2018", "2018-02-23 12:00 EST"),
        ("12:00 noon EST on February 23, 2018", "2018-02-23 12:00 EST"),
        ("5 p.m. Pacific time on February 23, 2018", "2018-02-23 17:00 PST"),
        ("5 p.m. America/Denver, February 23, 2018", "2018-02-23 17:00 MST"),
        ("due by February 23, 2018 @ 5 PM", "2018-02-23 17:00 EST"),
        ("at or before 5 p. m., E.S.T., on February 23, 2018", "2018-02-23 17:00 EST"),
        ("before 5 p.m. on February 23, 2018", "2018-02-23 17:00 EST"),
        ("February 23, 2018, 5:00 p.m., ET", "2018-02-23 17:00 EST"),
        ("2018-02-23 11:59", "2018-02-23 11:59 EST"),
        ("23 February 2018 05:00", "2018-02-23 05:00 EST"),
        ("Feb 23, 2018, 5 p.m. Eastern Standard Time (EST)", "2018-02-23 17:00 EST"),
        ("5 p.m. Eastern Time (ET) on Feb 23, 2018", "2018-02-23 17:00 EST"),
        ("Feb 23, 2018 5 p.m. Pacific time zone", "2018-02-23 17:00 PST"),
        ("July 23, 2018 5 p.m. Eastern Daylight Saving Time", "2018-07-23 17:00 EDT"),
        ("5 p.m. Hawaii-Aleutian Standard Time on July 23, 2018", "2018-07-23 17:00 HST"),
    ],
)
def test_a_date_with_a_time_is_that_moment(typed: str, moment: str) -> None:
    deadline = parse_deadline(typed, NEW_YORK, today=JAN_24)
    assert f"{deadline.last_moment.astimezone(deadline.zone):%Y-%m-%d %H:%M %Z}" == moment
    assert rule_text(deadline) == "a date and a time"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("Feb 23, 2018 midnight", "can be read as the start or as the end of 23 February 2018"),
        ("Feb 23, 2018 at 12:00 a.m.", "can be read as the start or as the end of 23 February 2018"),
        ("Feb 23, 2018 0:00", "can be read as the start or as the end of 23 February 2018"),
        ("2018-02-23 0000 hours", "can be read as the start or as the end of 23 February 2018"),
        ("00:00 on February 23, 2018", "can be read as the start or as the end of 23 February 2018"),
        ("Feb 23, 2018 5:00", "can be read as 5:00 a.m. or as 5:00 p.m."),
        ("Feb 23, 2018 11:59", "can be read as 11:59 a.m. or as 11:59 p.m."),
        ("10:30 on February 23, 2018", "can be read as 10:30 a.m. or as 10:30 p.m."),
        ("5 p.m. Thursday, February 23, 2018", "23 February 2018 is a Friday"),
        ("Feb 23, 2018 5 p.m. ea\u017ftern", "cannot be read as a date"),
        ("Feb 23, 2018 13 p.m.", "names a time of day that does not exist"),
        ("Feb 23, 2018 24:00", "names a time of day that does not exist"),
        ("Feb 23, 2018 close of business", "names no time of day. Write one, like 5:00 p.m."),
        ("COB Feb 23, 2018", "names no time of day"),
        ("Feb 23, 2018 by end of day", "names no time of day"),
        ("July 4, 2018 5 p.m. EST", "It can be read as 17:00 EDT or as 18:00 EDT. Write the one you mean."),
        ("July 4, 2018 EST", "It can be read as 23:59 EDT or as 00:59 EDT on 5 July 2018."),
        ("Feb 23, 2018 5 p.m. Pacific Daylight Time", "It can be read as 17:00 PST or as 16:00 PST."),
        ("Feb 23, 2018 5 p.m. CDT", "It can be read as 17:00 CST or as 16:00 CST."),  # 17:00 CDT would be 17:00 EST
        ("Feb 23, 2018 5 p.m. Eastern Time (PT)", "cannot be read as a date"),
        ("July 4, 2018 5 p.m. Eastern Time (EST)", "It can be read as 17:00 EDT or as 18:00 EDT."),
        ("July 4, 2018 5 p.m. Eastern Daylight Time (EST)", "cannot be read as a date"),
        ("Feb 23, 2018 5 p.m. local time", "“local time” in “Feb 23, 2018 5 p.m. local time” is not a time zone. Use ET, CT"),
        ("Feb 23, 2018 5 p.m. Mars/Base", "“Mars/Base” is not a time zone"),
        ("March 11, 2018 2:30 a.m.", "On 11 March 2018 the clocks of America/New_York skip 02:30"),
        ("March 11, 2018 2:30 a.m. EST", "skip 02:30"),
        ("Nov 4, 2018 1:30 a.m.", "the clocks show 01:30 twice"),
        ("Nov 4, 2018 1:30 a.m. EST", "Write it as 2018-11-04 05:30 UTC or as 2018-11-04 06:30 UTC."),
        ("2018-11-04T01:30-05:00", "2018-11-04 06:30 UTC"),
        ("2018-02-30T17:00-05:00", "February 2018 has 28 days"),
        ("2018-02-23T17:61-05:00", "is not a moment"),
        ("Thursday, February 23, 2018 5 p.m.", "23 February 2018 is a Friday"),
        ("2/3/2018 5 p.m.", "3 February 2018 or as 2 March 2018"),
    ],
)
def test_a_time_that_is_none_or_two_is_refused(typed: str, message: str) -> None:
    with pytest.raises(CaseError) as refused:
        parse_deadline(typed, NEW_YORK)
    assert message in str(refused.value)


def test_a_zone_in_the_text_goes_before_the_letters_and_a_step_says_so() -> None:
    deadline = parse_deadline("Feb 23, 2018 5 p.m. PT", NEW_YORK)
    assert deadline.zone.key == "America/Los_Angeles"
    assert tuple(step_lines(deadline)) == (
        "the time zone is the one that is written, America/Los_Angeles, not America/New_York",
    )
    assert parse_deadline("Feb 23, 2018 PT", NEW_YORK).zone.key == "America/Los_Angeles"
    assert parse_deadline("Feb 23, 2018 ET", NEW_YORK) == Deadline(date(2018, 2, 23), NEW_YORK)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("July 4, 2018 5 p.m. MST", "America/Phoenix"),
        ("July 4, 2018 5 p.m. ET", "America/Detroit"),
        ("2018-07-04 PT", "America/Tijuana"),
        ("July 4, 2018 5 p.m. Mountain Standard Time", "America/Phoenix"),
        ("July 4, 2018 5 p.m. PDT", "America/Phoenix"),  # so it is in Los Angeles, too
        ("July 4, 2018 5 p.m. EST", "America/Panama"),
        ("July 4, 2018 5 p.m. CST", "America/Regina"),
    ],
)
def test_a_zone_whose_clocks_stand_alike_is_the_one_that_is_meant(typed: str, zone: str) -> None:
    deadline = parse_deadline(typed, ZoneInfo(zone))
    assert (deadline.zone.key, deadline.steps) == (zone, ())


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("July 4, 2018 5 p.m. MT", "America/Phoenix"),  # Phoenix keeps Mountain Standard Time
        ("July 4, 2018 5 p.m. Eastern", "America/Panama"),
        ("Feb 23, 2018 5 p.m. CST", "Asia/Shanghai"),  # China Standard Time
    ],
)
def test_a_name_that_the_letters_own_zone_goes_by_too_is_refused_where_it_makes_a_difference(typed: str, zone: str) -> None:
    with pytest.raises(CaseError, match=f"may be the time of {zone} or of America/"):
        parse_deadline(typed, ZoneInfo(zone))
    assert parse_deadline("July 4, 2018 5 p.m. MT", ZoneInfo("America/Los_Angeles")).zone.key == "America/Denver"


@pytest.mark.parametrize(
    "lead", ["by ", "due ", "due by ", "on or before ", "no later than ", "by no later than: ", "through "]
)
def test_the_words_before_a_date_that_is_included_go_without_saying(lead: str) -> None:
    assert parse_deadline(f"{lead}February 23, 2018", NEW_YORK) == Deadline(date(2018, 2, 23), NEW_YORK)


def test_a_day_told_from_today_says_which_it_is() -> None:
    assert tuple(step_lines(parse_deadline("friday", NEW_YORK, today=JAN_24))) == (
        "“friday”, on Wednesday, 24 January 2018, is Friday, 26 January 2018",
    )
    assert parse_deadline("by 2/23/2018", NEW_YORK, order=DateOrder.MONTH_FIRST) == Deadline(date(2018, 2, 23), NEW_YORK)


def test_a_start_is_a_day_or_a_moment() -> None:
    assert parse_start("Jan 24, 2018", NEW_YORK) == JAN_24
    assert parse_start("Jan 24, 2018 10:23 a.m.", NEW_YORK) == datetime(2018, 1, 24, 10, 23, tzinfo=NEW_YORK)
    assert parse_start("today", NEW_YORK, today=JAN_24) == JAN_24
    assert parse_start("1/24/2018", NEW_YORK, order=DateOrder.MONTH_FIRST) == JAN_24


# The change of clocks


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2018-03-10 10:00", 24, "2018-03-11 11:00"),
        ("2018-03-10 02:30", 24, "2018-03-11 03:30"),  # 02:30 is skipped that night
        ("2018-11-03 10:00", 24, "2018-11-04 09:00"),
        ("2018-11-04 00:30", 1, "2018-11-04 01:30"),  # the first 01:30
        ("2018-11-04 00:30", 3, "2018-11-04 02:30"),
    ],
)
def test_hours_are_hours_that_pass(start: str, hours: int, ends: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=NEW_YORK)
    deadline = on(f"{hours} hours", begun)
    assert f"{deadline.date} {deadline.time:%H:%M}" == ends
    assert deadline.last_moment - begun.astimezone(UTC) == timedelta(hours=hours)


def test_hours_that_end_when_the_clocks_show_a_time_again_are_refused_with_that_moment() -> None:
    """A deadline keeps a date and a time of day, which would mean the first of the two."""
    with pytest.raises(CaseError, match=r"for the second time\. Write the deadline as 2018-11-04 06:30 UTC"):
        on("2 hours", datetime(2018, 11, 4, 0, 30, tzinfo=NEW_YORK))
    assert parse_deadline("2018-11-04 06:30 UTC", NEW_YORK).last_moment == datetime(2018, 11, 4, 6, 30, tzinfo=UTC)
    rolled = on("2 hours", datetime(2018, 11, 4, 0, 30, tzinfo=NEW_YORK), US)
    assert (rolled.date, rolled.time) == (date(2018, 11, 5), time(1, 30))


def test_a_day_that_a_zone_never_had_is_no_deadline() -> None:
    """Samoa went from the 29th to the 31st when it crossed the date line."""
    apia = ZoneInfo("Pacific/Apia")
    for rule, start in (("2011-12-30", None), ("2 days", date(2011, 12, 28))):
        with pytest.raises(CaseError, match="never had"):
            parse_deadline(rule, apia, start=start)
    assert parse_deadline("3 days", apia, start=date(2011, 12, 28)).last_moment == datetime(
        2011, 12, 31, 10, tzinfo=UTC
    ) - timedelta(microseconds=1)


def test_days_are_not_shortened_by_the_clocks() -> None:
    assert on("3 days", date(2018, 3, 9)).last_moment == datetime(2018, 3, 13, 4, tzinfo=UTC) - timedelta(microseconds=1)


# Properties


@given(days, counts, st.data())
def test_days_agree_with_the_slow_counter(start: date, count: int, data: st.DataObject) -> None:
    closures = data.draw(closed(start, count))
    calendar = calendar_named("US", closures)
    assert on(f"{count} days", start, calendar).date == days_after(start, count, closures)
    mailed = days_after(days_after(start, count, closures), 3, closures)
    assert on(f"{count} days + mail", start, calendar).date == mailed


@given(days, counts, st.data())
@example(date(2007, 9, 11), 10, None)
def test_days_before_agree_with_the_slow_counter(start: date, count: int, data: st.DataObject | None) -> None:
    closures: Mapping[date, str] = data.draw(closed(start, -count)) if data else {date(2007, 8, 31): "snow"}
    assert on(f"{count} days before", start, calendar_named("US", closures)).date == days_before(start, count, closures)


@given(days, st.integers(1, 120), sides, st.data())
def test_business_days_agree_with_the_slow_counter(start: date, count: int, back: bool, data: st.DataObject) -> None:
    closures = data.draw(closed(start, -count if back else count))
    rule = f"{count} business days{' before' if back else ''}"
    ends = business_days(start, count, -1 if back else 1, closures)
    assert on(rule, start, calendar_named("US", closures)).date == ends


@given(days, periods(), st.sampled_from(["US", "US-CA", "US-MA", "US-TX", "US-DC"]), st.data())
def test_a_count_on_a_calendar_never_ends_on_a_day_off(start: date, period: Period, name: str, data: st.DataObject) -> None:
    calendar = calendar_named(name, data.draw(closed(start, -period.count if period.backward else period.count)))
    begun = datetime.combine(start, time(10), NEW_YORK) if period.unit is Unit.HOUR else start
    try:
        deadline = counted(period, begun, NEW_YORK, calendar)
    except CaseError as refused:
        assert "can be read as" in str(refused)
        return
    assert calendar.off(deadline.date, backward=period.backward) is None


@given(days, st.integers(1, 200))
def test_business_days_counted_forwards_and_back_come_home(start: date, count: int) -> None:
    assume(not rests(start))
    there = on(f"{count} business days", start, US).date
    assert on(f"{count} business days before", there, US).date == start


@given(days, counts)
def test_days_counted_forwards_and_back_come_home_or_to_what_the_roll_gave(start: date, count: int) -> None:
    there = on(f"{count} days", start).date
    assert on(f"{count} days before", there).date == start
    assume(not rests(start))
    rolled = on(f"{count} days", start, US).date
    assert start <= on(f"{count} days before", rolled, US).date <= start + (rolled - there)


@given(days, st.integers(1, 90), st.sampled_from(["days", "business days", "weeks"]), st.sampled_from([NONE, US, MA]), sides)
def test_a_longer_period_never_ends_earlier(start: date, count: int, unit: str, calendar: Calendar, back: bool) -> None:
    side = " before" if back else ""
    shorter, longer = (on(f"{one} {unit}{side}", start, calendar).date for one in (count, count + 1))
    assert longer <= shorter if back else shorter <= longer


@given(days, st.integers(1, 50))
def test_weeks_are_seven_days_and_years_twelve_months(start: date, count: int) -> None:
    assume(start.day <= 28)
    assert on(f"{count} weeks", start, US).date == on(f"{7 * count} days", start, US).date
    assert on(f"{count} years", start).date == on(f"{12 * count} months", start).date


@given(moments, st.integers(1, 500), zones, sides)
@example(datetime(2018, 11, 4, 4, 30, tzinfo=UTC), 2, NEW_YORK, False)
def test_hours_are_elapsed_hours_in_any_zone(begun: datetime, hours: int, zone: ZoneInfo, back: bool) -> None:
    begun = begun.astimezone(UTC).replace(second=0, microsecond=0)
    try:
        deadline = parse_deadline(f"{hours} hours{' before' if back else ''}", zone, start=begun)
    except CaseError as refused:
        assert "for the second time" in str(refused)
        return
    assert deadline.last_moment - begun == timedelta(hours=-hours if back else hours)


@given(moments, st.integers(1, 500), sides)
def test_hours_on_a_calendar_keep_their_time_of_day(begun: datetime, hours: int, back: bool) -> None:
    rule = f"{hours} hours{' before' if back else ''}"
    try:
        plain, rolled = on(rule, begun), on(rule, begun, US)
    except CaseError as refused:
        assert "second time" in str(refused)
        return
    assert plain.time == rolled.time
    assert rolled.date <= plain.date if back else plain.date <= rolled.date
    assert (rolled.date == plain.date) != rests(plain.date)


@given(periods())
def test_the_normal_form_of_a_period_reads_back(period: Period) -> None:
    assert parse_period(str(period)) == (period, "")


@given(moments, periods(), st.sampled_from([NONE, US, MA]), st.sampled_from([NONE, US, MA]), zones)
def test_a_deadline_counted_again_is_the_one_that_calendar_gives(
    begun: datetime, period: Period, first: Calendar, second: Calendar, zone: ZoneInfo
) -> None:
    try:
        deadline, other = counted(period, begun, zone, first), counted(period, begun, zone, second)
    except CaseError:
        return
    assert recounted(deadline, first) == deadline
    assert recounted(deadline, second) == other


@given(moments, periods(), st.sampled_from([NONE, US, MA]))
def test_the_last_step_names_the_day(begun: datetime, period: Period, calendar: Calendar) -> None:
    try:
        deadline = counted(period, begun, NEW_YORK, calendar)
    except CaseError:
        return
    assert step_lines(deadline)[-1].endswith(f"{deadline.date:%A}, {deadline.date.day} {deadline.date:%B %Y}")
    assert (deadline.rule, deadline.calendar) == (period, calendar.name)


@pytest.mark.parametrize(
    "deadline",
    [
        Deadline(date(2018, 2, 24), NEW_YORK),
        Deadline(date(2018, 2, 24), NEW_YORK, rule=Period(30, Unit.DAY)),  # from what day?
        Deadline(date(2018, 2, 24), NEW_YORK, rule_words="thirty days or so", start=date(2018, 1, 25)),
        Deadline(date(2018, 2, 24), NEW_YORK, rule=Period(72, Unit.HOUR), start=date(2018, 1, 25)),
        Deadline(date(2018, 2, 24), NEW_YORK, rule=Period(30, Unit.DAY), start=datetime(2018, 1, 25, 9, tzinfo=UTC)),
    ],
)
def test_a_deadline_that_was_not_counted_here_is_left_as_it_is(deadline: Deadline) -> None:
    assert recounted(deadline, US) == deadline


PIECES = [
    "30 ",
    "thirty ",
    "(30) ",
    "days ",
    "business days ",
    "hours ",
    "month ",
    "before ",
    "after ",
    "receipt ",
    "+ mail",
    "in ",
]
PIECES += [
    "Feb 23, 2018 ",
    "2018-02-23",
    "2/3/2018 ",
    "T",
    "17:00",
    "5 p.m. ",
    "5:00 ",
    "noon ",
    "midnight ",
    "ET ",
    "EST ",
    "UTC ",
]
PIECES += ["friday ", "tomorrow ", "by ", "9999 ", "years ", "-05:00", "America/New_York", ", ", "at ", "on "]
PIECES += [
    "ea\u017ftern ",
    "pac\u0131fic",
    "p. m. ",
    "E.S.T. ",
    "2/23/18",
    "MT ",
    "\u0663\u0660 days",
    "\u2011",
    "\u200b",
    "11:59 ",
    "23-Feb-2018 ",
]
pieces = st.sampled_from(PIECES)


@given(st.one_of(st.text(max_size=80), st.lists(pieces, max_size=7).map("".join)))
@example("30 days after 9999-12-31T23:59-14:00")
@example("1900-01-01T00:00+14:00")
@example("in 9999 weeks")
@example("9999 hours before 1900-01-02 00:00")
def test_whatever_is_typed_is_read_or_refused_with_a_reason(typed: str) -> None:
    for start in (None, JAN_24, datetime(2018, 1, 24, 10, 23, tzinfo=NEW_YORK)):
        for calendar in (NONE, US):
            try:
                deadline = parse_deadline(
                    typed, NEW_YORK, start=start, calendar=calendar, today=JAN_24, order=DateOrder.DAY_FIRST
                )
            except CaseError as refused:
                assert str(refused)
            else:
                assert recounted(deadline, calendar) == deadline
