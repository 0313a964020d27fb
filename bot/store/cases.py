"""Reading cases: every query gives whole `Case` values, with all their events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, RowMapping, Select, bindparam, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Case, Letter
from bot.record.events import Certainty, Event, Sent, effective_events
from bot.record.ladder import NEWS
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import codec
from bot.store.database import batches, by_index
from bot.store.tables import alerts, cases, events, jurisdictions, letters, notices

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
)
_CASE = (cases.c.id, cases.c.number, cases.c.letter_id, cases.c.tracked_since, cases.c.looked_at)
#: What `place_of_columns` reads, in this order.
PLACE = (
    jurisdictions.c.id,
    jurisdictions.c.name,
    jurisdictions.c.kind,
    jurisdictions.c.state,
    codec.as_text(jurisdictions.c.aliases),
    jurisdictions.c.note,
    jurisdictions.c.ocd_id,
)
_LETTER = tuple(codec.as_text(column).label(column.name) if isinstance(column.type, JSON) else column for column in letters.c)
_CERTAINTIES = {certainty.value: certainty for certainty in Certainty}
_KINDS = {kind.value: kind for kind in PlaceKind}
ALERTS_OF_CASE = "sqlite_autoindex_alerts_1"  # SQLite's own name for the key of the table, its only UNIQUE constraint
# Made once: to make such a statement anew takes longer than to read what it gives of ten cases.
_BY_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_CASES = select(*_CASE, *PLACE).join(jurisdictions, jurisdictions.c.id == cases.c.jurisdiction_id).order_by(cases.c.number)
_WITH_IDS = _CASES.where(cases.c.id.in_(_BY_IDS))
_NUMBERS = select(cases.c.id, cases.c.number, cases.c.tracked_since).where(cases.c.id.in_(_BY_IDS))
_LETTERS = select(*_LETTER).where(letters.c.id.in_(_BY_IDS))
_HISTORIES = (
    select(*EVENT, events.c.case_id)
    .where(events.c.case_id.in_(_BY_IDS))
    .order_by(events.c.id)
    .with_hint(events, by_index("ix_events_case_id"), "sqlite")
)
# A join could be read from the side of the notices: every one that was ever posted, for a few cases.
_STATE_OF_NOTICE = select(notices.c.state).where(notices.c.id == alerts.c.notice_id).scalar_subquery()
_ANNOUNCED = (
    select(alerts.c.case_id, alerts.c.about_id)
    .where(alerts.c.case_id.in_(_BY_IDS), alerts.c.rung == NEWS)
    .where(alerts.c.state == "planned", _STATE_OF_NOTICE != "superseded")
    .with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
)


async def of_server(conn: AsyncConnection, server_id: int) -> list[Case]:
    return await load(conn, cases.c.server_id == server_id)


async def of_place(conn: AsyncConnection, server_id: int, jurisdiction_id: int) -> list[Case]:
    return await load(conn, cases.c.server_id == server_id, cases.c.jurisdiction_id == jurisdiction_id)


async def of_letter(conn: AsyncConnection, server_id: int, letter_id: int) -> list[Case]:
    return await load(conn, cases.c.server_id == server_id, cases.c.letter_id == letter_id)


async def numbered(conn: AsyncConnection, server_id: int, number: int) -> Case | None:
    return next(iter(await load(conn, cases.c.server_id == server_id, cases.c.number == number)), None)


async def of_event(conn: AsyncConnection, server_id: int, event_id: int) -> Case | None:
    """The case of that event; None for an event of another server or of a place alone."""
    case_id = select(events.c.case_id).where(events.c.id == event_id, events.c.server_id == server_id).scalar_subquery()
    return next(iter(await load(conn, cases.c.server_id == server_id, cases.c.id == case_id)), None)


async def with_ids(conn: AsyncConnection, ids: Iterable[int]) -> list[Case]:
    loaded = []
    for batch in batches(list(ids)):
        loaded += await _load(conn, _WITH_IDS, {"ids": batch})
    return loaded


async def numbers_of(conn: AsyncConnection, ids: Sequence[int]) -> list[tuple[int, int, datetime]]:
    """The number of each of these cases, and since when it is tracked, by number: (id, number, since)."""
    rows: list[tuple[int, int, datetime]] = []
    for batch in batches(ids):
        rows += [(row[0], row[1], row[2]) for row in await conn.execute(_NUMBERS, {"ids": batch})]
    return sorted(rows, key=lambda row: row[1])


async def first_ids_of(conn: AsyncConnection, ids: Sequence[int], most: int) -> list[int]:
    """The first of these cases, by number."""
    rows: list[tuple[int, int]] = []
    for batch in batches(ids):
        query = select(cases.c.number, cases.c.id).where(cases.c.id.in_(batch)).order_by(cases.c.number).limit(most)
        rows += [(number, id) for number, id in await conn.execute(query)]
    return [id for _, id in sorted(rows)[:most]]


async def load(conn: AsyncConnection, *where: ColumnElement[bool]) -> list[Case]:
    """The cases that fit `where`, by number, each with every event recorded about it."""
    return await _load(conn, _CASES.where(*where))


async def _load(conn: AsyncConnection, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Case]:
    rows = (await conn.execute(query, values)).all()
    ids = [row[0] for row in rows]
    histories, announced = await _histories(conn, ids), await _announced(conn, ids)
    letter_by_id = await _letters(conn, {row.letter_id for row in rows})
    return [
        Case(
            id=id,
            number=number,
            letter=letter_by_id[letter_id],
            place=place_of_columns(*place),
            tracked_since=tracked_since,
            events=tuple(histories.get(id, ())),
            looked_at=looked_at,
            announced=frozenset(announced.get(id, ())),
        )
        for id, number, letter_id, tracked_since, looked_at, *place in rows
    ]


async def context(conn: AsyncConnection, server_id: int, jurisdiction_id: int) -> list[Event]:
    """What is recorded about a place apart from any letter to it, oldest first."""
    query = select(*EVENT).where(
        events.c.server_id == server_id, events.c.jurisdiction_id == jurisdiction_id, events.c.case_id.is_(None)
    )
    query = query.order_by(events.c.id).with_hint(events, by_index("ix_events_jurisdiction_id"), "sqlite")
    return [event_of(row) for row in await conn.execute(query)]


async def contexts(conn: AsyncConnection, server_id: int) -> dict[int, list[Event]]:
    """`context` of every place of a server of which there is any, by the place's id."""
    query = select(*EVENT, events.c.jurisdiction_id).where(events.c.server_id == server_id, events.c.case_id.is_(None))
    by_place: dict[int, list[Event]] = {}
    for *event, place_id in await conn.execute(query.order_by(events.c.id)):
        by_place.setdefault(place_id, []).append(event_of(event))
    return by_place


