"""A sentence in which lists of places and authorities are signs, so that one pattern can say where they stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.place_lists import LEAD, PlaceList, Places
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.text_page import Sentence, TextPage
from bot.record.places import PlaceKind

RULES = rule_table("letter_sentences")
PLACES, STATE, AUTHORITY = "<P>", "<S>", "<A>"
LONGEST = 1500  # characters of a sentence, with signs for its lists, that are read
_LED_BY = 120  # characters before a place in which words lead to it


@dataclass(frozen=True)
class MarkedSentence:
    """`text` is the sentence with `<P>` for each list of places, `<S>` for a state alone, `<A>` for an authority."""

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    text: str
    #: Where pieces begin in `text`, and in `TextPage.flat`.
    _text_at: tuple[int, ...]
    _flat_at: tuple[int, ...]
    #: The lists, by where their signs begin in `text`.
    lists: dict[int, PlaceList]

    def flat_at(self, position: int) -> int:
        """The place in `TextPage.flat` of a position in `text`."""
        piece = bisect_right(self._text_at, position) - 1
        return self._flat_at[piece] + position - self._text_at[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.flat_at(start), self.flat_at(end)


def marked(page: TextPage, places: Places, index: int, authorities: Sequence[AuthorityMention]) -> MarkedSentence:
    """The sentence with that index with signs; `authorities`: those of the text."""
    flat, sentence = page.flat, page.sentences[index]
    first, last = (bisect_left(authorities, at, key=attrgetter("start")) for at in (sentence.start, sentence.end))
    text, text_at, flat_at = "", [], []
    lists: dict[int, PlaceList] = {}
    at = sentence.start
    for start, end, sign, listing in _signs(flat, places, sentence, authorities[first:last]):
        for piece, begun in ((_without_signs(flat[at:start]), at), (sign, start)):
            text_at.append(len(text))
            flat_at.append(begun)
            text += piece
        if listing:
            lists[len(text) - len(sign)] = listing
        at = end
    text_at.append(len(text))
    flat_at.append(at)
    text = (text + _without_signs(flat[at : sentence.end]))[:LONGEST]
    return MarkedSentence(index, sentence, text, tuple(text_at), tuple(flat_at), lists)


def _without_signs(text: str) -> str:
    return text.replace("<", "(")


def _signs(
    flat: str, places: Places, sentence: Sentence, authorities: Sequence[AuthorityMention]
) -> Iterator[tuple[int, int, str, PlaceList | None]]:
    """Where each sign stands, from left to right, and its list."""
    at = sentence.start
    mentions = list(places.within(sentence.start, sentence.end))
    within = {(at, mention.end) for mention in mentions for at in range(mention.start, mention.end)}
    others = [one for one in authorities if (one.start, one.end) not in within]  # "Hidalgo", read as an official's surname
    ahead: list[Mention | AuthorityMention] = sorted(
        (*mentions, *others), key=lambda named: (named.start, isinstance(named, Mention))
    )
    for named in ahead:
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
        start = _led_from(flat, at, named.start)
        listing = places.listed(start, sentence.end)
        if listing.items:
            place = listing.items[0].place if len(listing.items) == 1 and not listing.items[0].word else None
            yield start, listing.end, STATE if place and place.kind is PlaceKind.STATE else PLACES, listing
            at = listing.end


def _led_from(flat: str, at: int, start: int) -> int:
    """Where the words begin that lead to a place: "Mayor Paula Winters of Tacoma"."""
    begin = max(at, start - _LED_BY)
    for word in re.finditer(r"(?<![\w'-])(?=\w)", flat[begin:start]):
        if LEAD.fullmatch(flat, begin + word.start(), start):
            return begin + word.start()
    return start
