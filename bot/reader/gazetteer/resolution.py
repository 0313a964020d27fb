"""Decides which place of a given name is meant, and why a person should check it; none if that is not certain."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reader.gazetteer.written_names import COUNTY_WORDS, WrittenName, place_as_written
from bot.record.place_names import fold, state_code
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.said_names import CITY_LIKE

# Cities that datelines name without a state (Associated Press Stylebook, "datelines").
ALONE = {
    "Atlanta": "GA", "Baltimore": "MD", "Boston": "MA", "Chicago": "IL", "Cincinnati": "OH", "Cleveland": "OH", "Dallas": "TX",
    "Denver": "CO", "Detroit": "MI", "Honolulu": "HI", "Houston": "TX", "Indianapolis": "IN", "Las Vegas": "NV",
    "Los Angeles": "CA", "Miami": "FL", "Milwaukee": "WI", "Minneapolis": "MN", "New Orleans": "LA", "Oklahoma City": "OK",
    "Philadelphia": "PA", "Phoenix": "AZ", "Pittsburgh": "PA", "St. Louis": "MO", "Salt Lake City": "UT", "San Antonio": "TX",
    "San Diego": "CA", "San Francisco": "CA", "Seattle": "WA",
}  # fmt: skip
TOWNSHIPS = frozenset({"IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "NJ", "NY", "OH", "PA", "SD", "WI"})
ALL_KNOWN = COUNTY_WORDS | {"metro", "city and county", "city and borough"}  # our own list is complete for these
UNMISTAKABLE = frozenset({"ocd-division/country:us/district:dc", "ocd-division/country:us/state:ny/place:new_york"})
_ALONE = {fold(name): state for name, state in ALONE.items()}
_BEGINNINGS = frozenset(name[:2] for name in (*_ALONE, "saint"))


@dataclass(frozen=True)
class ResolvedPlace:
    """The place that is meant, or None and those that may be."""

    place: Jurisdiction | None
    candidates: tuple[Jurisdiction, ...] = ()
    #: Why a person should check it, in words; None if it is certain which place is meant, or if there is nothing to say.
    doubt: str | None = None


def stands_alone_in(name: str) -> str | None:
    """The state of a city that newspapers name without it; None for other names."""
    return _ALONE.get(fold(name)) if name[:2].casefold() in _BEGINNINGS else None  # quicker than to fold each name


def in_state(read: WrittenName, candidates: tuple[Jurisdiction, ...], is_complete: bool) -> ResolvedPlace:
    """The city of that name in the state, else the only place of it."""
    cities = [place for place in candidates if place.kind in CITY_LIKE]
    if len(cities) == 1:
        return ResolvedPlace(cities[0], candidates)
    if len(candidates) == 1 and (is_complete or read.word or not _may_share(candidates[0])):
        return ResolvedPlace(candidates[0], candidates)
    return ResolvedPlace(None, candidates)


def without_state(read: WrittenName, candidates: tuple[Jurisdiction, ...], is_complete: bool) -> ResolvedPlace:
    """A state; a city that newspapers name alone; if all places are known, the only city or the only place of that name."""
    states = [place for place in candidates if place.kind is PlaceKind.STATE]
    cities = [place for place in candidates if place.kind in CITY_LIKE]
    if states:
        namesakes = [place for place in cities if fold(place.name) != read.bare]  # New York City, Washington, D.C.
        return ResolvedPlace(None, (*states, *namesakes)) if namesakes else ResolvedPlace(states[0], (states[0],))
    is_known_alone = is_complete or read.word in ALL_KNOWN or candidates[0].ocd_id in UNMISTAKABLE
    if len(candidates) == 1 and is_known_alone:
        return ResolvedPlace(candidates[0], candidates)
    known = [place for place in cities if place.state == _ALONE.get(read.bare)]
    if known and read.word in ("", "city", "city and county"):
        why = f"The text gives no state. Read as {known[0].label}, which newspapers name without its state."
        return ResolvedPlace(known[0], candidates, why)
    if len(cities) == 1 and is_complete and read.word not in COUNTY_WORDS:
        why = f"The text gives no state. {cities[0].label} is the only city of that name."
        return ResolvedPlace(cities[0], candidates, why)
    settled = tuple(place for place in candidates if place.kind is not PlaceKind.TOWN)
    return ResolvedPlace(None, settled or candidates)


def of_other_kind(read: WrittenName, candidates: tuple[Jurisdiction, ...]) -> ResolvedPlace:
    """ "Town of Seattle, Washington" is the city, as the only place of that name. A county is never read for a city."""
    only = candidates[0]
    wide = (PlaceKind.COUNTY, PlaceKind.STATE)
    is_town = read.word not in {*COUNTY_WORDS, "state"} and not read.county
    if len(candidates) == 1 and read.state and only.kind not in wide and is_town:
        return ResolvedPlace(only, candidates, f"Written as a {read.word}; {only.full_label} is the only place of that name.")
    return ResolvedPlace(None, candidates, f"Written as a {read.word}, but no {read.word} of that name is known.")


def _may_share(place: Jurisdiction) -> bool:
    """Whether the full list may have another place of this name: for a county, or a town in a state with townships."""
    return (place.kind is PlaceKind.COUNTY and place.state != "PR") or (
        place.kind is PlaceKind.TOWN and place.state in TOWNSHIPS
    )


def unlisted(written: str, state: str | None, known: tuple[Jurisdiction, ...] = ()) -> ResolvedPlace:
    """The place that the name itself describes, with its state and kind, if not all governments are known.

    It is only a candidate if the name does not say its kind, or if places of that name and another kind are `known`.
    """
    place, is_said = place_as_written(written, state_code(state) if state else None)
    if place is None:
        return ResolvedPlace(None, known)
    why = f"{place.label} is not in this bot's list of places, which is not complete: check the spelling."
    return ResolvedPlace(place if is_said and not known else None, (place, *known), why)
