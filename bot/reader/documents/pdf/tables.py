"""Tells tables from columns of a list, and puts the lines of a cell together.

Both are parts with gaps between them. "Denver, Colorado | Albany, New York" are two addressees; "Denver | Colorado |
April 3" is one. What is in the cells decides, since tables without rules and lists in columns look the same.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bot.reader.documents.pdf.rows import Part, Row
from bot.reader.rules import Rule, any_of, words
from bot.record.places import STATES

MOST = 0.6  # of a column's cells that have to be of one kind
FRAMED = 3  # a row with that many lines in a cell is not a row of data
FIT = 0.8  # times the font size: the room between a word and the next column
TIGHT = 0.85  # of the distance of rows: lines of one cell are nearer
PROSE = 32  # letters in a line of a column of prose, on average
ANY_STATE = rf"(?:(?i:{any_of(STATES.values())})|[A-Z]{{2}}|[A-Z][a-z]{{1,4}}\.)"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
STATE = Rule("cell with a state", rf"^{ANY_STATE}$", ("Colorado", "CO", "Colo."), ("Denver", "Denver, Colorado"), re.NOFLAG)
VALUE = Rule(
    "cell with a day, a time, an amount, a kind of place or a mark",
    rf"""
    ^(?:
        (?:(?:on|by)\s)? {MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?  # April 3, 2026
      | \d{{1,2}}\s[A-Z][a-z]{{2,8}}\s\d{{4}} | \d{{4}}-\d\d-\d\d | \d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}
      | [^\n]{{0,20}}\b(?:days?|[ap]\.?m\.?)(?!\w)[^\n]{{0,20}}  # within 30 days, 5 p.m. EST
      | [$€£]?[\d.,]+\s?%? | \(?\d{{3}}\)?[\s.-]\d{{3}}[\s.-]\d{{4}} | \S+@\S+
      | city | county | state | town | village | parish | borough | tribe | university | college | (?:school\s)?district
      | yes | no | none | n/?a | pending | [-–—x✓✔]
    )$
    """,
    (
        "April 3, 2026",
        "by Apr. 3",
        "3 April 2026",
        "2026-04-03",
        "4/3/26",
        "within 30 days",
        "5 p.m. EST",
        "$1,200",
        "12 %",
        "yes",
    ),
    ("Denver", "Mayfield", "3 Rivers"),
)
PERSON = Rule(
    "cell with a person",
    rf"^(?:the\s)?(?:hon(?:\.|orable)|mr|mrs|ms|dr|president|director|commissioner|{words('titles')})(?!\w)",
    ("[The Honorable] Ann Lee", "[Mayor] Ann Lee", "[Gov]. Lee", "[Sheriff] Max Roe"),
    ("Mayorville, Kansas", "City of Denver"),
)
PLACE = Rule(
    "cell with a place and its state",
    rf"""
    ^(?:
        [^\n]+,\s{ANY_STATE}[;.,]?(?:\sand)?
      | (?i:(?:the\s)?(?:city|county|state|town|village)(?:\sand\scounty)?)\sof\s[^\n]+
    )$
    """,
    ("Denver, Colorado", "Denver, CO;", "City and County of Denver", "State of Ohio"),
    ("Denver", "Mayor Ann Lee"),
    re.NOFLAG,
)
HEAD = Rule(
    "first cell of a column of a table",
    rf"^(?:{words('table_heads')}[\s/.()-]*)+$",
    ("Recipient", "Name of Official", "Response due", "City/County"),
    ("Cities", "City of Denver", "Cook County"),
)
RULES = (STATE, VALUE, PERSON, PLACE, HEAD)


@dataclass(slots=True)
class Table:
    """The parts of a band by column, from top to bottom."""

    columns: list[list[Part]]
    #: Where the room of each column ends: at the next one, or the page's right margin.
    limits: list[float]
    #: The heights of the rules across it.
    rules: list[float]

    @classmethod
    def of(cls, rows: Sequence[Row], edges: Sequence[float], right: float, rules: list[float]) -> Table:
        columns: list[list[Part]] = [[] for _ in range(len(edges) + 1)]
        for row in rows:
            for part in row.parts:
                columns[bisect(edges, (part.x0 + part.x1) / 2)].append(part)
        filled = [_lines(column) for column in columns if column]
        lefts = [min(part.x0 for part in column) for column in filled[1:]]
        return cls(filled, [*lefts, right], rules)


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
    longest = max(map(len, columns))
    bodies = [
        column[1:] if len(column) > 2 else column for column in columns if column is columns[0] or len(column) * 2 > longest
    ]
    states = [_share(STATE, body) for body in bodies]
    if any(share >= MOST for share in states) and min(states) < MOST:
        return True
    if any(_share(VALUE, body) >= MOST for body in bodies):
        return True
    persons = [_share(PERSON, body) >= MOST for body in bodies]
    if any(persons) and not all(persons):
        return True
    placed = [_share(PLACE, body) for body in bodies]
    if min(placed) >= MOST:
        return False
    return _repeats(bodies) or len(table.rules) > len(max(columns, key=len)) / FRAMED + 1


def _share(kind: Rule, cells: Sequence[str]) -> float:
    return sum(kind.regex.search(cell) is not None for cell in cells) / len(cells)


def _is_prose(columns: Sequence[Sequence[str]]) -> bool:
    """Whether at least two columns have long lines that go on in the next."""
    flowing = 0
    for column in columns:
        goes_on = sum(line[:1].islower() for line in column)
        flowing += sum(map(len, column)) / len(column) > PROSE and len(column) >= FRAMED and goes_on * 4 >= len(column)
    return flowing > 1


def _has_heads(columns: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells are headings of a table: "Recipient", "State"; "Cities" is one of a list."""
    return len(columns[0]) > 1 and all(HEAD.regex.search(column[0]) for column in columns)


