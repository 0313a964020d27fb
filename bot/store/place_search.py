"""Places by a name that is being typed, or is typed wrongly. It works on a list in memory and needs no database."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import islice

from rapidfuzz import fuzz, process

from bot.record.name_matches import match_name
from bot.record.place_names import fold
from bot.record.places import Jurisdiction
from bot.record.said_names import begun_name, contradicts, last_words_as_state, readings, says_another
from bot.store.begun_names import begun_readings
from bot.store.name_list import NameList

Scorer = Callable[..., float]
ALIKE = 70  # of 100: below this, one name is not taken for a typing mistake of the other
MISSPELLED = 80  # of 100: as ALIKE, where something is recorded of the place that is picked
COMPARED = 25  # places, of which it is looked closer at whether they may be meant
SHORT = 4  # characters: names below this are not compared for typing mistakes


def closest(names: NameList, typed: str, limit: int) -> list[int]:
    """The ids of the places that may be meant by a name that is being typed, best first (see `NameList.ranked`).

    Only places of the kind and in the state that were said ("state of", "new york state", "Portland, ME"); but a name that
    begins just as typed is always one: "Jackson, Mi" may become "Jackson, Mississippi".
    """
    ranked = names.ranked(typed, begun_readings(typed), 2 * limit)
    return list(islice((place_id for place_id in ranked if may_be_meant(names.place(place_id), typed)), limit))


def may_be_meant(place: Jurisdiction, typed: str) -> bool:
    """Whether a name of the place begins just as typed, or nothing that was said contradicts it."""
    if not contradicts(place, typed):
        return True
    literal = fold(typed)
    return bool(literal) and any(key.startswith(literal) for key in place.search_keys())


def alike(names: NameList, typed: str, limit: int, scorer: Scorer = fuzz.WRatio) -> Iterator[list[int]]:
    """The ids of the places with names like this one, whatever mistakes are in it, in the last step of the iterator. Every name
    is compared, some milliseconds of work before each step."""
    wanted = begun_name(typed).key
    best: list[tuple[float, int]] = []
    for slice_of_names in names.names(SHORT) if wanted else ():
        for text in dict.fromkeys((wanted, last_words_as_state(wanted)[0])):
            similar = process.extract(text, slice_of_names, scorer=scorer, limit=limit * 4, score_cutoff=ALIKE)
            best += [(-score, position) for _, score, position in similar]
        best = heapq.nsmallest(limit * 4, best)
        yield []
    ids = dict.fromkeys(names.place_at(position) for _, position in best)
    yield [place_id for place_id in ids if may_be_meant(names.place(place_id), typed)][:limit]


def misspelled(names: NameList, typed: str, limit: int) -> Iterator[list[int]]:
    """The ids of the places whose name was begun, or has typing mistakes (see `is_misspelling`), best first, in the last step
    of the iterator. As `alike`."""
    ids = dict.fromkeys(closest(names, typed, COMPARED))
    for similar in alike(names, typed, COMPARED, fuzz.ratio):
        ids |= dict.fromkeys(similar)
        yield []
    yield [place_id for place_id in ids if is_misspelling(typed, names.place(place_id))][:limit]


def is_misspelling(typed: str, place: Jurisdiction) -> bool:
    """Whether what was typed may be a name of the place with a typing mistake, or the beginning of one: near enough to be
    offered for recording."""
    wanted, literal = begun_name(typed).key, fold(typed)
    keys = place.search_keys()
    if not wanted:
        return False
    if any(key.startswith((wanted, literal)) for key in keys):
        return True
    return not says_another(place, typed) and any(fuzz.ratio(wanted, key) >= MISSPELLED for key in keys)


def exact_label(names: NameList, place: Jurisdiction) -> str:
    """Its name and state if they are an exact name of it; else its full name, since another recorded place has that too."""
    known = names.called(said for group in readings(place.label) for said in group)
    return place.label if match_name(place.label, known, ()).is_exact else place.full_label
