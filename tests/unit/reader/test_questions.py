"""Questions are values: each has its sentence, and a draft that holds them can be stored."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.record.deadlines.deadline import Deadline
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.questions import (
    DayReading,
    DeadlineReading,
    NameReading,
    PlaceReading,
    Question,
    QuestionKind,
    Reading,
    Span,
)
from bot.words.questions import SENTENCES, question_text, reading_label, reading_text

DAY = date(2018, 2, 23)
DUE = Deadline(DAY, ZoneInfo("America/New_York"), time(17), words="by 5 p.m. on Feb. 23")
ALBANY = Jurisdiction(0, "Albany", PlaceKind.CITY, "NY")
STORED = TypeAdapter(tuple[Question, ...])
NAMES = st.text(min_size=1, max_size=12)
SPANS = st.none() | st.builds(lambda start, length: Span(start, start + length), st.integers(0, 9), st.integers(1, 9))
READINGS = st.one_of(
    st.builds(NameReading, NAMES | st.just("2018-02-23"), SPANS, NAMES),
    st.builds(DayReading, st.dates(), SPANS),
    st.builds(DeadlineReading, st.just(DUE), SPANS, NAMES),
    st.builds(PlaceReading, st.just(ALBANY), SPANS),
)
QUESTIONS = st.builds(
    Question,
    st.sampled_from(QuestionKind),
    SPANS,
    st.lists(READINGS, min_size=1, max_size=3).map(tuple),
    quote=NAMES,
    day=st.dates(),
    sent=st.dates(),
    today=st.dates(),
    names=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    other_names=st.lists(NAMES, max_size=3).map(tuple),
    count=st.integers(0, 5000),
    counts=st.lists(st.integers(0, 99), min_size=1, max_size=3).map(tuple),
    found=st.integers(0, 99),
    reason=NAMES,
)


def test_each_kind_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(QuestionKind)


@given(QUESTIONS)
def test_a_question_of_any_kind_can_be_worded_and_stored(question: Question) -> None:
    assert question_text(question)
    assert STORED.validate_json(STORED.dump_json((question,))) == (question,)
    assert STORED.validate_python(STORED.dump_python((question,), mode="json")) == (question,)


@pytest.mark.parametrize(
    ("reading", "label", "text"),
    [
        (NameReading("The Senate"), "The Senate", "The Senate"),
        (DayReading(DAY, Span(3, 9), "Feb. 23"), "23 February 2018", "23 February 2018 (“Feb. 23”)"),
        (DeadlineReading(DUE, None, DUE.words), "23 February 2018, 17:00", "23 February 2018, 17:00 (“by 5 p.m. on Feb. 23”)"),
        (PlaceReading(ALBANY), "Albany, NY (city)", "Albany, NY (city)"),
    ],
)
def test_a_reading_has_a_label_and_the_words_it_was_read_from(reading: Reading, label: str, text: str) -> None:
    assert (reading_label(reading), reading_text(reading)) == (label, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (Question(QuestionKind.NO_DEADLINE), "No response deadline was recognised. Is there one?"),
        (
            Question(
                QuestionKind.PLACE_AMBIGUOUS, readings=(PlaceReading(ALBANY),) * 7, names=("Albany",), count=9, reason="Why."
            ),
            f"“Albany” may be {', '.join(['Albany, NY (city)'] * 6)} or one of 3 more. Why. Which is meant?",
        ),
        (
            Question(QuestionKind.MORE_NAMES_UNSETTLED, names=("Rome", "Troy"), count=3),
            "3 more names are not settled: Rome, Troy and others.",
        ),
        (
            Question(QuestionKind.DEADLINE_CONTRADICTS_ITSELF, quote="Monday, Feb. 23", day=DAY),
            "“Monday, Feb. 23” contradicts itself: 23 February 2018 is a Friday. Which day is the deadline?",
        ),
        (Question(QuestionKind.COUNT_DIFFERS, count=1200, found=3), "The text says 1,200; 3 found."),
        (
            Question(QuestionKind.PAGES_NOT_READ, counts=(2, 3), count=5),
            "Pages 2 and 3 of 5 are pictures without text and were not read. Do they name recipients or a deadline?",
        ),
        (
            Question(QuestionKind.PAGES_NOT_READ, counts=(4,), count=5),
            "Page 4 of 5 is a picture without text and was not read. Does it name recipients or a deadline?",
        ),
    ],
)
def test_a_sentence_is_made_of_the_values(question: Question, text: str) -> None:
    assert question_text(question) == text
