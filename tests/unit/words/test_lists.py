"""The list of deadlines, where a letter has several."""

from __future__ import annotations

from datetime import date

from bot.record.case import Case
from bot.words.card import Buttons
from bot.words.lists import deadline_cards
from tests.unit.words.city_desk import BURLINGTON, DENVER, EVERY, PALM_BEACH, VERMONT, at, states
from tests.unit.words.test_whose_facts import moved, without_deadline


def actions(*cases: Case) -> list[list[str]]:
    """The actions of the buttons of each page."""
    cards = deadline_cards(states(cases, at("2018-02-10 12:00")), "")
    return [[b.action for block in card.blocks if isinstance(block, Buttons) for b in block.buttons] for card in cards]


def test_each_date_of_a_letter_has_a_button_of_its_own() -> None:
    """Discord refuses a message in which two buttons do the same."""
    march, april = date(2018, 3, 23), date(2018, 4, 2)
    assert actions(*EVERY) == [["lwhy:1"]]
    assert actions(DENVER, moved(PALM_BEACH, march)) == [["lwhy:1", "why:2"]]
    assert actions(moved(PALM_BEACH, march), DENVER, moved(VERMONT, april)) == [["lwhy:1", "why:2", "why:3"]]
    assert actions(DENVER, without_deadline(BURLINGTON)) == [["lwhy:1"]]
