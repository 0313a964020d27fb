"""Lists of recipients introduced by a sentence or a heading."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.reader.extract.letter_sentence import (
    CLEARED_LIST,
    HINTS,
    PARTLY,
    RECEIVE,
    SEND,
    About,
    LetterSentence,
    colon_in,
    hinted,
    state_near,
    verb_of,
)
from bot.reader.extract.line_lists import PlaceList, line_list
from bot.reader.extract.list_entries import semicolon_places
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.stated_counts import counts
from bot.reader.extract.vocabulary import COUNT, EARLIER, LETTER, NEGATED, PLACES, RECEIVED
from bot.reader.text_page import BULLET, Sentence, TextPage

STRAY = 30_000  # characters in which a list without an introduction is looked for
MOST_STRAY = 40  # positions where one is tried
_UNTIED = re.compile(
    r"\b(?:following|these|those|below)\b[^:\n]{0,80}?\b(?:filed|joined|comment\w*|object\w*|respond\w*|repl(?:y|ied)"
    r"|complied|sued|adopted|passed|declined|refused|critici\w+|"
    r"oppos\w+|support\w*|answered|attend\w*|participat\w*|announced|pledged|vowed)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(r"\b(?:following|below|listed|these|here\s+(?:is|are)|as\s+follows)\b", re.IGNORECASE)
_FOLLOWING = re.compile(rf"\b(?:following|these)\s+(?:\w+\s+)?(?P<noun>{'|'.join(HINTS)})\b", re.IGNORECASE)
_HEADING = re.compile(
    rf"(?:list\s+of\s+|the\s+)?(?:(?:letter\s+)?(?:recipients?|addressees?)(?:\s+of\s+(?:the\s+|these\s+"
    rf"|this\s+)?(?:\w+\s+){{0,2}}?(?:letters?|requests?|demands?))?|distribution(?:\s+list)?|letters?\s+sent\s+[^.\n]{{4,60}}|"
    rf"(?:{PLACES})\s+(?:that\s+|which\s+)?(?:{RECEIVED})\s+(?:the\s+|a\s+)?(?:\w+\s+){{0,2}}(?:letters?|requests?)"
    rf"|letters?\s+(?:\w+\s+){{0,3}}(?:sent\s+)?to|sent\s+to|"
    rf"(?:here(?:'s|\s+is)\s+)?(?:(?:the|a)\s+)?(?:(?:complete"
    rf"|full)\s+)?list\s+of\s+(?:the\s+)?(?:\w+\s+)?{PLACES}\s+(?:that|which)\s+"
    rf"(?:(?:have|has|had)\s+)?{RECEIVED}\s+(?:an?|the|this|these)\s+(?:\w+\s+)?(?:letters?|requests?|ultimatums?"
    rf"|warnings?|notices?)|"
    rf"who\s+(?:got|received)\s+(?:the\s+|a\s+)?letters?|(?:letters?"
    rf"|requests?)\s+of\s+[^.\n]{{4,30}}\W+recipients)\s*(?:\(\d+\))?\s*:?",
    re.IGNORECASE,
)


def with_stray_list(page: TextPage, scan: PlaceScanner, letter_sentences: list[LetterSentence]) -> list[LetterSentence]:
    """Adds a list that no words connect with the letters, but that has exactly as many places as letters were sent."""
    letters = [one for one in letter_sentences if one.about is About.LETTER]
    if not letters or any(one.listing.items and not one.is_partial for one in letters):
        return letter_sentences
    of_count = {count: one for one in reversed(letters) for count, _, _ in counts(one.sentence.text) if count > 1}
    tried = 0
    for line in re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE).finditer(page.flat, 0, min(len(page.flat), STRAY)):
        above = page.flat[max(0, line.start() - 300) : line.start()].rstrip()
        if not (BULLET.match(line[0]) or above.endswith(":")) or tried >= MOST_STRAY:
            continue
        intro = above.rpartition("\n")[2]
        tried += 1
        if NEGATED.search(intro) or EARLIER.search(intro) or CLEARED_LIST.search(intro):
            continue
        listing = line_list(scan, line.start())
        if len(listing.items) in of_count and not any(item.is_unknown for item in listing.items):
            chosen = of_count[len(listing.items)]
            return [
                replace(other, listing=listing, is_list=True, is_partial=False) if other is chosen else other
                for other in letter_sentences
            ]
    return letter_sentences


def introduced_list(
    page: TextPage, scan: PlaceScanner, index: int, sentence: Sentence, about: About, soft: bool, follows: bool
) -> LetterSentence | None:
    """A sentence or heading that introduces a list: "The following jurisdictions received the letters:"."""
    text, flat = sentence.text, page.flat
    near = state_near(text)
    colon = colon_in(text)
    head = text if colon is None else text[:colon]
    if (untied := _UNTIED.search(head)) and not RECEIVE.search(head, untied.start()):
        return None
    mail = bool(LETTER.search(head) or re.search(r"\b(?:wrote|written|writes)\b", head, re.IGNORECASE)) and bool(
        RECEIVE.search(head) or SEND.search(head) or re.search(r"\bto\s*(?:the\s+following\b.*)?:?$", head)
    )
    heading = bool(_HEADING.fullmatch(head.rstrip(" :"))) or bool(_HEADING.fullmatch(head.strip())) or _table_heading(text)
    loose = bool(re.search(r"\b(?:recipients|addressees|received|asked|wrote|contacted)\b", text, re.IGNORECASE)) and bool(
        _FOLLOWS.search(text)
    )
    again = follows and bool(
        re.match(rf"(?:they|these|those|the)\s+(?:(?:\w+\s+){{0,3}}?(?:{PLACES})\s+)?(?:are|were|include)", text, re.IGNORECASE)
    )
    if not (mail or heading or again or (loose and follows)):
        return None
    if heading and NO_GRANT.search(_before(page, index)) and not LETTER.search(text):
        return None
    verb = verb_of(sentence)
    if colon is not None:
        at = sentence.start + colon
        inner = flat[at : sentence.end].strip()
        if inner:
            listing = after_colon(scan, page, at, sentence, near)
        elif mail or heading or again or loose:
            listing = line_list(scan, at, near)
        else:
            return None
    elif (heading or _FOLLOWS.search(text)) and _line_ends(flat, sentence.end):
        listing = line_list(scan, sentence.end, near)
    else:
        return None
    if not listing.items:
        return None
    nouns = [match["noun"].lower() for match in (*COUNT.finditer(head), *_FOLLOWING.finditer(head))]
    if len(set(nouns)) == 1 and nouns[0] in HINTS:
        listing = replace(listing, items=tuple(hinted(flat, listing.items, nouns[0])))
    partly = bool(PARTLY.search(text[: colon or len(text)]))
    return LetterSentence(index, sentence, about, verb, listing, partly, soft, True)


NO_GRANT = re.compile(r"\b(?:grants?|awards?|scholarships?|prizes?)\s+to\b|\baward(?:s|ed)\b", re.IGNORECASE)


def _table_heading(text: str) -> bool:
    cells = [cell for cell in re.split(r"\t+|\s*\|\s*|\s{3,}", text) if cell.strip()]
    return len(cells) > 1 and bool(re.match(r"(?:recipient|addressee)s?$", cells[0].strip(), re.IGNORECASE))


def _before(page: TextPage, index: int) -> str:
    return " ".join(sentence.text for sentence in page.sentences[max(0, index - 2) : index + 1])


def _line_ends(flat: str, at: int) -> bool:
    return bool(re.match(r"[^\S\n]*\n", flat[at : at + 40])) or flat[at - 1 : at] == "\n"


def after_colon(scan: PlaceScanner, page: TextPage, at: int, sentence: Sentence, near: str | None) -> PlaceList:
    flat = page.flat
    end = sentence.end
    if ";" in flat[at:end]:
        items, stop = semicolon_places(scan, at, end, near)
    else:
        items, stop = scan.inline(at, end, near)
    if items and flat[stop:end].strip(" .;") == "" and flat[end : end + 1] == "\n" and flat[stop:end].rstrip().endswith(";"):
        more = line_list(scan, end, near)
        return PlaceList((*items, *more.items), more.end, more.headed)
    return PlaceList(tuple(items), stop)
