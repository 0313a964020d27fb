"""What cards say, word for word: each is a text in tests/corpus/cards, without Discord's markup.

Where words change on purpose, `python -m tests.unit.words.test_cards` writes the texts anew; read the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.record.case import Case
from bot.record.events import Court, CourtStep, Extent
from bot.record.ladder import DEFAULT_LADDER
from bot.record.news import news_of
from bot.record.notice_tokens import CaseAlert
from bot.record.plan import NoticeAhead, ahead, next_due
from bot.record.posting import Posting
from bot.record.sections import sections_of
from bot.words import errors, letters, lists, news_card, notice, notice_parts, receipts, settings, silences, status, undo
from bot.words.card import Buttons, Card
from bot.words.plain_text import plain
from tests.unit.words.city_desk import (
    BOULDER,
    BURLINGTON,
    CLOSED,
    DENVER,
    EVERY,
    LETTER,
    MADISON,
    NEW_YORK,
    PALM_BEACH,
    VERMONT,
    at,
    event,
    recipients,
    settled,
    states,
    totals_of,
    undone,
)

TEXTS = Path(__file__).resolve().parents[2] / "corpus/cards"
MORNING_AFTER = at("2018-02-24 09:00")
POSTING = Posting(NEW_YORK)
SUIT_OVER_GRANTS = event(99, "2018-01-02", Court(CourtStep.FILED, "N.D. Cal."), "The state sues over grants.")
VERMONT_UNDONE = undone(VERMONT, 302)


def of_status() -> list[Card]:
    cards = []
    for case in (*EVERY, CLOSED):
        case_states = states((case,), MORNING_AFTER)
        due = next_due(case, DEFAULT_LADDER, POSTING, MORNING_AFTER)
        alerts = {case.id: due} if due else {}
        background = [SUIT_OVER_GRANTS] if case is PALM_BEACH else []
        cards += status.status_cards(case.place, case_states, background, MORNING_AFTER, alerts, NEW_YORK)
    earlier = date(2018, 1, 20)
    return [*cards, *status.status_cards(DENVER.place, [], [], at("2018-01-20 23:59"), {}, NEW_YORK, earlier)]


def notice_at(rung: str, moment: str, cases: tuple[Case, ...] = EVERY) -> Card:
    sections = sections_of(CaseAlert(case, case.number * 100 + 1, rung) for case in cases)
    return notice.card_of(notice_parts.Head("token", NEW_YORK, at(moment)), sections, at(moment))


def news_at(moment: str, facts: list[tuple[Case, int]]) -> Card:
    return news_card.news_card(notice_parts.Head("token", NEW_YORK, at(moment)), news_of(facts), at(moment))


def of_schedule() -> list[Card]:
    alerts = ahead(EVERY, lambda _: DEFAULT_LADDER, POSTING, MORNING_AFTER, at("2018-03-24 09:00"))
    notices = [NoticeAhead(alert.due, LETTER, 1, (alert.case,)) for alert in alerts]
    return lists.schedule_cards(notices, 28, NEW_YORK, None)


CARDS: dict[str, Callable[[], list[Card]]] = {
    "status": of_status,
    "notice-3-days-left": lambda: [notice_at("3-days-before", "2018-02-20 09:00")],
    "notice-passed": lambda: [notice_at("passed", "2018-02-24 09:00")],
    "notice-no-longer-due": lambda: [notice_at("passed", "2018-02-24 09:00", (VERMONT,))],
    "news-letter": lambda: [news_at("2018-01-24 12:00", [(case, one.id) for case in EVERY for one in case.events[:2]])],
    "news-of-two": lambda: [news_at("2018-02-20 12:00", [(VERMONT, 302), (PALM_BEACH, 202)])],
    "news-undone": lambda: [news_at("2018-02-21 12:00", [(VERMONT_UNDONE, 350)])],
    "letters": lambda: letters.letters_cards([(LETTER, recipients(EVERY, MORNING_AFTER))], 1, MORNING_AFTER),
    "no-letters": lambda: letters.letters_cards([], 0, MORNING_AFTER),
    "letter": lambda: letters.letter_cards(
        LETTER, states(EVERY, MORNING_AFTER), recipients(EVERY, MORNING_AFTER), MORNING_AFTER
    ),
    "deadlines": lambda: lists.deadline_cards(
        states(EVERY, MORNING_AFTER), "within 14 days", totals_of(states(EVERY, MORNING_AFTER))
    ),
    "history": lambda: lists.history_cards(VERMONT.place, [VERMONT_UNDONE], [SUIT_OVER_GRANTS]),
    "schedule": of_schedule,
    "extent-status": lambda: status.status_cards(
        BOULDER.place, states((BOULDER,), MORNING_AFTER), [], MORNING_AFTER, {}, NEW_YORK
    ),
    "extent-notice": lambda: [notice_at("passed", "2018-02-24 09:00", (MADISON,))],
    "extent-notice-of-several": lambda: [notice_at("passed", "2018-02-24 09:00", (DENVER, BOULDER, MADISON))],
    "extent-news": lambda: [news_at("2018-02-16 12:00", [(MADISON, 702)])],
    "extent-news-settled": lambda: [news_at("2018-02-21 12:00", [(settled(MADISON, 702, Extent.FULL), 742)])],
    "extent-news-undone": lambda: [news_at("2018-02-21 12:00", [(undone(settled(MADISON, 702, Extent.FULL), 742), 750)])],
    "extent-receipt": lambda: [receipts.fact_receipt(MADISON, MADISON.events[2], MADISON.at(MORNING_AFTER), "operation")],
    "receipt": lambda: [receipts.fact_receipt(VERMONT, VERMONT.events[2], VERMONT.at(MORNING_AFTER), "operation")],
    "receipt-undone": lambda: [undo.undone_receipt(1, [(VERMONT_UNDONE, VERMONT_UNDONE.at(MORNING_AFTER))], 1)],
    "undo-later-facts": lambda: undo.later_facts_cards([(case, case.events[-1]) for case in EVERY[1:]], "undo:operation:list"),
    "history-of-an-undone-case": lambda: lists.history_cards(VERMONT.place, [undone(VERMONT, 300)], []),
    "letter-twin": lambda: [letters.twin_card(LETTER, recipients(EVERY, MORNING_AFTER), 1, MORNING_AFTER)],
    "letter-used": lambda: letters.use_cards(LETTER, [("Title", "Demand"), ("What it demands", "All files"), ("Note", "")]),
    "receipt-silenced": lambda: [
        silences.silenced_receipt(
            [DENVER, BURLINGTON], 2, date(2018, 4, 30), at("2018-04-30 09:00").astimezone(NEW_YORK), ["#3: ended"], "operation"
        )
    ],
    "receipt-lifted": lambda: [silences.lifted_receipt([DENVER], 1, "operation")],
    "settings-changed": lambda: [
        settings.settings_card(
            {"Calendar": settings.calendar_words("US-CA")},
            {"Calendar": settings.calendar_words("none")},
            settings.refused_lines([(7, "The bot lacks View Channel in the channel.")]),
        )
    ],
    "unforeseen": lambda: [errors.unforeseen("1a2b3c4d")],
}


def text_of(name: str) -> str:
    return "\n-----\n".join(plain(card) for card in CARDS[name]()) + "\n"


@pytest.mark.parametrize("name", CARDS)
def test_a_card_says_what_its_text_says(name: str) -> None:
    assert text_of(name) == (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CARDS)
def test_no_two_buttons_of_a_card_do_the_same(name: str) -> None:
    """Discord refuses such a message: "Component custom id cannot be duplicated"."""
    for card in CARDS[name]():
        actions = [b.action for row in card.blocks if isinstance(row, Buttons) for b in row.buttons if b.action]
        assert len(actions) == len(set(actions)), actions


def test_every_text_belongs_to_a_card() -> None:
    assert {path.stem for path in TEXTS.glob("*.txt")} == set(CARDS)


if __name__ == "__main__":
    TEXTS.mkdir(exist_ok=True)
    for card_name in CARDS:
        (TEXTS / f"{card_name}.txt").write_text(text_of(card_name), encoding="utf-8")
