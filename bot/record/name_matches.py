"""Which of the recorded places a typed name means, and how sure that is. Nothing else decides whether a name is exact."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.record.place_kinds import PlaceKind
from bot.record.place_names import fold, state_code
from bot.record.places import Jurisdiction, name_key
from bot.record.said_names import SaidName, fits, readings, town_words


class MatchQuality(Enum):
    """How sure it is which place a name means."""

    #: One recorded place bears the name, with the kind and the state that were said, and no other does.
    EXACT = "exact"
    #: One place is likely meant: others bear the name but have no letter; or the name alone is a state's, and the place is not
    #: that state ("Nevada" for the city in Missouri); or a state is named with its own postal code; or a village is named by
    #: its short name and the kind "town"; or a city with "City" behind its name ("Carson City" for Carson). A read answers and
    #: says so; a write is confirmed first.
    PRESUMED = "presumed"
    #: Several places may be meant. It is asked which.
    SHARED = "shared"
    #: No recorded place bears the name with the kind and state that were said. Only a guess is left: spellings that are alike.
    NONE = "none"


@dataclass(frozen=True)
class PlaceMatch:
    """The places that a name may mean, each of the kind and in the state that were said with it."""

    #: One if it is exact or presumed, several to ask about if it is shared.
    places: tuple[Jurisdiction, ...]
    #: Others of that name, which have no letter.
    also: tuple[Jurisdiction, ...] = ()
    quality: MatchQuality = MatchQuality.EXACT

    @property
    def is_exact(self) -> bool:
        return self.quality is MatchQuality.EXACT


NOBODY = PlaceMatch((), (), MatchQuality.NONE)


def match_name(typed: str, known: Sequence[Jurisdiction], addressed: Container[int]) -> PlaceMatch:
    """Whom a person means by a name, of places that a search by `said_names.keys_of` found; `addressed` holds the ids of
    those that have a letter.

    1. Of the ways to read the name (`said_names.readings`), the likeliest that any place fits. Only places of the kind and
       state that were said fit.
    2. "New York, NY" is not the state if a city can be meant, "Denver, CO (city)" not the city-and-county if a city is there.
    3. One that is left is exact, if it is named without doubt (see `MatchQuality.PRESUMED`).
    4. Where one of several places has a letter and the others have none, that one is presumed.
    """
    for group in readings(typed):
        named = {place: [said for said in group if fits(place, said)] for place in known}
        named = {place: said for place, said in named.items() if said}
        if named:
            return _of_those(named, addressed)
    return NOBODY


def _of_those(named: dict[Jurisdiction, list[SaidName]], addressed: Container[int]) -> PlaceMatch:
    certain = {place: said for place, said in named.items() if any(_is_plain(place, one) for one in said)}
    places = _without_wider(certain or named)
    if len(places) == 1:
        is_exact = bool(certain) and not any(_is_name_of_other_state(places[0], said) for said in certain[places[0]])
        return PlaceMatch(places, (), MatchQuality.EXACT if is_exact else MatchQuality.PRESUMED)
    with_letter = tuple(place for place in places if place.id in addressed)
    if len(with_letter) == 1:
        return PlaceMatch(with_letter, tuple(place for place in places if place not in with_letter), MatchQuality.PRESUMED)
    return PlaceMatch(places, (), MatchQuality.SHARED)


def _is_plain(place: Jurisdiction, said: SaidName) -> bool:
    """Whether it is named without doubt: not a state like a city of it; nor a village by its short name and the kind "town",
    which would be the full name of another town; nor Carson as "Carson City"."""
    if said.may_be_longer and said.word not in town_words(place):
        return False
    if place.kind is PlaceKind.STATE and said.state and not said.kinds:
        return False
    if place.kind is not PlaceKind.TOWN:
        return True
    return bool(said.word) or not said.in_full or fold(place.name) in said.names


def _is_name_of_other_state(place: Jurisdiction, said: SaidName) -> bool:
    """Whether the name, without any kind or state, is that of a state ("Nevada", also "Ohio State" for the university), and the
    place is not that state."""
    if said.kinds or said.state:
        return False
    is_state = place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)
    return any(
        code and not (is_state and place.state == code)
        for code in (state_code(name.removesuffix(" state")) for name in said.names)
    )


def _without_wider(named: dict[Jurisdiction, list[SaidName]]) -> tuple[Jurisdiction, ...]:
    """Without a city-and-county, if a kind stands in parentheses and a place of that name and state and of just that kind is
    recorded."""
    in_full = any(said.in_full for said_names in named.values() for said in said_names)
    exact = {(name_key(place.name), place.state) for place in named if place.kind is not PlaceKind.CITY_AND_COUNTY}
    wider = {
        place
        for place in named
        if in_full and place.kind is PlaceKind.CITY_AND_COUNTY and (name_key(place.name), place.state) in exact
    }
    return tuple(place for place in named if place not in wider)
