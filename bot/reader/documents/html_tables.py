"""Turns the tables of a web page into lines of text (`table_lines` says which), since the library drops lists in cells.

A table in a cell is set out first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.reader.documents import table_lines
from bot.reader.documents.html_sheets import NOT_SHOWN
from bot.reader.documents.html_shown import STRUCK_CELL
from bot.reader.documents.html_text import lines
from bot.reader.documents.limits import MOST_COLUMNS
from bot.reader.documents.parsed_file import folded
from bot.reader.documents.table_lines import Cell

CELL = "\ue000"  # a private-use character (Unicode, "Private-Use Characters"), since a tab would be read as a space
MOST_SPANNED = 65_534  # rows of a cell, as in HTML
SET_OUT = "data-set-out"  # marks the lines of a table that was set out

Row = list[Cell[Any]]


def set_out_tables(tree: Any) -> None:
    """Changes the tree: each table becomes a `div` with paragraphs, nested ones first."""
    for table in reversed(list(tree.iter("table"))):
        _set_out(table)


def _set_out(table: Any) -> None:
    from lxml.html import Element

    page = Element("div")
    page.set(SET_OUT, "")
    for caption in list(table.iterchildren("caption")):
        caption.tag = "p"
        page.append(caption)
    rows = [row for row in _grid(table) if table_lines.is_shown(row)]
    for part in _parts(rows):
        page.append(part)
    page.tail = table.tail
    table.getparent().replace(table, page)


def _parts(rows: Sequence[Row]) -> Iterator[Any]:
    """Paragraphs of rows of data, and the content of frames, in order."""
    if columns := table_lines.state_columns(rows):
        yield from _lists(columns)
        return
    lists = table_lines.list_columns(rows)
    headings = table_lines.column_headings(rows, lists)
    items = table_lines.item_columns(rows)
    grouped = table_lines.is_grouped(rows)
    data: list[Row] = []
    for row in rows[1:] if headings else rows:
        if not table_lines.is_frame(row, lists):
            data.append(row)
            continue
        yield from _paragraph(data, grouped)
        data = []
        yield from _frame(row, lists, items, headings)
    yield from _paragraph(data, grouped)


def _frame(row: Row, lists: frozenset[int], items: frozenset[int], headings: dict[int, str]) -> Iterator[Any]:
    """What its cells hold. The headings of columns stand above their lists, unless the row has one of its own."""
    from lxml.html import Element

    if table_lines.has_own_heading(row, lists):
        headings = {}
    for cell in row:
        if cell.is_carried or not cell.text:
            continue
        if cell.column in lists and (heading := headings.get(cell.column)):
            above = Element("p")
            above.text = table_lines.with_colon(heading)
            yield above
        held = cell.content
        held.tag, held.tail = "div", None
        if table_lines.becomes_list(cell, row, lists, items):
            _itemize(held, cell.lines)
        yield held


def _lists(columns: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Any]:
    from lxml.html import Element

    for heading, names in columns:
        above, below = Element("p"), Element("div")
        above.text = table_lines.with_colon(heading)
        _itemize(below, names)
        yield from (above, below)


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


def _paragraph(rows: Sequence[Row], grouped: bool) -> Iterator[Any]:
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
        _fill(paragraph, line, row, table_lines.line_of(row, CELL, grouped=grouped))
    yield paragraph


def _fill(paragraph: Any, line: Any, row: Row, words: str) -> None:
    """Put the words into the line: as a link if most of the row is one, so that a menu is still one for the library."""
    from lxml.html import Element

    linked = sum(len(folded(link.text_content())) for cell in row if not cell.is_carried for link in cell.content.iter("a"))
    if linked * 2 <= len(words):
        setattr(line, "text" if line is paragraph else "tail", words)
        return
    link = Element("a")
    link.text = words
    paragraph.append(link)


# The grid


def _grid(table: Any) -> Iterator[Row]:
    """The rows with their cells, each with those that span it from above."""
    carried: dict[int, Cell[Any]] = {}
    hidden = _hidden_columns(table)
    for row in [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]:
        cells = _cells(row, carried)
        carried = {
            cell.column: replace(cell, rows_left=cell.rows_left - 1, is_carried=True) for cell in cells if cell.rows_left
        }
        shown = [cell for cell in cells if cell.column not in hidden and cell.counts]
        if shown:
            yield shown


def _cells(row: Any, carried: dict[int, Cell[Any]]) -> Row:
    """The cells of a row in the order of their columns; those from above keep theirs."""
    cells, column = dict(carried), 0
    for element in row.iterchildren("td", "th"):
        while column in cells:
            column += 1
        width = _span(element, "colspan")
        cell = _cell(element, column, width > 1)
        for further in range(min(width, MOST_COLUMNS - column)):
            cells.setdefault(column, replace(cell, column=column, is_filler=further > 0))
            column += 1
    return [cells[number] for number in sorted(cells)]


def _cell(element: Any, column: int, is_wide: bool) -> Cell[Any]:
    held = lines(element)
    text = " ".join(held)
    has_items = element.find(".//li") is not None or element.find(f".//*[@{SET_OUT}]") is not None
    has_items = has_items or table_lines.has_full_names(held)
    bold = sum(len(folded(part.text_content())) for part in element.iter("b", "strong"))
    is_heading = element.tag == "th" or 0 < len(text) <= bold
    rows_left = _span(element, "rowspan") - 1
    cell = Cell(element, column, held, text, has_items, is_heading and not has_items, is_wide, rows_left)
    return replace(cell, is_struck=STRUCK_CELL in element.attrib)


def _span(cell: Any, name: str) -> int:
    """How many columns or rows a cell spans; "0" is all rows that are left."""
    written = cell.get(name, "").strip()
    number = int(written) if written.isdecimal() and len(written) < 9 else 1
    return MOST_SPANNED if number == 0 and name == "rowspan" else max(1, min(number, MOST_SPANNED))


def _hidden_columns(table: Any) -> frozenset[int]:
    hidden: set[int] = set()
    column = 0
    for entry in table.iter("col", "colgroup"):
        has_own = entry.tag == "colgroup" and entry.find("col") is not None
        width = 0 if has_own else min(_span(entry, "span"), MOST_COLUMNS)
        if entry.get("hidden") is not None or NOT_SHOWN.search(entry.get("style", "")):
            hidden.update(range(column, column + width))
        column += width
    return frozenset(hidden)
