"""Places found while their names are typed: by a beginning, with a slip, by other forms of a name; those with a case first."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.record.place_kinds import PlaceKind
from bot.record.place_names import fold
from bot.record.places import Jurisdiction
from bot.store.begun_names import begun_readings
from bot.store.name_list import NameList

KNOWN = [
    Jurisdiction(1, "Salem", PlaceKind.CITY, "OR"),
    Jurisdiction(2, "Salem", PlaceKind.CITY, "IL"),
    Jurisdiction(3, "California", PlaceKind.STATE, "CA"),
    Jurisdiction(4, "Cook County", PlaceKind.COUNTY, "IL"),
    Jurisdiction(5, "Cookeville", PlaceKind.CITY, "TN"),
    Jurisdiction(6, "Los Angeles", PlaceKind.CITY, "CA"),
    Jurisdiction(7, "Los Angeles County", PlaceKind.COUNTY, "CA"),
    Jurisdiction(8, "New York City", PlaceKind.CITY, "NY"),
    Jurisdiction(9, "Jackson", PlaceKind.CITY, "MS"),
    Jurisdiction(10, "Jackson", PlaceKind.CITY, "MI"),
    Jurisdiction(11, "Village of Hempstead", PlaceKind.TOWN, "NY"),
    Jurisdiction(12, "Orleans Parish", PlaceKind.COUNTY, "LA"),
    Jurisdiction(13, "City of Hope", PlaceKind.INSTITUTION, "CA"),
    Jurisdiction(14, "Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC", ("District of Columbia",)),
    Jurisdiction(15, "Navajo Nation", PlaceKind.TRIBE),
    Jurisdiction(16, "St. Louis", PlaceKind.CITY, "MO"),
]
NAMES = NameList.of((place, place.id in (5, 10)) for place in KNOWN)


def offered(names: NameList, typed: str, limit: int = 10) -> list[str]:
    return [names.place(place_id).label for place_id in names.ranked(typed, begun_readings(typed), limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("salem il", "Salem, IL"),
        ("salem ilinois", "Salem, IL"),
        ("Salem, Illi", "Salem, IL"),
        ("Salem (Ill", "Salem, IL"),
        ("Salem, Lil", "Salem, IL"),
        ("Slaem, IL", "Salem, IL"),
        ("ciyt of salem", "Salem, OR"),
        ("citty of Salem, IL", "Salem, IL"),
        ("Salem, IL (ci", "Salem, IL"),
        ("st. of cal", "California"),
        ("St of Calif.", "California"),
        ("state of Californa", "California"),
        ("CA", "California"),
        ("cook county", "Cook County, IL"),
        ("county of cok", "Cook County, IL"),
        ("Cook Conty, IL", "Cook County, IL"),
        ("la county", "Los Angeles County, CA"),
        ("LAC", "Los Angeles County, CA"),
        ("nyc", "New York City, NY"),
        ("york city", "New York City, NY"),
        ("hempsted", "Village of Hempstead, NY"),
        ("vilage of hemp", "Village of Hempstead, NY"),
        ("orleans", "Orleans Parish, LA"),
        ("parish of orleans", "Orleans Parish, LA"),
        ("city of hope", "City of Hope, CA"),
        ("dc", "Washington, D.C."),
        ("district of col", "Washington, D.C."),
        ("navjo", "Navajo Nation"),
        ("Saint Lou", "St. Louis, MO"),
        ("sl", "St. Louis, MO"),
    ],
)
def test_other_forms_and_slips_find_a_place(typed: str, first: str) -> None:
    assert offered(NAMES, typed)[:1] == [first]


def test_initials_find_all_that_have_them() -> None:
    assert {"Los Angeles, CA", "Los Angeles County, CA"} <= set(offered(NAMES, "LA"))


def test_places_with_a_case_come_first_also_before_whole_names() -> None:
    assert offered(NAMES, "cook") == ["Cookeville, TN", "Cook County, IL"]
    assert offered(NAMES, "jackson") == ["Jackson, MI", "Jackson, MS"]
    assert offered(NAMES, "jacksn") == ["Jackson, MI", "Jackson, MS"]


def test_a_place_whose_case_is_undone_comes_after_others_again() -> None:
    names = NameList.of((place, place.id == 10) for place in KNOWN)
    for has_case in ({9}, {9, 10}, {10}, set()):
        names.put((place, place.id in has_case) for place in KNOWN[8:10])
        assert offered(names, "jackson")[0] == ("Jackson, MI" if has_case == {10} else "Jackson, MS")
        assert [place.id for place in KNOWN if names.has_case(place.id)] == sorted(has_case)


def test_a_begun_state_may_become_each_that_begins_so() -> None:
    assert set(offered(NAMES, "Jackson, M")) == {"Jackson, MI", "Jackson, MS"}
    assert offered(NAMES, "Jackson, Mis") == ["Jackson, MS", "Jackson, MI"]  # the other one with a slip


def test_a_kind_that_is_said_leaves_out_the_others() -> None:
    assert offered(NAMES, "state of") == ["California"]
    assert offered(NAMES, "county of") == ["Cook County, IL", "Los Angeles County, CA", "Orleans Parish, LA"]


letters = st.text(string.ascii_lowercase, min_size=2, max_size=9)
# Short forms are left out, also those that a slip makes: "mt" is read as "mount", and nothing of two letters is left then.
names_of_places = (
    st.lists(letters, min_size=1, max_size=3).map(" ".join).filter(lambda name: len(name) >= 5 and fold(name) == name)
)
kinds = st.sampled_from([PlaceKind.CITY, PlaceKind.COUNTY, PlaceKind.TOWN])
known_places = st.lists(
    st.tuples(names_of_places, kinds, st.sampled_from(["IL", "OR", "TX"]), st.booleans()),
    min_size=1,
    max_size=40,
    unique_by=lambda place: place[:3],
)


def listed(known: list[tuple[str, PlaceKind, str, bool]]) -> list[tuple[Jurisdiction, bool]]:
    return [(Jurisdiction(number, name, kind, state), case) for number, (name, kind, state, case) in enumerate(known, 1)]


def slipped(draw: st.DrawFn, name: str) -> str:
    at = draw(st.sampled_from([at for at, letter in enumerate(name) if letter != " "]))
    other = draw(st.sampled_from(string.ascii_lowercase))
    swapped = name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    ways = [name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], name[:at] + other + name[at + 1 :]]
    return draw(st.sampled_from([*ways, *([swapped] if name[at + 1 : at + 2].strip() else [])]))


@given(known_places, st.data())
def test_a_whole_name_is_found_with_one_slip(known: list[tuple[str, PlaceKind, str, bool]], data: st.DataObject) -> None:
    places = listed(known)
    names = NameList.of(places)
    place, _ = data.draw(st.sampled_from(places))
    typed = data.draw(st.composite(slipped)(place.name))
    assume(fold(typed) == typed)
    assert place.id in names.ranked(typed, begun_readings(typed), len(places))


@given(known_places, st.data())
def test_a_name_that_begins_so_is_among_the_first_unless_ten_others_do(
    known: list[tuple[str, PlaceKind, str, bool]], data: st.DataObject
) -> None:
    places = listed(known)
    names = NameList.of(places)
    place, _ = data.draw(st.sampled_from(places))
    typed = place.name[: data.draw(st.integers(1, len(place.name)))]
    assume(len(begun_readings(typed)) == 1)  # no part of it may be a state
    begun = {other.id for other, _ in places if f" {fold(typed)}" in f" {fold(other.name)}"}
    begun |= {other.id for other, _ in places if "".join(word[0] for word in other.name.split()).startswith(typed)}
    first = names.ranked(typed, begun_readings(typed), 10)
    assert place.id in first or len(begun & set(first)) == 10


@given(known_places)
def test_a_list_that_grew_place_by_place_is_the_same(known: list[tuple[str, PlaceKind, str, bool]]) -> None:
    places = listed(known)
    made, grown = NameList.of(places), NameList()
    grown.put(places[: len(places) // 2])
    for place, has_case in places:
        grown.put([(place, not has_case)])
        grown.put([(place, has_case)])
    assert len(made) == len(grown)
    for place, _ in places:
        for typed in (place.name, place.name[:2], place.name[1:]):
            assert made.ranked(typed, begun_readings(typed), 50) == grown.ranked(typed, begun_readings(typed), 50)


def test_a_place_among_a_thousand_of_one_beginning_is_found_by_its_state_and_its_case() -> None:
    many = [(Jurisdiction(number, f"Town {number}", PlaceKind.TOWN, "VT"), number == 900) for number in range(1, 1001)]
    names = NameList.of([*many, (Jurisdiction(2000, "Townsend", PlaceKind.TOWN, "MA"), False)])
    assert offered(names, "town")[0] == "Town 900, VT"
    assert offered(names, "town ma") == ["Townsend, MA"]
    assert offered(names, "Town 77")[0] == "Town 77, VT"
