"""What somebody says with a name: the name itself, a kind ("State of", "County", "(city)"), a state, and whom it can mean.

A name that is said with its kind or its state means a place of that kind and state and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.record.place_kinds import TOWN_WORDS, PlaceKind, WrittenKind, kind_named
from bot.record.place_names import STATES, fold, state_code
from bot.record.places import DIVISION, Jurisdiction, name_key

CITY_LIKE = frozenset({PlaceKind.CITY, PlaceKind.CITY_AND_COUNTY, PlaceKind.METRO, PlaceKind.FEDERAL_DISTRICT})
COUNTY_LIKE = frozenset({PlaceKind.COUNTY, PlaceKind.CITY_AND_COUNTY})
_STATE, _TOWN = frozenset({PlaceKind.STATE}), frozenset({PlaceKind.TOWN})
_COUNTY, _METRO, _CONSOLIDATED = (frozenset({kind}) for kind in (PlaceKind.COUNTY, PlaceKind.METRO, PlaceKind.CITY_AND_COUNTY))
#: "City of Denver": the kinds that the words before a name leave.
BEFORE = {
    "city and county of": _CONSOLIDATED,
    "city and borough of": _CONSOLIDATED,
    "metropolitan government of": _METRO,
    "metro government of": _METRO,
    "incorporated village of": _TOWN,
    "charter township of": _TOWN,
    "school district of": frozenset({PlaceKind.SCHOOL_DISTRICT}),
    "municipality of": CITY_LIKE | _TOWN,
    "commonwealth of": _STATE,
    "territory of": _STATE,
    "township of": _TOWN,
    "village of": _TOWN,
    "borough of": _TOWN | COUNTY_LIKE,
    "county of": COUNTY_LIKE,
    "parish of": COUNTY_LIKE,
    "state of": _STATE,
    "st of": _STATE,
    "city of": CITY_LIKE,
    "town of": _TOWN,
}
#: "Denver County": the kinds that the words behind a name leave. They belong to the names of many places.
BEHIND = {
    "metropolitan government": _METRO,
    "unified school district": frozenset({PlaceKind.SCHOOL_DISTRICT}),
    "school district": frozenset({PlaceKind.SCHOOL_DISTRICT}),
    "city and borough": _CONSOLIDATED,
    "city and county": _CONSOLIDATED,
    "charter township": _TOWN,
    "metro government": _METRO,
    "census area": _COUNTY,
    "municipality": CITY_LIKE | COUNTY_LIKE | _TOWN,
    "municipio": _COUNTY,
    "township": _TOWN,
    "borough": _TOWN | COUNTY_LIKE,
    "village": _TOWN,
    "county": COUNTY_LIKE,
    "parish": COUNTY_LIKE,
    "nation": frozenset({PlaceKind.TRIBE}),
    "metro": _METRO,
    "state": _STATE,
    "tribe": frozenset({PlaceKind.TRIBE}),
    "city": CITY_LIKE,
    "town": _TOWN,
}
#: What many names end with: "Jersey City" is first the place of that whole name, then a city called Jersey.
_PART_OF_NAMES = frozenset({"city", "town", "village", "borough", "nation", "municipality"})
#: Of these, the ones of which both names are common: Carson and Carson City, Park and Park City. In small letters behind a
#: name in capitals they are the kind: "Chicago city".
_COMMON_ENDINGS = ("city", "town", "village")
_KIND_IN_SMALL_LETTERS = re.compile(rf".*[A-Z].* (?:{'|'.join(_COMMON_ENDINGS)})(?: government)?[\s,]*")
#: Words that belong to the names of their kinds: "Cook (county)" is Cook County.
_BELONGING = {
    PlaceKind.COUNTY: ("county", "parish"),
    PlaceKind.SCHOOL_DISTRICT: ("school district",),
    PlaceKind.TRIBE: ("nation", "tribe"),
    PlaceKind.METRO: ("metro",),
}
_BEFORE = re.compile(rf"(?:the )?({'|'.join(BEFORE)})(?: (.*))?")
_BEHIND = re.compile(rf"(.+?) ({'|'.join(BEHIND)})(?: government)?")
_INVERTED = re.compile(r"(.+),\s*((?:the )?(?:" + "|".join(BEFORE) + r"))(?: the)?\s*", re.IGNORECASE)  # "New York, State of"
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_POSSESSIVE = re.compile(r"['’]s?\s*$")


@dataclass(frozen=True)
class SaidName:
    """One way to read a typed name."""

    #: The forms of the name, folded, one of which a place has to bear.
    names: tuple[str, ...]
    #: The kinds that were said; empty if none was.
    kinds: frozenset[PlaceKind] = frozenset()
    #: The postal code of the state that was said.
    state: str = ""
    #: Which kind of town was said (see TOWN_WORDS; also "town", if it was said as "Town of").
    word: str = ""
    #: Whether a kind stood in parentheses, as full names have it: "Denver, IL (city)".
    in_full: bool = False
    #: Whether the word for the kind may belong to another name: "Carson City", read as the city called Carson.
    may_be_longer: bool = False


@dataclass(frozen=True)
class BegunName:
    """A name that is still being typed: what it says so far."""

    #: How the name begins, as a search key.
    key: str
    kinds: frozenset[PlaceKind] = frozenset()
    state: str = ""


@lru_cache(maxsize=2**10)
def readings(typed: str) -> tuple[tuple[SaidName, ...], ...]:
    """The ways to read a typed name, likeliest first; those of one group are equally likely.

    1. The whole as it stands. Then a kind in parentheses and a state, after a comma or in parentheses, are what they are.
    2. Words for a kind before the name ("City of") are never part of it. Words behind it may be: "Jersey City" is that name
       first, "Cook County" both.
    3. Without a comma the last words may be the state: "Denver CO".
    4. A short form of a state ("Calif."). A possessive: "Chicago's".
    """
    if typed.strip().casefold().startswith(DIVISION):
        return ((SaidName((name_key(typed),)),),)
    rest, kind, state = taken_apart(typed)
    groups: list[tuple[SaidName, ...]] = [(SaidName((fold(typed),)),)] if not kind else []
    groups += _with_state(rest, kind, state)
    if "(" in typed:  # "Louisville-Jefferson (KY) County" has it in its name
        groups += _with_state(*taken_apart(typed, states_in_parentheses=False))
    if (code := state_code(rest)) and not (kind or _BEFORE.fullmatch(fold(rest)) or fold(rest) == fold(STATES[code])):
        kinds = frozenset({PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT})
        groups.append((SaidName((fold(STATES[code]),), kinds, code),))
    if owned := _POSSESSIVE.search(typed):
        groups += readings(typed[: owned.start()])
    return tuple(group for group in groups if any(said.names for said in group))


def _with_state(rest: str, kind: WrittenKind | None, state: str) -> list[tuple[SaidName, ...]]:
    """The readings of a name; if no state was written apart from it, also with its last words as the state."""
    groups = _forms_as_written(rest, kind, state)
    name, code = last_words_as_state(rest) if not state else (rest, "")
    return groups + _forms_as_written(name, kind, code) if code else groups


def _forms_as_written(name: str, kind: WrittenKind | None, state: str) -> list[tuple[SaidName, ...]]:
    groups = _forms(fold(name), kind, state)
    if _KIND_IN_SMALL_LETTERS.fullmatch(name):
        return [tuple(replace(said, may_be_longer=False) for said in group) for group in groups]
    return groups


def last_words_as_state(name: str) -> tuple[str, str]:
    """ "Denver CO" and "Jackson Mississippi" as name and postal code; the code is empty if no state is there."""
    words = name.split()
    for count in (3, 2, 1):
        if len(words) > count and (code := state_code(" ".join(words[-count:]))):
            return " ".join(words[:-count]), code
    return name, ""


def taken_apart(typed: str, states_in_parentheses: bool = True) -> tuple[str, WrittenKind | None, str]:
    """The name, the kind in parentheses, and the postal code of the state: "Jackson, Mississippi (city)"."""
    kind, state, rest = None, "", typed
    for part in _IN_PARENTHESES.finditer(typed):
        if kind is None and (written := kind_named(part[1])):
            kind = written
        elif states_in_parentheses and not state and (code := state_code(part[1])):
            state = code
        else:
            continue
        rest = rest.replace(part[0], " ")
    before, _, last = rest.rstrip(" ,").rpartition(",")
    if before.strip() and not state and (code := state_code(last)):
        rest, state = before, code
    if inverted := _INVERTED.fullmatch(rest):
        rest = f"{inverted[2]} {inverted[1]}"
    return rest, kind, state


def _forms(plain: str, written: WrittenKind | None, state: str) -> list[tuple[SaidName, ...]]:
    """The readings of a folded name without its state, in groups."""
    if written:
        words = _BELONGING.get(written.kind, ("township",) if written.word == "township" else ())
        names = (plain, *(f"{plain} {word}" for word in words))
        said_in_full = SaidName(_beside_state(names, state), kinds_of(written.kind), state, written.word, in_full=True)
        fitting = [said for said in _with_words(plain) if written.kind in said.kinds]
        without_words = tuple(
            replace(
                said_in_full,
                names=_beside_state(said.names, state),
                word=written.word or said.word,
                may_be_longer=said.may_be_longer,
            )
            for said in fitting
        )
        return [(said_in_full,), without_words]
    whole = SaidName(_beside_state((plain,), state), state=state)
    of_kind = tuple(replace(said, state=state) for said in _with_words(plain))
    may_be_part = not _BEFORE.fullmatch(plain) and plain.split()[-1:] and plain.split()[-1] in _PART_OF_NAMES
    groups = [(whole,), of_kind] if may_be_part else [(whole, *of_kind)]
    if plain.startswith("the "):
        groups += _forms(plain.removeprefix("the "), None, state)
    return [group for group in groups if group]


def _with_words(plain: str) -> Iterator[SaidName]:
    """The name without the words for its kind, as far as it has any."""
    if (before := _BEFORE.fullmatch(plain)) and before[2]:
        name = re.sub(r"^the ", "", before[2])
        phrase, word = before[1], before[1].removesuffix(" of").split()[-1]
        keys = [before[2], name, *([f"{name} {word}"] if word in ("county", "parish", "township") else [])]
        if BEFORE[phrase] == _STATE and (code := state_code(name)):
            keys.append(fold(STATES[code]))
        yield SaidName(tuple(dict.fromkeys(keys)), BEFORE[phrase], word=_town_word(word))
    elif (behind := _BEHIND.fullmatch(plain)) and behind[2]:
        keys = [behind[1]]
        if behind[2] == "state" and (code := state_code(behind[1])):
            keys.append(fold(STATES[code]))
        word = behind[2].split()[-1]
        yield SaidName((*keys, plain), BEHIND[behind[2]], word=_town_word(word), may_be_longer=word in _COMMON_ENDINGS)


def _town_word(word: str) -> str:
    return word if word in (*TOWN_WORDS, "town") else ""


def kinds_of(kind: PlaceKind) -> frozenset[PlaceKind]:
    """A city-and-county is both a city and a county."""
    both = {PlaceKind.CITY, PlaceKind.COUNTY}
    return frozenset({kind, PlaceKind.CITY_AND_COUNTY}) if kind in both else frozenset({kind})


def _beside_state(names: tuple[str, ...], state: str) -> tuple[str, ...]:
    """Names, also with the state as part of them: "Washington, D.C."."""
    if not state:
        return names
    return (*names, *(f"{name} {form}" for name in names for form in (state.casefold(), fold(STATES[state]))))


def bears(place: Jurisdiction, said: SaidName) -> bool:
    """Whether the place has that name, whatever kind and state were said with it."""
    return not _names_of(place).isdisjoint(said.names)


@lru_cache(maxsize=2**14)
def _names_of(place: Jurisdiction) -> frozenset[str]:
    names = {fold(name) for name in (place.name, *place.aliases)}
    for name in (place.name, *place.aliases):
        form = _BEFORE.fullmatch(fold(name))
        if not form or place.kind in BEFORE[form[1]]:  # "City of Hope" is an institution, and not called Hope
            names.add(name_key(name))
    if place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT):
        names.add(place.state.casefold())
    if place.ocd_id:
        names.add(name_key(place.ocd_id))
    return frozenset(names - {""})


def fits(place: Jurisdiction, said: SaidName) -> bool:
    """Whether the place has that name, and is of the kind and in the state that were said with it.

    Not a town that is recorded without its word, for "Village of X": a village is not the town of its name. Nor a city called
    Park for "Park City, KS (city)", which says the kind apart."""
    if said.in_full and said.may_be_longer and said.word not in town_words(place):
        return False
    is_known_word = place.kind is not PlaceKind.TOWN or said.word not in TOWN_WORDS or said.word in town_words(place)
    return is_known_word and bears(place, said) and agrees(place, said)


def agrees(place: Jurisdiction, said: SaidName) -> bool:
    """Whether the place is of the kind and in the state that were said."""
    if said.state and place.state != said.state:
        return False
    if said.kinds and place.kind not in said.kinds:
        return False
    return place.kind is not PlaceKind.TOWN or not said.word or said.word in (town_words(place) or {said.word})


@lru_cache(maxsize=2**14)
def town_words(place: Jurisdiction) -> frozenset[str]:
    """The words by which a place of the kind `town` is known: {"village"} of the Village of Hempstead; empty if it has none."""
    words: set[str] = set()
    for name in (place.name, *place.aliases):
        before = _BEFORE.fullmatch(fold(name))
        behind = re.fullmatch(r".+ (township)", fold(name))
        words |= {_town_word(before[1].removesuffix(" of").split()[-1])} if before else {behind[1]} if behind else set()
    return frozenset(words - {""})


def keys_of(typed: str) -> frozenset[str]:
    """The search keys (`places.name_key`) under which every place is found that a typed name can mean."""
    names = {name for group in readings(typed) for said in group for name in said.names}
    return frozenset((names | {name_key(typed)} | {name_key(name) for name in names}) - {""})


@lru_cache(maxsize=2**10)
def begun_name(typed: str) -> BegunName:
    """What a name says that is still being typed: "state of", "state of new" and "new york state" ask for a state."""
    rest, kind, state = taken_apart(typed)
    key = name_key(rest if not state else f"{rest}, {state}")
    kinds = kinds_of(kind.kind) if kind else frozenset[PlaceKind]()
    if before := _BEFORE.fullmatch(fold(rest)):
        name = re.sub(r"^the ", "", before[2] or "")
        return BegunName(f"{name} {state.casefold()}".strip(), kinds or BEFORE[before[1]], state)
    if (behind := _BEHIND.fullmatch(fold(rest))) and behind[2] not in _PART_OF_NAMES and not kinds:
        bare = behind[1] if behind[2] == "state" else key
        return BegunName(bare, BEHIND[behind[2]], state)
    return BegunName(key, kinds, state)


def contradicts(place: Jurisdiction, typed: str) -> bool:
    """Whether a kind or a state was said that is not the place's: "State of New York" for the city, "Chicago Indiana" for
    Chicago in Illinois.

    Words that can be part of a name contradict a place only if it bears the name without them.
    """
    begun = begun_name(typed)
    if (begun.kinds and place.kind not in begun.kinds) or (begun.state and place.state != begun.state):
        return True
    said_names = [said for group in readings(typed) for said in group]
    if all(agrees(place, said) for said in said_names):  # `bears` is slow for thousands of places
        return False
    borne = [said for said in said_names if bears(place, said)]
    return bool(borne) and not any(agrees(place, said) for said in borne)


def says_another(place: Jurisdiction, typed: str) -> bool:
    """Whether a name that nobody bears still says another state or kind, whatever is misspelled in it: "Chcago IN" for Chicago
    in Illinois, "South Carolina" for North Carolina, "Jefferson City" for Jefferson County."""
    rest, code = last_words_as_state(taken_apart(typed)[0])
    code = state_code(begun_name(typed).key) or state_code(typed) or code
    if code and place.state != code:
        return True
    is_part_of_name = any(fold(name).endswith(fold(rest).rpartition(" ")[2]) for name in (place.name, *place.aliases))
    return not is_part_of_name and any(not agrees(place, said) for said in _with_words(fold(rest)))


def is_namesake(place: Jurisdiction, typed: str) -> bool:
    """Whether the place bears the name, but not with the kind and the state that were said: "Portland, ME" for Portland, OR."""
    return contradicts(place, typed) and any(bears(place, said) for group in readings(typed) for said in group)


def with_kind(typed: str) -> tuple[str, WrittenKind] | None:
    """Name and kind of "Denver, CO (city and county)" or "New York State"; None if no kind is written behind the name."""
    parts = re.fullmatch(r"\s*(.+?)\s*\(\s*([a-z _-]+?)\s*\)\s*|\s*(.+?)\s+(state)\s*", typed, re.IGNORECASE)
    written = kind_named(parts[2] or parts[4]) if parts else None
    return (parts[1] or parts[3], written) if parts and written else None
