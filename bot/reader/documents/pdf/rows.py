"""Words that stand on one line, and the parts of the line that wide gaps or rules divide."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median

from bot.reader.documents.pdf.words import Rule, Word

SAME_LINE = 0.4  # of the font size: raised and lowered letters stand on the line too
WIDE = 0.55  # times the font size: a gap that may be one between columns; between words it is half of that
GLUED = 0.1  # times the font size: letters that are drawn one by one
BULLET = re.compile(r"[•·▪▫◦●○■□‣⁃∙➢➤►✓✔*–—-]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\s?\]|☐|☑|☒|\uf0b7|\uf0a7")
HANGING = 4.5  # times the font size: a bullet at most so far before its item
FEWEST_LETTERS = 6  # on a line whose letters are set with spaces between them
SPACED = 1.4  # times the usual gap there: larger ones are between words
LEADERS = re.compile(r"(?:\.\s?|…|_|·){4,}")  # dots that lead from one cell to the next


@dataclass(slots=True)
class Part:
    """A piece of a line without a wide gap."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    #: How wide its first word is.
    lead: float


@dataclass(slots=True)
class Row:
    """The parts at one height, from left to right. `y` is where most letters stand."""

    y: float
    size: float
    parts: list[Part]

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    @property
    def x0(self) -> float:
        return self.parts[0].x0

    @property
    def x1(self) -> float:
        return max(part.x1 for part in self.parts)


def rows_of(words: Iterable[Word], down: Sequence[Rule] = ()) -> list[Row]:
    """From top to bottom. `down` are rules that divide what stands on both sides of them."""
    rules = sorted(down, key=attrgetter("at"))
    places = [rule.at for rule in rules]
    lines: list[tuple[float, float, list[Word]]] = []
    for word in sorted(words, key=attrgetter("y")):
        if lines and word.y - lines[-1][0] <= SAME_LINE * max(word.size, lines[-1][1]):
            y, size, line = lines[-1]
            line.append(word)
            lines[-1] = (word.y, word.size, line) if word.size > size * 1.15 else (y, size, line)
        else:
            lines.append((word.y, word.size, [word]))
    found = ((y, size, _parts(line, places, rules)) for y, size, line in lines)
    return [Row(y, size, parts) for y, size, parts in found if parts]


def _parts(line: list[Word], places: list[float], rules: list[Rule]) -> list[Part]:
    line.sort(key=attrgetter("x0"))
    parts: list[Part] = []
    spaced = _letter_gap(line)
    for word in _without_leaders(line):
        last = parts[-1] if parts else None
        if last is None or not _continues(last, word, spaced) or _ruled(last, word, places, rules):
            parts.append(Part(word.text, word.x0, word.x1, word.y, word.size, word.x1 - word.x0))
            continue
        is_glued = word.x0 - last.x1 <= max(GLUED * max(last.size, word.size), spaced)
        if is_glued and " " not in last.text:
            last.lead = word.x1 - last.x0
        last.text += word.text if is_glued else f" {word.text}"
        last.x1, last.size = max(last.x1, word.x1), max(last.size, word.size)
    return parts


def _letter_gap(line: Sequence[Word]) -> float:
    """The largest gap within a word on a line that is set with spaces between its letters; 0 on others."""
    if len(line) < FEWEST_LETTERS or sum(len(word.text) == 1 for word in line) < len(line) * 0.8:
        return 0.0
    return SPACED * median(max(after.x0 - before.x1, 0.0) for before, after in pairwise(line))


def _without_leaders(line: list[Word]) -> Iterator[Word]:
    """The words, without the dots that lead across a gap, which may be drawn as a part of a word."""
    for word in line:
        if not LEADERS.search(word.text):
            yield word
            continue
        letter = (word.x1 - word.x0) / len(word.text)
        for piece in re.finditer(r"[^.…_·]+(?:\.(?!\.))?", word.text):
            yield Word(piece[0], word.x0 + letter * piece.start(), word.x0 + letter * piece.end(), word.y, word.size)


def _continues(last: Part, word: Word, spaced: float) -> bool:
    gap, em = word.x0 - last.x1, max(last.size, word.size)
    return gap <= max((HANGING if BULLET.fullmatch(last.text) else WIDE) * em, 3 * spaced)


def _ruled(last: Part, word: Word, places: list[float], rules: list[Rule]) -> bool:
    """Whether a vertical rule stands between the two."""
    at = bisect_left(places, last.x1 - 1)
    while at < len(places) and places[at] <= word.x0 + 1:
        if rules[at].start - 2 <= word.y - word.size / 3 <= rules[at].end + 2:
            return True
        at += 1
    return False
