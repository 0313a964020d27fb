"""Sentences that name recipients before the verb or after "include": "Chicago and Denver received letters"."""

from __future__ import annotations

import re

from bot.reader.extract.authorities import authorities_in
from bot.reader.extract.letter_sentence import (
    INCLUDE,
    INTRO,
    RECEIVE,
    SEND,
    About,
    LetterSentence,
    listed_places,
    state_near,
    verb_of,
)
from bot.reader.extract.line_lists import PlaceList
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.vocabulary import LETTER, PLACES, RECEIVED
from bot.reader.text_page import Sentence, TextPage

_NOTHING_HELD = re.compile(
    r"\bno\s+evidence\b|\b(?:been|were|was)\s+cleared\b|\bfound\s+(?:\w+\s+){0,2}in\s+compliance\b", re.IGNORECASE
)
_ANSWER = re.compile(
    r"[\s,]*(?:has|have)\s+until\b[^.]{0,80}?\bletter\b|[\s,]*(?:has|have)\s+(?:\w+\s+)?(?:until|\d+\s+days"
    r"|to)\b[^.]{0,120}?\bletters?\b[^.]{0,40}?\b(?:it|they)\s+(?:\w+\s+)?(?:got|received)",
    re.IGNORECASE,
)
_AMONG = re.compile(
    rf"[\s,]*(?:is|are|was|were|also)?\s*(?:one\s+of|among|part\s+of)\s+(?:the\s+)?[^.,;]{{0,60}}?(?:that|which|to"
    rf"|who)?\s*(?:{RECEIVED}|sent)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(rf"[\s,]*(?:which|who)\s+(?:\w+\s+){{0,2}}?{RECEIVED}\b[^.,;]{{0,40}}?\bletter", re.IGNORECASE)
_OWED = re.compile(
    rf"[^.;]{{0,80}}?\bto\s+(?:answer|respond\s+to|reply\s+to|comply\s+with)\s+(?:the|its|their)\s+{LETTER.pattern}\s+that\b",
    re.IGNORECASE,
)


def received_letter(
    page: TextPage, scan: PlaceScanner, index: int, sentence: Sentence, about: About, soft: bool
) -> LetterSentence | None:
    """The sentence, if it names recipients before the verb or after "include": "Chicago and Denver received letters"."""
    text, flat = sentence.text, page.flat
    near = state_near(text)
    mail = LETTER.search(text)
    if (
        mail
        and RECEIVE.search(text)
        and (match := INCLUDE.search(text))
        and re.search(rf"\b(?:{PLACES}|those|letters?)\b", text[: match.end()], re.IGNORECASE)
    ):
        items, stop = listed_places(scan, flat, sentence.start + match.end(), sentence.end, near)
        if items:
            return LetterSentence(index, sentence, about, verb_of(sentence), PlaceList(tuple(items), stop), True, soft)
    starts = [0]
    if intro := INTRO.match(text):
        starts.insert(0, intro.end())
    starts += [match.end() for match in re.finditer(r"(?:\s[—-]{1,2}\s|,\s+(?:where|and|but|while)\s+|:\s+|\bthat\s+)", text)]
    if received := RECEIVE.search(text):
        starts += [match.end() for match in list(re.finditer(r",\s+", text[: received.start()]))[:8]]
    starts += [at + match.end() for at in starts if (match := INTRO.match(text[at:]))]
    for begun in dict.fromkeys((*starts[:2], *sorted(starts[2:]))):  # the longest list first
        items, stop = listed_places(scan, flat, sentence.start + begun, sentence.end, near)
        if not items:
            continue
        rest = flat[stop : sentence.end]
        verb = re.match(
            rf"[\s,]*(?:(?:each|both|all|also|have|has|had|recently|on\s+\w+day|today|yesterday"
            rf"|\w+day)\s+){{0,3}}(?P<verb>{RECEIVED})\b(?P<what>[^.;]{{0,80}})",
            rest,
            re.IGNORECASE,
        )
        if verb and LETTER.search(verb["what"]) and (owed := _OWED.match(flat, stop, sentence.end)):
            return LetterSentence(
                index, sentence, about, verb_of(sentence, owed.end() - sentence.start), PlaceList(tuple(items), stop)
            )
        if verb and LETTER.search(verb["what"]) and not _from_another(flat, stop, sentence.end):
            if about is About.LETTER and _NOTHING_HELD.search(rest):
                about = About.CLEARED
            return LetterSentence(
                index,
                sentence,
                about,
                (stop + verb.start("verb"), stop + verb.end("verb")),
                PlaceList(tuple(items), stop),
                False,
                soft,
            )
        for other, partial in ((_AMONG, True), (_WHICH, True), (_ANSWER, False)):
            behind = other.match(rest)
            if behind and LETTER.search(rest):
                return LetterSentence(
                    index,
                    sentence,
                    about,
                    verb_of(sentence, stop - sentence.start + behind.end()),
                    PlaceList(tuple(items), stop),
                    partial,
                    soft,
                )
    if mail and (RECEIVE.search(text) or SEND.search(text) or re.search(r"\bdated\b", text)):
        return (
            LetterSentence(index, sentence, about, verb_of(sentence), PlaceList((), 0), False, soft)
            if _says_sent(text)
            else None
        )
    return None


def _from_another(flat: str, start: int, end: int) -> bool:
    """Whether the letter came from somebody who is not an authority: "from a lawyer in Olathe"."""
    sender = re.compile(r"\bfrom\s+(?:an?|his|her|their)\s+(?P<who>[a-z]+)").search(flat, start, end)
    return bool(sender and not authorities_in(flat[sender.end() : sender.end() + 60]))


def _says_sent(text: str) -> bool:
    return bool(
        re.search(
            rf"\b(?:{PLACES})\b[^.]{{0,60}}?\b{RECEIVED}\b[^.]{{0,40}}?{LETTER.pattern}|\b(?:sent|mailed|issued|wrote"
            rf"|delivered|went)\b[^.]{{0,60}}?{LETTER.pattern}|{LETTER.pattern}[^.]{{0,40}}?\b(?:sent|mailed|issued|went"
            rf"|dated)\b",
            text,
            re.IGNORECASE,
        )
    )