def _repeats(columns: Sequence[Sequence[str]]) -> bool:
    """Whether a column says the same again and again, as one of kinds or states does: a list names each place once."""
    return any(len(column) >= FRAMED and max(Counter(column).values()) * 3 > len(column) for column in columns)


# Rows and cells


def lines_of(table: Table) -> Iterator[list[str]]:
    """The cells of each row. If cells hold lists, a row with more than one line in a cell is given line by line."""
    rows = [[_joined(parts, limit) for parts, limit in zip(row, table.limits, strict=True)] for row in _rows(table)]
    has_lists = any(len(lines) >= FRAMED for cells in rows for lines in cells)
    for cells in filter(any, rows):
        if has_lists and max(map(len, cells)) > 1:
            yield from ([line] for lines in cells for line in lines)
        else:
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
        below = sum(y > table.rules[-1] for y in lines)
        if len(between) >= max(FRAMED, len(max(table.columns, key=len)) / 4) and below <= FRAMED:
            return [0.0, *table.rules]
    return _without_rules(table)


def _without_rules(table: Table) -> list[float]:
    """A line begins a row unless it only goes on with the cells above it.

    1. Lines of a cell are nearer to each other than rows, where rows have room between them.
    2. Otherwise a line goes on if the first cell is empty, or if it is the only one and the one above breaks off.
    """
    lines = _levels(table)
    gaps = [lower[0] - upper[0] for upper, lower in pairwise(lines)]
    usual = median(gaps) if gaps else 0.0
    full = [gap for gap, (_, filled) in zip(gaps, lines[1:], strict=True) if len(filled) == len(table.columns)]
    apart = min(full) if full else usual
    starts: list[float] = []
    for number, (y, filled) in enumerate(lines):
        if number and len(filled) < len(table.columns):
            is_near = gaps[number - 1] < TIGHT * apart
            if is_near or _goes_on(lines[number - 1][1], filled, table.limits[0]):
                continue
        starts.append(y - 0.5)
    return starts


def _levels(table: Table) -> list[tuple[float, dict[int, Part]]]:
    """The parts at each height, by number of their column."""
    levels: list[tuple[float, dict[int, Part]]] = []
    for number, part in sorted(
        ((number, part) for number, column in enumerate(table.columns) for part in column), key=lambda one: (one[1].y, one[0])
    ):
        if levels and part.y - levels[-1][0] < part.size * 0.5 and number not in levels[-1][1]:
            levels[-1][1][number] = part
        else:
            levels.append((part.y, {number: part}))
    return levels


def _goes_on(above: dict[int, Part], filled: dict[int, Part], limit: float) -> bool:
    """Whether a line goes on with the cells above, where the distance of lines does not tell."""
    if 0 not in filled:
        return True
    return len(filled) == 1 and 0 in above and _was_full(above[0], filled[0], limit)


def _joined(parts: Sequence[Part], limit: float) -> list[str]:
    """The lines of a cell; one that ends for want of room goes on in the next."""
    lines: list[str] = []
    for number, part in enumerate(parts):
        if number and _was_full(parts[number - 1], part, limit):
            lines[-1] = f"{lines[-1]} {part.text}"
        else:
            lines.append(part.text)
    return lines


def _was_full(part: Part, following: Part, limit: float) -> bool:
    """Whether the first word of the next line did not fit, or plainly belongs to it."""
    if following.text[:1].islower() or part.text.endswith((",", "-", " of", " and", " the")):
        return True
    return part.x1 + following.lead + FIT * part.size > limit


def _lines(column: list[Part]) -> list[Part]:
    """The parts of a column from top to bottom, those on one line joined."""
    lines: list[Part] = []
    for part in sorted(column, key=lambda one: (round(one.y, 1), one.x0)):
        if lines and part.y - lines[-1].y < 0.4 * part.size and part.x0 >= lines[-1].x1:
            last = lines[-1]
            lines[-1] = Part(f"{last.text} {part.text}", last.x0, part.x1, last.y, max(last.size, part.size), last.lead)
        else:
            lines.append(part)
    return lines
