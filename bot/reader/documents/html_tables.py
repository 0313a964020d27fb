"""Turns the tables of a web page into lines of text, since the library drops lists in cells and takes no notice of spans.

- A row of data is one line, with `CELL` between its cells. A cell that spans rows counts in each of them. If it is the first
  of its row, and so names a group, it stands before the others with a colon: "Colorado: Denver".
- A row with a list in a cell is a frame: what its cells hold stays as it is, one below the other. In a column of lists each
  cell is one, even of a single name.
- A table in a cell is set out first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from bot.reader.documents.html_shown import NOT_SHOWN
from bot.reader.documents.html_text import lines
from bot.reader.documents.limits import MOST_COLUMNS
from bot.reader.documents.parsed_file import folded

CELL = "\ue000"  # a private-use character (Unicode, "Private-Use Characters"), since a tab would be read as a space
FRAMED = 3  # a row with that many lines in a cell is not a row of data
LONGEST_CARRIED = 200  # characters of a cell that are put into each row that it spans
MOST_SPANNED = 65_534  # rows of a cell, as in HTML
SET_OUT = "data-set-out"  # marks the lines of a table that was set out


@dataclass(frozen=True)
class _Cell:
    element: Any
    column: int
    lines: list[str]
    text: str
    is_wide: bool = False
    #: How many rows below it spans.
    rows_left: int = 0
    #: It began in a row above.
    is_carried: bool = False
    #: A further column of a cell that spans several: nothing else can be there.
    is_filler: bool = False

    @cached_property
    def is_list(self) -> bool:
        return not self.is_carried and (len(self.lines) >= FRAMED or self.has_items)

    @cached_property
    def has_items(self) -> bool:
        return self.element.find(".//li") is not None or self.element.find(f".//*[@{SET_OUT}]") is not None

    @property
    def is_heading(self) -> bool:
        return bool(self.element.tag == "th")


_Row = list[_Cell]


def set_out_tables(tree: Any) -> None:
    """Changes the tree: each table becomes a `div` with paragraphs, nested ones first."""
    for table in reversed(list(tree.iter("table"))):
        _set_out(table)


def _set_out(table: Any) -> None:
    from lxml.html import Element

    page = Element("div")
    page.set(SET_OUT, "table")
    for caption in list(table.iterchildren("caption")):
        caption.tag = "p"
        page.append(caption)
    rows = [row for row in _grid(table) if any(cell.text for cell in row)]
    for part in _parts(rows):
        page.append(part)
    page.tail = table.tail
    table.getparent().replace(table, page)


def _parts(rows: Sequence[_Row]) -> Iterator[Any]:
    """Paragraphs of rows of data, and the content of frames, in order."""
    columns = _list_columns(rows)
    headings = _headings(rows) if len(columns) > 1 else {}
    is_grouped = _is_grouped(rows)
    data: list[_Row] = []
    for row in rows[1:] if headings else rows:
        if not _is_frame(row, columns):
            data.append(row)
            continue
        yield from _paragraph(data, is_grouped)
        data = []
        yield from _frame(row, columns, headings)
    yield from _paragraph(data, is_grouped)


def _headings(rows: Sequence[_Row]) -> dict[int, str]:
    """What the first row says of each column, if it does."""
    is_head = len(rows) > 1 and all(cell.is_heading for cell in rows[0])
    return {cell.column: cell.text for cell in rows[0]} if is_head else {}


def _list_columns(rows: Sequence[_Row]) -> frozenset[int]:
    """The columns of which some cell is a list of items, or half of them are of several lines."""
    columns: dict[int, list[_Cell]] = {}
    for row in rows:
        for cell in row:
            if cell.text and not cell.is_heading and not cell.is_carried:
                columns.setdefault(cell.column, []).append(cell)
    return frozenset(
        number
        for number, cells in columns.items()
        if any(cell.element.find(".//li") is not None for cell in cells)
        or (max(len(cell.lines) for cell in cells) >= FRAMED and sum(len(cell.lines) > 1 for cell in cells) * 2 >= len(cells))
    )


def _is_frame(row: _Row, columns: frozenset[int]) -> bool:
    return any(cell.is_list or (cell.column in columns and cell.text and not cell.is_heading) for cell in row)


def _frame(row: _Row, columns: frozenset[int], headings: dict[int, str]) -> Iterator[Any]:
    """What its cells hold. The headings of columns stand above their lists, unless the row has one of its own."""
    from lxml.html import Element

    if any(cell.text and cell.column not in columns for cell in row):
        headings = {}
    for cell in row:
        if cell.is_carried or not cell.text:
            continue
        if cell.column in columns and (heading := headings.get(cell.column)):
            above = Element("p")
            above.text = _with_colon(heading)
            yield above
        held = cell.element
        held.tag, held.tail = "div", None
        if cell.column in columns and not cell.has_items and not cell.is_heading:
            _itemize(held, cell.lines)
        yield held


def _itemize(held: Any, items: Sequence[str]) -> None:
    """Make each line an item. Its links stay links, so that a menu is still one for the library."""
    from lxml.html import Element

    linked = bool(held.findall(".//a"))
    for child in list(held):
        held.remove(child)
    held.text, held.tag = None, "ul"
    for item in items:
        entry = Element("li")
        inner = Element("a") if linked else entry
        inner.text = item
        if linked:
            entry.append(inner)
        held.append(entry)


def _is_grouped(rows: Sequence[_Row]) -> bool:
    """Whether the first column names groups: a cell of it spans rows of data, or says the same as the one above."""
    firsts = [row for row in rows if row[0].column == 0 and any(cell.text for cell in row[1:])]
    if any(row[0].is_carried for row in firsts):
        return True
    return any(
        one[0].text == other[0].text != "" and [cell.text for cell in one] != [cell.text for cell in other]
        for one, other in pairwise(firsts)
    )


def _paragraph(rows: Sequence[_Row], is_grouped: bool) -> Iterator[Any]:
    """One paragraph of the rows, a line each; none if there are no rows."""
    from lxml.html import Element

    if not rows:
        return
    paragraph = Element("p")
    for number, row in enumerate(rows):
        line = paragraph
        if number:
            line = Element("br")
            paragraph.append(line)
        _fill(paragraph, line, row, _line(row, is_grouped))
    yield paragraph


def _fill(paragraph: Any, line: Any, row: _Row, words: str) -> None:
    """Put the words into the line: as a link if most of the row is one, so that a menu is still one for the library."""
    from lxml.html import Element

    linked = sum(len(folded(link.text_content())) for cell in row if not cell.is_carried for link in cell.element.iter("a"))
    if linked * 2 <= len(words):
        setattr(line, "text" if line is paragraph else "tail", words)
        return
    link = Element("a")
    link.text = words
    paragraph.append(link)


def _line(row: _Row, is_grouped: bool) -> str:
    first, *others = row
    if first.is_heading and first.is_wide and not any(cell.text for cell in others):
        return _with_colon(first.text)
    words = CELL.join(cell.text for cell in others)
    if is_grouped and first.column == 0 and first.text and words.strip(CELL) and not all(cell.is_heading for cell in row):
        return f"{_with_colon(first.text)} {words}"
    return CELL.join(cell.text for cell in row)


def _with_colon(heading: str) -> str:
    return heading if heading.endswith((":", ".", "?", "!")) else f"{heading}:"


# The grid


def _grid(table: Any) -> Iterator[_Row]:
    """The rows with their cells, each with those that span it from above."""
    carried: dict[int, _Cell] = {}
    hidden = _hidden_columns(table)
    for row in [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]:
        cells = _cells(row, carried)
        carried = {
            cell.column: replace(cell, rows_left=cell.rows_left - 1, is_carried=True) for cell in cells if cell.rows_left
        }
        shown = [cell for cell in cells if cell.column not in hidden and _counts(cell)]
        if shown:
            yield shown


def _cells(row: Any, carried: dict[int, _Cell]) -> _Row:
    """The cells of a row in the order of their columns; those from above keep theirs."""
    cells, column = dict(carried), 0
    for element in row.iterchildren("td", "th"):
        while column in cells:
            column += 1
        width, height = _span(element, "colspan"), _span(element, "rowspan")
        held = lines(element)
        for further in range(min(width, MOST_COLUMNS - column)):
            cells.setdefault(column, _Cell(element, column, held, " ".join(held), width > 1, height - 1, is_filler=further > 0))
            column += 1
    return [cells[number] for number in sorted(cells)]


def _counts(cell: _Cell) -> bool:
    return not cell.is_filler and not (cell.is_carried and len(cell.text) > LONGEST_CARRIED)


def _span(cell: Any, name: str) -> int:
    """How many columns or rows a cell spans; "0" is all rows that are left."""
    written = cell.get(name, "").strip()
    number = int(written) if written.isdecimal() and len(written) < 9 else 1
    return MOST_SPANNED if number == 0 and name == "rowspan" else max(1, min(number, MOST_SPANNED))


def _hidden_columns(table: Any) -> frozenset[int]:
    hidden: set[int] = set()
    column = 0
    for entry in table.iter("col"):
        width = _span(entry, "span")
        if entry.get("hidden") is not None or NOT_SHOWN.search(entry.get("style", "")):
            hidden.update(range(column, column + width))
        column += width
    return frozenset(hidden)
