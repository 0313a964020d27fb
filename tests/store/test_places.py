"""Which places are offered to who types a name, best first."""

from __future__ import annotations

import pytest

from bot.record.places import Jurisdiction, PlaceKind
from bot.store.place_search import closest
from tests.unit.record.test_places import DC, NEW_YORK, NEW_YORK_CITY, PLACES, WASHINGTON

COLUMBUS = Jurisdiction(6, "Columbus", PlaceKind.CITY, "OH")
DENVER = Jurisdiction(7, "Denver", PlaceKind.CITY_AND_COUNTY, "CO")
NEW_COLUMBIA = Jurisdiction(8, "New Columbia", PlaceKind.TOWN, "PA")
COLORADO = Jurisdiction(9, "Colorado", PlaceKind.STATE, "CO")
NAMES = [(name, place) for place in (*PLACES, DENVER, NEW_COLUMBIA, COLUMBUS, COLORADO) for name in sorted(place.search_keys())]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("col", [COLUMBUS, COLORADO, DC, NEW_COLUMBIA, DENVER]),  # names, then words in names, then the state behind one
        ("new", [NEW_YORK_CITY, NEW_YORK, NEW_COLUMBIA]),
        ("state of", [NEW_YORK, WASHINGTON, COLORADO]),
        ("state of new", [NEW_YORK]),
        ("new york state", [NEW_YORK]),
        ("Columbsu", [COLUMBUS]),
    ],
)
def test_names_that_begin_so_are_offered_first(typed: str, first: list[Jurisdiction]) -> None:
    assert closest(typed, NAMES, 25)[: len(first)] == first
