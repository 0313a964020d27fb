"""Reading cases: every query gives whole `Case` values, with all their events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.event_loop import in_turns
from bot.record.case import Case, Letter
from bot.record.errors import CannotBeRead
from bot.record.events import Event
from bot.record.ladder import NEWS
from bot.store.case_rows import EVENT, LETTER, PLACE, event_of, letter_of, place_of
from bot.store.database import batches, by_index
from bot.store.place_families import in_family
from bot.store.tables import alerts, cases, events, jurisdictions, letters, notices
from bot.store.unreadable import Shape, Unreadable, UnreadableRow, is_noted, note, readable, reason

_CASE = (
    cases.c.id,
    cases.c.number,
    cases.c.letter_id,
    cases.c.tracked_since,
    cases.c.looked_at,
    cases.c.server_id,
    cases.c.jurisdiction_id,
)
_SHAPE = Shape(_CASE)
# SQLite's own names for the keys of these tables, in the order in which the migrations have made them.
ALERTS_OF_CASE = "sqlite_autoindex_alerts_1"
CASES_OF_LETTER = "sqlite_autoindex_cases_1"
CASES_OF_SERVER = "sqlite_autoindex_cases_2"  # by number
ROWS = 100  # of cases or events that become values in one go: some milliseconds of work


def _is_sending() -> ColumnElement[bool]:
    """Whether an event says that a letter was sent, and was not taken back."""
    return (events.c.kind == "sent") & not_replaced()


def not_replaced() -> ColumnElement[bool]:
    """Whether no other event replaces an event."""
    later = events.alias()
    return ~select(later.c.id).where(later.c.replaces == events.c.id).exists()


# Made once: to make such a statement anew takes longer than to read what it gives of ten cases.
_BY_IDS = bindparam("ids", type_=BigInteger, expanding=True)
# An outer join, so that a case whose place is missing does not disappear without a word.
_CASES = select(*_CASE, *PLACE).join(jurisdictions, jurisdictions.c.id == cases.c.jurisdiction_id, isouter=True)
_CASES = _CASES.order_by(cases.c.number)
_WITH_IDS = _CASES.where(cases.c.id.in_(_BY_IDS))
_OF_SERVER = _CASES.where(cases.c.server_id == bindparam("server_id"))
_OF_PLACE = _OF_SERVER.where(in_family(cases.c.jurisdiction_id, bindparam("place_id", type_=BigInteger)))
_OF_PLACE = _OF_PLACE.with_hint(cases, by_index("ix_cases_jurisdiction_id"), "sqlite")
_OF_LETTER = _OF_SERVER.where(cases.c.letter_id == bindparam("letter_id"))
_NUMBERED = _OF_SERVER.where(cases.c.number == bindparam("number"))
_NUMBERS = select(cases.c.id, cases.c.number, cases.c.tracked_since).where(cases.c.id.in_(_BY_IDS))
_LETTERS = select(*LETTER).where(letters.c.id.in_(_BY_IDS))
_HISTORIES = (
    select(*EVENT, events.c.case_id)
    .where(events.c.case_id.in_(_BY_IDS))
    .order_by(events.c.id)
    .with_hint(events, by_index("ix_events_case_id"), "sqlite")
)
_NEWEST_EVENT = select(func.coalesce(select(func.max(events.c.id)).where(events.c.id > 0).scalar_subquery(), 0))
# A join could be read from the side of the notices: every one that was ever posted, for a few cases.
_STATE_OF_NOTICE = select(notices.c.state).where(notices.c.id == alerts.c.notice_id).scalar_subquery()
_ANNOUNCED = (
    select(alerts.c.case_id, alerts.c.about_id)
    .where(alerts.c.case_id.in_(_BY_IDS), alerts.c.rung == NEWS)
    .where(alerts.c.state == "planned", _STATE_OF_NOTICE != "superseded")
    .with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
)
_FIRSTS = (  # once for each notice: as a part of the condition below it would be looked for again at each recipient
    select(alerts.c.notice_id, cases.c.letter_id, func.min(events.c.id).label("first"))
    .select_from(alerts.join(events, events.c.id == alerts.c.about_id).join(cases, cases.c.id == alerts.c.case_id))
    .where(alerts.c.notice_id.in_(_BY_IDS), alerts.c.state == "planned", _is_sending())
    .group_by(alerts.c.notice_id, cases.c.letter_id)
    .with_hint(alerts, by_index("ix_alerts_notice_id"), "sqlite")
    .cte("firsts")
)
_EARLIER = (
    select(events.c.id)
    .where(events.c.case_id == cases.c.id, events.c.id < _FIRSTS.c.first, _is_sending())
    .with_hint(events, by_index("ix_events_case_id"), "sqlite")
    .correlate(cases, _FIRSTS)
)
_RECIPIENTS_BEFORE = select(
    _FIRSTS.c.notice_id,
    _FIRSTS.c.letter_id,
    select(func.count())
    .select_from(cases)
    .where(cases.c.letter_id == _FIRSTS.c.letter_id, _EARLIER.exists())
    .with_hint(cases, by_index(CASES_OF_LETTER), "sqlite")
    .scalar_subquery(),
)
_CONTEXT = (
    select(*EVENT)
    .where(events.c.server_id == bindparam("server_id"))
    .where(in_family(events.c.jurisdiction_id, bindparam("place_id", type_=BigInteger)))
    .where(events.c.case_id.is_(None))
    .order_by(events.c.id)
    .with_hint(events, by_index("ix_events_jurisdiction_id"), "sqlite")
)


async def of_server(conn: AsyncConnection, server_id: int) -> list[Case]:
    return await _load(conn, _OF_SERVER, {"server_id": server_id})


async def of_place(conn: AsyncConnection, server_id: int, jurisdiction_id: int) -> list[Case]:
    return await _load(conn, _OF_PLACE, {"server_id": server_id, "place_id": jurisdiction_id})


async def of_letter(conn: AsyncConnection, server_id: int, letter_id: int) -> list[Case]:
    return await _load(conn, _OF_LETTER, {"server_id": server_id, "letter_id": letter_id})


async def of_letter_to(conn: AsyncConnection, server_id: int, letter_id: int, place_ids: Collection[int]) -> list[Case]:
    """The cases of a letter at these few places."""
    of_letter = (cases.c.server_id == server_id) & (cases.c.letter_id == letter_id)
    return await load(conn, of_letter, cases.c.jurisdiction_id.in_(place_ids))


async def numbered(conn: AsyncConnection, server_id: int, number: int) -> Case | None:
    """The case with that number. CannotBeRead if that is recorded and cannot be read."""
    return await _only(conn, _NUMBERED, {"server_id": server_id, "number": number})


async def of_event(conn: AsyncConnection, server_id: int, event_id: int) -> Case | None:
    """The case of that event; None for an event of another server or of a place alone. CannotBeRead as `numbered`."""
    case_id = select(events.c.case_id).where(events.c.id == event_id, events.c.server_id == server_id).scalar_subquery()
    return await _only(conn, _CASES.where(cases.c.server_id == server_id, cases.c.id == case_id))


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


async def _only(conn: AsyncConnection, query: Select[Any], values: Mapping[str, Any] | None = None) -> Case | None:
    loaded = await _load(conn, query, values)
    if not loaded and (row := (await conn.execute(query, values)).first()):
        raise CannotBeRead(f"Case #{row.number}")
    return loaded[0] if loaded else None


async def _load(conn: AsyncConnection, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Case]:
    """Without the cases that cannot be read, which are noted (`store.unreadable`)."""
    rows = []
    async for some in in_turns((await conn.execute(query, values)).partitions(ROWS)):
        rows += some
    ids = [row[0] for row in rows]
    histories, damaged = await _histories(conn, ids)
    announced = await _announced(conn, ids)
    letter_by_id = await letters_by_id(conn, {row.letter_id for row in rows})

    def case_of(*row: Any) -> Case:
        id, number, letter_id, tracked_since, looked_at, _, _, *place = row
        _SHAPE.check(row[: len(_CASE)])
        if id in damaged:
            raise damaged[id]
        return Case(
            id=id,
            number=number,
            letter=letter_by_id[letter_id],
            place=place_of(*place),
            tracked_since=tracked_since,
            events=tuple(histories.get(id, ())),
            looked_at=looked_at,
            announced=frozenset(announced.get(id, ())),
        )

    def unread(row: Any, error: Exception) -> None:
        id, number, letter_id, _, _, server_id, place_id, *_ = row
        if not is_noted(conn, "letter", letter_id):  # which is noted once for all its cases
            why = reason(error) if letter_id in letter_by_id else f"letter {letter_id} is missing"
            note(conn, Unreadable("case", id, why, server_id, number, place_id))

    loaded: list[Case] = []
    async for some in in_turns(batches(rows, ROWS)):
        loaded += readable(some, case_of, unread)
    return loaded


async def context(conn: AsyncConnection, server_id: int, jurisdiction_id: int) -> list[Event]:
    """What is recorded about a place apart from any letter to it, and about those that were merged into it, oldest first;
    without what cannot be read."""
    rows = await conn.execute(_CONTEXT, {"server_id": server_id, "place_id": jurisdiction_id})
    return [event for _, event in facts_in(conn, server_id, ((jurisdiction_id, *row) for row in rows))]


def facts_in(conn: AsyncConnection, server_id: int | None, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Event]]:
    """(place, event) of rows with a place's id and the columns `EVENT`. Those that cannot be read are noted."""

    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("fact", row[1], reason(error), server_id, row[1], row[0]))

    return readable(rows, lambda place_id, *event: (place_id, event_of(event)), unread)


