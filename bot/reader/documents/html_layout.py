"""Turns what a browser shows as lines into elements that are lines, so that no list item is lost or runs into the next.

trafilatura handles lists, paragraphs and data tables. It drops part of the text that is in a `div` between line breaks, joins
lines inside a table cell, and takes a block of nothing but links for a menu, such as a list of recipients in which each name
links to a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.reader.documents.html_shown import RECIPIENTS, open_boxes
from bot.reader.documents.html_tables import set_out_tables
from bot.reader.documents.html_text import HEADINGS, INLINE, lines
from bot.reader.documents.parsed_file import folded

HOLDERS = ("article", "blockquote", "body", "center", "dd", "details", "div", "fieldset", "figure", "form", "main", "section")
BESIDE = ("aside", "nav", "footer", "form")
BETWEEN_NAMES = " \t\r\n\u00a0|·•,;/"
SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*block", re.I)
FEWEST_WORDS = 5  # of a sentence that introduces a list: "Read more:" introduces other stories
LONGEST_ITEM = 8  # words of a name, on average; headlines of other stories are longer
PROSE = 12  # words without links: they end a list that was introduced
OTHER_STORIES = re.compile(
    r"\b(also|comments?|latest|more|newsletter|popular|read|recommended|related|see|share|stories|tags|topics|trending|watch)\b",
    re.I,
)


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
    open_boxes(tree)
    set_out_tables(tree)
    for definitions in list(tree.iter("dl")):
        _set_out_definitions(definitions)
    for holder in list(tree.iter(*HOLDERS)):
        _gather(holder)
    for run in list(tree.iter("p", "div", "dd", "li")):
        _part_names(run)
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


# Definitions


def _set_out_definitions(definitions: Any) -> None:
    """A term with one line of text is a line, with a colon: "Colorado: Denver". A term with more is one above a list."""
    from lxml.html import Element

    page = Element("div")
    groups = list(_terms(definitions))
    is_plain = all(len(term) <= 1 and len(meant) == 1 and len(lines(meant[0])) <= 1 for term, meant in groups)
    for terms, meanings in groups:
        if is_plain and terms:
            line = Element("p")
            line.text = f"{' '.join(lines(terms[0])).removesuffix(':')}: {' '.join(lines(meanings[0]))}"
            page.append(line)
            continue
        for term in terms:
            term.tag = "p"
            page.append(term)
        page.append(_below(meanings))
    page.tail = definitions.tail
    definitions.getparent().replace(definitions, page)


def _terms(definitions: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The terms that stand together, with what is said of them."""
    terms: list[Any] = []
    meanings: list[Any] = []
    for entry in definitions.iter("dt", "dd"):
        if next(entry.iterancestors("dl")) is not definitions or not lines(entry):
            continue
        if entry.tag == "dt" and meanings:
            yield terms, meanings
            terms, meanings = [], []
        (terms if entry.tag == "dt" else meanings).append(entry)
    if terms or meanings:
        yield terms, meanings


def _below(meanings: list[Any]) -> Any:
    """A list with an item for each; or what they hold, if that is longer than a line."""
    from lxml.html import Element

    is_list = all(len(lines(meaning)) <= 1 for meaning in meanings)
    held = Element("ul" if is_list else "div")
    for meaning in meanings:
        meaning.tag, meaning.tail = "li" if is_list else "div", None
        held.append(meaning)
    return held


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


def _part_names(run: Any) -> None:
    """Put each link, or each name in an element of one class, on a line of its own, if the part has nothing else."""
    parts = list(run)
    if len(parts) < 2 or (run.text or "").strip() or any((part.tail or "").strip(BETWEEN_NAMES) for part in parts):
        return
    if any(part.tag != "a" for part in parts) and not _are_names(parts):
        return
    for part in parts:
        part.tail = None
        _followed_by(part, "br")


def _are_names(parts: list[Any]) -> bool:
    """Whether elements beside each other are names: of one class, each with a capital and without the end of a sentence."""
    words = [folded(part.text_content()) for part in parts]
    return (
        len({(part.tag, part.get("class")) for part in parts}) == 1
        and bool(parts[0].get("class"))
        and all(name[:1].isupper() and not name.endswith((".", "!", "?")) for name in words)
        and max(len(name.split()) for name in words) <= LONGEST_ITEM
    )


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
