"""Writing: every fact the desk records goes in here, as appended events, inside the caller's transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Amount, Basis, Certainty, Corrected, DeadlineSet, Detail, Sent, effective_events
from bot.record.sources import Source
from bot.store import cases as reading
from bot.store import codec
from bot.store.database import batches
from bot.store.tables import cases, events, letters


@dataclass(frozen=True)
class AuditContext:
    """Who records, when and as part of what: all that is recorded under one `operation` can be undone together."""

    server_id: int
    #: A name for people to read, at most 100 characters.
    by: str
    now: datetime
    zone: ZoneInfo
    operation: str
    #: Discord's id of the person; None where a file was imported.
    by_id: int | None = None


def audit_context(server_id: int, by: str, now: datetime, zone: ZoneInfo, by_id: int | None = None) -> AuditContext:
    """A context with a new operation."""
    return AuditContext(server_id, by, now, zone, secrets.token_hex(8), by_id)


@dataclass(frozen=True)
class NewEvent:
    """An event about to be recorded. `key` names it in an imported file."""

    when: When
    detail: Detail
    text: str = ""
    sources: tuple[Source, ...] = ()
    certainty: Certainty = Certainty.CONFIRMED
    amount: Amount | None = None
    conflict: str = ""
    replaces: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class NewCase:
    """A recipient about to be recorded. Without `sources` those of the letter hold; `key` names it in an imported file."""

    jurisdiction_id: int
    deadline: Deadline | None
    sources: tuple[Source, ...] = ()
    key: str | None = None


async def add_letter(conn: AsyncConnection, audit: AuditContext, letter: Letter) -> Letter:
    """Record a letter; an empty slug is made from its date and title. CaseError where the slug is taken."""
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
    )
    try:
        new = (await conn.execute(row.returning(letters.c.id))).scalar_one()
    except IntegrityError as taken:
        raise CaseError(f"A letter with the short name “{slug}” is recorded already.") from taken
    return replace(letter, id=int(new), slug=slug)


async def add_case(
    conn: AsyncConnection,
    audit: AuditContext,
    letter: Letter,
    jurisdiction_id: int,
    deadline: Deadline | None,
    sources: tuple[Source, ...] = (),
    key: str | None = None,
) -> tuple[int, list[int]]:
    """`add_cases` of one."""
    return (await add_cases(conn, audit, letter, [NewCase(jurisdiction_id, deadline, sources, key)]))[0]


async def add_cases(
    conn: AsyncConnection, audit: AuditContext, letter: Letter, wanted: Sequence[NewCase]
) -> list[tuple[int, list[int]]]:
    """Record that `letter` went to these places: for each, in order, the case's id and its first events.

    All or none: CaseError where one of them is recorded already or stands twice among those wanted. A case whose recording
    was undone keeps its number: recording it again gives it new first events.
    """
    if len({one.jurisdiction_id for one in wanted}) < len(wanted):
        raise CaseError(f"“{letter.title}” cannot be recorded twice to the same place.")
    ids = await _undone_cases(conn, letter, [one.jurisdiction_id for one in wanted])
    new = [one.jurisdiction_id for one in wanted if one.jurisdiction_id not in ids]
    ids |= await _numbered(conn, audit, letter, new)
    alike: dict[tuple[object, ...], list[NewEvent]] = {}  # of thousands of recipients most have the same facts
    facts = []
    for one in wanted:
        mark = (one.deadline, one.sources, one.key)
        told = alike.get(mark) or alike.setdefault(mark, _first_facts(letter, one))
        facts += [(ids[one.jurisdiction_id], one.jurisdiction_id, fact) for fact in told]
    first: dict[int, list[int]] = {}
    for (case_id, _, _), id in zip(facts, await append_events(conn, audit, facts), strict=True):
        first.setdefault(case_id, []).append(id)
    return list(first.items())


async def append_events(
    conn: AsyncConnection, audit: AuditContext, facts: Sequence[tuple[int | None, int, NewEvent]]
) -> list[int]:
    """Append events, each as (case or None for the place alone, jurisdiction, fact); their cases are looked at next tick.

    Their ids, in order. The ids are read back by the operation, which nobody else writes: RETURNING promises no order on
    SQLite (its documentation, "RETURNING", section 3), so thousands of rows would take a statement each.
    """
    if not facts:
        return []
    mine = events.c.operation == audit.operation
    before = (await conn.execute(select(func.coalesce(func.max(events.c.id), 0)).where(mine))).scalar_one()
    try:
        await conn.execute(events.insert(), _event_rows(audit, facts))
    except IntegrityError as taken:
        raise CaseError("Somebody has corrected this already; look at the history and try again.") from taken
    ids = list((await conn.execute(select(events.c.id).where(mine, events.c.id > before).order_by(events.c.id))).scalars())
    touched = sorted({case_id for case_id, _, _ in facts if case_id is not None})
    for batch in batches(touched):
        await conn.execute(update(cases).where(cases.c.id.in_(batch)).values(look_at=audit.now))
    return ids


@dataclass(frozen=True)
class Operation:
    """What was recorded together: by whom, when, of which cases."""

    by: str
    at: datetime
    case_ids: tuple[int, ...]
    #: Discord's id of the person who recorded it; None where a file was imported.
    by_id: int | None = None


async def operation(conn: AsyncConnection, server_id: int, name: str) -> Operation | None:
    """That operation of that server; None where nothing was recorded under it there."""
    query = select(events.c.recorded_by, events.c.recorded_by_id, events.c.recorded_at, events.c.case_id)
    rows = (await conn.execute(query.where(events.c.server_id == server_id, events.c.operation == name))).all()
    if not rows:
        return None
    touched = dict.fromkeys(row.case_id for row in rows if row.case_id is not None)
    return Operation(rows[0].recorded_by, rows[0].recorded_at, tuple(touched), rows[0].recorded_by_id)


async def letter_recorded_at(conn: AsyncConnection, server_id: int, letter_id: int) -> datetime | None:
    query = select(letters.c.recorded_at).where(letters.c.id == letter_id, letters.c.server_id == server_id)
    found: datetime | None = (await conn.execute(query)).scalar()
    return found


@dataclass(frozen=True)
class Undone:
    """One event that was taken back: its case (None for a place alone), the correction, and what it replaces."""

    case_id: int | None
    event_id: int
    replaced_id: int


async def undo(conn: AsyncConnection, audit: AuditContext, operation: str) -> list[Undone]:
    """Take back what was recorded together, by corrections. CaseError where nothing is left to undo."""
    later = events.alias()
    standing = select(events.c.id, events.c.case_id, events.c.jurisdiction_id).where(
        events.c.server_id == audit.server_id,
        events.c.operation == operation,
        ~select(later.c.id).where(later.c.replaces == events.c.id).exists(),
    )
    rows = (await conn.execute(standing.order_by(events.c.id))).all()
    if not rows:
        raise CaseError("There is nothing left to undo: it was undone or corrected already.")
    today = When(audit.now.astimezone(audit.zone).isoformat(), audit.zone)
    facts = [(row.case_id, row.jurisdiction_id, NewEvent(today, Corrected(), "Undone.", replaces=row.id)) for row in rows]
    ids = await append_events(conn, audit, facts)
    return [Undone(row.case_id, new, row.id) for row, new in zip(rows, ids, strict=True)]


async def letter_recorded_under(conn: AsyncConnection, server_id: int, operation: str) -> int | None:
    """The letter that was recorded as part of that operation and stands."""
    query = select(letters.c.id).where(
        letters.c.server_id == server_id, letters.c.operation == operation, letters.c.taken_back_at.is_(None)
    )
    found: int | None = (await conn.execute(query)).scalar()
    return found


async def has_recipients(conn: AsyncConnection, letter_id: int) -> bool:
    """Whether a case of that letter stands."""
    standing = select(cases.c.id).where(cases.c.letter_id == letter_id, reading.sent_stands())
    return (await conn.execute(standing.limit(1))).scalar() is not None


async def take_back_letter(conn: AsyncConnection, audit: AuditContext, letter_id: int) -> None:
    """Take back a letter without recipients: removed where it never had any, put out of sight where all were undone.

    CaseError where a recipient stands.
    """
    of_letter = select(cases.c.id).where(cases.c.letter_id == letter_id)
    if await has_recipients(conn, letter_id):
        raise CaseError("Recipients were added to this letter since; it stays. Undo or close their cases instead.")
    mine = (letters.c.id == letter_id) & (letters.c.server_id == audit.server_id)
    if (await conn.execute(of_letter.limit(1))).scalar() is None:
        await conn.execute(letters.delete().where(mine))
    else:
        await conn.execute(update(letters).where(mine).values(taken_back_at=audit.now, slug=f"taken-back-{letter_id}"))


async def _undone_cases(conn: AsyncConnection, letter: Letter, places: Sequence[int]) -> dict[int, int]:
    """Of the places that had this letter and whose case was undone, the case by the place. CaseError where one stands."""
    found = {}
    for batch in batches(places):
        for case in await reading.load(conn, cases.c.letter_id == letter.id, cases.c.jurisdiction_id.in_(batch)):
            if any(isinstance(event.detail, Sent) for event in effective_events(case.events)):
                raise _recorded(letter, case.place.label if len(places) > 1 else "this place")
            found[case.place.id] = case.id
    return found


async def _numbered(conn: AsyncConnection, audit: AuditContext, letter: Letter, places: Sequence[int]) -> dict[int, int]:
    """A new case for each place, numbered on: its id by the place."""
    highest = select(func.coalesce(func.max(cases.c.number), 0)).where(cases.c.server_id == audit.server_id)
    first = (await conn.execute(highest)).scalar_one() + 1
    rows = [
        {
            "server_id": audit.server_id,
            "number": number,
            "letter_id": letter.id,
            "jurisdiction_id": place_id,
            "tracked_since": audit.now,
            "look_at": audit.now,
        }
        for number, place_id in enumerate(places, first)
    ]
    if not rows:
        return {}
    try:
        await conn.execute(cases.insert(), rows)
    except IntegrityError as taken:  # somebody else, on a database with several writers
        raise _recorded(letter, "this place" if len(places) == 1 else "one of these places") from taken
    made = select(cases.c.jurisdiction_id, cases.c.id).where(cases.c.letter_id == letter.id, cases.c.number >= first)
    return {row.jurisdiction_id: row.id for row in await conn.execute(made)}


def _recorded(letter: Letter, where: str) -> CaseError:
    return CaseError(f"“{letter.title}” to {where} is recorded already; see /status.")


def _first_facts(letter: Letter, case: NewCase) -> list[NewEvent]:
    """That the letter was sent, and its deadline where there is one."""
    origin, key = case.sources or letter.sources, case.key
    text = f"{letter.authority} sent the letter “{letter.title}”."
    facts = [NewEvent(letter.sent, Sent(), text, origin, key=key and f"{key}/sent")]
    if case.deadline:
        original = DeadlineSet(case.deadline, Basis.ORIGINAL)
        facts.append(NewEvent(letter.sent, original, "", origin, key=key and f"{key}/deadline"))
    return facts


def _event_rows(audit: AuditContext, facts: Sequence[tuple[int | None, int, NewEvent]]) -> list[dict[str, Any]]:
    """A row for each; a fact that is told of many cases is written out once."""
    written: dict[int, dict[str, Any]] = {}
    rows = []
    for case_id, jurisdiction_id, fact in facts:
        if id(fact) not in written:
            written[id(fact)] = _told(audit, fact)
        rows.append({**written[id(fact)], "case_id": case_id, "jurisdiction_id": jurisdiction_id})
    return rows


def _told(audit: AuditContext, fact: NewEvent) -> dict[str, Any]:
    return {
        "server_id": audit.server_id,
        "happened": fact.when.text,
        "zone": fact.when.zone.key,
        "recorded_at": audit.now,
        "recorded_by": audit.by,
        "recorded_by_id": audit.by_id,
        "certainty": fact.certainty.value,
        "kind": fact.detail.kind,
        "detail": codec.dump(codec.DETAIL, fact.detail),
        "text": fact.text,
        "sources": codec.dump(codec.SOURCES, fact.sources),
        "amount": codec.dump(codec.AMOUNT, fact.amount),
        "conflict": fact.conflict,
        "replaces": fact.replaces,
        "key": fact.key,
        "operation": audit.operation,
    }


async def _free_slug(conn: AsyncConnection, server_id: int, text: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].strip("-") or "letter"
    query = select(letters.c.slug).where(letters.c.server_id == server_id, letters.c.slug.like(f"{base}%"))
    taken = set((await conn.execute(query)).scalars())
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)
