"""Decides which of the sentences about letters are about this letter, and which are about others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_date import APART, SentDate, sent_dates_in
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentence import PROSE, About, LetterSentence
from bot.reader.extract.letter_sentences import LetterFinder
from bot.reader.extract.place_lists import Places
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage

RULES = rule_table("letter_sentences")
SHORT_LIST = 20_000  # characters


@dataclass(frozen=True)
class RelevantSentences:
    """The sentences about letters, divided into those about this letter and the others."""

    all_: tuple[LetterSentence, ...]
    #: Those about this letter.
    ours: tuple[LetterSentence, ...]
    #: What those say about the day it was sent.
    sent: tuple[SentDate, ...]
    #: Indexes of sentences about other letters.
    skip: frozenset[int]

    @property
    def indexes(self) -> frozenset[int]:
        return frozenset(one.index for one in self.ours)

    @property
    def listed(self) -> frozenset[int]:
        """Indexes of sentences that introduce a list of places."""
        return frozenset(one.index for one in self.all_ if one.is_list)


def relevant_sentences(
    page: TextPage,
    places: Places,
    seen_from: ReferenceDay,
    letter: LetterForm | None,
    authorities: Sequence[AuthorityMention],
) -> RelevantSentences:
    """The sentences about letters, and which of them are about this letter.

    1. One with "previously" or "did not receive" is about another letter, or about none.
    2. One with "in November" is about another letter, if some other sentence reports letters without such words.
    3. If their dates are weeks apart, the newest is this letter's.
    """
    finder = LetterFinder(page, places, authorities)
    collected = finder.sentences()
    if not letter and all(letter_sentence.about is About.CLEARED for letter_sentence in collected):
        collected = sorted((*collected, *finder.implied()), key=lambda letter_sentence: letter_sentence.index)
    collected = sorted((*collected, *finder.named_later(collected)), key=lambda letter_sentence: letter_sentence.index)
    if letter:
        collected = [
            letter_sentence
            for letter_sentence in collected
            if letter_sentence.sentence.start >= letter.body or letter_sentence.is_list
        ]
    letters = [letter_sentence for letter_sentence in collected if letter_sentence.about is About.LETTER]
    ours = [letter_sentence for letter_sentence in letters if not letter_sentence.is_soft] or letters
    if letter and letter.addressees:
        ours = [letter_sentence for letter_sentence in ours if not letter_sentence.is_soft]
    days = {
        letter_sentence.index: [sent_date for sent_date in sent_dates_in(page, letter_sentence, seen_from) if sent_date.day]
        for letter_sentence in ours
    }
    known = [sent_date.day for sent_dates in days.values() for sent_date in sent_dates if sent_date.day]
    if known:
        newest = max(known)
        ours = [
            letter_sentence
            for letter_sentence in ours
            if not days[letter_sentence.index]
            or any(sent_date.day and (newest - sent_date.day).days <= APART for sent_date in days[letter_sentence.index])
        ]
    kept = {id(letter_sentence) for letter_sentence in ours}
    others = {
        letter_sentence.index
        for letter_sentence in collected
        if id(letter_sentence) not in kept and letter_sentence.about is not About.CLEARED
    }
    here = {letter_sentence.index for letter_sentence in ours}
    skip = others | _beyond(page, collected)
    skip |= {index + 1 for index in others if index + 1 not in here and _continues(page, index + 1)}
    sent = tuple(sent_date for letter_sentence in ours for sent_date in sent_dates_in(page, letter_sentence, seen_from))
    return RelevantSentences(tuple(collected), tuple(ours), sent, frozenset(skip))


def _beyond(page: TextPage, collected: Sequence[LetterSentence]) -> set[int]:
    """Indexes of sentences within lists of places, and of those beyond the part that is read."""
    skipped: set[int] = set()
    for letter_sentence in collected:
        if letter_sentence.is_list and letter_sentence.listing.end - letter_sentence.sentence.end > SHORT_LIST:
            skipped |= set(
                range(page.sentence_at(letter_sentence.sentence.end) + 1, page.sentence_at(letter_sentence.listing.end))
            )
    prose = 0
    for index, sentence in enumerate(page.sentences):
        if index not in skipped and (prose := prose + len(sentence.text)) > PROSE:
            return skipped | set(range(index, len(page.sentences)))
    return skipped


def _continues(page: TextPage, index: int) -> bool:
    """Whether a sentence is about the same letter as the one before it: "They had until December 8 to respond"."""
    return index < len(page.sentences) and bool(
        RULES["sentence that goes on about the letter"].regex.match(page.sentences[index].text)
    )
