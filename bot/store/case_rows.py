"""Rows of the tables as values: events, places and letters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.record.events import Certainty, Event
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import codec
from bot.store.tables import events, jurisdictions, letters
from bot.store.unreadable import Shape, Unreadable, UnreadableRow, note, readable, reason

#: What `event_of` reads, in this order.
EVENT = (
    events.c.id,
    events.c.happened,
    events.c.zone,
    events.c.recorded_at,
    codec.as_text(events.c.detail),
    events.c.text,
    events.c.recorded_by,
    events.c.recorded_by_id,
    events.c.certainty,
    codec.as_text(events.c.sources),
    codec.as_text(events.c.amount),
    events.c.conflict,
    events.c.replaces,
    events.c.kind,
    events.c.reason,
)
#: What `replayed_event` reads, in this order: what a replay needs of an event, so no texts, sources or amounts.
REPLAYED = (
    events.c.id,
    events.c.replaces,
    events.c.happened,
    events.c.zone,
    events.c.recorded_at,
    codec.as_text(events.c.detail),
    events.c.kind,
)
#: What `place_of` reads, in this order.
PLACE = (
    jurisdictions.c.id,
    jurisdictions.c.name,
    jurisdictions.c.kind,
    jurisdictions.c.state,
    codec.as_text(jurisdictions.c.aliases),
    jurisdictions.c.note,
    jurisdictions.c.ocd_id,
)
#: What `letter_of` reads, in this order; JSON as text.
LETTER = tuple(
    codec.as_text(letters.c[name]) if isinstance(letters.c[name].type, JSON) else letters.c[name]
    for name in (
        *("id", "slug", "title", "authority", "sent", "zone", "demand", "legal_basis", "threatened"),
        *("sources", "amounts", "conflicts", "deadline", "deadline_note", "ladder", "asked_at"),
    )
)
_EVENT, _REPLAYED, _PLACE, _LETTER = Shape(EVENT), Shape(REPLAYED), Shape(PLACE), Shape(LETTER)
_CERTAINTIES = {certainty.value: certainty for certainty in Certainty}
_KINDS = {kind.value: kind for kind in PlaceKind}


@lru_cache(maxsize=512)  # equal rows are equal letters
def letter_of(
    id: int,
    slug: str,
    title: str,
    authority: str,
    sent: str,
    zone: str,
    demand: str,
    legal_basis: str,
    threatened: str,
    sources: str,
    amounts: str,
    conflicts: str,
    deadline: str | None,
    deadline_note: str,
    ladder: str | None,
    asked_at: datetime | None,
) -> Letter:
    """A letter, of the columns `LETTER`. Any error means that the row cannot be read."""
    _LETTER.check(
        (
            *(id, slug, title, authority, sent, zone, demand),
            *(legal_basis, threatened, sources, amounts, conflicts, deadline, deadline_note, ladder, asked_at),
        )
    )
    own_ladder, rungs_since, rungs_before = codec.letters_ladder_from(ladder)
    return Letter(
        id=id,
        slug=slug,
        title=title,
        authority=authority,
        sent=codec.when_from(sent, zone),
        demand=demand,
        legal_basis=codec.names_from(legal_basis),
        threatened=codec.names_from(threatened),
        sources=codec.sources_from(sources),
        amounts=codec.AMOUNTS.validate_python(json.loads(amounts)),
        conflicts=codec.TEXTS.validate_python(json.loads(conflicts)),
        deadline=codec.deadline_from(deadline),
        deadline_note=deadline_note,
        ladder=own_ladder,
        rungs_since=rungs_since,
        rungs_before=rungs_before,
        asked_at=asked_at,
    )


def place_of(id: int, name: str, kind: str, state: str, aliases: str, note: str, ocd_id: str) -> Jurisdiction:
    """A place, of the columns `PLACE`. Any error means that the row cannot be read."""
    _PLACE.check((id, name, kind, state, aliases, note, ocd_id))
    return Jurisdiction(id, name, _KINDS[kind], state, codec.names_from(aliases), note, ocd_id)


def places_in(conn: AsyncConnection, server_id: int | None, rows: Iterable[Sequence[Any]]) -> Iterator[Jurisdiction]:
    """The places of rows with the columns `PLACE`. Those that cannot be read are noted."""

    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("place", row[0], reason(error), server_id, row[0], row[0]))

    return readable(rows, place_of, unread)


def event_of(columns: Sequence[Any]) -> Event:
    """An event, of the columns `EVENT`. Any error means that the row cannot be read."""
    if tuple(map(type, columns)) not in _EVENT.known:  # called only where it has something to find: this is done for each event
        _EVENT.check(columns)
    id, happened, zone, recorded_at, detail, text, by, by_id, certainty, sources, amount, conflict, *others = columns
    replaces, kind, why = others
    if replaces is not None:
        _check_order(id, replaces)
    return Event(  # by position, which takes half the time: in the order of its fields
        id,
        codec.when_from(happened, zone),
        recorded_at,
        codec.detail_from(detail, kind),
        text,
        by,
        _CERTAINTIES[certainty],
        codec.sources_from(sources),
        codec.amount_from(amount) if amount else None,
        conflict,
        replaces,
        by_id,
        why,
    )


def replayed_event(
    id: int, replaces: int | None, happened: str, zone: str, recorded_at: datetime, detail: str, kind: str
) -> Event:
    """An event, of the columns `REPLAYED`. Any error means that the row cannot be read."""
    _REPLAYED.check((id, replaces, happened, zone, recorded_at, detail, kind))
    if replaces is not None:
        _check_order(id, replaces)
    return Event(id, codec.when_from(happened, zone), recorded_at, codec.detail_from(detail, kind), replaces=replaces)


def _check_order(id: int, replaces: int) -> None:
    """Who follows corrections back would otherwise go round in a circle."""
    if replaces >= id:
        raise UnreadableRow("replaces names no earlier event")
