"""Takes out of a web page what a reader of it does not see, or sees struck out, and what is no part of its article.

Boxes beside the text and captions often hold the list of recipients. Boxes of other stories and of the site belong elsewhere.
"""

from __future__ import annotations

import re
from typing import Any

from bot.reader.documents.html_sheets import NOT_SHOWN, STRUCK_OUT, UnseenClasses, unseen_by_sheet
from bot.reader.documents.html_text import HEADINGS, INLINE, count_of_words, lines
from bot.reader.documents.parsed_file import folded
from bot.record.place_names import state_code

NO_TEXT = ("noscript", "template", "script", "style")
STRUCK = ("s", "del", "strike")
STRUCK_CELL = "data-struck"  # marks a cell of which something was struck out or hidden
LISTED = ("dd", "li", "ol", "ul")
ABOVE = (*HEADINGS, "b", "dt", "p", "strong")
WHOLE = ("html", "body", "main", "article")  # hidden until a script shows them
LEAVES_NO_GAP = re.compile(r"display\s*:\s*none", re.I)
#: As NOT_SHOWN, of what is as small as a line; a larger part may be faded in or unfolded.
SMALL_NOT_SHOWN = re.compile(
    r"(?:opacity|font-size)\s*:\s*0*\.?0+(?:px|em|rem|pt|%)?\s*(?:!|;|$)|clip\s*:\s*rect|clip-path\s*:\s*inset\(\s*(?:50|100)%|"
    r"(?:left|top|text-indent)\s*:\s*-\d{3}",
    re.I,
)
SMALL = INLINE | {"dd", "dt", "li", "td", "th", "tr"}
NOTE = re.compile(r"\[?\d{1,2}(?:[,\s]+\d{1,2})*\]?|\[[a-z]\]")  # its number
#: Classes by which pages hide things, and things for programs that read a page aloud.
HIDING = frozenset(("d-none", "hidden", "is-hidden", "screen-reader-only", "screen-reader-text", "sr-only", "visually-hidden"))
#: Classes by which pages strike things out.
STRIKING = frozenset(("line-through", "strike", "strike-through", "strikethrough", "text-decoration-line-through"))
#: Words in the class or id of a box that has nothing of the article.
FURNITURE = re.compile(
    r"(?<![a-z])(?:ads?|advert\w*|author|bio|breadcrumbs?|byline|comments?|consent|cookies?|donate|nav\w*|menu|more|newsletter|"
    r"outbrain|popular|promo\w*|read-?more|recirc\w*|recommend\w*|related|shar(?:e|ing)|sign-?up|social|sponsor\w*|subscri\w*|"
    r"taboola|tags|teasers?|toc|trending)(?![a-z])",
    re.I,
)
#: Words in the class or id of a box that belongs to the article if nothing speaks against it.
BOX = re.compile(r"accordion|aside|box|callout|collaps|expand|inset|pull|sidebar|widget", re.I)
#: Headings of boxes of the site.
OF_THE_SITE = re.compile(
    r"^(?:also|latest|more|most|popular|read|recommended|related|see|share|tags|topics|trending|up next|watch|you may)\b|"
    r"\b(?:advertisement|cookies?|donate|follow us|newsletters?|sign up|subscribe|support (?:us|our))\b",
    re.I,
)
TO_LOOK_AT = re.compile(r"(?:read|see)\b", re.I)  # "See which cities received letters"
RECIPIENTS = re.compile(r"\b(addressees|jurisdictions|recipients|received)\b", re.I)
LONGEST_HEADING = 15  # words
TO_UNFOLD = re.compile(r"(?:click|expand|hide|more|open|read|see|show|toggle|view)\b", re.I)  # a summary that is a button
PULL_QUOTE = re.compile(r"\bpull-?quote", re.I)  # words of the article, repeated in large letters
ABOUT_RECIPIENTS = "data-recipients"  # marks a box with such a heading, which counts outside of the article too


def remove_unseen(tree: Any) -> None:
    """Changes the tree: what is hidden or struck out is gone, and so are the numbers of notes, which would end a name."""
    sheet = unseen_by_sheet(tree)
    for element in [one for one in tree.iter() if isinstance(one.tag, str) and _is_unseen(one, sheet)]:
        if (
            element.tag in ("td", "th")
            and not LEAVES_NO_GAP.search(element.get("style", ""))
            and "hidden" not in element.attrib
        ):
            _empty(element)
        elif element.getparent() is not None:
            _drop(element)
    for element in tree.iter(*SMALL, "dl", "ol", "p", "table", "ul"):
        element.attrib.pop("aria-hidden", None)  # the library drops it, though it hides nothing from the eye


