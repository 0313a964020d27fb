"""Words that tell what is said of a letter or a list of places (`bot/data/words/cues.toml`)."""

from __future__ import annotations

import re
from functools import cache

from bot.reader.rules import any_of, word_lists


@cache
def word_patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The lists of `bot/data/words/NAME.toml`, each as one pattern of whole words."""
    lists = word_lists(name).items()
    return {key: re.compile(rf"\b{any_of(sorted(entries))}\b", re.IGNORECASE) for key, entries in lists}


def found_in(text: str, name: str, *keys: str) -> frozenset[str]:
    """Which lists of `bot/data/words/NAME.toml` the text has a word of: of these, or of all."""
    patterns = word_patterns(name)
    return frozenset(key for key in keys or patterns if patterns[key].search(text))
