"""Tells the lists of a text from the menus, headings and captions of its page."""

from __future__ import annotations

from bisect import bisect_right

from bot.reader.rules import rule_table

RULES = rule_table("list_lines")
LONGEST_ITEM = 14  # words of a line that is no prose without a full stop
FEWEST_SMALL = 2  # words without a capital in a line of prose
SHORTEST_WORD = 3  # letters of those


class ListLines:
    """The lines of a text: which are prose, and which are items that a line above introduces as a list about letters.

    A text without any prose is a list.
    """

    def __init__(self, flat: str) -> None:
        self._starts: list[int] = []
        self._is_furniture: list[bool] = []
        lines = flat.split("\n")
        prose = [_is_prose(line) for line in lines]
        is_introduced = not any(prose)
        start = 0
        for line, is_prose in zip(lines, prose, strict=True):
            if _introduces(line, is_prose):
                is_introduced = True
            elif is_prose:
                is_introduced = False
            self._starts.append(start)
            self._is_furniture.append(not (is_prose or is_introduced))
            start += len(line) + 1

    def is_furniture(self, position: int) -> bool:
        """Whether the line there is neither prose nor an item of an introduced list."""
        return self._is_furniture[bisect_right(self._starts, position) - 1]


def _is_prose(line: str) -> bool:
    words = line.split()
    small = sum(word.islower() and len(word) >= SHORTEST_WORD for word in words)
    return small >= FEWEST_SMALL and (len(words) > LONGEST_ITEM or RULES.search("a line of prose", line) is not None)


def _introduces(line: str, is_prose: bool) -> bool:
    if is_prose and not RULES.search("a list to come", line):
        return False
    return RULES.search("a sentence about letters" if is_prose else "a heading of a list of letters", line) is not None
