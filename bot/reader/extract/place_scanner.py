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
    """Reads lists of places in one text.

    In its methods, `near` is the state given by the words that introduce a list: "three Wisconsin jurisdictions".
    """

    flat: str
    look: PlaceLookup
    #: As `flat`, with the original lines.
    clean: str = ""

    @cached_property
    def mail(self) -> bool:
        """Whether the text mentions letters, so that a warning may be one."""
        return bool(re.search(r"\bletters?\b", self.flat[:PERSONS], re.IGNORECASE))

    def inline(
        self, start: int, end: int, near: str | None = None, strict: bool = True, is_entry: bool = False
    ) -> tuple[list[ListedPlace], int]:
        """The places listed from `start` on, and where the list ends; no places if there is no list.

        1. A place is the longest run of words that is the name of some government, with the state after it.
        2. Places are divided by commas, semicolons or "and"; groups begin with a state or a kind ("the counties of").
        3. `is_entry`: it is a line, a cell, or a part between semicolons, and so one addressee as a rule.
        4. `strict`: what follows the last place must be able to follow a list ("Chicago residents" is not a place).
        """
        return InlineList(self.flat, self.look, start, end, near, strict, is_entry).read()

    def whole(self, start: int, end: int, near: str | None = None) -> list[ListedPlace]:
        """The places of an entry that consists of places only, apart from notes after them; none if it is anything else."""
        items, stop = self.inline(start, end, near, strict=False, is_entry=True)
        rest = self.flat[stop:end].strip(" \t\n.,;:*†")
        if not items:
            return []
        note = re.match(r"\s*(?:[-–—:|(\[*†]|\s{2,}|\t|,\s*(?!and\b)(?=[a-z(]))", self.flat[stop:end])
        sentence = re.search(r"\b(?:is|are|was|were|has|have|had|said|says|will|would|must|did|does)\b", rest)
        return items if not rest or (note and not sentence) else []
