"""Open Civic Data ids for the governments of the Census's own files, which have none."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.reader.gazetteer.governments import TOWN_WORDS
from bot.reader.gazetteer.listed import GovernmentLevel, ListedGovernment
from bot.record.errors import CaseError
from bot.record.places import NEW_ENGLAND, PlaceKind, ocd_id, type_id

_BY_HAND = Path(__file__).resolve().parents[2] / "data" / "divisions-by-hand.csv"
_METRO = (" government", " urban county", " County")


def with_divisions(governments: Sequence[ListedGovernment]) -> tuple[ListedGovernment, ...]:
    """The same governments with their ids, in the order of the ids. CaseError if a county is missing.

    1. The id follows from the name (`record.places.ocd_id`): townships are below their county, but in New England, where
       towns cover the state, below the state.
    2. Where several would get the same id, each keeps the word for its kind: barre_city and barre_town.
    3. Where that is another's id too, the project has told them apart by their counties, which the Census's file of places
       does not name: those ids are in bot/data/divisions-by-hand.csv. New ones get their Census code: reno_~census_4861592~.
    """
    counties = {one.code: one.name for one in governments if one.level is GovernmentLevel.COUNTY}
    by_hand = _by_hand()
    divisions = {one.code: by_hand.get(one.code) or _of_name(one, counties) for one in governments}
    for change in (_with_word, _with_code):
        for one in _sharing(governments, divisions):
            if one.code not in by_hand:
                divisions[one.code] = change(one, divisions[one.code])
    return tuple(sorted((one._replace(division=divisions[one.code]) for one in governments), key=lambda one: one.division))


def _of_name(government: ListedGovernment, counties: Mapping[str, str]) -> str:
    state, name, code, _ = government
    county = ""
    if government.level is GovernmentLevel.COUNTY:
        kind = PlaceKind.FEDERAL_DISTRICT if state == "DC" else PlaceKind.COUNTY
    elif government.level is GovernmentLevel.SUBDIVISION:
        kind = PlaceKind.TOWN
        county = "" if state in NEW_ENGLAND else counties.get(code[:5], "")
        if not county and state not in NEW_ENGLAND:
            raise CaseError(
                f"The county of {name}, {state} (Census code {code}) is in no file. County subdivisions are named within their "
                "counties: install the file of counties of the same year with them."
            )
    elif name.endswith(_METRO):
        kind = PlaceKind.METRO
    else:
        kind = PlaceKind.TOWN if name.endswith(TOWN_WORDS) else PlaceKind.CITY
    division = ocd_id(name, kind, state, county)
    assert division is not None, government  # None is for kinds and states that no line has
    return division


def _with_word(government: ListedGovernment, division: str) -> str:
    return f"{division.rpartition(':')[0]}:{type_id(government.name)}"


def _with_code(government: ListedGovernment, division: str) -> str:
    return f"{division}_~census_{government.code}~"


def _sharing(governments: Iterable[ListedGovernment], divisions: Mapping[str, str]) -> list[ListedGovernment]:
    """Those that have an id with another one."""
    counts = Counter(divisions.values())
    return [one for one in governments if counts[divisions[one.code]] > 1]


@cache
def _by_hand() -> dict[str, str]:
    """By Census code, the ids that the project has given by hand, to places of one name, kind and state mostly."""
    with _BY_HAND.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["division"] for row in csv.DictReader(file)}
