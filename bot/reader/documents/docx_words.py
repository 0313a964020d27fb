"""The paragraphs, items and rows in a part of a Word file (ECMA-376, part 1, section 17), as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from bot.reader.documents import table_lines
from bot.reader.documents.limits import MOST_COLUMNS
from bot.reader.documents.parsed_file import BULLET, folded
from bot.reader.documents.table_lines import Cell

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PROPERTIES = {f"{W}{name}" for name in ("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr")}
LEFT_OUT = PROPERTIES | {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delInstrText", f"{MC}Fallback"}
BOX = f"{W}txbxContent"
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "-"}
NOT_SHOWN = ("vanish", "strike", "dstrike")  # hidden or struck out
#: What a tab only sets off: a label, a number or the mark of an item.
LABEL = re.compile(r".*:|\W*[\dA-Za-z]{1,3}[.)]|\W{1,2}", re.S)


class BlockKind(Enum):
    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()


#: Its text, in lines.
Block = tuple[str, BlockKind]
_Cell = Cell[list[Block]]


class Styles(NamedTuple):
    """What the styles of a file do, by their ids."""

    #: Those that make paragraphs items of a list.
    items: frozenset[str]
    #: Those that hide words or strike them out, each with the one of `NOT_SHOWN` that they switch on.
    unseen: frozenset[tuple[str, str]]


class WordReader:
    """Reads parts of one file, one after another."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        #: The notes that what was read refers to: "footnote" or "endnote", and the id.
        self.references: list[tuple[str, str]] = []

    def blocks(self, holder: Iterable[Any]) -> Iterator[Block]:
        """Paragraphs, items and rows in order. A paragraph whose end was deleted goes on in the next one."""
        begun = ""
        for element in holder:
            if element.tag == f"{W}p":
                words = begun + self._words(element)
                begun = words if element.find(f"{W}pPr/{W}rPr/{W}del") is not None else ""
                if not begun:
                    yield from self._paragraph(element, words)
                for box in _boxes(element):
                    yield from self.blocks(box)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)
            elif isinstance(element.tag, str) and element.tag not in LEFT_OUT:
                yield from self.blocks(element)  # content controls and so on
        if begun:
            yield from self._paragraph(None, begun)

    def _paragraph(self, element: Any, words: str) -> Iterator[Block]:
        lines = [line for part in words.split("\n") if (line := _line(part))]
        if element is not None and lines and self._is_item(element):
            items = lines if len(lines) >= table_lines.FRAMED else [" ".join(lines)]
            yield from ((f"{BULLET}{folded(item)}", BlockKind.ITEM) for item in items)
        elif lines:
            yield "\n".join(lines), BlockKind.ROW if all("\t" in line for line in lines) else BlockKind.PARAGRAPH

    def _is_item(self, paragraph: Any) -> bool:
        number = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        if number is not None:
            return bool(number.get(f"{W}val") != "0")
        return _style(paragraph, "p") in self._styles.items

    def _words(self, element: Any) -> str:
        """The words of a paragraph, without those of its text boxes."""
        if element.tag in LEFT_OUT or element.tag == BOX or (element.tag == f"{W}r" and self._is_hidden(element)):
            return ""
        if element.tag == f"{W}t":
            return element.text or ""
        if element.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = "footnote" if element.tag == f"{W}footnoteReference" else "endnote"
            self.references.append((kind, element.get(f"{W}id", "")))
        return BREAKS.get(element.tag, "") + "".join(map(self._words, element))

    def _is_hidden(self, run: Any) -> bool:
        paragraph = next(run.iterancestors(f"{W}p"), None)
        styles = [_style(run, "r"), _style(paragraph, "p")]
        for name in NOT_SHOWN:
            switch = run.find(f"{W}rPr/{W}{name}")
            if is_on(switch) or (switch is None and any((style, name) in self._styles.unseen for style in styles)):
                return True
        return False

    # Tables

    def _table(self, table: Any) -> Iterator[Block]:
        """Its rows as lines, and what its frames hold: `table_lines` says which are."""
        rows = [row for row in self._rows(table) if table_lines.is_shown(row)]
        if columns := table_lines.state_columns(rows):
            for heading, names in columns:
                yield table_lines.with_colon(heading), BlockKind.PARAGRAPH
                yield from ((f"{BULLET}{name}", BlockKind.ITEM) for name in names)
            return
        lists = table_lines.list_columns(rows)
        headings = table_lines.column_headings(rows, lists)
        items = table_lines.item_columns(rows)
        grouped = table_lines.is_grouped(rows)
        for row in rows[1:] if headings else rows:
            if table_lines.is_frame(row, lists) or (len(row) == 1 and not row[0].is_wide):
                yield from _frame(row, lists, items, headings)
            else:
                yield table_lines.line_of(row, "\t", grouped=grouped), BlockKind.ROW

    def _rows(self, table: Any) -> Iterator[list[_Cell]]:
        above: dict[int, _Cell] = {}
        for row in table.iter(f"{W}tr"):
            is_gone = row.find(f"{W}trPr/{W}del") is not None or is_on(row.find(f"{W}trPr/{W}hidden"))
            if next(row.iterancestors(f"{W}tbl")) is table and not is_gone:
                cells = self._cells(row, above)
                above = {cell.column: cell for cell in cells}
                if shown := [cell for cell in cells if cell.counts]:
                    yield shown

    def _cells(self, row: Any, above: Mapping[int, _Cell]) -> list[_Cell]:
        """The cells of a row. One that continues the cell above it has that one's text."""
        cells = []
        column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
        is_head = is_on(row.find(f"{W}trPr/{W}tblHeader"))
        for tc in row.iter(f"{W}tc"):
            if next(tc.iterancestors(f"{W}tr")) is not row or tc.find(f"{W}tcPr/{W}cellDel") is not None:
                continue
            merge = tc.find(f"{W}tcPr/{W}vMerge")
            width = _number(tc.find(f"{W}tcPr/{W}gridSpan"), 1)
            if merge is not None and merge.get(f"{W}val") != "restart" and column in above:
                cells.append(above[column].below())
            else:
                cells.append(self._cell(tc, column, width > 1, is_head))
            column += width
        return cells

    def _cell(self, tc: Any, column: int, is_wide: bool, is_head: bool) -> _Cell:
        held = list(self.blocks(tc))
        lines = [folded(line) for block, _ in held for line in block.removeprefix(BULLET).split("\n")]
        has_items = any(kind is not BlockKind.PARAGRAPH for _, kind in held) or table_lines.has_full_names(lines)
        is_heading = not has_items and (is_head or _is_bold(tc))
        gone = [run for run in tc.iter(f"{W}r") if self._is_hidden(run) or run.find(f"{W}delText") is not None]
        struck = "".join(text.text or "" for run in gone for text in run.iter(f"{W}t", f"{W}delText"))
        is_struck = bool(struck.strip()) and not any(map(str.isdigit, struck))
        return Cell(held, column, lines, " ".join(lines), has_items, is_heading, is_wide, is_struck=is_struck)


