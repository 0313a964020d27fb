"""Names and subjects that the letters behind them stand for: "National Institute of Standards and Technology (NIST)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.reader.rules import rule_table

RULES = rule_table("mentions")
MOST_NAMES = 100
LONGEST = 200  # characters before the letters
#: What stands between two words that have a letter.
BETWEEN = re.compile(r"(?:,? & |,? |-)(?:(?:of|and|the|for|on|in|to|at|a)(?:,? & |,? ))*")


def spelled_out(flat: str) -> Iterator[tuple[int, int]]:
    """Where such names are in the text, also where no letters follow."""
    named = (name for letters in RULES["letters in brackets"].regex.finditer(flat) if (name := _name_before(letters)))
    names = dict.fromkeys(islice(named, MOST_NAMES))
    if names:
        written = (BETWEEN.pattern.join(map(re.escape, BETWEEN.split(name))) for name in sorted(names, key=len, reverse=True))
        yield from (name.span() for name in re.finditer(rf"\b(?=[A-Z])(?i:{'|'.join(written)})(?![\w'])", flat))


def _name_before(letters: re.Match[str]) -> str:
    """The words that the letters stand for; empty if they stand for none."""
    words = BETWEEN.pattern.join(rf"{letter}[\w'&.*]*" for letter in letters["letters"])
    before = re.search(rf"\b(?:{words})$", letters.string[max(0, letters.start() - LONGEST) : letters.start()])
    return before[0] if before else ""
