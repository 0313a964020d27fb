"""Finds the sentences about letters: this letter, earlier ones, and places that were cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reader.extract.addressed_letters import addressed_letter
from bot.reader.extract.cleared_places import cleared_places
from bot.reader.extract.introduced_lists import introduced_list, with_stray_list
from bot.reader.extract.letter_sentence import IN_REPLY, INCLUDE, PROSE, SIGNED, About, LetterSentence, verb_of
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.received_letters import received_letter
from bot.reader.extract.vocabulary import COUNT, EARLIER, LETTER, NEGATED, NO_LETTER, PAST_TIME
from bot.reader.text_page import Sentence, TextPage

_REQUESTED = re.compile(
    r"\b(?:told|tells|notified|notifies|informed|informs|warned|warns|directs|asked|asks|demanded|demands|ordered|orders"
    r"|directed|requested|required|requires)\s+",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"\b(?:could|may|might|would|consider\w*|expected\s+to|fears?|likely\s+to|next)\b", re.IGNORECASE)
_ANY_MAIL = re.compile(
    rf"{LETTER.pattern}|\bwrote\b|\bwrites\b|\bwritten\b|\brecipients?\b|\baddressees?\b|\b(?:asked|asks)\b|\bcontacted\b"
    rf"|\bsent\b|\bsubpoenas?\b|\borders?\b|\b(?:ultimatums?|warnings?|directives?)\b",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(r"(?:sent|date|from|to|cc|bcc|subject|re)\s*:", re.IGNORECASE)
_FUTURE = re.compile(
    r"\b(?:will|would|may|might|could|plans?\s+to|considering|intends?\s+to|about\s+to|expected\s+to"
    r"|set\s+to)\s+(?:also\s+)?(?:be\s+)?(?:sen[dt]|sending|receive|writ|mail|get|issue)",
    re.IGNORECASE,
)


def letter_sentences(page: TextPage, scan: PlaceScanner) -> list[LetterSentence]:
    """Every sentence that says who received a letter or was cleared, in order."""
    collected: list[LetterSentence] = []
    asked: list[LetterSentence] = []
    done = 0
    recent = -9
    prose = 0
    for index, sentence in enumerate(page.sentences):
        if sentence.end <= done:
            continue
        if (prose := prose + len(sentence.text)) > PROSE:
            break
        here = list(_in_sentence(page, scan, index, sentence, index - recent <= 2))
        if not here and _REQUESTED.search(sentence.text) and COUNT.search(sentence.text) and not EARLIER.search(sentence.text):
            verb = _REQUESTED.search(sentence.text)
            assert verb
            at = sentence.start + verb.start()
            asked.append(
                LetterSentence(
                    index, sentence, About.LETTER, (at, at + len(verb[0])), is_soft=bool(PAST_TIME.search(sentence.text))
                )
            )
        for letter_sentence in here:
            done = max(done, letter_sentence.listing.end)
            if letter_sentence.about is About.LETTER:
                recent = index
        collected += here
    collected += [
        letter_sentence
        for letter_sentence in asked
        if any(0 < other.index - letter_sentence.index <= 4 and other.about is About.LETTER for other in collected)
    ]
    return with_stray_list(page, scan, sorted(collected, key=lambda letter_sentence: letter_sentence.index))


def _in_sentence(page: TextPage, scan: PlaceScanner, index: int, sentence: Sentence, follows: bool) -> Iterator[LetterSentence]:
    text = sentence.text
    if not _ANY_MAIL.search(text) and not (follows and INCLUDE.search(text)):
        yield from cleared_places(page, scan, index, sentence)
        return
    cleared = list(cleared_places(page, scan, index, sentence))
    if cleared:
        yield from cleared
        return
    if _NO_SENTENCE.match(text) or SIGNED.search(text):
        return
    if IN_REPLY.search(text):
        yield LetterSentence(index, sentence, About.NOT_SENT, verb_of(sentence))
        return
    if NO_LETTER.search(text) and not re.search(r"\bdemand\s+letter|\bletters?\s+(?:was|were)\s+sent", text, re.IGNORECASE):
        return
    perhaps = _FUTURE.search(text)
    doubtful = NEGATED.search(text) or (perhaps and _PERHAPS.search(perhaps[0]))
    about = About.NOT_SENT if doubtful else About.EARLIER if EARLIER.search(text) else About.LETTER
    soft = bool(PAST_TIME.search(text))
    if listed := introduced_list(page, scan, index, sentence, about, soft, follows):
        yield listed
        return
    for letter_sentence in (
        addressed_letter(page, scan, index, sentence, about, soft),
        received_letter(page, scan, index, sentence, about, soft),
    ):
        if letter_sentence:
            yield letter_sentence
            return