def _frame(row: Sequence[_Cell], lists: frozenset[int], items: frozenset[int], headings: Mapping[int, str]) -> Iterator[Block]:
    """What its cells hold. The headings of columns stand above their lists, unless the row has one of its own."""
    if table_lines.has_own_heading(row, lists):
        headings = {}
    for cell in row:
        if cell.is_carried or not cell.text:
            continue
        if cell.column in lists and (heading := headings.get(cell.column)):
            yield table_lines.with_colon(heading), BlockKind.PARAGRAPH
        if table_lines.becomes_list(cell, row, lists, items):
            yield from ((f"{BULLET}{line}", BlockKind.ITEM) for line in cell.lines)
        else:
            yield from cell.content


def _line(text: str) -> str:
    """A line of a paragraph. A tab between columns stays, one behind a label or the number of an item is a space."""
    first, *others = [part for piece in text.split("\t") if (part := folded(piece))] or [""]
    line = first
    for part in others:
        line += (" " if LABEL.fullmatch(line.rsplit("\t", 1)[-1]) else "\t") + part
    return line


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph. Fallbacks repeat one for older programs."""
    for box in paragraph.iter(BOX):
        around = [element.tag for element in _within(box, paragraph)]
        if BOX not in around and LEFT_OUT.isdisjoint(around):
            yield box


def _within(element: Any, holder: Any) -> Iterator[Any]:
    for ancestor in element.iterancestors():
        if ancestor is holder:
            return
        yield ancestor


def _style(element: Any, kind: str) -> str:
    """The id of the style of a paragraph (kind "p") or run ("r"); empty if it has none."""
    style = element.find(f"{W}{kind}Pr/{W}{kind}Style") if element is not None else None
    return style.get(f"{W}val", "") if style is not None else ""


def _is_bold(cell: Any) -> bool:
    runs = [run for run in cell.iter(f"{W}r") if any((text.text or "").strip() for text in run.iter(f"{W}t"))]
    return bool(runs) and all(is_on(run.find(f"{W}rPr/{W}b")) for run in runs)


def is_on(switch: Any) -> bool:
    """Whether a property that is on or off is on."""
    return switch is not None and switch.get(f"{W}val", "true") not in ("0", "false", "off")


def _number(element: Any, otherwise: int) -> int:
    written = element.get(f"{W}val", "") if element is not None else ""
    return min(int(written), MOST_COLUMNS) if written.isdecimal() and len(written) < 9 else otherwise
