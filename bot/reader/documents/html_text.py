"""The text in a part of a web page, in the lines in which a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.reader.documents.parsed_file import folded

NAMES = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr q s samp small "
    "span strike strong sub sup time tt u var wbr "
)  # of inline elements
INLINE = frozenset(NAMES.split())
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def lines(element: Any) -> list[str]:
    """The lines of text in it, as a browser shows them."""
    return [line for part in "".join(_words(element)).split("\n") if (line := folded(part))]


def count_of_words(elements: Any) -> int:
    """Of several elements together, such as the links in a part."""
    return sum(len(element.text_content().split()) for element in elements)


def flat(text: str | None) -> str:
    """Text of the page's source, whose line ends are spaces."""
    return re.sub(r"\s", " ", text or "")


def _words(element: Any) -> Iterator[str]:
    edge = "\n" if element.tag == "br" or element.tag not in INLINE else ""
    yield edge
    yield flat(element.text)
    for child in element:
        if child.tag not in ("script", "style"):
            yield from _words(child)
        yield flat(child.tail)
    yield edge
