"""What the score looks at: one row of numbers for each place that a text names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from bot.reader.mentions.context import LetterSentences, is_in_dateline, letter_sentences, words_before, words_behind
from bot.reader.mentions.cues import found_in
from bot.reader.mentions.kinds import Kind, kind_of_mention
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.federal_authorities import FEDERAL_FORMS
from bot.record.place_names import fold

RULES = rule_table("mentions")
_AFTER = re.compile(r"\b(to|in)\s+(?:the\s+)?$", re.IGNORECASE)
MOST_MENTIONS = 12  # of one place
_SIZES = (3, 6)
LATE = 0.66  # how much of a text stands before what is said late
OFTEN = 3  # times
FEWEST_CERTAIN = 2
#: What may be said before a list and behind it, as `bot/data/words/cues.toml` names it.
_BEFORE, _BEHIND = ("sends", "not", "joins"), ("sends", "receives")
#: Features that hold of a place only if they hold wherever it is named.
_IN_PASSING = frozenset(
    {
        "part of a name",
        "far from letters",
        "beside a court",
        "left not",
        "left joins",
        "in an address",
        "in a dateline",
        "only late",
    }
)

#: The names of the features that hold.
Row = frozenset[str]


@dataclass(frozen=True)
class ScoredPlace:
    """One place that a text names, all that is said of it, and its row."""

    mentions: tuple[Mention, ...]
    kind: Kind
    row: Row
    #: Whether letters went to another kind, of which the text names exactly as many as it states, in lists of those.
    is_of_other_kind: bool


def place_key(mention: Mention) -> str:
    """The same for two mentions of one place."""
    if mention.place:
        return mention.place.full_label
    return f"{same_body(mention.own_name)}|{mention.state or ''}"


def same_body(name: str) -> str:
    """The same for two spellings of one name: "Ames ISD", "Ames Independent School District"; "Alder", "Alder Inc."."""
    body = RULES["of our country"].regex.sub("", name, 1)
    without_form = RULES["a legal form"].regex.sub("", fold(body if body in FEDERAL_FORMS else name))
    return RULES["the schools of a place"].regex.sub(" schools", without_form)


@dataclass(frozen=True)
class Certain:
    """What is known of the certain recipients."""

    count: int
    kinds: frozenset[Kind]
    #: The numbers of the lists that have one of them.
    lists: frozenset[int]

    @property
    def others_are_unlike(self) -> bool:
        """Whether a place that has nothing in common with them is less likely: one alone says little of the others."""
        return self.count >= FEWEST_CERTAIN


def places_with_rows(
    page: TextPage, mentions: Sequence[Mention], stated: frozenset[int], certain: Certain
) -> list[ScoredPlace]:
    """Each place once, in the order of the text.

    `stated` are the numbers of places that the text states. Of a place that is named very often, the first `MOST_MENTIONS` are
    looked at.
    """
    named: dict[str, list[Mention]] = {}
    for mention in mentions:
        if len(members := named.setdefault(place_key(mention), [])) < MOST_MENTIONS:
            members.append(mention)
    lists = {number: tuple(members) for number, members in groupby(mentions, key=lambda mention: mention.group)}
    shared = {
        number: _list_row(page, lists[number], stated, certain)
        for number in {mention.group for members in named.values() for mention in members}
    }
    letters = letter_sentences(page)
    kinds = {key: kind_of_mention(members[0]) for key, members in named.items()}
    of_kind = Counter(kinds.values())
    counted = {kind for kind, times in of_kind.items() if times > 1 and times in stated}
    of_letters = {one.group for key, members in named.items() if kinds[key] in counted & letters.kinds for one in members}
    mostly = {number for number in of_letters if _is_mostly([kinds[place_key(one)] for one in lists[number]], counted)}
    return [
        ScoredPlace(
            tuple(members),
            kinds[key],
            _together([shared[mention.group] | _mention_row(page, mention, letters) for mention in members])
            | _kind_row(kinds[key], letters.kinds, certain)
            | _holding({"often": len(members) >= OFTEN, "alone of its kind": of_kind[kinds[key]] == 1}),
            bool(of_letters)
            and kinds[key] not in letters.kinds | {Kind.OPEN}
            and mostly.isdisjoint(one.group for one in members),
        )
        for key, members in named.items()
    ]


def _is_mostly(kinds: Sequence[Kind], counted: Set[Kind]) -> bool:
    return sum(kind in counted for kind in kinds) * 2 > len(kinds)


def _list_row(page: TextPage, members: Sequence[Mention], stated: frozenset[int], certain: Certain) -> Row:
    size = len({place_key(mention) for mention in members})
    names = {f"left {cue}" for cue in found_in(words_before(page, members), "cues", *_BEFORE)}
    names |= {f"right {cue}" for cue in found_in(words_behind(page, members), "cues", *_BEHIND)}
    names |= {f"list after {_preposition(page, members[0])}", *(f"{least} or more" for least in _SIZES if size >= least)}
    return (
        _holding(
            {
                "as many as stated": size > 1 and size in stated,
                "beside a certain one": members[0].group in certain.lists,
                "not beside a certain one": bool(certain.others_are_unlike and certain.lists)
                and members[0].group not in certain.lists,
            }
        )
        | names
    )


def _preposition(page: TextPage, mention: Mention) -> str:
    before = _AFTER.search(page.flat[max(0, mention.start - 25) : mention.start])
    return before[1].lower() if before else "nothing"


def _mention_row(page: TextPage, mention: Mention, letters: LetterSentences) -> Row:
    return _holding(
        {
            "with its kind": bool(mention.word),
            "part of a name": mention.is_part_of_name,
            "far from letters": letters.is_far(mention),
            "beside a court": letters.is_of_court(mention),
            "in an address": RULES.match("the postal code of an address", page.flat, mention.end) is not None,
            "in a dateline": is_in_dateline(page.flat, mention),
            "addressed": mention.is_addressed,
            "beside a letter": letters.speaks(mention),
            "only late": mention.start > len(page.flat) * LATE,
            f"after {_preposition(page, mention)}": True,
        }
    )


def _kind_row(kind: Kind, written_to: frozenset[Kind], certain: Certain) -> Row:
    return _holding(
        {
            f"kind {kind}": True,
            "kind written to": kind in written_to,
            "kind not written to": bool(written_to) and kind not in written_to | {Kind.OPEN},
            "kind of no certain one": certain.others_are_unlike and kind not in certain.kinds,
        }
    )


def _holding(features: dict[str, bool]) -> Row:
    return frozenset(name for name, holds in features.items() if holds)


def _together(rows: Sequence[Row]) -> Row:
    """What holds of any mention; of what shows that a place is named in passing, only what holds of each."""
    return (frozenset.union(*rows) - _IN_PASSING) | frozenset.intersection(*rows)
