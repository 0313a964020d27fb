"""What changed since an alert: nothing that was undone meanwhile, and all that holds now and did not hold then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.record.case import Case
from bot.record.changes import Change, changes_since, is_change
from bot.record.deadlines.deadline import Deadline
from bot.record.events import (
    Answer,
    Basis,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Note,
    Sent,
    Silenced,
    effective_events,
    last_word,
)
from tests.unit.words.city_desk import DENVER, NEW_YORK, at, event

THEN = at("2018-02-09 09:00")
LATER = Deadline(date(2018, 3, 9), NEW_YORK)


def with_events(*happened: tuple[str, Detail, int | None]) -> Case:
    new = [event(200 + number, on, detail, replaces=replaces) for number, (on, detail, replaces) in enumerate(happened)]
    return replace(DENVER, events=(*DENVER.events, *new))


def told(case: Case) -> list[tuple[Detail, Detail | None]]:
    return [(change.event.detail, change.before.detail if change.before else None) for change in changes_since(case, THEN)]


def test_what_was_recorded_since_is_told_and_what_was_recorded_before_is_not() -> None:
    suit, answer = Court(CourtStep.FILED), Answer(Extent.PARTIAL)
    assert told(with_events(("2018-02-05", suit, None), ("2018-02-10", answer, None))) == [(answer, None)]


def test_an_extension_is_a_change_and_the_first_deadline_is_none() -> None:
    extension = DeadlineSet(LATER, Basis.EXTENSION)
    assert told(with_events(("2018-02-10", extension, None))) == [(extension, None)]
    assert changes_since(DENVER, THEN - timedelta(days=60)) == []


def test_what_says_nothing_of_the_recipient_is_no_change() -> None:
    assert not any(is_change(detail) for detail in (Sent(), Note(), Silenced(None), DeadlineSet(LATER)))
    assert is_change(DeadlineSet(LATER), replaces=101)


def test_what_was_undone_since_is_not_told() -> None:
    assert told(with_events(("2018-02-10", Answer(Extent.FULL), None), ("2018-02-11", Corrected(), 200))) == []


def test_a_fact_from_before_that_was_taken_back_is_told_with_what_it_was() -> None:
    answer = Answer(Extent.FULL)
    assert told(with_events(("2018-02-05", answer, None), ("2018-02-11", Corrected(), 200))) == [(Corrected(), answer)]


def test_a_correction_is_told_with_what_it_corrects() -> None:
    full, partial = Answer(Extent.FULL), Answer(Extent.PARTIAL)
    assert told(with_events(("2018-02-05", full, None), ("2018-02-11", partial, 200))) == [(partial, full)]


def test_a_taking_back_that_was_taken_back_changes_nothing() -> None:
    answer = ("2018-02-05", Answer(Extent.FULL), None)
    assert told(with_events(answer, ("2018-02-10", Corrected(), 200), ("2018-02-11", Corrected(), 201))) == []


@given(
    st.lists(st.tuples(st.sampled_from(["answer", "correct", "take back"]), st.integers(0, 9)), max_size=9), st.integers(0, 9)
)
def test_a_change_is_told_if_and_only_if_something_else_counts_now(steps: list[tuple[str, int]], cut: int) -> None:
    events: list[Event] = list(DENVER.events)
    for number, (what, which) in enumerate(steps):
        day = f"2018-02-{number + 1:02}"
        recorded = [one for one in events if one.id >= 200]
        if what == "answer" or not recorded:
            events.append(event(200 + number, day, Answer(list(Extent)[which % len(Extent)])))
            continue
        last = last_word(events, recorded[which % len(recorded)])
        detail = Corrected() if what == "take back" else Answer(list(Extent)[which % len(Extent)])
        events.append(event(200 + number, day, detail, replaces=last.id))
    case = replace(DENVER, events=tuple(events))
    since = at(f"2018-02-{cut + 1:02} 00:00")
    then, now = ({one.id for one in effective_events(case.events, known)} for known in (since, None))
    changes = changes_since(case, since)
    assert bool(changes) is (then != now)
    assert [change for change in changes if change.before is None] == [
        Change(case, one)
        for one in sorted(case.events, key=lambda one: one.id)
        if one.id in now - then and not follows(one, then, case)
    ]


def follows(later: Event, then: set[int], case: Case) -> bool:
    """Whether it is in the place of a fact that counted then."""
    by_id = {one.id: one for one in case.events}
    while later.replaces in by_id:
        later = by_id[later.replaces]
        if later.id in then:
            return True
    return False
