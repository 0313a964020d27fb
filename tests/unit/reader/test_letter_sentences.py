"""Sentences about other letters, and about letters of somebody else, give no recipients and no deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.draft import Draft
from bot.reader.extract.place_lists import Places
from bot.reader.extract.whole_text import draft_of
from bot.reader.mentions.mention import Mention
from bot.reader.text_page import TextPage
from bot.record.places import PlaceKind

NEWER = "On June 10, 2031, the Justice Department sent letters to Boise, Idaho, and Reno, Nevada."


def draft(text: str) -> Draft:
    document = Document("story.txt", "text/plain", text.encode(), datetime(2031, 6, 15, tzinfo=UTC), text)
    return draft_of(document, ZoneInfo("America/New_York"))


def test_of_letters_sent_weeks_apart_the_newest_are_meant() -> None:
    letter = draft(f"The Justice Department sent letters to Denver and Aurora, Colorado, on March 3, 2031.\n\n{NEWER}")
    assert [one.name for one in letter.recipients] == ["Boise", "Reno"]
    assert letter.letter_date and letter.letter_date.value == date(2031, 6, 10)


def test_a_sentence_that_goes_on_about_an_earlier_letter_gives_no_deadline() -> None:
    earlier = "The Justice Department previously sent letters to Denver, Colorado. They had to respond by July 20, 2031."
    letter = draft(f"{earlier}\n\n{NEWER}")
    assert [one.name for one in letter.recipients] == ["Boise", "Reno"]
    assert letter.deadline is None


@pytest.mark.parametrize(
    "text",
    [
        "The weather service issued warnings to Boise, Idaho, and Reno, Nevada, on Monday.",
        "Boise, Idaho, received a letter from a lawyer about its parks.",
        "In response to the inquiry, letters were sent to Boise, Idaho, by the mayor of Reno.",
        "The Justice Department awarded grants to counties.\n\nRecipients:\n- Boise, Idaho\n- Reno, Nevada\n",
        "The Justice Department wrote.\n\nSubject: letters sent to Boise, Idaho\n\nIt rained.",
    ],
)
def test_letters_of_others_and_other_papers_have_no_recipients(text: str) -> None:
    assert draft(text).recipients == ()


@pytest.mark.parametrize(
    "text",
    [
        "Sen. Gold sent a letter Monday to the CEOs of Quill Airlines about the impact of a merger on the State of Ohio.",
        "Sen. Gold sent a letter to the president of Alder Steel about its plans to move jobs from Gary to Ohio and Iowa.",
        "Attorney General Gold sent letters to Mayor Smith about the threat of floods to Denver and Boulder.",
        "Sen. Gold wrote in a letter about the cost of the dam on Reno, Nevada.",
    ],
)
def test_a_place_behind_the_one_written_to_is_not_certain(text: str) -> None:
    assert draft(text).recipients == ()


@pytest.mark.parametrize("dateline", ["Washington, D.C. –", "RENO, Nev. (AP) —", "Reno, Nevada -"])
def test_the_city_of_a_dateline_is_not_written_to(dateline: str) -> None:
    story = "Rep. Roe today sent a letter to the CEO's of major airlines and called on them to follow the law of the land."
    listed = "The airlines receiving the letter include:\nAlder Airlines"
    text = f"Rep. Roe Demands Airlines Follow the Law\n{dateline} {story}\n{listed}"
    assert [one.name for one in draft(text).recipients] == ["Alder Airlines"]


@pytest.mark.parametrize(
    "body",
    [
        "the Housing Authority of Elgin and Aurora, Illinois",
        "the Archdiocese of Saint Paul and Minneapolis",
        "Port Authority of New York and New Jersey Executive Director Rick Alder",
    ],
)
def test_a_body_of_two_places_is_neither_of_one_nor_are_they_two(body: str) -> None:
    assert draft(f"The Justice Department sent letters to {body}, on Monday.").recipients == ()
    both = draft("The Justice Department sent letters to the Housing Authority of Elgin and the City of Boise, Idaho.")
    assert [one.name for one in both.recipients] == ["Housing Authority of Elgin", "Boise"]


@pytest.mark.parametrize("copy", ["was copied to", "went out, with copies to", "sent Monday, was copied to"])
def test_who_gets_a_copy_is_no_recipient(copy: str) -> None:
    letter = draft(f"{NEWER}\n\nThe letter {copy} the governors of Oregon and Utah.")
    assert [one.name for one in letter.recipients] == ["Boise", "Reno"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Copies of the letters were sent to Elko and Carson City, Nevada.",
        "The letter to Elko, Nevada, is being prepared.",
        "A letter went to Elko, Nevada, by mistake.",
        "The letters ask how money was sent to Elko and Carson City, Nevada.",
        "The letters demand e-mails sent to Elko, Nevada.",
        "The letter also seeks all letters sent to Elko, Nevada.",
        "The letters demand all letters sent to Elko and Carson City, Nevada.",
    ],
)
def test_what_a_letter_asks_about_and_what_is_none_have_no_recipients(sentence: str) -> None:
    assert [one.name for one in draft(f"{NEWER}\n\n{sentence}").recipients] == ["Boise", "Reno"]


def test_a_letter_that_asks_for_something_was_sent() -> None:
    text = (
        "The letters, which ask for records, were sent to Boise and Nampa, Idaho. One letter asking why went to Elko, Nevada."
    )
    assert [one.name for one in draft(text).recipients] == ["Boise", "Nampa", "Elko"]


@pytest.mark.parametrize("bodies", ["school districts", "county school boards", "public schools", "boards of elections"])
def test_for_bodies_of_several_places_the_places_are_not_certain(bodies: str) -> None:
    text = f"On June 10, 2031, the Justice Department sent letters to Kearney, Loudoun and Prince William {bodies}, Virginia."
    assert all(one.kind is PlaceKind.INSTITUTION for one in draft(text).recipients)


def test_letters_that_will_follow_have_no_recipients_yet() -> None:
    letter = draft(f"{NEWER} Letters to Tulsa, Oklahoma, and Denver, Colorado, will follow.")
    assert [one.name for one in letter.recipients] == ["Boise", "Reno"]


@pytest.mark.parametrize("verb", ["earlier sent letters", "had sent letters", "earlier wrote"])
def test_who_got_an_earlier_letter_is_no_recipient(verb: str) -> None:
    letter = draft(f"{NEWER} The department {verb} to Tulsa, Oklahoma.")
    assert [one.name for one in letter.recipients] == ["Boise", "Reno"]


@pytest.mark.parametrize("line", ["Recipients:\n- Boise, Idaho\n", "Quill & Vantro, Alder, "])
def test_no_list_is_read_again_for_each_heading_or_name(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    within = Places.within

    def counted(places: Places, start: int, end: int) -> Iterator[Mention]:
        nonlocal read
        for mention in within(places, start, end):
            read += 1
            yield mention

    monkeypatch.setattr(Places, "within", counted)
    draft(line * 700)
    assert 0 < read < 10_000  # of 700 to 1,400 names; 980,000 if each name begins the list again


@pytest.mark.parametrize(
    "text",
    [
        "The EPA sent letters to Boise, Idaho, and Reno, Nevada, and Elko said it would sue.",
        "The EPA wrote to Boise, Idaho, and Reno, Nevada, and Elko has joined a lawsuit.",
        "The EPA mailed a letter to Boise, Idaho, and Elko is waiting for one.",
        "After the EPA sent letters to Boise, Idaho, Elko refused to comment.",
        "The EPA sent letters to Boise, Idaho; Elko, Nevada, was copied.",
        "The EPA sent letters to Boise and Nampa, Idaho, and Elko and Reno, Nevada, may be next.",
    ],
)
def test_a_place_that_begins_the_next_clause_is_no_recipient(text: str) -> None:
    assert "Elko" not in [one.name for one in draft(text).recipients]


@pytest.mark.parametrize(
    "text",
    [
        "The letters sent to Boise, Idaho, and Elko, Nevada, said so.",
        "The agency that sent letters to Boise, Idaho, and Elko, Nevada, said so.",
    ],
)
def test_the_last_place_of_a_subject_is_a_recipient(text: str) -> None:
    assert "Elko" in [one.name for one in draft(text).recipients]


def test_a_letter_from_a_mayor_is_none_of_the_agency_that_shows_it() -> None:
    assert draft("The EPA posted letters to Boise and Nampa, Idaho, from the mayor of Eagle, Idaho.").recipients == ()


WIDE = (
    "University of Illinois at Chicago Hospital and Health Sciences System, and the Medical Center of Chicago",
    "Alder Regional Health Sciences System of the Great Lakes and the Northern Ohio River Valley of Akron",
    "Birch Memorial Healthcare Foundation and the Feinberg Institute for Advanced Medicine at Evanston",
)


@pytest.mark.parametrize("name", ["Mount Sinai", "Beth Israel Medical Center", "Mercy Hospital, Ohio"])
def test_a_line_of_a_list_that_is_as_wide_as_a_paragraph_ends_its_name(name: str) -> None:
    lines = "\n".join(f"{wide}\n{name}" for wide in WIDE)
    page = TextPage(f"The agency sent letters to these hospitals:\n\n{lines}\n\nThey have until May 4 to answer.\n")
    assert page.flat.count(f"\n{name}\n") == 3


def test_a_wide_line_of_prose_goes_on_in_the_next() -> None:
    prose = (
        "On March 5 the agency sent letters to Mount Sinai and the Medical Center of Northern Chicago and\n"
        "Beth Israel, which it said had billed for care that nobody gave, and to Albany, Chicago, Cook\n"
        "County, Denver, and the University of Illinois at Chicago Hospital and Health Sciences of Chicago\n"
        "Heights. They must answer by May 4.\n"
    )
    assert TextPage(prose).flat.count("\n") == 1


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (
            "Alder Hospital (Texas), Birch Hospital (Iowa) and Corvid Hospital",
            ["Alder Hospital", "Birch Hospital", "Corvid Hospital"],
        ),
        ("Mayor Ann Roe of Boise, Idaho; and County Executive Lynn Doe of Erie County, New York", ["Boise", "Erie County"]),
        ("the City of Boise, Idaho, and to Erie County, New York", ["Boise", "Erie County"]),
    ],
)
def test_what_stands_between_two_places_does_not_end_their_list(listed: str, names: list[str]) -> None:
    assert [one.name for one in draft(f"The Justice Department sent letters to {listed} on Monday.").recipients] == names
