"""What may be meant by a name that is still being typed: places, letters and open cases, best first.

Typing mistakes are forgiven. Each suggestion is a value to submit and a text to show.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from bot.desk.inputs import has_words
from bot.desk.letter_names import ALIKE, letter_names, matching_names
from bot.desk.session import Session
from bot.record.case import Case, CaseState
from bot.record.deadlines.zones import zone_names
from bot.record.place_names import STATES, fold
from bot.record.places import name_key
from bot.record.said_names import contradicts
from bot.store import case_pages, places
from bot.words.settings import calendar_words
from bot.words.status import case_line

#: As many as Discord shows (Discord docs, "Application Commands › Autocomplete").
MOST = 25
#: Cases that are read for one text; more only as long as none of them is open.
MOST_READ = 100
#: Words of a text that may be a name and words of a letter.
MOST_WORDS = 6

Suggestions = dict[str, str]  # the text to show, by the value to submit
OpenCase = tuple[Case, CaseState]


async def places_like(session: Session, typed: str) -> list[str]:
    """Exact names of places: in full for those whose short name another recorded place has too."""
    return await places.labels_like(session.conn, session.server.id, typed, MOST)


async def letters_like(session: Session, typed: str) -> Suggestions:
    """Letters by their short names, newest first."""
    names = await letter_names(session)
    return {name.slug: name.line for name in await matching_names(names[::-1], typed, MOST)}


async def open_cases_like(session: Session, typed: str) -> Suggestions:
    """Open cases by their numbers, for a number or words of the case's line.

    1. A number that is begun.
    2. A name of the place, perhaps with words of the letter before or behind it; then words of the letter.
    3. Other words of the line, or words like them, among the first `MOST_READ` cases.
    """
    conn, server_id, number = session.conn, session.server.id, typed.strip().lstrip("#")
    if number.isdecimal() or not number:
        return _lines(await _open_cases(session, case_pages.numbered_like(conn, server_id, number)))
    open_cases = await _of_named_places(session, typed)
    words = fold(typed).split()
    wanted = [name.id for name in await letter_names(session) if name.has_words(words)]
    if len(open_cases) < MOST and wanted:
        open_cases += await _open_cases(session, case_pages.of_letters(conn, server_id, wanted), typed)
    if open_cases:
        return _lines(open_cases)
    first = await _open_cases(session, case_pages.numbered_like(conn, server_id, ""), typed, MOST_READ)
    return matching(typed, {str(case.number): case_line(case, case_state) for case, case_state in first})


async def _of_named_places(session: Session, typed: str) -> list[OpenCase]:
    """The open cases of the places that may be meant, in their order: by the whole text, else by a part of it, if the rest are
    words of the letter."""
    words = typed.split()[:MOST_WORDS]
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) - 1, 0, -1)]
    for name, rest in ((typed, ""), *halves, *((last, first) for first, last in halves)):
        place_ids = await places.with_case_like(session.conn, session.server.id, name, MOST)
        pages = case_pages.of_places(session.conn, session.server.id, place_ids)
        open_cases = [
            (case, case_state)
            for case, case_state in await _open_cases(session, pages, typed, MOST_READ)
            if not rest or has_words(rest, case.letter.title, case.letter.slug)
        ]
        if open_cases:
            return sorted(open_cases, key=lambda pair: place_ids.index(pair[0].place.id))
    return []


async def _open_cases(session: Session, pages: AsyncIterator[list[Case]], typed: str = "", most: int = MOST) -> list[OpenCase]:
    """The first open cases, of places that nothing contradicts that was typed; of the first `MOST_READ` cases."""
    open_cases: list[OpenCase] = []
    read = 0
    async for page in pages:
        states = [(case, case.at(session.now)) for case in page if not contradicts(case.place, typed)]
        open_cases += [(case, case_state) for case, case_state in states if case_state.is_open]
        read += len(page)
        if len(open_cases) >= most or (read >= MOST_READ and open_cases):
            break
    return open_cases[:most]


def _lines(open_cases: Sequence[OpenCase]) -> Suggestions:
    return dict([(str(case.number), case_line(case, case_state)) for case, case_state in open_cases][:MOST])


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