async def recipients_before(conn: AsyncConnection, letter_id: int, of_notice: Iterable[Case]) -> int:
    """How many recipients of a letter were recorded before the first of these, and not taken back.

    By when each was recorded that counts: a case that was undone and recorded again keeps its number, and is new again.
    """
    sent = (event.id for case in of_notice for event in effective_events(case.events) if isinstance(event.detail, Sent))
    earlier = (
        select(func.count(distinct(events.c.case_id)))
        .join(cases, cases.c.id == events.c.case_id)
        .where(cases.c.letter_id == letter_id, events.c.id < min(sent, default=0), _is_sending())
    )
    return int((await conn.execute(earlier)).scalar_one())


def sending_recorded() -> ColumnElement[bool]:
    """Whether it is recorded that the letter of a case was sent, and that was not taken back."""
    return select(events.c.id).where(events.c.case_id == cases.c.id, _is_sending()).exists()


def _is_sending() -> ColumnElement[bool]:
    """Whether an event says that a letter was sent, and was not taken back."""
    return (events.c.kind == "sent") & not_replaced()


def not_replaced() -> ColumnElement[bool]:
    """Whether no other event replaces an event."""
    later = events.alias()
    return ~select(later.c.id).where(later.c.replaces == events.c.id).exists()


async def letters_of(conn: AsyncConnection, server_id: int) -> list[Letter]:
    """The letters of a server, oldest first, without those that were taken back."""
    query = (
        select(*_LETTER)
        .where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None))
        .order_by(letters.c.sent, letters.c.id)
    )
    return [_letter_of(row) for row in (await conn.execute(query)).mappings()]


async def letters_with_ids(conn: AsyncConnection, ids: Sequence[int]) -> list[Letter]:
    """Those letters, in that order."""
    loaded = await _letters(conn, ids)
    return [loaded[letter_id] for letter_id in ids if letter_id in loaded]


async def letter_with_id(conn: AsyncConnection, server_id: int, letter_id: int) -> Letter | None:
    """That letter of that server; None if it is not recorded, or was taken back."""
    return await _letter(conn, server_id, letters.c.id == letter_id, letters.c.taken_back_at.is_(None))


async def letter_recorded_under(conn: AsyncConnection, server_id: int, operation: str) -> Letter | None:
    """The letter that was recorded as part of that operation and was not taken back."""
    return await _letter(conn, server_id, letters.c.operation == operation, letters.c.taken_back_at.is_(None))


