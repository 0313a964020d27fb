"""Letters that a text mentions without saying that they were sent: "in a letter", "the department's letter to Gary"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.reader.draft import Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_sentence import IN_REPLY, SIGNED, About, LetterSentence
from bot.reader.extract.line_lists import PlaceList
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.vocabulary import EARLIER, NEGATED, NO_LETTER, OTHER_SENDER, PLACES, RECEIVED
from bot.reader.text_page import Sentence, TextPage

_MAIL = re.compile(r"\b(?:letters?|ultimatums?)\b(?!\s+(?:grades?|carriers?|boxes|writers?|to\s+the\s+editor))", re.IGNORECASE)
_OWN = re.compile(r"(?:'s?)?\s+(?:[\w-]+\s+){0,3}?letters?\b", re.IGNORECASE)
_ACTED = re.compile(
    r"(?:'s?\s+[\w ]{1,40}?)?(?:\s+\([^()\n]{1,30}\))?\s+(?:(?:also|has|have|today|yesterday|on\s+\w+day|\w+day)\s+){0,3}"
    r"(?:notif|inform|warn|told|tell|direct|demand|order)\w*\b",
    re.IGNORECASE,
)
_IN_IT = re.compile(
    r"\b(?:in|by|according\s+to|with)\s+(?:(?:an?|the|its|separate|identical|similar|series\s+of|\w+day)\s+){1,3}letters?\b",
    re.IGNORECASE,
)
_THOSE = re.compile(
    rf"(?:(?P<these>those|these)\s+|the\s+)?(?:(?P<sure>targeted|notified|warned|recipient)\s+)?"
    rf"{PLACES}(?:(?:,|\s+and)\s+{PLACES})*\s+(?P<got>(?:(?:that|which)\s+)?(?:{RECEIVED}|notified|targeted)\s+"
    r"(?:(?:an?|the|this|these|such)\s+)?(?:\w+\s+)?(?:letters?|notifications?|notices?|warnings?|directives?|demands)\s+)?"
    r"(?:are|were|include[ds]?)\s*:?\s+(?:the\s+)?(?=[A-Z]|the|cities|counties|states)",
    re.IGNORECASE,
)
_TOLD_SOME = re.compile(rf"\s+(?:(?:the|all|these|those|that)\s+)?(?:\w+\s+){{0,3}}?(?:{PLACES})\b", re.IGNORECASE)


def implied_letters(page: TextPage, scan: PlaceScanner, authorities: Sequence[AuthorityMention]) -> list[LetterSentence]:
    """Sentences that mention an authority's letter in passing, for a text in which no sentence reports one.

    1. "The Justice Department letter to Gary": the letter is the authority's.
    2. "The department warned ... in a letter": the authority acts, and a letter is mentioned.
    3. "DOJ notifies four jurisdictions": a notification counts without the word "letter".
    """
    return [
        letter_sentence
        for index, sentence in enumerate(page.sentences)
        for letter_sentence in _in_sentence(page, scan, authorities, index, sentence)
    ]


def _in_sentence(
    page: TextPage, scan: PlaceScanner, authorities: Sequence[AuthorityMention], index: int, sentence: Sentence
) -> Iterator[LetterSentence]:
    text, flat = sentence.text, page.flat
    if any(pattern.search(text) for pattern in (NEGATED, EARLIER, NO_LETTER, IN_REPLY, SIGNED)):
        return
    here = [authority for authority in authorities if sentence.start <= authority.start < sentence.end]
    for authority in here:
        if OTHER_SENDER.search(flat, sentence.start, authority.start):
            return
        acted = _ACTED.match(flat, authority.end, sentence.end)
        if owned := _OWN.match(flat, authority.end, sentence.end):
            verb = (owned.end() - len("letter"), owned.end())
            to = re.compile(r"\s+to\s+").match(flat, owned.end(), sentence.end)
            items, stop = scan.inline(to.end(), sentence.end) if to else ([], 0)
            yield LetterSentence(index, sentence, About.LETTER, verb, PlaceList(tuple(items), stop))
            return
        if acted and (_IN_IT.search(text) or _TOLD_SOME.match(flat, acted.end(), sentence.end)):
            yield LetterSentence(index, sentence, About.LETTER, acted.span())
            return


def recipients_named_later(
    page: TextPage, scan: PlaceScanner, letter_sentences: Sequence[LetterSentence]
) -> list[LetterSentence]:
    """Recipients named in a sentence of their own: "The targeted jurisdictions include", "Those jurisdictions are"."""
    letters = [one for one in letter_sentences if one.about is About.LETTER]
    if not letters or any(one.listing.items for one in letters):
        return []
    for index in range(letters[0].index + 1, len(page.sentences)):
        sentence = page.sentences[index]
        those = _THOSE.match(sentence.text)
        if not those:
            continue
        reach = len(page.sentences) if those["sure"] or those["got"] else 2 if those["these"] else 1
        if not any(0 < index - one.index <= reach for one in letters) or NEGATED.search(sentence.text):
            continue
        items, stop = scan.inline(sentence.start + those.end(), sentence.end)
        if items:
            span, partial = (sentence.start, sentence.start + those.end()), "includ" in those[0]
            return [LetterSentence(index, sentence, About.LETTER, span, PlaceList(tuple(items), stop), partial)]
    return []


def unread_letter(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[Question]:
    """The question to ask if a text mentions an authority and a letter, but nothing about the letter could be read."""
    for number, sentence in enumerate(page.sentences):
        match = _MAIL.search(sentence.text)
        if not match or NO_LETTER.search(sentence.text) or SIGNED.search(sentence.text):
            continue
        begin = page.sentences[max(0, number - 1)].start
        if near := next((one for one in authorities if begin <= one.start < sentence.end), None):
            span = page.span(sentence.start + match.start(), sentence.start + match.end())
            return [Question(QuestionKind.LETTER_NOT_UNDERSTOOD, span, names=(near.name,))]
    return []
