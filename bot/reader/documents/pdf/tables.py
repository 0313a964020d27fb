"""Tells tables from columns of a list, and puts the lines of a cell together.

Both are parts with gaps between them. "Denver, Colorado | Albany, New York" are two addressees; "Denver | Colorado | April 3" is
one. What is in the cells decides, since tables without rules and lists in columns look the same.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bot.reader.documents.pdf.rows import LEADERS, Part, Row
from bot.record.places import STATES

MOST = 0.6  # of a column's cells that have to be of one kind
FRAMED = 3  # a row with that many lines in a cell is not a row of data
FIT = 0.5  # times the font size: room that has to be left for the next word on a line that ends early
TIGHT = 0.85  # of the distance of rows: lines of one cell are nearer
PROSE = 32  # letters in a line of a column of prose, on average
STATE = re.compile(rf"(?:(?i:{'|'.join(re.escape(name) for name in STATES.values())})|[A-Z]{{2}}|[A-Z][a-z]{{1,4}}\.)")
VALUE = re.compile(
    r"(?:on |by )?(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?"
    r"|\d{1,2} [A-Z][a-z]{2,8} \d{4}|\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|[$€£]?[\d.,]+ ?%?|yes|no|none|n/?a|pending|[-–—x✓✔]"
    r"|.{0,20}\b(?:days?|[ap]\.?m\.?)\b.{0,20}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|\S+@\S+)",
    re.I,
)
PERSON = re.compile(
    r"(?:(?:the )?hon(?:\.|orable)|mr\.?|mrs\.?|ms\.?|dr\.?|gov(?:\.|ernor)|mayor|sheriff|commissioner|superintendent|president"
    r"|chief|attorney general|director|chair(?:man|woman|person)?|secretary|warden)\b",
    re.I,
)
PLACED = re.compile(rf".+, (?:{STATE.pattern})[;.,]?(?: and)?|(?i:(?:the )?(?:city|county|state|town|village)(?: and county)?) of .+")
HEADS = frozenset(
    "a address addressee agency amount and answer answered by category city contact county date dated day deadline demand document "
    "documents due email for government grant id in institution jurisdiction kind letter locality mailed mayor name no number of "
    "office officer official or phone place population program received recipient region replied reply requested responded response "
    "sent sheriff state status subject the time title to town type year".split()
)


@dataclass(slots=True)
class Table:
    """The parts of a band by column, and the heights of the rules across it."""

    columns: list[list[Part]]
    rules: list[float]

    @classmethod
    def of(cls, rows: Sequence[Row], edges: Sequence[float], rules: list[float]) -> Table:
        columns: list[list[Part]] = [[] for _ in range(len(edges) + 1)]
        for row in rows:
            for part in row.parts:
                if not LEADERS.fullmatch(part.text):
                    columns[bisect(edges, (part.x0 + part.x1) / 2)].append(part)
        return cls([_lines(column) for column in columns if column], rules)


def labelled(parts: Sequence[Part]) -> bool:
    """Whether what follows belongs to them: "To:" before a name."""
    return parts[-1].text.endswith(":")


def is_table(table: Table) -> bool:
    """Whether the rows belong together, rather than the columns."""
    columns = [[part.text for part in column] for column in table.columns]
    if len(columns) < 2 or _is_prose(columns):
        return False
    if all(text.endswith(":") for text in columns[0]) or _has_heads(columns):
        return True
    bodies = [column[1:] if len(column) > 2 else column for column in columns]
    states = [_share(STATE, body) for body in bodies]
    if any(share >= MOST for share in states) and min(states) < MOST:
        return True
    if any(_share(VALUE, body) >= MOST for body in bodies):
        return True
    persons = [_share(PERSON, body) >= MOST for body in bodies]
    if any(persons) and not all(persons):
        return True
    placed = [_share(PLACED, body) for body in bodies]
    if min(placed) >= MOST:
        return False
    return _repeats(bodies) or len(table.rules) > len(max(columns, key=len)) / FRAMED + 1


def _share(kind: re.Pattern[str], cells: Sequence[str]) -> float:
    return sum(kind.fullmatch(cell) is not None or (kind is PERSON and kind.match(cell) is not None) for cell in cells) / len(cells)


def _is_prose(columns: Sequence[Sequence[str]]) -> bool:
    """Whether at least two columns have long lines that go on in the next."""
    flowing = 0
    for column in columns:
        goes_on = sum(line[:1].islower() for line in column)
        flowing += sum(map(len, column)) / len(column) > PROSE and len(column) >= FRAMED and goes_on * 4 >= len(column)
    return flowing > 1


def _has_heads(columns: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells are headings of a table: "Recipient", "State"; "Cities" is one of a list."""
    heads = [re.findall(r"[a-z]+", column[0].lower()) for column in columns]
    return len(columns[0]) > 1 and all(words and HEADS.issuperset(words) for words in heads)


