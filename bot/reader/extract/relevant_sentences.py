"""Decides which of the sentences about letters are about this letter, and which are about others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.date_mentions import ReferenceDay
from bot.reader.extract.letter_date import APART, SentDate, sent_dates_in
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentences import About, LetterFinder, LetterSentence
from bot.reader.extract.place_lists import Places
from bot.reader.rules import rule_table
from bot.reader.text_page import PROSE, TextPage

RULES = rule_table("letter_sentences")
SHORT_LIST = 20_000  # characters
_APART = timedelta(days=APART)


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
    collected = LetterFinder(page, places, authorities).sentences(letter is not None)
    if letter:
        collected = [one for one in collected if one.sentence.start >= letter.body or one.is_list]
    letters = [one for one in collected if one.about is About.LETTER]
    firm = [one for one in letters if not rule_table("shared").search("a time past", one.sentence.text)]
    meant = firm if firm or (letter and letter.addressees) else letters
    dated = [(one, sent_dates_in(page, one, seen_from)) for one in meant]
    days = {one.index: [sent.day for sent in dates if sent.day] for one, dates in dated}
    oldest = max((day for each in days.values() for day in each), default=date.min + _APART) - _APART
    ours = [(one, dates) for one, dates in dated if not days[one.index] or max(days[one.index]) >= oldest]
    here = {one.index for one, _ in ours}
    others = {one.index for one in collected if one.about is not About.CLEARED} - here
    following = {index + 1 for index in others if index + 1 < len(page.sentences)} - here
    others |= {index for index in following if RULES.search("sentence that goes on", page.sentences[index].text)}
    return RelevantSentences(
        tuple(collected),
        tuple(one for one, _ in ours),
        tuple(sent for _, dates in ours for sent in dates),
        frozenset(others | _beyond(page, collected)),
    )


def _beyond(page: TextPage, collected: Sequence[LetterSentence]) -> set[int]:
    """Indexes of sentences within long lists of places, and of those beyond the part that is read."""
    long = [one for one in collected if one.is_list and one.listing.end - one.sentence.end > SHORT_LIST]
    ends = ((page.sentence_at(one.sentence.end), page.sentence_at(one.listing.end)) for one in long)
    listed = {index for first, end in ends for index in range(first + 1, end)}
    lengths = accumulate(0 if index in listed else len(one.text) for index, one in enumerate(page.sentences))
    return listed | {index for index, length in enumerate(lengths) if length > PROSE}
