"""The rules of reading: named patterns, each with examples that are its test; and the lists of words that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

WORDS = Path(__file__).resolve().parents[1] / "data" / "words"


@cache
def entries(name: str) -> tuple[str, ...]:
    """The lines of `bot/data/words/NAME.txt`. Those that begin with "#" are notes."""
    lines = (line.strip() for line in (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def word_set(name: str) -> frozenset[str]:
    """The same in small letters, for looking up whole words."""
    return frozenset(entry.casefold() for entry in entries(name))


@cache
def words(name: str) -> str:
    """The words of `bot/data/words/NAME.txt` as one pattern (`any_of`)."""
    return any_of(entries(name))


def any_of(listed: Iterable[str]) -> str:
    """One pattern for all entries, the longest first: words with any white space between them.

    An "s?" at the end of a word means that the "s" may be there, a "*" that any letters may follow.
    """
    longest_first = sorted(set(listed), key=len, reverse=True)
    return f"(?:{'|'.join(_SPACES.join(map(_word, entry.split())) for entry in longest_first)})"


_SPACES = r"\s+"


def _word(word: str) -> str:
    for ending, pattern in (("s?", "s?"), ("*", r"\w*")):
        if word.endswith(ending):
            return re.escape(word.removesuffix(ending)) + pattern
    return re.escape(word)


@dataclass(frozen=True)
class Rule:
    """One pattern with a name. White space in `pattern` does not count, and "#" begins a note (`re.VERBOSE`)."""

    name: str
    pattern: str
    #: Texts in which it finds what stands in [brackets]; without brackets, the whole text.
    examples: tuple[str, ...]
    #: Texts in which it finds nothing.
    not_in: tuple[str, ...] = ()
    flags: re.RegexFlag = re.IGNORECASE

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags | re.VERBOSE)


def every_rule() -> Iterator[Rule]:
    """The rules of every table (`RULES`) in the modules of the reader, in order."""
    for package in ("bot.reader", "bot.reader.documents.pdf", "bot.reader.extract", "bot.reader.mentions"):
        for module in iter_modules(import_module(package).__path__):
            yield from getattr(import_module(f"{package}.{module.name}"), "RULES", ())
