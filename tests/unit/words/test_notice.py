"""What a notice puts together: cases and events with the same values, whatever led to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.record.case import Case
from bot.record.changes import Change
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.events import (
    Answer,
    Basis,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Extent,
    Outcome,
)
from bot.record.ladder import MONTHLY
from bot.record.news import news_of
from bot.record.notice_tokens import CaseAlert
from bot.record.sections import LastAlert, Section, sections_of
from bot.record.sources import Source
from bot.words import news_card, notice, notice_parts
from bot.words.card import Text
from bot.words.plain_text import plain
from tests.unit.words.city_desk import DENVER, LETTER, NEW_YORK, NEWS, PALM_BEACH, RELEASE, at, event

SET = Deadline(date(2018, 3, 9), NEW_YORK)
COUNTED = parse_deadline("14 days", NEW_YORK, start=date(2018, 2, 23))
MOMENT = "2018-02-21 09:00"


def with_deadline(case: Case, deadline: Deadline, basis: Basis = Basis.EXTENSION, by: Source = RELEASE) -> Case:
    new = event(case.number * 100 + 60, "2018-02-20", DeadlineSet(deadline, basis))
    return replace(case, events=(*case.events, replace(new, sources=(by,))))


def news(*cases: Case) -> list[str]:
    told = news_of((case, case.events[-1].id) for case in cases)
    return plain(news_card.news_card(notice_parts.Head("token", NEW_YORK, at(MOMENT)), told, at(MOMENT))).splitlines()


def countdown(*cases: Case) -> list[str]:
    moment = at("2018-03-06 09:00")
    sections = sections_of(CaseAlert(case, 0, "3-days-before") for case in cases)
    return plain(notice.card_of(notice_parts.Head("token", NEW_YORK, moment), sections, moment)).splitlines()


def test_one_deadline_reached_two_ways_is_one_update() -> None:
    title = news(with_deadline(DENVER, SET), with_deadline(PALM_BEACH, COUNTED))[0]
    assert "Denver, CO and West Palm Beach, FL: deadline extended to Fri 9 March 2018" in title
    assert "more update" not in title


def test_another_date_or_basis_is_another_update() -> None:
    later = replace(SET, date=date(2018, 3, 10))
    for other in (with_deadline(PALM_BEACH, later), with_deadline(PALM_BEACH, SET, Basis.CORRECTION)):
        assert "and 1 more update" in news(with_deadline(DENVER, SET), other)[0]


def test_cases_with_one_deadline_share_its_line_whatever_it_is_from() -> None:
    cases = [with_deadline(DENVER, SET, by=NEWS), with_deadline(PALM_BEACH, COUNTED, by=NEWS)]
    lines = countdown(*cases)
    assert lines[2] == "Answer due Fri 9 March 2018, end of day EST"
    apart = [*cases[:1], with_deadline(PALM_BEACH, replace(SET, date=date(2018, 3, 12)))]
    lines = countdown(*apart)
    assert lines[2:4] == [
        "Answer due Fri 9 March 2018, end of day EST: Denver, CO",
        "Answer due Mon 12 March 2018, end of day EDT: West Palm Beach, FL",
    ]


def test_a_consequence_that_the_letter_does_not_threaten_says_so() -> None:
    for name, beyond in ((LETTER.threatened[0].upper(), False), ("loss of accreditation", True)):
        fact = event(DENVER.number * 100 + 60, "2018-02-20", Consequence(name, ConsequenceState.ANNOUNCED))
        lines = news(replace(DENVER, events=(*DENVER.events, fact)))
        assert lines[0] == f"Denver, CO: {name} announced"
        assert ("Not threatened in the letter." in "\n".join(lines)) is beyond


def test_news_asks_how_complete_an_answer_was_only_where_it_is_about_the_answer() -> None:
    """Its alerts ask as well, so other news of the case does not repeat it."""
    answer = event(160, "2018-02-20", Answer(Extent.UNKNOWN))
    suit = event(161, "2018-02-20", Court(CourtStep.FILED))
    answered = replace(DENVER, events=(*DENVER.events, answer))
    assert "Was it complete? The source of the answer does not say." in "\n".join(news(answered))
    assert "Was it complete" not in "\n".join(news(replace(answered, events=(*answered.events, suit))))
    settled = event(162, "2018-02-20", Answer(Extent.FULL), replaces=160)
    undone = event(163, "2018-02-20", Corrected(), replaces=162)
    again = news(replace(answered, events=(*answered.events, settled, undone)))
    assert "Was it complete" in "\n".join(again)


def test_the_headline_of_a_card_is_not_said_again_below_it() -> None:
    facts = [event(160, "2018-02-20", Closed(Outcome.SETTLED)), event(161, "2018-02-21", Court(CourtStep.FILED))]
    told = replace(DENVER, events=(*DENVER.events, *facts))
    card = news_card.news_card(
        notice_parts.Head("token", NEW_YORK, at(MOMENT)), news_of((told, fact.id) for fact in facts), at(MOMENT)
    )
    text = plain(card)
    assert text.startswith("Denver, CO: case closed, settled, and 1 more update")
    assert text.count("case closed, settled") == 1 and text.count("Denver, CO: suit filed") == 1


def test_a_corrected_deadline_names_the_old_one_without_a_second_moment() -> None:
    was = with_deadline(DENVER, SET)
    fixed = replace(was.events[-1], id=190, detail=DeadlineSet(COUNTED, Basis.CORRECTION), replaces=was.events[-1].id)
    later = replace(fixed, detail=DeadlineSet(replace(SET, date=date(2018, 3, 12)), Basis.CORRECTION))
    told = news_of([(replace(was, events=(*was.events, later)), 190)])
    card = news_card.news_card(notice_parts.Head("token", NEW_YORK, at(MOMENT)), told, at(MOMENT))
    [heading] = [line for block in card.blocks if isinstance(block, Text) for line in block.markdown.split("\n")[:1]][:1]
    assert heading.count("<t:") == 1 and "(before: " in heading and "Fri 9 March 2018" in heading


def sections_on_one_card(count: int, *places: Case, reminders: int = 0) -> str:
    """That many letters with short titles, each to these places."""
    moment, since = at("2018-05-01 09:00"), at("2018-04-01 09:00")
    sections = []
    for number in range(1, count + 1):
        letter = replace(LETTER, id=number, title=f"Letter {number}")
        cases = [replace(case, id=10 * number + case.id, letter=letter) for case in places]
        changes = (Change(cases[0], event(900, "2018-04-02", Answer(Extent.PARTIAL))),)
        last = LastAlert(since, reminders=reminders, changes=changes, letter_told=True)
        sections.append(Section(letter, MONTHLY, 3, tuple((case, 0) for case in cases), last))
    return plain(notice.card_of(notice_parts.Head("token", NEW_YORK, moment), sections, moment))


def test_four_letters_with_short_titles_still_say_that_something_changed() -> None:
    assert sections_on_one_card(4, DENVER).count("1 change since 1 April") == 4


def test_days_that_differ_are_told_as_a_span() -> None:
    assert "Overdue by 53 to 67 days: Denver, CO and West Palm Beach, FL" in sections_on_one_card(
        1, DENVER, with_deadline(PALM_BEACH, SET)
    )


def test_every_reminder_is_numbered_in_the_same_way() -> None:
    told = [sections_on_one_card(1, DENVER, reminders=number) for number in (2, 10, 11, 20, 22, 110)]
    for text, words in zip(told, ("third", "11th", "12th", "21st", "23rd", "111th"), strict=True):
        assert f"{words} reminder" in text


def test_a_headline_has_one_colon() -> None:
    for detail, words in ((Closed(Outcome.SETTLED), "case closed, settled"), (Closed(Outcome.CLOSED), "case closed")):
        fact = event(160, "2018-02-20", detail)
        assert news(replace(DENVER, events=(*DENVER.events, fact)))[0] == f"Denver, CO: {words}"