async def recipients_before(conn: AsyncConnection, notice_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """By notice and letter, how many recipients of the letter were recorded before the first that the notice announces, and not
    taken back.

    By when each was recorded that counts: a case that was undone and recorded again keeps its number, and is new again.
    """
    by_notice: dict[int, dict[int, int]] = {notice_id: {} for notice_id in notice_ids}
    for notice_id, letter_id, count in await conn.execute(_RECIPIENTS_BEFORE, {"ids": list(notice_ids)}):
        by_notice[notice_id][letter_id] = count
    return by_notice


def sending_recorded() -> ColumnElement[bool]:
    """Whether it is recorded that the letter of a case was sent, and that was not taken back."""
    return select(events.c.id).where(events.c.case_id == cases.c.id, _is_sending()).exists()


async def letters_of(conn: AsyncConnection, server_id: int) -> list[Letter]:
    """The letters of a server, oldest first, without those that were taken back."""
    query = (
        select(*LETTER)
        .where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None))
        .order_by(letters.c.sent, letters.c.id)
    )
    return list(_letters_in(conn, server_id, await conn.execute(query)))


def _letters_in(conn: AsyncConnection, server_id: int | None, rows: Iterable[Sequence[Any]]) -> Iterator[Letter]:
    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("letter", row[0], reason(error), server_id, row[0]))

    return readable(rows, letter_of, unread)


