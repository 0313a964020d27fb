"""When each rung is due: by the deadline's days, at the server's hour, and never a countdown after the end."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import INSTANT, start_of
from bot.record.ladder import (
    DEFAULT_LADDER,
    LEGACY_LADDER,
    MONTHLY,
    PASSED,
    STILL_WATCHING,
    WEEKLY,
    YEARLY,
    Due,
    Ladder,
    Phase,
    after,
    before,
    dues_between,
    in_order,
    moments,
    rung_named,
    standing,
)
from bot.record.posting import Posting
from tests.unit.record.cases import FEB_23, NEW_YORK
from tests.unit.record.test_dates import clocks, days, zones

MANY = 30
postings = st.builds(Posting, zones, st.integers(0, 23))
deadlines = st.builds(Deadline, days, zones, st.none() | clocks)


def first(deadline: Deadline, posting: Posting, ladder: Ladder = DEFAULT_LADDER) -> list[Due]:
    return list(islice(moments(ladder, deadline, posting), MANY))


changes = st.integers(-300, 15_000).map(lambda day: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=day))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Any rungs, some of which were put on the ladder at some time, or taken off, or taken off and put on again."""
    once = st.builds(before, st.integers(0, 40)) | st.builds(after, st.integers(1, 400)) | st.just(PASSED)
    rungs = draw(st.lists(once, min_size=1, max_size=8, unique=True))
    rungs += draw(st.lists(st.sampled_from((MONTHLY, YEARLY, WEEKLY, STILL_WATCHING)), max_size=2, unique=True))
    changed = []
    for rung in rungs:
        since, until, again = sorted(draw(st.tuples(changes, changes, changes)))
        changed += draw(
            st.sampled_from(
                (
                    [rung],
                    [replace(rung, since=since)],
                    [replace(rung, since=since, until=until)],
                    [replace(rung, until=until), replace(rung, since=again)],
                )
            )
        )
    return in_order(changed)


@given(deadlines, postings)
def test_moments_ascend(deadline: Deadline, posting: Posting) -> None:
    assert all(one.at <= next_.at for one, next_ in pairwise(first(deadline, posting)))


@given(deadlines, postings)
def test_a_countdown_never_fires_after_the_deadline_nor_an_escalation_before_its_end(
    deadline: Deadline, posting: Posting
) -> None:
    for due in first(deadline, posting):
        if due.rung.phase is Phase.BEFORE:
            assert due.at <= deadline.last_moment
        else:
            assert due.at > deadline.last_moment


@given(deadlines, postings)
def test_every_rung_is_due_at_the_servers_hour(deadline: Deadline, posting: Posting) -> None:
    for due in first(deadline, posting):
        local = due.at.astimezone(posting.zone)
        assert due.at == posting.on(local.date())


@given(st.builds(Deadline, days, zones), postings)
def test_a_countdown_without_a_time_is_due_within_a_day_of_its_own(deadline: Deadline, posting: Posting) -> None:
    """The first posting hour of the day, in the deadline's zone, that lies so many days before; the last in time at most."""
    for due in first(deadline, posting):
        if due.rung.phase is Phase.BEFORE:
            begins = start_of(deadline.date - timedelta(days=due.rung.days), deadline.zone)
            assert begins - timedelta(days=1) < due.at < begins + timedelta(hours=27)


@given(deadlines, postings)
def test_the_passed_rung_is_the_first_posting_after_the_end(deadline: Deadline, posting: Posting) -> None:
    passed = next(due for due in first(deadline, posting) if due.rung.phase is Phase.PASSED)
    assert passed.at == posting.first_from(deadline.last_moment + INSTANT)
    assert passed.at - deadline.last_moment < timedelta(hours=26)


@given(deadlines, postings)
def test_repeats_come_a_week_apart_and_count_up(deadline: Deadline, posting: Posting) -> None:
    repeats = [due for due in first(deadline, posting, LEGACY_LADDER) if due.rung.every]
    assert [due.occurrence for due in repeats] == list(range(len(repeats)))
    for one, next_ in pairwise(repeats):
        apart = next_.at.astimezone(posting.zone).date() - one.at.astimezone(posting.zone).date()
        assert abs(apart - timedelta(days=7)) <= timedelta(days=1)


@given(
    st.builds(Posting, zones, st.integers(0, 23)),
    st.builds(datetime.combine, st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.times(), st.just(UTC)),
)
def test_the_posting_before_and_the_posting_after_a_moment_enclose_it(posting: Posting, moment: datetime) -> None:
    before, after = posting.last_until(moment), posting.first_from(moment)
    assert before <= moment <= after
    assert after - before < timedelta(hours=26)
    assert (before == moment) == (after == moment)


@given(deadlines, postings)
def test_months_begin_after_what_comes_once_each_on_its_first_posting_day(deadline: Deadline, posting: Posting) -> None:
    dues = first(deadline, posting)
    months = [due for due in dues if due.rung == MONTHLY]
    assert months[0].at > max(due.at for due in dues if due.rung.every is None)
    for number, due in enumerate(months, months[0].occurrence):
        years, month = divmod(deadline.date.month - 1 + number, 12)
        assert due.occurrence == number
        assert due.at == posting.first_from(start_of(date(deadline.date.year + years, month + 1, 1), posting.zone))


@given(deadlines, postings, ladders(), ladders())
def test_another_ladder_renumbers_no_repeat(deadline: Deadline, posting: Posting, one: Ladder, other: Ladder) -> None:
    """The number is in the key of what was posted."""
    by_key = {(due.rung.name, due.occurrence): due.at for due in first(deadline, posting, one)}
    for due in first(deadline, posting, other):
        assert by_key.get((due.rung.name, due.occurrence), due.at) == due.at


