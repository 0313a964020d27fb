"""What the score looks at: one row of numbers for each place that a text names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reader.mentions.context import GroupContext, contexts
from bot.reader.mentions.cues import cues_in
from bot.reader.mentions.mention import Mention
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
_SIZES = (2, 3, 6, 12)
#: Features that mean something else for a list than for a place alone.
_PAIRED = {
    "left a letter", "left sends", "left receives", "left asks", "left lists", "left joins", "left a court", "left before",
    "right due", "they got", "told them", "to them", "in lines", "after a colon", "as many as stated",
}  # fmt: skip
#: Features that count more if they hold wherever the place is named.
_ALWAYS = {
    "alone", "part of a name", "dateline", "left before", "left a court", "in an address", "its own", "after in", "left joins",
    "left says", "in quotes", "at the end", "left not", "they act",
}  # fmt: skip

Row = dict[str, float]


@dataclass(frozen=True)
class ScoredPlace:
    """One place that a text names, all that is said of it, and its row."""

    mentions: tuple[Mention, ...]
    row: Row


def place_key(mention: Mention) -> str:
    """The same for two mentions of one place."""
    if mention.place:
        return mention.place.full_label
    return f"{fold(mention.name)}|{mention.state or ''}"


def places_with_rows(page: TextPage, mentions: Sequence[Mention], stated: frozenset[int]) -> list[ScoredPlace]:
    """Each place once, in the order of the text. Of two mentions the larger number of each feature counts.

    `stated`: the numbers of places that the text states.
    """
    dear = _ABOVE_DEAR.search(page.flat)
    rows: dict[str, list[tuple[Mention, Row]]] = {}
    for group in contexts(page, mentions):
        shared = _group_row(group, stated)
        for mention in group.mentions:
            row = shared | _mention_row(page, mention, dear.start() if dear else 0)
            rows.setdefault(place_key(mention), []).append((mention, row))
    return [
        ScoredPlace(tuple(mention for mention, _ in members), _together([row for _, row in members]))
        for members in rows.values()
    ]


def _group_row(group: GroupContext, stated: frozenset[int]) -> Row:
    size = len({place_key(mention) for mention in group.mentions})
    names = cues_in(group.left, group.right)
    names |= {f"{least} or more" for least in _SIZES if size >= least}
    yes = {
        "alone": size == 1,
        "as many as stated": size > 1 and size in stated,
        "in lines": group.is_lines,
        "after a colon": group.left.rstrip(" •*-").endswith(":"),
    }
    names |= {name for name, holds in yes.items() if holds}
    sort = "list" if size > 2 else "pair" if size == 2 else "alone"
    return dict.fromkeys(names | {f"{name}, {sort}" for name in names & _PAIRED}, 1.0)


def _mention_row(page: TextPage, mention: Mention, dear: int) -> Row:
    after = page.flat[mention.end : mention.end + 60]
    before = page.flat[max(0, mention.start - 25) : mention.start]
    line_start = page.flat.rfind("\n", 0, mention.start) + 1
    is_state = bool(mention.place and mention.place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT))
    yes: dict[str, bool] = {
        "state": is_state,
        "institution": mention.is_institution,
        "not settled": not mention.place and not mention.is_institution,
        "with its state": bool(mention.state) and not mention.is_state_shared,
        "with an official": bool(mention.title),
        "with its kind": bool(mention.word),
        "part of a name": mention.is_part_of_name,
        "its own": after.startswith(("'s", "' ")),
        "dateline": mention.start - line_start < 30 and bool(_DATELINE.match(after)) and mention.start < 1500,
        "in an address": bool(_ADDRESS.match(after)),
        "above Dear": mention.start < dear and dear < 7000,
        "its leaders": bool(_LEADERS.match(after)),
        "at the top": mention.start < 350,
        "at the end": mention.start > 0.8 * len(page.flat),
        "in quotes": page.flat.count('"', max(0, mention.start - 300), mention.start) % 2 == 1,
        "in brackets": before.rstrip().endswith("("),
    }
    if after_word := _AFTER.search(before):
        yes[f"after {after_word[1].lower()}"] = True
    return {name: 1.0 for name, holds in yes.items() if holds}


def _together(rows: Sequence[Row]) -> Row:
    """The larger of each number, and what holds of every mention."""
    together: Row = {}
    for row in rows:
        for name, value in row.items():
            together[name] = max(together.get(name, 0.0), value)
    every = Counter(name for row in rows for name in row)
    for name in sorted(_ALWAYS):
        if every[name] == len(rows):
            together[f"always {name}"] = 1.0
    together |= {f"{times} times": 1.0 for times in (2, 4) if len(rows) >= times}
    return together
