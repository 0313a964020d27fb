"""A sentence in which lists of places and authorities are signs, so that one pattern can say where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.text_page import Sentence, TextPage

RULES, LIST_RULES = rule_table("letter_sentences"), rule_table("place_lists")
PLACES, AUTHORITY = "<P>", "<A>"
LONGEST = 1500  # characters of a sentence, with signs for its lists, that are read
_LED_BY = 120  # characters before a place in which words lead to it


@dataclass(frozen=True)
class MarkedSentence:
    """`text` is the sentence with `<P>` for each list of places, `<A>` for each authority."""

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    text: str
    #: The lists, by where their signs begin in `text`.
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
    text, at = "", sentence.start
    pieces, lists = [(0, at)], {}
    for start, end, sign, listing in _signs(flat, places, sentence, authorities[first:last]):
        text += _without_signs(flat[at:start])
        if listing:
            lists[len(text)] = listing
        text, at = text + sign, end
        pieces.append((len(text), at))
    text += _without_signs(flat[at : sentence.end])
    return MarkedSentence(index, sentence, text[:LONGEST], lists, tuple(pieces))


def _without_signs(text: str) -> str:
    return text.replace("<", "(")


def _signs(
    flat: str, places: Places, sentence: Sentence, authorities: Sequence[AuthorityMention]
) -> Iterator[tuple[int, int, str, PlaceList | None]]:
    """Where each sign stands, from left to right, and its list."""
    at = sentence.start
    names: list[Mention | AuthorityMention] = [*places.within(sentence.start, sentence.end), *authorities]
    for named in sorted(names, key=lambda name: (name.start, -name.end)):
        if named.start < at:
            continue
        if isinstance(named, AuthorityMention):
            is_addressee = RULES.search("an office of a state", named.name) and RULES.search(
                "words to an addressee", flat, max(at, named.start - 40), named.start
            )
            if not is_addressee:
                yield named.start, named.end, AUTHORITY, None
                at = named.end
            continue
        lead = LIST_RULES.search("all that leads to a place", flat, max(at, named.start - _LED_BY), named.start)
        start = lead.start() if lead else named.start
        listing = places.listed(start, sentence.end)
        if listing.items:
            yield start, listing.end, PLACES, listing
            at = listing.end
