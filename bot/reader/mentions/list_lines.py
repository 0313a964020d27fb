"""Tells the lists of a text from the menus, headings and captions of its page, and the places of a column from words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import around
from bot.reader.rules import rule_table
from bot.reader.text_page import BULLET, Taken

RULES = rule_table("list_lines")
LONGEST_ITEM = 14  # words of a line that is no prose without a full stop
LONGEST_HEADING = 120  # characters
FEWEST_SMALL = 2  # words without a capital in a line of prose
SHORTEST_WORD = 3  # letters of those
FEWEST_IN_MENU = 10  # items, of which less than a third names somebody that is known
FEWEST_IN_COLUMN = 5  # known names of a column that has ordinary words too


class ListLines:
    """The lines of a text: which are prose, and which are items that a line above introduces as a list about letters.

    A text without any prose is a list.
    """

    def __init__(self, flat: str) -> None:
        self._starts, self._is_furniture = [0], []
        lines = flat.split("\n")
        prose = [is_prose(line) for line in lines]
        self._below: list[int] = []
        is_below = False
        self._is_item = [not line.strip() or BULLET.match(line) is not None for line in lines]
        is_list, is_introduced = not any(prose), False
        for line, is_sentence in zip(lines, prose, strict=True):
            is_introduced = _introduces(line, is_sentence) or (is_introduced and not is_sentence)
            is_list = is_introduced or (is_list and not is_sentence)
            is_below = (is_below and RULES.search("an item", line) is not None) or (
                is_list and RULES.search("a list below", line) is not None
            )
            is_dated = is_introduced and RULES.search("an item with its day", line) is not None
            if (is_below or is_dated) and line.strip() and not line.rstrip().endswith(":"):
                self._below.append(self._starts[-1])
            self._is_furniture.append(not (is_sentence or is_list))
            self._starts.append(self._starts[-1] + len(line) + 1)

    def is_furniture(self, position: int) -> bool:
        """Whether the line there is neither prose nor an item of an introduced list."""
        return self._is_furniture[self._line(position)]

    def introduced(self) -> Iterator[int]:
        """Where each line begins that is an item of a list below a sentence about letters."""
        return iter(self._below)

    def menus(self, names: Sequence[Mention]) -> Taken:
        """Long lists of items that no line introduces, most of which name nobody that is known."""
        named = {self._line(name.start) for name in names}
        menus = Taken(self._starts[-1])
        numbers = range(len(self._is_item))
        for is_menu, lines in groupby(numbers, key=lambda at: self._is_furniture[at] and self._is_item[at]):
            items = [at for at in lines if is_menu and self._starts[at + 1] - self._starts[at] > 1]
            if len(items) >= FEWEST_IN_MENU and len(named.intersection(items)) * 3 < len(items):
                menus.add(self._starts[items[0]], self._starts[items[-1] + 1])
        return menus

    def _line(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1


def is_prose(line: str) -> bool:
    """Whether it is a line of sentences."""
    words = line.split()
    small = sum(word.islower() and len(word) >= SHORTEST_WORD for word in words)
    return small >= FEWEST_SMALL and (len(words) > LONGEST_ITEM or RULES.search("a line of prose", line) is not None)


def _introduces(line: str, is_sentence: bool) -> bool:
    if is_sentence:
        return bool(RULES.search("a list to come", line) and RULES.search("a sentence about letters", line))
    return len(line) < LONGEST_HEADING and RULES.search("a heading of a list of letters", line) is not None


def without_counties(names: Sequence[Mention], flat: str) -> list[Mention]:
    """The names without the counties in brackets that say where these are, which are places: "Bailey (Nash County)"."""
    counties = set()
    for before, county in pairwise(names):
        gap = flat[before.end : county.start]
        if county.word == "county" and gap.strip() == "(" and flat[county.end : county.end + 1] == ")" and not before.word:
            before.is_unknown = False
            counties.add(county)
    return [name for name in names if name not in counties]


def know_by_column(names: Sequence[Mention], flat: str) -> None:
    """Take ordinary words for places if most that begins lines or rows is: "Commerce" among "Compton" and "Hemet"."""
    cells = [
        name
        for name in names
        if not name.is_institution and RULES.search("a cell of a column", around(flat, name.start, name.end))
    ]
    known = {name.name for name in cells if not (name.is_unknown or name.is_part_of_name or name.own_state)}
    ordinary = {name.name for name in cells if name.is_unknown}
    if len(known) >= FEWEST_IN_COLUMN and len(known) > len(ordinary):
        for name in cells:
            name.is_unknown, name.is_in_column = False, True
