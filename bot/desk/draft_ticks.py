"""Ticks: the places that a text names and no rule makes a recipient, chosen by a person.

What is ticked is a recipient of the draft, read from the same words; nothing else is kept of a tick. So whoever removes that
recipient in a form has unticked it, and whoever types a place that is offered has ticked it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.desk.draft_edits import still_cleared
from bot.desk.draft_reading import MOST
from bot.reader.draft import SEVERAL_PLACES, Draft, MentionedPlace, Recipient
from bot.record.errors import CaseError
from bot.words.draft_preview import NamedCounts

#: Places on a page, as many as a select has lines (Discord docs, "String Select").
PAGE = 25
UNKNOWN = "No known place has just this name."


def ticked(draft: Draft) -> frozenset[int]:
    """Which of `draft.mentioned` are recipients, by their index: read from the same words, or typed.

    A recipient that was read from other words is none of them, whatever place a person has settled it to be.
    """
    spans = {row.span for row in draft.recipients if row.span}
    labels = {row.label for row in draft.recipients if _is_typed(row)}
    return frozenset(
        index
        for index, mentioned in enumerate(draft.mentioned)
        if mentioned.place.span in spans or (mentioned.place.is_settled and mentioned.place.label in labels)
    )


def of_page(draft: Draft, page: int) -> range:
    """The places on a page, counted from 0."""
    return range(len(draft.mentioned))[page * PAGE : (page + 1) * PAGE]


def of_list(draft: Draft, number: int) -> list[int]:
    """The places of one list of the text."""
    return [index for index, mentioned in enumerate(draft.mentioned) if mentioned.list_number == number]


def with_ticks(draft: Draft, tick: Collection[int] = (), untick: Collection[int] = ()) -> Draft:
    """With some places as recipients, and others no longer; those that are as they should be stay as they are.

    New recipients stand behind the others, in the order of the text. CaseError for more than a draft holds.
    """
    draft = _without(draft, [draft.mentioned[index] for index in ticked(draft).intersection(untick)])
    new = [draft.mentioned[index].place for index in set(tick) - ticked(draft)]
    new.sort(key=lambda place: (place.span.start if place.span else 0, place.label))
    rows = (*draft.recipients, *map(_as_recipient, new))
    if new and len(rows) > MOST:
        raise CaseError(f"That would be {len(rows):,} recipients; at most {MOST:,} fit into a draft. Nothing was ticked.")
    return replace(draft, recipients=rows)


def with_ticked_on_page(draft: Draft, page: int, chosen: Collection[int]) -> Draft:
    """Of the places on a page those that are chosen, and no others."""
    shown = of_page(draft, page)
    return with_ticks(draft, set(shown).intersection(chosen), set(shown).difference(chosen))


def with_list(draft: Draft, number: int, *, is_ticked: bool) -> Draft:
    """With all places of one list ticked, or none."""
    members = of_list(draft, number)
    return with_ticks(draft, members) if is_ticked else with_ticks(draft, untick=members)


def counts_of(draft: Draft) -> NamedCounts | None:
    """How many places the text names of each sort, as a person has sorted them; None if none were counted, as in a table.

    Whoever typed a cleared place made it a recipient.
    """
    seen, count = draft.seen, len(ticked(draft))
    if not seen.named:
        return None
    spans = {mentioned.place.span for mentioned in draft.mentioned}
    read = sum(row.span is not None and row.span not in spans for row in draft.recipients)
    cleared = len(still_cleared(draft))
    recipients = min(read, seen.recipients) + seen.cleared - cleared
    return NamedCounts(seen.named, recipients, count, seen.offered - count, cleared, seen.sender, seen.passing)


def _without(draft: Draft, places: Collection[MentionedPlace]) -> Draft:
    if not places:
        return draft
    spans = {mentioned.place.span for mentioned in places if mentioned.place.span}
    labels = {mentioned.place.label for mentioned in places if mentioned.place.is_settled}
    rows = [row for row in draft.recipients if row.span not in spans and not (_is_typed(row) and row.label in labels)]
    return replace(draft, recipients=tuple(rows))


def _is_typed(row: Recipient) -> bool:
    return row.span is None and row.is_settled


def _as_recipient(place: Recipient) -> Recipient:
    if place.is_settled or place.doubt:
        return place
    return replace(place, doubt=SEVERAL_PLACES if place.candidates else UNKNOWN)
