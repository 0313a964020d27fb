"""Writing: everything that is recorded becomes appended events here, inside the caller's transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.record.changes import is_change
from bot.record.errors import CaseError
from bot.record.events import Corrected
from bot.record.new_events import NewCase, NewEvent
from bot.record.sources import Source
from bot.store import case_states, codec
from bot.store import cases as case_queries
from bot.store.database import batches
from bot.store.looks import by_then
from bot.store.many_rows import ManyRows, Values, many_rows
from bot.store.stored_events import COLUMNS, INSERT_ONE, FirstFacts, StoredEvents
from bot.store.tables import cases, events, letters

_NEW_CASES = cases.insert()
_OF_NEW_CASE = ("server_id", "number", "letter_id", "jurisdiction_id", "tracked_since", "look_at")
_NOW = bindparam("now", type_=cases.c.look_at.type)
_LOOK_AGAIN = update(cases).where(cases.c.id.in_(bindparam("case_ids", expanding=True))).values(look_at=by_then(_NOW))
_CHANGED = _LOOK_AGAIN.values(changed_at=_NOW)


OPERATION_LENGTH = 16  # characters: hexadecimal digits


@dataclass(frozen=True)
class AuditContext:
    """Who records, when, and as part of which operation: everything of one operation can be undone together."""

    server_id: int
    #: A name for people to read, at most 100 characters.
    by: str
    now: datetime
    zone: ZoneInfo
    operation: str
    #: Discord's id of the person; None if a file was imported.
    by_id: int | None = None


def audit_context(server_id: int, by: str, now: datetime, zone: ZoneInfo, by_id: int | None = None) -> AuditContext:
    """A context with a new operation."""
    return AuditContext(server_id, by, now, zone, secrets.token_hex(OPERATION_LENGTH // 2), by_id)


async def add_letter(conn: AsyncConnection, audit: AuditContext, letter: Letter) -> Letter:
    """Record a letter; an empty slug is made from its date and title. CaseError if the slug is taken."""
    slug = letter.slug or await _free_slug(conn, audit.server_id, f"{letter.sent.text} {letter.title}")
    row = letters.insert().values(
        server_id=audit.server_id,
        slug=slug,
        title=letter.title,
        authority=letter.authority,
        sent=letter.sent.text,
        zone=letter.sent.zone.key,
        demand=letter.demand,
        legal_basis=list(letter.legal_basis),
        threatened=list(letter.threatened),
        sources=codec.dump(codec.SOURCES, letter.sources),
        amounts=codec.dump(codec.AMOUNTS, letter.amounts),
        conflicts=codec.dump(codec.TEXTS, letter.conflicts),
        deadline=codec.dump(codec.DEADLINE, letter.deadline),
        deadline_note=letter.deadline_note,
        recorded_at=audit.now,
        operation=audit.operation,
        sent_by=letter.sent.latest,
    )
    try:
        new = (await conn.execute(row.returning(letters.c.id))).scalar_one()
    except IntegrityError as taken:
        raise CaseError(f"A letter with the short name “{slug}” is already recorded.") from taken
    return replace(letter, id=int(new), slug=slug)


async def add_cases(
    conn: AsyncConnection,
    audit: AuditContext,
    letter: Letter,
    new_cases: Sequence[NewCase],
    facts: FirstFacts | None = None,
) -> list[tuple[int, list[int]]]:
    """Record that `letter` went to these places: for each, in order, the case's id and the ids of its first events.

    All or none: CaseError if one of them is already recorded, or is among them twice. A case whose recording was undone
    keeps its number; recording it again gives it new first events. `facts`: what was worked out of them before.
    """
    place_ids = [case.jurisdiction_id for case in new_cases]
    if len(set(place_ids)) < len(place_ids):
        raise CaseError(f"“{letter.title}” cannot be recorded twice to the same place.")
    facts = facts.recorded_at(conn.dialect, audit.now) if facts else FirstFacts(conn.dialect, letter, audit.now)
    undone = await _undone_cases(conn, letter, place_ids)
    new = await _numbered(conn, audit, letter, [id for id in place_ids if id not in undone])
    case_ids = undone | new
    rows = [(case_ids[case.jurisdiction_id], case.jurisdiction_id, event) for case in new_cases for event in facts.of(case)]
    standings = {case_ids[case.jurisdiction_id]: facts.standing(case) for case in new_cases if case.jurisdiction_id in new}
    recorded = await append_events(conn, audit, rows, standings, new.values(), facts.stored)
    added: dict[int, list[int]] = {}
    for (case_id, _, _), event_id in zip(rows, recorded, strict=True):
        added.setdefault(case_id, []).append(event_id)
    return list(added.items())


async def append_events(
    conn: AsyncConnection,
    audit: AuditContext,
    new_events: Sequence[tuple[int | None, int, NewEvent]],
    standings: Mapping[int, list[Values]] | None = None,
    new_cases: Collection[int] = (),
    stored: StoredEvents | None = None,
) -> list[int]:
    """Append events, each as (case or None for the place alone, jurisdiction, event): their ids, in order.

    The index of states follows; `standings` has the rows of it that were worked out before, by case. Their cases are looked
    at by the next tick, `new_cases` anyway.
    """
    if not new_events:
        return []
    try:
        ids = await _inserted(conn, audit, new_events, stored or StoredEvents(conn.dialect))
    except IntegrityError as taken:
        raise CaseError("This has already been corrected. Check /history, then try again.") from taken
    touched = {case_id for case_id, _, _ in new_events if case_id is not None}
    changed = {case_id for case_id, _, event in new_events if case_id is not None and is_change(event.detail, event.replaces)}
    for statement, case_ids in ((_LOOK_AGAIN, touched.difference(new_cases, changed)), (_CHANGED, changed)):
        for batch in batches(sorted(case_ids)):
            await conn.execute(statement, {"case_ids": batch, "now": audit.now})
    await case_states.follow(conn, touched, standings or {}, new_cases)
    return ids


async def _inserted(
    conn: AsyncConnection, audit: AuditContext, new_events: Sequence[tuple[int | None, int, NewEvent]], stored: StoredEvents
) -> list[int]:
    """The ids of several are read back by the operation, which nobody else writes: RETURNING promises no order on SQLite (its
    documentation, "RETURNING", section 3), so thousands of rows would take a statement each."""
    rows = _rows_of(audit, new_events, stored)
    if len(new_events) == 1:
        return [(await many_rows(INSERT_ONE, conn.dialect, *COLUMNS).execute_one(conn, next(rows))).scalar_one()]
    await stored.statement.execute(conn, rows, len(new_events))
    newest = select(events.c.id).where(events.c.operation == audit.operation).order_by(events.c.id.desc())
    return list((await conn.execute(newest.limit(len(new_events)))).scalars())[::-1]


def _rows_of(
    audit: AuditContext, new_events: Sequence[tuple[int | None, int, NewEvent]], stored: StoredEvents
) -> Iterator[Values]:
    statement = stored.statement
    case_at, place_at = statement.at("case_id", "jurisdiction_id")
    of_audit = _of_audit(audit, statement)
    by_whom: dict[int, Values] = {}
    for case_id, jurisdiction_id, event in new_events:
        if id(event) not in by_whom:
            by_whom[id(event)] = stored.row(event).copy()
            for at, value in of_audit:
                by_whom[id(event)][at] = value
        row = by_whom[id(event)].copy()
        row[case_at], row[place_at] = case_id, jurisdiction_id
        yield row


def _of_audit(audit: AuditContext, statement: ManyRows) -> list[tuple[int, Any]]:
    """Who recorded it and when: the values, each with its position in a row."""
    values = {
        "server_id": audit.server_id,
        "recorded_at": audit.now,
        "recorded_by": audit.by,
        "recorded_by_id": audit.by_id,
        "operation": audit.operation,
    }
    return [(statement.names.index(name), statement.stored(name, value)) for name, value in values.items()]


@dataclass(frozen=True)
class Operation:
    """What was recorded together."""

    by: str
    at: datetime
    #: The cases that it is about.
    case_ids: tuple[int, ...]
    #: The places of which it records something apart from any letter.
    place_ids: tuple[int, ...] = ()
    #: Discord's id of the person who recorded it; None if a file was imported.
    by_id: int | None = None


async def operation(conn: AsyncConnection, server_id: int, name: str) -> Operation | None:
    """That operation of that server; None if it recorded nothing there."""
    of_it = (events.c.server_id == server_id, events.c.operation == name)
    first = select(events.c.recorded_by, events.c.recorded_at, events.c.recorded_by_id).where(*of_it)
    row = (await conn.execute(first.order_by(events.c.id).limit(1))).first()
    if row is None:
        return None
    touched = select(events.c.case_id).where(*of_it, events.c.case_id.is_not(None)).order_by(events.c.id)
    alone = select(events.c.jurisdiction_id).where(*of_it, events.c.case_id.is_(None)).order_by(events.c.id)
    case_ids, place_ids = [dict.fromkeys((await conn.execute(query)).scalars()) for query in (touched, alone)]
    return Operation(row.recorded_by, row.recorded_at, tuple(case_ids), tuple(place_ids), row.recorded_by_id)


async def cases_with_others(conn: AsyncConnection, server_id: int, operation: str) -> list[int]:
    """The cases of an operation of which something else is recorded too: after it began, or at all if it began the case."""
    of_it = (events.c.server_id == server_id, events.c.operation == operation)
    first = select(func.min(events.c.id)).where(*of_it).scalar_subquery()
    sent = select(events.c.case_id).where(*of_it, events.c.kind == "sent")
    other = events.alias()
    later = select(other.c.id).where(
        other.c.case_id == events.c.case_id,
        other.c.operation != operation,
        or_(other.c.id > first, events.c.case_id.in_(sent)),
    )
    query = select(events.c.case_id).where(*of_it, events.c.case_id.is_not(None), later.exists()).distinct()
    return sorted((await conn.execute(query)).scalars())


async def letter_recorded_at(conn: AsyncConnection, server_id: int, letter_id: int) -> datetime | None:
    """When a letter itself was recorded."""
    query = select(letters.c.recorded_at).where(letters.c.id == letter_id, letters.c.server_id == server_id)
    recorded_at: datetime | None = (await conn.execute(query)).scalar()
    return recorded_at


async def operation_of(conn: AsyncConnection, event_id: int) -> str:
    """The operation under which an event was recorded."""
    return str((await conn.execute(select(events.c.operation).where(events.c.id == event_id))).scalar_one())


async def ids_of(conn: AsyncConnection, server_id: int, operation: str) -> set[int]:
    """The ids of what was recorded under an operation."""
    query = select(events.c.id).where(events.c.server_id == server_id, events.c.operation == operation)
    return set((await conn.execute(query)).scalars())


async def taking_back_in(conn: AsyncConnection, server_id: int, operation: str) -> set[int]:
    """The ids of what took something back under an operation, with nothing in its place."""
    query = select(events.c.id).where(events.c.server_id == server_id, events.c.operation == operation)
    return set((await conn.execute(query.where(events.c.kind == Corrected.kind))).scalars())


async def sources_of(conn: AsyncConnection, event_ids: Sequence[int]) -> dict[int, tuple[Source, ...]]:
    """The sources of these events, by their ids."""
    sources: dict[int, tuple[Source, ...]] = {}
    for batch in batches(event_ids):
        query = select(events.c.id, codec.as_text(events.c.sources)).where(events.c.id.in_(batch))
        sources |= {id: codec.sources_from(text) for id, text in await conn.execute(query)}
    return sources


async def has_recipients(conn: AsyncConnection, letter_id: int) -> bool:
    """Whether that letter has a recipient whose recording was not undone."""
    recipients = select(cases.c.id).where(cases.c.letter_id == letter_id, case_queries.sending_recorded())
    return (await conn.execute(recipients.limit(1))).scalar() is not None


async def take_back_letter(conn: AsyncConnection, audit: AuditContext, letter_id: int) -> None:
    """Take back a letter without recipients: removed if it never had any, hidden if all of them were undone.

    CaseError if it has a recipient.
    """
    of_letter = select(cases.c.id).where(cases.c.letter_id == letter_id)
    if await has_recipients(conn, letter_id):
        raise CaseError(
            "Recipients have since been added to this letter, so it was not removed. Undo or close their cases instead."
        )
    this = (letters.c.id == letter_id) & (letters.c.server_id == audit.server_id)
    if (await conn.execute(of_letter.limit(1))).scalar() is None:
        await conn.execute(letters.delete().where(this))
    else:
        await conn.execute(update(letters).where(this).values(taken_back_at=audit.now, slug=f"taken-back-{letter_id}"))


async def _undone_cases(conn: AsyncConnection, letter: Letter, places: Sequence[int]) -> dict[int, int]:
    """The undone cases of this letter, by their place. CaseError if one of the places has a case that was not undone."""
    undone: dict[int, int] = {}
    if (await conn.execute(select(cases.c.id).where(cases.c.letter_id == letter.id).limit(1))).scalar() is None:
        return undone
    for batch in batches(places):
        for case in await case_queries.load(conn, cases.c.letter_id == letter.id, cases.c.jurisdiction_id.in_(batch)):
            if case.is_recorded:
                raise _recorded(letter, case.place.label if len(places) > 1 else "this place")
            undone[case.place.id] = case.id
    return undone


#: No case has a higher number, unless its row is damaged: in SQLite texts and bytes are higher than all numbers.
MOST_NUMBERS = 2**53


async def _numbered(conn: AsyncConnection, audit: AuditContext, letter: Letter, places: Sequence[int]) -> dict[int, int]:
    """A new case for each place, with the next numbers: its id by the place."""
    highest = select(func.coalesce(func.max(cases.c.number), 0)).where(
        cases.c.server_id == audit.server_id, cases.c.number < MOST_NUMBERS
    )
    first = (await conn.execute(highest)).scalar_one() + 1
    statement = many_rows(_NEW_CASES, conn.dialect, *_OF_NEW_CASE)
    alike = statement.row(server_id=audit.server_id, letter_id=letter.id, tracked_since=audit.now, look_at=audit.now)
    number_at, place_at = statement.at("number", "jurisdiction_id")
    rows = []
    for number, place_id in enumerate(places, first):
        row = alike.copy()
        row[number_at], row[place_at] = number, place_id
        rows.append(row)
    if not rows:
        return {}
    try:
        await statement.execute(conn, rows, len(rows))
    except IntegrityError as taken:  # somebody else, on a database with several writers
        raise _recorded(letter, "this place" if len(places) == 1 else "one of these places") from taken
    added = select(cases.c.jurisdiction_id, cases.c.id).where(cases.c.letter_id == letter.id, cases.c.number >= first)
    return {row.jurisdiction_id: row.id for row in await conn.execute(added)}


def _recorded(letter: Letter, where: str) -> CaseError:
    return CaseError(f"“{letter.title}” to {where} is already recorded; see /status.")


async def _free_slug(conn: AsyncConnection, server_id: int, text: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].strip("-") or "letter"
    query = select(letters.c.slug).where(letters.c.server_id == server_id, letters.c.slug.like(f"{base}%"))
    taken = set((await conn.execute(query)).scalars())
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)
