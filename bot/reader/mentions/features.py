"""What the score looks at: one row of numbers for each place that a text names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.reader.mentions.context import LetterSentences, words_before
from bot.reader.mentions.cues import found_in
from bot.reader.mentions.kinds import Kind, kind_of_mention
from bot.reader.mentions.mention import Mention
from bot.reader.text_page import TextPage
from bot.record.place_names import fold

_DATELINE = re.compile(
    r"[^\n]{0,25}\s*(?:\([A-Z][\w ]+\))?\s*(?:—|--?(?=\s))|,?\s?(?:[A-Z][\w.]+\s)?\((?:AP|CNN|UPI|Reuters|[KW]\w+)\)"
)
_ADDRESS = re.compile(r",? (?:[A-Z]{2} )?\d{5}\b")
_AFTER = re.compile(r"\b(to|in|of|from|against|and|by)\s+(?:the\s+)?$", re.IGNORECASE)
MOST_MENTIONS = 12  # of one place
TOP = 1500  # characters of a story's beginning
_SIZES = (2, 3, 6)
#: What may be said before a list, as `bot/data/words/cues.toml` names it.
_BEFORE = ("sends", "asks", "a court", "not", "joins")
#: Features that hold of a place only if they hold wherever it is named.
_IN_PASSING = frozenset(
    {"part of a name", "in an authority", "its own", "dateline", "in an address", "far from letters"}
    | {f"left {cue}" for cue in ("a court", "not", "joins")}
)

#: The names of the features that hold.
Row = frozenset[str]


@dataclass(frozen=True)
class ScoredPlace:
    """One place that a text names, all that is said of it, and its row."""

    mentions: tuple[Mention, ...]
    kind: Kind
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


@dataclass(frozen=True)
class Certain:
    """What is known of the certain recipients."""

    kinds: frozenset[Kind]
    #: The numbers of the lists that have one of them.
    lists: frozenset[int]


def places_with_rows(page: TextPage, mentions: Sequence[Mention], facts: TextFacts, certain: Certain) -> list[ScoredPlace]:
    """Each place once, in the order of the text.

    Of a place that is named very often, the first `MOST_MENTIONS` are looked at.
    """
    named: dict[str, list[Mention]] = {}
    for mention in mentions:
        if len(members := named.setdefault(place_key(mention), [])) < MOST_MENTIONS:
            members.append(mention)
    lists = {number: tuple(members) for number, members in groupby(mentions, key=lambda mention: mention.group)}
    shared = {
        number: _list_row(page, lists[number], facts.stated, certain)
        for number in {mention.group for members in named.values() for mention in members}
    }
    letters = LetterSentences(page)
    inside = Spans(facts.authorities)
    kinds = {key: kind_of_mention(members[0]) for key, members in named.items()}
    of_kinds = _KindRows(kinds.values(), facts.stated, letters.kinds, certain.kinds)
    return [
        ScoredPlace(
            tuple(members),
            kinds[key],
            _together([shared[mention.group] | _mention_row(page, mention, letters, inside) for mention in members])
            | of_kinds[kinds[key]],
        )
        for key, members in named.items()
    ]


def _list_row(page: TextPage, members: Sequence[Mention], stated: frozenset[int], certain: Certain) -> Row:
    size = len({place_key(mention) for mention in members})
    left = words_before(page, members)
    names = {f"left {cue}" for cue in found_in(left, "cues", *_BEFORE)} | {
        f"{least} or more" for least in _SIZES if size >= least
    }
    return (
        _holding(
            {
                "alone": size == 1,
                "as many as stated": size > 1 and size in stated,
                "after a colon": left.rstrip(" •*-").endswith(":"),
                "beside a certain one": members[0].group in certain.lists,
                "not beside a certain one": bool(certain.lists) and members[0].group not in certain.lists,
            }
        )
        | names
    )


def _mention_row(page: TextPage, mention: Mention, letters: LetterSentences, authorities: Spans) -> Row:
    after = page.flat[mention.end : mention.end + 60]
    line_start = page.flat.rfind("\n", 0, mention.start) + 1
    before = _AFTER.search(page.flat[max(0, mention.start - 25) : mention.start])
    return _holding(
        {
            "with its kind": bool(mention.word),
            "part of a name": mention.is_part_of_name,
            "in an authority": authorities.hold(mention.start, mention.end),
            "its own": after.startswith(("'s", "' ")),
            "dateline": mention.start - line_start < 30 and mention.start < TOP and bool(_DATELINE.match(after)),
            "in an address": bool(_ADDRESS.match(after)),
            "far from letters": letters.is_far(mention),
            f"after {before[1].lower() if before else 'nothing'}": True,
        }
    )


class _KindRows(dict[Kind, Row]):
    """What the text says of each kind of places."""

    def __init__(
        self, kinds: Iterable[Kind], stated: frozenset[int], written_to: frozenset[Kind], certain: frozenset[Kind]
    ) -> None:
        counted = {kind for kind, times in Counter(kinds).items() if times > 1 and times in stated}
        for kind in Kind:
            is_other = kind is not Kind.OPEN and kind not in written_to
            self[kind] = _holding(
                {
                    f"kind {kind}": True,
                    "kind written to": kind in written_to,
                    "kind not written to": bool(written_to) and is_other,
                    "kind of a certain one": kind in certain,
                    "kind of no certain one": bool(certain) and kind not in certain,
                    "kind as many as stated": kind in counted,
                    "another kind as many as stated": is_other and bool(written_to & counted),
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


def _together(rows: Sequence[Row]) -> Row:
    """What holds of any mention; of what shows that a place is named in passing, only what holds of each."""
    return (frozenset.union(*rows) - _IN_PASSING) | frozenset.intersection(*rows)
