"""Checks of what people type: sources, texts, states, zones.

Every function raises CaseError with what is wrong and what to do. None needs the database.
"""

from __future__ import annotations

import re
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.record.deadlines.zones import zone_named, zone_names
from bot.record.errors import CaseError
from bot.record.garbled_text import garbled
from bot.record.place_names import fold
from bot.record.quoting import clipped
from bot.record.sources import Source, is_title, title_of_address
from bot.words import errors
from bot.words.prose import listed

#: Characters of a text that has no other limit.
TEXT_LIMIT = 1000
SOURCE_LIMIT = 500
MOST_ZONES_NAMED = 8
SHORTEST = 3  # letters of all typed words together, so that "of" finds nothing
# Schemes of other than web addresses, like "javascript:alert(1)". "Data: what was sent" is a title: a space follows its colon.
_OTHER_SCHEME = re.compile(
    r"(?:javascript|vbscript|livescript)\s*:|(?:data|file|blob|about|mailto|tel|sms|ftp|ssh|chrome):\S", re.I
)
_ADDRESS = re.compile(r"[^\s<(\[]*://\S*")  # "https://example.org/a)" in "Report (https://example.org/a)"


def limited(what: str, text: str, limit: int = TEXT_LIMIT, *, is_new: bool = True) -> str:
    """The text without surrounding space; CaseError if nothing is left or it is longer than the limit.

    CaseError also for a text that a wrong encoding has garbled, unless it names what may be recorded under that name.
    """
    text = text.strip()
    if not text:
        raise CaseError(errors.empty(what))
    if len(text) > limit:
        raise CaseError(errors.too_long(what, len(text), limit))
    if is_new and (wrong := garbled(text)):
        raise CaseError(f"{what}: {wrong} Write it again.")
    return text


def read_lines(what: str, text: str, limit: int = 100, most: int = 10) -> tuple[str, ...]:
    """A list written one item per line, without repeats."""
    lines = [limited(f"A line of {what}", line, limit) for line in text.splitlines() if line.strip()]
    if len(lines) > most:
        raise CaseError(f"{what} has {len(lines)} lines; at most {most} fit.")
    return tuple(dict.fromkeys(lines))


def read_source(text: str) -> Source:
    """A source: an address, a title, or a title with an address after it.

    What could break out of `[title](<address>)` is percent-encoded in the address.
    """
    typed = " ".join(text.split())
    if not typed:
        raise CaseError(errors.NEEDS_SOURCE)
    limited("The source", typed, SOURCE_LIMIT)
    if _OTHER_SCHEME.match(typed):
        raise CaseError(_no_address(typed))
    match = _ADDRESS.search(typed)
    if not match:
        if not is_title(typed):
            raise CaseError(f"“{typed}” does not identify a source. {errors.NEEDS_SOURCE}")
        return Source(title=typed)
    before, address, after = typed[: match.start()], match[0], typed[match.end() :]
    for opening, closing in ("()", "<>", "[]"):
        if before.endswith(opening) and address.endswith(closing):
            before, address = before[:-1], address[:-1]
    if after:
        raise CaseError(
            f"An address has no spaces, so it is not clear what “{clipped(after.strip(), 100)}” after it means. "
            "Write the title first, then the address."
        )
    return _with_address(before, address)


def _with_address(title: str, address: str) -> Source:
    """A source with an address that can be opened; its host and path are the title if none is written."""
    own_title = title_of_address(address)
    if own_title is None:
        raise CaseError(_no_address(address))
    title = title.strip(" -–—:,()[]<>") or own_title
    return Source(title=clipped(title, 100), url=quote(address, safe="%/:?#[]@!$&'*+,;=~"))


def _no_address(typed: str) -> str:
    return f"“{clipped(typed, 100)}” is not an address that can be opened. An address begins with https:// or http://."


def read_zone(typed: str) -> ZoneInfo:
    """The time zone of that name, or the only one with these words in its name: "Denver" is America/Denver."""
    try:
        return zone_named(typed)
    except CaseError:
        names = [name for name in zone_names() if has_words(typed, name)]
        if not names:
            raise
    if len(names) == 1:
        return ZoneInfo(names[0])
    if len(names) > MOST_ZONES_NAMED:
        names = [*names[: MOST_ZONES_NAMED - 1], f"{len(names) - MOST_ZONES_NAMED + 1} more"]
    raise CaseError(f"“{typed}” may be {listed(names, 'or')}. Write the full name of the one you mean.")


def has_words(typed: str, *texts: str) -> bool:
    """Whether each typed word begins a word of the texts, and they are long enough together (`SHORTEST`)."""
    wanted, words = fold(typed).split(), fold(" ".join(texts)).split()
    return len("".join(wanted)) >= SHORTEST and all(any(word.startswith(start) for word in words) for start in wanted)
