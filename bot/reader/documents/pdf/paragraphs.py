"""Puts lines together as the writer meant them: paragraphs, list entries, words divided at a line's end.

1. A line continues the one above if that one plainly breaks off (a hyphen, or a small letter follows), or if it is full: the first
   word below would not have fitted. How wide a full line is, is known from lines that break off in the same column.
2. A blank line stands where the gap is larger than those around it, and before and after a table.
3. A hyphen at a line's end goes where a small letter follows ("juris-/dictions"), unless the word is written with it elsewhere or
   is one that keeps it ("twenty-/three", "self-/insured"); before a capital or a digit it stays ("Miami-/Dade").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.reader.documents.pdf.columns import Joint, Line
from bot.reader.documents.pdf.rows import BULLET

FITS = 0.3  # times the font size: a word needs so much more room than its letters
FEWEST = 2  # lines that break off, to know how wide a column is
SAME_EDGE = 3.0  # times the font size: lines that begin no further apart may be of one column
BLANK = 1.3  # times the gap between the lines around it: a gap that divides paragraphs
INDENT = 0.8  # times the font size: a first line that begins so much further right
SMALL = 0.75  # of the size: a heading or a note beside the text is of another size
HYPHENS = "-\u2010\u2011\u00ad"
DIVIDED = re.compile(r"([^\W\d_]+)[-\u2010\u2011\u00ad]$")
KEEPS = frozenset(
    "twenty thirty forty fifty sixty seventy eighty ninety self non co ex vice cross all well long short half first second third "
    "so state city county court high low mid part full year day month".split()
)
STARTS = re.compile(rf"(?:{BULLET.pattern})\s")
ENDS = (".", "!", "?", ":", ";", ".”", '."', ".)")
OPEN = (",", " of", " the", " and", " to", " or", " for", " in", " by", " a", "§", "&")


def text_of(pages: Sequence[Sequence[Line]]) -> str:
    """The text of all pages."""
    lines = [line for page in pages for line in page]
    hyphened = _hyphened(lines)
    widths = _widths(lines)
    pieces: list[str] = []
    for number, line in enumerate(lines):
        if not number:
            pieces.append(line.text)
        elif _continues(lines, number, widths):
            _append(pieces, line.text, hyphened)
        else:
            pieces += ["\n\n" if _is_apart(lines, number) else "\n", line.text]
    return "".join(pieces)


def _append(pieces: list[str], text: str, hyphened: Counter[str]) -> None:
    last = pieces[-1]
    divided = DIVIDED.search(last)
    if divided is None:
        pieces[-1] = f"{last}{text}" if last.endswith(("\u2014", "/")) else f"{last} {text}"
        return
    first = re.match(r"[^\W\d_]*", text)
    word = f"{divided[1]}-{first[0] if first else ''}".lower()
    keeps = not text[:1].islower() or divided[1].lower() in KEEPS or hyphened[word] > 0
    pieces[-1] = f"{last[:-1]}-{text}" if keeps and last[-1] != "\u00ad" else f"{last[:-1]}{text}"


def _hyphened(lines: Sequence[Line]) -> Counter[str]:
    """The words that stand with a hyphen within a line."""
    return Counter(word.lower() for line in lines for word in re.findall(r"[^\W\d_]+-[^\W\d_]+(?=\W)", f"{line.text} "))


def _breaks_off(line: Line, following: Line) -> bool:
    """Whether the sentence plainly goes on in the next line."""
    if line.is_row or following.is_row or STARTS.match(following.text) or line.text.endswith(ENDS):
        return False
    if DIVIDED.search(line.text) and following.text[:1].isalpha():
        return True
    return following.text[:1].islower() or following.text[:1] in ",;)"


def _column(line: Line) -> tuple[int, int]:
    return round(line.x0 / (SAME_EDGE * 10)), round(line.size)


def _widths(lines: Sequence[Line]) -> dict[tuple[int, int], float]:
    """How far lines of each column reach, where enough of them break off."""
    ends: dict[tuple[int, int], list[float]] = {}
    for line, following in zip(lines, lines[1:], strict=False):
        if following.joint is Joint.LINE and _breaks_off(line, following):
            ends.setdefault(_column(line), []).append(line.x1)
    return {column: max(found) for column, found in ends.items() if len(found) >= FEWEST}


def _continues(lines: Sequence[Line], number: int, widths: dict[tuple[int, int], float]) -> bool:
    line, before = lines[number], lines[number - 1]
    if line.is_row or before.is_row or STARTS.match(line.text) or line.joint is Joint.BLOCK:
        return False
    if _breaks_off(before, line):
        return line.joint is Joint.COLUMN or (
            _gap(lines, number) < 2.5 * before.size and line.x0 < before.x1 and before.x0 < line.x1
        )
    if line.joint is not Joint.LINE or _is_apart(lines, number) or line.x0 > before.x0 + INDENT * line.size:
        return False
    width = widths.get(_column(before))
    if width is None or before.text.endswith((":", ";")):
        return False
    first = line.text.split(" ", 1)[0]
    needed = (line.x1 - line.x0) * len(first) / max(len(line.text), 1) + FITS * line.size
    return before.x1 + needed > width


def _gap(lines: Sequence[Line], number: int) -> float:
    return lines[number].y - lines[number - 1].y


def _is_apart(lines: Sequence[Line], number: int) -> bool:
    """Whether a blank line stands before it."""
    line, before = lines[number], lines[number - 1]
    if line.is_row and before.is_row:
        return False
    if line.joint is Joint.BLOCK or line.is_row or before.is_row:
        return True
    if line.joint is Joint.COLUMN:
        return False
    gap = _gap(lines, number)
    beside = [
        _gap(lines, other) for other in (number - 1, number + 1) if 0 < other < len(lines) and lines[other].joint is Joint.LINE
    ]
    near = [one for one in beside if one > 0.5 * line.size]
    return gap > BLANK * min(near, default=1.5 * line.size)
