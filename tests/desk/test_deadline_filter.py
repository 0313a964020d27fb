"""`/deadlines status:` finds a case under every status that holds of it."""

from __future__ import annotations

import itertools

import pytest

from bot.cli import json_output
from bot.desk.deadline_list import DeadlineFilter
from bot.record.case import Status
from bot.record.events import ConsequenceState, Extent
from tests.unit.words.city_desk import NEW_YORK, at
from tests.unit.words.test_what_holds import AFTER, BEFORE, ONE_OR_TWO, STATES, SUITS, Answers, overtaken, recorded


@pytest.mark.parametrize("answers", ONE_OR_TWO, ids=lambda answers: "-".join(answers) or "none")
def test_a_filter_finds_each_status_that_holds(answers: Answers) -> None:
    expected = {
        Extent.FULL: Status.ANSWERED,
        Extent.PARTIAL: Status.PARTLY,
        Extent.HOLDING: Status.HOLDING,
        Extent.REFUSAL: Status.REFUSED,
        Extent.UNKNOWN: Status.UNKNOWN,
    }
    full = Extent.FULL in answers and Extent.REFUSAL not in answers[answers.index(Extent.FULL) :]
    for moved, suit, moment in itertools.product((None, *STATES), SUITS, (BEFORE, AFTER)):
        this = recorded(answers, moved, suit, None)
        case_state = this.at(at(moment))
        found = {wanted for wanted in Status if DeadlineFilter(status=wanted).accepts(this, case_state)}
        holds = (
            {Status.ANSWERED} if full else {expected[one] for one in answers if one not in (*overtaken(answers), Extent.FULL)}
        )
        holds |= {Status.IN_COURT} if suit else set()
        holds |= {Status.ESCALATED} if moved is ConsequenceState.CARRIED_OUT else set()
        holds |= {Status.OVERDUE} if case_state.overdue else set()
        holds |= {Status.AWAITING} if not answers and moment == BEFORE else set()
        assert found == holds == set(case_state.statuses)
        assert case_state.overdue is (moment == AFTER and not full and not (suit and suit.stops_clock))
        assert json_output.case(this, case_state, None, NEW_YORK)["statuses"] == [one.value for one in case_state.statuses]
