"""What a text says in front of a list of places, and where it speaks of letters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from bot.reader.mentions.cues import found_in
from bot.reader.mentions.kinds import Kind, kinds_named_in
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.text_page import PROSE, Sentence, TextPage

RULES = rule_table("mentions")
LEFT, RIGHT = 300, 200  # characters beside a list that are looked at
OWN_WORDS = 3  # more words than these beside a list make it part of a sentence
LEAD_WORDS = 4  # a line with more words than these can introduce a list
BACK = 60  # sentences in which what introduces a list is looked for
LONG, FAR = 40, 8  # sentences: of a text with other stories, and from one that speaks of letters
_ACTS = ("sends", "receives", "asks")
_WORD = re.compile(r"\w+")


def words_before(page: TextPage, members: Sequence[Mention]) -> str:
    """What stands before a list in its sentence; before it the sentence that introduces the list, if it stands apart."""
    start, end = members[0].start, members[-1].end
    first, last = page.sentences[page.sentence_at(start)], page.sentences[page.sentence_at(end - 1)]
    left = page.flat[max(first.start, start - LEFT) : start]
    right = page.flat[end : min(last.end, end + RIGHT)]
    is_apart = len(_WORD.findall(left)) + len(_WORD.findall(right)) <= OWN_WORDS
    lead = _introducing(page, page.sentence_at(start), start) if is_apart else None
    return f"{lead.text[-LEFT:]} {left}" if lead else left


def words_behind(page: TextPage, members: Sequence[Mention]) -> str:
    """What stands behind a list in its sentence."""
    end = members[-1].end
    last = page.sentences[page.sentence_at(end - 1)]
    return page.flat[end : min(last.end, end + RIGHT)]


def is_in_dateline(flat: str, mention: Mention) -> bool:
    """Whether it says where a story was written: "RENO, Nev. (AP) -", "March 7, 2023 (SAINT PAUL) -"."""
    behind = RULES.match("behind a dateline", flat, mention.end)
    is_written_so = flat[mention.start : mention.start + 3].isupper() or (behind and "(" in behind[0])
    return bool(
        behind and is_written_so and RULES.search("before a dateline", flat[max(0, mention.start - 20) : mention.start])
    )


def _introducing(page: TextPage, sentence: int, start: int) -> Sentence | None:
    """The last sentence before the list that says something: headings of states and single names do not."""
    for earlier in reversed(page.sentences[max(0, sentence - BACK) : sentence]):
        if earlier.end <= start and len(_WORD.findall(earlier.text)) > LEAD_WORDS:
            return earlier
    return None


class LetterSentences:
    """The sentences that speak of letters and of sending, receiving or asking; and those that speak of courts."""

    def __init__(self, page: TextPage) -> None:
        self._is_long = len(page.sentences) > LONG
        #: Their numbers in `TextPage.sentences`.
        self.indexes: list[int] = []
        self._of_courts: set[int] = set()
        #: The kinds of bodies that those about letters name.
        self.kinds: frozenset[Kind] = frozenset()
        for index, sentence in enumerate(page.sentences):
            if sentence.start > PROSE:
                break
            cues = found_in(sentence.text, "cues", "a letter", "a court", *_ACTS)
            if "a letter" in cues and not cues.isdisjoint(_ACTS):
                self.indexes.append(index)
                self.kinds |= kinds_named_in(sentence.text)
            if "a court" in cues:
                self._of_courts.add(index)

    def is_far(self, mention: Mention) -> bool:
        """Whether it stands far from each of them in a long text, which may be about other things too."""
        return self._is_long and bool(self.indexes) and not self._has_one(mention.sentence - FAR, mention.sentence + FAR)

    def speaks(self, mention: Mention) -> bool:
        """Whether it stands in one of them that speaks of letters."""
        return self._has_one(mention.sentence, mention.sentence)

    def is_of_court(self, mention: Mention) -> bool:
        return mention.sentence in self._of_courts

    def _has_one(self, first: int, last: int) -> bool:
        """Whether one of the sentences from `first` to `last` is about letters."""
        at = bisect_left(self.indexes, first)
        return at < len(self.indexes) and self.indexes[at] <= last


@lru_cache(maxsize=1)  # they are asked for where mentions are found, and where these are scored
def letter_sentences(page: TextPage) -> LetterSentences:
    return LetterSentences(page)
