"""What became of a consequence, and what cannot be said of one that never moved."""

from __future__ import annotations

import pytest

from bot.record.case import Case, Status
from bot.record.consequence_states import check_lifting, state_of
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Consequence, ConsequenceState, effective_events
from bot.record.later_facts import later_facts
from tests.unit.record.cases import NEW_YORK, at, happens, opened

THREATENED, ANNOUNCED = ConsequenceState.THREATENED, ConsequenceState.ANNOUNCED
CARRIED_OUT, LIFTED, BLOCKED = ConsequenceState.CARRIED_OUT, ConsequenceState.LIFTED, ConsequenceState.BLOCKED
LATER = at("2018-04-01")


def after(*moves: tuple[str, ConsequenceState], name: str = "subpoena") -> Case:
    case = opened()
    for when, state in moves:
        case = happens(case, Consequence(name, state), when)
    return case


def lift(case: Case, when: str = "2018-03-20", name: str = "subpoena") -> None:
    check_lifting(Consequence(name, LIFTED), When(when, NEW_YORK), effective_events(case.events))


@pytest.mark.parametrize(
    "moves",
    [
        [("2018-02-10", ANNOUNCED)],
        [("2018-02-10", CARRIED_OUT)],
        [("2018-02-10", BLOCKED)],
        [("2018-02-10", CARRIED_OUT), ("2018-02-20", BLOCKED)],
        [("2018-02-10", CARRIED_OUT), ("2018-02-20", LIFTED), ("2018-03-01", CARRIED_OUT)],
        [("by 2018-04-30", CARRIED_OUT)],
        [("2018-03", CARRIED_OUT)],
        [("2018-02-10", CARRIED_OUT), ("2018-02-20", THREATENED)],
    ],
)
def test_what_was_in_force_or_may_have_been_can_be_lifted(moves: list[tuple[str, ConsequenceState]]) -> None:
    lift(after(*moves))
    lift(after(*moves, name="Subpoena"), name="subpoena")


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ([], "it is not recorded that it was announced, carried out or blocked"),
        ([("2018-02-10", THREATENED)], "it is not recorded that it was announced"),
        ([("2018-03-25", CARRIED_OUT)], "it is not recorded that it was announced"),
        ([("2018-02-10", CARRIED_OUT), ("2018-02-20", LIFTED)], r"lifted already \(20 February 2018\), and nothing since"),
        ([("2018-02-20", LIFTED)], "lifted already"),
    ],
)
def test_what_never_moved_cannot_be_lifted(moves: list[tuple[str, ConsequenceState]], says: str) -> None:
    with pytest.raises(CaseError, match=says) as refused:
        lift(after(*moves))
    assert "record what the source says as a note" in str(refused.value)


def test_another_consequence_that_moved_is_no_reason() -> None:
    with pytest.raises(CaseError, match="“return of grants” cannot be lifted"):
        lift(after(("2018-02-10", CARRIED_OUT)), name="return of grants")


def test_one_whose_carrying_out_was_corrected_cannot_be_lifted() -> None:
    case = after(("2018-02-10", CARRIED_OUT))
    case = happens(case, Consequence("lawsuit", CARRIED_OUT), "2018-02-10", replaces=case.events[-1].id)
    with pytest.raises(CaseError, match="cannot be lifted"):
        lift(case)


@pytest.mark.parametrize("state", [THREATENED, ANNOUNCED, CARRIED_OUT, BLOCKED])
@pytest.mark.parametrize("before", [None, THREATENED, ANNOUNCED, CARRIED_OUT, LIFTED, BLOCKED])
def test_nothing_but_a_lifting_needs_something_before_it(before: ConsequenceState | None, state: ConsequenceState) -> None:
    case = after(*([("2018-02-10", before)] if before else []))
    check_lifting(Consequence("subpoena", state), When("2018-03-20", NEW_YORK), effective_events(case.events))


@pytest.mark.parametrize(
    ("states", "now"),
    [
        ((CARRIED_OUT, ANNOUNCED), CARRIED_OUT),
        ((CARRIED_OUT, THREATENED), CARRIED_OUT),
        ((ANNOUNCED, THREATENED), ANNOUNCED),
        ((BLOCKED, THREATENED), BLOCKED),
        ((CARRIED_OUT, BLOCKED), BLOCKED),
        ((BLOCKED, ANNOUNCED), ANNOUNCED),
        ((CARRIED_OUT, LIFTED), LIFTED),
        ((CARRIED_OUT, LIFTED, THREATENED), THREATENED),
        ((CARRIED_OUT, LIFTED, CARRIED_OUT), CARRIED_OUT),
    ],
)
def test_a_new_threat_or_announcement_takes_nothing_back(states: tuple[ConsequenceState, ...], now: ConsequenceState) -> None:
    case = after(*((f"2018-02-{10 + day}", state) for day, state in enumerate(states)))
    case_state = case.at(LATER)
    assert state_of(case_state.consequences["subpoena"]) is now
    assert (Status.ESCALATED in case_state.statuses) is (now is CARRIED_OUT)
    assert not case_state.lifted_unmoved


def test_a_recorded_lifting_of_what_never_moved_is_kept_and_marked() -> None:
    """Older versions recorded it, and a file may say it."""
    case = after(("2018-02-20", LIFTED), ("2018-02-22", LIFTED))
    assert case.at(LATER).lifted_unmoved == {"subpoena"}
    assert case.at(at("2018-02-19")).lifted_unmoved == frozenset()
    later = happens(case, Consequence("subpoena", CARRIED_OUT), "2018-03-01")
    assert later.at(LATER).lifted_unmoved == frozenset()
    assert happens(later, Consequence("subpoena", LIFTED), "2018-03-02").at(LATER).lifted_unmoved == frozenset()


@pytest.mark.parametrize("name", ["Subpoena", " SUBPOENA "])
def test_a_consequence_is_the_one_that_the_letter_threatens_however_a_file_spells_it(name: str) -> None:
    case = happens(after(("2018-02-10", CARRIED_OUT), name=name), Consequence("subpoena", LIFTED), "2018-03-01")
    case_state = case.at(LATER)
    assert {name: state_of(event) for name, event in case_state.consequences.items()} == {"subpoena": LIFTED}
    assert not case_state.lifted_unmoved
    lift(after(("2018-02-10", CARRIED_OUT), name=name))
    carried_out, lifted = case.events[-2:]
    assert later_facts(case, {carried_out.id}) == [lifted], "nothing would be left to lift"
