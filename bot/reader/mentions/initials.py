"""Names and subjects that the letters behind them stand for: "National Institute of Standards and Technology (NIST)"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Set
from itertools import islice
from typing import Protocol

FEWEST, MOST = 2, 8  # letters
MOST_NAMES = 100
WITHIN = (" ", ", ", " & ", ", & ", "-")
NOT_COUNTED = frozenset({"of", "and", "the", "for", "on", "in", "to", "at", "a"})


class _Words(Protocol):
    """What is asked of `written_words.Words`, which finds these names first."""

    texts: list[str]
    lower: Callable[[int], str]
    gap: Callable[[int], str]
    is_capital: Callable[[int], bool]

    @property
    def capitals(self) -> list[int]: ...

    def of(self, wanted: Set[str]) -> list[int]: ...


def spelled_out(words: _Words) -> dict[int, tuple[int, int]]:
    """The first and the last word of each such name by each of its words, also where no letters follow."""
    names: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    spelled = ((first, letters) for letters in words.capitals if (first := _first_of(letters, words)) >= 0)
    for first, letters in islice(spelled, MOST_NAMES):
        names[words.lower(first)][_counted(first, letters - 1, words)] = None
    found: dict[int, tuple[int, int]] = {}
    for first in words.of(names.keys()) if names else ():
        for name in names[words.lower(first)] if words.is_capital(first) else ():
            if (last := _last_of(first, name, words)) >= 0:
                found |= dict.fromkeys(range(first, last + 1), (first, last))
    return found


def _first_of(letters: int, words: _Words) -> int:
    """The first of the words that the letters in brackets stand for; -1 if they stand for none."""
    text, at = words.texts[letters], letters
    is_in_brackets = words.gap(at - 1) == " (" and words.gap(at)[:1] == ")"
    if not (is_in_brackets and text.isalpha() and text.isupper() and FEWEST <= len(text) <= MOST):
        return -1
    for letter in reversed(text):
        at -= 1
        while words.lower(at) in NOT_COUNTED and not words.is_capital(at) and words.gap(at) in WITHIN:
            at -= 1
        is_next = at == letters - 1 or words.gap(at) in WITHIN
        if not (is_next and words.is_capital(at) and words.lower(at)[:1] == letter.casefold()):
            return -1
    return at


def _counted(first: int, last: int, words: _Words) -> tuple[str, ...]:
    return tuple(word for at in range(first, last + 1) if (word := words.lower(at)) not in NOT_COUNTED)


def _last_of(first: int, name: tuple[str, ...], words: _Words) -> int:
    """The last word of the name that begins there; -1 if another does."""
    at = first
    for word in name[1:]:
        at += 1
        while words.lower(at) in NOT_COUNTED:
            at += 1
        if words.lower(at) != word or words.gap(at - 1) not in WITHIN:
            return -1
    return at
