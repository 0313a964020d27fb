"""Drafts with places to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.reader.draft import Draft, MentionedPlace, Recipient, Seen, Span
from bot.record.places import Jurisdiction, PlaceKind
from tests.desk.test_confirm_draft import draft

AURORAS = tuple(Jurisdiction(0, "Aurora", PlaceKind.CITY, state) for state in ("CO", "IL"))


def offering(
    names: Sequence[str],
    *recipients: Recipient,
    lists: Sequence[int | None] = (),
    state: str | None = "NY",
    **more: Any,
) -> Draft:
    """A draft whose text names these cities of a state, to be ticked; `lists` are the numbers of their lists."""
    read = draft(*recipients, **more)
    text, mentioned = f"{read.text} Named:", []
    for index, name in enumerate(names):
        span = Span(len(text) + 1, len(text) + 1 + len(name))
        text += f" {name},"
        place = Recipient(name, PlaceKind.CITY, state, span=span)
        number = lists[index] if index < len(lists) else None
        mentioned.append(MentionedPlace(place, 1 - index / 1000, f"… the letter to {name}, which …", number))
    rows = more.get("recipients", read.recipients)
    seen = Seen(len(rows), len(names), cleared=len(read.cleared), sender=1, passing=2)
    return replace(read, text=text, mentioned=tuple(mentioned), seen=seen, recipients=tuple(rows))


def several(mentioned: MentionedPlace, name: str = "Aurora") -> MentionedPlace:
    """The same of a name that several places have."""
    return replace(mentioned, place=replace(mentioned.place, name=name, kind=None, state=None, candidates=AURORAS))
