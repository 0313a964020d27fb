"""Finds lists of places in one text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.reader.extract.inline_lists import InlineList
from bot.reader.extract.place_lookup import PlaceLookup
from bot.reader.extract.place_patterns import PERSONS, ListedPlace


@dataclass
class PlaceScanner:
    """Reads lists of one text. `near`: the state that the introducing words give ("three Wisconsin jurisdictions")."""

    flat: str
    look: PlaceLookup
    clean: str = ""  # the same, with its lines as they are

    @cached_property
    def mail(self) -> bool:
        """Whether the text speaks of letters, so that a warning may be one."""
        return bool(re.search(r"\bletters?\b", self.flat[:PERSONS], re.IGNORECASE))

    def inline(self, start: int, end: int, near: str | None = None, strict: bool = True) -> tuple[list[ListedPlace], int]:
        """The places that follow one another from `start`, and where the list ends; none where there is no list.

        1. A place is the longest run of words there that some government goes by, with the state behind it.
        2. Between places stand commas, semicolons, "and"; groups begin with a state or a kind ("the counties of").
        3. `strict`: what follows the last place must be able to follow a list ("Chicago residents" is no place).
        """
        return InlineList(self.flat, self.look, start, end, near, strict).read()

    def whole(self, start: int, end: int, near: str | None = None) -> list[ListedPlace]:
        """The places of an entry that is places and nothing else, notes behind them apart; none where it is anything else."""
        items, stop = self.inline(start, end, near, strict=False)
        rest = self.flat[stop:end].strip(" \t\n.,;:*†")
        if not items:
            return []
        note = re.match(r"\s*(?:[-–—:|(\[*†]|\s{2,}|\t|,\s*(?!and\b)(?=[a-z(]))", self.flat[stop:end])
        sentence = re.search(r"\b(?:is|are|was|were|has|have|had|said|says|will|would|must|did|does)\b", rest)
        return items if not rest or (note and not sentence) else []
