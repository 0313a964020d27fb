"""What a person may write to pick places, and what is said where it means nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.draft_ticks import ticked
from bot.desk.picks import with_picks
from bot.reader.draft import Draft, Recipient
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from tests.desk.offering import offering, several
from tests.desk.test_confirm_draft import city

NAMES = ("Utica", "Rome", "Troy", "Ithaca", "Elmira", "Geneva", "Olean", "Auburn")
EIGHT = offering(NAMES, lists=[1, 1, 2, 2, None, 2])
AURORA = offering(["Aurora", "Utica"])
AURORA = replace(AURORA, mentioned=(several(AURORA.mentioned[0]), AURORA.mentioned[1]))


def picked(*texts: str, read: Draft = EIGHT) -> set[int]:
    """The numbers of the places that are picked."""
    return {index + 1 for index in ticked(with_picks(read, texts))}


def refusal(*texts: str, read: Draft = EIGHT) -> str:
    with pytest.raises(CaseError) as refused:
        with_picks(read, texts)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1", {1}),
        ("1-3", {1, 2, 3}),
        ("1 – 3 , 8", {1, 2, 3, 8}),
        ("list 2", {3, 4, 6}),
        ("LIST1, 8", {1, 2, 8}),
        ("all", {1, 2, 3, 4, 5, 6, 7, 8}),
        ("none", set()),
        ("Troy", {3}),
        ("troy, ny", {3}),
        ("Troy, NY (city); City of Elmira", {3, 5}),
        ("8, Troy, NY, 1-2", {1, 2, 3, 8}),
        ("3; Troy, New York; 3", {3}),
    ],
)
def test_places_are_picked_by_number_list_or_name(text: str, numbers: set[int]) -> None:
    assert picked(text) == numbers
    assert picked(*text.split(";")) == numbers, "a part for itself is the same"


@given(st.sets(st.integers(1, 8), min_size=1))
def test_any_numbers_in_any_order_are_those_places(numbers: set[int]) -> None:
    assert picked(", ".join(map(str, sorted(numbers, reverse=True)))) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing is picked."),
        (" ; , ", "Nothing is picked."),
        ("9", "There is no place 9: they are numbered 1 to 8."),
        ("0", "There is no place 0"),
        ("2-999999999", "There is no place 2-999999999"),
        ("5-2", "“5-2” counts backwards: write 2-5."),
        ("list 3", "There is no list 3: the lists are 1 and 2."),
        ("none, 3", "“none” stands alone."),
        ("Ithca", "“Ithca” is none of the places that are offered. Did you mean 4. Ithaca, NY (city)?"),
        ("Troy, NY, Rome, NY", "“Troy, NY, Rome, NY” is none of the places that are offered."),
        ("Troy, OH", "“Troy, OH” is none of the places that are offered."),
        ("-3", "“-3” is no number of a place. Write numbers (1-5, 8)"),
        ("1 2 3", "“1 2 3” is no number of a place."),
    ],
)
def test_what_means_nothing_is_refused(text: str, said: str) -> None:
    assert said in refusal(text)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = refusal("1, 99", "Nowhere; 1", "list 7")
    assert [line.partition(":")[0].partition(" is none")[0] for line in said.splitlines()] == [
        "There is no place 99",
        "“Nowhere”",
        "There is no list 7",
    ]


def test_a_name_of_two_places_is_asked_for_by_number() -> None:
    read = offering(["Aurora", "Aurora"])
    read = replace(read, mentioned=(read.mentioned[0], replace(read.mentioned[1], place=city("Aurora", "IL"))))
    assert refusal("Aurora", read=read) == (
        "“Aurora” is the name of several of the places: 1. Aurora, NY (city); 2. Aurora, IL (city). Write the number."
    )
    assert picked("Aurora, IL", read=read) == {2}


def test_a_place_that_may_be_several_is_picked_by_its_full_name() -> None:
    assert refusal("all", read=AURORA) == (
        "1. Aurora may be Aurora, CO (city) or Aurora, IL (city): write the full name of the one that is meant, instead of its "
        "number."
    )
    after = with_picks(AURORA, ["2, Aurora, IL"])
    assert [row.label for row in after.recipients[2:]] == ["Aurora, IL (city)", "Utica, NY (city)"]
    assert ticked(after) == {0, 1}
    assert after.recipients[2].span == AURORA.mentioned[0].place.span


def test_a_number_and_the_full_name_of_it_are_one_pick() -> None:
    for text in ("1; Aurora, CO (city)", "Aurora, CO (city); all"):
        assert "Aurora, CO (city)" in [row.label for row in with_picks(AURORA, [text]).recipients]


def test_an_open_place_may_be_one_that_is_not_among_those_it_may_be() -> None:
    after = with_picks(AURORA, ["Aurora, OH (city)"])
    assert [row.label for row in after.recipients[2:]] == ["Aurora, OH (city)"]
    assert "none of the places" in refusal("Boulder, CO (city)", read=AURORA)


def test_a_recipient_that_may_be_several_is_settled_by_its_full_name() -> None:
    towns = tuple(Jurisdiction(0, "Salem", kind, "NY") for kind in (PlaceKind.CITY, PlaceKind.TOWN))
    read = offering(["Utica"], Recipient("Salem", None, "NY", candidates=towns))
    after = with_picks(read, ["1; Salem, NY (town)"])
    assert [row.label for row in after.recipients] == ["Salem, NY (town)", "Utica, NY (city)"]
    assert "“Salem” may be Salem, NY (city) or Salem, NY (town): write the full name." in refusal("Salem", read=read)


def test_who_is_a_recipient_already_may_be_named_too() -> None:
    assert picked("Albany, NY; Troy") == {3}


def test_a_text_that_offers_nothing_has_nothing_to_pick() -> None:
    read = offering([])
    assert picked("none", read=read) == set() == picked("all", read=read)
    assert refusal("1", read=read) == "There is no place 1: no place is offered."
    assert refusal("list 1", read=read) == "There is no list 1: no two of the places stand in one list."
