"""A day that is asked about is one in the zone of the deadline, wherever the people are who ask and record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.case import Case, Status
from bot.record.day_end import state_on
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import end_of
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from tests.unit.record.cases import NEW_YORK, at, happens, opened

ZONES = [
    ZoneInfo(name)
    for name in ("America/New_York", "America/Denver", "Pacific/Honolulu", "UTC", "Asia/Tokyo", "Pacific/Auckland")
]
# The clocks change on 11 March and 4 November 2018 in New York, on 1 April and 30 September in Auckland.
AROUND_CHANGES = [date(2018, 2, 23), date(2018, 3, 11), date(2018, 4, 1), date(2018, 9, 30), date(2018, 11, 4)]


def due(day: date, zone: ZoneInfo, clock: time | None = None, people: ZoneInfo = NEW_YORK) -> Case:
    """A case with that deadline, recorded by people of that zone."""
    case = opened(Deadline(day, zone, clock))
    there = [replace(event, when=replace(event.when, zone=people)) for event in case.events]
    return replace(case, letter=replace(case.letter, sent=replace(case.letter.sent, zone=people)), events=tuple(there))


@given(
    last=st.sampled_from(AROUND_CHANGES),
    away=st.integers(-3, 3),
    zone=st.sampled_from(ZONES),
    people=st.sampled_from(ZONES),
    clock=st.sampled_from([None, time(17), time(9, 30)]),
)
def test_days_left_on_a_day_are_the_days_between_it_and_the_deadline(
    last: date, away: int, zone: ZoneInfo, people: ZoneInfo, clock: time | None
) -> None:
    day = last + timedelta(days=away)
    state = state_on(due(last, zone, clock, people), day, end_of(day + timedelta(days=9), people))
    assert state.days_left == -away
    assert state.overdue is (away > 0 or (away == 0 and clock is not None))


@pytest.mark.parametrize("people", ZONES, ids=str)
def test_each_of_several_deadlines_has_its_own_day(people: ZoneInfo) -> None:
    day = date(2018, 2, 23)
    now = datetime(2018, 3, 1, tzinfo=people)
    for zone in ZONES:
        assert state_on(due(day, zone, people=people), day, now).days_left == 0
        assert state_on(due(day, zone, people=people), day + timedelta(days=1), now).status is Status.OVERDUE


@pytest.mark.parametrize("people", ZONES, ids=str)
def test_what_happened_on_that_day_has_happened_wherever_it_was(people: ZoneInfo) -> None:
    """In Honolulu the day ends five hours after it has ended in New York, in Tokyo fourteen hours before."""
    before = due(date(2018, 2, 23), NEW_YORK, people=people)
    *_, answer = happens(before, Answer(Extent.FULL), "2018-02-23", recorded=at("2018-03-05 10:00")).events
    case = replace(before, events=(*before.events, replace(answer, when=When("2018-02-23", people))))
    assert state_on(case, date(2018, 2, 22)).status is Status.AWAITING
    assert state_on(case, date(2018, 2, 23)).status is Status.ANSWERED
    assert state_on(case, date(2018, 2, 24)).status is Status.ANSWERED


def test_the_zone_is_that_of_the_deadline_in_force_on_that_day() -> None:
    tokyo = Deadline(date(2018, 3, 1), ZoneInfo("Asia/Tokyo"))
    case = happens(due(date(2018, 2, 23), NEW_YORK), DeadlineSet(tokyo, Basis.EXTENSION), "2018-02-20")
    assert state_on(case, date(2018, 2, 19)).now == end_of(date(2018, 2, 19), NEW_YORK)
    assert state_on(case, date(2018, 2, 20)).now == end_of(date(2018, 2, 20), tokyo.zone)
    assert [state_on(case, date(2018, 3, day)).days_left for day in (1, 2)] == [0, -1]


@pytest.mark.parametrize("people", ZONES, ids=str)
def test_a_day_that_is_not_over_ends_now(people: ZoneInfo) -> None:
    now = at("2018-02-23 12:00")
    state = state_on(due(date(2018, 2, 23), NEW_YORK, people=people), date(2018, 2, 23), now)
    assert (state.now, state.days_left, state.overdue) == (now, 0, False)


def test_an_answer_that_may_have_come_by_that_day_is_named() -> None:
    case = happens(opened(), Answer(Extent.FULL), "between 2018-02-20 and 2018-02-26", recorded=at("2018-03-05 10:00"))
    assert state_on(case, date(2018, 2, 19)).perhaps_answered is None
    assert state_on(case, date(2018, 2, 24)).perhaps_answered is not None
    assert state_on(case, date(2018, 2, 24)) == case.at(end_of(date(2018, 2, 24), NEW_YORK))
    assert state_on(case, date(2018, 2, 26)).answered is not None
