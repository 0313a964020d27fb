"""Whether two places are the same, by their names and division ids."""

from __future__ import annotations

from bot.record.place_kinds import PlaceKind
from bot.record.place_names import fold
from bot.record.places import TOWN_FORMS, Jurisdiction, name_key


def is_alike(known: Jurisdiction, place: Jurisdiction) -> bool:
    """Whether two places of one kind and state are the same: the name of either is among the names of the other.

    An alias that both have proves nothing: "OSU" is three universities.
    """
    if (known.kind, known.state) != (place.kind, place.state) or is_other_division(known, place):
        return False
    return certain_name(known.name, known.kind) in certain_names(place) or (
        certain_name(place.name, place.kind) in certain_names(known)
    )


def certain_name(name: str, kind: PlaceKind) -> str:
    """The form in which equal names, in one state and of one kind, are the same place.

    That is `name_key`, but for towns it keeps the words before the name: the Town and the Village of Hempstead are of one kind,
    and two governments.
    """
    if kind is not PlaceKind.TOWN:
        return name_key(name)
    plain = fold(name)
    before = "township of "
    return f"{plain.removeprefix(before)} township" if plain.startswith(before) else plain


def certain_names(place: Jurisdiction) -> set[str]:
    """All names of a place in that form. The short one of "Village of Hempstead" is left out: it is the town's."""
    names = {certain_name(name, place.kind) for name in (place.name, *place.aliases)}
    if place.kind is PlaceKind.TOWN and (name := fold(place.name)).startswith(TOWN_FORMS):
        names.discard(name_key(name))
    return names - {""}


def is_other_division(known: Jurisdiction, place: Jurisdiction) -> bool:
    """Whether the two have different division ids; False if one of them has none."""
    return bool(known.ocd_id and place.ocd_id and known.ocd_id != place.ocd_id)
