"""Names: what a person may type for a place, and whom it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.name_matches import MatchQuality, PlaceMatch, match_name
from bot.record.place_kinds import PlaceKind, WrittenKind
from bot.record.places import STATES, Jurisdiction, name_key
from bot.record.said_names import with_kind

NEW_YORK_CITY = Jurisdiction(1, "New York City", PlaceKind.CITY, "NY", ("New York", "City of New York", "NYC"))
NEW_YORK = Jurisdiction(2, "New York", PlaceKind.STATE, "NY", ("State of New York",))
DC = Jurisdiction(3, "Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC", ("District of Columbia", "Washington"))
WASHINGTON = Jurisdiction(4, "Washington", PlaceKind.STATE, "WA", ("State of Washington",))
COOK = Jurisdiction(5, "Cook County", PlaceKind.COUNTY, "IL", ocd_id="ocd-division/country:us/state:il/county:cook")
PLACES = (NEW_YORK_CITY, NEW_YORK, DC, WASHINGTON, COOK)
ADDRESSED = {NEW_YORK_CITY.id, DC.id, COOK.id}

names = st.text(st.characters(categories=("Lu", "Ll", "Zs", "Po", "Pd", "Nd")), min_size=1).filter(str.strip)


def find(typed: str) -> PlaceMatch:
    return match_name(typed, PLACES, ADDRESSED)


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("New York", NEW_YORK_CITY),
        ("New York, NY", NEW_YORK_CITY),
        ("nyc", NEW_YORK_CITY),
        ("City of New York", NEW_YORK_CITY),
        ("State of New York", NEW_YORK),
        ("Washington", DC),
        ("washington dc", DC),
        ("Washington, D. C.", DC),
        ("D.C.", DC),
        ("State of Washington", WASHINGTON),
        ("Washington, WA", WASHINGTON),
        ("County of Cook", COOK),
        ("county of cook, il", COOK),
        ("County of Cook, Illinois", COOK),
        ("Cook County, Illinois", COOK),
        ("Cook County, Ill.", COOK),
        ("County of Cook (Ill.)", COOK),
        (" OCD-division/country:us/state:il/county:cook ", COOK),
        ("New York City, N. Y.", NEW_YORK_CITY),
        ("Washington, Wash.", WASHINGTON),
    ],
)
def test_a_name_means_one_place(typed: str, one: Jurisdiction) -> None:
    assert find(typed).places == (one,)


def test_others_of_the_name_without_a_letter_are_told_of() -> None:
    assert find("Washington") == PlaceMatch((DC,), (WASHINGTON,), MatchQuality.PRESUMED)
    assert find("New York") == PlaceMatch((NEW_YORK_CITY,), (NEW_YORK,), MatchQuality.PRESUMED)
    assert find("State of New York") == PlaceMatch((NEW_YORK,))
    assert find("nyc") == PlaceMatch((NEW_YORK_CITY,))


def test_a_name_of_two_places_is_asked_about_where_both_or_neither_have_a_letter() -> None:
    washingtons = (DC, WASHINGTON)
    shared = PlaceMatch(washingtons, (), MatchQuality.SHARED)
    assert match_name("Washington", washingtons, {DC.id, WASHINGTON.id}) == shared
    assert match_name("Washington", washingtons, set()) == shared


def test_a_state_is_not_meant_where_a_city_is_said_even_if_it_alone_has_a_letter() -> None:
    assert match_name("City of New York", [NEW_YORK_CITY, NEW_YORK], {NEW_YORK.id}) == PlaceMatch((NEW_YORK_CITY,))


def test_words_before_a_name_rule_out_all_that_they_do_not_fit() -> None:
    assert match_name("Commonwealth of Cook", [COOK], {COOK.id}).places == ()


@given(names)
def test_case_and_space_around_do_not_matter(typed: str) -> None:
    assert name_key(typed) == name_key(typed.lower()) == name_key(f"  {typed}\t")


@given(names)
def test_a_key_is_plain(typed: str) -> None:
    folded = name_key(typed)
    assert folded == folded.strip()
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@given(st.sampled_from(sorted(STATES)), names, names, st.sampled_from(list(PlaceKind)))
def test_every_name_finds_its_place_alone_with_code_and_with_state(state: str, name: str, alias: str, kind: PlaceKind) -> None:
    place = Jurisdiction(1, name, kind, state, (alias,))
    for one in (name, alias):
        bare = name_key(one)
        if bare:
            assert {bare, f"{bare} {state.lower()}", f"{bare} {name_key(STATES[state])}"} <= set(place.search_keys())


@given(names, st.sampled_from(list(PlaceKind)))
def test_nothing_typed_finds_nothing(name: str, kind: PlaceKind) -> None:
    assert "" not in Jurisdiction(1, name, kind, "CO").search_keys()
    assert "" not in Jurisdiction(1, name, PlaceKind.INSTITUTION).search_keys()


def test_shortened_words() -> None:
    assert name_key("Mt. Vernon") == name_key("Mount Vernon") == "mount vernon"
    assert name_key("Ft. Worth, Tex.") == name_key("Fort Worth, TX") == "fort worth tx"
    assert name_key("Sault Sainte Marie") == name_key("Sault Ste. Marie")
    assert name_key("Lewis & Clark County, MT") == name_key("Lewis and Clark County, Mont.") == "lewis and clark county mt"
    assert name_key("Village of Oak Park") == name_key("Oak Park")


def test_accents_and_saints() -> None:
    assert name_key("Cañon City") == "canon city"
    assert name_key("Saint Paul") == name_key("St. Paul") == name_key("ST PAUL") == "st paul"
    assert name_key("Prince George's County") == name_key("prince georges county")


@pytest.mark.parametrize(
    ("typed", "name_and_kind"),
    [
        ("Denver, CO (city and county)", ("Denver, CO", WrittenKind(PlaceKind.CITY_AND_COUNTY))),
        ("Denver, CO (city-and-county)", ("Denver, CO", WrittenKind(PlaceKind.CITY_AND_COUNTY))),
        ("New York (State)", ("New York", WrittenKind(PlaceKind.STATE))),
        ("new york state", ("new york", WrittenKind(PlaceKind.STATE))),
        ("New York (village)", ("New York", WrittenKind(PlaceKind.TOWN, "village"))),
        ("New York (hamlet)", None),
        ("New York", None),
        ("State", None),
    ],
)
def test_a_kind_behind_a_name_is_read(typed: str, name_and_kind: tuple[str, WrittenKind] | None) -> None:
    assert with_kind(typed) == name_and_kind


def test_a_kind_is_said_in_words() -> None:
    assert DC.full_label == "Washington, D.C. (federal district)"
