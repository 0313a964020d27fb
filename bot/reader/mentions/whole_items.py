"""Items of a list of institutions that are names as a whole: "Advance Me Today", "It Takes A Village"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.reader.mentions.capital_runs import KINDS
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import is_left
from bot.reader.mentions.run_ends import NO_NAME, without_seat
from bot.reader.mentions.written_words import Words, named
from bot.reader.rules import word_lists, word_set

COMPANIES = word_set("company_endings")
PARTICLES = word_lists("name_parts")["within an item"]
JOINTS = (" ", "-", " & ", ". ", "' ", "/")
APART = frozenset("\n;:")
LONGEST = 12  # words of an item
FEWEST = 4  # items
MOST_LINES = 3  # line ends between two items


def with_whole_items(names: Sequence[Mention], words: Words) -> list[Mention]:
    """The names; in lists of lines or between semicolons that mostly begin with institutions, each item is the name of one."""
    at_first = {words.first_of(name): name for name in names}
    whole: dict[int, Mention] = {}
    for items in _lists(words):
        listed = [name for first, _ in items if (name := at_first.get(first))]
        if len(items) < FEWEST or sum(name.is_institution for name in listed) * 5 < len(items) * 3:
            continue
        for first, end in items:
            name, last = at_first.get(first), _last_of_name(first, end, words)
            is_settled = name and (name.state or name.word or name.title or name.following > last)
            if last >= first and not is_settled and is_left(first, last, words):
                whole[first] = named(words, first, last, is_institution=True, is_unlisted=True)
    taken = {at for name in whole.values() for at in range(name.first, name.following)}
    kept = [name for name in names if name.first not in taken]
    return sorted([*kept, *whole.values()], key=lambda name: name.start)


def _lists(words: Words) -> Iterator[list[tuple[int, int]]]:
    """The first word and the word behind the last of each item, list by list."""
    starts = [at for at in range(len(words)) if at == 0 or not APART.isdisjoint(words.gap(at - 1))]
    items: list[tuple[int, int]] = []
    for first, end in pairwise([*starts, len(words)]):
        is_item = end - first <= LONGEST and words.gap(end - 1)[:1] != ":"
        if items and not (is_item and words.gap(first - 1).count("\n") <= MOST_LINES):
            yield items
            items = []
        if is_item:
            is_number = words.texts[first].isdigit() and words.gap(first)[:1] in (".", ")")
            items.append((first + (is_number or words.lower(first) == "the"), end))
    yield items


def _last_of_name(first: int, end: int, words: Words) -> int:
    """The last word of the name with which an item begins; `first - 1` if it is no name."""
    last = first
    while last + 1 < end and (words.gap(last) in JOINTS or (words.gap(last) == ", " and words.lower(last + 1) in COMPANIES)):
        last += 1
    last = without_seat(first, last, words)
    every = range(first, last + 1)
    is_name = all(words.is_capital(at) or words.texts[at].isdigit() or words.lower(at) in PARTICLES for at in every)
    is_heading = all(words.lower(at) in KINDS | NO_NAME or not words.is_capital(at) for at in every)
    return last if is_name and not is_heading and words.is_capital(last) and words.gap(last)[:1] != ":" else first - 1
