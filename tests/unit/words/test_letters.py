"""The counts of a letter's recipients."""

from __future__ import annotations

from bot.record.case import Case
from bot.words.letters import letters_cards
from bot.words.plain_text import plain
from tests.unit.words.city_desk import BOULDER, DENVER, LETTER, VERMONT, at, recipients


def counts(*cases: Case) -> str:
    now = at("2018-02-24 09:00")
    [card] = letters_cards([(LETTER, recipients(cases, now))], 1, now)
    return plain(card).splitlines()[-1]


def test_what_else_holds_of_one_recipient_is_not_counted() -> None:
    facts = "subpoena carried out; refused; answered, extent unknown"
    assert counts(BOULDER) == f"1 recipient: 1 overdue ({facts})"
    assert counts(BOULDER, DENVER, VERMONT) == (
        "3 recipients: 2 overdue (of these 1 subpoena carried out; 1 refused; 1 answered, extent unknown); 1 answered"
    )
