"""The text of a Word file: the letterhead, then paragraphs, list items and tables. Tracked changes are read as accepted.

python-docx opens the file, but its elements are walked here, since `paragraph.text` omits text inserted with tracked changes
and text in content controls, and either may hold the letter's date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any

from bot.reader.documents import zip_archive
from bot.reader.documents.kinds import NAMED, FileKind
from bot.reader.documents.parsed_file import BULLET, ParsedFile, folded, of_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
Block = tuple[str, "BlockKind"]
LEFT_OUT = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{MC}Fallback", f"{W}pPr", f"{W}rPr", f"{W}tblPr", f"{W}sectPr"}
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


FRAMED = 3  # a row with that many lines in a cell is not a row of data


class BlockKind(Enum):
    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()


def parse(content: bytes, name: str) -> ParsedFile:
    import docx

    zip_archive.check(content, name, "word/document.xml", NAMED[FileKind.DOCX])
    document = docx.Document(io.BytesIO(content))
    styles = {style.style_id: style.name or "" for style in document.styles}
    first = document.sections[0] if len(document.sections) else None
    head = (first.first_page_header if first.different_first_page_header_footer else first.header) if first else None
    parts = [] if head is None else [*_blocks(head._element, styles)]
    return of_text(_joined([*parts, *_blocks(document.element.body, styles)]), name)


def _joined(blocks: list[Block]) -> str:
    """Paragraphs are divided by a blank line; items of a list and rows of a table are not."""
    text, before = "", BlockKind.PARAGRAPH
    for block, sort in blocks:
        text += ("\n" if sort is before is not BlockKind.PARAGRAPH else "\n\n") + block
        before = sort
    return text


def _blocks(holder: Any, styles: dict[str, str]) -> Iterator[Block]:
    """Paragraphs, items and rows in order."""
    for element in holder:
        if element.tag == f"{W}p":
            text = "\n".join(filter(None, (folded(line) for line in _inline(element).split("\n"))))
            if text and _is_item(element, styles):
                yield f"{BULLET}{folded(text)}", BlockKind.ITEM
            elif text:
                yield text, BlockKind.PARAGRAPH
        elif element.tag == f"{W}tr":
            yield from _row(element, styles)
        elif isinstance(element.tag, str) and element.tag not in LEFT_OUT:
            yield from _blocks(element, styles)  # tables, content controls and so on


def _row(row: Any, styles: dict[str, str]) -> Iterator[Block]:
    """The cells on one line. A row of one cell, or with a list in a cell, is layout: its content counts as blocks."""
    cells = [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]
    held = [list(_blocks(cell, styles)) for cell in cells]
    if len(cells) == 1 or any(sum(len(block.split("\n")) for block, _ in blocks) >= FRAMED for blocks in held):
        for blocks in held:
            yield from blocks
        return
    line = "\t".join(folded(" ".join(block for block, _ in blocks)) for blocks in held)
    if line.strip():
        yield line, BlockKind.ROW


def _inline(element: Any) -> str:
    """The words of a paragraph as they are shown."""
    if element.tag in LEFT_OUT or (element.tag == f"{W}r" and element.find(f"{W}rPr/{W}vanish") is not None):
        return ""
    if element.tag == f"{W}t":
        return element.text or ""
    inner = BREAKS.get(element.tag, "") + "".join(_inline(child) for child in element)
    return f"\n{inner}\n" if element.tag in (f"{W}txbxContent", f"{W}p") else inner  # paragraphs of a text box too


def _is_item(paragraph: Any, styles: dict[str, str]) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    named = styles.get(style.get(f"{W}val"), "") if style is not None else ""
    numbered = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    return named.startswith("List") or (numbered is not None and numbered.get(f"{W}val") != "0")
