"""What the letter demands: the sentences that say what to produce."""

from __future__ import annotations

import re

from bot.reader.draft import Found
from bot.reader.text_page import BULLET, TextPage
from bot.record.quoting import cut

LONGEST = 2000  # characters of a demand that are recorded
_THINGS = r"(?:documents?|records?|information|data|copies|materials?|items?|files|communications|answers|responses?|questions)"
_FOLLOWING = re.compile(
    rf"\b(?:the\s+following|these|as\s+follows)\b[^.\n]{{0,60}}?{_THINGS}?\s*:\s*$|\b{_THINGS}\s+(?:listed\s+"
    rf"|described\s+)?below\s*:\s*$",
    re.IGNORECASE,
)
_DEMAND = re.compile(
    rf"\b(?:demand(?:ed|ing|s)?|request(?:ed|ing|s)?|require[sd]?|requiring|ask(?:ed|ing|s)?|seek(?:s|ing)?|order(?:ed|ing"
    rf"|s)?|please|must|shall|are\s+to|is\s+to|directs?)\b[^.]{{0,160}}?"
    rf"\b(?:produc\w+|provid\w+|submi\w+|turn\w*\s+over|hand\w*\s+over|furnish\w*|send|deliver\w*|{_THINGS}|return|explain"
    rf"|certif\w+|confirm|show|upload)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(rf"\bwants?\b[^.]{{0,100}}\b(?:document|{_THINGS})\b", re.IGNORECASE)
_WEAK = re.compile(r"\b(?:court|judge|lawsuit|said\s+(?:he|she)|mayor\b|tweeted|reporters|previously)\b", re.IGNORECASE)


def demand(page: TextPage, skip: frozenset[int], mail: frozenset[int], lists: frozenset[int]) -> Found[str] | None:
    """The first that there is: the list behind "the following documents:"; a sentence of the mailing that demands; another.

    `skip`: sentences about other letters; `mail`: those that say that this one was sent; `lists`: those
    before a list of places.
    """
    sentences, left_out = page.sentences, skip | lists
    for index, sentence in enumerate(sentences):
        if index in left_out or not _FOLLOWING.search(sentence.text) or not re.search(_THINGS, sentence.text, re.IGNORECASE):
            continue
        if _DEMAND.search(sentence.text) or re.search(
            r"\b(?:demand|request|produce|provide|submit)", sentence.text, re.IGNORECASE
        ):
            last = _block(page, index)
            if last > index:
                return _demand_at(page, sentences[index + 1].start, sentences[last].end)
    best: tuple[int, int] | None = None
    for index, sentence in enumerate(sentences):
        if index in skip or _WEAK.search(sentence.text) or len(sentence.text) > 900:
            continue
        match = _DEMAND.search(sentence.text) or _WANTS.search(sentence.text)
        if not match:
            continue
        score = (4 if index in mail else 0) + (2 if re.search(rf"\b{_THINGS}\b", sentence.text, re.IGNORECASE) else 0)
        score += 3 if re.search(r"\bplease\b|\byou\b", sentence.text, re.IGNORECASE) else 0
        score += 1 if sentence.text.rstrip("”’\"' ").endswith((".", ":", ";")) else 0  # a headline says less
        if best is None or score > best[0]:
            best = (score, index)
    if best is None:
        return None
    return _demand_at(page, sentences[best[1]].start, sentences[best[1]].end)


def _block(page: TextPage, index: int) -> int:
    """The index of the last sentence of the list or paragraph that follows sentence `index`."""
    sentences, last = page.sentences, index
    start = sentences[index].end
    bulleted = False
    for number in range(index + 1, len(sentences)):
        sentence = sentences[number]
        gap = page.flat[sentences[last].end : sentence.start] if last > index else ""
        is_item = bool(BULLET.match(page.flat[page.flat.rfind("\n", 0, sentence.start) + 1 : sentence.start + 6]))
        if (
            sentence.end - start > LONGEST
            or (gap.count("\n") > 1 and not is_item)
            or (bulleted and "\n" in gap and not is_item)
        ):
            break
        bulleted = bulleted or is_item
        last = number
    return last


def _demand_at(page: TextPage, start: int, end: int) -> Found[str]:
    end = start + cut(page.flat[start:end], LONGEST)
    return Found(" ".join(page.flat[start:end].split()), page.span(start, end))
