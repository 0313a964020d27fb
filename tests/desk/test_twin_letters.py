"""Which recorded letter a new one may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.desk import letters as desk_letters
from bot.desk.session import reading, writing
from bot.desk.twin_letters import letter_twin, same_authority, same_day, same_title
from bot.record.deadlines.when import When
from bot.record.sources import Source
from tests.recording import NEW_YORK, SERVER, Desk

NOW = datetime(2018, 1, 25, 15, tzinfo=UTC)
DOJ = "U.S. Department of Justice"
SENT = When("2018-01-24", NEW_YORK)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (DOJ, "U.S. Department of Justice"),
        (DOJ, "us department of  JUSTICE"),
        (DOJ, "Justice Department"),
        (DOJ, "DOJ"),
        (DOJ, "doj"),
        (DOJ, "D.O.J."),
        (DOJ, "USDOJ"),
        (DOJ, "U.S. DOJ"),
        (DOJ, "United States Department of Justice"),
        (DOJ, "The Department of Justice"),
        (DOJ, "U.S. Dept. of Justice"),
        ("U.S. Immigration and Customs Enforcement", "ICE"),
        ("U.S. Department of Health and Human Services", "HHS"),
        ("Board of Water Supply", "BOWS"),
        ("Board of Water Supply", "BWS"),
        ("Ohio Attorney General", "Attorney General of Ohio"),
        ("Office of Examples", "OFFICE OF EXAMPLES"),
    ],
)
def test_one_authority_has_several_names(ours: str, theirs: str) -> None:
    assert same_authority(ours, theirs) and same_authority(theirs, ours)


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (DOJ, "U.S. Department of Education"),
        (DOJ, "DHS"),
        (DOJ, "Ohio Department of Justice"),
        ("Ohio Attorney General", "Texas Attorney General"),
        ("Office of Examples", "Bureau of Samples"),
        ("ICE", "CBP"),
    ],
)
def test_two_authorities_are_not_one(ours: str, theirs: str) -> None:
    assert not same_authority(ours, theirs) and not same_authority(theirs, ours)


@pytest.mark.parametrize(
    "theirs",
    [
        "Document demand",
        "document DEMAND",
        " Document   demand. ",
        "Document-demand",
        "“Document demand”",
        "The document demand",
        "Demand: document",
        "Documnet demand",
        "Document demands",
        "Documents demands",
        "Documnet demands",
        "Döcument demand",
    ],
)
def test_titles_are_nearly_the_same(theirs: str) -> None:
    assert same_title("Document demand", theirs) and same_title(theirs, "Document demand")


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("Demand 1", "Demand 2"),
        ("Demand A", "Demand B"),
        ("Demand II", "Demand III"),
        ("Letter to counties", "Letter to cities"),
        ("First demand", "Second demand"),
        ("Demand of 24 January 2018", "Demand of 25 January 2018"),
        ("Document demand", "Certification demand"),
    ],
)
def test_titles_that_say_different_things_are_not(ours: str, theirs: str) -> None:
    assert not same_title(ours, theirs)


@pytest.mark.parametrize(
    "theirs, same",
    [
        ("2018-01-24", True),
        ("2018-01", True),
        ("between 2018-01-20 and 2018-01-30", True),
        ("by 2018-01-24", True),
        ("2018-01-24T23:30-05:00", True),
        ("2018-01-25", False),
        ("2018-02", False),
        ("by 2018-01-25", False),
        ("2018-01-25T00:30-05:00", False),
    ],
)
def test_days_are_compared_as_exactly_as_they_are_known(theirs: str, same: bool) -> None:
    assert same_day(SENT, When(theirs, NEW_YORK)) is same


async def test_a_recorded_letter_is_the_twin(alices: Desk) -> None:
    new = desk_letters.NewLetter("Document demand", DOJ, SENT, "All records.", Source("A release"))
    async with writing(alices.db, SERVER, NOW, "Alice") as session:
        recorded = await desk_letters.add_letter(session, new)
    async with reading(alices.db, SERVER, NOW) as session:
        assert await letter_twin(session, "DOJ", SENT, "document demand") == recorded
        assert await letter_twin(session, "DOJ", SENT, "Another demand") is None
        assert await letter_twin(session, "DOJ", When("2018-01-25", NEW_YORK), "Document demand") is None
        assert await letter_twin(session, "DHS", SENT, "Document demand") is None
