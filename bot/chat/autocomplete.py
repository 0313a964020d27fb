"""What appears while a person types an option: at most 25 choices, each name at most 100 characters.

(Discord docs, "Application Commands › Autocomplete")
"""

from __future__ import annotations

from collections import Counter

from discord.app_commands import Choice
from rapidfuzz import fuzz, process

from bot.chat.inputs import letter_line
from bot.chat.session import Interaction, reading
from bot.desk.session import Session
from bot.record.deadlines.zones import zone_names
from bot.record.places import STATES, key
from bot.store import cases, places
from bot.words.settings import calendar_words
from bot.words.status import case_line

MOST = 25


async def place_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    async with reading(interaction) as session:
        return [_choice(label, label) for label in await _labels(session, current)]


async def places_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Several places separated by semicolons: the last one is completed, the others are kept."""
    *before, last = current.split(";")
    kept = "".join(f"{name.strip()}; " for name in before if name.strip())
    async with reading(interaction) as session:
        whole = [kept + label for label in await _labels(session, last)]
    return [_choice(value, value) for value in whole if len(value) <= 100]


async def letter_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    async with reading(interaction) as session:
        letters = await cases.letters_of(session.conn, session.server.id)
    names = {one.slug: letter_line(one) for one in letters[::-1]}
    return [_choice(names[slug], slug) for slug in _matching(current, names)]


async def case_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Open cases, by number or place."""
    async with reading(interaction) as session:
        found = [(case, case.at(session.now)) for case in await cases.of_server(session.conn, session.server.id)]
    names = {str(case.number): case_line(case, case_state) for case, case_state in found if case_state.is_open}
    number = current.strip().lstrip("#")
    if number.isdigit():
        return [_choice(name, value) for value, name in names.items() if value.startswith(number)][:MOST]
    return [_choice(names[value], value) for value in _matching(current, names)]


async def state_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    names = {code: f"{name} ({code})" for code, name in STATES.items()}
    if current.strip().upper() in names:
        return [_choice(names[current.strip().upper()], current.strip().upper())]
    return [_choice(names[code], code) for code in _matching(current, names)]


async def zone_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    names = {name: name.replace("_", " ") for name in zone_names()}
    return [_choice(names[name], name) for name in _matching(current.replace("_", " "), names)]


async def calendar_choices(interaction: Interaction, current: str) -> list[Choice[str]]:
    """By code or the state's name; not from the library of holidays, which takes a while to load."""
    names = {"none": "none: no holidays, nothing rolls"}
    names |= {name: calendar_words(name) for name in ("US", *(f"US-{code}" for code in STATES))}
    return [_choice(names[name], name) for name in _matching(current, names)]


async def _labels(session: Session, typed: str) -> list[str]:
    found = await places.suggest(session.conn, session.server.id, typed, MOST)
    names = Counter(name for place in found for name in place.search_keys())
    labels = [place.label if names[key(place.label)] == 1 else place.full_label for place in found]
    return [label for label in labels if len(label) <= 100]


def _matching(typed: str, names: dict[str, str]) -> list[str]:
    """The keys whose names hold what was typed, else those most like it: typing mistakes forgiven."""
    wanted = key(typed)
    plain = {value: key(name) for value, name in names.items()}
    holding = [value for value, name in plain.items() if f" {wanted}" in f" {name}"] if wanted else list(names)
    if not holding:
        alike = process.extract(wanted, plain, scorer=fuzz.WRatio, limit=MOST, score_cutoff=70)
        holding = [value for _, _, value in alike]
    return holding[:MOST]


def _choice(name: str, value: str) -> Choice[str]:
    return Choice(name=name if len(name) <= 100 else name[:99] + "…", value=value)
