"""What the score looks at: one row of numbers for each place that a text names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.reader.mentions.context import GroupContext, context
from bot.reader.mentions.cues import cues_in
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.text_page import TextPage
from bot.record.place_names import fold
from bot.record.places import PlaceKind

_ABOVE_DEAR = re.compile(r"^\s*Dear\b", re.MULTILINE)
_DATELINE = re.compile(
    r"[^\n]{0,25}\s*(?:\([A-Z][\w ]+\))?\s*(?:—|--?(?=\s))|,?\s?(?:[A-Z][\w.]+\s)?\((?:AP|CNN|UPI|Reuters|[KW]\w+)\)"
)
_ADDRESS = re.compile(r",? (?:[A-Z]{2} )?\d{5}\b")
_LEADERS = re.compile(r"[^.;\n]{0,40}\b(?:officials|leaders|council|mayor|governor|superintendent|board)\b", re.IGNORECASE)
_AFTER = re.compile(r"\b(to|in|of|from|against|and|by)\s+(?:the\s+)?$", re.IGNORECASE)
MOST_MENTIONS = 12  # of one place
HEAD, TOP = 7000, 1500  # characters of a letter's head, and of a story's beginning
_SIZES = (2, 3, 6, 12)
#: Features that mean something else for a list than for a place alone.
_PAIRED = {
    "left a letter", "left sends", "left receives", "left asks", "left lists", "left joins", "left a court", "left before",
    "right due", "they got", "told them", "to them", "in lines", "after a colon", "as many as stated",
}  # fmt: skip
#: Features that count more if they hold wherever the place is named.
_ALWAYS = {
    "alone", "part of a name", "dateline", "left before", "left a court", "in an address", "its own", "after in", "left joins",
    "left says", "in quotes", "in an authority", "at the end", "left not", "they act",
}  # fmt: skip

#: The names of the features that hold.
Row = frozenset[str]


@dataclass(frozen=True)
class ScoredPlace:
    """One place that a text names, all that is said of it, and its row."""

    mentions: tuple[Mention, ...]
    row: Row


def place_key(mention: Mention) -> str:
    """The same for two mentions of one place."""
    if mention.place:
        return mention.place.full_label
    return f"{fold(mention.own_name)}|{mention.state or ''}"


@dataclass(frozen=True)
class TextFacts:
    """What the rules know of a text before its places are sorted."""

    #: The numbers of places that it states.
    stated: frozenset[int] = frozenset()
    #: Where it names authorities: first character, and the one after the last.
    authorities: tuple[tuple[int, int], ...] = ()


def places_with_rows(page: TextPage, mentions: Sequence[Mention], facts: TextFacts) -> list[ScoredPlace]:
    """Each place once, in the order of the text.

    Of a place that is named very often, the first `MOST_MENTIONS` are looked at.
    """
    dear = _ABOVE_DEAR.search(page.flat, 0, HEAD)
    lists = {number: tuple(members) for number, members in groupby(mentions, key=lambda mention: mention.group)}
    largest = max(map(len, lists.values()), default=0)
    named: dict[str, list[Mention]] = {}
    for mention in mentions:
        if len(members := named.setdefault(place_key(mention), [])) < MOST_MENTIONS:
            members.append(mention)
    shared = {
        number: _group_row(context(page, lists[number]), facts.stated, largest)
        for number in {mention.group for members in named.values() for mention in members}
    }
    home = _home_state(members[0] for members in named.values())
    head = dear.start() if dear else 0
    inside = Spans(facts.authorities)
    return [
        ScoredPlace(
            tuple(members),
            _together([shared[mention.group] | _mention_row(page, mention, head, inside) for mention in members])
            | _in_text(members[0], home),
        )
        for members in named.values()
    ]


def _group_row(group: GroupContext, stated: frozenset[int], largest: int) -> Row:
    size = len({place_key(mention) for mention in group.mentions})
    names = cues_in(group.left, group.right)
    names |= {f"{least} or more" for least in _SIZES if size >= least}
    names |= _holding(
        {
            "alone": size == 1,
            "as many as stated": size > 1 and size in stated,
            "in lines": group.is_lines,
            "after a colon": group.left.rstrip(" •*-").endswith(":"),
            "the longest list": size > 2 and len(group.mentions) == largest,
        }
    )
    sort = "list" if size > 2 else "pair" if size == 2 else "alone"
    return frozenset(names) | {f"{name}, {sort}" for name in names & _PAIRED}


def _mention_row(page: TextPage, mention: Mention, dear: int, authorities: Spans) -> Row:
    after = page.flat[mention.end : mention.end + 60]
    before = page.flat[max(0, mention.start - 25) : mention.start]
    line_start = page.flat.rfind("\n", 0, mention.start) + 1
    after_word = _AFTER.search(before)
    return _holding(
        {
            "state": _is_state(mention),
            "institution": mention.is_institution,
            "not settled": not mention.place and not mention.is_institution,
            "with its state": bool(mention.state) and mention.state_from is StateFrom.ITSELF,
            "with an official": bool(mention.title),
            "with its kind": bool(mention.word),
            "part of a name": mention.is_part_of_name,
            "in an authority": authorities.hold(mention.start, mention.end),
            "its own": after.startswith(("'s", "' ")),
            "dateline": mention.start - line_start < 30 and mention.start < TOP and bool(_DATELINE.match(after)),
            "in an address": bool(_ADDRESS.match(after)),
            "above Dear": mention.start < dear,
            "its leaders": bool(_LEADERS.match(after)),
            "at the top": mention.start < 350,
            "at the end": mention.start > 0.8 * len(page.flat),
            "in quotes": page.flat.count('"', max(0, mention.start - 300), mention.start) % 2 == 1,
            "in brackets": before.rstrip().endswith("("),
            f"after {after_word[1].lower() if after_word else 'nothing'}": True,
        }
    )


class Spans:
    """Stretches of a text of which none holds another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them holds all of it."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._spans[at][1]

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them has a part of it."""
        at = bisect_left(self._starts, end) - 1
        return at >= 0 and start < self._spans[at][1]


def _holding(features: dict[str, bool]) -> Row:
    return frozenset(name for name, holds in features.items() if holds)


def _is_state(mention: Mention) -> bool:
    return bool(mention.place and mention.place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT))


def _together(rows: Sequence[Row]) -> Row:
    """What holds of any mention, and what holds of every one."""
    always = frozenset.intersection(*rows) & _ALWAYS
    times = _holding({f"{least} times": len(rows) >= least for least in (2, 4)})
    return frozenset.union(*rows) | times | {f"always {name}" for name in always}


def _home_state(mentions: Iterable[Mention]) -> str | None:
    """The state in which most other places of the text are: it is their address, not one of them."""
    states = Counter(mention.place.state for mention in mentions if mention.place and not _is_state(mention))
    return next((state for state, times in states.most_common(1) if times > 1), None)


def _in_text(mention: Mention, home: str | None) -> Row:
    """What the other places of the text say of it."""
    state = mention.place.state if mention.place else mention.state
    if home is None or not state:
        return frozenset()
    return frozenset({f"{'the state' if _is_state(mention) else 'a place'} {'of' if state == home else 'not of'} most"})
