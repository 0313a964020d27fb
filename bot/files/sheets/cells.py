"""Single cells of a spreadsheet, read strictly. CaseError says what is wrong with a cell and what to write instead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import DateOrder, parse_date
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.place_names import state_code
from bot.record.places import DIVISION_ID, PlaceKind
from bot.record.sources import Source

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are the full-width forms of the first
IS_FORMULA = "is a formula, not text"
KINDS = {kind.words: kind for kind in PlaceKind} | {
    "consolidated city county": PlaceKind.CITY_AND_COUNTY,
    "city county": PlaceKind.CITY_AND_COUNTY,
    "metro government": PlaceKind.METRO,
    "metropolitan government": PlaceKind.METRO,
    "district": PlaceKind.FEDERAL_DISTRICT,
    "parish": PlaceKind.COUNTY,
}
LONGEST_SOURCE = 500


def written(cell: str) -> str:
    """The cell without the apostrophe that an export puts before what a spreadsheet would run (`case_table.harmless`)."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


def no_formula(cell: str, signs: tuple[str, ...] = FORMULAS) -> str:
    """The cell as `written`; CaseError if a spreadsheet would run it."""
    if cell.startswith(signs):
        raise CaseError(f"“{clipped(cell)}” {IS_FORMULA}; write the text itself.")
    return written(cell)


def limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CaseError(f"is {len(text):,} characters long; at most {limit:,} fit.")
    return text


def read_kind(text: str) -> PlaceKind:
    """A kind of place by its words: "city and county", "City-and-County", "parish"."""
    kind = KINDS.get(" ".join(re.sub(r"[-_/\s]+", " ", text.casefold()).split()))
    if kind is None:
        raise CaseError(f"“{clipped(text)}” is not a kind of place. Kinds: {', '.join(known.words for known in PlaceKind)}.")
    return kind


def read_state(text: str) -> str:
    """A state's postal code, from the code, the name, or a form of it that newspapers use."""
    if code := state_code(text):
        return code
    raise CaseError(f"“{clipped(text)}” is not a state. Write its name or postal code, like California or CA.")


def read_sent(text: str, zone: ZoneInfo, order: DateOrder | None = None) -> When:
    """The date on a letter, or as precisely as the record has it (see `record.dates.When`); `order` as in `parse_date`."""
    if re.fullmatch(r"\d{4}-\d\d|\d{4}-\d\d-\d\dT.+|by \S+|between \S+ and \S+", text):
        return When(text, zone)
    return When(parse_date(text, order=order).isoformat(), zone)


def read_sources(text: str) -> tuple[Source, ...]:
    """Addresses and titles, separated by semicolons; addresses alone may be separated by spaces."""
    parts: list[str] = []
    for part in re.split(r";(?:\s+|$)|\n", text):
        words = part.split()
        addresses = len(words) > 1 and all(re.match(r"https?://", word) for word in words)
        parts += words if addresses else [" ".join(words)]
    return tuple(dict.fromkeys(_source(part) for part in parts if part))


def _source(text: str) -> Source:
    """An address, a title, or a title and an address after it."""
    limited(text, LONGEST_SOURCE)
    link = re.search(r"\S+://\S*", text)
    if not link:
        if len(text) < 3 or not any(character.isalpha() for character in text):
            raise CaseError(f"“{clipped(text)}” is too short to be a source. Write an address or a title.")
        return Source(text)
    before, address, after = text[: link.start()].strip(" -–—:,"), link[0], text[link.end() :].strip()
    host, path = _host(address)
    if after or not host or set(address) & set('<>"'):
        raise CaseError(
            f"“{clipped(text)}” is not one address, with or without a title before it. Separate several sources by semicolons."
        )
    return Source(before or f"{host}{path.rstrip('/')}", address)


def _host(address: str) -> tuple[str, str]:
    """Host and path of an address that can be opened; empty if it is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    opens = parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc
    return (host, parts.path) if opens else ("", "")


def read_list(text: str) -> tuple[str, ...]:
    """Texts separated by semicolons."""
    return tuple(dict.fromkeys(part for part in (part.strip() for part in re.split(r"[;\n]", text)) if part))


def read_ocd_id(text: str) -> str:
    if not DIVISION_ID.fullmatch(text):
        raise CaseError(f"“{clipped(text)}” is not an Open Civic Data id, like ocd-division/country:us/state:co/place:denver.")
    return text


def clipped(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
