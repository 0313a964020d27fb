"""Places by a name that is being typed, or is typed wrongly. It works on names in memory and needs no database."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.record.places import Jurisdiction, PlaceKind, name_key, wanted_of

ALIKE = 70  # of 100: below this, one name is not taken for a typing mistake of the other
SHORT = 4  # characters: names below this are not compared for typing mistakes
UNLIKE = 4  # after every other rank


def closest(typed: str, names: Sequence[tuple[str, Jurisdiction]], limit: int) -> list[Jurisdiction]:
    """Of places with the names that find them, those that may be meant, best first.

    1. Names that begin with what was typed; where a state is asked for ("state of", "new york state"), states first.
    2. Names with a word that begins with it, then those where only the state behind the name does.
    3. Typing mistakes.
    """
    wanted, state = wanted_of(typed)
    ranks = [(_rank(wanted, state, name, place), at) for at, (name, place) in enumerate(names)]
    order = [at for rank, at in sorted(ranks) if rank < UNLIKE]
    if wanted and len({names[at][1].id for at in order}) < limit:
        # Without postal codes and the like, which are part of many other words.
        alike_to = {at: name for at, (name, _) in enumerate(names) if len(name) >= SHORT}
        alike = process.extract(wanted, alike_to, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=ALIKE)
        order += [at for _, _, at in alike]
    return list({names[at][1].id: names[at][1] for at in order}.values())[:limit]


def _rank(wanted: str, state: bool, name: str, place: Jurisdiction) -> int:
    if name.startswith(wanted):
        return 0 if state and place.kind is PlaceKind.STATE else 1
    if f" {wanted}" not in name:
        return UNLIKE
    bare = name.removesuffix(f" {place.state.casefold()}").removesuffix(f" {name_key(place.state_name)}")
    return 2 if f" {wanted}" in bare else 3
