"""Which places are offered to who types a name, best first."""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib.resources import files

import pytest

from bot.record.name_matches import match_name
from bot.record.places import STATES, Jurisdiction, PlaceKind
from bot.record.said_names import keys_of
from bot.store.name_list import NameList
from bot.store.place_search import closest, exact_label
from tests.unit.record.test_places import DC, NEW_YORK, NEW_YORK_CITY, PLACES, WASHINGTON

COLUMBUS = Jurisdiction(6, "Columbus", PlaceKind.CITY, "OH")
DENVER = Jurisdiction(7, "Denver", PlaceKind.CITY_AND_COUNTY, "CO")
NEW_COLUMBIA = Jurisdiction(8, "New Columbia", PlaceKind.TOWN, "PA")
COLORADO = Jurisdiction(9, "Colorado", PlaceKind.STATE, "CO")
NAMES = NameList.of((place, False) for place in (*PLACES, DENVER, NEW_COLUMBIA, COLUMBUS, COLORADO))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("col", [COLORADO, COLUMBUS, DC, NEW_COLUMBIA, DENVER]),  # names, then words in names, then the state behind one
        ("new", [NEW_YORK, NEW_YORK_CITY, NEW_COLUMBIA]),
        ("state of", [COLORADO, NEW_YORK, WASHINGTON]),
        ("state of new", [NEW_YORK]),
        ("new york state", [NEW_YORK]),
        ("Columbsu", [COLUMBUS]),
    ],
)
def test_names_that_begin_so_are_offered_first(typed: str, first: list[Jurisdiction]) -> None:
    assert closest(NAMES, typed, 25)[: len(first)] == [place.id for place in first]


def packaged() -> list[Jurisdiction]:
    text = files("bot").joinpath("data", "places.csv").read_text(encoding="utf-8")
    return [
        Jurisdiction(number, row["name"], PlaceKind(row["kind"]), row["state"], tuple(filter(None, row["aliases"].split(";"))))
        for number, row in enumerate(csv.DictReader(text.splitlines()), 1)
    ]


def test_what_is_submitted_is_an_exact_name_of_the_place() -> None:
    """The oracle looks at every place that any key of the label finds."""
    known = [
        *packaged(),
        *(Jurisdiction(10_000 + at, name, PlaceKind.STATE, code) for at, (code, name) in enumerate(STATES.items())),
    ]
    names = NameList.of((place, False) for place in known)
    by_key: dict[str, list[Jurisdiction]] = defaultdict(list)
    for place in known:
        for key in place.search_keys():
            by_key[key].append(place)
    full = 0
    for place in known:
        sharing = list(dict.fromkeys(other for key in keys_of(place.label) for other in by_key[key]))
        is_exact = match_name(place.label, sharing, ()).is_exact
        assert exact_label(names, place) == (place.label if is_exact else place.full_label)
        full += not is_exact
    assert 0 < full < len(known)
