"""The body that an address of a letter is for is offered, whatever its name looks like; where it is, is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.mentions.address_blocks import addresses_in
from tests.unit.reader.test_addressed import named

INTRODUCTION = "Senator Roe sent letters today to two firms about fees.\n\nMarch 3, 2021\n\n"
LETTER = (
    "\n\nDear Friends:\n\nWe write about the fees that you charge. Please answer by May 2.\n\nSincerely,\nJane Roe\nSenator\n"
)
BODIES = {"Tumbleweed", "Leaf and Stone"}
TUMBLEWEED = ["Tilo Varga", "Chief Executive Officer", "Tumbleweed", "14 Harbor Way, Suite 4", "Reno, NV 89501"]
LEAF = ["Ms. Ada Brook", "President and CEO", "Leaf and Stone", "Brook Plaza", "P.O. Box 12", "Boise, Idaho 83702-1234"]


def bodies_in(text: str) -> list[str]:
    return [text[slice(*address.body)] for address in addresses_in(text)]


def side_by_side() -> str:
    return "\n".join(f"{left:40}{right}" for left, right in zip([*TUMBLEWEED, ""], LEAF, strict=True))


@pytest.mark.parametrize(
    "addresses",
    [
        "\n".join(TUMBLEWEED) + "\n\n" + "\n".join(LEAF),
        "   " + "\n  ".join([*TUMBLEWEED, *LEAF]),
        "\n\n".join([*TUMBLEWEED, *LEAF]),
        side_by_side(),
        "\n".join(TUMBLEWEED[:3]) + "\n\n" + "\n".join(LEAF[:3]),
        "Tilo Varga, CEO\nTumbleweed\n14 Harbor Way, Reno, NV 89501\n\nAda Brook\nPresident of Leaf and Stone\nBoise, ID 83702",
        "\n".join(TUMBLEWEED[2:]) + "\n\n" + "\n".join(LEAF[2:]),
        " ".join([*TUMBLEWEED, *LEAF[:3], *LEAF[4:]]),
        "\\\n".join(TUMBLEWEED) + "\n\n" + "\\\n".join(LEAF),
        "Mr. Tilo Varga, CEO, Tumbleweed, 14 Harbor Way, Reno, NV 89501\n"
        "Ada Brook, President, Leaf and Stone, 4 Elm St, Boise, ID 83702",
    ],
    ids=[
        "blocks",
        "indented",
        "blank lines",
        "columns",
        "no cities",
        "offices beside",
        "no persons",
        "no lines",
        "Markdown",
        "a line each",
    ],
)
def test_the_bodies_of_addresses_are_offered_and_nothing_else(addresses: str) -> None:
    assert named(INTRODUCTION + addresses + LETTER) == BODIES


def test_each_of_two_letters_in_one_text_has_its_addressee() -> None:
    first, second = ("March 3, 2021\n" + "\n".join(lines) + LETTER for lines in (TUMBLEWEED, LEAF))
    assert bodies_in(first + second) == ["Tumbleweed", "Leaf and Stone"]


@pytest.mark.parametrize(
    "text",
    [
        "The Honorable Tilo Varga\nMayor of Reno\n1 First Street\nReno, NV 89501\n\nDear Mayor Varga:\n",
        "Tilo Varga\nReno City Manager\nMunicipal Building\nReno, NV 89501\n\nDear Mr. Varga:\n",
        "Sincerely,\n\nTilo Varga\nPresident\nTumbleweed\n14 Harbor Way\nReno, NV 89501\n",
        "Tumbleweed\n14 Harbor Way\nReno, NV 89501\n\nMarch 3, 2021\n\nDear Mayor:\n",
        "Tilo Varga\nDirector of Public Works\n14 Harbor Way\nReno, NV 89501\n\nDear Mr. Varga:\n",
        "Mr. Tilo Varga\n14 Harbor Way\nReno, NV 89501\n\nDear Mr. Varga:\n",
        "the CEO Tilo Varga said that Mr. Roe had left",
    ],
    ids=["a mayor", "a city manager", "a signature", "a letterhead", "an office of services", "a person", "prose"],
)
def test_an_address_without_a_body_that_is_written_to_has_none(text: str) -> None:
    assert not bodies_in(text)


WORD = st.from_regex(r"[A-Z][a-z]{3,8}", fullmatch=True).map(lambda word: word + "ox")


@given(st.lists(WORD, min_size=1, max_size=3), st.sampled_from([" ", " & ", " of ", " 'n ", " and "]), st.booleans())
def test_any_words_between_an_office_and_a_street_are_the_body(words: list[str], joint: str, is_greeted: bool) -> None:
    body = joint.join(words)
    address = f"Tilo Varga\nChief Executive Officer\n{body}\n14 Harbor Way\nReno, NV 89501\n"
    assert bodies_in(address + "\nDear Mr. Varga:\n" * is_greeted) == [body]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (
            "Roe wrote to Robert and Corva Lund of Beyond Bounds Community Church and Corva Lund Ministries; "
            "Pastor Tilo Brandt of New Dawn Ministries, and Linda Foss of Harvest Path International.",
            {"Beyond Bounds Community Church", "Corva Lund Ministries", "New Dawn Ministries", "Harvest Path International"},
        ),
        (
            "The letters went to the heads of these groups:\n\n- Association of Lutheran Colleges and Universities\n"
            "- National Association of River Schools and Harbor Colleges\n- Pacific Institute of Technology - PIT\n",
            {
                "Association of Lutheran Colleges and Universities",
                "National Association of River Schools and Harbor Colleges",
                "Pacific Institute of Technology",
            },
        ),
    ],
    ids=["persons", "names with and"],
)
def test_a_name_is_neither_cut_nor_joined_with_others(text: str, bodies: set[str]) -> None:
    assert named(text) == bodies


TWO = {"Department of Justice", "Drug Enforcement Administration"}


@pytest.mark.parametrize(
    ("head", "bodies"),
    [
        (
            "The Honorable Jane Roe Mr. Al Poe Attorney General Acting Administrator Department of Justice Drug Enforcement "
            "Administration 950 Avenue, NW 8701 Elm Drive Reno, NV 89501 Ames, IA 50010 ",
            TWO,
        ),
        (
            "The Honorable Jane Roe The Honorable Al Poe\n\n\nAttorney General Administrator\nDepartment of Justice Drug "
            "Enforcement Administration\n950 Avenue, NW 8701 Elm Drive\nReno, NV 89501 Ames, IA 50010\n\n",
            TWO,
        ),
        (
            "The Honorable Jane Roe Attorney General Department of Justice 950 Avenue, N.W. Reno, NV 89501 The Honorable Al "
            "Poe, Acting Administrator Drug Enforcement Administration 600-700 Army-Elm Drive Reno, Nevada 89501 ",
            TWO,
        ),
        (
            "Chairman Al Poe Committee on Rivers and Harbors 1102 Elm House Office Building Reno, NV 89501 Chairwoman Select "
            "Committee on the Harbor Crisis 2157 Elm House Office Building Reno, NV 89501\n\n",
            {"Committee on Rivers and Harbors", "Select Committee on the Harbor Crisis"},
        ),
        (
            "Jane Roe, Commissioner\nNew York State Department of Transportation\n50 Elm Road\nAlbany, NY 12232\n\n",
            {"New York State Department of Transportation"},
        ),
        (
            "The Honorable Al Poe\nThe Attorney General\nU.S. Department of Justice\n950 Elm Avenue\nReno, NV 89501\n\nThe "
            "Honorable Jane Roe\nSecretary of Homeland Security\nU.S. Department of Homeland Security\nReno, NV 89501\n\n",
            {"U.S. Department of Justice", "U.S. Department of Homeland Security"},
        ),
        (
            "Secretary Al Poe Jane Roe, Acting Director U.S. Department of the Interior U.S. Fish and Wildlife Service 1849 C "
            "Street Reno, NV 89501\n\nChief Ed Doe U.S. Forest Service Elm National Forest 1400 Elm Road Reno, NV 89501\n\n",
            {"U.S. Department of the Interior", "U.S. Fish and Wildlife Service", "U.S. Forest Service"},
        ),
    ],
    ids=["two columns in a line", "two columns in lines", "a run", "committees", "of a state", "a secretary", "two bodies"],
)
def test_federal_bodies_of_a_head_are_found_however_its_lines_ran_together(head: str, bodies: set[str]) -> None:
    assert named(f"March 3, 2021 {head}Dear Ms. Roe and Mr. Poe: We write about the fees that you charge.") >= bodies


def test_a_court_is_written_to_through_its_judge() -> None:
    head = "Honorable Jane Roe\n\n\nChief Justice\nNevada Supreme Court\n350 Elm Street\nReno, NV 89501\n\n"
    assert "Nevada Supreme Court" in named(f"May 22, 2013\n\n{head}Dear Chief Justice Roe:\n\nWe write about languages.")
