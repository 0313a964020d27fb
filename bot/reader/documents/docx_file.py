"""The text of a Word file: the letterhead, the letter, the first page's footer and the notes, with tracked changes accepted.

python-docx opens the file, but its elements are walked here, since `paragraph.text` omits text inserted with tracked changes
and text in content controls, and either may hold the letter's date.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from bot.reader.documents import zip_archive
from bot.reader.documents.docx_words import NOT_SHOWN, Block, BlockKind, Styles, W, WordReader, is_on
from bot.reader.documents.kinds import NAMED, FileKind
from bot.reader.documents.parsed_file import ParsedFile, of_text

#: A footer that only counts pages: "Page 1 of 3", "- 1 -".
PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?\d*\s*(?:(?:of|/)\s*\d+)?\W*", re.I)
NOTES = ("footnote", "endnote")


def parse(content: bytes, name: str) -> ParsedFile:
    import docx

    zip_archive.check(content, name, "word/document.xml", NAMED[FileKind.DOCX])
    document = docx.Document(io.BytesIO(content))
    reader = WordReader(_styles(document))
    head, foot = _margins(document)
    blocks = [*reader.blocks(head), *reader.blocks(document.element.body)]
    blocks += [block for block in reader.blocks(foot) if not PAGE_NUMBER.fullmatch(block[0])]
    blocks += _notes(document, reader)
    return of_text(_joined(blocks), name)


def _styles(document: Any) -> Styles:
    items, unseen = set(), set()
    for style in document.styles:
        name = style.name or ""
        numbered = style.element.find(f"{W}pPr/{W}numPr") is not None and not name.lower().startswith("heading")
        if name.startswith("List") or numbered:
            items.add(style.style_id)
        unseen |= {(style.style_id, switch) for switch in NOT_SHOWN if _is_switched_on(style, switch)}
    return Styles(frozenset(items), frozenset(unseen))


def _is_switched_on(style: Any, switch: str) -> bool:
    """By the style itself, or by the nearest that it is based on."""
    seen: set[str] = set()
    while style is not None and style.style_id not in seen:
        if (found := style.element.find(f"{W}rPr/{W}{switch}")) is not None:
            return is_on(found)
        seen.add(style.style_id)
        style = getattr(style, "base_style", None)
    return False


def _margins(document: Any) -> tuple[Any, Any]:
    """What is above and below the text of the first page."""
    if not len(document.sections):
        return (), ()
    first = document.sections[0]
    if first.different_first_page_header_footer:
        return first.first_page_header._element, first.first_page_footer._element
    return first.header._element, first.footer._element


def _notes(document: Any, reader: WordReader) -> Iterator[Block]:
    """The notes that the text refers to, in the order of its references."""
    from docx.oxml import parse_xml

    notes: dict[tuple[str, str], Any] = {}
    for relation in document.part.rels.values():
        for kind in NOTES:
            if not relation.is_external and relation.reltype.endswith(f"/{kind}s"):
                for note in parse_xml(relation.target_part.blob).iterchildren(f"{W}{kind}"):
                    notes[kind, note.get(f"{W}id", "")] = note
    for reference in dict.fromkeys(reader.references):
        if reference in notes:
            yield from reader.blocks(notes[reference])


def _joined(blocks: list[Block]) -> str:
    """Paragraphs are divided by a blank line; items of a list and rows of a table are not."""
    parts: list[str] = []
    before = BlockKind.PARAGRAPH
    for block, kind in blocks:
        parts += [("\n" if kind is before is not BlockKind.PARAGRAPH else "\n\n"), block]
        before = kind
    return "".join(parts)
