"""A card gives as the letter's only what is the letter's: its deadline, its sources, its notes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.files.example import cases_of, example
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Basis, DeadlineSet, Event, effective_events
from bot.record.sources import Source
from bot.words.deadline_reasons import of_letter
from bot.words.letters import letters_cards
from bot.words.plain_text import plain
from bot.words.status import status_cards
from tests.unit.words.city_desk import (
    BURLINGTON,
    DENVER,
    EVERY,
    LETTER,
    NEW_YORK,
    PALM_BEACH,
    RELEASE,
    VERMONT,
    at,
    event,
    recipients,
    states,
)

NOON = at("2018-02-10 12:00")
MAIL = Source("E-mail that grants more time", "https://example.org/mail")
FEB_23 = "Fri 23 February 2018, end of day EST"


def moved(case: Case, to: date, basis: Basis = Basis.EXTENSION, on: str = "2018-02-05", granted: str = "") -> Case:
    """The case with another deadline, which rests on a mail."""
    number = case.number * 100 + len(case.events)
    new = replace(event(number, on, DeadlineSet(Deadline(to, NEW_YORK), basis, granted)), sources=(MAIL,))
    return replace(case, events=(*case.events, new))


def without_deadline(case: Case) -> Case:
    return replace(case, events=tuple(e for e in case.events if not isinstance(e.detail, DeadlineSet)))


def deadline_line(*cases: Case, own: Deadline | None = LETTER.deadline) -> str:
    [card] = letters_cards([(replace(LETTER, deadline=own), recipients(cases, NOON))], 1, NOON)
    [line] = [line for line in plain(card).splitlines() if line.startswith("Deadline")]
    return line


def text_of(case: Case) -> str:
    return "\n".join(map(plain, status_cards(case.place, states((case,), NOON), [], NOON, {}, NEW_YORK)))


def test_the_letters_own_deadline_comes_first_then_who_has_another() -> None:
    march, april = date(2018, 3, 23), date(2018, 4, 2)
    assert deadline_line(*EVERY) == f"Deadline: {FEB_23}"
    assert deadline_line(moved(DENVER, march)) == f"Deadline: {FEB_23}; Fri 23 March 2018, end of day EDT for 1"
    all_moved = [moved(case, march) for case in EVERY[:3]] + [moved(BURLINGTON, april)]
    assert deadline_line(*all_moved) == (
        f"Deadline: {FEB_23}; Fri 23 March 2018, end of day EDT for 3; Mon 2 April 2018, end of day EDT for 1"
    )
    assert deadline_line(DENVER, without_deadline(VERMONT)) == f"Deadline: {FEB_23}; none recorded for 1"


def test_without_a_deadline_of_the_letter_none_of_a_place_becomes_it() -> None:
    assert deadline_line(*map(without_deadline, EVERY), own=None) == "Deadline: none recorded"
    line = deadline_line(moved(without_deadline(DENVER), date(2018, 3, 23)), without_deadline(VERMONT), own=None)
    assert line == ("Deadline: none for the letter as a whole; Fri 23 March 2018, end of day EDT for 1; none recorded for 1")


def test_many_other_deadlines_are_counted() -> None:
    others = [moved(case, date(2018, 3, 1) + timedelta(days=days)) for days, case in enumerate([*EVERY, DENVER, VERMONT])]
    assert deadline_line(*others).endswith("; other dates for 3")


def test_why_the_letters_date_is_still_explained_when_every_case_has_another() -> None:
    letters_own, moved_to = of_letter(LETTER, states((moved(DENVER, date(2018, 3, 23)),), NOON))
    assert (letters_own.deadline, letters_own.sources) == (LETTER.deadline, (RELEASE,))
    assert letters_own.over == "In force for none of the recipients"
    assert moved_to.deadline.date == date(2018, 3, 23)
    assert [reason.deadline for reason in of_letter(LETTER, states((DENVER,), NOON))] == [LETTER.deadline]


@pytest.mark.parametrize("basis", [Basis.EXTENSION, Basis.CORRECTION, Basis.SUBPOENA])
def test_the_sources_of_the_letter_are_its_own(basis: Basis) -> None:
    text = text_of(moved(DENVER, date(2018, 3, 23), basis))
    assert "Sources of the letter: Press release <https://example.org/release>, The authority, 24 January 2018\n" in text + "\n"
    assert "Source of the deadline: E-mail that grants more time <https://example.org/mail>" in text


def test_a_first_deadline_that_was_set_later_has_its_own_source() -> None:
    text = text_of(moved(without_deadline(PALM_BEACH), date(2018, 3, 23), Basis.ORIGINAL))
    assert "Source of the deadline: E-mail" in text
    assert "E-mail" not in text.partition("Sources of the letter")[2]


def test_a_deadline_with_the_letters_source_names_it_once() -> None:
    text = text_of(DENVER)
    assert "Source of the deadline" not in text
    assert text.count("https://example.org/release") == 1


def test_a_note_on_the_letters_deadline_is_not_shown_where_none_is_known() -> None:
    noted = replace(LETTER, deadline_note="The date is the one given to Vermont.")
    silent = without_deadline(replace(DENVER, letter=noted))
    assert "Deadline: none recorded.\n" in text_of(silent) and "Vermont" not in text_of(silent)
    unknown = replace(silent, letter=replace(noted, deadline=None, deadline_note="No copy of the letter was found."))
    assert "Deadline: none recorded. No copy of the letter was found." in text_of(unknown)


def test_no_place_of_the_example_record_shows_what_is_said_of_another() -> None:
    """Of a case, a note and each source of a fact belong to that case or to its letter."""
    recorded, _ = cases_of(example())
    seattle = [case for case in recorded if case.place.name == "Seattle"]
    now = at("2018-05-20 12:00")
    text = "\n".join(
        map(plain, status_cards(seattle[0].place, [(case, case.at(now)) for case in seattle], [], NOON, {}, NEW_YORK))
    )
    assert "The date is the one given to Vermont" not in text
    assert "The due date of the letter to Seattle was not found." in text
    for case in recorded:
        own = {cited.url for cited in case.letter.sources} | {cited.url for e in _with_letter(case) for cited in e.sources}
        state = case.at(at("2019-06-01"))
        lines = "\n".join(map(plain, status_cards(case.place, [(case, state)], [], NOON, {}, NEW_YORK))).splitlines()
        [sources] = [line for line in lines if line.startswith("Sources of the letter")]
        assert set(re.findall(r"<(https?://[^>]+)>", sources)) <= own, case.place.label


def _with_letter(case: Case) -> list[Event]:
    return [e for e in effective_events(case.events) if e.when == case.letter.sent and e.detail.kind in ("sent", "deadline")]
