"""The list of deadlines, where a letter has several."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.record.case import Case
from bot.record.ladder import Due, after
from bot.record.plan import NoticeAhead
from bot.words.card import Buttons, Tone
from bot.words.lists import deadline_cards, schedule_cards
from bot.words.plain_text import plain
from tests.unit.words.city_desk import (
    BURLINGTON,
    DENVER,
    EVERY,
    LETTER,
    NEW_YORK,
    PALM_BEACH,
    VERMONT,
    at,
    states,
    totals_of,
)
from tests.unit.words.test_whose_facts import moved, without_deadline


def actions(*cases: Case) -> list[list[str]]:
    """The actions of the buttons of each page."""
    placed = states(cases, at("2018-02-10 12:00"))
    cards = deadline_cards(placed, "", totals_of(placed))
    return [[b.action for block in card.blocks if isinstance(block, Buttons) for b in block.buttons] for card in cards]


def test_each_date_of_a_letter_has_a_button_of_its_own() -> None:
    """Discord refuses a message in which two buttons do the same."""
    march, april = date(2018, 3, 23), date(2018, 4, 2)
    assert actions(*EVERY) == [["lwhy:1"]]
    assert actions(DENVER, moved(PALM_BEACH, march)) == [["lwhy:1", "why:2"]]
    assert actions(moved(PALM_BEACH, march), DENVER, moved(VERMONT, april)) == [["lwhy:1", "why:2", "why:3"]]
    assert actions(DENVER, without_deadline(BURLINGTON)) == [["lwhy:1"]]


def test_a_page_says_how_many_cases_are_under_a_heading_that_goes_on() -> None:
    """How many have each status is said where all of them are on the page."""
    placed = states(EVERY, at("2018-02-24 09:00"))
    totals = totals_of(placed)
    [card] = deadline_cards(placed[:2], "", replace(totals, of_heading=dict.fromkeys(totals.of_heading, 1204)))
    assert plain(card).splitlines() == [
        "Deadlines",
        "4 cases, by date; 2 overdue",
        "Fri 23 February 2018, end of day EST, 1 day ago",
        "Document demand: 1,204 cases",
        "- in court, deadline passed 1 day ago: #2 West Palm Beach, FL",
        "- overdue by 1 day: #1 Denver, CO",
    ]


def test_where_all_are_overdue_that_is_said_once() -> None:
    placed = states((DENVER, PALM_BEACH), at("2018-02-24 09:00"))
    [card] = deadline_cards(placed, "", totals_of(placed))
    assert "2 cases, by date; all overdue" in plain(card)
    [card] = deadline_cards(placed, "overdue", replace(totals_of(placed), overdue=None))
    assert "2 cases, by date\n" in plain(card)
    assert card.tone is Tone.ALARM


def test_a_schedule_says_what_will_be_one_message() -> None:
    """What is due in one channel at one moment, four letters and rungs at most; with the channel and the role of its rung."""
    moment = at("2018-02-26 09:00")
    rung, own, loud = after(3), replace(after(3), channel_id=7), replace(after(3), loud=True, role_id=9)
    letters = [replace(LETTER, id=number, title=f"Demand {number}") for number in range(1, 7)]
    notices = [NoticeAhead(Due(rung, 0, moment), letter, 2) for letter in letters[:5]]
    notices += [NoticeAhead(Due(own, 0, moment), letters[0], 3), NoticeAhead(Due(loud, 0, moment), letters[5], 4)]
    [card] = schedule_cards(notices, 28, NEW_YORK, 5)
    assert plain(card).splitlines()[1:] == [
        "4 messages, if nothing changes; times in America/New_York",
        "- Mon 26 February 2018, 09:00 EST in <#5>:",
        *(f"  - 3 days after the deadline — Demand {number}: 2 cases" for number in range(1, 5)),
        "- Mon 26 February 2018, 09:00 EST in <#5>: 3 days after the deadline — Demand 5: 2 cases",
        "- Mon 26 February 2018, 09:00 EST in <#7>: 3 days after the deadline — Demand 1: 3 cases",
        "- Mon 26 February 2018, 09:00 EST in <#5>: 3 days after the deadline — Demand 6: 4 cases, pings <@&9>",
    ]
