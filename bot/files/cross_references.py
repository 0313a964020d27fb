"""Whether everything that a record file names is defined in it.

Works on the bare JSON, so that these mistakes are reported together with those that the types find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.files.mistakes import where

Path = tuple[int | str, ...]


def broken_references(raw: dict[str, Any]) -> list[str]:
    """Names that appear twice, and names of sources, places and letters that the file does not define."""
    mistakes = [*_duplicates(raw), *_unknown_sources(raw, "sources", _keys(raw.get("sources")))]
    return [*mistakes, *_letters(raw), *_events(raw)]


def label(place: dict[str, Any]) -> str | None:
    """How a place of the file is named elsewhere in it; None if the entry is too broken to say."""
    name, state = place.get("name"), place.get("state")
    if not isinstance(name, str):
        return None
    alone = place.get("kind") in ("state", "federal-district") or not isinstance(state, str) or not state
    return name if alone else f"{name}, {state}"


def _letters(raw: dict[str, Any]) -> Iterator[str]:
    places = _labels(raw)
    for path, letter in _entries(raw, "letters"):
        recipients = _texts(letter.get("recipients"))
        at = where(path, raw)
        yield from _repeated(recipients, f"{at} / recipients")
        yield from (f"{at} / recipients: {_no_place(name)}" for name in recipients if name not in places)
        exceptions = [entry for _, entry in _entries(letter, "deadlines")]
        named = [entry["who"] for entry in exceptions if isinstance(entry.get("who"), str)]
        yield from _repeated(named, f"{at} / deadlines")
        yield from (f"{at} / deadlines: “{name}” is not a recipient of this letter" for name in named if name not in recipients)
        for due in (letter.get("deadline"), *(entry.get("deadline") for entry in exceptions)):
            yield from _before_sent(letter, due, at)


def _before_sent(letter: dict[str, Any], due: Any, at: str) -> Iterator[str]:
    """ISO dates compare as texts."""
    sent, on = letter.get("sent"), due.get("on") if isinstance(due, dict) else None
    if isinstance(sent, str) and isinstance(on, str) and len(sent) == len(on) == 10 and on < sent:
        yield f"{at} / deadline: {on} is before the letter was sent ({sent})"


def _events(raw: dict[str, Any]) -> Iterator[str]:
    places = _labels(raw)
    recipients: dict[Any, list[str]] = {
        letter["slug"]: _texts(letter.get("recipients"))
        for _, letter in _entries(raw, "letters")
        if isinstance(letter.get("slug"), str)
    }
    sets = {slug: set(names) for slug, names in recipients.items()}
    for path, event in _entries(raw, "events"):
        at, letter, who = where(path, raw), event.get("letter"), event.get("who")
        if isinstance(letter, str) and letter not in recipients:
            yield f"{at} / letter: there is no letter “{letter}” in this file"
        named = _texts(who)
        yield from _repeated(named, f"{at} / who")
        yield from (f"{at} / who: {_no_place(name)}" for name in named if name not in places)
        if isinstance(who, dict):
            yield from _all_of(who, recipients, at)
            excepted = _texts(who.get("except"))
            named = [name for name in recipients.get(str(who.get("all_of")), []) if name not in excepted]
        received = sets.get(letter, places) if isinstance(letter, str) else places
        strangers = [name for name in named if name in places and name not in received]
        yield from (f"{at} / who: “{name}” did not receive the letter {letter}" for name in strangers)


def _all_of(who: dict[str, Any], recipients: dict[Any, list[str]], at: str) -> Iterator[str]:
    slug, excepted = who.get("all_of"), _texts(who.get("except"))
    if isinstance(slug, str) and slug not in recipients:
        yield f"{at} / who / all_of: there is no letter “{slug}” in this file"
    elif isinstance(slug, str):
        strangers = [name for name in excepted if name not in recipients[slug]]
        yield from (f"{at} / who / except: “{name}” did not receive the letter {slug}" for name in strangers)
        if not set(recipients[slug]) - set(excepted):
            yield f"{at} / who: names nobody"


def _duplicates(raw: dict[str, Any]) -> Iterator[str]:
    for part, name in (("letters", "slug"), ("events", "id")):
        yield from _repeated([entry[name] for _, entry in _entries(raw, part) if isinstance(entry.get(name), str)], part)
    places = [label(place) for _, place in _entries(raw, "jurisdictions")]
    yield from _repeated([place for place in places if place], "jurisdictions")


def _unknown_sources(here: Any, part: str, known: set[str], path: str = "") -> Iterator[str]:
    """Unknown keys in every list called `sources`, wherever it is below `here`."""
    entries = here if isinstance(here, dict) else dict(enumerate(here)) if isinstance(here, list) else {}
    for step, value in entries.items():
        if step == "sources" and isinstance(value, list):
            missing = [key for key in _texts(value) if key not in known]
            yield from (f"{path or part}: there is no source “{key}” in this file" for key in missing)
        elif isinstance(value, (dict, list)):
            name = where((step,), here)
            yield from _unknown_sources(value, part, known, f"{path} / {name}" if path else name)


def _repeated(names: list[str], at: str) -> Iterator[str]:
    yield from (f"{at}: “{name}” appears {count} times" for name, count in Counter(names).items() if count > 1)


def _entries(holder: dict[str, Any], key: str) -> list[tuple[Path, dict[str, Any]]]:
    value = holder.get(key)
    entries = value if isinstance(value, list) else []
    return [((key, index), entry) for index, entry in enumerate(entries) if isinstance(entry, dict)]


def _labels(raw: dict[str, Any]) -> set[str]:
    return {name for _, place in _entries(raw, "jurisdictions") if (name := label(place))}


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _no_place(name: str) -> str:
    return f"there is no place “{name}” in this file's jurisdictions"
