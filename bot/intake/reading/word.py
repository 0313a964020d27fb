"""The text of a Word file: paragraphs, list items, tables; letterhead first. Tracked changes are read as accepted.

python-docx opens the file; the walk through it is our own, since its `paragraph.text` leaves out what was inserted with
tracked changes and what stands in content controls, and a date may stand in either.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from bot.intake.reading import packed
from bot.intake.reading.kinds import NAMED, Kind
from bot.intake.reading.parsed import BULLET, Parsed, folded, of_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
LEFT_OUT = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{MC}Fallback", f"{W}pPr", f"{W}rPr", f"{W}tblPr"}
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


def parse(content: bytes, name: str) -> Parsed:
    import docx

    packed.check(content, name, "word/document.xml", NAMED[Kind.DOCX])
    document = docx.Document(io.BytesIO(content))
    styles = {style.style_id: style.name or "" for style in document.styles}
    first = document.sections[0] if len(document.sections) else None
    head = (first.first_page_header if first.different_first_page_header_footer else first.header) if first else None
    parts = [] if head is None else [*_blocks(head._element, styles)]
    return of_text(_joined([*parts, *_blocks(document.element.body, styles)]), name)


def _joined(blocks: list[tuple[str, bool]]) -> str:
    """Paragraphs apart by a blank line, the items of a list together."""
    text, was_item = "", False
    for block, is_item in blocks:
        text += ("\n" if was_item and is_item else "\n\n") + block
        was_item = is_item
    return text


def _blocks(holder: Any, styles: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Paragraphs and tables in their order, each with whether it is an item of a list."""
    for element in holder:
        if element.tag == f"{W}p":
            text = "\n".join(filter(None, (folded(line) for line in _inline(element).split("\n"))))
            item = _is_item(element, styles)
            if text:
                yield f"{BULLET}{folded(text)}" if item else text, item
        elif element.tag == f"{W}tbl":
            rows = ("\t".join(_cell(cell) for cell in row.iter(f"{W}tc")) for row in element.iter(f"{W}tr"))
            yield "\n".join(row for row in rows if row.strip()), False
        elif isinstance(element.tag, str) and element.tag not in LEFT_OUT:
            yield from _blocks(element, styles)  # content controls and the like


def _cell(cell: Any) -> str:
    return folded(" ".join(_inline(paragraph) for paragraph in cell.iter(f"{W}p")))


def _inline(element: Any) -> str:
    """The words of a paragraph as they show."""
    if element.tag in LEFT_OUT or (element.tag == f"{W}r" and element.find(f"{W}rPr/{W}vanish") is not None):
        return ""
    if element.tag == f"{W}t":
        return element.text or ""
    inner = BREAKS.get(element.tag, "") + "".join(_inline(child) for child in element)
    return f"\n{inner}\n" if element.tag == f"{W}txbxContent" else inner


def _is_item(paragraph: Any, styles: dict[str, str]) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    named = styles.get(style.get(f"{W}val"), "") if style is not None else ""
    numbered = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    return named.startswith("List") or (numbered is not None and numbered.get(f"{W}val") != "0")
