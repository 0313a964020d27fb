"""Names of places are settled where what is written settles them, and asked about where it does not."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.gazetteer import governments
from bot.reader.gazetteer.gazetteer import ALONE, Gazetteer, gazetteer, use_governments
from bot.record.errors import CaseError
from bot.record.place_names import fold
from bot.record.places import STATES, Jurisdiction, PlaceKind, name_key

LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "us-governments.csv"
EXAMPLE = Path(__file__).resolve().parents[3] / "bot" / "examples" / "section-1373.json"
OWN = Gazetteer(governments.own())
OWN_PLACES = sorted(OWN.places(), key=lambda place: place.full_label)

needs_all = pytest.mark.skipif(
    not LIST.is_file(), reason="the list of governments (../shared/data/us-governments.csv) is not here"
)


@pytest.fixture(scope="module")
def everything() -> Gazetteer:
    return Gazetteer(governments.own(), governments.census(LIST))


def meant(known: Gazetteer, written: str, state: str | None = None) -> str | None:
    place = known.resolve(written, state).place
    return place.full_label if place else None


def asked(known: Gazetteer, written: str) -> list[str]:
    """The candidates of a name that is not settled."""
    resolved = known.resolve(written)
    assert resolved.place is None
    return [place.full_label for place in resolved.candidates]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Cook County, Illinois", "Cook County, IL (county)"),
        ("County of Cook, Ill.", "Cook County, IL (county)"),
        ("COOK COUNTY, ILLINOIS", "Cook County, IL (county)"),
        ("State of Oregon", "Oregon (state)"),
        ("Commonwealth of Virginia", "Virginia (state)"),
        ("California", "California (state)"),
        ("Calif.", "California (state)"),
        ("IL", "Illinois (state)"),
        ("Washington State", "Washington (state)"),
        ("State of New York", "New York (state)"),
        ("New York, N.Y.", "New York City, NY (city)"),
        ("City of New York", "New York City, NY (city)"),
        ("NYC", "New York City, NY (city)"),
        ("Washington, D.C.", "Washington, D.C. (federal district)"),
        ("Washington DC", "Washington, D.C. (federal district)"),
        ("the District of Columbia", "Washington, D.C. (federal district)"),
        ("Albany, NY", "Albany, NY (city)"),
        ("Jackson, Mississippi", "Jackson, MS (city)"),
        ("Jackson Mississippi", "Jackson, MS (city)"),
        ("Burlington, Vt.", "Burlington, VT (city)"),
        ("City and County of Denver", "Denver, CO (city and county)"),
        ("Denver County, Colorado", "Denver, CO (city and county)"),
        ("San Francisco, Calif.", "San Francisco, CA (city and county)"),
        ("Louisville-Jefferson (KY) County Metro Government", "Louisville Metro, KY (metro)"),
        ("Louisville, Kentucky", "Louisville Metro, KY (metro)"),
        ("Jefferson County, Kentucky", "Louisville Metro, KY (metro)"),
        ("Metropolitan Government of Nashville and Davidson County, Tennessee", "Nashville-Davidson, TN (metro)"),
        ("Athens-Clarke County, Ga.", "Athens-Clarke County, GA (metro)"),
        ("Honolulu, Hawaii", "Honolulu, HI (city and county)"),
        ("Orleans Parish, La.", "Orleans Parish, LA (county)"),
        ("New Orleans, Louisiana", "New Orleans, LA (city)"),
        ("Saint Louis, Missouri", "St. Louis, MO (city)"),
        ("St. Louis County, Mo.", "St. Louis County, MO (county)"),
        ("Mt. Vernon, N.Y.", "Mount Vernon, NY (city)"),
        ("Ft. Worth, Tex.", "Fort Worth, TX (city)"),
        ("Canon City, Colorado", "Cañon City, CO (city)"),
        ("Dona Ana County, N.M.", "Doña Ana County, NM (county)"),
        ("Coeur d’Alene, Idaho", "Coeur d'Alene, ID (city)"),
        ("Prince Georges County, Maryland", "Prince George's County, MD (county)"),
        ("Lewis & Clark County, Montana", "Lewis and Clark County, MT (county)"),
        ("Billings, MT", "Billings, MT (city)"),
        ("Kansas City, Mo.", "Kansas City, MO (city)"),
        ("Jersey City, N.J.", "Jersey City, NJ (city)"),
        ("Boise, Idaho", "Boise, ID (city)"),
        ("San Juan, Puerto Rico", "San Juan Municipio, PR (county)"),
        ("Brookline, Mass.", "Brookline, MA (town)"),
        ("Edison Township, New Jersey", "Edison Township, NJ (town)"),
        ("Springfield, Greene County, Missouri", "Springfield, MO (city)"),
        ("Albany, Albany County, N.Y.", "Albany, NY (city)"),
        ("Baltimore City, Maryland", "Baltimore, MD (city)"),
        ("La Salle County, Illinois", "LaSalle County, IL (county)"),
        ("Mc Allen, TX", "McAllen, TX (city)"),
        ("City & County of Honolulu", "Honolulu, HI (city and county)"),
        ("Louisville Metro Government", "Louisville Metro, KY (metro)"),
        ("ocd-division/country:us/state:il/county:cook", "Cook County, IL (county)"),
    ],
)
def test_a_name_that_settles_its_place(written: str, label: str) -> None:
    assert meant(OWN, written) == label


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ("Middlesex, New Jersey", {"Middlesex County, NJ (county)", "Middlesex, NJ (town)"}),
        ("Washington", {"Washington (state)", "Washington, D.C. (federal district)"}),
        ("New York", {"New York (state)", "New York City, NY (city)"}),
        ("Jackson", {"Jackson, MS (city)", "Jackson, TN (city)", "Jackson, MI (city)", "Jackson County, MO (county)"}),
        ("City of Jackson", {"Jackson, MS (city)", "Jackson, TN (city)", "Jackson, MI (city)"}),
        ("Portland", {"Portland, ME (city)", "Portland, OR (city)"}),
        ("Columbus", {"Columbus, GA (city)", "Columbus, OH (city)"}),
        ("Kansas City", {"Kansas City, KS (city)", "Kansas City, MO (city)"}),
        ("King County", {"King County, TX (county)", "King County, WA (county)"}),
        ("Cook County", {"Cook County, GA (county)", "Cook County, IL (county)", "Cook County, MN (county)"}),
    ],
)
def test_a_name_of_several_places_is_asked_about(written: str, labels: set[str]) -> None:
    assert labels <= set(asked(OWN, written))


@pytest.mark.parametrize("name", sorted(ALONE))
def test_a_city_that_newspapers_name_alone_is_read_with_the_reason(name: str) -> None:
    resolved = OWN.resolve(name)
    assert resolved.place is not None
    assert resolved.place.state == ALONE[name]
    assert (
        resolved.doubt == f"The text gives no state. Read as {resolved.place.label}, which newspapers name without its state."
    )


@pytest.mark.parametrize(
    "written", ["", "   ", ",", "Nowhereville", "in", "or", "me", "Smith, John", "of", "County", "City of"]
)
def test_what_is_no_place_is_none(written: str) -> None:
    assert OWN.named(written) == ()
    assert OWN.resolve(written).place is None


def test_the_state_may_stand_beside_the_name() -> None:
    assert (
        meant(OWN, "Jackson", "MS")
        == meant(OWN, "Jackson", "Mississippi")
        == meant(OWN, "Jackson", "Miss.")
        == "Jackson, MS (city)"
    )
    assert OWN.resolve("Jackson, Mississippi", "Tennessee").place is None
    assert OWN.named("Jackson", "Ruritania") == ()


def test_no_county_is_read_where_a_city_is_written_and_no_city_where_a_county_is() -> None:
    assert asked(OWN, "Seattle County, Washington") == ["Seattle, WA (city)"]
    assert meant(OWN, "City of Sonoma, California") == "Sonoma, CA (city)"
    assert meant(OWN, "Sonoma County, California") == "Sonoma County, CA (county)"


def test_without_the_full_list_a_place_it_would_have_is_read_as_written_and_marked() -> None:
    resolved = OWN.resolve("Village of Mattawa, Washington")
    assert resolved.place == Jurisdiction(
        0, "Mattawa", PlaceKind.TOWN, "WA", ocd_id="ocd-division/country:us/state:wa/place:mattawa"
    )
    assert "is not in this bot's list of places" in str(resolved.doubt)
    assert asked(OWN, "Mattawa, Washington") == ["Mattawa, WA (city)"]
    assert asked(OWN, "Town of Rochester, New York") == ["Rochester, NY (town)", "Rochester, NY (city)"]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Seatle", "Seattle, WA (city)"),
        ("Philadephia, PA", "Philadelphia, PA (city)"),
        ("Los Angelas", "Los Angeles, CA (city)"),
        ("Cooke County, Illinois", "Cook County, IL (county)"),
        ("Multonomah County", "Multnomah County, OR (county)"),
        ("Massachusets", "Massachusetts (state)"),
    ],
)
def test_typing_mistakes_have_the_right_name_first(written: str, first: str) -> None:
    assert OWN.closest(written)[0].full_label == first
    assert len(OWN.closest(written, limit=2)) <= 2


def test_the_places_of_the_example_record_are_called_as_they_are_there() -> None:
    for place in json.loads(EXAMPLE.read_text())["jurisdictions"]:
        if place["kind"] == "institution" or place["name"] == "Middlesex":
            continue
        for name in (place["name"], *place["aliases"]):
            assert any(
                (candidate.name, candidate.kind, candidate.state) == (place["name"], place["kind"], place["state"])
                for candidate in OWN.named(name)
            )


def test_every_state_is_found_by_name_code_and_form() -> None:
    for code, name in STATES.items():
        for written in (code, f"{name}, {code}" if code == "DC" else f"State of {name}"):
            place = OWN.resolve(written).place
            assert place is not None and place.state == code, written
            assert place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)


def test_every_place_is_found_by_each_of_its_names() -> None:
    for place in OWN_PLACES:
        for name in (place.name, *place.aliases):
            assert place in OWN.named(name)
            assert name_key(name) in place.search_keys()
        assert place in OWN.named(place.label)
        assert place in OWN.named(place.ocd_id)
        assert OWN.resolve(place.label).place in (place, None)


@given(st.sampled_from(OWN_PLACES))
def test_case_and_accents_do_not_matter(place: Jurisdiction) -> None:
    for name in (place.label.upper(), place.label.lower(), place.label.replace("ñ", "n").replace("ü", "u").replace("ó", "o")):
        assert place in OWN.named(name)


@needs_all
@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("LaPorte, Indiana", "La Porte, IN (city)"),
        ("La Porte, Indiana", "La Porte, IN (city)"),
        ("City of LaPorte, Indiana", "La Porte, IN (city)"),
        ("LaPorte County, Indiana", "LaPorte County, IN (county)"),
        ("La Porte County, Indiana", "LaPorte County, IN (county)"),
        ("De Kalb, Illinois", "DeKalb, IL (city)"),
        ("De Kalb County, Illinois", "DeKalb County, IL (county)"),
        ("Du Page County, Illinois", "DuPage County, IL (county)"),
        ("LaCrosse, Wisconsin", "La Crosse, WI (city)"),
        ("LaCrosse County, Wisconsin", "La Crosse County, WI (county)"),
        ("La Grange, Georgia", "LaGrange, GA (city)"),
        ("Desoto, Texas", "DeSoto, TX (city)"),
        ("Winston Salem, North Carolina", "Winston-Salem, NC (city)"),
        ("WinstonSalem, N.C.", "Winston-Salem, NC (city)"),
        ("Saint Paul, Minnesota", "St. Paul, MN (city)"),
        ("St Paul, Minn.", "St. Paul, MN (city)"),
        ("Mount Vernon, N.Y.", "Mount Vernon, NY (city)"),
        ("Ft Wayne, Indiana", "Fort Wayne, IN (city)"),
        ("Espanola, New Mexico", "Española, NM (city)"),
        ("O Fallon, Missouri", "O'Fallon, MO (city)"),
        ("Mc Henry, Illinois", "McHenry, IL (city)"),
    ],
)
def test_a_name_spelled_otherwise_means_what_its_own_spelling_means(everything: Gazetteer, written: str, label: str) -> None:
    assert meant(OWN, written) == meant(everything, written) == label


@needs_all
def test_a_county_that_alone_has_the_spelling_does_not_settle_a_bare_name(everything: Gazetteer) -> None:
    for known in (OWN, everything):
        assert {"La Porte, IN (city)", "LaPorte County, IN (county)"} <= set(asked(known, "LaPorte"))
    assert asked(everything, "Du Page, Illinois") == ["DuPage County, IL (county)", "Du Page Township, IL (town)"]
    assert meant(everything, "La Due, Missouri") == "La Due, MO (town)"  # beside the city of Ladue
    assert meant(everything, "Ladue, Missouri") == "Ladue, MO (city)"


@needs_all
def test_no_county_is_settled_for_a_bare_name_that_a_city_of_its_state_has_in_other_spelling(everything: Gazetteer) -> None:
    squeezed: Counter[tuple[str, str]] = Counter()
    for place in everything.places():
        if place.kind is PlaceKind.CITY:
            squeezed[place.name.replace(" ", "").casefold(), place.state] += 1
    for place in everything.places():
        bare = place.name.removesuffix(" County")
        if place.kind is PlaceKind.COUNTY and squeezed[bare.replace(" ", "").casefold(), place.state]:
            assert place != everything.resolve(bare, place.state).place, place.full_label


@needs_all
def test_our_own_list_has_every_municipality_that_is_named_like_a_state() -> None:
    names = {fold(name) for name in STATES.values()}
    missing = [
        (government.name, government.state)
        for government in governments.census(LIST)
        if fold(government.name) in names and government.kind is not PlaceKind.COUNTY and not government.county
        if government.word != "township" and not OWN.named(government.ocd_id)
    ]
    assert missing == []


@given(st.text(max_size=60))
def test_any_text_is_answered(written: str) -> None:
    resolved = OWN.resolve(written)
    assert resolved.place is None or resolved.place in resolved.candidates


def test_every_place_has_a_name_and_a_division_of_its_own() -> None:
    names = Counter((place.name, place.kind, place.state) for place in OWN_PLACES)
    assert [name for name, count in names.items() if count > 1] == []
    assert all(place.ocd_id for place in OWN_PLACES)


@needs_all
def test_of_all_governments_each_has_a_name_of_its_own_that_finds_it(everything: Gazetteer) -> None:
    places = list(everything.places())
    assert len(places) > 39_000
    names = Counter((place.name, place.kind, place.state) for place in places)
    assert [name for name, count in names.items() if count > 1] == []
    for place in random.sample(places, 8_000):
        resolved = everything.resolve(place.label)
        assert place in (resolved.place, *(resolved.candidates if resolved.place is None else ()))


@needs_all
@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Seattle", "Seattle, WA (city)"),
        ("West Palm Beach", "West Palm Beach, FL (city)"),
        ("Contra Costa County", "Contra Costa County, CA (county)"),
        ("Village of Oak Park, Illinois", "Oak Park, IL (town)"),
        ("Town of Hempstead, New York", "Hempstead, NY (town)"),
        ("Village of Hempstead, N.Y.", "Village of Hempstead, NY (town)"),
        ("Township of Wayne, New Jersey", "Wayne Township, NJ (town)"),
        ("Liberty Township, Adams County, Pennsylvania", "Liberty Township, Adams County, PA (town)"),
        ("Nevada City, California", "Nevada City, CA (city)"),
        ("City of Industry, Calif.", "Industry, CA (city)"),
        ("Methuen, Mass.", "Methuen, MA (city)"),
    ],
)
def test_with_all_governments_more_is_settled(everything: Gazetteer, written: str, label: str) -> None:
    assert meant(everything, written) == label


@needs_all
def test_what_our_own_list_settles_is_settled_alike_with_all_governments(everything: Gazetteer) -> None:
    for place in OWN_PLACES:
        alone, among_all = OWN.resolve(place.label), everything.resolve(place.label)
        assert alone.place in (None, among_all.place), place.full_label


@needs_all
def test_another_word_for_the_only_municipality_of_that_name_is_a_doubt(everything: Gazetteer) -> None:
    resolved = everything.resolve("City of Brookline, Massachusetts")
    assert resolved.place is not None
    assert resolved.doubt == "Written as a city; Brookline, MA (town) is the only place of that name."
    assert asked(everything, "Washington Township, Adams County, Illinois") == ["Washington, IL (city)"]
    assert meant(everything, "Town of Rochester, New York") == "Town of Rochester, NY (town)"


@needs_all
def test_a_state_named_beside_another_is_taken_for_no_township_of_its_name(everything: Gazetteer) -> None:
    resolved = everything.resolve("Maine", "IL")
    assert resolved.place is None
    assert resolved.candidates[0].full_label == "Maine (state)"
    assert resolved.candidates[1].full_label == "Maine Township, Cook County, IL (town)"
    assert meant(everything, "Nevada", "MO") == "Nevada, MO (city)"


@needs_all
def test_with_all_governments_the_well_known_stand_first(everything: Gazetteer) -> None:
    assert everything.closest("Philedelphia")[0].full_label == "Philadelphia, PA (city)"
    assert asked(everything, "Jackson")[0] in ("Jackson, CA (city)", "Jackson, MI (city)")


@needs_all
def test_with_all_governments_namesakes_are_known(everything: Gazetteer) -> None:
    assert len(asked(everything, "Washington Township, Illinois")) == 3
    assert asked(everything, "Bernalillo, New Mexico") == ["Bernalillo County, NM (county)", "Bernalillo, NM (town)"]
    assert asked(everything, "Reno, Texas") == ["Reno, Lamar County, TX (city)", "Reno, Parker County, TX (city)"]
    assert asked(everything, "Evanston") == ["Evanston, IL (city)", "Evanston, WY (city)"]
    assert everything.resolve("Sonoma").doubt == "The text gives no state. Sonoma, CA is the only city of that name."


@needs_all
def test_a_place_of_our_own_list_is_the_one_of_the_full_list(everything: Gazetteer) -> None:
    """It is not there twice: once under our name and once under the Census's."""
    listed = {label.ocd_id for label in governments.census(LIST)}
    ours = list(chain.from_iterable((label.ocd_id, *stands_for) for label, stands_for in governments.own()))
    missing = {label for label in ours if label not in listed and "/county:" not in label and "/place:" in label}
    # Consolidated governments and cities that were founded after the list was made.
    assert len(missing) == 11
    places = list(everything.places())
    assert len({place.ocd_id for place in places}) == len(places)


def test_a_list_of_another_form_is_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name\nDenver\n")
    with pytest.raises(CaseError, match="does not begin with the columns id,name,census_geoid"):
        list(governments.census(file))
    file.write_text("id,name,census_geoid\nocd-division/country:us/state:co/place:denver,Denver city,place-0820000\nDenver,,\n")
    with pytest.raises(CaseError, match="line 3: not a division"):
        list(governments.census(file))


def test_the_full_list_is_the_one_that_was_set(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    us = "ocd-division/country:us/state:"
    county, city = f"{us}oh/county:x,X County,place-39001", f"{us}oh/place:y,Y city,place-3900002"
    township = f"{us}oh/county:x/place:z,Z township,place-3900100003"
    try:
        for lines, is_complete in (((county, city, township), True), ((county, city), False), ((), False)):
            file.write_text("\n".join(("id,name,census_geoid", *lines, "")))
            use_governments(None)
            use_governments(file)
            assert gazetteer().is_complete is is_complete
            assert bool(gazetteer().named("X County, OH")) is bool(lines)
    finally:
        use_governments(None)
    assert not gazetteer().is_complete
