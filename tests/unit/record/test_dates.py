"""Dates keep their precision, deadlines end with their day, and days are calendar days, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.record.deadlines.dates import DateOrder, NoDate, TwoReadings, iso_date, parse_date
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.when import Precision, When
from bot.record.deadlines.zones import INSTANT, end_of, start_of, zone_named
from bot.record.errors import CaseError
from tests.unit.record.cases import NEW_YORK, at, by

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "America/Sao_Paulo",  # its clocks went forward at midnight: days began at 01:00
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    )
]
zones = st.sampled_from(ZONES)
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(days, zones)
def test_a_day_is_known_from_its_first_moment_to_its_last(day: date, zone: ZoneInfo) -> None:
    when = When(day.isoformat(), zone)
    assert when.precision is Precision.DAY
    assert when.earliest == start_of(day, zone)
    assert when.latest == end_of(day, zone)
    assert when.earliest <= when.noon() <= when.latest
    assert when.last_day == when.noon().astimezone(zone).date() == day
    assert (when.earliest - INSTANT).astimezone(zone).date() == day - timedelta(days=1)


@given(days, days, zones)
def test_a_span_is_known_from_its_first_day_to_its_last(one: date, other: date, zone: ZoneInfo) -> None:
    first, last = sorted((one, other))
    when = When(f"between {first} and {last}", zone)
    assert (when.earliest, when.latest, when.last_day) == (start_of(first, zone), end_of(last, zone), last)
    assert When(f"by {last}", zone).earliest is None
    assert When(f"by {last}", zone).noon() == when.noon()


@given(days, zones)
def test_a_month_ends_with_its_last_day(day: date, zone: ZoneInfo) -> None:
    when = When(f"{day:%Y-%m}", zone)
    assert when.earliest == start_of(day.replace(day=1), zone)
    assert (when.last_day + timedelta(days=1)).day == 1
    assert when.last_day.month == day.month


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=zones))  # noqa: DTZ001
def test_a_moment_is_that_moment(moment: datetime) -> None:
    when = When(moment.isoformat(), NEW_YORK)
    assert when.earliest == when.latest == when.noon() == moment.astimezone(UTC)


@given(st.text() | st.from_regex(r"(by |between )?\d{1,5}-\d\d(-\d\d)?( and \d{4}-\d\d-\d\d)?(T\d\d:\d\d([+-]\d\d:\d\d)?)?"))
@example("0001-01-01T00:00+14:00")
@example("9999-12-31T23:59-14:00")
@example("between 2018-02-02 and 2018-02-01")
@example("by ")
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    try:
        when = When(text, NEW_YORK)
    except CaseError:
        return
    assert when.earliest is None or when.earliest <= when.latest


@given(st.text())
def test_typed_dates_are_read_or_refused(text: str) -> None:
    for read in (iso_date, parse_date, lambda typed: parse_deadline(typed, NEW_YORK, start=date(2018, 1, 24))):
        try:
            read(text)
        except CaseError as refused:
            assert str(refused)


@given(days, days, clocks, zones)
def test_days_left_are_calendar_days_in_the_deadlines_zone(last: date, today: date, clock: time, zone: ZoneInfo) -> None:
    now = datetime.combine(today, clock, zone).astimezone(UTC)
    assert Deadline(last, zone).days_left(now) == (last - today).days


@given(days, zones)
def test_a_deadline_passes_at_the_next_midnight(last: date, zone: ZoneInfo) -> None:
    deadline, midnight = Deadline(last, zone), start_of(last + timedelta(days=1), zone)
    assert not deadline.has_passed(midnight - INSTANT)
    assert deadline.has_passed(midnight)
    assert deadline.days_left(midnight - INSTANT) == 0
    assert deadline.days_left(midnight) == -1


@given(days, clocks, zones)
def test_a_deadline_with_a_time_passes_just_after_it(last: date, clock: time, zone: ZoneInfo) -> None:
    deadline = Deadline(last, zone, clock)
    assert not deadline.has_passed(deadline.last_moment)
    assert deadline.has_passed(deadline.last_moment + INSTANT)
    assert deadline.last_moment <= Deadline(last, zone).last_moment


def test_across_the_change_of_clocks_a_week_stays_seven_days() -> None:
    deadline = by("2018-03-14")
    assert deadline.days_left(at("2018-03-07 23:59")) == 7
    assert deadline.days_left(at("2018-03-14 00:00")) == 0
    assert deadline.last_moment - at("2018-03-07 00:00") == timedelta(days=8, hours=-1) - INSTANT


def test_a_moment_needs_a_zone_to_be_compared() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        by("2018-03-14").has_passed(datetime(2018, 3, 14))  # noqa: DTZ001


@given(st.integers(1, 3650), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_count_of_days_leaves_out_the_day_it_starts_from(count: int, start: date) -> None:
    deadline = parse_deadline(f"{count} days", NEW_YORK, start=start)
    assert deadline.date == start + timedelta(days=count)
    assert (deadline.words, str(deadline.rule)) == ("", f"{count} day" if count == 1 else f"{count} days")


@pytest.mark.parametrize("typed", ["America/New_York", "america/new york", " AMERICA/NEW_YORK "])
def test_a_zone_goes_by_region_and_city(typed: str) -> None:
    assert zone_named(typed).key == "America/New_York"
    assert zone_named("utc").key == "UTC"


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("EST", "such as America/New_York or UTC"),
        ("EDT", "such as America/New_York or UTC"),
        ("MST7MDT", "such as America/Denver or UTC"),
        ("etc/gmt+5", "such as America/New_York or UTC"),
        ("Etc/UTC", "or UTC"),
        ("Cuba", "such as America/New_York or UTC"),
        ("GMT", "such as Europe/London or UTC"),
        ("America/New_Yrok", "Did you mean America/New_York"),
        ("Los Angles", "Did you mean America/Los_Angeles"),
        ("Mars/Base", "Use a name such as America/New_York, Europe/Berlin or UTC."),
        ("", "Use a name such as"),
    ],
)
def test_a_zone_that_has_no_region_or_is_none_is_refused_with_a_better_one(typed: str, advice: str) -> None:
    with pytest.raises(CaseError) as refused:
        zone_named(typed)
    assert advice in str(refused.value)


WEDNESDAY = date(2018, 1, 24)
FEB_23 = date(2018, 2, 23)


@pytest.mark.parametrize(
    "typed",
    [
        "2018-02-23",
        "Feb 23, 2018",
        "Feb. 23 2018",
        "february 23rd, 2018",
        "23 February 2018",
        "23rd of February 2018",
        "the 23rd day of February, 2018",
        "Friday, February 23, 2018",
        "Fri 23 February 2018",
        "February 23,2018",
        "Feb.23, 2018",
        "friday,february 23,2018",
        "February the 23rd, 2018",
        "2018/02/23",
        "2018.02.23",
        "the 23d of February, 2018",
        "February 23d, 2018",
        "23-Feb-2018",
        "February 23, 2018 (Friday)",
        "2018\u201102\u201123",  # hyphens that do not break, as in a PDF
        "February\u00a023,\u200b 2018",
        "Feb 23, \u0662\u0660\u0661\u0668",  # Arabic digits
    ],
)
def test_a_day_is_read_in_its_strict_forms(typed: str) -> None:
    assert parse_date(typed) == FEB_23


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("2/23/2018", DateOrder.MONTH_FIRST, FEB_23),
        ("23.2.2018", DateOrder.DAY_FIRST, FEB_23),
        ("02/03/2018", DateOrder.MONTH_FIRST, date(2018, 2, 3)),
        ("02/03/2018", DateOrder.DAY_FIRST, date(2018, 3, 2)),
        ("Saturday, 2/3/2018", DateOrder.MONTH_FIRST, date(2018, 2, 3)),
        ("2/23/18", DateOrder.MONTH_FIRST, FEB_23),
        ("23.2.18", DateOrder.DAY_FIRST, FEB_23),
    ],
)
def test_the_order_of_a_server_settles_month_and_day(typed: str, order: DateOrder, day: date) -> None:
    assert parse_date(typed, order=order) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", WEDNESDAY),
        ("Yesterday", date(2018, 1, 23)),
        ("tomorrow", date(2018, 1, 25)),
        ("friday", date(2018, 1, 26)),
        ("Tue", date(2018, 1, 30)),
        ("in 1 day", date(2018, 1, 25)),
        ("in 30 days", FEB_23),
        ("in 2 weeks", date(2018, 2, 7)),
    ],
)
def test_a_day_may_be_told_from_today(typed: str, day: date) -> None:
    assert parse_date(typed, today=WEDNESDAY) == day
    with pytest.raises(NoDate):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("wednesday", "24 January 2018 or as 31 January 2018"),  # today is one
        ("this friday", "26 January 2018 or as 2 February 2018"),
        ("next friday", "26 January 2018 or as 2 February 2018"),
        ("last friday", "19 January 2018 or as 12 January 2018"),
        ("2/3/2018", "3 February 2018 or as 2 March 2018"),
    ],
)
def test_a_day_that_can_be_read_two_ways_is_refused_with_both(typed: str, readings: str) -> None:
    with pytest.raises(TwoReadings, match=f"“{typed}” can be read as {readings}") as refused:
        parse_date(typed, today=WEDNESDAY)
    assert refused.value.words == typed


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2/23/2018", "If you mean 23 February 2018, write it like"),
        ("Thursday, February 23, 2018", "23 February 2018 is a Friday. Check the day of the week and the date."),
        ("February 23, 2018 (Thursday)", "23 February 2018 is a Friday"),
        ("Friday, in 30 days", "cannot be read as a date with certainty"),
        ("February 23", "has no year"),
        ("23 Feb", "has no year"),
        ("2/23/18", "If you mean 23 February 2018, write it like"),
        ("2/3/18", "can be read as 3 February 2018 or as 2 March 2018"),
        ("2-23-18", "cannot be read as a date with certainty"),
        ("23-Foo-2018", "“Foo” is not a month"),
        ("2-3/2018", "cannot be read as a date with certainty"),
        ("February 29, 2018", "February 2018 has 28 days"),
        ("Febtober 3, 2018", "“Febtober” is not a month"),
        ("February 23, 218", "cannot be read as a date with certainty"),
    ],
)
def test_another_day_is_refused_with_what_to_write(typed: str, message: str) -> None:
    with pytest.raises(CaseError) as refused:
        parse_date(typed, today=WEDNESDAY)
    assert message in str(refused.value)


def test_a_day_that_the_servers_order_does_not_have_is_refused() -> None:
    for typed, order in (("23/2/2018", DateOrder.MONTH_FIRST), ("2/23/2018", DateOrder.DAY_FIRST)):
        with pytest.raises(CaseError, match=f"dates are read {order} here, and there is no month 23"):
            parse_date(typed, order=order)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_next_one_within_a_week(today: date, weekday: int) -> None:
    name = f"{date(2018, 1, 1) + timedelta(days=weekday):%A}"  # a Monday, and so on
    if today.weekday() == weekday:
        with pytest.raises(CaseError, match="can be read as"):
            parse_date(name, today=today)
        return
    day = parse_date(name, today=today)
    assert day.weekday() == weekday
    assert 0 < (day - today).days < 7


def test_a_day_near_the_last_year_that_can_be_counted_in_is_refused() -> None:
    for typed in ("tomorrow", "saturday", "in 2 weeks"):
        with pytest.raises(CaseError, match="the year 9991 is out of range"):
            parse_date(typed, today=date(9990, 12, 31))
