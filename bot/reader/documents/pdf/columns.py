"""Puts the rows of a page into reading order: columns one after the other, tables row by row.

1. Rows that are less than a line apart and do not overlap are one: neighbouring columns need not stand on one baseline.
2. A band is a run of rows that leaves the same strips free, with text on both sides of them. A row across a strip ends it, such
   as a heading over both columns.
3. A band is a table if its cells say so (`tables`); otherwise each column is read by itself, in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from math import inf

from bot.reader.documents.pdf.rows import WIDE, Part, Row
from bot.reader.documents.pdf.tables import Table, is_table, labelled, lines_of
from bot.reader.documents.pdf.words import PageWords, Rule

DEEPEST = 5  # columns within columns
FEWEST = 3  # rows with text on both sides of a strip
NARROW = 0.5  # times the font size: the least width of a strip
CLEAR = {1: 3.0, 2: 1.5, 3: 0.75}  # times the font size: how wide it has to be, with so few of them
MANY = 5  # such rows: gaps between words do not stand above each other so often
APART = 3.0  # times the font size: a gap that divides a single row
BESIDE = 0.95  # of the font size: rows that are nearer than that are one if they do not overlap
LONGEST_SIDE = 60  # rows with text on one side of a strip only, before it is given up
WIDEST = 0.3  # of the page: text that begins further right is no margin to go by
LOOSE = 1.7  # times the font size: a row below that gap, on one side only, no longer belongs to the columns


class Joint(Enum):
    """How a line follows the one before it."""

    #: Below it in the same column.
    LINE = auto()
    #: At the top of the next column or page: nothing says whether a paragraph ends.
    COLUMN = auto()
    #: After other matter, such as a table.
    BLOCK = auto()


@dataclass(slots=True)
class Line:
    """A line in reading order. A row of a table has tabs between its cells."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    #: How wide its first word is.
    lead: float
    joint: Joint = Joint.LINE
    is_row: bool = False
    #: Where its column begins; 0 if it stands in none.
    column: float = 0.0
    #: How far it could reach, if the page's margins are alike.
    room: float = 0.0


@dataclass(slots=True)
class Strip:
    """White from `start` to `end` beside the text of all rows of a band."""

    start: float
    end: float
    #: How many rows have text directly on both sides of it.
    rows: int = 1
    #: Whether a vertical rule stands in it.
    is_ruled: bool = False

    @property
    def width(self) -> float:
        return self.end - self.start


@dataclass(slots=True)
class Band:
    rows: list[Row] = field(default_factory=list)
    strips: list[Strip] = field(default_factory=list)


def in_order(rows: Sequence[Row], page: PageWords) -> list[Line]:
    """The lines of the page as they are read."""
    lines = list(_flow(_side_by_side(rows), page, DEEPEST))
    left = min((line.x0 for line in lines), default=0.0)
    for line in lines:
        line.room = page.width - left if left < page.width * WIDEST else page.width
    return lines


def _flow(rows: Sequence[Row], page: PageWords, depth: int) -> Iterator[Line]:
    at = 0
    joint = Joint.COLUMN
    while at < len(rows):
        band = _band(rows, at, page.down) if depth and len(rows[at].parts) > 1 else None
        made = list(_of_band(band, page, depth)) if band else list(_of_row(rows[at]))
        for number, line in enumerate(made):
            if not number:
                line.joint = joint
            yield line
        at += len(band.rows) if band else 1
        joint = Joint.BLOCK if len(made) > 1 else Joint.LINE


def _of_row(row: Row) -> Iterator[Line]:
    """One line, or one for each part that is far from the others."""
    held = [row.parts[0]]
    for part in row.parts[1:]:
        if part.x0 - held[-1].x1 > APART * row.size and not labelled(held):
            yield _line(held)
            held = []
        held.append(part)
    yield _line(held)


def _line(parts: Sequence[Part]) -> Line:
    text = " ".join(part.text for part in parts)
    return Line(text, parts[0].x0, max(part.x1 for part in parts), parts[0].y, max(part.size for part in parts), parts[0].lead)


def _of_band(band: Band, page: PageWords, depth: int) -> Iterator[Line]:
    edges = [(strip.start + strip.end) / 2 for strip in band.strips]
    table = Table.of(band.rows, edges, _right_margin(page, band), _within(page.across, band))
    if is_table(table):
        for number, cells in enumerate(lines_of(table)):
            text = "\t".join(cells).rstrip("\t") if sum(map(bool, cells)) > 1 else "".join(cells)
            x0, x1 = band.rows[0].x0, max(row.x1 for row in band.rows)
            yield Line(text, x0, x1, band.rows[0].y, band.rows[0].size, 0.0, Joint.LINE if number else Joint.BLOCK, True)
        return
    for column in table.columns:
        left = min(part.x0 for part in column)
        for line in _flow(_side_by_side([Row(part.y, part.size, [part]) for part in column]), page, depth - 1):
            line.column = line.column or left
            yield line


def _right_margin(page: PageWords, band: Band) -> float:
    """Where the room of the last column ends: at a rule, or as far from the edge as the text begins on the left."""
    right = max(row.x1 for row in band.rows)
    beside = [
        rule.at for rule in page.down if rule.at >= right - 1 and rule.start < band.rows[-1].y and rule.end > band.rows[0].y
    ]
    return min(beside, default=max(right, page.width - min(row.x0 for row in band.rows)))


