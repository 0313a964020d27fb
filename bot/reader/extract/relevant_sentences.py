"""Which of the sentences about letters tell of the letter that is meant, and which are about others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.implied_letters import implied_letters, recipients_named_later
from bot.reader.extract.inline_lists import PlaceScanner
from bot.reader.extract.letter_date import APART, SentDate, sent_dates_in
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentence import PROSE, About, LetterSentence
from bot.reader.extract.letter_sentences import letter_sentences
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.extract.text_page import TextPage

SHORT_LIST = 20_000  # characters


@dataclass(frozen=True)
class RelevantSentences:
    """The sentences about letters: `ours` tell of this one, with what they say of its day; `skip` are about others."""

    all_: tuple[LetterSentence, ...]
    ours: tuple[LetterSentence, ...]
    sent: tuple[SentDate, ...]
    skip: frozenset[int]

    @property
    def indexes(self) -> frozenset[int]:
        return frozenset(one.index for one in self.ours)

    @property
    def listed(self) -> frozenset[int]:
        """Sentences that stand before a list of places."""
        return frozenset(one.index for one in self.all_ if one.is_list)

    @property
    def lists(self) -> tuple[tuple[int, int], ...]:
        """Where lists of places stand: no day in them is a deadline."""
        return tuple((one.listing.items[0].start, one.listing.end) for one in self.all_ if one.is_list and one.listing.items)


def relevant_sentences(
    page: TextPage,
    scan: PlaceScanner,
    seen_from: ReferenceDay,
    letter: LetterForm | None,
    authorities: Sequence[AuthorityMention],
) -> RelevantSentences:
    """Which sentences tell of this letter.

    1. What says "previously" or "did not receive" is about another, or about none.
    2. What says "in November" is, where another sentence tells of letters without such words.
    3. Of days that lie weeks apart the newest is this letter's.
    """
    found = letter_sentences(page, scan)
    if not letter and all(one.about is About.CLEARED for one in found):
        found = sorted((*found, *implied_letters(page, scan, authorities)), key=lambda one: one.index)
    found = sorted((*found, *recipients_named_later(page, scan, found)), key=lambda one: one.index)
    if letter:
        found = [one for one in found if one.sentence.start >= letter.body or one.is_list]
    letters = [one for one in found if one.about is About.LETTER]
    ours = [one for one in letters if not one.is_soft] or letters
    if letter and letter.addressees:
        ours = [one for one in ours if not one.is_soft]
    days = {one.index: [each for each in sent_dates_in(page, one, seen_from) if each.day] for one in ours}
    known = [each.day for some in days.values() for each in some if each.day]
    if known:
        newest = max(known)
        ours = [
            one
            for one in ours
            if not days[one.index] or any(each.day and (newest - each.day).days <= APART for each in days[one.index])
        ]
    kept = {id(one) for one in ours}
    others = {one.index for one in found if id(one) not in kept and one.about is not About.CLEARED}
    here = {one.index for one in ours}
    skip = others | _beyond(page, found)
    skip |= {index + 1 for index in others if index + 1 not in here and _continues(page, index + 1)}
    sent = tuple(each for one in ours for each in sent_dates_in(page, one, seen_from))
    return RelevantSentences(tuple(found), tuple(ours), sent, frozenset(skip))


def _beyond(page: TextPage, found: Sequence[LetterSentence]) -> set[int]:
    """Sentences within lists of places, and those behind as much as is read."""
    skipped: set[int] = set()
    for one in found:
        if one.is_list and one.listing.end - one.sentence.end > SHORT_LIST:
            skipped |= set(range(page.sentence_at(one.sentence.end) + 1, page.sentence_at(one.listing.end)))
    prose = 0
    for index, sentence in enumerate(page.sentences):
        if index not in skipped and (prose := prose + len(sentence.text)) > PROSE:
            return skipped | set(range(index, len(page.sentences)))
    return skipped


def _continues(page: TextPage, index: int) -> bool:
    """Whether a sentence goes on about the letter of the one before: "They had until December 8 to respond"."""
    return index < len(page.sentences) and bool(
        re.match(r"(?:They|Those|Its|Their|These|That|It)\b[^.]*\b(?:had|were|was|did)\b", page.sentences[index].text)
    )
