"""Jurisdictions: their kinds and names, and what a person may type for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "AS": "American Samoa", "GU": "Guam",
    "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "VI": "U.S. Virgin Islands",
}  # fmt: skip
STATE_FORMS = ("state of ", "commonwealth of ")
FORMS = ("city and county of ", "metropolitan government of ", "city of ", "town of ", *STATE_FORMS)


class PlaceKind(StrEnum):
    STATE = "state"
    COUNTY = "county"
    CITY = "city"
    CITY_AND_COUNTY = "city-and-county"
    METRO = "metro"
    FEDERAL_DISTRICT = "federal-district"
    TOWN = "town"
    INSTITUTION = "institution"

    @property
    def words(self) -> str:
        """city and county"""
        return self.value.replace("-", " ")


@dataclass(frozen=True)
class Jurisdiction:
    """Who can receive letters. `state` is a postal code, empty where it lies in none; `ocd_id` its division, if known."""

    id: int
    name: str
    kind: PlaceKind
    state: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    ocd_id: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a jurisdiction needs a name")

    @property
    def label(self) -> str:
        """How it is written: "Denver, CO"; a state or the federal district by its name alone."""
        alone = self.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT) or not self.state
        return self.name if alone else f"{self.name}, {self.state}"

    @property
    def full_label(self) -> str:
        """Denver, CO (city and county)"""
        return f"{self.label} ({self.kind.words})"

    @property
    def state_name(self) -> str:
        return STATES.get(self.state, "No state")

    def search_keys(self) -> tuple[str, ...]:
        """Everything that finds it, as `key` makes it of what is typed: each name alone, with postal code, with state."""
        found: dict[str, None] = {}
        for name in (self.name, *self.aliases):
            bare = key(name)
            for form in (
                bare,
                f"{bare} {self.state.casefold()}",
                f"{bare} {key(self.state_name)}" if self.state else bare,
            ):
                if bare:
                    found.setdefault(form.strip())
        if self.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT):
            found.setdefault(self.state.casefold())
        return tuple(found)


def key(typed: str) -> str:
    """What is typed, brought to the one form that names are looked up by.

    Case, accents and punctuation fall away; "Saint" is "st"; "City of X" is "x"; "County of X" is "x county".
    """
    plain = _folded(typed)
    for form in FORMS:
        plain = plain.removeprefix(form)
    if found := re.fullmatch(rf"county of (.+?)(?: ({_STATE}))?", plain):
        return f"{found[1]} county {found[2] or ''}".strip()
    return plain


@dataclass(frozen=True)
class Meant:
    """Whom a name may mean: one place, or several to ask about. `also` go by it too, but have no letter."""

    places: tuple[Jurisdiction, ...]
    also: tuple[Jurisdiction, ...] = ()


def meant(typed: str, named: Sequence[Jurisdiction], addressed: Container[int]) -> Meant:
    """Which of the places that go by a name a person may mean; `addressed` holds the ids of those that have a letter.

    1. "State of New York" is a state and "City of New York" is none: the words before a name rule out what they can.
    2. Where one of several bears a letter and the others none, that one is answered for, and the answer names the others.
    """
    plain = _folded(typed)
    if plain.startswith(FORMS):
        wants_state = plain.startswith(STATE_FORMS)
        named = [place for place in named if (place.kind is PlaceKind.STATE) is wants_state] or named
    found = tuple(place for place in named if place.id in addressed)
    if len(found) == 1:
        return Meant(found, tuple(place for place in named if place not in found))
    return Meant(tuple(named))


def with_kind(typed: str) -> tuple[str, PlaceKind] | None:
    """Name and kind of "Denver, CO (city and county)" or "New York State"; None where no kind is written behind the name."""
    found = re.fullmatch(r"\s*(.+?)\s*\(\s*([a-z -]+?)\s*\)\s*|\s*(.+?)\s+(state)\s*", typed, re.IGNORECASE)
    word = (found[2] or found[4]).lower().replace(" ", "-") if found else ""
    return (found[1] or found[3], PlaceKind(word)) if found and word in set(PlaceKind) else None


def wanted_of(typed: str) -> tuple[str, bool]:
    """What a name that is still being typed begins with, as `key` has it, and whether a state is asked for.

    "state of", "state of new" and "new york state" ask for one.
    """
    begun = f"{_folded(typed)} "
    form = next((form for form in STATE_FORMS if begun.startswith(form)), "")
    if form:
        return begun.removeprefix(form).strip(), True
    behind = with_kind(typed)
    if behind:
        return key(behind[0]), behind[1] is PlaceKind.STATE
    return key(typed), False


def _folded(typed: str) -> str:
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().casefold()
    plain = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", plain).replace("'", "")
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
    plain = re.sub(r"\bsaint\b", "st", plain)
    return re.sub(r"\bd c\b", "dc", plain)


_STATE = "|".join(sorted({_folded(form) for item in STATES.items() for form in item}, key=len, reverse=True))
