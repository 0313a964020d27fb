"""What a text says around a list of places: left and right of it, or in the sentence that introduces it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reader.mentions.mention import Mention
from bot.reader.text_page import Sentence, TextPage

LEFT, RIGHT = 300, 200  # characters beside a list that are looked at
OWN_WORDS = 3  # more words than these beside a list make it part of a sentence
LEAD_WORDS = 4  # a line with more words than these can introduce a list
BACK = 60  # sentences in which what introduces a list is looked for
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class GroupContext:
    """A list of places, which may be of one, and the words around it."""

    mentions: tuple[Mention, ...]
    #: What stands before the list in its sentence, or else the whole sentence that introduces it.
    left: str
    #: What follows the list in its sentence; empty if the list stands in lines of its own.
    right: str
    #: Whether it stands in lines of its own, apart from what introduces it.
    is_lines: bool


def context(page: TextPage, members: tuple[Mention, ...]) -> GroupContext:
    """The list that the mentions form, with the words around it."""
    start, end = members[0].start, members[-1].end
    first, last = page.sentences[page.sentence_at(start)], page.sentences[page.sentence_at(end - 1)]
    left = page.flat[max(first.start, start - LEFT) : start]
    right = page.flat[end : min(last.end, end + RIGHT)]
    if len(_WORD.findall(left)) + len(_WORD.findall(right)) > OWN_WORDS:
        return GroupContext(members, left, right, is_lines=False)
    lead = _introducing(page, page.sentence_at(start), start)
    return GroupContext(members, f"{lead.text[-LEFT:]} {left}" if lead else left, "", is_lines=True)


def _introducing(page: TextPage, sentence: int, start: int) -> Sentence | None:
    """The last sentence before the list that says something: headings of states and single names do not."""
    for earlier in reversed(page.sentences[max(0, sentence - BACK) : sentence]):
        if earlier.end <= start and len(_WORD.findall(earlier.text)) > LEAD_WORDS:
            return earlier
    return None
