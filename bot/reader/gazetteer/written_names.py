"""Takes a written name of a place apart: the name itself, the word for its kind, the state, the county."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.record.place_names import STATES, fold, state_code
from bot.record.places import Jurisdiction, PlaceKind, ocd_id

BEFORE = {
    "city and county of": "city and county",
    "city and borough of": "city and borough",
    "metropolitan government of": "metro",
    "consolidated city of": "city",
    "charter township of": "township",
    "incorporated village of": "village",
    "municipality of": "municipality",
    "county of": "county",
    "parish of": "parish",
    "city of": "city",
    "town of": "town",
    "village of": "village",
    "borough of": "borough",
    "township of": "township",
    "state of": "state",
    "commonwealth of": "state",
    "territory of": "state",
}
BEHIND = {
    "metropolitan government": "metro",
    "metro government": "metro",
    "metro": "metro",
    "city and borough": "city and borough",
    "census area": "census area",
    "charter township": "charter township",
    "county": "county",
    "parish": "parish",
    "municipio": "municipio",
    "municipality": "municipality",
    "borough": "borough",
    "township": "township",
    "village": "village",
    "plantation": "plantation",
    "town": "town",
    "city": "city",
    "state": "state",
}
COUNTY_WORDS = frozenset({"county", "parish"})
_BEFORE = re.compile(rf"(?:the )?({'|'.join(BEFORE)}) (?:the )?(.+)", re.IGNORECASE)
_BEHIND = re.compile(rf"(.+?) ({'|'.join(BEHIND)})(?: government)?")
_NAME = re.compile(r"[A-Z][\w.'’-]*( [\w.'’&/-]+){0,4}")
_KINDS = {
    "city": PlaceKind.CITY,
    "town": PlaceKind.TOWN,
    "village": PlaceKind.TOWN,
    "borough": PlaceKind.TOWN,
    "township": PlaceKind.TOWN,
}


@dataclass(frozen=True)
class WrittenName:
    """One reading of a written name. `bare` is folded; `word`, `state` (postal code) and `county` are empty if not given."""

    bare: str
    word: str = ""
    state: str = ""
    county: str = ""


def name_readings(written: str) -> Iterator[WrittenName]:
    """How a name may be read, likeliest first: "Jersey City" is a name rather than the city of Jersey.

    1. A state or county after a comma or in brackets is one.
    2. Words before a name ("City of") are never part of it. Words after it ("City", "Village") may be; "County" is not.
    3. Without a comma, the last words may be the state: "Denver CO", "Jackson Mississippi".
    """
    rest, state = state_of(written)
    rest, county = _county_of(rest)
    plain = fold(rest)
    seen = [WrittenName(read.bare, read.word, state, county) for read in _forms(plain)]
    if not state:
        words = plain.split()
        for count in (3, 2, 1):
            code = state_code(" ".join(words[-count:])) if len(words) > count else None
            if code:
                seen += [WrittenName(read.bare, read.word, code, county) for read in _forms(" ".join(words[:-count]))]
    yield from dict.fromkeys(seen)


def _forms(plain: str) -> Iterator[WrittenName]:
    before, behind = _BEFORE.fullmatch(plain), _BEHIND.fullmatch(plain)
    if before:
        yield WrittenName(before[2], BEFORE[before[1]])
    if behind and BEHIND[behind[2]] in COUNTY_WORDS:
        yield WrittenName(behind[1], BEHIND[behind[2]])
    if plain:
        yield WrittenName(plain)
    if behind and BEHIND[behind[2]] not in COUNTY_WORDS:
        yield WrittenName(behind[1], BEHIND[behind[2]])
    if plain.startswith("the "):
        yield from _forms(plain.removeprefix("the "))


def state_of(written: str) -> tuple[str, str]:
    """The name without the state after a comma or in brackets, and the postal code of that state, or an empty text."""
    for brackets in re.finditer(r"\(([^()]+)\)", written):
        if code := state_code(brackets[1]):
            return written[: brackets.start()] + written[brackets.end() :], code
    rest, comma, last = written.rstrip(" ,").rpartition(",")
    code = state_code(last) if comma and rest.strip() else None
    return (rest, code) if code else (written, "")


def _county_of(rest: str) -> tuple[str, str]:
    """The name without the county after a comma, and that county folded: "Washington Township, Adams County"."""
    before, comma, last = rest.rpartition(",")
    plain = fold(last)
    if comma and before.strip() and re.fullmatch(r".+ (county|counties|parish)|county of .+", plain):
        return before, re.sub(r"^county of (.+)", r"\1 county", plain)
    return rest, ""


def shortened_state(written: str) -> str | None:
    """The postal code of a state's short form: "IL" (in capitals only, since "in" and "or" are words), "Calif.", "D.C."."""
    plain = written.strip()
    code = state_code(plain)
    return code if code and (plain == code or "." in plain) and fold(plain) != fold(STATES[code]) else None


def place_as_written(written: str, state: str | None = None) -> tuple[Jurisdiction | None, bool]:
    """The place that a name with a state describes, and whether the name says its kind; otherwise it is taken for a city.

    None without a state, if it does not look like a name, and for counties, since all of them are known. The division id is
    made from the name by the usual rules.
    """
    rest, code = state_of(written.replace("&", " and "))
    rest, county = _county_of(" ".join(rest.split()))
    before = _BEFORE.fullmatch(rest)
    behind = re.fullmatch(r"(.+) (county|parish|township)", rest, re.IGNORECASE)
    name = before[2] if before else behind[1] if behind else rest
    word = BEFORE[before[1].lower()] if before else behind[2].lower() if behind else ""
    kind = _KINDS.get(word or "city")
    code = code or state or ""
    if not code or kind is None or not _NAME.fullmatch(name):
        return None, False
    name = name.title() if name.isupper() else name
    name = f"{name} Township" if word == "township" else name
    if county:
        name = f"{name}, {county.title()}"
    # The id of a township contains its county, so it cannot be made without one.
    division = None if word == "township" or county else ocd_id(name, kind, code)
    return Jurisdiction(0, name, kind, code, ocd_id=division or ""), bool(word)
