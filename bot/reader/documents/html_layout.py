"""Turns what a browser shows as lines into elements that are lines, so that no list item is lost or runs into the next.

trafilatura handles lists, paragraphs and data tables. It drops part of the text that is in a `div` between line breaks, joins
lines inside a table cell, and takes a block of nothing but links for a menu, such as a list of recipients in which each name
links to a letter.
"""

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
HOLDERS = ("article", "blockquote", "body", "center", "dd", "details", "div", "fieldset", "figure", "form", "main", "section")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BESIDE = ("aside", "nav", "footer", "form")
SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*block", re.I)
FEWEST_WORDS = 5  # of a sentence that introduces a list: "Read more:" introduces other stories
LONGEST_ITEM = 8  # words of a name, on average; headlines of other stories are longer
PROSE = 12  # words without links: they end a list that was introduced
CELL = "\ue000"  # a private-use character (Unicode, "Private-Use Characters"), since a tab would be read as a space
FRAMED = 3  # a row with that many lines in a cell is not a row of data
OTHER_STORIES = re.compile(
    r"\b(also|comments?|latest|more|newsletter|popular|read|recommended|related|see|share|stories|tags|topics|trending|watch)\b",
    re.I,
)
RECIPIENTS = re.compile(r"\b(addressees|jurisdictions|recipients|received)\b", re.I)


def set_out(tree: Any) -> None:
    """Changes the tree: lines of any kind become paragraphs and lists; links in a list that is introduced become text."""
    from lxml import etree

    for menu in list(tree.iter("menu", "dir")):
        menu.tag = "ul"
    for pre in list(tree.iter("pre")):
        _break_lines(pre)
    for shown in [
        element for element in tree.iter("span", "a", "b", "strong") if SHOWN_AS_BLOCK.search(element.get("style", ""))
    ]:
        _followed_by(shown, "br")
    etree.strip_tags(tree, "font", "label", "nobr")
    for own in [element for element in tree.iter() if isinstance(element.tag, str) and "-" in element.tag]:
        own.tag = "div"  # a custom element
    for table in reversed(list(tree.iter("table"))):  # nested tables first
        _unframe(table)
    for holder in list(tree.iter(*HOLDERS)):
        _gather(holder)
    for announcement in list(tree.iter("p", "div", "strong", *HEADINGS)):
        if _announces(announcement):
            _unlink_after(announcement)


def _break_lines(pre: Any) -> None:
    from lxml.html import Element

    pre.tag = "p"
    for element in list(pre.iter()):
        for field in ("text", "tail"):
            if (field == "tail" and element is pre) or "\n" not in (getattr(element, field) or ""):
                continue
            first, *rest = getattr(element, field).split("\n")
            setattr(element, field, first)
            into, at = (element, 0) if field == "text" else (element.getparent(), element.getparent().index(element) + 1)
            for number, line in enumerate(rest):
                broken = Element("br")
                broken.tail = line
                into.insert(at + number, broken)


def _followed_by(element: Any, tag: str) -> None:
    from lxml.html import Element

    after = Element(tag)
    after.tail, element.tail = element.tail, None
    element.addnext(after)


# Tables


def _unframe(table: Any) -> None:
    """Replace a table that is used for layout by its content; also one of a single row, which would be lost."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    if len(rows) != 1 and not any(map(_is_frame, rows)):
        for broken in list(table.iter("br")):
            broken.tag, broken.tail = "span", f" {broken.tail or ''}"
        return
    from lxml.html import Element

    page = Element("div")
    for row in rows:
        if _is_frame(row):
            row.tag = "div"
            for cell in row.iterchildren("td", "th"):
                cell.tag = "div"
        else:
            _to_line(row)
        page.append(row)
    page.tail = table.tail
    table.getparent().replace(table, page)


def _to_line(row: Any) -> None:
    """Make a row of data a paragraph, with `CELL` between its cells."""
    for element in list(row.iterdescendants()):
        if element.tag in ("td", "th"):
            element.tail = CELL if element.getnext() is not None else ""
        elif element.tag == "br" or element.tag not in INLINE:
            element.tail = f" {element.tail or ''}"
        else:
            continue
        element.tag = "span"
    row.tag, row.tail, row.text = "p", None, None


def _is_frame(row: Any) -> bool:
    cells = [count for cell in row.iterchildren("td", "th") if (count := len(lines(cell)))]
    return row.find(".//table") is not None or (bool(cells) and max(cells) >= FRAMED)


def lines(element: Any) -> list[str]:
    """The lines of text in it, as a browser shows them."""
    return [line for part in "".join(_words(element)).split("\n") if (line := folded(part))]


def _words(element: Any) -> Iterator[str]:
    edge = "\n" if element.tag == "br" or element.tag not in INLINE else ""
    yield edge
    yield re.sub(r"\s", " ", element.text or "")
    for child in element:
        if child.tag not in ("script", "style"):
            yield from _words(child)
        yield re.sub(r"\s", " ", child.tail or "")
    yield edge


# Text beside blocks


def _gather(holder: Any) -> None:
    """Put text and inline elements directly inside it into paragraphs of their own."""
    from lxml.html import Element

    run = Element("p")
    run.text, holder.text = holder.text, None
    for child in list(holder):
        after, child.tail = child.tail, None
        if child.tag in INLINE:
            run.append(child)
            child.tail = after
            continue
        if _shows(run):
            child.addprevious(run)
        run = Element("p")
        run.text = after
    if _shows(run):
        holder.append(run)


def _shows(run: Any) -> bool:
    if len(run) and not folded(run.text_content()):  # pictures and line breaks
        run.tag = "div"
    return len(run) > 0 or bool((run.text or "").strip())


# Lists of links


def _announces(element: Any) -> bool:
    """Whether it is a sentence that ends with a colon, or a heading about recipients."""
    words = folded(element.text_content())
    if len(words) > 1000 or OTHER_STORIES.match(words):
        return False
    if element.tag in HEADINGS[1:] and RECIPIENTS.search(words) and not OTHER_STORIES.search(words):
        return True
    return words.endswith(":") and len(words.split()) >= FEWEST_WORDS


def _unlink_after(announcement: Any) -> None:
    """Make the links of the list after it text, up to the next prose, other stories or headlines."""
    at = announcement
    while at.getnext() is None and at.getparent() is not None and at.getparent().tag in ("p", "div", "section"):
        at = at.getparent()
    for number, block in enumerate(at.itersiblings()):
        if block.tag in BESIDE or (number and (_ends_list(block) or _announces(block))):
            return
        if not number:  # the list itself, whatever its class and id say
            for element in block.iter("ul", "ol", "div", "p"):
                element.attrib.pop("class", None)
                element.attrib.pop("id", None)
        for link in list(block.iter("a")):
            link.drop_tag()


def _ends_list(block: Any) -> bool:
    if OTHER_STORIES.search(f"{block.get('class', '')} {block.get('id', '')}".replace("_", " ")):
        return True
    words = folded(block.text_content()).split()
    linked = sum(len(folded(link.text_content()).split()) for link in block.iter("a"))
    if block.tag in HEADINGS or (len(words) <= PROSE and not linked):
        return bool(OTHER_STORIES.search(" ".join(words)))
    prose = len(words) - linked > PROSE and linked * 2 < len(words)
    return prose or len(words) > LONGEST_ITEM * len(lines(block))
