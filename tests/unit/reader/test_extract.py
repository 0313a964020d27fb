"""A text is read into a draft: nothing invented, each thing with the words it was read from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reader.document import Document
from bot.reader.draft import Draft, Part, QuestionKind, Recipient, Span, Threat
from bot.reader.extract.draft_json import as_json
from bot.reader.extract.recipient_resolution import ResolvedRecipient, merged_recipients
from bot.reader.extract.statutes import legal_basis
from bot.reader.extract.whole_text import draft_of
from bot.reader.gazetteer.gazetteer import gazetteer
from bot.reader.text_page import TextPage
from bot.record.places import PlaceKind
from bot.words.questions import question_text

ZONE = ZoneInfo("America/New_York")
SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"
KEYS = {
    "authority", "letter_date", "deadline", "deadline_time", "legal_basis", "consequences", "recipients", "cleared",
    "stated_count", "questions", "open_questions",
}  # fmt: skip
ALL_23 = {
    "Chicago, IL (city)", "Cook County, IL (county)", "New York City, NY (city)", "California (state)", "Albany, NY (city)",
    "Berkeley, CA (city)", "Bernalillo County, NM (county)", "Burlington, VT (city)", "Denver, CO (city and county)",
    "Fremont, CA (city)", "Jackson, MS (city)", "King County, WA (county)", "Lawrence, MA (city)", "Los Angeles, CA (city)",
    "Louisville Metro, KY (metro)", "Monterey County, CA (county)", "Sacramento County, CA (county)",
    "San Francisco, CA (city and county)", "Sonoma County, CA (county)", "Watsonville, CA (city)", "West Palm Beach, FL (city)",
    "Illinois (state)", "Oregon (state)",
}  # fmt: skip


def draft(text: str, on: date | None = None) -> Draft:
    document = Document("a.txt", "text/plain", text.encode(errors="replace"), datetime(2032, 6, 15, tzinfo=UTC), text)
    return draft_of(document, ZONE, on)


def labels(letter: Draft) -> list[str]:
    return [one.label for one in letter.recipients]


def seed(number: str) -> str:
    if not SEEDS.is_dir():
        pytest.skip("../shared/seeds is not there")
    return next(SEEDS.glob(f"{number}_*")).read_text(encoding="utf-8")


@pytest.mark.parametrize("number", ["002", "003", "004"])
def test_a_story_names_all_23_recipients(number: str) -> None:
    letter = draft(seed(number))
    assert set(labels(letter)) == ALL_23 and len(letter.recipients) == 23
    assert letter.authority and letter.authority.value == "U.S. Department of Justice"
    assert letter.stated_count and letter.stated_count.value == 23
    assert [one.value for one in letter.legal_basis] == ["8 U.S.C. § 1373"]
    assert Threat.SUBPOENA in {one.value for one in letter.threatened}


def test_a_story_with_its_day_gives_letter_date_and_deadline() -> None:
    letter = draft(seed("003"))
    assert letter.letter_date and letter.letter_date.value == date(2018, 1, 24)
    assert letter.deadline and letter.deadline.value.date == date(2018, 2, 23)
    assert letter.words(letter.deadline.span or Span(0, 1)) == "by Feb. 23"


def test_a_story_without_its_day_is_asked_about_and_the_person_may_give_it() -> None:
    assert draft(seed("002")).letter_date is None
    assert Part.LETTER_DATE in {question.about for question in draft(seed("002")).questions}
    given_day = draft(seed("002"), date(2018, 1, 25)).letter_date
    assert given_day and given_day.value == date(2018, 1, 24)


def test_two_letters_in_one_release_are_told_apart_and_those_cleared_are_no_recipients() -> None:
    letter = draft(seed("000"))
    assert {one.name: one.asked for one in letter.recipients} == {
        "Seattle": "documents",
        "Vermont": "documents",
        "Oakland": "letter",
    }
    assert {one.label for one in letter.cleared} == {"Washington, D.C. (federal district)", "Louisville Metro, KY (metro)"}
    [oakland] = [one for one in letter.recipients if one.name == "Oakland"]
    assert (oakland.kind, oakland.state) == (PlaceKind.CITY, None) and oakland.candidates
    assert Part.LETTER in {question.about for question in letter.questions}


def test_a_comment_invents_neither_recipients_nor_dates() -> None:
    letter = draft(seed("001"))
    assert {one.name for one in letter.recipients} <= {"Oakland", "Seattle"}
    assert letter.letter_date is None and letter.deadline is None


LETTER = """January 24, 2018