async def letter_rows(conn: AsyncConnection, server_id: int) -> Sequence[Any]:
    """What the letters of a server are called, in the order of `letters_of`: id, slug, title, the day they were sent, zone."""
    columns = select(letters.c.id, letters.c.slug, letters.c.title, letters.c.sent, letters.c.zone)
    query = columns.where(letters.c.server_id == server_id, letters.c.taken_back_at.is_(None))
    return (await conn.execute(query.order_by(letters.c.sent, letters.c.id))).all()


async def letters_with_ids(conn: AsyncConnection, ids: Sequence[int]) -> list[Letter]:
    """Those letters, in that order."""
    loaded = await letters_by_id(conn, ids)
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
    query = select(*LETTER).where(letters.c.server_id == server_id, *where).order_by(letters.c.id)
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    letter = next(_letters_in(conn, server_id, [row]), None)
    if letter is None:
        raise CannotBeRead("The letter")
    return letter


async def newest_event(conn: AsyncConnection, server_id: int) -> int:
    """The id of the newest event of that server; 0 if it has none."""
    newest = select(func.coalesce(func.max(events.c.id), 0)).where(events.c.server_id == server_id)
    return int((await conn.execute(newest)).scalar_one())


async def newest_event_of_all(conn: AsyncConnection) -> int:
    """The id of the newest event of any server; 0 if there is none."""
    return int((await conn.execute(_NEWEST_EVENT)).scalar_one())


async def letters_by_id(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Letter]:
    """Each letter once, by its id, however many cases it has."""
    loaded = {}
    for batch in batches(list(ids)):
        for letter in _letters_in(conn, None, await conn.execute(_LETTERS, {"ids": batch})):
            loaded[letter.id] = letter
    return loaded


async def _histories(conn: AsyncConnection, ids: list[int]) -> tuple[dict[int, list[Event]], dict[int, UnreadableRow]]:
    """The events of each case, by its id; and what is wrong with those of which an event cannot be read."""
    histories: dict[int, list[Event]] = defaultdict(list)
    damaged: dict[int, UnreadableRow] = {}
    for batch in batches(ids):
        async for some in in_turns((await conn.execute(_HISTORIES, {"ids": batch})).partitions(ROWS)):
            for *event, case_id in some:
                try:
                    histories[case_id].append(event_of(event))
                except Exception as error:
                    damaged[case_id] = UnreadableRow(f"event {event[0]}: {reason(error)}")
    return histories, damaged


async def _announced(conn: AsyncConnection, ids: list[int]) -> dict[int, set[int]]:
    """By case, the events of which a notice was posted or will be: not those that were dropped before they were posted."""
    announced: dict[int, set[int]] = defaultdict(set)
    for batch in batches(ids):
        for case_id, about_id in (await conn.execute(_ANNOUNCED, {"ids": batch})).all():
            announced[case_id].add(about_id)
    return announced
