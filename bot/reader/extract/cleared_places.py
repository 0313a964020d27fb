"""Sentences about places that were cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reader.extract.introduced_lists import after_colon
from bot.reader.extract.letter_sentence import CLEARED_LIST, INTRO, About, LetterSentence, colon_in, is_others
from bot.reader.extract.line_lists import PlaceList, line_list
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.vocabulary import PLACES
from bot.reader.text_page import Sentence, TextPage

_UNMET = re.compile(
    r"(?:\b(?:must|should|would|will|not(?!\s+out)|never|fail(?:s|ed)?|unless|until|whether|if|how|that\s+show|prove|to)|n't)\s+"
    r"(?:\w+\s+){0,3}?(?:comply|complies|in\s+compliance|no\s+longer)\b",
    re.IGNORECASE,
)
_FOUND_NOTHING = re.compile(r"\b(?:no\s+evidence|not\s+out\s+of\s+compliance|found\s+no|cleared)\b", re.IGNORECASE)
_CLEARED = [
    re.compile(
        r"\b(?:notified|informed|told|advised|assured|wrote\s+to)\s+(?=[^.]{2,200}?\b(?:no\s+evidence|in\s+compliance"
        r"|not\s+out\s+of\s+compliance|complies|comply|cleared|no\s+longer|found\s+no)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:cleared)\s+(?=(?:the\s+)?(?:[A-Z]|city|county|state))", re.IGNORECASE),
    re.compile(r"\bno\s+evidence\s+(?:was\s+found\s+)?that\s+", re.IGNORECASE),
    re.compile(
        r"\b(?:found|determined|concluded|decided|announced)\s+that\s+(?=[^.]{2,160}?\b(?:in\s+compliance|complies|comply"
        r"|not\s+(?:out\s+of|in\s+violation)|no\s+longer)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\bclosed\s+(?:its|the)\s+(?:inquir(?:y|ies)|reviews?|investigations?)\s+(?:of|into|with)\s+", re.IGNORECASE),
]
_CLEARED_BEHIND = re.compile(
    r"(?:\s*,\s*(?:which|who)\s[^,.;]{1,90}(?=,))?\s*,?\s*(?:(?:have|has|had|were|was|are"
    r"|is)\s+(?:\w+\s+)?(?:been\s+)?(?:cleared|found\s+(?:to\s+be\s+)?in\s+compliance"
    r"|removed\s+from)|(?:is|are|were|was)\s+no\s+longer\s+"
    r"(?:under|a\s+target|on)|(?:is|are|was|were)\s+(?:now\s+)?in\s+compliance\s+with\s+(?:section|8|the\s+(?:law"
    r"|statute))[^.]{0,80}?\b(?:department|agency|DOJ|office)\s+(?:said|found|"
    r"announced)|(?:have|has)\s+come\s+into\s+compliance)",
    re.IGNORECASE,
)


def _unmet(text: str) -> bool:
    """Whether it says that they have to comply, or do not comply."""
    return bool(_UNMET.search(text)) and not _FOUND_NOTHING.search(text)


def cleared_places(page: TextPage, scan: PlaceScanner, index: int, sentence: Sentence) -> Iterator[LetterSentence]:
    text, flat = sentence.text, page.flat
    for pattern in _CLEARED:
        for match in pattern.finditer(text):
            if is_others(text[: match.start()]) or _unmet(text[match.end() :]):
                continue
            items, stop = scan.inline(sentence.start + match.end(), sentence.end, None)
            if items:
                yield LetterSentence(
                    index,
                    sentence,
                    About.CLEARED,
                    (sentence.start + match.start(), sentence.start + match.end()),
                    PlaceList(tuple(items), stop),
                )
                return
    if not CLEARED_LIST.search(text):
        return
    intro = INTRO.match(text)
    for begun in dict.fromkeys((intro.end() if intro else 0, 0)):
        items, stop = scan.inline(sentence.start + begun, sentence.end, None)
        if items and _CLEARED_BEHIND.match(flat, stop, sentence.end):
            yield LetterSentence(index, sentence, About.CLEARED, (stop, sentence.end), PlaceList(tuple(items), stop))
            return
    colon = colon_in(text)
    if colon is not None and re.search(rf"\b(?:{PLACES}|following)\b|^cleared", text[:colon], re.IGNORECASE):
        inner = flat[sentence.start + colon : sentence.end].strip()
        listing = after_colon(scan, page, sentence.start + colon, sentence, None) if inner else line_list(scan, sentence.end)
        if listing.items:
            yield LetterSentence(index, sentence, About.CLEARED, (sentence.start, sentence.start + colon), listing)
