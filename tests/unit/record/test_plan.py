"""Which alerts a case owes: the newest rung, once its time has come, for as long as it is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.events import (
    Acknowledged,
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Extent,
    Finding,
    Outcome,
    Reopened,
    Result,
    Sent,
    Silenced,
)
from bot.record.ladder import DEFAULT_LADDER, Phase, moments
from bot.record.plan import ahead, next_due, plan
from bot.record.posting import Posting
from bot.record.rehearsal import upcoming
from tests.unit.record.cases import (
    FEB_23,
    LETTER,
    NEW_YORK,
    at,
    by,
    extended,
    happens,
    opened,
)
from tests.unit.record.test_dates import clocks, days, zones

NINE = Posting(NEW_YORK)


def due(case: Case, moment: str, posting: Posting = NINE) -> str | None:
    planned = plan(case, DEFAULT_LADDER, posting, at(moment)).due
    return planned.due.rung.name if planned else None


def owed(case: Case, start: str = "2018-01-01", end: str = "2018-04-01") -> list[tuple[str, str]]:
    planned = upcoming(case, DEFAULT_LADDER, NINE, at(start), at(end))
    return [(f"{alert.due.at.astimezone(NEW_YORK):%m-%d}", alert.due.rung.name) for alert in planned]


def test_the_newest_rung_is_the_one_to_post_and_the_slept_through_are_skipped() -> None:
    planned = plan(opened(), DEFAULT_LADDER, NINE, at("2018-02-21 12:00"))
    assert planned.due is not None
    assert planned.due.due.rung.name == "3-days-before"
    assert [alert.due.rung.name for alert in planned.skipped] == ["14-days-before", "7-days-before"]
    assert planned.look_at == at("2018-02-22 09:00")


def test_what_was_looked_at_already_was_not_slept_through() -> None:
    case = replace(opened(), looked_at=at("2018-02-16 09:00"))
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-02-20 09:00")).skipped == ()


def test_nothing_fires_for_the_time_before_a_case_was_tracked() -> None:
    case = opened(recorded=at("2018-02-17"))
    assert due(case, "2018-02-19 12:00") is None
    assert due(case, "2018-02-20 09:00") == "3-days-before"
    late = opened(recorded=at("2018-02-25"))
    assert due(late, "2018-02-25 12:00") is None
    assert due(late, "2018-02-26 09:00") == "3-days-after"


def test_an_extension_cancels_the_old_countdown() -> None:
    case = extended(opened(), by("2018-03-23"), "2018-02-10")
    assert owed(case) == [
        ("02-09", "14-days-before"),
        ("02-21", "30-days-before"),
        ("03-09", "14-days-before"),
        ("03-16", "7-days-before"),
        ("03-20", "3-days-before"),
        ("03-22", "1-day-before"),
        ("03-23", "the-day-itself"),
        ("03-24", "passed"),
        ("03-26", "3-days-after"),
        ("03-30", "7-days-after"),
    ]


def told(case: Case, *kinds: type[Detail]) -> Case:
    """The channel was told of these kinds of event."""
    return replace(case, announced=frozenset(e.id for e in case.events if isinstance(e.detail, kinds or (Sent, DeadlineSet))))


@pytest.mark.parametrize(
    ("left", "covered"),
    [(35, []), (34, []), (33, [30]), (32, [30]), (31, [30]), (30, [30]), (29, []), (18, []), (17, [14]), (15, [14]), (14, [14])]
    + [(left, []) for left in (13, 10, 9, 8, 7, 6, 4, 3, 2, 1)],
)
def test_a_rung_just_after_the_announcement_with_nearly_the_same_days_is_left_out(left: int, covered: list[int]) -> None:
    """The rungs of the last week are never left out."""
    case = opened(by("2018-03-10"), recorded=at("2018-03-10 08:00") - timedelta(days=left))
    silent = [rung for _, rung in owed(case, "2018-01-01", "2018-03-20")]
    heard = [rung for _, rung in owed(told(case), "2018-01-01", "2018-03-20")]
    assert [rung for rung in silent if rung not in heard] == [f"{days}-days-before" for days in covered]
    assert [rung for rung in heard if rung not in silent] == []
    assert heard[-4:-1] == ["the-day-itself", "passed", "3-days-after"]


def test_an_announcement_covers_only_the_deadline_that_it_was_about() -> None:
    case = extended(opened(by("2018-02-28")), by("2018-03-24"), "2018-02-20")
    assert ("02-22", "30-days-before") in owed(told(case, Sent))  # only the letter was announced
    assert ("02-22", "30-days-before") not in owed(told(case))
    later = happens(opened(None), DeadlineSet(by("2018-03-24")), "2018-02-20")
    assert ("02-22", "30-days-before") in owed(told(later, Sent)), "a first deadline that was set later is not in that notice"


def test_what_is_next_and_what_is_ahead_leave_the_same_rungs_out() -> None:
    case = told(opened(by("2018-02-25")))
    assert case.at(at("2018-01-24 12:00")).days_left == 32
    planned = next_due(case, DEFAULT_LADDER, NINE, at("2018-01-25"))
    assert planned and planned.rung.name == "14-days-before"
    span = at("2018-01-25"), at("2018-04-01")
    coming = ahead([case], lambda _: DEFAULT_LADDER, NINE, *span)
    assert [alert.due for alert in coming] == [alert.due for alert in upcoming(case, DEFAULT_LADDER, NINE, *span)]
    assert coming[0].due == planned
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-01-26 09:00")).due is None
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-01-26 09:00")).look_at == coming[0].due.at


def test_an_answer_ends_the_alerts_and_undoing_it_brings_them_back() -> None:
    case = happens(opened(), Answer(Extent.FULL), "2018-02-17")
    assert due(case, "2018-02-20 09:00") is None
    back = happens(case, Corrected(), "2018-02-18", replaces=case.events[-1].id)
    assert due(back, "2018-02-20 09:00") == "3-days-before"


def test_a_holding_reply_and_a_statement_do_not_end_the_alerts() -> None:
    assert due(happens(opened(), Answer(Extent.HOLDING), "2018-02-17"), "2018-02-20 09:00") == "3-days-before"


def test_an_ended_case_owes_nothing_and_a_reopened_one_only_what_comes_after() -> None:
    case = happens(opened(), Closed(Outcome.CLOSED), "2018-02-17")
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-02-20 09:00")).look_at is None
    case = happens(case, Reopened(), "2018-02-21")
    assert due(case, "2018-02-21 13:00") is None
    assert due(case, "2018-02-22 09:00") == "1-day-before"


def acknowledged(case: Case, when: str) -> Case:
    deadline = next(e.id for e in reversed(case.events) if isinstance(e.detail, DeadlineSet))
    return happens(case, Acknowledged(deadline), when)


def test_an_acknowledgement_stops_the_repeats_until_the_deadline_changes() -> None:
    case = acknowledged(opened(), "2018-02-27")
    assert owed(case, "2018-02-24") == [("02-24", "passed"), ("02-26", "3-days-after")]
    assert next_due(case, DEFAULT_LADDER, NINE, at("2018-02-28")) is None
    later = extended(case, by("2018-03-05"), "2018-02-28")
    assert owed(later, "2018-03-01", "2018-03-09") == [
        ("03-02", "3-days-before"),
        ("03-04", "1-day-before"),
        ("03-05", "the-day-itself"),
        ("03-06", "passed"),
        ("03-08", "3-days-after"),
    ]


def test_an_acknowledgement_before_the_deadline_does_not_swallow_that_it_passed() -> None:
    """Looked at in the night between the end of the day and the posting hour, for whatever reason."""
    case = acknowledged(opened(), "2018-02-20")
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-02-24 00:30")).look_at == at("2018-02-24 09:00")
    assert owed(case, "2018-02-23", "2018-04-01") == [("02-23", "the-day-itself"), ("02-24", "passed")]
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-02-24 09:00")).look_at is None


def test_a_letter_of_tomorrow_is_looked_at_tomorrow() -> None:
    """Recorded before it is sent: on that day it must be looked at, or nobody would ever hear of it."""
    case = Case(1, 1, LETTER, opened().place, at("2018-01-20"), ())
    case = happens(case, Sent(), "2018-01-24", recorded=at("2018-01-20"))
    case = happens(case, DeadlineSet(FEB_23), "2018-01-24", recorded=at("2018-01-20"))
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-01-20")) == plan(case, DEFAULT_LADDER, NINE, at("2018-01-23"))
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-01-20")).look_at == at("2018-01-24 00:00")
    assert plan(case, DEFAULT_LADDER, NINE, at("2018-01-24 00:00")).look_at == at("2018-01-24 09:00")


def test_the_next_alert_is_the_one_that_will_be_posted() -> None:
    """At 05:00 the day itself has no posting hour in time: the last in time, the day before, brings both rungs."""
    case = opened(by("2018-02-23", "05:00"))
    planned = next_due(case, DEFAULT_LADDER, NINE, at("2018-02-21"))
    posted = plan(case, DEFAULT_LADDER, NINE, at("2018-02-22 09:00")).due
    assert planned and posted
    assert planned == posted.due


details: st.SearchStrategy[Detail] = st.sampled_from(
    (
        Answer(Extent.FULL),
        Answer(Extent.PARTIAL),
        Answer(Extent.REFUSAL),
        Finding(Result.INCOMPLETE),
        Finding(Result.IN_COMPLIANCE),
        Consequence("subpoena", ConsequenceState.CARRIED_OUT),
        Court(CourtStep.FILED, stops_clock=True),
        Court(CourtStep.CLOSED),
        Closed(Outcome.WITHDRAWN),
        Reopened(),
    )
)
deadline_days = st.integers(5, 100).map(lambda n: (datetime(2018, 1, 24, tzinfo=UTC) + timedelta(days=n)).date().isoformat())


@st.composite
def histories(draw: st.DrawFn, ahead: int = 0) -> Case:
    """A letter of 24 January recorded that day or later, and what happens to it.

    Only what has happened can be recorded; with `ahead`, some of it is dated up to so many days ahead all the same.
    """
    recorded = at("2018-01-24 12:00") + timedelta(hours=draw(st.integers(0, 200)))
    deadline = by(draw(deadline_days), draw(st.sampled_from(("", "05:00", "17:00"))), draw(zones))
    case = opened(deadline, recorded)
    for _ in range(draw(st.integers(0, 5))):
        recorded += timedelta(hours=draw(st.integers(1, 500)))
        away = timedelta(days=draw(st.integers(-5, ahead)))
        when = (recorded + away).astimezone(NEW_YORK).date().isoformat()
        newest = next(e.id for e in reversed(case.events) if isinstance(e.detail, DeadlineSet))
        quiet = Silenced(draw(st.sampled_from((None, *((recorded + timedelta(days=days)).date() for days in (0, 3, 12, 40))))))
        of_deadlines: tuple[Detail, ...] = (Acknowledged(newest), DeadlineSet(by(draw(deadline_days))), quiet)
        case = happens(case, draw(st.one_of(details, st.sampled_from(of_deadlines))), when, recorded)
    return case


def known(case: Case, now: datetime) -> Case:
    return replace(case, events=tuple(event for event in case.events if event.recorded_at <= now))


postings = st.builds(Posting, zones, st.integers(0, 23))


@given(histories(ahead=10), postings, st.integers(0, 3000))
@settings(max_examples=200)
def test_between_now_and_the_next_look_nothing_new_is_owed(case: Case, posting: Posting, hours: int) -> None:
    """As long as nothing is recorded: whatever is recorded has its case looked at anyway."""
    now = at("2018-01-24 12:00") + timedelta(hours=hours)
    case = known(case, now)
    planned = plan(case, DEFAULT_LADDER, posting, now)
    assert planned.look_at is None or planned.look_at > now
    until = planned.look_at or now + timedelta(days=60)
    there = planned.due.key if planned.due else None
    for hour in range(0, 24 * 60, 5):
        later = now + timedelta(hours=hour)
        if later < until:
            next_ = plan(case, DEFAULT_LADDER, posting, later).due
            assert next_ is None or next_.key == there


@given(histories(ahead=10), postings, st.integers(0, 3000))
@settings(max_examples=200)
def test_an_alert_is_owed_only_while_it_is_true(case: Case, posting: Posting, hours: int) -> None:
    now = at("2018-01-24 12:00") + timedelta(hours=hours)
    planned = plan(case, DEFAULT_LADDER, posting, now)
    if planned.due is None:
        assert planned.skipped == ()
        return
    case_state, alert = case.known_at(now), planned.due
    assert case_state.clock_runs
    assert case_state.deadline is not None
    assert case_state.deadline_event is not None
    assert alert.deadline_id == case_state.deadline_event.id
    assert case.tracked_since < alert.due.at <= now
    assert all(skipped.due.at <= alert.due.at for skipped in planned.skipped)
    if alert.due.rung.phase is Phase.BEFORE:
        assert alert.due.at <= case_state.deadline.last_moment
    else:
        assert case_state.overdue
    if case_state.acknowledged:
        assert alert.due.rung.phase is not Phase.AFTER


def moved_ahead() -> Case:
    """A deadline recorded on the 26th that takes effect on the 30th, when the one before it would have had a rung."""
    moved = DeadlineSet(by("2018-02-11"))
    return happens(opened(by("2018-02-06")), moved, "2018-01-30", recorded=at("2018-01-26 12:00"))


@given(histories(), postings)
@example(moved_ahead(), Posting(NEW_YORK, 0))
@settings(max_examples=60)
def test_the_rehearsal_is_what_a_watch_would_post_that_never_sleeps(case: Case, posting: Posting) -> None:
    """Look at every moment planned, and again whenever something is recorded: each alert comes once, at its own moment."""
    start, end = at("2018-01-24"), at("2018-05-01")
    recorded = {event.recorded_at for event in case.events}
    known_from = recorded | {event.counts_from for event in case.events}
    posted: dict[object, datetime] = {}
    now: datetime | None = start
    while now is not None and now <= end:
        planned = plan(known(case, now), DEFAULT_LADDER, posting, now)
        if planned.due:
            posted.setdefault(planned.due.key, now)
        now = min((moment for moment in (planned.look_at, *recorded) if moment and moment > now), default=None)
    for alert in upcoming(case, DEFAULT_LADDER, posting, start, end):
        assert posted.pop(alert.key, None) == alert.due.at
    # What is left fell due while it could not be told: while the clock stood still, or before its deadline was known.
    assert all(moment in known_from or moment not in _moments(case, posting) for moment in posted.values())


def _moments(case: Case, posting: Posting) -> set[datetime]:
    deadlines = [event.detail.deadline for event in case.events if isinstance(event.detail, DeadlineSet)]
    return {due.at for deadline in deadlines for due in islice(moments(DEFAULT_LADDER, deadline, posting), 40)}


@given(st.builds(by, days.map(str), st.just(""), zones), zones, clocks)
def test_the_zone_of_the_server_does_not_move_the_deadline(deadline: Deadline, zone: ZoneInfo, clock: time) -> None:
    """Whatever zone a server posts in, its countdown ends before the letter's own midnight, and the rest comes after."""
    case = opened(deadline, recorded=at("1999-01-01"))
    for due_ in islice(moments(DEFAULT_LADDER, deadline, Posting(zone, clock.hour)), 9):
        planned = plan(case, DEFAULT_LADDER, Posting(zone, clock.hour), due_.at)
        if planned.due:
            assert (planned.due.due.rung.phase is Phase.BEFORE) == (due_.at <= deadline.last_moment)
