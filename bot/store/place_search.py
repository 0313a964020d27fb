"""Places by a name that is being typed, or is typed wrongly. It works on names in memory and needs no database."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.record.place_names import fold
from bot.record.places import Jurisdiction, name_key
from bot.record.said_names import begun_name, contradicts, says_another

ALIKE = 70  # of 100: below this, one name is not taken for a typing mistake of the other
MISSPELLED = 80  # of 100: as ALIKE, where something is recorded of the place that is picked
SHORT = 4  # characters: names below this are not compared for typing mistakes
UNLIKE = 4  # after every other rank


def closest(typed: str, names: Sequence[tuple[str, Jurisdiction]], limit: int) -> list[Jurisdiction]:
    """Of places with the names that find them, those that may be meant, best first.

    Only places of the kind and in the state that were said ("state of", "new york state", "Portland, ME"); but a name that
    begins just as typed is always one: "Jackson, Mi" may become "Jackson, Mississippi".

    1. Names that begin with what was typed.
    2. Names with a word that begins with it, then those where only the state behind the name does.
    3. Typing mistakes.
    """
    wanted, literal = begun_name(typed).key, fold(typed)
    names = _without_contradictions(typed, names, literal)
    ranks = [(_rank(wanted, literal, name, place), at) for at, (name, place) in enumerate(names)]
    order = [at for rank, at in sorted(ranks) if rank < UNLIKE]
    if wanted and len({names[at][1].id for at in order}) < limit:
        # Without postal codes and the like, which are part of many other words.
        alike_to = {at: name for at, (name, _) in enumerate(names) if len(name) >= SHORT}
        alike = process.extract(wanted, alike_to, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=ALIKE)
        order += [at for _, _, at in alike]
    return list({names[at][1].id: names[at][1] for at in order}.values())[:limit]


def misspelled(typed: str, keys: Sequence[str]) -> set[int]:
    """Where the search keys are that what was typed begins, or that it may be with a typing mistake: near enough to be offered
    for recording."""
    beginnings = _beginnings(typed)
    alike = process.extract(begun_name(typed).key, keys, scorer=fuzz.ratio, score_cutoff=MISSPELLED, limit=None)
    return {at for at, key in enumerate(keys) if key.startswith(beginnings)} | {at for _, _, at in alike}


def is_misspelling(typed: str, place: Jurisdiction) -> bool:
    """Whether a place with a key that is `misspelled` may be meant: not if another kind or state was said."""
    begins = any(key.startswith(_beginnings(typed)) for key in place.search_keys())
    return begins or not says_another(place, typed)


def _beginnings(typed: str) -> tuple[str, ...]:
    """What a key begins with that was only begun; empty if nothing was typed."""
    wanted = begun_name(typed).key
    return (wanted, fold(typed)) if wanted else ()


def _without_contradictions(
    typed: str, names: Sequence[tuple[str, Jurisdiction]], literal: str
) -> list[tuple[str, Jurisdiction]]:
    begun = {place.id for name, place in names if literal and name.startswith(literal)}
    others = {place.id: place for _, place in names if place.id not in begun}
    refused = {place_id for place_id, place in others.items() if contradicts(place, typed)}
    return [(name, place) for name, place in names if place.id not in refused]


def _rank(wanted: str, literal: str, name: str, place: Jurisdiction) -> int:
    if literal and name.startswith(literal):
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" not in name:
        return UNLIKE
    bare = name.removesuffix(f" {place.state.casefold()}").removesuffix(f" {name_key(place.state_name)}")
    return 2 if f" {wanted}" in bare else 3
