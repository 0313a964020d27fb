"""Jurisdictions and the keys under which their names are found; `said_names` has the ways in which people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.record.place_kinds import NOT_IN_LISTS, PlaceKind
from bot.record.place_names import STATES, TERRITORIES, fold, state_code

__all__ = ["STATES", "Jurisdiction", "PlaceKind", "name_key", "ocd_id"]

STATE_FORMS = ("state of ", "commonwealth of ")
TOWN_FORMS = ("town of ", "village of ", "borough of ", "township of ")
FORMS = ("city and county of ", "metropolitan government of ", "city of ", *TOWN_FORMS, *STATE_FORMS)
DIVISION = "ocd-division/"
COUNTRY = f"{DIVISION}country:us"
DIVISION_ID = re.compile(rf"{DIVISION}country:[a-z]{{2}}(/[a-z_]+:[\w.~-]+)*")
Identity = tuple[str, str, PlaceKind]


@dataclass(frozen=True)
class Jurisdiction:
    """Who can receive letters."""

    id: int
    name: str
    kind: PlaceKind
    #: A postal code; empty if the place lies in no state.
    state: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    #: Its Open Civic Data division, if that is known.
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
    def identity(self) -> Identity:
        """What no two places of a server have in common."""
        return self.name, self.state, self.kind

    @property
    def known_by(self) -> int | Identity:
        """Its id, or its identity while it is not recorded."""
        return self.id or self.identity

    @property
    def state_name(self) -> str:
        return STATES.get(self.state, "No state")

    def search_keys(self) -> tuple[str, ...]:
        """Every key (see `name_key`) that finds it: each name alone, with the postal code, and with the state."""
        keys: dict[str, None] = {}
        for name in (self.name, *self.aliases):
            bare = name_key(name)
            for form in (
                bare,
                f"{bare} {self.state.casefold()}",
                f"{bare} {name_key(self.state_name)}" if self.state else bare,
            ):
                if bare:
                    keys.setdefault(form.strip())
        if self.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT):
            keys.setdefault(self.state.casefold())
        if self.ocd_id:
            keys.setdefault(name_key(self.ocd_id))
        return tuple(keys)


@lru_cache(maxsize=2**14)  # the same names come again where thousands of places are looked up
def name_key(typed: str) -> str:
    """The form in which names are looked up.

    Case, accents and punctuation are dropped; "Saint" becomes "st", "Mt." "mount", "City of X" "x", "County of X" "x county"
    and "X, Calif." "x ca". A division id (`ocd_id`) stays as it is.
    """
    if typed.strip().casefold().startswith(DIVISION):
        return typed.strip().casefold()
    plain = fold(_with_postal_code(typed))
    for form in FORMS:
        plain = plain.removeprefix(form)
    if county := re.fullmatch(rf"county of (.+?)(?: ({_STATE}))?", plain):
        return f"{county[1]} county {county[2] or ''}".strip()
    return plain


def _with_postal_code(typed: str) -> str:
    """ "Salem, Ore." and "Salem (Ore.)" as "Salem, OR"; anything else, as "Salem, Oregon", as it is."""
    before, mark, last = typed.rpartition(",") if "," in typed else typed.rpartition("(")
    code = state_code(last) if before.strip() else None
    return f"{before}{mark}{code}" if code and fold(last) != fold(STATES[code]) else typed


def ocd_id(name: str, kind: PlaceKind, state: str, county: str = "") -> str | None:
    """The Open Civic Data division id that follows from the place's name; None without a known state, and
    for kinds that the Census list does not have: institutions, tribes, school districts.

    `county` is the full name of the county that a township belongs to, where the name itself does not end in it. Two places
    of one state may get the same id in this way. The project then tells them apart by hand, in its own list; so None if
    the name shows that there are several ("Reno, Lamar County").

    Source: Open Civic Data Enhancement Proposal 2 (small letters; spaces become underscores; what is not a letter, a digit or
    one of ._- becomes a tilde) and that project's notes on U.S. divisions (the word for the kind is dropped; consolidated
    cities and counties go by the county; parishes, boroughs, census areas and municipios have types of their own).
    """
    if kind in NOT_IN_LISTS or state not in STATES:
        return None
    root = f"{COUNTRY}/{_state_type(state)}:{state.casefold()}"
    if kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT):
        return root
    if kind in (PlaceKind.COUNTY, PlaceKind.CITY_AND_COUNTY):
        return f"{root}/{_county_division(name, state)}"
    if told_apart := re.fullmatch(r"(.+), (.+ (?:County|Parish))", name):
        name, county = told_apart[1], told_apart[2]
        if not name.endswith(" Township"):
            return None
    if county and state not in NEW_ENGLAND:
        root = f"{root}/{_county_division(county, state)}"
    return f"{root}/place:{type_id(_bare(name, kind, state))}"


# Towns of New England cover their state and come directly below it; townships elsewhere come below their county.
NEW_ENGLAND = frozenset({"CT", "MA", "ME", "NH", "RI", "VT"})
# Places whose usual name is not the one that the Census uses, and so the division id.
_CENSUS_NAMES = {("New York City", "NY"): "New York", ("Boise", "ID"): "Boise City"}
_COUNTY_WORDS = re.compile(r" (County|Parish|Census Area|Municipio|City and Borough|Borough|Municipality)$")
# In small letters it is the word for the kind ("Jersey City city"); in capitals it belongs to the name.
_PLACE_WORDS = re.compile(
    r" (city and borough|city|town|village|borough|township|plantation|municipality|corporation|Township|Plantation)$"
)


def _state_type(state: str) -> str:
    return "district" if state == "DC" else "territory" if state in TERRITORIES else "state"


def _county_division(name: str, state: str) -> str:
    """county:cook; parish:orleans; census_area:nome"""
    word = (
        "census_area"
        if name.endswith(" Census Area")
        else {"AK": "borough", "LA": "parish", "PR": "municipio"}.get(state, "county")
    )
    return f"{word}:{type_id(_COUNTY_WORDS.sub('', name))}"


def _bare(name: str, kind: PlaceKind, state: str) -> str:
    name = _CENSUS_NAMES.get((name, state), name)
    if kind is PlaceKind.METRO:  # named for its city: Nashville-Davidson, Hartsville/Trousdale County, Louisville Metro
        return re.split(r"[-/,]| Metro\b", name)[0]
    bare = _PLACE_WORDS.sub("", name)
    return bare if bare != name else re.sub(r"^(City|Town|Village|Borough|Township) of (the )?", "", name)


def type_id(name: str) -> str:
    """A name as the last part of a division id: small letters, underscores for spaces, a tilde for what may not be in one."""
    return re.sub(r"[^\w.~-]", "~", re.sub(r"\.? ", "_", name.casefold()))


_STATE = "|".join(sorted({fold(form) for item in STATES.items() for form in item}, key=len, reverse=True))
