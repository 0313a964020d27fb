"""Which of the places that bear a name is meant, and why it should be looked at; none where it is not settled."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reader.gazetteer.government_names import CITY_LIKE
from bot.reader.gazetteer.written_names import COUNTY_LIKE, WrittenName, place_as_written
from bot.record.place_names import fold, state_code
from bot.record.places import Jurisdiction, PlaceKind

# Cities that stand alone in datelines, without their state (Associated Press Stylebook, "datelines").
ALONE = {
    "Atlanta": "GA", "Baltimore": "MD", "Boston": "MA", "Chicago": "IL", "Cincinnati": "OH", "Cleveland": "OH", "Dallas": "TX",
    "Denver": "CO", "Detroit": "MI", "Honolulu": "HI", "Houston": "TX", "Indianapolis": "IN", "Las Vegas": "NV",
    "Los Angeles": "CA", "Miami": "FL", "Milwaukee": "WI", "Minneapolis": "MN", "New Orleans": "LA", "Oklahoma City": "OK",
    "Philadelphia": "PA", "Phoenix": "AZ", "Pittsburgh": "PA", "St. Louis": "MO", "Salt Lake City": "UT", "San Antonio": "TX",
    "San Diego": "CA", "San Francisco": "CA", "Seattle": "WA",
}  # fmt: skip
TOWNSHIPS = frozenset({"IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "NJ", "NY", "OH", "PA", "SD", "WI"})
ALL_KNOWN = COUNTY_LIKE | {"metro", "city and county", "city and borough"}  # our own list has them all
UNMISTAKABLE = frozenset({"ocd-division/country:us/district:dc", "ocd-division/country:us/state:ny/place:new_york"})
_ALONE = {fold(name): state for name, state in ALONE.items()}


@dataclass(frozen=True)
class ResolvedPlace:
    """The place that is meant, or None and those that may be. `doubt` says in words why it should be looked at."""

    place: Jurisdiction | None
    candidates: tuple[Jurisdiction, ...] = ()
    doubt: str = ""


def in_state(read: WrittenName, candidates: tuple[Jurisdiction, ...], is_complete: bool) -> ResolvedPlace:
    """The city of that name in the state, else the only place of it."""
    cities = [place for place in candidates if place.kind in CITY_LIKE]
    if len(cities) == 1:
        return ResolvedPlace(cities[0], candidates)
    if len(candidates) == 1 and (is_complete or read.word or not _may_share(candidates[0])):
        return ResolvedPlace(candidates[0], candidates)
    return ResolvedPlace(None, candidates)


def without_state(read: WrittenName, candidates: tuple[Jurisdiction, ...], is_complete: bool) -> ResolvedPlace:
    """A state; a city that newspapers name alone; the only city of the name, or the only place, where all are known."""
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
        why = f"No state is written. {known[0].label} is read: newspapers name it without its state."
        return ResolvedPlace(known[0], candidates, why)
    if len(cities) == 1 and is_complete and read.word not in COUNTY_LIKE:
        why = f"No state is written. {cities[0].label} is the only city of that name."
        return ResolvedPlace(cities[0], candidates, why)
    settled = tuple(place for place in candidates if place.kind is not PlaceKind.TOWN)
    return ResolvedPlace(None, settled or candidates)


def of_other_kind(read: WrittenName, candidates: tuple[Jurisdiction, ...]) -> ResolvedPlace:
    """ "Town of Seattle, Washington": the city, where it is the only place of that name; no county where a city is written."""
    only = candidates[0]
    wide = (PlaceKind.COUNTY, PlaceKind.STATE)
    is_town = read.word not in {*COUNTY_LIKE, "state"} and not read.county
    if len(candidates) == 1 and read.state and only.kind not in wide and is_town:
        return ResolvedPlace(only, candidates, f"Written as a {read.word}; {only.full_label} is the only place of that name.")
    return ResolvedPlace(None, candidates, f"Written as a {read.word}, and no {read.word} of that name is known.")


def _may_share(place: Jurisdiction) -> bool:
    """Whether one that only the full list knows may bear the name too: a county's, or a town's where there are townships."""
    return (place.kind is PlaceKind.COUNTY and place.state != "PR") or (
        place.kind is PlaceKind.TOWN and place.state in TOWNSHIPS
    )


def unlisted(written: str, state: str | None, known: tuple[Jurisdiction, ...] = ()) -> ResolvedPlace:
    """Where not all governments are known: the place that the name says by itself, with its state and its kind; it is asked
    about where the kind is not said, or where others of the name, of another kind, are `known`."""
    place, is_said = place_as_written(written, state_code(state) if state else None)
    if place is None:
        return ResolvedPlace(None, known)
    why = (
        f"{place.label} is not in the list of places that ships with this bot, which is not complete: check how it is spelled."
    )
    return ResolvedPlace(place if is_said and not known else None, (place, *known), why)
