"""When alerts are posted: outside of quiet times, and, after a change of the settings, neither twice nor never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import INSTANT
from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER, Due, Ladder, Phase, dues_between, moments
from bot.record.plan import ahead, plan
from bot.record.posting import Posting, Quiet, Urgent
from bot.record.rehearsal import upcoming
from tests.unit.record.cases import NEW_YORK, at, by, opened
from tests.unit.record.test_dates import clocks, days, zones

NIGHTS = (time(22), time(8))
WEEKENDS = Posting(NEW_YORK, quiet=Quiet(weekends=True))
HOLIDAYS = Posting(NEW_YORK, quiet=Quiet(weekends=True, holidays=True), calendar="US")
CHANGES = st.integers(-60 * 24, 60 * 24).map(lambda hours: timedelta(hours=hours))
instants = st.builds(datetime.combine, st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.times(), st.just(UTC))


def _quiet(weekends: bool, holidays: bool, hours: tuple[time, time] | None, urgent: Urgent) -> Quiet | None:
    try:
        return Quiet(weekends, holidays, hours, urgent)
    except ValueError:
        return None


hours = st.none() | st.tuples(clocks, clocks) | st.just(NIGHTS)
quiets = st.none() | st.builds(_quiet, st.booleans(), st.booleans(), hours, st.sampled_from(Urgent))
calendars = st.sampled_from(("US", "US-CA", "none"))
plain = st.builds(Posting, zones, st.integers(0, 23), st.none(), quiets, calendars)
ladders = st.sampled_from((DEFAULT_LADDER, LEGACY_LADDER))
deadlines = st.builds(Deadline, days, zones, st.none() | clocks)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(NEW_YORK):%a %d %b %H:%M}"


def changed(before: Posting, after: Posting, when: datetime) -> Posting:
    return replace(after, since=when, earlier=before)


def is_quiet(posting: Posting, moment: datetime) -> bool:
    """By the clock on the wall alone."""
    quiet, there = posting.quiet, moment.astimezone(posting.zone)
    return quiet is not None and ((quiet.weekends and there.weekday() >= 5) or quiet.has(there.time()))


@given(plain, instants)
def test_posting_moments_enclose_a_moment_and_are_never_quiet(posting: Posting, moment: datetime) -> None:
    before, after = posting.last_until(moment), posting.first_from(moment)
    assert before <= moment <= after
    assert (before == moment) == (after == moment)
    assert not is_quiet(posting, before) and not is_quiet(posting, after)
    assert after == before or posting.first_from(before + INSTANT) == after


@given(plain, instants)
def test_news_waits_for_the_first_open_moment(posting: Posting, moment: datetime) -> None:
    opens = posting.open_from(moment)
    assert moment <= opens <= posting.first_from(moment)
    assert not is_quiet(posting, opens)
    assert opens == moment or posting.open_from(opens - INSTANT) == opens


@given(plain, days)
def test_a_day_has_its_posting_moment_or_the_next_open_one(posting: Posting, day: date) -> None:
    moment = posting.on(day)
    assert not is_quiet(posting, moment)
    assert moment == posting.first_from(moment)
    assert day - timedelta(days=1) <= moment.astimezone(posting.zone).date() <= day + timedelta(days=12)


@pytest.mark.parametrize(
    ("posting", "day", "said"),
    [
        (WEEKENDS, date(2018, 4, 28), "Mon 30 Apr 09:00"),
        (HOLIDAYS, date(2018, 5, 26), "Tue 29 May 09:00"),  # Memorial Day
        (HOLIDAYS, date(2021, 12, 24), "Mon 27 Dec 09:00"),  # Christmas is observed on the Friday before
        (Posting(NEW_YORK, 7, quiet=Quiet(hours=NIGHTS)), date(2018, 4, 27), "Fri 27 Apr 08:00"),
        (Posting(NEW_YORK, 23, quiet=Quiet(hours=NIGHTS)), date(2018, 4, 27), "Fri 27 Apr 08:00"),
        (Posting(NEW_YORK, 22, quiet=Quiet(hours=NIGHTS)), date(2018, 4, 27), "Fri 27 Apr 08:00"),
        (Posting(NEW_YORK, 8, quiet=Quiet(hours=NIGHTS)), date(2018, 4, 27), "Fri 27 Apr 08:00"),
        (Posting(NEW_YORK, 12, quiet=Quiet(hours=(time(11, 30), time(13, 15)))), date(2018, 4, 27), "Fri 27 Apr 13:15"),
        (Posting(NEW_YORK, 2, quiet=Quiet(hours=(time(22), time(2, 30)))), date(2018, 3, 11), "Sun 11 Mar 03:30"),  # skipped
        (Posting(NEW_YORK, 1, quiet=Quiet(hours=(time(22), time(1, 30)))), date(2018, 11, 4), "Sun 04 Nov 01:30"),  # twice
    ],
)
def test_the_posting_moment_of_a_day(posting: Posting, day: date, said: str) -> None:
    assert local(posting.on(day)) == said


def test_where_the_clocks_show_the_end_of_the_quiet_hours_twice_the_second_counts() -> None:
    posting = Posting(NEW_YORK, 1, quiet=Quiet(hours=(time(22), time(1, 30))))
    assert posting.on(date(2018, 11, 4)).astimezone(NEW_YORK).tzname() == "EST"


@pytest.mark.parametrize("hours", [(time(9), time(9)), (time(9), time(8, 30))])
def test_quiet_hours_leave_an_hour_open(hours: tuple[time, time]) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        Quiet(hours=hours)


def first(deadline: Deadline, posting: Posting, many: int = 24, ladder: Ladder = DEFAULT_LADDER) -> list[Due]:
    return list(islice(moments(ladder, deadline, posting), many))


def test_a_quiet_weekend_moves_the_countdown_to_friday_only_where_monday_is_too_late() -> None:
    of_sunday = {due.rung.name: local(due.at) for due in first(by("2018-04-29"), WEEKENDS, 9)}
    assert of_sunday == {
        "30-days-before": "Fri 30 Mar 09:00",
        "14-days-before": "Mon 16 Apr 09:00",
        "7-days-before": "Mon 23 Apr 09:00",
        "3-days-before": "Thu 26 Apr 09:00",
        "1-day-before": "Fri 27 Apr 09:00",
        "the-day-itself": "Fri 27 Apr 09:00",
        "passed": "Mon 30 Apr 09:00",
        "3-days-after": "Wed 02 May 09:00",
        "7-days-after": "Mon 07 May 09:00",
    }


@pytest.mark.parametrize(
    ("urgent", "passed", "last_day"),
    [
        (Urgent.NONE, "Mon 30 Apr 09:00", "Fri 27 Apr 09:00"),
        (Urgent.PASSED, "Sun 29 Apr 09:00", "Fri 27 Apr 09:00"),
        (Urgent.LOUD, "Sun 29 Apr 09:00", "Fri 27 Apr 09:00"),
        (Urgent.DAY, "Sun 29 Apr 09:00", "Sat 28 Apr 09:00"),
    ],
)
def test_what_is_urgent_does_not_wait_for_the_end_of_quiet_times(urgent: Urgent, passed: str, last_day: str) -> None:
    posting = Posting(NEW_YORK, quiet=Quiet(weekends=True, urgent=urgent))
    dues = {due.rung.name: local(due.at) for due in first(by("2018-04-28"), posting)}
    assert (dues["passed"], dues["the-day-itself"]) == (passed, last_day)


def test_a_deadline_of_the_weekend_on_which_it_was_recorded_is_counted_down_all_the_same() -> None:
    """Its last open moment was before it was known: a weekend alert is better than none."""
    case = opened(by("2018-04-29"), recorded=at("2018-04-28 08:00"))
    end = at("2018-05-01")
    expected = [("1-day-before", "Sat 28 Apr 09:00"), ("the-day-itself", "Sun 29 Apr 09:00"), ("passed", "Mon 30 Apr 09:00")]
    assert [
        (alert.due.rung.name, local(alert.due.at)) for alert in upcoming(case, DEFAULT_LADDER, WEEKENDS, at("2018-04-01"), end)
    ] == expected
    assert plan(case, DEFAULT_LADDER, WEEKENDS, at("2018-04-28 08:00")).look_at == at("2018-04-28 09:00")
    planned = ahead([case], lambda _: DEFAULT_LADDER, WEEKENDS, at("2018-04-28 08:00"), end)
    assert [(alert.due.rung.name, local(alert.due.at)) for alert in planned] == expected
    known_on_friday = opened(by("2018-04-29"), recorded=at("2018-04-27 08:00"))
    told = upcoming(known_on_friday, DEFAULT_LADDER, WEEKENDS, at("2018-04-01"), end)
    assert [local(alert.due.at) for alert in told] == ["Fri 27 Apr 09:00", "Mon 30 Apr 09:00"]


@given(deadlines, plain, ladders)
def test_in_quiet_times_too_no_countdown_fires_after_the_deadline_nor_an_escalation_before(
    deadline: Deadline, posting: Posting, ladder: Ladder
) -> None:
    dues = first(deadline, posting, 40, ladder)
    assert all((due.at <= deadline.last_moment) == (due.rung.phase is Phase.BEFORE) for due in dues)
    left_out = set(ladder) - {due.rung for due in dues}
    assert all(rung.phase is Phase.AFTER and rung.every is None for rung in left_out), "where the deadline passed then"
    span = (dues[0].at - INSTANT, dues[-1].at)
    between = dues_between(ladder, deadline, posting, *span)
    assert [due.at for due in between if due.at < span[1]] == [due.at for due in dues if due.at < span[1]]
    assert set(dues) <= set(between)


@given(plain, plain, deadlines, CHANGES, ladders)
def test_a_change_moves_only_what_was_not_due_yet_and_nothing_to_before_it(
    before: Posting, after: Posting, deadline: Deadline, away: timedelta, ladder: Ladder
) -> None:
    change = deadline.last_moment + away
    posting = changed(before, after, change)
    opens = after.open_from(change)
    for rung in (rung for rung in ladder if rung.every is None):
        old, new, now = (_moment_of(rung.name, deadline, each) for each in (before, after, posting))
        if old is None or new is None or now is None:
            continue
        if old <= change:
            assert now == old, "it was due then and stays so"
        else:
            assert now == new if new > change else change <= now <= opens
    dues = first(deadline, posting, 24, ladder)
    assert all((due.at <= deadline.last_moment) == (due.rung.phase is Phase.BEFORE) for due in dues)


def _moment_of(name: str, deadline: Deadline, posting: Posting) -> datetime | None:
    """None where it is that of the rung that says that the deadline passed."""
    return next((due.at for due in first(deadline, posting) if due.rung.name == name), None)


def test_that_the_deadline_passed_is_said_though_quiet_times_last_until_the_first_reminder() -> None:
    """A deadline on the Friday before Memorial Day, and the next open day is Tuesday."""
    case = opened(by("2018-05-25"), recorded=at("2018-05-20 12:00"))
    told = upcoming(case, DEFAULT_LADDER, HOLIDAYS, at("2018-05-25 12:00"), at("2018-06-02"))
    assert [(alert.due.rung.name, local(alert.due.at)) for alert in told] == [
        ("passed", "Tue 29 May 09:00"),
        ("7-days-after", "Fri 01 Jun 09:00"),
    ]
    without = tuple(rung for rung in DEFAULT_LADDER if rung.phase is not Phase.PASSED)
    told = upcoming(case, without, HOLIDAYS, at("2018-05-25 12:00"), at("2018-05-31"))
    assert [(alert.due.rung.name, local(alert.due.at)) for alert in told] == [("3-days-after", "Tue 29 May 09:00")]


@given(
    st.lists(st.tuples(plain, st.integers(1, 30 * 24)), min_size=1, max_size=4), plain, st.integers(2, 40), st.integers(0, 30)
)
@settings(max_examples=60)
def test_a_watch_loses_and_repeats_nothing_however_often_the_settings_change(
    changes: list[tuple[Posting, int]], oldest: Posting, days_given: int, hours_late: int
) -> None:
    """Looks at each moment planned and at each change. Whatever was due under the settings of its time is known then."""
    recorded = at("2018-04-03 12:00")
    deadline = by((recorded + timedelta(days=days_given)).date().isoformat())
    case = opened(deadline, recorded)
    posting, now, end, ladder = oldest, recorded, recorded + timedelta(days=120), LEGACY_LADDER
    posted: dict[tuple[int, int, str, int], datetime] = {}
    skipped: set[tuple[int, int, str, int]] = set()
    steps = list(changes)
    change = recorded + timedelta(hours=steps[0][1])
    while now <= end:
        if steps and now == change:
            due_before = plan(case, ladder, posting, now).due
            posting = changed(posting, steps.pop(0)[0], now)
            change = now + timedelta(hours=steps[0][1]) if steps else end
            due_after = plan(case, ladder, posting, now).due
            assert due_before is None or due_after is not None
            assert due_after is None or due_after.due.at == now or (due_before and due_after.key == due_before.key)
        planned = plan(case, ladder, posting, now)
        if planned.due and planned.due.key not in posted:
            assert planned.due.due.at == now, "nothing that is due later than it should be"
            posted[planned.due.key] = now
        skipped |= {alert.key for alert in planned.skipped}
        case = replace(case, looked_at=now)
        moments_ahead = [planned.look_at or end + INSTANT, *([change] if steps else [])]
        now = min(moments_ahead)
    keys = [key[2:] for key in [*posted, *skipped]]
    assert {"passed", "7-days-after"} <= {name for name, _ in keys}
    repeats = sorted(occurrence for name, occurrence in keys if name == "every-7-days")
    assert repeats == list(range(len(repeats))) and len(repeats) >= 5


def test_an_alert_of_the_morning_does_not_come_back_with_another_hour() -> None:
    """Recorded at 10:00, so that the alert of 09:00 was never due; the hour is moved to 15:00 an hour later."""
    case = opened(by("2018-04-29"), recorded=at("2018-04-22 10:00"))
    at_nine = Posting(NEW_YORK)
    at_three = changed(at_nine, Posting(NEW_YORK, 15), at("2018-04-22 11:00"))
    assert plan(case, DEFAULT_LADDER, at_three, at("2018-04-22 15:00")).due is None
    assert plan(case, DEFAULT_LADDER, at_three, at("2018-04-22 15:00")).look_at == at("2018-04-26 15:00")


def test_an_answer_undone_after_a_change_brings_back_the_newest_alert() -> None:
    """However long before the change it was due: what it was due at is known."""
    case = opened(by("2018-04-10"), recorded=at("2018-03-01 10:00"))
    posting = changed(Posting(NEW_YORK), Posting(NEW_YORK, 15), at("2018-04-16 12:00"))
    due = plan(case, DEFAULT_LADDER, posting, at("2018-04-16 12:00")).due
    assert due and (due.due.rung.name, local(due.due.at)) == ("3-days-after", "Fri 13 Apr 09:00")


def test_of_settings_before_those_that_are_known_a_day_is_believed() -> None:
    posting = Posting(NEW_YORK, since=at("2018-04-16 12:00"))
    assert posting.includes(at("2018-04-15 12:30")) and not posting.includes(at("2018-04-15 12:00"))
    assert posting.unlimited.includes(at("2018-04-01"))
    later = changed(posting, Posting(NEW_YORK, 7), at("2018-05-01"))
    assert not later.includes(at("2018-04-15 12:00")) and later.unlimited.includes(at("2018-04-01"))


@given(plain, plain, instants)
def test_equal_settings_are_equal_keys(before: Posting, after: Posting, moment: datetime) -> None:
    one, other = changed(before, after, moment), changed(replace(before), replace(after), moment)
    assert one == other and hash(one) == hash(other)
    assert replace(one, hour=(one.hour + 1) % 24) != one


def test_moments_of_urgent_alerts_are_moments_of_the_settings() -> None:
    posting = Posting(NEW_YORK, 7, quiet=Quiet(weekends=True, hours=NIGHTS, urgent=Urgent.PASSED))
    moment = at("2018-04-27 00:00")
    found: list[str] = []
    while len(found) < 4:
        moment = posting.moment_from(moment + INSTANT)
        found.append(local(moment))
    assert found == ["Fri 27 Apr 07:00", "Fri 27 Apr 08:00", "Sat 28 Apr 07:00", "Sun 29 Apr 07:00"]
    assert local(posting.moment_until(moment - INSTANT)) == "Sat 28 Apr 07:00"
