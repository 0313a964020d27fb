"""The kinds of places, and the words that people write for them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from bot.record.errors import CaseError
from bot.record.place_names import LONGEST_QUOTE
from bot.record.quoting import clipped


class PlaceKind(StrEnum):
    STATE = "state"
    COUNTY = "county"
    CITY = "city"
    CITY_AND_COUNTY = "city-and-county"
    METRO = "metro"
    FEDERAL_DISTRICT = "federal-district"
    TOWN = "town"
    TRIBE = "tribe"
    SCHOOL_DISTRICT = "school-district"
    INSTITUTION = "institution"

    @property
    def words(self) -> str:
        """city and county"""
        return self.value.replace("-", " ")


#: Kinds whose places may lie in no state, or in several.
STATELESS = frozenset({PlaceKind.INSTITUTION, PlaceKind.TRIBE})
#: Kinds that no list of governments here has: what a person says of them is believed.
NOT_IN_LISTS = frozenset({PlaceKind.INSTITUTION, PlaceKind.TRIBE, PlaceKind.SCHOOL_DISTRICT})
#: Governments of the kind `town` that are told apart by their word: the Town and the Village of Hempstead are two.
TOWN_WORDS = ("village", "borough", "township")


class WrittenKind(NamedTuple):
    """A kind as somebody wrote it."""

    kind: PlaceKind
    #: One of TOWN_WORDS; empty for every other word, also for "town", which is written for all of them.
    word: str = ""


KIND_WORDS: dict[str, WrittenKind] = {
    **{kind.words: WrittenKind(kind) for kind in PlaceKind},
    **{word: WrittenKind(PlaceKind.TOWN, word) for word in TOWN_WORDS},
    "consolidated city county": WrittenKind(PlaceKind.CITY_AND_COUNTY),
    "city county": WrittenKind(PlaceKind.CITY_AND_COUNTY),
    "metro government": WrittenKind(PlaceKind.METRO),
    "metropolitan government": WrittenKind(PlaceKind.METRO),
    "district": WrittenKind(PlaceKind.FEDERAL_DISTRICT),
    "parish": WrittenKind(PlaceKind.COUNTY),
    "tribal nation": WrittenKind(PlaceKind.TRIBE),
    "tribal government": WrittenKind(PlaceKind.TRIBE),
}


def kind_named(text: str) -> WrittenKind | None:
    """The kind of these words: "city and county", "City-and-County", "parish"; None for anything else."""
    return KIND_WORDS.get(" ".join(re.sub(r"[-_/\s]+", " ", text.casefold()).split()))


def read_kind(text: str) -> WrittenKind:
    """As `kind_named`. CaseError with all kinds for anything else."""
    if written := kind_named(text):
        return written
    words = [*(kind.words for kind in PlaceKind), *TOWN_WORDS]
    raise CaseError(f"“{clipped(text, LONGEST_QUOTE)}” is not a kind of place. Kinds: {', '.join(words)}.")


def of_its_kind(name: str, written: WrittenKind, state: str) -> tuple[str, PlaceKind]:
    """Name and kind of a place that is said to be of a kind: the word by which a town is told apart becomes part of its name.

    ("Oak Park", village) is the Village of Oak Park, ("Cherry Hill", township) is Cherry Hill Township. Alaska's boroughs are
    its counties.
    """
    kind, word = written
    if word == "borough" and state == "AK":
        return (name if name.casefold().endswith("borough") else f"{name} Borough"), PlaceKind.COUNTY
    plain = name.casefold()
    if not word or plain.startswith(f"{word} of ") or plain.endswith(f" {word}"):
        return name, kind
    return (f"{name} Township" if word == "township" else f"{word.capitalize()} of {name}"), kind