@given(deadlines, postings, ladders())
def test_of_any_ladder_moments_ascend_are_told_apart_and_lie_after_its_change(
    deadline: Deadline, posting: Posting, ladder: Ladder
) -> None:
    dues = first(deadline, posting, ladder)
    assert all(one.at <= next_.at for one, next_ in pairwise(dues))
    assert len({(due.rung.name, due.occurrence) for due in dues}) == len(dues)
    assert all(due.rung.since is None or due.at > due.rung.since for due in dues)
    assert all(due.rung.until is None or due.at <= due.rung.until for due in dues)
    repeats = any(rung.every for rung in standing(ladder))
    assert len(dues) == MANY or not repeats


@given(deadlines, postings, ladders(), st.integers(-60, 900), st.integers(0, 500))
def test_the_dues_of_a_span_are_the_moments_in_it(
    deadline: Deadline, posting: Posting, ladder: Ladder, begins: int, length: int
) -> None:
    start = deadline.last_moment + timedelta(days=begins)
    end = start + timedelta(days=length)
    until = takewhile(lambda due: due.at <= end, moments(ladder, deadline, posting))
    assert dues_between(ladder, deadline, posting, start, end) == [due for due in until if due.at > start]


@given(ladders())
def test_every_rung_is_known_by_its_name(ladder: Ladder) -> None:
    assert all(rung_named(rung.name) == replace(rung, since=None, until=None) for rung in ladder)


@pytest.mark.parametrize("name", ["", "news", "0-days-before", "01-days-after", "-1-days-after", "99999-days-after"])
def test_other_names_are_no_rungs(name: str) -> None:
    with pytest.raises(LookupError):
        rung_named(name)


def test_the_ladder_of_23_february() -> None:
    found = [
        (due.rung.name, due.at.astimezone(NEW_YORK).date().isoformat())
        for due in islice(moments(DEFAULT_LADDER, FEB_23, Posting(NEW_YORK)), 18)
    ]
    assert found == [
        ("30-days-before", "2018-01-24"),
        ("14-days-before", "2018-02-09"),
        ("7-days-before", "2018-02-16"),
        ("3-days-before", "2018-02-20"),
        ("1-day-before", "2018-02-22"),
        ("the-day-itself", "2018-02-23"),
        ("passed", "2018-02-24"),
        ("3-days-after", "2018-02-26"),
        ("7-days-after", "2018-03-02"),
        ("14-days-after", "2018-03-09"),
        ("30-days-after", "2018-03-25"),
        ("monthly-after", "2018-04-01"),
        ("monthly-after", "2018-05-01"),
        ("monthly-after", "2018-06-01"),
        ("monthly-after", "2018-07-01"),
        ("monthly-after", "2018-08-01"),
        ("still-watching", "2018-08-22"),
        ("monthly-after", "2018-09-01"),
    ]


def test_the_ladder_of_servers_that_were_there_before_repeats_by_weeks() -> None:
    found = [
        (due.rung.name, due.occurrence, due.at.astimezone(NEW_YORK).date().isoformat())
        for due in islice(moments(LEGACY_LADDER, FEB_23, Posting(NEW_YORK)), 8, 11)
    ]
    assert found == [("7-days-after", 0, "2018-03-02"), ("every-7-days", 0, "2018-03-09"), ("every-7-days", 1, "2018-03-16")]


def test_years_begin_after_what_comes_once() -> None:
    ladder = (PASSED, after(30), YEARLY)
    found = [(due.occurrence, due.at) for due in islice(moments(ladder, FEB_23, Posting(NEW_YORK)), 2, 4)]
    assert found == [(1, Posting(NEW_YORK).on(date(2019, 1, 1))), (2, Posting(NEW_YORK).on(date(2020, 1, 1)))]


def test_a_server_far_from_the_letter_hears_of_its_days_at_its_own_hour() -> None:
    """23 February in New York begins at 18:00 in Auckland and ends at 18:00 of the day after."""
    auckland = Posting(ZoneInfo("Pacific/Auckland"))
    dues = {due.rung.name: due.at.astimezone(auckland.zone) for due in first(FEB_23, auckland)}
    assert dues["the-day-itself"].date() == date(2018, 2, 24)
    assert dues["passed"].date() == date(2018, 2, 25)
    assert {due.time() for due in dues.values()} == {time(9)}


def test_a_deadline_before_the_posting_hour_is_told_the_day_before() -> None:
    dues = {due.rung.name: due for due in first(Deadline(date(2018, 2, 23), NEW_YORK, time(5)), Posting(NEW_YORK))}
    assert dues["the-day-itself"].at.astimezone(NEW_YORK).date() == date(2018, 2, 22)
    assert dues["passed"].at.astimezone(NEW_YORK).date() == date(2018, 2, 23)


def test_threads_that_count_at_once_get_the_same_moments() -> None:
    """A long notice is checked in a thread, beside planning. (Ten deadlines, since each is counted only once.)"""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for day in range(10):
                deadline = Deadline(date(2031, 5, 1 + day), NEW_YORK, time(17))
                counted = list(threads.map(lambda _, deadline=deadline: first(deadline, Posting(NEW_YORK)), range(4)))
                assert all(moments_ == sorted(counted[0], key=lambda due: due.at) for moments_ in counted)
    finally:
        sys.setswitchinterval(interval)
