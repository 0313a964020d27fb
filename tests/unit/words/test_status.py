"""The card of /status: each thing is said once, in whole words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.record.amounts import read_amount
from bot.record.case import Case
from bot.record.day_end import state_on
from bot.record.events import Consequence, ConsequenceState, Court, CourtStep
from bot.words.plain_text import plain
from bot.words.status import MOST_LETTERS, headline, status_cards
from tests.unit.words.city_desk import BOULDER, DENVER, LETTER, MADISON, NEW_YORK, at, event

NOW = at("2018-02-24 09:00")


def texts_of(*cases: Case) -> list[str]:
    """The pages of the card of one place to which all these letters were sent."""
    return [plain(c) for c in status_cards(cases[0].place, [(c, c.at(NOW)) for c in cases], [], NOW, {}, NEW_YORK)]


def letters_to_boulder(count: int) -> list[Case]:
    return [
        replace(
            BOULDER,
            number=number,
            letter=replace(LETTER, id=number, title=f"Demand {number}"),
            events=tuple(replace(event, id=event.id + 1000 * number) for event in BOULDER.events),
        )
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(("count", "times"), [(1, 1), (2, 3), (3, 4)])
def test_what_holds_of_a_letter_is_said_in_the_heading_only(count: int, times: int) -> None:
    """Above all stands the newest letter's; with several letters, the list below says it of each."""
    [page, *_] = texts_of(*letters_to_boulder(count))
    assert page.count(headline(BOULDER.at(NOW))) == times
    assert f"\n#{count} Demand {count}\n" in page


def test_letters_that_the_heading_has_no_room_for_say_it_themselves() -> None:
    cases = letters_to_boulder(MOST_LETTERS + 1)
    pages = "\n".join(texts_of(*cases))
    for case in cases:
        assert f"#{case.number} {case.letter.title}: {headline(case.at(NOW))}" in pages
    title = "Demand to every part of the city " * 10
    long = [replace(case, letter=replace(case.letter, title=f"{title}{case.number}")) for case in cases[:4]]
    pages = "\n".join(texts_of(*long))
    for case in long:
        assert f"#{case.number} {case.letter.title}: {headline(case.at(NOW))}" in pages


def test_an_answer_that_may_have_come_is_called_as_any_other() -> None:
    for day, words in ((date(2018, 2, 15), ", which may be before or after this day."), (date(2018, 2, 20), "\n")):
        state = state_on(MADISON, day)
        text = "\n".join(map(plain, status_cards(MADISON.place, [(MADISON, state)], [], NOW, {}, NEW_YORK, day)))
        assert f"On record: answer of unknown extent by 16 February 2018{words}" in text


def test_an_amount_is_a_sentence_of_its_own() -> None:
    fact = event(160, "2018-02-20", Consequence("subpoena", ConsequenceState.CARRIED_OUT), "So it is")
    for typed, words in (("$5", "$5"), ("more than $2,000", "more than $2,000")):
        known = replace(DENVER, events=(*DENVER.events, replace(fact, amount=read_amount(typed))))
        assert f"So it is. Amount: {words}. (Press release" in "\n".join(texts_of(known))


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        (((8, CourtStep.FILED),), "Suit: filed 8 February 2018, pending"),
        (((6, CourtStep.RULING),), "Suit: when it was filed is not recorded, pending"),
        (((6, CourtStep.INJUNCTION), (8, CourtStep.FILED)), "Suit: filed 8 February 2018, pending"),
        (((8, CourtStep.FILED), (9, CourtStep.APPEAL)), "Suit: filed 8 February 2018, pending"),
        (((6, CourtStep.APPEAL), (9, CourtStep.SETTLEMENT)), "Suit: when it was filed is not recorded, ended"),
    ],
)
def test_a_suit_was_filed_when_its_filing_says(steps: tuple[tuple[int, CourtStep], ...], line: str) -> None:
    """A ruling of 6 February does not say that the suit was filed on that day."""
    events = [event(170 + count, f"2018-02-{day:02}", Court(step)) for count, (day, step) in enumerate(steps)]
    assert line in "\n".join(texts_of(replace(DENVER, events=(*DENVER.events, *events)))).splitlines()
