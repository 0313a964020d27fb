"""When each rung is due: by the deadline's days, at the server's hour, and never a countdown after the end."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import INSTANT, start_of
from bot.record.ladder import DEFAULT_LADDER, Due, Phase, moments
from bot.record.posting import Posting
from tests.unit.record.cases import FEB_23, NEW_YORK
from tests.unit.record.test_dates import clocks, days, zones

MANY = 30
postings = st.builds(Posting, zones, st.integers(0, 23))
deadlines = st.builds(Deadline, days, zones, st.none() | clocks)


def first(deadline: Deadline, posting: Posting) -> list[Due]:
    return list(islice(moments(DEFAULT_LADDER, deadline, posting), MANY))


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
    repeats = [due for due in first(deadline, posting) if due.rung.every]
    assert [due.occurrence for due in repeats] == list(range(len(repeats)))
    for one, next_ in pairwise(repeats):
        apart = next_.at.astimezone(posting.zone).date() - one.at.astimezone(posting.zone).date()
        assert abs(apart - timedelta(days=7)) <= timedelta(days=1)


@given(st.builds(Posting, zones, st.integers(0, 23)), st.datetimes(timezones=st.just(ZoneInfo("UTC"))).filter(
    lambda moment: 2000 <= moment.year <= 2040
))  # fmt: skip
def test_the_posting_before_and_the_posting_after_a_moment_enclose_it(posting: Posting, moment: datetime) -> None:
    before, after = posting.last_until(moment), posting.first_from(moment)
    assert before <= moment <= after
    assert after - before < timedelta(hours=26)
    assert (before == moment) == (after == moment)


def test_the_ladder_of_23_february() -> None:
    found = [
        (due.rung.name, due.at.astimezone(NEW_YORK).date().isoformat())
        for due in islice(moments(DEFAULT_LADDER, FEB_23, Posting(NEW_YORK)), 11)
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
        ("every-7-days", "2018-03-09"),
        ("every-7-days", "2018-03-16"),
    ]


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
