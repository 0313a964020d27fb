"""Places that are not recorded yet, by a name that says which government it is."""

from __future__ import annotations

import re

from bot.desk.inputs import limited
from bot.record.place_kinds import NOT_IN_LISTS, STATELESS, PlaceKind, WrittenKind, of_its_kind, read_kind
from bot.record.place_names import STATES, read_state
from bot.record.places import Jurisdiction
from bot.record.said_names import begun_name, kinds_of, last_words_as_state, taken_apart

LONGEST_NAME = 90
_BEFORE = {
    "city and county of": WrittenKind(PlaceKind.CITY_AND_COUNTY),
    "city and borough of": WrittenKind(PlaceKind.CITY_AND_COUNTY),
    "charter township of": WrittenKind(PlaceKind.TOWN, "township"),
    "incorporated village of": WrittenKind(PlaceKind.TOWN, "village"),
    "commonwealth of": WrittenKind(PlaceKind.STATE),
    "territory of": WrittenKind(PlaceKind.STATE),
    "township of": WrittenKind(PlaceKind.TOWN, "township"),
    "village of": WrittenKind(PlaceKind.TOWN, "village"),
    "borough of": WrittenKind(PlaceKind.TOWN, "borough"),
    "county of": WrittenKind(PlaceKind.COUNTY),
    "parish of": WrittenKind(PlaceKind.COUNTY),
    "state of": WrittenKind(PlaceKind.STATE),
    "city of": WrittenKind(PlaceKind.CITY),
    "town of": WrittenKind(PlaceKind.TOWN),
}
_FORM = re.compile(rf"(?:the )?({'|'.join(_BEFORE)}) (?:the )?(.+)", re.IGNORECASE)
# "Oak Park village": in small letters it is the word for the kind. "Elk Grove Village" has it in its name, and is a town too.
_KIND_BEHIND = re.compile(r"(.+) ((?i:county|parish|township|school district)|village|borough|Village|Borough)")
_IN_COUNTY = re.compile(r".+, .+ (county|parish)", re.IGNORECASE)


def read_new_place(text: str, kind: WrittenKind | None = None, state: str | None = None) -> Jurisdiction | None:
    """A place that says its kind and its state: "Boulder, CO (city)", "Village of Oak Park, IL", "Cook County, IL".

    `kind` and `state` (a postal code) fill in what it lacks. None if one is missing; CaseError for a kind or a state that does
    not exist.
    """
    rest, in_parentheses, code = taken_apart(text)
    rest = " ".join(rest.split()).strip(" ,")
    if unknown := re.search(r"\(([^()]*)\)\s*$", rest):
        read_kind(unknown[1])
    if "," in rest and not _IN_COUNTY.fullmatch(rest):
        read_state(rest.rpartition(",")[2].strip())
    if not rest:
        return None
    code = code or state or ""
    name, in_name, aliases = _named_with_kind(limited("The name", rest, LONGEST_NAME), code)
    written = in_parentheses or in_name or kind
    if written is None:
        return None
    if written.kind is PlaceKind.STATE:
        code = read_state(name)
        return Jurisdiction(0, STATES[code], PlaceKind.STATE, code)
    name, of_kind = of_its_kind(name, written, code)
    if not code and of_kind not in STATELESS:
        return None
    return Jurisdiction(0, name, of_kind, code, aliases)


def _named_with_kind(rest: str, state: str) -> tuple[str, WrittenKind | None, tuple[str, ...]]:
    """The name as it is recorded, the kind that it says, and its other names."""
    if form := _FORM.fullmatch(rest):
        phrase, name = form[1].lower(), form[2]
        kind = _BEFORE[phrase]
        if kind.kind is PlaceKind.COUNTY:
            return f"{name} {'Parish' if phrase == 'parish of' or state == 'LA' else 'County'}", kind, ()
        if phrase == "town of":
            return name, kind, (f"Town of {name}",)
        recorded, _ = of_its_kind(name, kind, state)
        return recorded, kind, (name,) if kind.word in ("village", "borough") and recorded != name else ()
    behind = _KIND_BEHIND.fullmatch(rest)
    if not behind:
        return rest, None, ()
    name, word = behind[1], behind[2]
    if word.lower() in ("county", "parish", "school district"):
        return rest, read_kind(word), ()
    if word.lower() == "township" or word.islower():
        kind = read_kind(word)
        recorded, _ = of_its_kind(name, kind, state)
        return recorded, kind, (name,) if kind.word in ("village", "borough") else ()
    return rest, WrittenKind(PlaceKind.TOWN if word == "Village" or state != "AK" else PlaceKind.COUNTY), ()


def listed_places(text: str, kind: WrittenKind | None = None, state: str | None = None) -> tuple[Jurisdiction, ...]:
    """The governments of the list in use that bear the name in its state, of the kind that was said, if one was.

    Empty if no list of all governments is in use, or no state is given. Reads the list at the first call (about 0.5 s).
    """
    from bot.reader.gazetteer.gazetteer import gazetteer

    governments = gazetteer()
    rest, in_parentheses, code = taken_apart(text)
    written, code = in_parentheses or kind, code or state or ""
    if not code:  # "Columbus Ohio"
        rest, code = last_words_as_state(rest)
    if not governments.is_complete or not code or not rest.strip() or (written and written.kind in NOT_IN_LISTS):
        return ()
    kinds = begun_name(rest).kinds
    if written and (in_parentheses or not kinds):
        kinds = kinds_of(written.kind)
        rest, _ = of_its_kind(rest.strip(), written, code)
    of_name = governments.named(rest, code)
    return tuple(place for place in of_name if place.state == code and (not kinds or place.kind in kinds))