def _repeats(columns: Sequence[Sequence[str]]) -> bool:
    """Whether a column says the same again and again, as one of kinds or states does: a list names each place once."""
    return any(len(column) >= FRAMED and max(Counter(column).values()) * 3 > len(column) for column in columns)


# Rows and cells


def lines_of(table: Table) -> Iterator[list[str]]:
    """The cells of each row. A row with a list in a cell is given line by line, with one cell a line."""
    for row in _rows(table):
        cells = [_joined(parts, column) for parts, column in zip(row, table.columns, strict=True)]
        if max(map(len, cells)) >= FRAMED:
            yield from ([line] for lines in cells for line in lines)
        elif any(cells):
            yield [" ".join(lines) for lines in cells]


def _rows(table: Table) -> Iterator[list[list[Part]]]:
    """The parts of each cell, row by row."""
    starts = _starts(table)
    cells: list[list[list[Part]]] = [[[] for _ in table.columns] for _ in starts]
    for number, column in enumerate(table.columns):
        for part in column:
            cells[max(bisect(starts, part.y) - 1, 0)][number].append(part)
    yield from cells


def _starts(table: Table) -> list[float]:
    """The heights at which rows begin: at the rules if there is one between any two rows, else where most cells begin."""
    lines = sorted({round(part.y, 1) for column in table.columns for part in column})
    if len(table.rules) >= FRAMED:
        between = {bisect(table.rules, y) for y in lines}
        if len(between) >= max(FRAMED, len(max(table.columns, key=len)) / 4):
            return [0.0, *table.rules]
    return _without_rules(table)


def _without_rules(table: Table) -> list[float]:
    """A line begins a row unless it only goes on with the cells above it.

    1. Lines of a cell are nearer to each other than rows, where rows have room between them.
    2. Otherwise a line goes on if the first cell is empty, or if it is the only one and the one above breaks off.
    """
    lines = _levels(table)
    gaps = [lower[0] - upper[0] for upper, lower in zip(lines, lines[1:], strict=False)]
    usual = median(gaps) if gaps else 0.0
    full = [gap for gap, (_, filled) in zip(gaps, lines[1:], strict=True) if len(filled) == len(table.columns)]
    apart = min(full) if full else usual
    starts: list[float] = []
    for number, (y, filled) in enumerate(lines):
        if number and len(filled) < len(table.columns) and _goes_on(lines[number - 1][1], filled, gaps[number - 1] < TIGHT * apart):
            continue
        starts.append(y - 0.5)
    return starts


def _levels(table: Table) -> list[tuple[float, dict[int, str]]]:
    """The texts at each height, by number of their column."""
    levels: list[tuple[float, dict[int, str]]] = []
    parts = sorted(((part.y, number, part) for number, column in enumerate(table.columns) for part in column), key=lambda one: one[:2])
    for y, number, part in parts:
        if levels and y - levels[-1][0] < part.size * 0.5 and number not in levels[-1][1]:
            levels[-1][1][number] = part.text
        else:
            levels.append((y, {number: part.text}))
    return levels


def _goes_on(above: dict[int, str], filled: dict[int, str], is_near: bool) -> bool:
    if is_near:
        return True
    if 0 not in filled:
        return True
    first, before = filled[0], above.get(0, "")
    return len(filled) == 1 and (first[:1].islower() or before.endswith((",", "-", " of", " and", " the", " for", " &")))


def _joined(parts: Sequence[Part], column: Sequence[Part]) -> list[str]:
    """The lines of a cell; one that ends for want of room goes on in the next."""
    edge = max(part.x1 for part in column)
    lines: list[str] = []
    for number, part in enumerate(parts):
        if number and _was_full(parts[number - 1], part, edge):
            lines[-1] = f"{lines[-1]} {part.text}"
        else:
            lines.append(part.text)
    return lines


def _was_full(part: Part, following: Part, edge: float) -> bool:
    """Whether the first word of the next line did not fit, or plainly belongs to it."""
    if following.text[:1].islower() or part.text.endswith((",", "-", " of", " and", " the")):
        return True
    first = following.text.split(" ", 1)[0]
    width = (following.x1 - following.x0) * len(first) / max(len(following.text), 1)
    return part.x1 + FIT * part.size + width > edge


def _lines(column: list[Part]) -> list[Part]:
    """The parts of a column from top to bottom, those on one line joined."""
    lines: list[Part] = []
    for part in sorted(column, key=lambda one: (round(one.y, 1), one.x0)):
        if lines and part.y - lines[-1].y < 0.4 * part.size and part.x0 >= lines[-1].x1:
            last = lines[-1]
            lines[-1] = Part(f"{last.text} {part.text}", last.x0, part.x1, last.y, max(last.size, part.size))
        else:
            lines.append(part)
    return lines
