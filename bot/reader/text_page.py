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
from bot.reader.rules import Rule, entries, words
from bot.record.places import STATES
from bot.record.quoting import cut, whole_numbers

RAGGED = 10  # characters by which lines of a paragraph differ
LONGEST = 4000  # characters of a sentence that are read; a list in it may be longer
_STATE = "|".join(sorted((re.escape(name) for name in STATES.values()), key=len, reverse=True))
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_SAME = {" ": "\u00a0\u1680\u202f\u205f\u3000", "'": "\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u00b4\u0060",
         '"': "\u201c\u201d\u201e\u201f", "-": "\u2010\u2011\u2012\u2013\u2212\u2192", "\u2014": "\u2015"}  # fmt: skip
_ONE = {sign: plain for plain, signs in _SAME.items() for sign in signs} | {chr(code): " " for code in range(0x2000, 0x200B)}

#: What is uneven in a text, in the order in which it is looked for. The part before "_" says what takes its place: `_instead`.
_UNEVEN = {
    "page": Rule(
        "the number of a page of several",
        r"(?<=\S)(?:\s{0,40}\n[^\n]{0,120}[^\S\n]{3,9}\d{1,4}[^\S\n]{0,9})?\s{0,40}\n[^\S\n]*(?i:page)[^\S\n]+\d{1,4}[^\S\n]+of"
        r"[^\S\n]+\d{1,4}[^\S\n]*\n\s*",
        ("one[\n\nPage 2 of 7\n]two",),
        flags=re.NOFLAG,
    ),
    "line_number": Rule("the number of a page", r"\n[^\S\n]*-?[^\S\n]*\d{1,3}[^\S\n]*-?[^\S\n]*(?=\n)", ("one\n[- 2 -]\ntwo",)),
    "none_trailing": Rule("white space at the end of a line", r"(?<![^\S\r\n])[^\S\r\n]+(?=\r?\n)", ("one[  ]\ntwo",)),
    "line_end": Rule("other line ends", r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", ("one[\r\n]two",)),
    "none_sign": Rule(
        "signs without meaning: soft hyphens, signs of no width, accents, Markdown, marks of quotes",
        r"\u00ad(?:[^\S\n]*\n[^\S\n]*)?|[\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\u0300-\u036f]+|\*\*"
        r"|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])|(?<![^\W_])(?<!_)_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?![\w])|(?m:^)(?:>[^\S\n]?)+",
        ("[**]Denver**", "[_]Denver_", "\n[> ]Denver"),
        ("snake_case",),
    ),
    "none_divided": Rule(
        "a divided word", r"(?<=[^\W\d_])[-\u2010][^\S\n]*\n[^\S\n]*(?=[a-z])", ("Spring[-\n]field",), flags=re.NOFLAG
    ),
    "hyphen": Rule(
        "a divided name", r"(?<=[^\W\d_])[-\u2010\u2011][^\S\n]*\n[^\S\n]*(?=[A-Z])", ("Winston[-\n]Salem",), flags=re.NOFLAG
    ),
    "none_link": Rule(
        "a link of Markdown",
        r"\[(?=[^\[\]\n]{1,200}\]\((?:https?:|mailto:|/|\#))|\]\((?:https?:|mailto:|/|\#)[^()\s]{0,500}\)",
        ("](http://a.b/c)",),
    ),
    "item": Rule("an item of HTML", r"<(?i:li)\b[^<>]{0,300}>", ("[<li class=a>]Denver",)),
    "tag": Rule("a tag that ends a line", rf"</?(?i:{words('html_blocks')})\b[^<>]{{0,300}}>", ("one[<br>]two",)),
    "entity": Rule("an entity", r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);", ("AT[&amp;]T",)),
    "one": Rule("another form of a sign", f"[{''.join(_ONE)}]", ("it[\u2019]s",)),
}
BULLET = re.compile(
    r"[^\S\n]*(?:[•·▪▫◦●○■□‣⁃∙➢➤►✓✔]|[*+](?=\s)|[-–—]{1,2}(?=\s)|-(?=[A-Z][a-z])|o(?=[^\S\n]{1,8}[A-Z])|\(?(?:\d{1,4}|[a-z]"
    r"|[ivx]{1,5})[.)](?=\s))[^\S\n]*"
)
_DAY = rf"(?:(?:{words('weekdays')},?[ ])?{_MONTH}[ ]\d|{words('weekdays')}\b)"
_JOINED = Rule(
    "a line that goes on in the next",
    rf"\b{_MONTH}\n\d|\b{_MONTH}[ ]\d{{1,2}}(?:st|[nr]?d|th)?,?\n(?:19|20|21)\d\d\b"
    rf"|\b(?:by|until|before|than|through|on|due)\n{_DAY}"
    r"|(?:§|[ ](?:of|the|and|to))\n|\n(?:(?-i:[a-zß-ÿ])|[§,;)])",
    ("on [February\n2]3", "on [Feb. 23,\n2018]", "[by\nFriday]", "the city[ of\n]Denver", "and[\nt]he"),
    ("in Denver\nBoston",),
)
_DUE = Rule(
    "a label above a day",
    rf"^(?:(?:response|reply)[ ])?(?:deadline|due|due[ ]date|(?:due|reply|respond|response)[ ]by)(?:[ ]is)?[ ]?:?\n{_DAY}",
    ("[Deadline:\nFebruary 2]3",),
)
_LABEL = Rule("a line with a label", rf"^{words('line_labels')}\s*:", ("[Re:] Denver",))
_STATE_LABEL = Rule("a line of a state", rf"^(?:In\s+)?(?:{_STATE})\s*:", ("[In New Mexico:] Taos",), flags=re.NOFLAG)
_NAME_WORD = r"(?:[A-Z][\w.'-]*|of|and|the|de|d'[A-Z]\w+)"
_NAME_LINE = Rule(
    "a line of a name", rf"{_NAME_WORD}(?:,?[ ]{_NAME_WORD}){{0,11}}", ("[State of California]",), flags=re.NOFLAG
)
_PLACE_LINE = Rule(
    "a line of a place and its state",
    rf"{_NAME_LINE.pattern},[ ](?:{_STATE})",
    ("[City of Denver, Colorado]",),
    flags=re.NOFLAG,
)
_OPENING = Rule("a word that can begin a sentence", rf"^[\"'(\[]*{words('openings')}\b", ("[The] letter",), flags=re.NOFLAG)
_ITEM_NUMBER = Rule("the number of an item", r"(?:^|\n)\s*\(?(?:\d{1,3}|[a-z])\.$", ("one[\n2.]",))
_STORY_END = Rule(
    "the end of a story",
    rf"(?m:^)[^\S\n]*(?:{words('story_ends')}|more\s+from\b.{{0,40}})[^\S\n]*:?[^\S\n]*(?m:$)",
    ("It ended.\n[Related stories:]\nMore",),
)
_SMALL_NAME = Rule(
    "a name in small letters",
    rf"\b(?:(?P<short>doj|dhs|epa|hud|hhs|ftc|fcc|fema|cms|irs)|(?:city[ ]and[ ]county|city|town|county|village|state)[ ]of[ ]"
    rf"(?!(?:the|its|their)\b)(?:(?:san|los|new|st|fort|el|santa|las)[ ])?[a-z]+(?:[ ](?=[a-z]+,)[a-z]+)?"
    rf"|(?!(?:the|a|this|that|each|every|to|in|our)\b)[a-z]+[ ]county|{_STATE.lower()}|{words('weekdays').lower()}"
    rf"|{words('months').lower()}(?=[ ]\d)|[a-z]+[ ]department|department[ ]of[ ][a-z]+)\b",
    ("the [city of new haven], connecticut",),
    ("the county",),
    re.NOFLAG,
)
RULES = (
    *_UNEVEN.values(),
    _JOINED,
    _DUE,
    _LABEL,
    _STATE_LABEL,
    _NAME_LINE,
    _PLACE_LINE,
    _OPENING,
    _ITEM_NUMBER,
    _STORY_END,
    _SMALL_NAME,
)
_ODD = re.compile("|".join(rf"(?P<{name}>{rule.pattern})" for name, rule in _UNEVEN.items()), re.VERBOSE)
_ABBREVIATIONS = frozenset(entries("abbreviations")) | {"A"}
_ABBREVIATED_ENDS = frozenset(entries("abbreviated_ends"))
_LAST_WORD = re.compile(r"[A-Za-z][A-Za-z.]*\.$")
_WORD = re.compile(r"[^\W_]")  # a line without one has no content
_END = re.compile(r"(?<![.!?])[.!?]{1,9}[\"')\]]{0,9}(?=\s)|\n+")


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
        self.clean = _with_names(self._evened(text))
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
        ending = _STORY_END.regex.search(self.flat, len(self.flat) // 3)
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
    kind, written = str(oddity.lastgroup).split("_")[0], oddity[0]
    match kind:
        case "page":
            return "\n\n" if before in ".:;!?" else " "
        case "tag":
            return "\n" if before != "\n" or "/p" in written.lower() else ""
        case "entity":
            plain = unescape(written)
            return "".join(_ONE.get(sign, sign) for sign in plain) if plain != written else written
        case "one":
            return _ONE[written]
        case _:
            return {"line": "\n", "hyphen": "-", "item": "\n• "}.get(kind, "")


def _with_names(clean: str) -> str:
    """A text in small letters, with capitals where there surely is a name: "city of bellingham, washington", "doj"."""
    letters = sum(sign.isalpha() for sign in clean[:20_000])
    if not letters or sum(sign.isupper() for sign in clean[:20_000]) > letters / 200:
        return clean
    return _SMALL_NAME.regex.sub(lambda found: found[0].upper() if found["short"] else _titled(found[0]), clean)


def _titled(name: str) -> str:
    return re.sub(r"(?<![\w'])(?!of\b|and\b)[a-z]", lambda letter: letter[0].upper(), name)


def _flattened(clean: str) -> str:
    """The text with line ends within paragraphs replaced by spaces.

    1. If most lines are shorter than 140 characters, the text was wrapped: a line that is nearly full continues in the next,
       unless that one begins an item.
    2. In any text, a line continues in one that begins with a small letter, or with a sign that cannot begin a line.
    """
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
    if line[0] in "dDrR" and _DUE.regex.search(seam):
        return True
    if _is_apart(line, following, width):
        return False
    if _JOINED.regex.search(seam) or (line[-1] == "," and ";" in line):
        return True
    are_names = _PLACE_LINE.regex.fullmatch(line) and _NAME_LINE.regex.fullmatch(following)
    return not are_names and _is_full(line, following, width)


def _is_apart(line: str, following: str, width: int) -> bool:
    """Whether the line surely ends: before an item or a label, behind a colon, in a table."""
    if line[-1] == ":" or "\t" in line or "\t" in following or "   " in line:
        return True
    if line[-1] == ";" and (line.count(";") < 2 or len(line) < 0.62 * width):
        return True
    is_labelled = ":" in following and (_LABEL.regex.match(following) or _STATE_LABEL.regex.match(following))
    return bool(is_labelled or (":" in line and _LABEL.regex.match(line)) or BULLET.match(following))


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the line was wrapped: it is nearly full, and the next word did not fit on it, or no sentence ends."""
    has_no_room = len(line) + 1 + len(following.split(maxsplit=1)[0]) > width - RAGGED
    is_end = line.endswith((".", "!", "?", '."')) and _last_word(line) not in _ABBREVIATIONS
    return bool(width) and len(line) >= 0.62 * width and (has_no_room or not is_end)


def _sentences(flat: str) -> Iterator[Sentence]:
    start = 0
    for end in (*(stop.end() for stop in _END.finditer(flat) if "\n" in stop[0] or _is_end(flat, stop)), len(flat)):
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
        return bool(_OPENING.regex.match(after))
    return word not in _ABBREVIATIONS and not _ITEM_NUMBER.regex.search(flat[max(0, stop.start() - 6) : stop.end()])


def _last_word(text: str) -> str:
    """The word at the end of the text without its full stop; "A" for every initial."""
    word = _LAST_WORD.search(text.rstrip("\"')]"))
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
