"""Events replayed: corrections, suits, and which of two facts is the newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.case import Case, Status
from bot.record.deadlines.zones import end_of
from bot.record.events import (
    Acknowledged,
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    Detail,
    Event,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    Statement,
    effective_events,
    last_word,
)
from tests.unit.record.cases import NEW_YORK, at, by, extended, happens, opened

FULL = Answer(Extent.FULL)


def status(case: Case, day: str) -> Status:
    """At the end of that day."""
    return case.at(end_of(date.fromisoformat(day), NEW_YORK)).status


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        (Answer(Extent.FULL), Status.ANSWERED),
        (Answer(Extent.PARTIAL), Status.PARTLY),
        (Answer(Extent.HOLDING), Status.HOLDING),
        (Answer(Extent.UNKNOWN), Status.UNKNOWN),
        (Answer(Extent.REFUSAL), Status.REFUSED),
        (Statement("the mayor"), Status.AWAITING),
        (Note(), Status.AWAITING),
        (Finding(Result.IN_COMPLIANCE), Status.CLEARED),
        (Finding(Result.COMPLETE), Status.COMPLIED),
        (Finding(Result.NOT_IN_COMPLIANCE), Status.AWAITING),
        (Consequence("subpoena", ConsequenceState.ANNOUNCED), Status.AWAITING),
        (Consequence("subpoena", ConsequenceState.CARRIED_OUT), Status.ESCALATED),
        (Court(CourtStep.FILED), Status.IN_COURT),
        (Court(CourtStep.SETTLEMENT), Status.SETTLED),
        (Court(CourtStep.CLOSED), Status.AWAITING),
        *((Closed(outcome), Status(outcome.value)) for outcome in Outcome),
    ],
)
def test_what_each_kind_of_event_makes_of_a_case(detail: Detail, expected: Status) -> None:
    assert status(happens(opened(), detail, "2018-02-01"), "2018-02-01") is expected


def test_a_letter_does_not_exist_before_it_was_sent() -> None:
    assert not opened().at(at("2018-01-23 23:59")).exists
    assert opened().at(at("2018-01-24 23:59")).exists


def test_a_partial_answer_does_not_stop_the_deadline_from_passing() -> None:
    case = happens(opened(), Answer(Extent.PARTIAL), "2018-02-01")
    assert status(case, "2018-02-23") is Status.PARTLY
    assert status(case, "2018-02-24") is Status.OVERDUE
    assert case.at(at("2018-02-24 12:00")).partly is not None


def test_an_incomplete_answer_is_a_partial_one() -> None:
    case = happens(happens(opened(), FULL, "2018-02-01"), Finding(Result.INCOMPLETE), "2018-02-10")
    assert status(case, "2018-02-09") is Status.ANSWERED
    assert status(case, "2018-02-10") is Status.PARTLY
    assert status(case, "2018-02-24") is Status.OVERDUE


def test_an_answer_of_some_day_of_the_month_is_older_than_what_came_after_it_was_recorded() -> None:
    case = happens(opened(by("2018-03-31")), FULL, "2018-02", recorded=at("2018-02-10 10:00"))
    case = happens(case, Finding(Result.INCOMPLETE), "2018-02-20")
    assert status(case, "2018-02-15") is Status.ANSWERED
    assert status(case, "2018-02-21") is Status.PARTLY
    assert status(case, "2018-03-01") is Status.PARTLY


def test_an_imprecise_extension_recorded_early_gives_way_to_a_later_one() -> None:
    case = happens(opened(), opened(by("2018-03-10")).events[1].detail, "2018-02", recorded=at("2018-02-05 10:00"))
    case = extended(case, by("2018-03-20"), "2018-02-12")
    assert case.at(at("2018-02-13")).deadline == by("2018-03-20")


def test_what_is_only_known_to_have_happened_by_a_day_counts_from_that_day_where_it_was_recorded_later() -> None:
    case = happens(opened(), FULL, "by 2018-04-16", recorded=at("2018-05-01"))
    assert status(case, "2018-04-15") is Status.OVERDUE
    assert status(case, "2018-04-16") is Status.ANSWERED


def test_where_it_stood_and_what_was_known_are_two_questions() -> None:
    case = happens(opened(), FULL, "2018-02-20", recorded=at("2018-03-05 10:00"))
    assert case.at(at("2018-03-01")).status is Status.ANSWERED
    assert case.known_at(at("2018-03-01")).status is Status.OVERDUE
    assert case.known_at(at("2018-03-06")).status is Status.ANSWERED


def test_the_court_and_its_docket_are_learnt_one_after_the_other() -> None:
    """A filing is often reported before its docket number is; the ruling that names it is about the same suit."""
    case = happens(opened(), Court(CourtStep.FILED, "S.D. Fla."), "2018-02-06")
    case = happens(case, Court(CourtStep.RULING, "S.D. Fla.", "9:18-cv-80131"), "2018-02-10")
    assert len(case.at(at("2018-02-11")).suits) == 1
    case = happens(case, Court(CourtStep.CLOSED, "", "9:18-cv-80131"), "2018-02-15")
    assert status(case, "2018-02-16") is Status.AWAITING


def test_two_dockets_are_two_suits() -> None:
    case = happens(opened(), Court(CourtStep.FILED, "S.D. Fla.", "1"), "2018-02-06")
    case = happens(case, Court(CourtStep.FILED, "S.D. Fla.", "2"), "2018-02-07")
    case = happens(case, Court(CourtStep.CLOSED, "S.D. Fla.", "1"), "2018-02-08")
    assert [suit.pending for suit in case.at(at("2018-02-09")).suits] == [False, True]
    assert status(case, "2018-02-09") is Status.IN_COURT


def test_a_suit_stops_the_clock_only_if_it_says_so_and_only_while_it_lasts() -> None:
    plain = happens(opened(), Court(CourtStep.FILED), "2018-02-06")
    stopped = happens(opened(), Court(CourtStep.FILED, stops_clock=True), "2018-02-06")
    ended = happens(stopped, Court(CourtStep.CLOSED), "2018-03-01")
    assert plain.at(at("2018-02-10")).clock_runs
    assert not ended.at(at("2018-02-10")).clock_runs
    assert ended.at(at("2018-03-02")).clock_runs


def test_a_reopened_case_stands_where_it_stood() -> None:
    case = happens(opened(), Closed(Outcome.WITHDRAWN), "2018-02-10")
    case = happens(case, Reopened(), "2018-02-12")
    assert status(case, "2018-02-11") is Status.WITHDRAWN
    assert status(case, "2018-02-13") is Status.AWAITING


def test_an_acknowledgement_is_of_one_deadline() -> None:
    case = opened()
    case = happens(case, Acknowledged(case.events[1].id), "2018-02-25")
    assert case.at(at("2018-02-26")).acknowledged
    assert not extended(case, by("2018-03-20"), "2018-02-27").at(at("2018-02-28")).acknowledged


def test_an_undone_answer_is_as_if_it_had_not_been_and_undoing_that_brings_it_back() -> None:
    case = happens(opened(), FULL, "2018-02-01")
    answer = case.events[-1].id
    undone = happens(case, Corrected(), "2018-02-02", replaces=answer)
    redone = happens(undone, Corrected(), "2018-02-03", replaces=undone.events[-1].id)
    assert status(case, "2018-02-10") is Status.ANSWERED
    assert status(undone, "2018-02-10") is Status.AWAITING
    assert status(redone, "2018-02-10") is Status.ANSWERED
    assert redone.known_at(at("2018-02-02 18:00")).status is Status.AWAITING


@st.composite
def corrections(draw: st.DrawFn) -> tuple[Event, ...]:
    """Notes, some of which replace an earlier event; none is replaced twice, as the database sees to."""
    case = replace(opened(), events=())
    free: list[int] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        replaces = draw(st.none() | st.sampled_from(free)) if free else None
        free = [one for one in free if one != replaces] + [number]
        taken_back = replaces is not None and draw(st.booleans())
        day = f"2018-02-{draw(st.integers(1, 28)):02d}"
        case = happens(case, Corrected() if taken_back else Note(), day, at(f"2018-03-{number:02d}"), replaces)
    return case.events


@given(corrections())
def test_an_event_stands_unless_a_standing_one_replaces_it(events: tuple[Event, ...]) -> None:
    """The slow way: who is in the place of an event, by asking the one that replaces it."""
    replaced_by = {event.replaces: event for event in events if event.replaces is not None}

    def in_place_of(event: Event) -> Event | None:
        if event.id not in replaced_by:
            return event
        later = in_place_of(replaced_by[event.id])
        if later is None:  # the correction was taken back
            return event
        return None if isinstance(later.detail, Corrected) else later

    expected = {event.id for event in events if in_place_of(event) is event and not isinstance(event.detail, Corrected)}
    assert {event.id for event in effective_events(events)} == expected


@given(corrections(), st.integers(0, 13))
def test_what_was_known_then_is_what_had_been_recorded_until_then(events: tuple[Event, ...], count: int) -> None:
    assert effective_events(events, at(f"2018-03-{count:02d}") if count else at("2018-02-28")) == effective_events(
        events[:count]
    )


@given(corrections(), st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(events: tuple[Event, ...], random: Random) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert effective_events(tuple(shuffled)) == effective_events(events)


def test_what_replaces_a_correction_keeps_the_original_replaced() -> None:
    case = happens(opened(), Answer(Extent.UNKNOWN), "2018-02-01")
    case = happens(case, Answer(Extent.PARTIAL), "2018-02-01", replaces=3)
    again = happens(case, FULL, "2018-02-01", replaces=4)
    assert [e.id for e in effective_events(again.events)] == [1, 2, 5]
    taken_back = happens(again, Corrected(), "2018-02-02", replaces=5)
    assert [e.id for e in effective_events(taken_back.events)] == [1, 2, 4], "the correction before holds again"


def test_a_correction_that_was_taken_back_can_be_made_again_otherwise() -> None:
    case = happens(opened(), Answer(Extent.UNKNOWN), "2018-02-01")
    case = happens(case, FULL, "2018-02-01", replaces=3)
    case = happens(case, Corrected(), "2018-02-02", replaces=4)
    assert [e.id for e in effective_events(case.events)] == [1, 2, 3]
    assert last_word(case.events, case.events[2]).id == 5
    case = happens(case, Answer(Extent.PARTIAL), "2018-02-01", replaces=5)
    assert [e.id for e in effective_events(case.events)] == [1, 2, 6]
    case = happens(case, Corrected(), "2018-02-03", replaces=6)
    assert [e.id for e in effective_events(case.events)] == [1, 2, 3]


def test_an_original_that_holds_again_can_be_taken_back_too() -> None:
    case = happens(opened(), Answer(Extent.UNKNOWN), "2018-02-01")
    case = happens(case, FULL, "2018-02-01", replaces=3)
    case = happens(case, Corrected(), "2018-02-02", replaces=4)
    case = happens(case, Corrected(with_all_before=True), "2018-02-03", replaces=5)
    assert [e.id for e in effective_events(case.events)] == [1, 2]
