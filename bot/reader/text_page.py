"""A text normalized for reading, in which each position can be mapped to the original text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import pairwise

from bot.reader.draft import Span
from bot.reader.rules import entries, rule_table
from bot.record.quoting import cut, whole_numbers

RAGGED = 10  # characters by which lines of a paragraph differ
PROSE = 300_000  # characters that are read apart from lists: a hundred pages
LONGEST = 4000  # characters of a sentence that are read; a list in it may be longer
LEAST_LOST = 10  # commas and full stops that a text has lost if it has none
_SAME = {" ": "\u00a0\u1680\u202f\u205f\u3000", "'": "\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u00b4\u0060",
         '"': "\u201c\u201d\u201e\u201f", "-": "\u2010\u2011\u2012\u2013\u2212\u2192", "\u2014": "\u2015"}  # fmt: skip
_ONE = str.maketrans(
    {sign: plain for plain, signs in _SAME.items() for sign in signs} | {chr(code): " " for code in range(0x2000, 0x200B)}
)

RULES = rule_table("text_page")
BULLET = RULES["the bullet or number of an item"].regex
_UNEVEN = tuple(rule_table("uneven"))
_ODD = re.compile("|".join(f"({rule.pattern})" for rule in rule_table("uneven").values()), re.VERBOSE)
_INSTEAD = {"the number of a page": "\n", "other line ends": "\n", "a divided name": "-", "an item of HTML": "\n• "}
_ABBREVIATIONS = frozenset(entries("abbreviations")) | {"A"}
_ABBREVIATED_ENDS = frozenset(entries("abbreviated_ends"))
_WORD = re.compile(r"[^\W_]")  # a line without one has no content


@dataclass(frozen=True)
class Sentence:
    """Characters `start` up to `end` of `TextPage.flat`, never across a paragraph. `text` is its first `LONGEST` characters."""

    start: int
    end: int
    text: str


class TextPage:
    """A normalized text. `clean` is the text; `flat` is the same with the lines of each paragraph joined, at the same length.

    Unified: line ends, kinds of spaces, quotes and dashes. Removed: soft hyphens, hyphenation at line ends, page numbers, HTML
    tags and entities. `span` maps a position back to the original text.
    """

    def __init__(self, text: str) -> None:
        self.raw = text
        self._clean_at: list[int] = [0]
        self._raw_at: list[int] = [0]
        self.clean = _with_names(_with_commas(self._evened(text).translate(_ONE)))
        self.flat = _flattened(self.clean)

    def span(self, start: int, end: int) -> Span:
        """The place of `clean[start:end]` in the original text, without white space at its ends, and with whole numbers."""
        start, end = whole_numbers(self.clean, start, end)
        while start < end and self.clean[start].isspace():
            start += 1
        while end > start and self.clean[end - 1].isspace():
            end -= 1
        first, last = self._raw(start), self._raw(max(end - 1, start)) + 1
        return Span(first, max(last, first + 1))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the story, without what a web page links to below it ("Related stories")."""
        ending = RULES["the end of a story"].regex.search(self.flat, len(self.flat) // 3)
        return tuple(_sentences(self.flat[: ending.start()] if ending else self.flat))

    def sentence_at(self, position: int) -> int:
        """The index of the sentence at `position`, or of the last one before it."""
        return max(bisect_right(self._starts, position) - 1, 0)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def _raw(self, at: int) -> int:
        piece = bisect_right(self._clean_at, at) - 1
        limit = self._raw_at[piece + 1] - 1 if piece + 1 < len(self._raw_at) else len(self.raw) - 1
        return min(self._raw_at[piece] + at - self._clean_at[piece], max(limit, 0))

    def _evened(self, text: str) -> str:
        pieces: list[str] = []
        length = last = 0

        def add(piece: str, raw: int) -> None:
            nonlocal length
            if piece:
                self._clean_at.append(length)
                self._raw_at.append(raw)
                pieces.append(piece)
                length += len(piece)

        for oddity in _ODD.finditer(text):
            add(text[last : oddity.start()], last)
            add(_instead(oddity, pieces[-1][-1] if pieces else ""), oddity.start())
            last = oddity.end()
        add(text[last:], last)
        return "".join(pieces)


def _instead(oddity: re.Match[str], before: str) -> str:
    """The replacement for what is uneven. Combining accents are dropped, since names are looked up without accents."""
    match _UNEVEN[(oddity.lastindex or 1) - 1]:
        case "the number of a page of several":
            return "\n\n" if before in ".:;!?" else " "
        case "a tag that ends a line":
            return "\n" if before != "\n" or "/p" in oddity[0].lower() else ""
        case "an entity":
            return unescape(oddity[0])
        case "signs in another encoding":
            return _decoded(oddity[0])
        case kind:
            return _INSTEAD.get(kind, "")


def _decoded(signs: str) -> str:
    """What UTF-8 says that was read as Windows-1252, or as Latin-1 where that has no sign; nothing for a part of it."""
    written = b"".join(sign.encode("latin-1" if sign <= "\xff" else "cp1252") for sign in signs).decode("utf-8", "ignore")
    return "".join(" " if sign.isspace() else sign for sign in written if sign.isspace() or sign.isprintable())


def _with_commas(clean: str) -> str:
    """A text that lost its commas and full stops, of each of which a second space is left, with commas instead."""
    if clean.count("  ") < LEAST_LOST or RULES["a comma or a full stop"].regex.search(clean):
        return clean
    return RULES["a lost sign"].regex.sub(", ", clean)


def _with_names(clean: str) -> str:
    """A text in small letters, with capitals where there surely is a name: "city of bellingham, washington", "doj"."""
    letters = sum(sign.isalpha() for sign in clean[:20_000])
    if not letters or sum(sign.isupper() for sign in clean[:20_000]) > letters / 200:
        return clean
    return RULES["a name in small letters"].regex.sub(
        lambda found: found[0].upper() if found["short"] else _titled(found[0]), clean
    )


def _titled(name: str) -> str:
    return RULES["a word in small letters"].regex.sub(lambda letter: letter[0].upper(), name)


def _flattened(clean: str) -> str:
    """The text with line ends within paragraphs replaced by spaces.

    1. If most lines are shorter than 140 characters, the text was wrapped: a line that is nearly full continues in the next,
       unless that one begins an item.
    2. A list in a sentence that runs over several lines is one line.
    3. In any text, a line continues in one that begins with a small letter, or with a sign that cannot begin a line.
    """
    clean = RULES["a list that runs over lines"].regex.sub(lambda found: found[0].replace("\n", " "), clean)
    lines = clean.split("\n")
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    width = width if 50 <= width <= 140 else 0
    ends = [" " if _goes_on(line, following, width) else "\n" for line, following in pairwise(map(str.strip, lines))]
    return "".join(piece for pair in zip(lines, [*ends, ""], strict=True) for piece in pair)


def _goes_on(line: str, following: str, width: int) -> bool:
    if not line or not following:
        return False
    seam = f"{line[-40:]}\n{following[:40]}"
    if line[0] in "dDrR" and RULES["a label above a day"].regex.search(seam):
        return True
    if _is_apart(line, following, width):
        return False
    if RULES["a line that goes on in the next"].regex.search(seam) or (line[-1] == "," and ";" in line):
        return True
    are_names = RULES["a line of a place or an institution"].regex.fullmatch(line) and RULES[
        "a line of a name"
    ].regex.fullmatch(following)
    return not are_names and _is_full(line, following, width)


def _is_apart(line: str, following: str, width: int) -> bool:
    """Whether the line surely ends: before an item, a label or a line with the same beginning, behind a colon, in a table."""
    if line.split()[:2] == following.split()[:2]:
        return True
    if line[-1] == ":" or "\t" in line or "\t" in following or "   " in line or (" | " in line and " | " in following):
        return True
    if RULES["a row of values"].regex.match(line) and RULES["a row of values"].regex.match(following):
        return True
    if line[-1] == ";" and (line.count(";") < 2 or len(line) < 0.62 * width):
        return True
    is_labelled = ":" in following and (
        RULES["a line with a label"].regex.match(following) or RULES["a line of a state"].regex.match(following)
    )
    return bool(is_labelled or (":" in line and RULES["a line with a label"].regex.match(line)) or BULLET.match(following))


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the line was wrapped: it is nearly full, and the next word did not fit on it, or no sentence ends."""
    has_no_room = len(line) + 1 + len(following.split(maxsplit=1)[0]) > width - RAGGED
    is_end = line.endswith((".", "!", "?", '."')) and _last_word(line) not in _ABBREVIATIONS
    return bool(width) and len(line) >= 0.62 * width and (has_no_room or not is_end)


def _sentences(flat: str) -> Iterator[Sentence]:
    start = 0
    for end in (
        *(
            stop.end()
            for stop in RULES["an end of a sentence or a paragraph"].regex.finditer(flat)
            if "\n" in stop[0] or _is_end(flat, stop)
        ),
        len(flat),
    ):
        text = flat[start:end]
        if _WORD.search(text):
            first = start + len(text) - len(text.lstrip())
            plain = text.strip()
            # "February 2" of "February 23" would be another day.
            yield Sentence(first, first + len(plain), plain[: cut(plain, LONGEST)])
        start = end


def _is_end(flat: str, stop: re.Match[str]) -> bool:
    after = flat[stop.end() : stop.end() + 40].lstrip(" \t")
    if not after or after[0] == "\n":
        return True
    if after[0].islower() or after[0] in ",;":
        return False
    if stop[0][0] != ".":
        return True
    word = _last_word(flat[max(0, stop.end() - 16) : stop.end()])
    if word in _ABBREVIATED_ENDS:
        return bool(RULES["a word that can begin a sentence"].regex.match(after))
    return word not in _ABBREVIATIONS and not RULES["the number of an item"].regex.search(
        flat[max(0, stop.start() - 6) : stop.end()]
    )


def _last_word(text: str) -> str:
    """The word at the end of the text without its full stop; "A" for every initial."""
    word = RULES["the last word"].regex.search(text.rstrip("\"')]"))
    plain = word[0][:-1] if word else ""
    return "A" if plain[-1:].isupper() and plain[-2:-1] in ("", ".") and plain not in _ABBREVIATED_ENDS else plain


class Taken:
    """The parts of a text that were already read as something."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length)

    def add(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\x01" * (end - start)

    def overlaps(self, start: int, end: int) -> bool:
        return self._marks.find(1, start, end) >= 0


def folded(text: str) -> str:
    """The text without accents, case and double spaces."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())
