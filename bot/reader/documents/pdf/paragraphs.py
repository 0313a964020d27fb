"""Puts lines together as the writer meant them: paragraphs, list entries, words divided at a line's end.

1. A line continues the one above if that one plainly breaks off (a hyphen, or a small letter follows), or if it is full: the
   first word below would not have fitted. Lines that break off in the same column show how wide a full line is.
2. A blank line stands where the gap is larger than those around it, and before and after a table.
3. A hyphen at a line's end goes where a small letter follows ("juris-/dictions"), unless the word is written with it elsewhere
   or is one that keeps it ("twenty-/three", "self-/insured"); before a capital or a digit it stays ("Miami-/Dade").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bot.reader.documents.pdf.columns import Joint, Line
from bot.reader.documents.pdf.rows import BULLET
from bot.reader.documents.pdf.tables import PLACE
from bot.reader.rules import words

FITS = 0.4  # times the font size: the room that a word needs beside its letters
FEWEST = 3  # lines that break off, to know how wide a column is
SAME_EDGE = 15.0  # points: columns that begin no further apart are one, on several pages
BLANK = 1.3  # times the gap between the lines around it: a gap that divides paragraphs
JUSTIFIED = 0.7  # points by which lines that are set to the margin may differ
WIDE = 0.75  # of the room beside the margins: lines of a list are shorter
FAR = 2.5  # times the font size: a sentence does not go on so far below
INDENT = 0.8  # times the font size: a first line that begins so much further right
SOFT = "\u00ad"
DIVIDED = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010\u2011\u00ad]$")
KEEPS = re.compile(words("kept_hyphens"), re.IGNORECASE)
STARTS = re.compile(rf"(?:{BULLET.pattern})\s|[-–—•·](?=[A-Z])")
ENDS = (".", "!", "?", ":", ";", ".”", '."', ".)")


def text_of(pages: Sequence[Sequence[Line]]) -> str:
    """The text of all pages."""
    lines = [line for page in pages for line in page]
    hyphened = _hyphened(lines)
    settings = _settings(lines)
    pieces: list[str] = []
    for number, line in enumerate(lines):
        if not number:
            pieces.append(line.text)
        elif _continues(lines, number, settings):
            _append(pieces, line.text, hyphened)
        else:
            pieces += ["\n\n" if _is_apart(lines, number, settings) else "\n", line.text]
    return "".join(pieces)


def _append(pieces: list[str], text: str, hyphened: Counter[str]) -> None:
    """Add the line that goes on; the last piece is the one above it."""
    last = pieces[-1]
    divided = DIVIDED.search(last)
    if divided is None:
        pieces += [text] if last.endswith(("\u2014", "/")) else [" ", text]
        return
    first = re.match(r"[^\W\d_]*", text)
    word = f"{divided[1]}-{first[0] if first else ''}".lower()
    keeps = not text[:1].islower() or KEEPS.fullmatch(divided[1]) or hyphened[word] > 0
    pieces[-1] = last[:-1] + ("-" if keeps and last[-1] != SOFT else "")
    pieces.append(text)


def _hyphened(lines: Sequence[Line]) -> Counter[str]:
    """The words that stand with a hyphen within a line."""
    return Counter(
        word.lower() for line in lines for word in re.findall(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+(?=\W)", f"{line.text} ")
    )


def _breaks_off(line: Line, following: Line) -> bool:
    """Whether the sentence plainly goes on in the next line."""
    if line.is_row or following.is_row or STARTS.match(following.text) or line.text.endswith(ENDS):
        return False
    if DIVIDED.search(line.text) and following.text[:1].isalpha():
        return True
    return following.text[:1].islower() or following.text[:1] in ",;)"


Group = tuple[int, int]


def _group(line: Line) -> Group:
    """Its column and size: lines of one group are set alike."""
    return round(line.column / SAME_EDGE), round(line.size)


@dataclass(frozen=True)
class Setting:
    """How the lines of one group are set."""

    #: How far a full line reaches; None if that is not known.
    width: float | None
    #: From a line of a paragraph to the next; None if that is not known.
    leading: float | None
    #: Whether it takes up most of the page.
    is_wide: bool
    is_justified: bool = False


def _settings(lines: Sequence[Line]) -> dict[Group, Setting]:
    groups: dict[Group, list[tuple[Line, Line]]] = {}
    for line, following in pairwise(lines):
        if following.joint is Joint.LINE and not line.is_row and not following.is_row:
            groups.setdefault(_group(line), []).append((line, following))
    return {group: _setting(pairs, is_column=group[0] > 0) for group, pairs in groups.items()}


def _setting(pairs: Sequence[tuple[Line, Line]], is_column: bool) -> Setting:
    """What the lines that break off show of their group.

    1. Three lines that end at the same place are set to both margins.
    2. Otherwise lines that break off show the width. In a column, half of the lines that are full have to break off: those of a
       list are full by chance.
    3. Lines outside of columns reach as far from the right edge of the page as they begin from the left.
    """
    broken = [(line, following) for line, following in pairs if _breaks_off(line, following)]
    leading = median(following.y - line.y for line, following in broken) if broken else None
    room = max(line.room for line, _ in pairs)
    if edge := _justified_edge([line for line, _ in pairs]):
        return Setting(edge, leading, True, True)
    ends = [line.x1 for line, _ in broken]
    width: float | None = None
    if len(ends) >= (FEWEST if is_column else FEWEST - 1):
        width = max(ends)
        if is_column and sum(_is_full(line, following, width) for line, following in pairs) > 2 * len(ends):
            width = None
    elif not is_column:
        width = room
    return Setting(width, leading, width is not None and not is_column and width > WIDE * room)


def _justified_edge(lines: Sequence[Line]) -> float | None:
    """Where lines end that are set to both margins: at least three that begin and end at the same places."""
    edge, left = max(line.x1 for line in lines), median(line.x0 for line in lines)
    full = sum(edge - line.x1 < JUSTIFIED and abs(line.x0 - left) < JUSTIFIED for line in lines)
    return edge if full >= FEWEST else None


def _is_full(line: Line, following: Line, width: float | None) -> bool:
    """Whether the next line's first word would not have fitted."""
    return width is not None and line.x1 + following.lead + FITS * line.size > width


