"""Takes out of a page of a PDF what a rule strikes out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from bot.reader.documents.pdf.words import PageWords, Rule, Word
from bot.record.place_names import state_code

THROUGH = (0.5, 0.12)  # of a word's size: how far above the line that it stands on a rule strikes it out
GONE = "\u2060"  # U+2060 WORD JOINER; no word of a page consists of it
MOST_NEAR = 100  # rules at one height
LINE = 0.3  # of a word's size: how far apart the words of a line may stand


def mark_struck(page: PageWords) -> None:
    """Put a sign in the place of each word that a rule goes through, so that what is beside it keeps its place in a table.
    Take out that rule, which is none of a table.

    Of a line whose place is struck out, the state that is left goes too: by itself it would read as a place.
    """
    rules = sorted(page.across, key=lambda rule: rule.at)
    heights = [rule.at for rule in rules]
    kept: list[Word] = []
    struck: list[Word] = []
    strikes: set[Rule] = set()
    for word in page.words:
        low, high = (word.y - part * word.size for part in THROUGH)
        near = rules[bisect_left(heights, low) : bisect_right(heights, high)][:MOST_NEAR]
        found = {rule for rule in near if min(rule.end, word.x1) - max(rule.start, word.x0) > (word.x1 - word.x0) / 2}
        strikes |= found
        (struck if found else kept).append(word)
    for word in (*struck, *(word for words in _lines(struck, kept) for word in words)):
        word.text = GONE
    page.across = [rule for rule in page.across if rule not in strikes]


def without_struck(text: str) -> str:
    """The text without these signs, and without the lines that have nothing else."""
    if GONE not in text:
        return text
    lines = [line for line in text.split("\n") if GONE not in line or line.strip(f"{GONE} \t•,;.")]
    return "\n".join(re.sub(f" *{GONE}(?: *{GONE})*", "", line) for line in lines)


def _lines(struck: list[Word], kept: list[Word]) -> Iterator[list[Word]]:
    """The words that are left of each line of which a place was struck out, if they name a state."""
    by_height = sorted(kept, key=lambda word: word.y)
    heights = [word.y for word in by_height]
    for line in _by_line(struck):
        room = LINE * line[0].size
        rest = by_height[bisect_left(heights, line[0].y - room) : bisect_right(heights, line[0].y + room)]
        gone = _text(line)
        if state_code(_text(rest)) and not state_code(gone) and not any(map(str.isdigit, gone)):
            yield rest


def _by_line(words: list[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in sorted(words, key=lambda word: word.y):
        if line and word.y - line[0].y > LINE * line[0].size:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in sorted(words, key=lambda word: word.x0)).strip(" ,;:•")
