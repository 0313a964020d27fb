"""A letter's addressees are read wherever it names them: below its date, above it, or in a line of an e-mail."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.extract.whole_text import draft_of

ADDRESS = "The Honorable Mary Roe\nMayor of Boise\n150 Main Street\nBoise, Idaho 83702"
BODY = "Please provide these records by May 4, 2031.\n\nSincerely,\n\nJohn Doe\nU.S. Department of Justice"


@pytest.mark.parametrize(
    "head",
    [
        f"March 4, 2031\n\n{ADDRESS}",
        f"{ADDRESS}\n\nMarch 4, 2031",
        "To: City of Boise, Idaho\nDate: March 4, 2031",
        "March 4, 2031\n\nMayor Mary Roe\n150 Main Street\nBoise, Idaho 83702",
        "March 4, 2031\n\nMayor Mary Roe\n150 Main Street\nBoise, ID\n83702-0150",
    ],
)
def test_a_letter_names_its_addressee(head: str) -> None:
    text = f"{head}\n\nDear Mayor Roe:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert [(one.name, one.state) for one in draft.recipients] == [("Boise", "ID")]
    assert draft.authority and draft.authority.value == "U.S. Department of Justice"


@pytest.mark.parametrize("letterhead", [
    "City of Reno\n1 E. First Street\nReno, Nevada 89501", "Attorney General of Iowa", "State of Iowa\nDepartment of Justice",
    "University of Oregon\nEugene, Oregon 97403",
])  # fmt: skip
@pytest.mark.parametrize("below", [
    "May 4, 2031\n\nAlder Vapor\n12 Elm Street\nSparks, NV 89431\n\nDear Owner:", "May 4, 2031\n\nDear Ms. Doe:",
    "Alder Vapor\n12 Elm Street\nSparks, NV 89431\n\nDear Owner:", "Ms. Jane Doe\n12 Elm Street\n\nDear Ms. Doe:",
])  # fmt: skip
def test_whose_letterhead_it_is_gets_no_letter(letterhead: str, below: str) -> None:
    text = f"{letterhead}\n\n{below}\n\nYou must answer by May 20, 2031.\n\nSincerely,\nJane Roe\n"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert not draft.recipients
    assert not draft.authority or draft.authority.value in ("Attorney General of Iowa", "Iowa Department of Justice")


@pytest.mark.parametrize("address", [
    "Re: City of Sparks", "Al Doe\nPresident\nAlder Rail\nReno, NV 89501\nRe: Complaint against the\nCity of Sparks",
    "Board of Trustees\nThe Fern Collection\nfor Public Health\nReno, NV 89501",
])  # fmt: skip
def test_a_subject_and_half_of_a_name_are_no_addressee(address: str) -> None:
    text = f"May 4, 2031\n\n{address}\n\nDear Mr. Doe:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    assert not draft_of(document, ZoneInfo("America/New_York")).recipients


def test_a_list_above_the_letter_that_a_release_quotes_is_no_letterhead() -> None:
    story = "Senator Roe sent a letter today to encourage the people who care for the children of the city to go on with it."
    text = f"{story}\n\nThe recipients of the letter were:\n\nCity of Reno, Nevada\n\nMay 4, 2031\n\nDear friends:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    assert [one.label for one in draft_of(document, ZoneInfo("America/New_York")).recipients] == ["Reno, NV (city)"]


def test_the_state_of_a_governor_is_the_addressee() -> None:
    head = "March 4, 2031\n\nThe Honorable Mary Roe, Governor\nState Capitol\nBoise, Idaho 83702"
    text = f"{head}\n\nDear Governor Roe:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    assert [(one.name, one.kind) for one in draft_of(document, ZoneInfo("America/New_York")).recipients] == [("Idaho", "state")]


def test_a_letter_to_lawyers_is_to_whom_they_stand_for() -> None:
    lawyer = "Jane Alder, Esq.\nBirch & Corvid, LLC\n4 Elm Place\nDenver, Colorado 80202"
    clients = "Attorney for Boulder Public Schools and Pueblo Public Schools"
    text = f"March 4, 2031\n\n{lawyer}\n{clients}\n\nDear Ms. Alder:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert [one.name for one in draft.recipients] == ["Boulder Public Schools", "Pueblo Public Schools"]
    assert not draft.mentioned


def test_who_gets_a_copy_did_not_sign() -> None:
    letter = "Dear Mayor Roe:\n\nThe Justice Department asks.\n\nSincerely,\n\nJohn Doe\n\ncc: Governor Roe"
    text = f"March 4, 2031\n\n{ADDRESS}\n\n{letter}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    who = draft_of(document, ZoneInfo("America/New_York")).authority
    assert who and who.value == "U.S. Department of Justice"


def test_of_a_board_the_next_line_says_whose_it_is_and_a_street_is_no_firm() -> None:
    head = "March 4, 2031\n\nBoard of Education\nFairfax County Public Schools\n8115 Elm Road\nFalls Church, VA 22042"
    text = f"{head}\n\nDear Board:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert [one.name for one in draft.recipients] == ["Fairfax County Public Schools"]
    assert not any("Road" in mentioned.place.name for mentioned in draft.mentioned)


@pytest.mark.parametrize("office", ["Chairman and CEO", "Chair of the Board", "Chairwoman and President"])
def test_the_city_in_the_address_of_a_firm_is_not_written_to(office: str) -> None:
    head = f"March 4, 2031\n\nMr. John Roe\n{office}\nQuillvantro\n5959 Elm Blvd.\nIrving, Texas 75039"
    text = f"{head}\n\nDear Mr. Roe:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 5, tzinfo=UTC), text)
    assert draft_of(document, ZoneInfo("America/New_York")).recipients == ()


def test_the_day_of_a_release_is_not_the_day_of_the_letter_that_it_quotes() -> None:
    release = "March 14, 2031\n\nThis week, Senator Roe led a group of nine members in a letter to mayors."
    text = f"{release}\n\nThe full text of the letter is below:\n\nDear Mayors:\n\n{BODY}"
    document = Document("letter.txt", "text/plain", text.encode(), datetime(2031, 3, 15, tzinfo=UTC), text)
    assert draft_of(document, ZoneInfo("America/New_York")).letter_date is None
