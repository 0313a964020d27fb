"""What may be meant by a name that is still being typed: places, letters and open cases, best first.

Typing mistakes are forgiven. Each suggestion is a value to submit and a text to show.
"""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.desk.lookups import letter_line
from bot.desk.session import Session
from bot.record.deadlines.zones import zone_names
from bot.record.place_names import STATES
from bot.record.places import name_key
from bot.record.said_names import contradicts
from bot.store import cases, places
from bot.words.settings import calendar_words
from bot.words.status import case_line

#: As many as Discord shows (Discord docs, "Application Commands › Autocomplete").
MOST = 25
#: Of 100: below this, two names are not a typing mistake apart.
ALIKE = 70

Suggestions = dict[str, str]  # the text to show, by the value to submit


async def places_like(session: Session, typed: str) -> list[str]:
    """Exact names of places: in full for those whose short name another recorded place has too."""
    return await places.labels_like(session.conn, session.server.id, typed, MOST)


async def letters_like(session: Session, typed: str) -> Suggestions:
    """Letters by their short names, newest first."""
    letters = await cases.letters_of(session.conn, session.server.id)
    return matching(typed, {letter.slug: letter_line(letter) for letter in letters[::-1]})


async def open_cases_like(session: Session, typed: str) -> Suggestions:
    """Open cases by their numbers, for a number or words of the case's line."""
    recorded = [(case, case.at(session.now)) for case in await cases.of_server(session.conn, session.server.id)]
    open_cases = [(case, case_state) for case, case_state in recorded if case_state.is_open]
    number = typed.strip().lstrip("#")
    if number.isdigit():
        numbered = [pair for pair in open_cases if str(pair[0].number).startswith(number)]
        return {str(case.number): case_line(case, case_state) for case, case_state in numbered[:MOST]}
    named = {place for place in {case.place for case, _ in open_cases} if not contradicts(place, typed)}
    lines = {str(case.number): case_line(case, case_state) for case, case_state in open_cases if case.place in named}
    return matching(typed, lines)


def states_like(typed: str) -> Suggestions:
    """States by their postal codes."""
    names = {code: f"{name} ({code})" for code, name in STATES.items()}
    code = typed.strip().upper()
    return {code: names[code]} if code in names else matching(typed, names)


def zones_like(typed: str) -> Suggestions:
    """Time zones by their names."""
    return matching(typed.replace("_", " "), {name: name.replace("_", " ") for name in zone_names()})


def calendars_like(typed: str) -> Suggestions:
    """Calendars by their codes. Not from the library of holidays, which takes a while to load."""
    names = {"none": "none: no holidays; only closures move a deadline"}
    return matching(typed, names | {name: calendar_words(name) for name in ("US", *(f"US-{code}" for code in STATES))})


def matching(typed: str, names: Mapping[str, str]) -> Suggestions:
    """Of texts by value, those with a word that begins so; if there are none, those most like it."""
    wanted = name_key(typed)
    plain = {value: name_key(name) for value, name in names.items()}
    values = [value for value, name in plain.items() if f" {wanted}" in f" {name}"] if wanted else list(names)
    if not values:
        alike = process.extract(wanted, plain, scorer=fuzz.WRatio, limit=MOST, score_cutoff=ALIKE)
        values = [value for _, _, value in alike]
    return {value: names[value] for value in values[:MOST]}
