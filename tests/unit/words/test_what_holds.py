"""All that holds of a case is said wherever the case is shown, whatever else holds: no card denies an answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC

import pytest

from bot.cli import json_output
from bot.files.sheets.case_table import csv_of
from bot.record.case import Case, CaseState
from bot.record.events import (
    Acknowledged,
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Extent,
    Outcome,
)
from bot.record.notice_tokens import CaseAlert
from bot.record.sections import sections_of
from bot.record.standing import standing_of
from bot.words import letters, lists, notice, notice_parts, place_lists, receipts, status
from bot.words.card import Buttons, Card
from bot.words.plain_text import plain
from tests.unit.words.city_desk import DENVER, LETTER, NEW_YORK, at, case, totals_of

#: How an answer is named where the case is shown in a line, and on its card.
IN_A_LINE = {
    Extent.FULL: ("answered on", "full answer on"),
    Extent.PARTIAL: ("partly answered", "partial answer"),
    Extent.HOLDING: ("holding reply",),
    Extent.REFUSAL: ("refused",),
    Extent.UNKNOWN: ("answered, extent unknown", "answer of unknown extent", "another answer, extent unknown"),
}
ON_THE_CARD = {
    Extent.FULL: "full answer on 5 February 2018",
    Extent.PARTIAL: "partial answer on 5 February 2018",
    Extent.HOLDING: "holding reply on 5 February 2018",
    Extent.REFUSAL: "refusal on 5 February 2018",
    Extent.UNKNOWN: "answer of unknown extent on 5 February 2018",
}
STATES = {
    ConsequenceState.ANNOUNCED: "announced",
    ConsequenceState.CARRIED_OUT: "carried out",
    ConsequenceState.BLOCKED: "blocked by a court",
    ConsequenceState.LIFTED: "lifted",
}
SUITS: tuple[Court | None, ...] = (None, Court(CourtStep.FILED, "S.D. Fla."), Court(CourtStep.FILED, stops_clock=True))
ENDS: tuple[Outcome | None, ...] = (None, Outcome.CLOSED)
BEFORE, AFTER = "2018-02-20 12:00", "2018-02-24 12:00"

Answers = tuple[Extent, ...]
NO_ANSWER: Answers = ()
ONE_OR_TWO: list[Answers] = [
    NO_ANSWER,
    *((extent,) for extent in Extent),
    *itertools.permutations(Extent, 2),
]


def recorded(answers: Answers, moved: ConsequenceState | None, suit: Court | None, end: Outcome | None) -> Case:
    happened: list[tuple[str, Detail]] = [(f"2018-02-0{5 + n}", Answer(extent)) for n, extent in enumerate(answers)]
    if moved is ConsequenceState.LIFTED:
        happened.append(("2018-02-07", Consequence("subpoena", ConsequenceState.CARRIED_OUT)))
    if moved:
        happened.append(("2018-02-08", Consequence("subpoena", moved)))
    if suit:
        happened.append(("2018-02-09", suit))
    if end:
        happened.append(("2018-02-10", Closed(end)))
    return case(1, DENVER.place, *happened)


def matrix() -> Iterator[tuple[Answers, ConsequenceState | None, Court | None, Outcome | None, str]]:
    return itertools.product(ONE_OR_TWO, (None, *STATES), SUITS, ENDS, (BEFORE, AFTER))


def shown(card_of: list[Card] | Card) -> str:
    return "\n".join(plain(card) for card in (card_of if isinstance(card_of, list) else [card_of]))


def lines_about(recorded_case: Case, case_state: CaseState) -> dict[str, str]:
    """Each place where a case is shown among others, in small letters: a group of cases begins with a capital one."""
    pair = [(recorded_case, case_state)]
    texts = {
        "headline": status.headline(case_state),
        "/deadlines": shown(lists.deadline_cards(pair, "", totals_of(pair))),
        "/letter show": shown(letters.letter_cards(LETTER, pair, [(standing_of(pair[0][1]), 1)], pair[0][1].now)),
        "/letters": shown(letters.letters_cards([(LETTER, [(standing_of(pair[0][1]), 1)])], 1, pair[0][1].now)),
        "notice": "\n".join(place_lists.place_lines(pair)),
        "receipt": shown(receipts.fact_receipt(recorded_case, recorded_case.events[0], case_state, "operation")),
    }
    return {where: text.lower() for where, text in texts.items()}


def overtaken(answers: Answers) -> Answers:
    """Those that a later full answer made good."""
    return answers[: answers.index(Extent.FULL)] if Extent.FULL in answers else ()


@pytest.mark.parametrize("moment", [BEFORE, AFTER], ids=["in time", "overdue"])
@pytest.mark.parametrize("answers", ONE_OR_TWO, ids=lambda answers: "-".join(answers) or "none")
def test_every_answer_and_consequence_is_said_wherever_a_case_is_shown(answers: Answers, moment: str) -> None:
    for moved, suit, end in itertools.product((None, *STATES), SUITS, ENDS):
        this = recorded(answers, moved, suit, end)
        case_state = this.at(at(moment))
        card = shown(status.status_cards(this.place, [(this, case_state)], [], at(moment), {}, NEW_YORK))
        assert ("No answer is recorded." in card) is (not answers and end is None)
        for extent, day in zip(answers, (5, 6), strict=False):
            assert ON_THE_CARD[extent].replace("5 Feb", f"{day} Feb") in card
        for where, text in lines_about(this, case_state).items():
            for extent in set(answers) - set(overtaken(answers)):
                words = (*IN_A_LINE[extent], "answered", "full answer") if extent is Extent.FULL else IN_A_LINE[extent]
                assert any(word in text for word in words), (where, extent, text)
            if moved:
                assert f"subpoena {STATES[moved]}" in text, (where, text)
            if suit:
                assert "in court" in text, (where, text)
            if end:
                assert "closed" in text, (where, text)
            assert "no answer is recorded" not in text
        if moved:
            assert f"subpoena: {STATES[moved]} on 8 February 2018" in card


def test_json_and_the_table_have_every_answer_and_consequence() -> None:
    for answers, moved, suit, end, moment in matrix():
        this = recorded(answers, moved, suit, end)
        values = json_output.case(this, this.at(at(moment)), None, NEW_YORK)
        assert [answer["extent"] for answer in values["answers"]] == [extent.value for extent in answers]
        states = {one["name"]: one["state"] for one in values["consequences"]}
        assert states["subpoena"] == (moved.value if moved else "threatened")
        table = csv_of([this], at(moment).astimezone(UTC))
        assert all(f"{extent.value} 2018-02-0" in table for extent in answers)
        assert moved is None or f"subpoena: {moved.value} 2018-02-08" in table


def test_only_a_full_answer_stops_the_clock() -> None:
    for extent in Extent:
        case_state = recorded((extent,), None, None, None).at(at(AFTER))
        assert case_state.clock_runs is (extent is not Extent.FULL)
        assert case_state.overdue is (extent is not Extent.FULL)


def test_a_refused_case_that_is_escalated_says_both() -> None:
    this = recorded((Extent.REFUSAL,), ConsequenceState.CARRIED_OUT, None, None)
    assert status.headline(this.at(at(AFTER))) == (
        "escalated: subpoena carried out on 8 February 2018, refused on 5 February 2018, deadline passed 1 day ago"
    )


def test_acknowledged_is_said_beside_overdue() -> None:
    plain_case = recorded((Extent.REFUSAL,), None, None, None)
    deadline_id = next(event.id for event in plain_case.events if isinstance(event.detail, DeadlineSet))
    this = case(1, DENVER.place, ("2018-02-05", Answer(Extent.REFUSAL)), ("2018-02-24", Acknowledged(deadline_id)))
    for where, text in lines_about(this, this.at(at("2018-02-25 12:00"))).items():
        assert "acknowledged" in text and "refused" in text, where
    assert json_output.case(this, this.at(at("2018-02-25 12:00")), None, NEW_YORK)["acknowledged"] is True


def test_a_lifting_of_what_never_moved_is_shown_as_what_was_said() -> None:
    this = case(1, DENVER.place, ("2018-02-08", Consequence("subpoena", ConsequenceState.LIFTED)))
    case_state = this.at(at(AFTER))
    card = shown(status.status_cards(this.place, [(this, case_state)], [], at(AFTER), {}, NEW_YORK))
    assert "subpoena: said to be lifted on 8 February 2018" in card
    assert "that it was announced or carried out before is not recorded" in card
    assert "subpoena said to be lifted on 8 February 2018" in status.headline(case_state)
    [subpoena, _] = json_output.case(this, case_state, None, NEW_YORK)["consequences"]
    assert (subpoena["state"], subpoena["moved_before"]) == ("lifted", False)


def test_a_long_list_of_consequences_is_counted_in_a_headline_and_whole_on_the_card() -> None:
    names = [f"consequence {n} {'of a long name ' * 12}" for n in range(6)]
    this = case(1, DENVER.place, *(("2018-02-08", Consequence(name, ConsequenceState.ANNOUNCED)) for name in names))
    case_state = this.at(at(BEFORE))
    assert "3 more consequences recorded" in status.headline(case_state)
    assert len(status.headline(case_state)) < 500
    card = shown(status.status_cards(this.place, [(this, case_state)], [], at(BEFORE), {}, NEW_YORK))
    assert all(f"consequence {n} of" in card for n in range(6))


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (7, 1)])
def test_a_notice_asks_for_one_case_and_counts_the_rest(count: int, rows: int) -> None:
    cases = [case(n, DENVER.place, ("2018-02-05", Answer(Extent.UNKNOWN))) for n in range(1, count + 1)]
    sections = sections_of(CaseAlert(one, one.number * 100 + 1, "passed") for one in cases)
    card = notice.card_of(notice_parts.Head("token", NEW_YORK, at("2018-02-24 09:00")), sections, at("2018-02-24 09:00"))
    buttons = [button for row in card.blocks if isinstance(row, Buttons) for button in row.buttons]
    asking = [button for button in buttons if button.action.startswith("extent:")]
    assert len(asking) == 2 * rows
    assert ("is open for" in card.text) is (count > rows)
    assert "no answer" not in card.text.lower() and "answered, extent unknown" in card.text
    assert len(card.text) < 4_000
