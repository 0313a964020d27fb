"""The day to which "Wednesday" and "today" refer: one that the person gives, or a date of the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage

# In the rules, "@" is where the date is.
RULES = rule_table("dates")
_HEAD, _FOOT = 2500, 60  # characters at the start and at the end, where a text may have its date


@dataclass(frozen=True)
class ReferenceDay:
    """The day to which relative days refer."""

    #: None if neither the person nor the text gives one.
    day: date | None
    #: The dates that the text itself has as its own, the clearest first.
    own: tuple[DateMention, ...] = ()
    #: Whether the person or the document gave it.
    is_given: bool = False


def reference_day(page: TextPage, on: date | None, published: date | None) -> ReferenceDay:
    """The person's day, else the document's date, else a date in the text: after a label, in a dateline, or on its own line."""
    own = tuple(own_dates(page.flat))
    day = on or published or (own[0].exact if own else None)
    return ReferenceDay(day, own, bool(on or published))


def own_dates(flat: str) -> list[DateMention]:
    """The dates that the text has as its own, the clearest first."""
    foot = len(flat.rstrip()) - _FOOT
    mentions = [one for one in dates_in(flat, 0, min(len(flat), 20_000)) if one.exact and not one.is_contradictory]
    ranked = [(rank, one) for one in mentions if (rank := _rank(flat, one, is_inside=_HEAD < one.start < foot)) is not None]
    return [one for _, one in sorted(ranked, key=itemgetter(0))]


def _rank(flat: str, mention: DateMention, *, is_inside: bool) -> int | None:
    """How clearly a date is the text's own: 0 behind a label, 1 in a dateline, 2 on its own line; None if it is not."""
    begun = flat.rfind("\n", 0, mention.start) + 1
    before, behind = flat[begun : mention.start], flat[mention.end :].partition("\n")[0]
    length = len(before) + len(mention.text) + len(behind)
    label = RULES.search("labelled date", flat[max(0, mention.start - 80) : mention.start] + "@")
    if label and length < (80 if label["brief"] else 120 if mention.start >= _HEAD else len(flat) + 1):
        return 0
    if is_inside or RULES.search("not its own date", before):
        return None
    if length <= 120 and not RULES.search("not its own date", behind) and not RULES.search("sentence beside", before + behind):
        return 2
    return 1 if RULES.search("head date", date_shape(flat, mention, begun)) else None


def date_shape(flat: str, mention: DateMention, start: int) -> str:
    """The words around a date, with "@" in its place; they begin with a line break if the sentence does, at `start`."""
    begun = mention.start - 60
    break_ = "\n" if begun <= start else ""
    return f"{break_}{flat[max(start, begun) : mention.start]}@{flat[mention.end : mention.end + 40]}"
