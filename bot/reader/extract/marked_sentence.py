"""A sentence in which lists of places and authorities are signs, so that one pattern can say where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.place_lists import LEAD, PlaceList, Places
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.text_page import Sentence
from bot.record.places import PlaceKind

RULES = rule_table("letter_sentences")
PLACES, STATE, AUTHORITY = "<P>", "<S>", "<A>"
LONGEST = 1500  # characters of a sentence, with signs for its lists, that are read
_LED_BY = 120  # characters before a place in which words lead to it


@dataclass(frozen=True)
class MarkedSentence:
    """`text` is the sentence with `<P>` for each list of places, `<S>` for a state alone, `<A>` for an authority."""

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


def marked(flat: str, places: Places, sentence: Sentence, authorities: Sequence[AuthorityMention]) -> MarkedSentence:
    """The sentence with signs; `authorities`: those in it."""
    text, text_at, flat_at = "", [], []
    lists: dict[int, PlaceList] = {}
    at = sentence.start
    for start, end, sign, listing in _signs(flat, places, sentence, authorities):
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
    return MarkedSentence(sentence, text, tuple(text_at), tuple(flat_at), lists)


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
        if listing := places.listed(start, sentence.end):
            [*items] = listing.items
            if items:
                is_state = len(items) == 1 and items[0].place and items[0].place.kind is PlaceKind.STATE and not items[0].word
                yield start, listing.end, STATE if is_state else PLACES, listing
                at = listing.end


def _led_from(flat: str, at: int, start: int) -> int:
    """Where the words begin that lead to a place: "Mayor Paula Winters of Tacoma"."""
    begin = max(at, start - _LED_BY)
    for word in re.finditer(r"(?<![\w'-])(?=\w)", flat[begin:start]):
        lead = LEAD.fullmatch(flat, begin + word.start(), start)
        if lead:
            return begin + word.start()
    return start
