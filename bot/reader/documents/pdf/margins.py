"""Takes running headings, footers and page numbers off the pages, since they would stand in the middle of a list.

1. A page number goes if it is in the margin, or the first or the last line of its page.
2. Another line in the margin goes if it is at the same height on another page with the same words; numbers may differ.
   The first heading stays, since it may be the letterhead, and the last footer.
3. The first lines of a page go if the last of them says "Page 2": letters repeat addressee and date there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.reader.documents.pdf.rows import Row

HEAD, FOOT = 0, 1
MARGIN = 0.095  # of the page's height; with an inch of margin the text begins below it
TALLEST = 4  # lines of a heading in the margin
NEAR = 4.0  # points by which the height of a running heading may differ
BLOCK = 4  # lines that the top of a letter's second page has at most
LONGEST_HEAD = 80  # characters of a line with "Page 2"
APART = 1.8  # times the font size: lines of that block are nearer than that
ROMAN = r"(?-i:[ivx]{1,6})"
NUMBER = re.compile(
    rf"""
    (?:[-–—~|\[(]\s?)?  (?:(?:page|pg\.?|p\.)\s?)?
    (?:(?!(?:19|20)\d\d)\d{{1,5}}|{ROMAN})  # not a year
    (?:\s?(?:of|/)\s?\d{{1,5}})?  (?:\s?[-–—~|\])])?
    """,
    re.IGNORECASE | re.VERBOSE,
)
PAGE_LINE = re.compile(r"\bpage\s\d{1,4}\b", re.I)


def without_margins(pages: Sequence[tuple[float, list[Row]]]) -> list[list[Row]]:
    """The rows of each page, given with its height, without what belongs to the page and not to the text."""
    pages = [(height, _without_numbers(rows, height)) for height, rows in pages]
    seen: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for number, (height, rows) in enumerate(pages):
        for index in _in_margin(rows, height):
            seen[_key(rows, index)].append((number, rows[index].y))
    kept: list[list[Row]] = []
    for number, (height, rows) in enumerate(pages):
        gone = set(_page_block(rows)) if number else set()
        for index in _in_margin(rows, height):
            key = _key(rows, index)
            if _is_repeated(seen[key], number, rows[index].y, is_footer=key[0] == FOOT):
                gone.add(index)
        kept.append([row for index, row in enumerate(rows) if index not in gone])
    return kept


def _in_margin(rows: Sequence[Row], height: float) -> Iterator[int]:
    for index in (*range(min(TALLEST, len(rows))), *range(max(len(rows) - TALLEST, TALLEST), len(rows))):
        if not height * MARGIN < rows[index].y < height * (1 - MARGIN):
            yield index


def _key(rows: Sequence[Row], index: int) -> tuple[int, str]:
    """On which side of the page it is, and its words with any number for another."""
    return (HEAD if index < TALLEST else FOOT), re.sub(r"\d+", "#", rows[index].text)


def _is_repeated(places: Sequence[tuple[int, float]], page: int, y: float, is_footer: bool) -> bool:
    """Whether an earlier page has it too, or a later one if it is a footer."""
    return any((other > page if is_footer else other < page) and abs(at - y) <= NEAR for other, at in places)


def _page_block(rows: Sequence[Row]) -> range:
    """The first lines of the page down to "Page 2"."""
    for index, row in enumerate(rows[:BLOCK]):
        if index and row.y - rows[index - 1].y > APART * max(row.size, rows[index - 1].size):
            break
        if PAGE_LINE.search(row.text) and len(row.text) < LONGEST_HEAD:
            return range(index + 1)
    return range(0)


def _without_numbers(rows: list[Row], height: float) -> list[Row]:
    """Without page numbers in the margin, also beside a heading, and without those before and behind the text."""
    for index in _in_margin(rows, height):
        rows[index].parts = [part for part in rows[index].parts if not NUMBER.fullmatch(part.text)]
    left = [row for row in rows if row.parts]
    if len(left) > 1 and NUMBER.fullmatch(left[-1].text):
        left = left[:-1]
    return left[1:] if len(left) > 1 and NUMBER.fullmatch(left[0].text) else left
