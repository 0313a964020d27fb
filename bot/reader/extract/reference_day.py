"""The day to which "Wednesday" and "today" refer: one that the person gives, or a date of the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.text_page import TextPage

_LABELLED = re.compile(
    r"(?:^|[\n|(>•·]|\s{2,}|,\s|\.\s)\s*(?P<label>(?:first\s+)?(?:posted|published|date[ds]?|issued|released?|release\s+date"
    r"|sent|filed|publication\s+date|for\s+immediate\s+release))"
    r"(?:\s+(?:on|at))?\s*[:\-–—]?\s*(?:\d{1,2}:\d\d\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,3}\s*)?,?\s*(?:on\s+)?)?$",
    re.IGNORECASE,
)
_NOT_ITS_OWN = re.compile(
    r"\b(?:updated|due|deadline|by|until|till|before|re|subject|letters?|since|expires?|effective|respon\w+|reply|hearing"
    r"|meeting|modified|in\s+effect|through)\b",
    re.IGNORECASE,
)
#: What may stand before the date of a story: nothing, or its place.
DATELINE = re.compile(r"(?:[\[(]?[A-Z][A-Za-z.,' -]{1,60}?[,()]?\s*\(?)?$")
_IN_BRACKETS = re.compile(r"\([A-Z][^()]{1,40}\)$")  # a place: "(WASHINGTON)"
_HEAD_LINES, _HEAD = 16, 2500
FOOT = 60  # characters at the end, where a release may have its date


@dataclass(frozen=True)
class ReferenceDay:
    """The day to which relative days refer."""

    #: None if neither the person nor the text gives one.
    day: date | None
    #: The dates that the text itself has as its own, the clearest first.
    own: tuple[DateMention, ...] = ()
    #: Whether the person or the document gave it.
    is_given: bool = False

    @property
    def others(self) -> tuple[date, ...]:
        """Dates of the text itself other than `day`."""
        return tuple(dict.fromkeys(one.exact for one in self.own if one.exact and one.exact != self.day))


def reference_day(page: TextPage, on: date | None, published: date | None) -> ReferenceDay:
    """The person's day, else the document's date, else a date in the text: after a label, in a dateline, or on its own line."""
    own = tuple(one for one in own_dates(page) if not one.is_contradictory)
    day = on or published or (own[0].exact if own else None)
    return ReferenceDay(day, own, bool(on or published))


def own_dates(page: TextPage) -> list[DateMention]:
    flat = page.flat
    labelled, lines, datelines = [], [], []
    head, foot = _head_end(flat), len(flat.rstrip()) - FOOT
    for mention in dates_in(flat, 0, min(len(flat), 20_000)):
        if mention.exact is None:
            continue
        begin = flat.rfind("\n", 0, mention.start) + 1
        end = flat.find("\n", mention.end)
        line = flat[begin : end if end >= 0 else len(flat)]
        before, behind = flat[begin : mention.start], flat[mention.end : mention.end + 40]
        label = _LABELLED.search(flat[max(0, mention.start - 80) : mention.start])
        if label and len(line) < (
            80 if re.match(r"(?i)date[ds]$", label["label"]) else 120 if mention.start >= _HEAD else 10**9
        ):
            labelled.append(mention)
            continue
        if mention.start > head and mention.start < foot:
            continue
        rest = before + flat[mention.end : begin + len(line)]
        if (
            len(line.strip()) <= 120
            and not _NOT_ITS_OWN.search(rest)
            and not re.search(r"[a-z]{2}\.\s|\b(?:was|were|is|are|has|have|on)\b", rest)
        ):
            lines.append(mention)
        elif not flat[: mention.start].strip() and re.match(r"[^\S\n]+(?:[A-Z]|\d{1,2}:\d\d)", behind):
            datelines.append(mention)  # the text begins with it
        elif (
            DATELINE.match(re.split(r"[|•·]", before)[-1].strip())
            and (
                re.match(r"\)?\s*(?:\([^)]{1,40}\)\s*)?(?:[-–—:|•·]|\.\s|/)|[)\]][^\S\n]+[A-Z]|,\s\d{1,2}:\d\d\b", behind)
                or (_IN_BRACKETS.search(before.strip()) and re.match(r"[^\S\n]+[A-Z]", behind))
            )
            and not _NOT_ITS_OWN.search(before)
        ):
            datelines.append(mention)
    return [*labelled, *datelines, *lines]


def _head_end(flat: str) -> int:
    """The end of the first lines, empty ones not counted."""
    at, seen = 0, 0
    for line in re.finditer(r"[^\n]*\n?", flat):
        at = line.end()
        seen += bool(line[0].strip())
        if seen >= _HEAD_LINES or not line[0]:
            break
    return min(at, _HEAD)