def _within(rules: Sequence[Rule], band: Band) -> list[float]:
    """The heights of the horizontal rules that cross the band."""
    left, right = min(row.x0 for row in band.rows), max(row.x1 for row in band.rows)
    top, bottom = band.rows[0].y - 3 * band.rows[0].size, band.rows[-1].y + 3 * band.rows[-1].size
    heights = sorted(rule.at for rule in rules if top < rule.at < bottom and rule.end > left and rule.start < right)
    return [at for number, at in enumerate(heights) if not number or at - heights[number - 1] > 2]


def _side_by_side(rows: Sequence[Row]) -> list[Row]:
    """Rows that stand beside each other as one; each part keeps its own height."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and row.y - last.y < BESIDE * max(row.size, last.size) and _apart(last, row):
            last.parts = sorted([*last.parts, *row.parts], key=lambda part: part.x0)
        else:
            joined.append(Row(row.y, row.size, list(row.parts)))
    return joined


def _apart(one: Row, other: Row) -> bool:
    if one.x1 < other.x0 or other.x1 < one.x0:  # as most are
        return True
    if len(one.parts) * len(other.parts) > 400:
        return False
    return not any(
        mine.x0 < its.x1 + WIDE * its.size and its.x0 < mine.x1 + WIDE * mine.size for mine in one.parts for its in other.parts
    )


def _band(rows: Sequence[Row], start: int, down: Sequence[Rule]) -> Band | None:
    """The band that begins at that row, if there is one.

    1. Each further row leaves less of the strips free. One that closes a clear strip ends the band.
    2. So does white space above a line that stands on one side only, if the columns go on below: it introduces what follows.
    3. A strip that is not clear is a gap between words.
    """
    size = rows[start].size
    strips = [Strip(one.x1, other.x0) for one, other in pairwise(rows[start].parts) if other.x0 > one.x1]
    end, last_full = start + 1, start
    while end < len(rows) and end - last_full <= LONGEST_SIDE:
        left = [strip for strip in (_narrowed(strip, rows[end], down) for strip in strips) if strip]
        shown = _shown_by(rows[end], left)
        clear, kept = _clear(strips, size), _clear(left, size)
        if not left or (len(kept) < len(clear) and (not shown or max(strip.rows for strip in clear) >= FEWEST)):
            break
        if shown:
            if loose := _first_loose(rows, last_full + 1, end):
                end = loose
                break
            last_full = end
            for strip in shown:
                strip.rows += 1
        strips, end = left, end + 1
    strips = _clear(strips, size)
    full = max((strip.rows for strip in strips), default=0)
    end = _trimmed(rows, last_full, end, full)
    if not strips or end - start < 2:
        return None
    band = Band(list(rows[start:end]), strips)
    beside = [*rows[max(start - 1, 0) : start], *rows[end : end + 1]]
    return None if full <= MANY and _is_justified(band, beside) else band


def _clear(strips: Sequence[Strip], size: float) -> list[Strip]:
    """The strips that are wide enough, for so many rows that show them, or have a rule in them."""
    return [strip for strip in strips if strip.width >= CLEAR.get(strip.rows, NARROW) * size or strip.is_ruled]


def _shown_by(row: Row, strips: Sequence[Strip]) -> list[Strip]:
    """The strips that have text of the row on their left, and on their right in the next column."""
    shown = []
    limits = [*(strip.start for strip in strips[1:]), inf]
    for strip, limit in zip(strips, limits, strict=False):
        if row.x0 < strip.start and any(strip.end - 1 <= part.x0 and part.x1 <= limit + 1 for part in row.parts):
            shown.append(strip)
    return shown


def _narrowed(strip: Strip, row: Row, down: Sequence[Rule]) -> Strip | None:
    """What the row leaves free of the strip; None if that is too little."""
    start, end = strip.start, strip.end
    for part in row.parts:
        if part.x1 <= start or part.x0 >= end:
            continue
        if part.x0 > start:
            start, end = (end, end) if part.x1 < end else (start, part.x0)
        else:
            start = part.x1
    is_ruled = end > start and any(start - 1 <= rule.at <= end + 1 and rule.start <= row.y <= rule.end for rule in down)
    return Strip(start, end, strip.rows, is_ruled) if end - start >= NARROW * row.size or is_ruled else None


def _trimmed(rows: Sequence[Row], last_full: int, end: int, full: int) -> int:
    """The end of the band without rows on one side of it that stand further down, unless lines as long as the column follow."""
    sides = [part for row in rows[last_full + 1 : end] for part in row.parts]
    edge = max((part.x1 for part in sides), default=0.0)
    if full > 1 and sum(edge - part.x1 < part.size for part in sides) >= FEWEST:
        return end
    return _first_loose(rows, last_full + 1, end) or end


def _first_loose(rows: Sequence[Row], start: int, end: int) -> int | None:
    """The first of these rows that stands further down than the next line would; a strip of white lies above it."""
    for at in range(start, end):
        if rows[at].y - _lowest(rows[at - 1]) > LOOSE * max(rows[at].size, rows[at - 1].size):
            return at
    return None


def _is_justified(band: Band, beside: Sequence[Row]) -> bool:
    """Whether the gaps are those of lines that are set to both margins, as the lines above or below are."""
    left, right = min(row.x0 for row in band.rows), max(row.x1 for row in band.rows)
    return any(
        abs(row.x0 - left) < 2 and abs(row.x1 - right) < 2 and abs(row.y - near.y) < LOOSE * row.size
        for row in beside
        for near in (band.rows[0], band.rows[-1])
    )


def _lowest(row: Row) -> float:
    return max(part.y for part in row.parts)