async def letter_with_slug(conn: AsyncConnection, server_id: int, slug: str) -> Letter | None:
    return await _letter(conn, server_id, letters.c.slug == slug)


async def _letter(conn: AsyncConnection, server_id: int, *where: ColumnElement[bool]) -> Letter | None:
    query = select(*_LETTER).where(letters.c.server_id == server_id, *where).order_by(letters.c.id)
    row = (await conn.execute(query)).mappings().first()
    return _letter_of(row) if row else None


async def newest_event(conn: AsyncConnection, server_id: int) -> int:
    """The id of the newest event of that server; 0 if it has none."""
    newest = select(func.coalesce(func.max(events.c.id), 0)).where(events.c.server_id == server_id)
    return int((await conn.execute(newest)).scalar_one())


def _letter_of(row: RowMapping) -> Letter:
    return Letter(
        id=row["id"],
        slug=row["slug"],
        title=row["title"],
        authority=row["authority"],
        sent=codec.when_from(row["sent"], row["zone"]),
        demand=row["demand"],
        legal_basis=codec.names_from(row["legal_basis"]),
        threatened=codec.names_from(row["threatened"]),
        sources=codec.sources_from(row["sources"]),
        amounts=codec.AMOUNTS.validate_python(json.loads(row["amounts"])),
        conflicts=codec.TEXTS.validate_python(json.loads(row["conflicts"])),
        deadline=codec.deadline_from(row["deadline"]),
        deadline_note=row["deadline_note"],
    )


def place_of(row: RowMapping) -> Jurisdiction:
    """A place, of a row of `jurisdictions`."""
    return Jurisdiction(
        id=row["id"],
        name=row["name"],
        kind=PlaceKind(row["kind"]),
        state=row["state"],
        aliases=tuple(row["aliases"]),
        note=row["note"],
        ocd_id=row["ocd_id"],
    )


def event_of(columns: Sequence[Any]) -> Event:
    """An event, of the columns `EVENT`."""
    id, happened, zone, recorded_at, detail, text, by, by_id, certainty, sources, amount, conflict, replaces = columns
    return Event(
        id=id,
        when=codec.when_from(happened, zone),
        recorded_at=recorded_at,
        detail=codec.detail_from(detail),
        text=text,
        recorded_by=by,
        recorded_by_id=by_id,
        certainty=_CERTAINTIES[certainty],
        sources=codec.sources_from(sources),
        amount=codec.amount_from(amount),
        conflict=conflict,
        replaces=replaces,
    )


def place_of_columns(id: int, name: str, kind: str, state: str, aliases: str, note: str, ocd_id: str) -> Jurisdiction:
    """A place, of the columns `PLACE`."""
    return Jurisdiction(id, name, _KINDS[kind], state, codec.names_from(aliases), note, ocd_id)


async def _letters(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Letter]:
    """Each letter once, by its id, however many cases it has."""
    loaded = {}
    for batch in batches(sorted(ids)):
        for row in (await conn.execute(_LETTERS, {"ids": batch})).mappings():
            loaded[row["id"]] = _letter_of(row)
    return loaded


async def _histories(conn: AsyncConnection, ids: list[int]) -> dict[int, list[Event]]:
    """The events of each case, by its id."""
    histories: dict[int, list[Event]] = defaultdict(list)
    for batch in batches(ids):
        for row in await conn.execute(_HISTORIES, {"ids": batch}):
            histories[row[-1]].append(event_of(row[:-1]))
    return histories


async def replaced_by(conn: AsyncConnection, correction_ids: Collection[int]) -> dict[int, tuple[Event, ...]]:
    """By the id of each correction, what it replaces, what that had replaced and so on: the oldest first, itself last."""
    known: dict[int, Event] = {}
    wanted = set(correction_ids)
    while wanted:
        for batch in batches(sorted(wanted)):
            for row in await conn.execute(select(*EVENT).where(events.c.id.in_(batch))):
                known[row[0]] = event_of(row)
        wanted = {event.replaces for event in known.values() if event.replaces is not None} - known.keys()
    histories = {}
    for correction_id in correction_ids:
        history = [known[correction_id]]
        while (before := history[-1].replaces) is not None:
            history.append(known[before])
        histories[correction_id] = tuple(reversed(history))
    return histories


async def _announced(conn: AsyncConnection, ids: list[int]) -> dict[int, set[int]]:
    """By case, the events of which a notice was posted or will be: not those that were dropped before they were posted."""
    announced: dict[int, set[int]] = defaultdict(set)
    for batch in batches(ids):
        for case_id, about_id in await conn.execute(_ANNOUNCED, {"ids": batch}):
            announced[case_id].add(about_id)
    return announced
