"""Whether everything a record file names exists in it. Works on the bare JSON, so that it speaks beside the other checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.files.mistakes import where

Path = tuple[int | str, ...]


def loose_ends(raw: dict[str, Any]) -> list[str]:
    """Names that stand twice, and names of sources, places and letters that the file does not define."""
    mistakes = [*_twice(raw), *_unknown_sources(raw, "sources", _keys(raw.get("sources")))]
    return [*mistakes, *_letters(raw), *_events(raw)]


def label(place: dict[str, Any]) -> str | None:
    """How a place of the file is named elsewhere in it; None where the entry is too broken to say."""
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
        yield from _doubled(recipients, f"{at} / recipients")
        yield from (f"{at} / recipients: {_no_place(one)}" for one in recipients if one not in places)
        exceptions = [one for _, one in _entries(letter, "deadlines")]
        yield from _doubled([one["who"] for one in exceptions if isinstance(one.get("who"), str)], f"{at} / deadlines")
        for one in exceptions:
            if isinstance(one.get("who"), str) and one["who"] not in recipients:
                yield f"{at} / deadlines: “{one['who']}” is not a recipient of this letter"
        for due in (letter.get("deadline"), *(one.get("deadline") for one in exceptions)):
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
    for path, event in _entries(raw, "events"):
        at, letter, who = where(path, raw), event.get("letter"), event.get("who")
        if isinstance(letter, str) and letter not in recipients:
            yield f"{at} / letter: there is no letter “{letter}” in this file"
        named = _texts(who)
        yield from _doubled(named, f"{at} / who")
        yield from (f"{at} / who: {_no_place(one)}" for one in named if one not in places)
        if isinstance(who, dict):
            yield from _all_of(who, recipients, at)
            named = [one for one in recipients.get(str(who.get("all_of")), []) if one not in _texts(who.get("except"))]
        received = recipients.get(letter, []) if isinstance(letter, str) and letter in recipients else places
        strangers = [one for one in named if one in places and one not in received]
        yield from (f"{at} / who: “{one}” did not receive the letter {letter}" for one in strangers)


def _all_of(who: dict[str, Any], recipients: dict[Any, list[str]], at: str) -> Iterator[str]:
    slug = who.get("all_of")
    if isinstance(slug, str) and slug not in recipients:
        yield f"{at} / who / all_of: there is no letter “{slug}” in this file"
    elif isinstance(slug, str):
        strangers = [one for one in _texts(who.get("except")) if one not in recipients[slug]]
        yield from (f"{at} / who / except: “{one}” did not receive the letter {slug}" for one in strangers)
        if not set(recipients[slug]) - set(_texts(who.get("except"))):
            yield f"{at} / who: names nobody"


def _twice(raw: dict[str, Any]) -> Iterator[str]:
    for part, name in (("letters", "slug"), ("events", "id")):
        yield from _doubled([e[name] for _, e in _entries(raw, part) if isinstance(e.get(name), str)], part)
    yield from _doubled([found for _, place in _entries(raw, "jurisdictions") if (found := label(place))], "jurisdictions")


def _unknown_sources(here: Any, part: str, known: set[str], path: str = "") -> Iterator[str]:
    """Every list called `sources`, wherever it stands below `here`."""
    entries = here if isinstance(here, dict) else dict(enumerate(here)) if isinstance(here, list) else {}
    for step, value in entries.items():
        if step == "sources" and isinstance(value, list):
            missing = [one for one in _texts(value) if one not in known]
            yield from (f"{path or part}: there is no source “{one}” in this file" for one in missing)
        elif isinstance(value, (dict, list)):
            name = where((step,), here)
            yield from _unknown_sources(value, part, known, f"{path} / {name}" if path else name)


def _doubled(names: list[str], at: str) -> Iterator[str]:
    yield from (f"{at}: “{name}” stands {count} times" for name, count in Counter(names).items() if count > 1)


def _entries(holder: dict[str, Any], key: str) -> list[tuple[Path, dict[str, Any]]]:
    found = holder.get(key)
    listed = found if isinstance(found, list) else []
    return [((key, index), entry) for index, entry in enumerate(listed) if isinstance(entry, dict)]


def _labels(raw: dict[str, Any]) -> set[str]:
    return {found for _, place in _entries(raw, "jurisdictions") if (found := label(place))}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def _no_place(name: str) -> str:
    return f"there is no place “{name}” in this file's jurisdictions"
