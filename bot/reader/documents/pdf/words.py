"""The words on a page of a PDF with their places, and the rules drawn between them, as PDFium gives them.

Coordinates are points from the top left corner as the text is read: a page whose text runs upwards is turned first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from ctypes import c_double, c_float, c_int
from dataclasses import dataclass, field
from typing import Any

MOST_OBJECTS = 20_000  # drawn things on a page that are looked at for rules and pictures
MOST_SEGMENTS = 2_000  # of one path
EM = 0.86  # of a letter's box, from ascent to descent: about the size of the font
UPRIGHT = math.radians(8)  # text at another slant than a quarter turn is a watermark
FEW = 60  # letters in another direction than most: a stamp in the margin
HYPHEN = {0x2: "-", 0xFFFE: "-", 0xAD: "\u00ad"}  # PDFium's own signs for a hyphen at the end of a line
LIGATURES = {
    **{code: long for code, long in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00)},
    0x132: "IJ",
    0x133: "ij",
}
THIN = 3.0  # points: a filled box that is thinner is a rule
SHORT = 8.0  # points: shorter rules underline or strike

Turn = Callable[[float, float], tuple[float, float]]
TURNS: tuple[Turn, ...] = (  # so that text drawn at that many quarter turns to the left runs from left to right, y downwards
    lambda x, y: (x, -y),
    lambda x, y: (y, x),
    lambda x, y: (-x, y),
    lambda x, y: (-y, -x),
)


@dataclass(slots=True)
class Word:
    """Letters between two gaps. `y` is the line they stand on, `size` about that of the font."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line: `at` is its y or x, `start` and `end` its extent."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class PageWords:
    """What stands on one page, in the order in which it was drawn."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    #: Horizontal rules and vertical ones.
    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    #: The part of the page that pictures cover, from 0 to 1.
    pictured: float = 0.0

    @property
    def letters(self) -> int:
        return sum(sum(map(str.isalnum, word.text)) for word in self.words)


def words_of(page: Any) -> list[PageWords]:
    """The page, and once more for text that runs in another direction, if there is much of it."""
    left, bottom, right, top = page.get_bbox()
    turned = _by_direction(page.get_textpage(), (left, bottom, right, top))
    count = {turn: sum(len(word.text) for word in words) for turn, words in turned.items()}
    main = max(count, key=lambda turn: count[turn], default=0)
    turns = [main, *(turn for turn in sorted(turned) if turn != main and count[turn] > FEW)]
    rules, pictured = _drawn(page, (left, bottom, right, top))
    pages = []
    for turn in turns:
        turning = _Turning(turn, (left, bottom, right, top))
        made = PageWords(turning.width, turning.height, turned.get(turn, []), pictured=pictured)
        for x0, y0, x1, y1 in rules:
            _add_rule(made, *turning(x0, y0), *turning(x1, y1))
        pages.append(made)
    return pages


class _Turning:
    """Maps points of the page to points from the top left corner of the text."""

    def __init__(self, turn: int, box: tuple[float, float, float, float]) -> None:
        self._turn = TURNS[turn]
        one, other = self._turn(box[0], box[1]), self._turn(box[2], box[3])
        self._left, self._top = min(one[0], other[0]), min(one[1], other[1])
        self.width, self.height = abs(one[0] - other[0]), abs(one[1] - other[1])

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        new_x, new_y = self._turn(x, y)
        return new_x - self._left, new_y - self._top

    def holds(self, word: Word) -> bool:
        """Whether it is on the page: what lies beside it is not shown."""
        return -1 <= (word.x0 + word.x1) / 2 <= self.width + 1 and -1 <= word.y <= self.height + word.size


def _by_direction(textpage: Any, box: tuple[float, float, float, float]) -> dict[int, list[Word]]:
    turnings = [_Turning(turn, box) for turn in range(4)]
    found: dict[int, list[Word]] = {}
    for turn, word in _words(textpage, turnings):
        if turnings[turn].holds(word):
            found.setdefault(turn, []).append(word)
    return found


def _words(textpage: Any, turnings: list[_Turning]) -> Iterator[tuple[int, Word]]:
    """Each word with the number of quarter turns at which it is drawn.

    1. A space ends a word; PDFium adds those that only a gap shows.
    2. So does a letter that is drawn elsewhere, since cells of a table may follow one another without a space.
    """
    turn, word = 0, None
    for letter in _letters(textpage):
        if letter is None:
            if word:
                yield turn, word
            word = None
            continue
        sign, angle, (left, bottom, right, top), (x, y) = letter
        quarter = -round(angle / (math.pi / 2))
        if abs(angle + quarter * math.pi / 2) > UPRIGHT:
            continue
        place = turnings[quarter % 4]
        (x0, y0), (x1, y1), (_, base) = place(left, bottom), place(right, top), place(x, y)
        x0, x1, size = min(x0, x1), max(x0, x1), abs(y1 - y0) * EM
        if word and quarter % 4 == turn and _follows(word, x0, base, size):
            word.text += sign
            word.x1, word.size = max(word.x1, x1), max(word.size, size)
            continue
        if word:
            yield turn, word
        turn, word = quarter % 4, Word(sign, x0, x1, base, size)
    if word:
        yield turn, word


def _follows(word: Word, x0: float, base: float, size: float) -> bool:
    em = max(word.size, size)
    return abs(base - word.y) <= em * 0.45 and -0.6 * em <= x0 - word.x1 <= 0.8 * em


Letter = tuple[str, float, tuple[float, float, float, float], tuple[float, float]]


def _letters(textpage: Any) -> Iterator[Letter | None]:
    """Sign, angle, box and origin of each letter; None for a space or the end of a line."""
    import pypdfium2.raw as pdfium

    x, y, box = c_double(), c_double(), pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        sign = HYPHEN.get(code) or LIGATURES.get(code) or chr(code)
        if code != 0x2 and (sign.isspace() or code < 0x20 or 0xD800 <= code < 0xE000):
            yield None
            continue
        if not pdfium.FPDFText_GetLooseCharBox(textpage, index, box):
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        angle = pdfium.FPDFText_GetCharAngle(textpage, index)
        yield sign, angle, (box.left, box.bottom, box.right, box.top), (x.value, y.value)


# Rules and pictures


def _drawn(page: Any, box: tuple[float, float, float, float]) -> tuple[list[tuple[float, float, float, float]], float]:
    """The straight lines on the page by their ends, and the part of it that pictures cover."""
    import pypdfium2.raw as pdfium

    area = max((box[2] - box[0]) * (box[3] - box[1]), 1.0)
    lines: list[tuple[float, float, float, float]] = []
    pictured, kinds = 0.0, Counter[int]()
    for count, (item, kind) in enumerate(_objects(page, pdfium)):
        kinds[kind] += 1
        if count >= MOST_OBJECTS:
            break
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            ends = [c_float() for _ in range(4)]
            if pdfium.FPDFPageObj_GetBounds(item, *ends):
                left, bottom, right, top = (end.value for end in ends)
                pictured += max(right - left, 0) * max(top - bottom, 0) / area
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            lines += _lines(item, pdfium)
    return lines, min(pictured, 1.0)


def _objects(page: Any, pdfium: Any) -> Iterator[tuple[Any, int]]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        yield item, kind
        if kind == pdfium.FPDF_PAGEOBJ_FORM:  # scanners put the picture into one
            for inner in range(pdfium.FPDFFormObj_CountObjects(item)):
                part = pdfium.FPDFFormObj_GetObject(item, inner)
                if pdfium.FPDFPageObj_GetType(part) == pdfium.FPDF_PAGEOBJ_IMAGE:
                    yield part, pdfium.FPDF_PAGEOBJ_IMAGE


def _lines(path: Any, pdfium: Any) -> Iterator[tuple[float, float, float, float]]:
    """The horizontal and vertical strokes of a path; the edges of a filled box, or its middle if it is thin."""
    mode, stroked = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroked)
    if not stroked.value and not mode.value:
        return
    ends = [c_float() for _ in range(4)]
    if not stroked.value and pdfium.FPDFPageObj_GetBounds(path, *ends):
        left, bottom, right, top = (end.value for end in ends)
        if right - left < THIN or top - bottom < THIN:
            middle = ((left + right) / 2, (bottom + top) / 2)
            wide = right - left > top - bottom
            yield (left, middle[1], right, middle[1]) if wide else (middle[0], bottom, middle[0], top)
            return
    yield from _strokes(path, pdfium)


def _strokes(path: Any, pdfium: Any) -> Iterator[tuple[float, float, float, float]]:
    matrix, x, y = pdfium.FS_MATRIX(), c_float(), c_float()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    start = last = None
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif last and kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        if start and pdfium.FPDFPathSegment_GetClose(segment):
            yield (*point, *start)
        last = point


def _add_rule(page: PageWords, x0: float, y0: float, x1: float, y1: float) -> None:
    if abs(y1 - y0) < 1 and abs(x1 - x0) > SHORT:
        page.across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x1 - x0) < 1 and abs(y1 - y0) > SHORT:
        page.down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
