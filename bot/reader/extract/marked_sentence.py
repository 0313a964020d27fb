"""A sentence in which lists of places and authorities are signs, so that one pattern can say where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.rules import rule_table
from bot.reader.text_page import Sentence, TextPage

RULES = rule_table("letter_sentences")
PLACES, AUTHORITY = "<P>", "<A>"
LONGEST = 1500  # characters of a sentence, with signs for its lists, that are read


@dataclass(frozen=True)
class MarkedSentence:
    """`text` is the sentence with `<P>` for each list of places, `<A>` for each authority.

    Behind a line end it stands for the list in the lines below the sentence, if there is one.
    """

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    text: str
    #: The lists in the sentence, by where their signs begin in `text`.
    lists: dict[int, PlaceList]
    #: Where the pieces between signs begin in `text`, and in `TextPage.flat`.
    _pieces: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of `TextPage.flat` for a part of `text`."""
        return self._flat_at(start), self._flat_at(end)

    def _flat_at(self, position: int) -> int:
        begun, flat_at = self._pieces[bisect_right(self._pieces, position, key=itemgetter(0)) - 1]
        return flat_at + position - begun


def marked(page: TextPage, places: Places, index: int, authorities: Sequence[AuthorityMention]) -> MarkedSentence:
    """The sentence with that index with signs; `authorities`: those of the text."""
    flat, sentence = page.flat, page.sentences[index]
    first, last = (bisect_left(authorities, at, key=attrgetter("start")) for at in (sentence.start, sentence.end))
    named = [one for one in authorities[first:last] if not _is_place(flat, one, sentence.start)]
    signed = [(one.start, PlaceList(end=one.end)) for one in named]
    signed += [(begins, listing) for begins, listing in places.lists(sentence.start, sentence.end) if listing.items]
    text, at = "", sentence.start
    pieces, lists = [(0, at)], dict[int, PlaceList]()
    for start, listing in sorted(signed, key=itemgetter(0)):
        if len(text) + start - at > LONGEST:
            break
        if start >= at:
            text += flat[at:start].replace("<", "(")
            lists |= {len(text): listing} if listing.items else {}
            text, at = text + (PLACES if listing.items else AUTHORITY), listing.end
            pieces.append((len(text), at))
    text += flat[at : sentence.end].replace("<", "(")
    is_above_lines = flat[sentence.end : sentence.end + 40].lstrip(" \t").startswith("\n")
    if is_above_lines and RULES.search("a list may stand below", text):
        text += f"\n{PLACES}"
    return MarkedSentence(index, sentence, text[:LONGEST], lists, tuple(pieces))


def _is_place(flat: str, authority: AuthorityMention, start: int) -> bool:
    """Whether it is an office of a state that is written to, and so a place."""
    before = flat[max(start, authority.start - 40) : authority.start]
    return RULES.search("an office of a state that is written to", f"{before}@{authority.name}@") is not None