def _continues(lines: Sequence[Line], number: int, settings: dict[Group, Setting]) -> bool:
    line, before = lines[number], lines[number - 1]
    if line.is_row or before.is_row or STARTS.match(line.text) or line.joint is Joint.BLOCK:
        return False
    if _breaks_off(before, line):
        return line.joint is Joint.COLUMN or (
            _gap(lines, number) < FAR * before.size and line.x0 < before.x1 and before.x0 < line.x1
        )
    if line.joint is not Joint.LINE or _is_apart(lines, number, settings) or line.x0 > before.x0 + INDENT * line.size:
        return False
    setting = settings[_group(before)]
    if setting.is_justified and setting.width is not None and setting.width - before.x1 < JUSTIFIED:
        return True
    if before.text.endswith((":", ";")) or (not setting.is_wide and PLACE.regex.search(before.text)):
        return False
    return _is_full(before, line, setting.width)


def _gap(lines: Sequence[Line], number: int) -> float:
    return lines[number].y - lines[number - 1].y


def _is_apart(lines: Sequence[Line], number: int, settings: dict[Group, Setting]) -> bool:
    """Whether a blank line stands before it."""
    line, before = lines[number], lines[number - 1]
    if line.is_row or before.is_row:
        return not (line.is_row and before.is_row)
    if line.joint is not Joint.LINE:
        return line.joint is Joint.BLOCK
    leading = settings[_group(before)].leading
    if leading is None:
        beside = [_gap(lines, at) for at in (number - 1, number + 1) if 0 < at < len(lines) and lines[at].joint is Joint.LINE]
        leading = min((gap for gap in beside if gap > line.size / 2), default=1.5 * line.size)
    return _gap(lines, number) > BLANK * leading