def _drop(element: Any) -> None:
    """Take it out, with the items and lists that it leaves empty. A state that stands above an empty list goes with it: by
    itself it would read as a place that was written to."""
    _note_struck(next(element.iterancestors("td", "th"), None), element)
    above = element.getprevious() if _is_list_alone(element) else None
    if above is not None and above.tag in ABOVE and state_code(folded(above.text_content()).rstrip(":")):
        above.drop_tree()
    holder = element.getparent()
    element.drop_tree()
    if holder is not None and holder.tag in LISTED and holder.find("*") is None and not (holder.text or "").strip():
        _drop(holder)


def _empty(cell: Any) -> None:
    """Leave nothing in it but its place, so that those behind it keep their columns."""
    _note_struck(cell, cell)
    for child in list(cell):
        cell.remove(child)
    cell.text = None


def _note_struck(cell: Any, gone: Any) -> None:
    """Mark the cell that something was in, unless that was a date or a number."""
    words = gone.text_content()
    if cell is not None and words.strip() and not any(map(str.isdigit, words)):
        cell.set(STRUCK_CELL, "")


def _is_list_alone(part: Any) -> bool:
    """Whether it is the whole list below something."""
    is_list = part.tag in ("dd", "ol", "ul") or part.find(".//li") is not None
    after = part.getnext()
    return is_list and (after is None or after.tag not in ("dd", "ol", "ul"))


def open_boxes(tree: Any) -> None:
    """Changes the tree: boxes and captions of the article become parts of its text, other boxes are gone."""
    for quote in [one for one in tree.iter("aside", "blockquote", "div", "figure", "p") if PULL_QUOTE.search(_marks(one))]:
        if quote.getparent() is not None and next(quote.iter("li", "table"), None) is None:
            quote.drop_tree()
    for box in [one for one in tree.iter("aside", "details", "div", "section") if _is_box(one)]:
        _open(box)
    for figure in list(tree.iter("figure")):
        _plain(figure)
    for summary in list(tree.iter("summary")):
        if TO_UNFOLD.match(folded(summary.text_content())):
            summary.drop_tree()
    for caption in list(tree.iter("figcaption", "summary")):
        caption.tag = "p" if all(child.tag in INLINE for child in caption.iterdescendants()) else "div"


def _open(box: Any) -> None:
    if not _is_furniture(box):
        if RECIPIENTS.search(_heading(box)) and next(box.iterancestors(), box).get(ABOUT_RECIPIENTS) is None:
            box.set(ABOUT_RECIPIENTS, "")
        _plain(box)
    elif box.tag == "aside":
        box.drop_tree()


def _is_furniture(box: Any) -> bool:
    """Whether a box belongs to the site and not to the article: other stories, a newsletter, buttons to share it."""
    if FURNITURE.search(_marks(box)):
        return True
    heading = _heading(box)
    is_about_recipients = RECIPIENTS.search(heading) is not None
    is_of_links = count_of_words(box.iter("a")) * 2 > len(box.text_content().split())
    if OF_THE_SITE.search(heading):
        return is_of_links or not (is_about_recipients and TO_LOOK_AT.match(heading))
    return is_of_links and not is_about_recipients


def _is_unseen(element: Any, sheet: UnseenClasses) -> bool:
    if element.tag in NO_TEXT or element.tag in STRUCK:
        return True
    if element.tag in WHOLE or element.tag in ("col", "colgroup"):
        return False
    if element.tag == "sup" and NOTE.fullmatch(element.text_content().strip()):
        return True
    style = element.get("style", "")
    if STRUCK_OUT.search(style) or NOT_SHOWN.search(style):
        return True
    if element.tag in SMALL and SMALL_NOT_SHOWN.search(style):
        return True
    hidden = element.get("hidden")  # "until-found": a text to unfold
    return (hidden is not None and hidden != "until-found") or _has_unseen_class(element, sheet)


def _has_unseen_class(element: Any, sheet: UnseenClasses) -> bool:
    names = element.get("class", "").split()
    if not HIDING.isdisjoint(names) or not STRIKING.isdisjoint(names):
        return True
    marks = {(tag, name) for tag in ("", element.tag) for name in names}
    return not marks.isdisjoint(sheet.struck) or (element.tag in SMALL and not marks.isdisjoint(sheet.hidden))


def _is_box(element: Any) -> bool:
    if element.getparent() is None or element.find(".//h1") is not None or element.find(".//article") is not None:
        return False
    return element.tag in ("aside", "details") or bool(BOX.search(_marks(element)))


def _marks(element: Any) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}".replace("_", "-")


def _heading(box: Any) -> str:
    """The heading of a box, or its first line if that is short; empty if neither."""
    heading = next(box.iter(*HEADINGS), None)
    first = folded(heading.text_content()) if heading is not None else next(iter(lines(box)), "")
    return first if len(first.split()) <= LONGEST_HEADING else ""


def _plain(box: Any) -> None:
    """Make it a part without class and id, by which the library would take it for one of the site."""
    box.tag = "div"
    for element in box.iter():
        element.attrib.pop("class", None)
        element.attrib.pop("id", None)
