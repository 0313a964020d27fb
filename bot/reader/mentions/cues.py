"""What the words beside a list of places say about a letter: sent, received, asked, sued, cleared, named in passing."""

from __future__ import annotations

import re
from functools import cache

from bot.reader.rules import any_of, rule_table, word_lists

RULES = rule_table("cues")


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """The lists of `bot/data/words/cues.toml`, each as one pattern."""
    lists = word_lists("cues").items()
    return {name: re.compile(rf"\b{any_of(sorted(entries))}\b", re.IGNORECASE) for name, entries in lists}


def cues_in(left: str, right: str) -> set[str]:
    """The names of the cues beside a list: "left sends", "right due", "they got"."""
    found = {f"left {name}" for name, pattern in cues().items() if pattern.search(left)}
    found |= {f"right {name}" for name, pattern in cues().items() if pattern.search(right)}
    return found | {name for name, rule in RULES.items() if rule.regex.search(right if "^" in rule.pattern[:2] else left)}
