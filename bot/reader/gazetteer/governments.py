"""The governments that names are looked up in: our own list, and the Census list if it is there.

Our own (bot/data/places.csv) holds states, consolidated governments, and well-known cities, towns and counties. The Open Civic
Data project publishes all 39,242 governments of the Census (us_census_places.csv; public domain, CC0), see bot/data/README.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import NamedTuple

from bot.record.errors import CaseError
from bot.record.place_names import COMMONWEALTHS, STATES
from bot.record.places import COUNTRY, Jurisdiction, PlaceKind, ocd_id

OWN = Path(__file__).resolve().parents[2] / "data" / "places.csv"
TOWN_WORDS = ("charter township", "township", "town", "village", "borough", "plantation")
_SUFFIX = re.compile(
    r"^(?P<name>.+?) (?P<word>City and Borough|Census Area|County|Parish|Municipio|Borough|Municipality"
    r"|city and borough|city|charter township|township|town|village|borough|plantation|municipality|corporation)$"
)


class Government(NamedTuple):
    """One government."""

    name: str
    #: The word for its kind in its full name ("county", "charter township"); empty if there is none.
    word: str
    kind: PlaceKind
    state: str
    ocd_id: str
    #: The full name of the county that tells it apart from others of its name.
    county: str = ""
    #: The place in our own list, if it is there.
    given: Jurisdiction | None = None


def own() -> Iterator[tuple[Government, tuple[str, ...]]]:
    """States and the places of our own list, each with the divisions of the Census list that it is the government of."""
    for code, name in STATES.items():
        if code != "DC":
            form = "Commonwealth" if code in COMMONWEALTHS else "Territory" if code in ("AS", "GU", "VI") else "State"
            aliases = (f"{form} of {name.replace('U.S. ', 'the U.S. ')}", *(("Virgin Islands",) if code == "VI" else ()))
            yield _given(Jurisdiction(0, name, PlaceKind.STATE, code, aliases)), ()
    with OWN.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind, state = PlaceKind(row["kind"]), row["state"]
            aliases = tuple(filter(None, row["aliases"].split(";"))) or _usual_aliases(row["name"], kind)
            root = COUNTRY if state == "DC" else f"{COUNTRY}/state:{state.casefold()}"
            division = f"{root}/{row['division']}" if row["division"] else ""
            government = _given(Jurisdiction(0, row["name"], kind, state, aliases, ocd_id=division))
            yield government, tuple(f"{root}/{other}" for other in row["stands_for"].split(";") if other)


def _usual_aliases(name: str, kind: PlaceKind) -> tuple[str, ...]:
    return {PlaceKind.CITY: (f"City of {name}",), PlaceKind.TOWN: (f"Town of {name}",)}.get(kind, ())


def _given(place: Jurisdiction) -> Government:
    """A place of our own list, with the division made from its name if the list gives none."""
    division = place.ocd_id or ocd_id(place.name, place.kind, place.state) or ""
    place = Jurisdiction(0, place.name, place.kind, place.state, place.aliases, ocd_id=division)
    name, word = _split(place.name) if place.kind is PlaceKind.COUNTY else (place.name, "")
    if place.kind is PlaceKind.TOWN:  # "Village of X" is an alias, or the name if a town of that name is in the state too
        word, _, name = next(one for one in (*place.aliases, place.name) if " of " in one).partition(" of ")
    word = word or {PlaceKind.CITY: "city", PlaceKind.TOWN: "town"}.get(place.kind, "")
    return Government(name, word.casefold(), place.kind, place.state, division, place.name.partition(", ")[2], place)


def census(path: Path, digits: set[int] | None = None) -> Iterator[Government]:
    """Every government of the Census list: a CSV file with the columns id, name and census_geoid, each county before
    its townships. CaseError names the first line of another form. `digits` gets the lengths of the Census codes: 5 for
    counties, 7 for places, 10 for county subdivisions.
    """
    counties: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != ["id", "name", "census_geoid"]:
            raise CaseError(f"{path} does not begin with the columns id,name,census_geoid.")
        for row in rows:
            if len(row) != 3 or not row[0].startswith(f"{COUNTRY}/"):
                raise CaseError(f"{path}, line {rows.line_num}: not a division of {COUNTRY} with its name and Census code.")
            code = row[2].removeprefix("place-")
            if digits is not None:
                digits.add(len(code))
            yield _of_census(row[0], row[1], code, counties)


# Of a Census code: state 2, county 3, county subdivision 5; a place has 2 and 5.
COUNTY_DIGITS, PLACE_DIGITS, TOWNSHIP_DIGITS = 5, 7, 10


def _of_census(division: str, name: str, code: str, counties: dict[str, str]) -> Government:
    state = intern(division.split("/")[2].partition(":")[2].upper())
    bare, word = _split(name)
    if len(code) == COUNTY_DIGITS:
        counties[code] = name
        return Government(bare, word, PlaceKind.COUNTY, state, division)
    county = counties.get(code[:COUNTY_DIGITS], "") if len(code) == TOWNSHIP_DIGITS else _county_in(division)
    if name.endswith((" government", " urban county", " County")):
        return Government(name, "", PlaceKind.METRO, state, division)
    if name.startswith("Township "):
        return Government(name, "", PlaceKind.TOWN, state, division, county)
    if state == "MA" and word == "city":  # towns that took a city's form of government keep the word: "Methuen Town city"
        bare = bare.removesuffix(" Town")
    return Government(bare, word, PlaceKind.TOWN if word in TOWN_WORDS else PlaceKind.CITY, state, division, county)


def _county_in(division: str) -> str:
    """The county in the id of a place that shares its name and kind with another: reno_~lamar_county~"""
    match = re.search(r"_~(.+)~$", division)
    return match[1].replace("~", "/").replace("_", " ").title() if match else ""


def _split(name: str) -> tuple[str, str]:
    """("Cook", "county") for "Cook County"; the word is empty if the name ends in none."""
    match = _SUFFIX.match(name)
    return (match["name"], intern(match["word"].casefold())) if match else (name, "")
