"""Names of places that are the surname of somebody in the text."""

from __future__ import annotations

import re

from bot.reader.extract.place_lookup import PlaceLookup
from bot.reader.extract.place_patterns import NO_FIRST_NAMES, PERSONS
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.state_names import STATE
from bot.record.places import PlaceKind


def is_surname(flat: str, look: PlaceLookup, name: str, state: str | None) -> bool:
    """Whether it is the surname of somebody named in full elsewhere: "addressed to Hale", meaning Joe Hale.

    A state, and a city that newspapers name alone, is none; nor is a place of the state that the list is about. That a name
    is the only one of its kind in the list of governments proves nothing: there is one city of Hale.
    """
    if not re.fullmatch(r"[A-Z][a-z]+", name):
        return False
    place = look.resolve(name, state).place
    if place and (state or place.kind is PlaceKind.STATE or stands_alone_in(name)):
        return False
    if name not in look.people:
        look.people[name] = _has_first_name(flat, name)
    return look.people[name]


def _has_first_name(flat: str, name: str) -> bool:
    before = {match[1] for match in re.finditer(rf"\b([A-Z][a-z]+)\s+{name}\b", flat[:PERSONS])}
    return bool(before - NO_FIRST_NAMES) and not re.search(rf"\b{name},\s+{STATE}|\b(?:of|in)\s+{name}\b", flat[:PERSONS])
