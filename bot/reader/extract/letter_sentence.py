"""A sentence about letters, and what the finders of such sentences share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.reader.extract.line_lists import PlaceList
from bot.reader.extract.list_entries import semicolon_places
from bot.reader.extract.place_patterns import ListedPlace
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.state_rows import as_states
from bot.reader.extract.vocabulary import LETTER, OTHER_SENDER, PLACES, RECEIVED, SENT
from bot.reader.state_names import FULL, state_code_of
from bot.reader.text_page import Sentence

PROSE = 300_000  # characters that are read apart from lists: a hundred pages


class About(StrEnum):
    """What a sentence about letters is about: this letter or another, places cleared, or no letter sent."""

    LETTER = "letter"
    EARLIER = "earlier"
    CLEARED = "cleared"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class LetterSentence:
    """A sentence about letters sent."""

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    about: About
    #: Where it says that letters were sent, in `TextPage.flat`.
    verb: tuple[int, int]
    #: The places that it names.
    listing: PlaceList = field(default_factory=lambda: PlaceList((), 0))
    #: Whether it names only some of the recipients ("including").
    is_partial: bool = False
    #: Whether it may be about an earlier letter ("in November").
    is_soft: bool = False
    #: Whether it introduces a list.
    is_list: bool = False


RECEIVE = re.compile(rf"\b{RECEIVED}\b", re.IGNORECASE)
SEND = re.compile(rf"\b(?:{SENT})\b", re.IGNORECASE)
HINTS = ("cities", "counties", "states", "towns")
INCLUDE = re.compile(
    rf"\b(?:includ(?:e|es|ed|ing)|such\s+as|among\s+(?:them|those|the\s+recipients)(?:\s+(?:are|were|is|was))?"
    rf"|among\s+(?:those|the\s+\w+)\s+(?:that\s+|to\s+)?(?:{RECEIVED}|sent)\s+(?:the\s+|a\s+)?{LETTER.pattern}\s+(?:are|were"
    rf"|is|was)|namely|notably|they\s+are|they\s+were|these\s+are|(?:{PLACES})\s+(?:are|were))\s*:?\s+",
    re.IGNORECASE,
)
PARTLY = re.compile(r"\b(?:which\s+include|includ\w+|such\s+as|among|notably)\b", re.IGNORECASE)
CLEARED_LIST = re.compile(r"\b(?:cleared|no\s+longer\s+under\s+review|in\s+compliance|no\s+evidence)\b", re.IGNORECASE)
IN_REPLY = re.compile(
    r"\b(?:in\s+(?:response|reply)\s+to|respon(?:ds?|se)\s+to|(?:we|I)\s+(?:have\s+)?received|thank\s+you\s+for"
    r"|enclosed\s+with|replies\s+to)\s+your\b"
    r"[^.]{0,60}?\b(?:letter|request|inquiry|notice|demand)",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"\b(?:co-?)?sign(?:ed|ing|ers?|atories)\b(?=[^.,;]*\bletters?\b)"
    r"|\bletters?\b[^.]{0,40}\bsigned\s+by\s+(?:the\s+)?(?:mayors|governors|attorneys|\d+)|\bjoined\b[^.]{0,40}\bletters?\b",
    re.IGNORECASE,
)
INTRO = re.compile(
    r"(?:(?:so|but|and|also|meanwhile|separately)\s+)*(?:(?:on|in|by|over|across|from|late|early|at"
    r"|after)\s+[^,.]{1,60},\s+)?(?:(?:both|also)\s+)?(?:receiving\s+letters\s*:?\s*(?:were|are)?\s*)?",
    re.IGNORECASE,
)
_SOME = (
    r"(?:jurisdictions|cities|counties|localities|municipalities|governments|places|communities|towns|townships|villages"
    r"|institutions|districts)"
)
_STATE_BEFORE = re.compile(
    rf"\b({FULL})\s+{_SOME}\b|\b{_SOME}\s+(?:in|across)\s+(?:the\s+state\s+of\s+)?({FULL})(?![\w'])", re.IGNORECASE
)


def colon_in(text: str) -> int | None:
    """The position after the colon that opens a list; a colon within a time of day does not count."""
    colon = next((one for one in re.finditer(r":(?!\d\d)(?:\s|$)", text)), None)
    return colon.end() if colon else None


def listed_places(scan: PlaceScanner, flat: str, start: int, end: int, near: str | None) -> tuple[list[ListedPlace], int]:
    if ";" in flat[start:end]:
        items, stop = semicolon_places(scan, start, end, near)
        if items:
            return items, stop
    return scan.inline(start, end, near)


def hinted(flat: str, items: Sequence[ListedPlace], noun: str) -> list[ListedPlace]:
    """The places of a list introduced by "cities", "counties", "states" or "towns"."""
    places = as_states(flat, items) if noun == "states" else items
    return [replace(item, hint=noun) for item in places]


def is_others(before: str) -> bool:
    """Whether the sender, in the words before the verb, is somebody else: a mayor, a group, a place."""
    clause = re.split(r"[;:—]|,\s+(?:and|but|while|which)\s+", before)[-1]
    if re.search(
        r"\b(?:department|DOJ|agency|commission|bureau|administration|secretary|attorney\s+general|committee|letters?|office"
        r"|official|EPA|HHS|HUD|DHS|FTC|FCC|ICE)\b",
        clause,
        re.IGNORECASE,
    ):
        return False
    return bool(OTHER_SENDER.search(clause))


def verb_of(sentence: Sentence, near: int = 0) -> tuple[int, int]:
    """Where the sentence says that letters were sent or received: the verb nearest to `near`, or the whole sentence."""
    spans = [one.span() for pattern in (SEND, RECEIVE) for one in pattern.finditer(sentence.text)]
    if not spans:
        return sentence.start, sentence.end
    start, end = min(spans, key=lambda span: abs(span[0] - near))
    return sentence.start + start, sentence.start + end


def state_near(text: str) -> str | None:
    """The state that the words give for all places: "three Wisconsin jurisdictions"; None if they give several."""
    states = {state_code_of(one[1] or one[2]) for one in _STATE_BEFORE.finditer(text)}
    return states.pop() if len(states) == 1 else None
