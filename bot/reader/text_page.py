"""A text normalized for reading, in which each position can be mapped to the original text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from bot.reader.draft import Span
from bot.record.places import STATES
from bot.record.quoting import cut, whole_numbers

RAGGED = 10  # characters by which lines of a paragraph differ
LONGEST = 4000  # characters of a sentence that are read; a list in it may be longer
_BREAKING = r"p|div|li|ul|ol|tr|table|br|hr|h[1-6]|section|article|header|footer|blockquote|td|th"
_INLINE = r"a|b|i|u|em|strong|span|font|sup|sub|small|mark|abbr|code|tbody|thead|time|img|label|cite|q|s"
_ODD = re.compile(
    r"(?P<page>(?<=\S)(?:\s{0,40}\n[^\n]{0,120}[^\S\n]{3,9}\d{1,4}[^\S\n]{0,9})?\s{0,40}(?:\n"
    r"|\f)[^\S\n]*(?i:page)[^\S\n]+\d{1,4}[^\S\n]+of[^\S\n]+\d{1,4}[^\S\n]*\n\s*)"
    r"|(?P<number>\n[^\S\n]*-?[^\S\n]*\d{1,3}[^\S\n]*-?[^\S\n]*(?=\n))"
    r"|(?P<trailing>(?<![^\S\r\n])[^\S\r\n]+(?=\r?\n))"
    r"|(?P<lines>\r\n?|[\x0b\x0c\x85\u2028\u2029])"
    r"|(?P<gone>\u00ad(?:[^\S\n]*\n[^\S\n]*)?|[\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]|\*\*|[\u0300-\u036f]+"
    r"|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])|(?<![^\W_])(?<!_)_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?![\w])"
    r"|(?m:^)(?:>[^\S\n]?)+)"
    r"|(?P<divided>(?<=[^\W\d_])[-\u2010][^\S\n]*\n[^\S\n]*(?=[a-z]))"
    r"|(?P<broken>(?<=[^\W\d_])[-\u2010\u2011][^\S\n]*\n[^\S\n]*(?=[A-Z]))"
    r"|(?P<link>\[(?=[^\[\]\n]{1,200}\]\((?:https?:|mailto:|/|#))|(?<=[^\s\]])\]\((?:https?:|mailto:|/|#)[^()\s]{0,500}\))"
    r"|(?P<item><(?i:li)\b[^<>]{0,300}>)"
    rf"|(?P<tag></?(?i:{_BREAKING})\b[^<>]{{0,300}}>)|(?P<inline></?(?i:{_INLINE})\b[^<>]{{0,300}}>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d?);)"
    r"|(?P<one>[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2018-\u201f\u2032\u02bb\u02bc\u00b4\u0060\u2010-\u2013\u2212\u2015\u2192])"
)
_ONE = {
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
    **{chr(code): " " for code in range(0x2000, 0x200B)},
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
    "\u2015": "\u2014",
    "\u2192": "-",
}
BULLET = re.compile(
    r"[^\S\n]*(?:[•·▪▫◦●○■□‣⁃∙➢➤►✓✔]|[*+](?=\s)|[-–—]{1,2}(?=\s)|-(?=[A-Z][a-z])|o(?=[^\S\n]{1,8}[A-Z])|\(?(?:\d{1,4}|[a-z]"
    r"|[ivx]{1,5})[.)](?=\s))[^\S\n]*"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Hon|Gov|Lt|Sen|Rep|Reps|Sens|Atty|Gen|Sgt|Capt|Col|Rev|Pres|Supt|Prof|St|Ste|Mt|Ft|Pt|No|Nos|Sec"
    r"|Secs|Art|"
    r"Vol|Fed|Civ|Crim|App|Stat|Pub|Exec|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|vs?"
    r"|al|cf|e\.g|"
    r"i\.e|seq|Co|Dept|Ave|Blvd|Rm|approx|P|R|p|pp|[A-Z])|U\.S\.C|C\.F\.R|Fed\. R)\.$"
)
_SOMETIMES = re.compile(  # these end a sentence if a word follows that can begin one
    r"\b(?:U\.S|D\.C|[ap]\.m|N\.(?:Y|J|H|M|C|D)|S\.[CD]|R\.I|W\. ?Va|Jr|Sr|Inc|Corp|Ltd|et al|etc|L\.A|E\.[SD]\.T|[ECMP]\.T|"
    r"Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore?|Pa|Tenn|Tex"
    r"|Vt|Va|"
    r"Wash|Wis|Wyo)\.$"
)
_OPENING = re.compile(
    r"[\"'(\[]*(?:The|A|An|In|On|It|They|We|He|She|You|Each|All|Every|Both|If|When|Where|While|After|Before|Since|As|At|By"
    r"|For|From|"
    r"Letters?|Failure|Jurisdictions?|Recipients?|Cities|Counties|States|This|That|These|Those|There|Some|Other|Others|Several|"
    r"Responses?|Answers?|Documents?|Should|No|Not|None|But|And|So|Its|His|Her|Their|Our|Your|Please|Officials?|"
    r"Under|Without|What|Who|Neither|Either|Earlier|Previously|Last|Meanwhile|According|Any|Among)\b"
)
_ENDS_STORY = re.compile(
    r"^[^\S\n]*(?:related(?:\s+(?:stories|articles|news|content|coverage|links|posts))?|more\s+(?:stories|news|coverage)"
    r"|more\s+from\b.{0,40}|read\s+(?:more|next|also)|also\s+read|"
    r"recommended(?:\s+for\s+you)?|most\s+(?:popular|read|viewed)|trending(?:\s+now)?|you\s+(?:may|might)\s+(?:also\s+)?like"
    r"|around\s+the\s+web|"
    r"latest\s+(?:news|stories)|top\s+stories)[^\S\n]*:?[^\S\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(r"(?i:from|to|cc|bcc|date|sent|subject|re|attn|attention|via|tel|phone|fax|contact)\s*:")
_STATE_LABEL = re.compile(rf"(?:In\s+)?(?:{'|'.join(re.escape(name) for name in STATES.values())})\s*:")
# Lines that are names only, one below the other: "City and County of Denver, Colorado | State of California".
_NAME_WORD = r"(?:[A-Z][\w.'-]*|of|and|the|de|d'[A-Z]\w+)"
_NAME_LINE = re.compile(rf"{_NAME_WORD}(?:,? {_NAME_WORD}){{0,11}}")
_PLACE_LINE = re.compile(rf"{_NAME_LINE.pattern}, (?:{'|'.join(re.escape(name) for name in STATES.values())})")
# A date that goes on in the next line: "February | 23", "February 23, | 2018", "by | Friday", "Deadline: | February 23".
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_MONTH_LAST = re.compile(rf"\b{_MONTH}$", re.IGNORECASE)
_DAY_LAST = re.compile(rf"\b{_MONTH} \d{{1,2}}(?:st|[nr]?d|th)?,?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?:19|20|21)\d\d\b")
_LEAD_LAST = re.compile(r"\b(?:by|until|before|than|through|on|due)$", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?{_MONTH} \d|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_DUE_ALONE = re.compile(
    r"(?:response |reply )?(?:deadline|due date|due|due by|reply by|respond by|response by)(?: is)? ?:?", re.IGNORECASE
)
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
        self.clean = _lifted(self._evened(text))
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
        ending = _ENDS_STORY.search(self.flat, len(self.flat) // 3)
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
            before = pieces[-1][-1] if pieces else ""
            add(_instead(oddity, before), oddity.start())
            last = oddity.end()
        add(text[last:], last)
        return "".join(pieces)


def _instead(oddity: re.Match[str], before: str) -> str:
    """The replacement for an irregularity. Combining accents are dropped, since names are looked up without accents."""
    match oddity.lastgroup:
        case "page":
            return "\n\n" if before in ".:;!?" else " "
        case "lines" | "number":
            return "\n"
        case "broken":
            return "-"
        case "item":
            return "\n• "
        case "tag":
            return "\n" if before != "\n" or "/p" in oddity[0].lower() else ""
        case "entity":
            plain = unescape(oddity[0])
            return "".join(_ONE.get(sign, sign) for sign in plain) if plain != oddity[0] else oddity[0]
        case "one":
            return _ONE[oddity[0]]
        case _:
            return ""


def _lifted(clean: str) -> str:
    """A text in small letters, with capitals where there surely is a name: "city of bellingham, washington", "doj"."""
    letters = sum(sign.isalpha() for sign in clean[:20_000])
    if not letters or sum(sign.isupper() for sign in clean[:20_000]) > letters / 200:
        return clean
    return _NAMES_IN_SMALL.sub(lambda found: found[0].upper() if found["short"] else _titled(found[0]), clean)


def _titled(name: str) -> str:
    return re.sub(r"(?<![\w'])(?!of\b|and\b)[a-z]", lambda letter: letter[0].upper(), name)


_STATE_NAMES = "|".join(sorted((re.escape(name.lower()) for name in STATES.values()), key=len, reverse=True))
_NAMES_IN_SMALL = re.compile(
    rf"\b(?:(?P<short>doj|dhs|epa|hud|hhs|ftc|fcc|fema|cms|irs)|(?:(?:city and county|city|town|county|village|state) of "
    rf"(?!the\b|its\b|their\b)[a-z]+(?:(?<=\bsan)|(?<=\blos)"
    rf"|(?<=\bnew)|(?<=\bst)|(?<=\bfort)|(?<=\bel)|(?<=\bsanta)|(?<=\blas))?(?: (?=[a-z]+,)[a-z]+)?|(?!the\b|a\b|this\b"
    rf"|that\b|each\b|every\b|to\b|in\b|our\b)[a-z]+ county|{_STATE_NAMES}|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)(?= \d)"
    r"|[a-z]+ department|department of [a-z]+))\b"
)


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
    pieces: list[str] = []
    for number, line in enumerate(lines[:-1]):
        pieces.append(line)
        pieces.append(" " if _goes_on(line.strip(), lines[number + 1], width) else "\n")
    pieces.append(lines[-1])
    return "".join(pieces)


def _goes_on(line: str, following: str, width: int) -> bool:
    next_line = following.strip()
    if next_line and _DUE_ALONE.fullmatch(line) and _DAY_FIRST.match(next_line):
        return True
    if not line or not next_line or BULLET.match(following) or line.endswith(":"):
        return False
    if line.endswith(";") and (line.count(";") < 2 or len(line) < 0.62 * width):
        return False
    if _LABEL.match(next_line) or _LABEL.match(line) or _STATE_LABEL.match(next_line):
        return False
    if "\t" in line or "\t" in next_line or "   " in line:
        return False
    if line.endswith(",") and ";" in line:
        return True
    if next_line[0].islower() or next_line[0] in "§,;)" or line.endswith(("§", " of", " the", " and", " to", ", and")):
        return True
    if next_line[0].isdigit() and _MONTH_LAST.search(line):
        return True
    if (_LEAD_LAST.search(line) and _DAY_FIRST.match(next_line)) or (_DAY_LAST.search(line) and _YEAR_FIRST.match(next_line)):
        return True
    first = next_line.split(maxsplit=1)[0]
    room = len(line) + 1 + len(first) > width - RAGGED  # the next word did not fit on the line
    ends = line.endswith((".", "!", "?", '."')) and not _ABBREVIATED.search(line)
    are_names = _PLACE_LINE.fullmatch(line) and _NAME_LINE.fullmatch(next_line)
    return bool(width) and not are_names and len(line) >= 0.62 * width and (room or not ends)


def _sentences(flat: str) -> Iterator[Sentence]:
    start = 0
    for stop in _END.finditer(flat):
        if "\n" not in stop[0] and not _is_end(flat, start, stop):
            continue
        if stop.end() > start and _WORD.search(text := flat[start : stop.end()]):
            lead = len(text) - len(text.lstrip())
            yield Sentence(start + lead, start + len(text.rstrip()), _first_part(text.strip()))
        start = stop.end()
    if _WORD.search(text := flat[start:]):
        lead = len(text) - len(text.lstrip())
        yield Sentence(start + lead, start + len(text.rstrip()), _first_part(text.strip()))


def _first_part(text: str) -> str:
    """The part of a sentence that is read. "February 2" of "February 23" would be another day."""
    return text[: cut(text, LONGEST)]


def _is_end(flat: str, start: int, stop: re.Match[str]) -> bool:
    before = flat[max(start, stop.end() - 16) : stop.end()].rstrip("\"')]")
    after = flat[stop.end() : stop.end() + 40].lstrip(" \t")
    if not after or after[0] == "\n":
        return True
    if after[0].islower() or after[0] in ",;":
        return False
    if stop[0][0] != ".":
        return True
    if re.search(r"(?:^|\n)\s*\(?(?:\d{1,3}|[A-Za-z])\.$", flat[max(0, stop.start() - 6) : stop.end()]):
        return False  # the number of an item
    if _SOMETIMES.search(before):
        return bool(_OPENING.match(after))
    return not _ABBREVIATED.search(before)


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
