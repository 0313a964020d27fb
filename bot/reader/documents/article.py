"""The article in a web page, without the menus, other stories and comments around it.

trafilatura extracts it. By default it drops lists of links, and a list of recipients in which each name links to a letter is
one. So it is asked for everything that may belong to the text, but only within the part of the page marked as the article.
"""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from typing import Any

from bot.reader.documents import html_layout
from bot.reader.documents.html_shown import ABOUT_RECIPIENTS, remove_unseen
from bot.reader.documents.html_tables import CELL
from bot.reader.documents.parsed_file import BULLET, folded
from bot.reader.documents.table_lines import FRAMED

MARKS = ("//*[@itemprop='articleBody']", "//article", "//main", "//*[@role='main']")
ENOUGH = 500  # characters of paragraphs: a part of the page with that many is surely an article
BLOCKS = ("p", "list", "table", "head", "quote", "row", "item")


def text_of(tree: Any) -> str:
    """The article, its headline first; empty if there is none. Lists have one item a line, tables have tabs."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without text is refused with a message of ours
    remove_unseen(tree)
    html_layout.set_out(tree)
    text = (_extracted(_scoped(tree)) or _extracted(tree)).replace(CELL, "\t")
    headlines = [folded(one.text_content()) for one in tree.iter("h1")]
    if text and len(headlines) == 1 and headlines[0] not in folded(text):
        return f"{headlines[0]}\n\n{text}"
    return text


def _scoped(tree: Any) -> Any:
    """The part that is marked as the article, with boxes about recipients; the whole page if no part is marked, or several."""
    from lxml.html import Element

    for mark in MARKS:
        match tree.xpath(mark):
            case [only] if only.find(".//h1") is not None or _length(only) >= min(ENOUGH, _length(tree) / 2):
                page, body, part = Element("html"), Element("body"), deepcopy(only)
                page.append(body)
                body.append(part)
                boxes = tree.xpath(f"//*[@{ABOUT_RECIPIENTS}]")
                part.extend(
                    deepcopy(box) for box in boxes if only not in box.iterancestors() and box not in only.iterancestors()
                )
                return page
    return tree


def _length(part: Any) -> int:
    return sum(len(folded(paragraph.text_content())) for paragraph in part.iter("p"))


def _extracted(tree: Any) -> str:
    import trafilatura

    extraction = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, include_links=False, favor_recall=True
    )
    body = getattr(extraction, "body", None)
    return "" if body is None else "\n\n".join(block for child in body if (block := _block(child)))


def _block(element: Any) -> str:
    match element.tag:
        case "list":
            return "\n".join(f"{BULLET}{line}" for child in element.iter("item") for line in _item(child))
        case "table":
            rows = ("\t".join(folded(_words(cell)) for cell in row.iter("cell")) for row in element.iter("row"))
            return "\n".join(row for row in rows if row.strip())
    if next(element.iterchildren(*BLOCKS), None) is None:
        return "\n".join(filter(None, (folded(line) for line in _words(element).split("\n"))))
    parts = [folded(element.text or "")]
    for child in element:
        parts += [_block(child), folded(child.tail or "")]
    return "\n".join(filter(None, parts))


def _item(item: Any) -> list[str]:
    """Its text on one line; on several if its line breaks make it a list."""
    lines = [line for part in _own(item).split("\n") if (line := folded(part))]
    return lines if len(lines) >= FRAMED else [" ".join(lines)] if lines else []


def _own(item: Any) -> str:
    """The words of an item, without those of lists inside it, which get lines of their own."""
    parts = [item.text or ""]
    for child in item:
        parts += [" " if child.tag == "list" else _words(child), child.tail or ""]
    return "".join(parts)


def _words(element: Any) -> str:
    """The text in it with its `<br>` line breaks; line ends in the HTML source do not count."""
    parts = ["\n" if element.tag == "lb" else "", _flat(element.text)]
    for child in element:
        parts += [_words(child), _flat(child.tail)]
    return "".join(parts) + (" " if element.tag in BLOCKS else "")


def _flat(text: str | None) -> str:
    return re.sub(r"\s", " ", text or "")
