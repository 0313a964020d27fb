"""The words on a page of a PDF with their places, and the rules drawn between them, as PDFium gives them.

Coordinates are points from the top left corner as the text is read: a page whose text runs upwards is turned first.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from ctypes import c_double, c_float, c_int
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_OBJECTS = 20_000  # drawn things on a page that are looked at for rules and pictures
MOST_SEGMENTS = 2_000  # of one path
EM = 0.86  # of a letter's box, from ascent to descent: about the size of the font
UPRIGHT = math.radians(8)  # text at another slant than a quarter turn is a watermark
FEW = 60  # letters in another direction than most: a stamp in the margin
WIDEST = 0.75  # of a letter's height: how wide the letters of a word are on average
WRITTEN = re.compile(r"[^\s\x00\x01\x03-\x1f\x7f]+")
BROKEN = re.compile("[\x02\ufffe]")  # PDFium joins a word that a hyphen divides
PLAIN = {
    0x2: "-",  # PDFium's own signs for a hyphen at the end of a line
    0xFFFE: "-",
    0x132: "IJ",
    0x133: "ij",
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00)),
}
THIN = 3.0  # points: a filled box that is thinner is a rule
SHORT = 8.0  # points: shorter rules underline or strike
NOTE = re.compile(r"\d{1,2}(?:,\d{1,2})*,?")  # its number
MOST_NEAR = 200  # words whose ends are one above the other
NEAR = 15.0  # points: no number of a note is farther from the end of its word
RAISED = (0.15, 0.8)  # of a word's size: how much higher than its line the number of a note stands
SMALL = 0.8  # of a word's size: the size of the number of a note

Box = tuple[float, float, float, float]
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


def words_of(page: Any, textpage: Any) -> list[PageWords]:
    """The page, and once more for text that runs in another direction, if there is much of it."""
    left, bottom, right, top = page.get_bbox()
    turned = _by_direction(textpage, (left, bottom, right, top))
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

    def __init__(self, turn: int, box: Box) -> None:
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


def _by_direction(textpage: Any, box: Box) -> dict[int, list[Word]]:
    turnings = [_Turning(turn, box) for turn in range(4)]
    found: dict[int, list[Word]] = {}
    for turn, word in _words(_Letters(textpage), turnings):
        if turnings[turn].holds(word):
            found.setdefault(turn, []).append(word)
    return {turn: _without_notes(words) for turn, words in found.items()}


def _without_notes(words: list[Word]) -> list[Word]:
    """The words without the numbers of notes, which would end a name. What follows stands beside the number."""
    by_end = sorted(words, key=lambda word: word.x1)
    ends = [word.x1 for word in by_end]
    kept = []
    for word in words:
        near = range(bisect_left(ends, word.x0 - NEAR), bisect_right(ends, word.x0 + NEAR)) if NOTE.fullmatch(word.text) else ()
        before = next((by_end[index] for index in near[:MOST_NEAR] if _is_raised(by_end[index], word)), None)
        if before is None:
            kept.append(word)
        else:
            before.x1 = word.x1
    return kept


def _is_raised(before: Word, word: Word) -> bool:
    """Whether it stands behind a word as the number of a note does."""
    em = before.size
    is_small = word.size <= SMALL * em and RAISED[0] * em <= before.y - word.y <= RAISED[1] * em
    return is_small and -0.3 * em <= word.x0 - before.x1 <= 0.5 * em


def _words(letters: _Letters, turnings: list[_Turning]) -> Iterator[tuple[int, Word]]:
    """Each word with the number of quarter turns at which it is drawn.

    A space ends a word; PDFium adds those that only a gap shows. So does a letter that is drawn elsewhere. Most words are seen
    to be whole by their first and last letters; only the others are looked at letter by letter, which takes longer.
    """
    for written in WRITTEN.finditer(letters.text):
        start, end = written.span()
        first, last = letters.at(start), letters.at(end - 1)
        if first and last and not BROKEN.search(written[0]) and _is_whole(first, last, end - start):
            (x0, y0), (_, base) = turnings[0](*first.low), turnings[0](*first.origin)
            x1, y1 = turnings[0](last.high[0], first.high[1])
            yield 0, Word(letters.plain(start, end), x0, x1, base, abs(y1 - y0) * EM)
        else:
            yield from _pieces(letters, start, end, turnings)


def _is_whole(first: _Letter, last: _Letter, count: int) -> bool:
    """Whether all letters between them are sure to stand in one line, from left to right."""
    em, width = first.high[1] - first.low[1], last.high[0] - first.low[0]
    return (
        not first.angle
        and not last.angle
        and abs(first.origin[1] - last.origin[1]) < em / 10
        and 0 <= width <= (WIDEST * count + 0.3) * em
        and abs(last.high[1] - last.low[1] - em) < em / 5
    )


def _pieces(letters: _Letters, start: int, end: int, turnings: list[_Turning]) -> Iterator[tuple[int, Word]]:
    """The letters put together as far as each follows the one before."""
    turn, word = 0, None
    for index in range(start, end):
        letter = letters.at(index)
        if letter is None:
            continue
        quarter = -round(letter.angle / (math.pi / 2))
        if abs(letter.angle + quarter * math.pi / 2) > UPRIGHT:
            continue
        place = turnings[quarter % 4]
        (x0, y0), (x1, y1), (_, base) = place(*letter.low), place(*letter.high), place(*letter.origin)
        x0, x1, size = min(x0, x1), max(x0, x1), abs(y1 - y0) * EM
        written = letters.plain(index, index + 1)
        is_note = (
            word and written.isdigit() and not word.text[-1].isdigit() and _is_raised(word, Word(written, x0, x1, base, size))
        )
        if word and quarter % 4 == turn and not is_note and _follows(word, x0, base, size):
            word.text += written
            word.x1, word.size = max(word.x1, x1), max(word.size, size)
            continue
        if word:
            yield turn, word
        turn, word = quarter % 4, Word(written, x0, x1, base, size)
    if word:
        yield turn, word


def _follows(word: Word, x0: float, base: float, size: float) -> bool:
    em = max(word.size, size)
    return abs(base - word.y) <= em * 0.45 and -0.6 * em <= x0 - word.x1 <= 0.8 * em


class _Letter(NamedTuple):
    """Where a letter is drawn, as the page has it: y upwards."""

    angle: float
    low: tuple[float, float]
    high: tuple[float, float]
    origin: tuple[float, float]


class _Letters:
    """The letters of a page in the order in which they are drawn, with the spaces that PDFium adds."""

    def __init__(self, textpage: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._page = pdfium, textpage.raw
        count = pdfium.FPDFText_CountChars(self._page)
        self.text = "".join(_sign(pdfium.FPDFText_GetUnicode(self._page, index)) for index in range(count))
        self._x, self._y, self._box = c_double(), c_double(), pdfium.FS_RECTF()

    def at(self, index: int) -> _Letter | None:
        if not self._pdfium.FPDFText_GetLooseCharBox(self._page, index, self._box):
            return None
        self._pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        angle = self._pdfium.FPDFText_GetCharAngle(self._page, index)
        box = self._box
        return _Letter(angle, (box.left, box.bottom), (box.right, box.top), (self._x.value, self._y.value))

    def plain(self, start: int, end: int) -> str:
        """These letters with ligatures written out."""
        return self.text[start:end].translate(PLAIN)


def _sign(code: int) -> str:
    """One character for each letter; half of a pair, or nothing, is a space."""
    return chr(code) if code and not 0xD800 <= code < 0xE000 and code < 0x110000 else " "


# Rules and pictures


def _drawn(page: Any, box: Box) -> tuple[list[Box], float]:
    """The straight lines on the page by their ends, and the part of it that pictures cover."""
    import pypdfium2.raw as pdfium

    area = max((box[2] - box[0]) * (box[3] - box[1]), 1.0)
    lines: list[Box] = []
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


def _lines(path: Any, pdfium: Any) -> Iterator[Box]:
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


def _strokes(path: Any, pdfium: Any) -> Iterator[Box]:
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
