"""A name that is said with its kind or its state means that kind and state, and no other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.record.name_matches import MatchQuality, match_name
from bot.record.place_names import STATES
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.said_names import CITY_LIKE, contradicts, keys_of

SERVER = (
    Jurisdiction(1, "New York City", PlaceKind.CITY, "NY", ("New York", "City of New York", "NYC")),
    Jurisdiction(2, "New York", PlaceKind.STATE, "NY", ("State of New York",)),
    Jurisdiction(3, "Chicago", PlaceKind.CITY, "IL", ("City of Chicago",)),
    Jurisdiction(4, "Illinois", PlaceKind.STATE, "IL"),
    Jurisdiction(5, "Oklahoma City", PlaceKind.CITY, "OK"),
    Jurisdiction(6, "Oregon City", PlaceKind.CITY, "OR"),
    Jurisdiction(7, "Oregon", PlaceKind.STATE, "OR"),
    Jurisdiction(8, "Cook County", PlaceKind.COUNTY, "IL"),
    Jurisdiction(9, "Denver", PlaceKind.CITY_AND_COUNTY, "CO", ("City and County of Denver",)),
    Jurisdiction(10, "San Francisco", PlaceKind.CITY_AND_COUNTY, "CA"),
    Jurisdiction(11, "Honolulu", PlaceKind.CITY_AND_COUNTY, "HI"),
    Jurisdiction(12, "Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC", ("District of Columbia", "Washington")),
    Jurisdiction(13, "Washington", PlaceKind.STATE, "WA", ("State of Washington",)),
    Jurisdiction(14, "Kansas City", PlaceKind.CITY, "KS", ("KCK",)),
    Jurisdiction(15, "Kansas City", PlaceKind.CITY, "MO"),
    Jurisdiction(16, "Virginia", PlaceKind.STATE, "VA", ("Commonwealth of Virginia",)),
    Jurisdiction(17, "St. Louis", PlaceKind.CITY, "MO"),
    Jurisdiction(18, "St. Louis County", PlaceKind.COUNTY, "MO"),
    Jurisdiction(19, "Louisville Metro", PlaceKind.METRO, "KY", ("Louisville",)),
    Jurisdiction(20, "Portland", PlaceKind.CITY, "OR"),
    Jurisdiction(21, "Jackson", PlaceKind.CITY, "MS"),
    Jurisdiction(22, "Jackson", PlaceKind.TOWN, "WY", ("Town of Jackson",)),
    Jurisdiction(23, "Hempstead", PlaceKind.TOWN, "NY", ("Town of Hempstead",)),
    Jurisdiction(24, "Village of Oak Park", PlaceKind.TOWN, "IL", ("Oak Park",)),
    Jurisdiction(25, "Cherry Hill Township", PlaceKind.TOWN, "NJ"),
    Jurisdiction(26, "Princeton", PlaceKind.TOWN, "NJ"),
    Jurisdiction(27, "Navajo Nation", PlaceKind.TRIBE, ""),
    Jurisdiction(28, "Boulder Valley School District", PlaceKind.SCHOOL_DISTRICT, "CO"),
    Jurisdiction(29, "Boulder", PlaceKind.CITY, "CO"),
    Jurisdiction(30, "Doña Ana County", PlaceKind.COUNTY, "NM"),
    Jurisdiction(31, "Prince George's County", PlaceKind.COUNTY, "MD"),
    Jurisdiction(32, "Orleans Parish", PlaceKind.COUNTY, "LA"),
    Jurisdiction(33, "Juneau", PlaceKind.CITY_AND_COUNTY, "AK", ("City and Borough of Juneau",)),
    Jurisdiction(34, "City of Hope", PlaceKind.INSTITUTION, "CA"),
    Jurisdiction(35, "Louisville-Jefferson (KY) County Government", PlaceKind.INSTITUTION, "KY"),
)


def place(label: str) -> Jurisdiction:
    [only] = [known for known in SERVER if known.full_label == label]
    return only


EXACT = {
    "New York City, NY (city)": (
        "City of New York",
        "the city of new york",
        "New York, NY",
        "NYC",
        "New York City",
        "NEW YORK CITY, N.Y.",
        "New York, City of",
        "New York City (city)",
        "New York City's",
    ),
    "New York (state)": (
        "State of New York",
        "New York State",
        "the State of New York",
        "NEW YORK STATE",
        "State of NY",
        "NY State",
        "New York (state)",
        "New York, State of",
        "State of New York, NY",
        "New York State government",
        "New York State's",
    ),
    "Chicago, IL (city)": (
        "Chicago",
        "chicago il",
        "Chicago, Illinois",
        "City of Chicago, Ill.",
        "Chicago (IL)",
        "Chicago city",
        "Chicago’s",
        "Chicago, IL (city)",
        "Chicago (city), Illinois",
    ),
    "Illinois (state)": (
        "Illinois",
        "State of Illinois",
        "IL",
        "Ill.",
    ),
    "Oregon City, OR (city)": (
        "Oregon City",
        "City of Oregon City",
        "oregon city, or",
        "Oregon City Oregon",
    ),
    "Oregon (state)": (
        "Oregon",
        "State of Oregon",
        "Oregon State",
        "Ore.",
    ),
    "Cook County, IL (county)": (
        "Cook County",
        "County of Cook",
        "cook county il",
        "Cook (county)",
        "Cook, IL (county)",
        "Cook County (county)",
    ),
    "Denver, CO (city and county)": (
        "Denver",
        "City of Denver",
        "Denver County",
        "County of Denver",
        "City and County of Denver",
        "City & County of Denver",
        "Denver, CO",
        "Denver CO",
        "Denver (city and county)",
        "Denver, CO (city)",
        "Denver, CO (county)",
        "Denver city and county",
    ),
    "San Francisco, CA (city and county)": (
        "City of San Francisco",
        "San Francisco County, Calif.",
        "City and County of San Francisco",
    ),
    "Honolulu, HI (city and county)": (
        "City of Honolulu",
        "Honolulu County",
        "Honolulu, Hawaii",
    ),
    "Washington, D.C. (federal district)": (
        "Washington, D.C.",
        "Washington DC",
        "District of Columbia",
        "D.C.",
        "DC",
        "City of Washington",
        "Washington, District of Columbia",
    ),
    "Washington (state)": (
        "State of Washington",
        "Washington State",
        "Washington (state)",
        "Wash.",
    ),
    "Kansas City, KS (city)": (
        "Kansas City, KS",
        "KCK",
        "Kansas City Kansas",
        "City of Kansas City, Kansas",
    ),
    "Virginia (state)": (
        "Commonwealth of Virginia",
        "State of Virginia",
        "Virginia",
    ),
    "St. Louis, MO (city)": (
        "St. Louis",
        "Saint Louis",
        "City of St. Louis",
        "St Louis, Mo.",
    ),
    "St. Louis County, MO (county)": (
        "St. Louis County",
        "County of Saint Louis",
    ),
    "Louisville Metro, KY (metro)": (
        "Louisville Metro",
        "Louisville",
        "City of Louisville",
        "Louisville Metro Government",
    ),
    "Jackson, MS (city)": (
        "Jackson, Mississippi (city)",
        "City of Jackson",
        "Jackson, Miss.",
    ),
    "Jackson, WY (town)": (
        "Town of Jackson",
        "Jackson (town)",
        "Jackson, WY",
    ),
    "Hempstead, NY (town)": (
        "Town of Hempstead",
        "Hempstead, NY (town)",
    ),
    "Village of Oak Park, IL (town)": (
        "Village of Oak Park",
        "Oak Park village, IL",
        "Oak Park (village)",
        "Oak Park",
        "Village of Oak Park, IL (town)",
    ),
    "Cherry Hill Township, NJ (town)": (
        "Cherry Hill Township",
        "Township of Cherry Hill",
        "Cherry Hill (township)",
        "Cherry Hill Twp., NJ",
    ),
    "Navajo Nation (tribe)": (
        "Navajo Nation",
        "the Navajo Nation",
        "Navajo Nation (tribe)",
    ),
    "Boulder Valley School District, CO (school district)": (
        "Boulder Valley School District",
        "boulder valley school district, colo.",
        "Boulder Valley (school district)",
    ),
    "Doña Ana County, NM (county)": (
        "dona ana county",
        "DOÑA ANA COUNTY, NM",
        "County of Doña Ana",
    ),
    "Prince George's County, MD (county)": (
        "Prince George’s County",
        "prince georges county",
    ),
    "Orleans Parish, LA (county)": (
        "Orleans Parish",
        "Parish of Orleans",
    ),
    "Juneau, AK (city and county)": (
        "City and Borough of Juneau",
        "Juneau Borough",
        "City of Juneau",
    ),
    "City of Hope, CA (institution)": ("City of Hope",),
    "Louisville-Jefferson (KY) County Government, KY (institution)": ("Louisville-Jefferson (KY) County Government, KY",),
}


@pytest.mark.parametrize(("label", "typed"), [(label, typed) for label, ways in EXACT.items() for typed in ways])
def test_a_name_that_one_place_bears_is_exact(label: str, typed: str) -> None:
    match = match_name(typed, SERVER, set())
    assert (match.places, match.quality) == ((place(label),), MatchQuality.EXACT)


@pytest.mark.parametrize(
    "typed",
    [
        "State of Chicago", "State of Oklahoma", "Oklahoma State", "City of Oregon", "City of Cook", "Cook",
        "County of Chicago", "Chicago, IN", "Chicago Indiana",
        "Portland, ME", "Portland, Maine (city)", "Denver, IL", "Denver (town)",
        "Denver (metro)", "City and County of Chicago", "Town of Denver", "State of Boulder", "Commonwealth of Cook",
        "Borough of Princeton",
        "Princeton (township)", "Village of Hempstead", "Hempstead (village)", "Village of Hempstead, NY (town)",
        "Town of Oak Park", "Oak Park Township", "Borough of Oak Park",
        "Boulder Valley", "Boulder School District", "Navajo County", "Navajo Nation, AZ", "City of Navajo Nation",
        "St. Louis, IL", "Cook County, IN", "State of Cook County", "Virginia (city)", "City of Virginia", "Louisville, CO",
        "Illinois (city)", "Oregon City (state)", "State of D.C.", "Washington County", "Hope", "Denvre", "",
        "State of", "(city)",
    ],
)  # fmt: skip
def test_a_name_with_another_kind_or_state_is_nobodys(typed: str) -> None:
    match = match_name(typed, SERVER, {known.id for known in SERVER})
    assert (match.places, match.also, match.quality) == ((), (), MatchQuality.NONE)


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("Kansas City", {"Kansas City, KS (city)", "Kansas City, MO (city)"}),
        ("Jackson", {"Jackson, MS (city)", "Jackson, WY (town)"}),
        ("Washington", {"Washington, D.C. (federal district)", "Washington (state)"}),
        ("New York", {"New York City, NY (city)", "New York (state)"}),
    ],
)
def test_a_bare_name_of_several_places_is_shared_or_presumed(typed: str, labels: set[str]) -> None:
    match = match_name(typed, SERVER, set())
    assert ({known.full_label for known in match.places}, match.quality) == (labels, MatchQuality.SHARED)
    presumed = match_name(typed, SERVER, {match.places[0].id})
    assert (presumed.places, presumed.also) == (match.places[:1], match.places[1:])
    assert presumed.quality is MatchQuality.PRESUMED


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Illinois, IL", "Illinois (state)"),
        ("Washington, WA", "Washington (state)"),
        ("Oak Park, IL (town)", "Village of Oak Park, IL (town)"),
    ],
)
def test_a_state_named_like_a_city_and_a_village_named_like_a_town_are_presumed(typed: str, label: str) -> None:
    match = match_name(typed, SERVER, set())
    assert (match.places, match.quality) == ((place(label),), MatchQuality.PRESUMED)


@pytest.mark.parametrize("typed", ["Nevada", "the Nevada", "NEVADA", "Nevada's", "Nev."])
def test_the_bare_name_of_a_state_is_no_exact_name_of_another_place(typed: str) -> None:
    city = Jurisdiction(1, "Nevada", PlaceKind.CITY, "MO", ("Nev.",))
    match = match_name(typed, [city], {1})
    assert (match.places, match.quality) == ((city,), MatchQuality.PRESUMED)
    for exact in ("Nevada, MO", "Nevada Missouri", "City of Nevada", "Nevada (city)", "Nevada city"):
        assert match_name(exact, [city], {1}).quality is MatchQuality.EXACT


@pytest.mark.parametrize("typed", ["Washington", "New York", "Wash.", "Ohio State"])
def test_an_alias_that_is_the_name_of_a_state_is_presumed(typed: str) -> None:
    district = Jurisdiction(1, "Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC", ("Washington", "Wash."))
    city = Jurisdiction(2, "New York City", PlaceKind.CITY, "NY", ("New York",))
    university = Jurisdiction(3, "Ohio State University", PlaceKind.INSTITUTION, "OH", ("Ohio State",))
    assert match_name(typed, [district, city, university], {1, 2, 3}).quality is MatchQuality.PRESUMED
    for exact in ("Washington, D.C.", "Washington DC", "DC", "New York, NY", "New York City", "City of New York"):
        assert match_name(exact, [district, city], {1, 2}).quality is MatchQuality.EXACT


@pytest.mark.parametrize(
    ("identity", "typed"),
    [
        (("Carson", PlaceKind.CITY, "CA"), "Carson City"),
        (("Carson", PlaceKind.CITY, "CA"), "carson city"),
        (("Park", PlaceKind.CITY, "KS"), "Park City, KS"),
        (("Park", PlaceKind.CITY, "KS"), "Park City, KS (city)"),
        (("Nevada", PlaceKind.CITY, "MO"), "NEVADA CITY"),
        (("Pine", PlaceKind.TOWN, "IN"), "Pine Village"),
        (("Old", PlaceKind.TOWN, "ME"), "Old Town, ME"),
    ],
)
def test_a_word_that_may_be_part_of_a_longer_name_is_not_exactly_the_kind(
    identity: tuple[str, PlaceKind, str], typed: str
) -> None:
    shorter = Jurisdiction(1, *identity)
    assert match_name(typed, [shorter], {1}).quality in (MatchQuality.PRESUMED, MatchQuality.NONE)
    small = f"{shorter.name} {shorter.kind}, {shorter.state}"
    assert match_name(small, [shorter], set()).quality is MatchQuality.EXACT
    longer = Jurisdiction(2, f"{shorter.name} {typed.split(',')[0].split()[-1].title()}", shorter.kind, shorter.state)
    assert match_name(typed, [shorter, longer], {1}).places == (longer,)


def test_a_city_is_meant_before_its_namesake_of_both_kinds_where_a_kind_stands_in_parentheses() -> None:
    city = Jurisdiction(900, "Denver", PlaceKind.CITY, "CO")
    assert match_name("Denver, CO (city)", (*SERVER, city), set()).places == (city,)
    assert match_name("City of Denver", (*SERVER, city), set()).quality is MatchQuality.SHARED


@pytest.mark.parametrize(
    ("wanted", "others"),
    [
        (("Mountain Village", PlaceKind.TOWN, "CO"), ()),
        (("Pine Village", PlaceKind.TOWN, "IN"), (("Village of Pine", PlaceKind.TOWN, "IN"),)),
        (("Seven Mile Borough", PlaceKind.TOWN, "PA"), (("Seven Mile", PlaceKind.TOWN, "PA"),)),
        (("Park City", PlaceKind.CITY, "KS"), (("Park", PlaceKind.CITY, "KS"),)),
        (("Clarksville City", PlaceKind.CITY, "TX"), (("Clarksville", PlaceKind.CITY, "TX"),)),
        (("Oak Park Township", PlaceKind.TOWN, "IL"), (("Oak Park", PlaceKind.TOWN, "IL"),)),
    ],
)
def test_a_full_label_is_exact_though_its_name_ends_with_a_word_for_a_kind(
    wanted: tuple[str, PlaceKind, str], others: tuple[tuple[str, PlaceKind, str], ...]
) -> None:
    known = tuple(Jurisdiction(at, *identity) for at, identity in enumerate((wanted, *others), 1))
    for jurisdiction in known:
        for typed in (jurisdiction.full_label, jurisdiction.full_label.upper()):
            match = match_name(typed, known, set())
            assert (match.places, match.quality) == ((jurisdiction,), MatchQuality.EXACT)


STATE_OF = ("State of {}", "{} State", "{} (state)", "the State of {}", "Commonwealth of {}", "{}, State of")
CITY_OF = ("City of {}", "the city of {}", "{} (city)", "{}, City of")
COUNTY_OF = ("County of {}", "{} (county)", "{}, County of")
SAID: dict[tuple[str, ...], frozenset[PlaceKind]] = {
    STATE_OF: frozenset({PlaceKind.STATE}),
    CITY_OF: CITY_LIKE,
    COUNTY_OF: frozenset({PlaceKind.COUNTY, PlaceKind.CITY_AND_COUNTY}),
    ("City and County of {}", "{} (city and county)"): frozenset({PlaceKind.CITY_AND_COUNTY}),
    ("Town of {}", "Village of {}", "{} (township)", "{} (borough)"): frozenset({PlaceKind.TOWN}),
    ("{} (tribe)",): frozenset({PlaceKind.TRIBE}),
    ("{} (school district)", "School District of {}"): frozenset({PlaceKind.SCHOOL_DISTRICT}),
    ("{} (institution)",): frozenset({PlaceKind.INSTITUTION}),
    ("{} (metro)", "Metropolitan Government of {}"): frozenset({PlaceKind.METRO}),
}
CORES = (
    "Oregon",
    "Washington",
    "New York",
    "Chicago",
    "St. Louis",
    "Cañon",
    "Cook",
    "Kansas City",
    "Denver",
    "Prince George's",
)
cores = st.sampled_from([*CORES, *STATES.values()])
states = st.sampled_from([*list(STATES)[:12], ""])
recorded = st.lists(
    st.builds(
        lambda name, kind, state, suffix: Jurisdiction(0, f"{name}{suffix}", kind, state),
        cores,
        st.sampled_from(list(PlaceKind)),
        states,
        st.sampled_from(["", " City", " County", " Township", " State"]),
    ),
    max_size=8,
).map(lambda places: tuple(Jurisdiction(at, known.name, known.kind, known.state) for at, known in enumerate(places, 1)))
ways = st.sampled_from([(form, kinds) for forms, kinds in SAID.items() for form in forms])


@given(cores, ways, states, st.sampled_from([", {}", " {}", " ({})"]), recorded, st.sets(st.integers(1, 8)))
def test_no_place_of_another_kind_or_state_is_ever_meant(
    core: str,
    way: tuple[str, frozenset[PlaceKind]],
    state: str,
    beside: str,
    places: Sequence[Jurisdiction],
    addressed: set[int],
) -> None:
    form, kinds = way
    assume(not (form.endswith(" of") and beside == " {}"))  # "Salem, State of OR" is Salem, in that state
    typed = form.format(core) + (beside.format(state) if state else "")
    match = match_name(typed, places, addressed)
    for meant in (*match.places, *match.also):
        assert meant.kind in kinds, typed
        assert not state or meant.state == state, typed


@given(cores, states.filter(bool), recorded, st.sampled_from([str.upper, str.lower, str.title, lambda text: f"  {text} "]))
def test_a_place_is_found_by_its_full_label_however_it_is_written(
    core: str, state: str, places: Sequence[Jurisdiction], write: object
) -> None:
    assert callable(write)
    wanted = Jurisdiction(99, core, PlaceKind.CITY, state)
    others = [known for known in places if known.identity != wanted.identity]
    match = match_name(write(wanted.full_label), [*others, wanted], set())
    assert wanted in match.places


@given(cores, ways, states, recorded)
def test_the_search_keys_of_a_name_find_all_that_it_can_mean(
    core: str, way: tuple[str, frozenset[PlaceKind]], state: str, places: Sequence[Jurisdiction]
) -> None:
    typed = way[0].format(core) + (f", {state}" if state else "")
    with_key = [known for known in places if not keys_of(typed).isdisjoint(known.search_keys())]
    assert match_name(typed, with_key, set()) == match_name(typed, places, set())


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("State of New York", "New York City, NY (city)"),
        ("State of Oklahoma", "Oklahoma City, OK (city)"),
        ("City of Oregon", "Oregon (state)"),
        ("Chicago Indiana", "Chicago, IL (city)"),
        ("Portland, ME", "Portland, OR (city)"),
        ("Chicago (county)", "Chicago, IL (city)"),
    ],
)
def test_a_place_of_another_kind_or_state_is_no_typing_mistake(typed: str, label: str) -> None:
    assert contradicts(place(label), typed)


@pytest.mark.parametrize("typed", ["Borough of Princeton", "Princeton (township)", "Princeton Township, NJ"])
def test_a_town_without_its_word_may_be_the_borough_that_is_said(typed: str) -> None:
    assert not contradicts(place("Princeton, NJ (town)"), typed)


@pytest.mark.parametrize("typed", ["Chcago", "Chicag", "City of Chcago", "Chcago, IL", "Denver", "chicago i"])
def test_a_misspelled_name_contradicts_nothing(typed: str) -> None:
    assert not contradicts(place("Chicago, IL (city)"), typed)
