"""Which classes of elements the style sheets in a web page hide or strike out.

Only rules for a class by itself are understood (".gone", "li.gone"), and none that depend on the medium or the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
STRUCK_OUT = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.I)
SHOWN = re.compile(r"(?:display|visibility|text-decoration)", re.I)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
OF_CLASS = re.compile(r"\s*(\w*)\.([\w-]+)\s*")
CLASS = re.compile(r"\.([\w-]+)")

#: The tag, or nothing for any, and the class.
Mark = tuple[str, str]


class UnseenClasses(NamedTuple):
    hidden: frozenset[Mark]
    struck: frozenset[Mark]


def unseen_by_sheet(tree: Any) -> UnseenClasses:
    """A class that another rule shows again, as that of a tab, counts as shown."""
    hidden: set[Mark] = set()
    struck: set[Mark] = set()
    shown: set[str] = set()
    for sheet in tree.iter("style"):
        for selectors, style in _rules(COMMENT.sub(" ", sheet.text or "")):
            is_hidden, is_struck = bool(NOT_SHOWN.search(style)), bool(STRUCK_OUT.search(style))
            if is_hidden or is_struck:
                marks = {(mark[1].lower(), mark[2]) for each in selectors.split(",") if (mark := OF_CLASS.fullmatch(each))}
                (struck if is_struck else hidden).update(marks)
            elif SHOWN.search(style):
                shown.update(CLASS.findall(selectors))
    return UnseenClasses(*(frozenset(mark for mark in marks if mark[1] not in shown) for marks in (hidden, struck)))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and the declarations of each rule, without those inside @media and the like."""
    depth = start = inside = 0
    for brace in re.finditer("[{}]", sheet):
        if brace[0] == "{":
            depth += 1
            inside = brace.end() if depth == 1 else inside
            continue
        depth = max(depth - 1, 0)
        if not depth:
            selectors = sheet[start : max(inside - 1, start)].rpartition(";")[2].strip()
            if not selectors.startswith("@"):
                yield selectors, sheet[inside : brace.start()]
            start = brace.end()
