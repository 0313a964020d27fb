"""Open Civic Data ids: made from a place's name by the documented rules, checked against the project's own list where it is."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from bot.reader.gazetteer.governments import census
from bot.record.places import STATES, PlaceKind, ocd_id

LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "us-governments.csv"
COUNTRY = "ocd-division/country:us"


@pytest.mark.parametrize(
    ("name", "kind", "state", "division"),
    [
        ("California", PlaceKind.STATE, "CA", "state:ca"),
        ("Puerto Rico", PlaceKind.STATE, "PR", "territory:pr"),
        ("Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC", "district:dc"),
        ("Cook County", PlaceKind.COUNTY, "IL", "state:il/county:cook"),
        ("Prince George's County", PlaceKind.COUNTY, "MD", "state:md/county:prince_george~s"),
        ("Doña Ana County", PlaceKind.COUNTY, "NM", "state:nm/county:doña_ana"),
        ("St. Louis County", PlaceKind.COUNTY, "MO", "state:mo/county:st_louis"),
        ("Orleans Parish", PlaceKind.COUNTY, "LA", "state:la/parish:orleans"),
        ("Kenai Peninsula Borough", PlaceKind.COUNTY, "AK", "state:ak/borough:kenai_peninsula"),
        ("Nome Census Area", PlaceKind.COUNTY, "AK", "state:ak/census_area:nome"),
        ("Ponce Municipio", PlaceKind.COUNTY, "PR", "territory:pr/municipio:ponce"),
        ("Denver", PlaceKind.CITY_AND_COUNTY, "CO", "state:co/county:denver"),
        ("Seattle", PlaceKind.CITY, "WA", "state:wa/place:seattle"),
        ("Oklahoma City", PlaceKind.CITY, "OK", "state:ok/place:oklahoma_city"),
        ("Oklahoma City city", PlaceKind.CITY, "OK", "state:ok/place:oklahoma_city"),
        ("New York City", PlaceKind.CITY, "NY", "state:ny/place:new_york"),
        ("Coeur d'Alene", PlaceKind.CITY, "ID", "state:id/place:coeur_d~alene"),
        ("Louisville Metro", PlaceKind.METRO, "KY", "state:ky/place:louisville"),
        ("Nashville-Davidson", PlaceKind.METRO, "TN", "state:tn/place:nashville"),
        ("Brookline", PlaceKind.TOWN, "MA", "state:ma/place:brookline"),
        ("Village of Oak Park", PlaceKind.TOWN, "IL", "state:il/place:oak_park"),
    ],
)
def test_a_name_gives_a_division(name: str, kind: PlaceKind, state: str, division: str) -> None:
    assert ocd_id(name, kind, state) == f"{COUNTRY}/{division}"


def test_a_township_stands_under_its_county_and_a_town_of_new_england_under_its_state() -> None:
    adams = f"{COUNTRY}/state:pa/county:adams/place:liberty"
    assert ocd_id("Liberty Township", PlaceKind.TOWN, "PA", "Adams County") == adams
    assert ocd_id("Liberty Township, Adams County", PlaceKind.TOWN, "PA") == adams
    assert ocd_id("Liberty", PlaceKind.TOWN, "ME", "Waldo County") == f"{COUNTRY}/state:me/place:liberty"


def test_no_division_is_made_up() -> None:
    assert ocd_id("Example University", PlaceKind.INSTITUTION, "IL") is None
    assert ocd_id("Springfield", PlaceKind.CITY, "") is None
    assert ocd_id("Springfield", PlaceKind.CITY, "XX") is None
    assert ocd_id("Reno, Lamar County", PlaceKind.CITY, "TX") is None


def test_every_state_has_a_division() -> None:
    assert len({ocd_id(name, PlaceKind.STATE, code) for code, name in STATES.items()}) == len(STATES)


@pytest.mark.skipif(not LIST.is_file(), reason="the list of governments (../shared/data/us-governments.csv) is not here")
def test_of_all_governments_the_name_gives_the_division_for_all_but_one_in_four_hundred() -> None:
    """What is unequal was named by hand there. `python -m tests.unit.reader.test_divisions` lists it."""
    unequal = Counter(reason for _, _, _, reason in by_hand())
    assert unequal == {"told apart by its kind": 70, "told apart by its county": 20, "county and city in one": 1}
    assert sum(unequal.values()) / 39_242 < 1 / 400


def by_hand() -> list[tuple[str, str, str, str]]:
    """Of the list's governments whose id the name does not give: name, id, what the name gives, and why they differ."""
    with LIST.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    rows = []
    for name, government in zip(names, census(LIST), strict=True):
        division = ocd_id(name, government.kind, government.state, "" if "_~" in government.ocd_id else government.county) or ""
        if division != government.ocd_id:
            by_kind = government.ocd_id == f"{division}_{government.word}"
            by_county = "_~" in government.ocd_id
            why = "by its kind" if by_kind else "by its county" if by_county else ""
            rows.append((name, government.ocd_id, division, f"told apart {why}" if why else "county and city in one"))
    return rows


if __name__ == "__main__":
    for entry in by_hand():
        print(*entry, sep="; ")