VIA CERTIFIED MAIL

The Honorable Rahm Emanuel
Mayor
City of Chicago
121 North LaSalle Street
Chicago, Illinois 60602

Dear Mayor Emanuel:

On November 15, 2017, the Department of Justice wrote to you about your compliance with 8 U.S.C. § 1373. Please produce the
following documents by February 23, 2018:

1. All documents reflecting any orders, directives, or guidance to your law enforcement employees.
2. All communications with the Cook County Sheriff.

Should you fail to respond in a timely manner, the Department will subpoena these documents.

Sincerely,

Bureau of Justice Assistance
"""


def test_a_letter_itself_has_one_recipient_its_own_date_and_its_demand() -> None:
    letter = draft(LETTER)
    assert labels(letter) == ["Chicago, IL (city)"]
    assert letter.letter_date and letter.letter_date.value == date(2018, 1, 24)
    assert letter.deadline and letter.deadline.value.date == date(2018, 2, 23)
    assert letter.authority and letter.authority.value == "U.S. Department of Justice"
    assert letter.demand and letter.demand.value.startswith("1. All documents reflecting") and "Sheriff" in letter.demand.value


def test_days_from_the_letter_are_counted_from_its_date_and_show_their_work() -> None:
    letter = draft(
        "The U.S. Environmental Protection Agency sent a letter to Flint, Michigan, on March 5, 2020. It must respond within "
        "30 days "
        "of the date of the letter."
    )
    assert letter.deadline and letter.deadline.value.date == date(2020, 4, 4)
    assert letter.deadline.value.steps and letter.deadline.value.start == date(2020, 3, 5)


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("It must respond within 30 days of receipt.", "receipt"),
        ("It must respond by February 29, 2019.", "does not exist"),
        ("It must respond by Friday, February 22, 2018.", "Thursday"),
        ("It must respond by 2/3/2018.", "3 February 2018 or as 2 March 2018"),
        ("It must respond before February 23, 2018.", "22 February 2018 or 23 February 2018"),
        ("It must respond by February 23, 2018. Its records are due by March 2, 2018.", "more than one day"),
        ("It must respond by midnight on February 23, 2018.", "midnight"),
    ],
)
def test_a_deadline_that_can_be_read_two_ways_is_asked_about(sentence: str, asked: str) -> None:
    letter = draft(f"On January 24, 2018, the Justice Department sent a letter to Denver, Colorado. {sentence}")
    assert letter.deadline is None
    assert asked in " ".join(question_text(question) for question in letter.questions if question.about is Part.DEADLINE)


@pytest.mark.parametrize(
    "written",
    [
        "8 USC 1373",
        "8 U.S.C. 1373",
        "8 U. S. C. § 1373",
        "title 8, United States Code, section 1373",
        "Section 1373 of Title 8",
        "8 U.S.C.\n§ 1373",
        "8&nbsp;U.S.C. &sect;&nbsp;1373",
        "8 U.S. Code § 1373",
    ],
)
def test_a_statute_has_one_form_however_it_is_written(written: str) -> None:
    page = TextPage(f"This is about {written}, a federal law.")
    assert [one.value for one in legal_basis(page)] == ["8 U.S.C. § 1373"]


def test_several_sections_rules_and_regulations() -> None:
    text = "8 U.S.C. §§ 1373 and 1644; 28 C.F.R. § 66.43; 28 CFR Part 18; Fed. R. Civ. P. 45; later section 1644 alone"
    assert [one.value for one in legal_basis(TextPage(text))] == [
        "8 U.S.C. § 1373",
        "8 U.S.C. § 1644",
        "28 C.F.R. § 66.43",
        "28 C.F.R. Part 18",
        "Fed. R. Civ. P. 45",
    ]


INTRO = "The Justice Department sent letters on January 24, 2018. "
SHAPES = {
    "bullets": lambda names: "The following jurisdictions received letters:\n\n" + "\n".join(f"• {one}" for one in names),
    "numbers": lambda names: (
        "The letters were sent to:\n\n" + "\n".join(f"{number}. {one}" for number, one in enumerate(names, 1))
    ),
    "lines": lambda names: "The jurisdictions that received the letters are listed below:\n\n" + "\n".join(names) + "\n\n",
    "semicolon lines": lambda names: (
        "The following jurisdictions received the request:\n" + ";\n".join(names[:-1]) + f"; and\n{names[-1]}.\n\n"
    ),
    "blank lines": lambda names: "The following jurisdictions received letters:\n\n" + ";\n\n".join(names) + ".",
    "semicolons": lambda names: f"The letters went to {'; '.join(names[:-1])}; and {names[-1]}. The letters ask for documents.",
    "commas": lambda names: f"The letters went to {', '.join(names[:-1])}, and {names[-1]}. The letters ask for documents.",
    "colon": lambda names: f"Letters were sent to the following jurisdictions: {'; '.join(names)}.",
}
WELL_KNOWN = [
    "Chicago, Illinois", "Cook County, Illinois", "State of California",
    "City and County of Denver, Colorado", "Albany, New York", "New York City, New York",
    "Louisville Metro, Kentucky", "Prince George's County, Maryland", "St. Louis, Missouri",
    "Winston-Salem, North Carolina", "Washington, D.C.", "State of Washington",
    "Miami-Dade County, Florida", "Lewis and Clark County, Montana", "Truth or Consequences, New Mexico",
    "West Palm Beach, Florida", "City of Los Angeles, California", "Coeur d'Alene, Idaho",
    "Kansas City, Missouri", "Kansas City, Kansas", "Commonwealth of Massachusetts",
    "Fort Worth, Texas", "King County, Washington", "Jackson, Mississippi",
    "Carson City, Nevada", "Oklahoma City, Oklahoma", "Orleans Parish, Louisiana",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(st.sampled_from(WELL_KNOWN), min_size=3, max_size=14, unique=True))
def test_a_list_in_any_shape_gives_exactly_its_places(shape: str, names: list[str]) -> None:
    wanted = set()
    for name in names:
        place = gazetteer().resolve(name).place
        assert place is not None, name
        wanted.add((place.name, place.kind, place.state))
    letter = draft(INTRO + "\n\n" + SHAPES[shape](names))
    assert {(one.name, one.kind, one.state) for one in letter.recipients} == wanted
    assert len(letter.recipients) == len(wanted)


PIECES = st.sampled_from(
    [
        "letters", " to ", "sent ", "the following jurisdictions:",
        "\n", "\n\n", "• ", "Chicago",
        ", Illinois", "; ", " and ", "Cook County",
        "by February 30, 2018", "Feb. 23", " within 30 days of ", "8 U.S.C. § 1373",
        "Dear Mayor:", "TO: ", "From: ", "(",
        ")", "“", "<li>", "&nbsp;",
        "\u00ad\n", "-\n", "Department of Justice ", "subpoena ",
        "if they fail ", "23 ", "jurisdictions ", "State of ",
        "\t", "Page 1 of 2", ".", "California:",
        "2/3/18", "received ", "on Wednesday ", "today ",
        "\r\n", "\ud800", "é", "ß",
        "İ",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(text=st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_at_all_is_read_and_every_span_lies_in_it(text: str) -> None:
    letter = draft(text, date(2018, 1, 24))
    spans = [place.span for place in (*letter.recipients, *letter.cleared)]
    spans += [basis.span for basis in (*letter.legal_basis, *letter.threatened)]
    spans += [asked.span for question in letter.questions for asked in (question, *question.readings)]
    values = (letter.authority, letter.letter_date, letter.deadline, letter.demand, letter.stated_count)
    spans += [value.span for value in values if value]
    assert all(span is None or span.end <= len(text) for span in spans)
    assert set(as_json(letter)) >= KEYS


def test_a_letter_that_could_not_be_read_is_asked_about() -> None:
    letter = draft(
        "The Justice Department said it has no comment. In a letter, a group of pastors urged Chicago and Denver to end it."
    )
    assert (letter.authority, letter.recipients) == (None, ())
    assert {question.about for question in letter.questions} == {Part.LETTER}


def test_a_letter_without_a_day_for_an_answer_is_asked_about() -> None:
    letter = draft("The Justice Department sent a letter to Boulder, Colorado, on April 2, 2031.")
    assert letter.deadline is None
    assert [question.about for question in letter.questions] == [Part.DEADLINE]


def test_to_be_told_to_comply_is_not_to_be_cleared() -> None:
    letter = draft(
        "The Justice Department told Denver, Colorado, in a letter of April 2, 2031, that it must comply by April 10."
    )
    assert letter.cleared == ()
    assert [one.label for one in letter.recipients] == ["Denver, CO (city and county)"]


@pytest.mark.parametrize("office", ["Justice Department", "Transportation Secretary Owen Tate"])
@pytest.mark.parametrize(
    "words",
    [
        "The {} told Boulder, Colorado, in a letter on April 2, 2031, to answer by April 20, 2031.",
        "In a letter dated April 2, 2031, the {} asked Boulder, Colorado, to answer by April 20, 2031.",
        "Boulder, Colorado, got a letter from the {} on April 2, 2031, and was given until April 20, 2031.",
        "A letter from the {} was received by Boulder, Colorado, on April 2, 2031. It wants an answer by April 20, 2031.",
        "The {} wants records from Boulder, Colorado, by April 20, 2031, according to a letter dated April 2, 2031.",
    ],
)
def test_one_letter_told_in_many_words(office: str, words: str) -> None:
    letter = draft(words.format(office))
    assert letter.authority
    assert letter.authority.value in ("U.S. Department of Justice", "U.S. Department of Transportation")
    assert [one.label for one in letter.recipients] == ["Boulder, CO (city)"]
    received = [one for one in letter.questions if one.kind is QuestionKind.LETTER_DATE_OF_RECEIPT]
    days = [letter.letter_date.value] if letter.letter_date else [one.value for one in received[0].readings]
    assert days == [date(2031, 4, 2)]
    assert bool(received) == ("got" in words or "received" in words)
    assert letter.deadline
    assert letter.deadline.value.date == date(2031, 4, 20)


def test_a_place_that_is_in_a_list_three_times_has_one_doubt_that_says_so() -> None:
    denver = [Recipient("Denver", PlaceKind.CITY_AND_COUNTY, "CO", span=Span(at, at + 6)) for at in (0, 10, 20)]
    [merged] = merged_recipients((ResolvedRecipient(recipient), 1) for recipient in denver)
    assert merged.recipient.doubt == "It is in the list more than once."
    [of_two_lists] = merged_recipients((ResolvedRecipient(recipient), number) for number, recipient in enumerate(denver))
    assert of_two_lists.recipient.doubt is None


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("The Honorable Mary Roe\nMayor\n100 Main Street\nAmes, Iowa 50010", "Ames, IA (city)"),
        ("Mayor Mary Roe, City of Ames\n1 Main Street, Ames, IA 50010", "Ames, IA (city)"),
        ("Governor Mary Roe\nState Capitol\nDes Moines, Iowa 50319", "Iowa (state)"),
        ("Board of Supervisors\nPolk County\n1 Court Avenue\nDes Moines, IA 50309", "Polk County, IA (county)"),
        (
            "Mary Roe\nAmes Community School District\n1 Main Street\nAmes, IA 50010",
            "Ames Community School District, IA (institution)",
        ),
    ],
)
def test_an_address_names_who_is_written_to_and_the_closing_who_writes(address: str, label: str) -> None:
    body = "Please produce all records by June 2, 2031.\n\nSincerely,\n\nJo Doe\nU.S. Department of Labor"
    letter = draft(f"May 2, 2031\n\n{address}\n\nDear Mary Roe:\n\n{body}")
    assert labels(letter) == [label]
    assert letter.authority and letter.authority.value == "U.S. Department of Labor"


def test_an_official_who_got_a_letter_is_not_its_sender() -> None:
    letter = draft("Ohio Attorney General Mary Roe received a letter on April 2, 2031, and so did Boulder, Colorado.")
    assert letter.authority is None


def test_a_statute_is_cited_in_time_however_long_the_text() -> None:
    assert [one.value for one in legal_basis(TextPage("8 USC 1, 2, 3, 4 " * 5_000))] == [f"8 U.S.C. § {n}" for n in range(1, 5)]
