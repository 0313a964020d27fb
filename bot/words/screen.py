"""How much of a screen a text takes, by the narrowest screen that is read on: a phone of 390 pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from bot.record.quoting import clipped
from bot.words.card import pages

COLUMNS = 36  # characters in a row of text, in the mean
SMALL_COLUMNS = 42  # of text after "-# "
HEADING_COLUMNS = 26  # of a headline, whose letters are larger
_ADDRESS = re.compile(r"\]\(<[^>]*>\)")  # of a link: "[title](<address>)" shows the title alone
_STAMP = re.compile(r"<t:-?\d+:f>")  # shown as "23 February 2018 23:59"
_HEADING = re.compile(r"(-# .*\n)?\*\*.*\*\*")  # after the name of a letter
_MARKUP = re.compile(r"\*\*|\\(?=[\\*_~`|\[\]<>#-])")
MOST_ROWS = 18  # of text on a card, beside two or three rows of buttons: so that its headline is in view when it arrives


def screen_pages(lines: Sequence[str], room: int, further: Sequence[str], limit: int) -> list[list[str]]:
    """Lines in pages: as many as fit into so many rows on the first one; then the others, and `further` ones, in pages of
    at most so many characters."""
    first: list[str] = []
    for line in lines:
        if first and rows(*first, line) > room:
            break
        first.append(clipped(line, limit))
    if first and len(first) < len(lines) and _HEADING.fullmatch(first[-1]) and len(first) > 1:
        first.pop()  # a heading goes with what follows it
    rest = [*lines[len(first) :], *further]
    return [first, *(pages(rest, limit) if rest else [])]


def rows(*texts: str) -> int:
    """How many rows these texts take, a paragraph each."""
    return sum(_rows(line) for text in texts for line in text.split("\n"))


def _rows(line: str) -> int:
    shown = _MARKUP.sub("", _STAMP.sub("23 February 2018 23:59", _ADDRESS.sub("]", line)))
    if shown.startswith("## "):
        return ceil(max(len(shown) - 3, 1) / HEADING_COLUMNS * 1.3)
    if shown.startswith("-# "):
        return ceil(max(len(shown) - 3, 1) / SMALL_COLUMNS)
    return ceil(max(len(shown), 1) / COLUMNS)
