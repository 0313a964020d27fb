"""The full names that are printed find their places again when they are typed, whatever else is recorded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from bot.reader.gazetteer.gazetteer import gazetteer
from bot.record.name_matches import match_name
from bot.record.places import Jurisdiction
from bot.record.said_names import keys_of


def test_every_listed_place_is_exact_by_its_full_name_among_all_others() -> None:
    listed = sorted(gazetteer().places(), key=lambda place: place.full_label)
    everyone = [replace(place, id=at) for at, place in enumerate(listed, 1)]
    by_key: dict[str, dict[int, Jurisdiction]] = defaultdict(dict)
    for place in everyone:
        for key in place.search_keys():
            by_key[key][place.id] = place
    missed = []
    for place in everyone:
        known = {at: other for key in keys_of(place.full_label) for at, other in by_key[key].items()}
        match = match_name(place.full_label, list(known.values()), set())
        if not match.is_exact or match.places != (place,):
            missed.append((place.full_label, [other.full_label for other in match.places]))
    assert missed == []
    assert len(everyone) > 5_000
