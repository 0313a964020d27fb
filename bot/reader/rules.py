"""The rules of reading: named patterns, each with examples that are its test; and the lists of words that they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

WORDS = Path(__file__).resolve().parents[1] / "data" / "words"


@cache
def words(name: str) -> str:
    """The words of `bot/data/words/NAME.txt` as one pattern, the longest first.

    Each line of the file is a word or several, with any white space between them; an "s?" at its end means that it may be
    there. Lines that begin with "#" are notes.
    """
    lines = (line.strip() for line in (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    listed = sorted({line for line in lines if line and not line.startswith("#")}, key=len, reverse=True)
    joined = "|".join(r"\s+".join(map(_escaped, line.split())) for line in listed)
    return f"(?:{joined})"


@cache
def entries(name: str) -> frozenset[str]:
    """The lines of `bot/data/words/NAME.txt` as a set, for looking up whole words in small letters."""
    lines = (line.strip() for line in (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def _escaped(word: str) -> str:
    return re.escape(word[:-2]) + "s?" if word.endswith("s?") else re.escape(word)


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
    for package in ("bot.reader.extract", "bot.reader.mentions"):
        for module in iter_modules(import_module(package).__path__):
            yield from getattr(import_module(f"{package}.{module.name}"), "RULES", ())
