"""A case that was undone, and one that was recorded again: what was recorded before does not come back."""

from __future__ import annotations

import pytest

from bot.record.case import Case, Status
from bot.record.events import (
    Acknowledged,
    Answer,
    Basis,
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
    Note,
    Outcome,
    Reopened,
    Result,
    Sent,
    effective_events,
    undone_with_case,
)
from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import plan
from bot.record.posting import Posting
from bot.record.recheck import NotPosted, why_no_news
from tests.unit.record.cases import FEB_23, NEW_YORK, at, by, extended, happens, opened

LATER = at("2018-02-20")
POSTING = Posting(NEW_YORK)

#: Every kind of fact that can follow the first ones. Left standing when a case was undone, none of them counts.
FACTS: list[Detail] = [
    DeadlineSet(by("2018-03-23"), Basis.EXTENSION),
    Answer(Extent.FULL),
    Answer(Extent.PARTIAL),
    Answer(Extent.REFUSAL),
    Finding(Result.IN_COMPLIANCE),
    Consequence("subpoena", ConsequenceState.CARRIED_OUT),
    Court(CourtStep.FILED, "D. Colo.", "1:18-cv-1", stops_clock=True),
    Closed(Outcome.WITHDRAWN),
    Acknowledged(2),
    Note(),
]


def undone(case: Case, day: str, *ids: int) -> Case:
    for event_id in ids:
        case = happens(case, Corrected(), day, replaces=event_id)
    return case


def again(case: Case, day: str) -> Case:
    """The same letter recorded again on that day, with its deadline."""
    case = happens(case, Sent(), "2018-01-24", at(f"{day} 12:00"))
    return happens(case, DeadlineSet(FEB_23), "2018-01-24", at(f"{day} 12:00"))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.kind}")
def test_a_fact_left_standing_when_its_case_was_undone_does_not_come_back(fact: Detail) -> None:
    before = undone(happens(opened(), fact, "2018-02-01"), "2018-02-02", 1, 2)
    assert effective_events(before.events) == []
    assert not before.at(LATER).exists and not before.is_recorded
    recorded_again = again(before, "2018-02-03")
    fresh = recorded_again.at(LATER)
    assert [event.id for event in fresh.events] == [6, 7]
    assert (fresh.status, fresh.deadline, fresh.days_left) == (Status.AWAITING, FEB_23, 3)
    assert fresh.deadline_event is not None and fresh.deadline_event.id == 7
    assert not fresh.acknowledged and fresh.suits == () and fresh.consequences == {"subpoena": None}
    assert fresh.clock_runs


def test_what_is_recorded_of_the_case_that_was_recorded_again_counts() -> None:
    case = again(undone(extended(opened(), by("2018-03-23"), "2018-02-01"), "2018-02-02", 1, 2), "2018-02-03")
    case = happens(case, Answer(Extent.PARTIAL), "2018-02-04")
    assert case.at(LATER).status is Status.PARTLY
    assert case.at(LATER).deadline == FEB_23


def test_a_case_can_be_undone_and_recorded_many_times() -> None:
    case = opened()
    for day in (2, 5, 8):
        first = max(event.id for event in case.events if isinstance(event.detail, Sent))
        case = happens(case, Answer(Extent.FULL), f"2018-02-{day:02}")
        case = undone(case, f"2018-02-{day + 1:02}", first, first + 1)
        assert effective_events(case.events) == []
        case = again(case, f"2018-02-{day + 2:02}")
        assert case.at(LATER).status is Status.AWAITING


def test_what_was_known_before_it_was_undone_is_known_of_that_time() -> None:
    case = extended(opened(), by("2018-03-23"), "2018-02-01")
    case = again(undone(case, "2018-02-02", 1, 2), "2018-02-03")
    assert case.known_at(at("2018-02-01 18:00")).deadline == by("2018-03-23")
    assert not case.known_at(at("2018-02-02 18:00")).exists
    assert case.known_at(at("2018-02-03 18:00")).deadline == FEB_23


def test_a_beginning_that_another_one_replaces_is_no_undone_case() -> None:
    """A correction that states something in its place takes nothing back with it."""
    case = extended(opened(), by("2018-03-23"), "2018-02-01")
    corrected = happens(case, Sent(), "2018-01-23", at("2018-02-02"), replaces=1)
    assert corrected.at(LATER).deadline == by("2018-03-23")
    assert undone_with_case(corrected.events) == {}


def test_undoing_the_undo_brings_everything_back() -> None:
    case = undone(extended(opened(), by("2018-03-23"), "2018-02-01"), "2018-02-02", 1)
    assert happens(case, Corrected(), "2018-02-03", replaces=4).at(LATER).deadline == by("2018-03-23")


def test_a_fact_without_a_correction_of_its_own_is_struck_with_its_case() -> None:
    case = happens(opened(), Answer(Extent.FULL), "2018-02-01")  # 3
    case = again(undone(case, "2018-02-02", 1, 2), "2018-02-03")  # corrections 4, 5; again 6, 7
    case = happens(case, Note(), "2018-02-04")  # 8
    assert {fact: correction.id for fact, correction in undone_with_case(case.events).items()} == {3: 4}
    twice = undone(case, "2018-02-05", 6, 7)  # 9, 10
    assert {fact: correction.id for fact, correction in undone_with_case(twice.events).items()} == {3: 4, 8: 9}


def test_the_countdown_begins_anew_with_the_deadline_recorded_again() -> None:
    """Its version is new, so that no key of the old countdown keeps an alert back; what was due before is not posted late."""
    case = opened()
    due = plan(case, DEFAULT_LADDER, POSTING, at("2018-02-16 10:00")).due
    assert due and due.deadline_id == 2 and due.due.rung.days == 7
    case = again(undone(case, "2018-02-16", 1, 2), "2018-02-17")
    assert plan(case, DEFAULT_LADDER, POSTING, at("2018-02-17 12:30")).due is None
    due = plan(case, DEFAULT_LADDER, POSTING, at("2018-02-20 10:00")).due
    assert due and due.deadline_id == 6 and due.due.rung.days == 3


def test_news_of_a_case_that_was_undone_is_not_posted_once_it_is_recorded_again() -> None:
    case = again(undone(happens(opened(), Answer(Extent.FULL), "2018-02-01"), "2018-02-02", 1, 2), "2018-02-03")
    assert why_no_news(case, 3) is NotPosted.CASE_TAKEN_BACK
    assert why_no_news(case, 1) is NotPosted.EVENT_TAKEN_BACK
    assert [why_no_news(case, event_id) for event_id in (4, 5, 6, 7)] == [None] * 4


def test_a_case_that_was_reopened_once_is_not_reopened_when_it_is_recorded_again() -> None:
    case = happens(opened(), Closed(Outcome.WITHDRAWN), "2018-01-26")
    case = happens(case, Reopened(), "2018-01-27")
    case = again(undone(case, "2018-01-28", 1, 2), "2018-01-29")
    assert case.at(LATER).reopened is None and case.at(LATER).is_open
