"""The histories of thousands of cases, as far as a replay needs them. Cases of which the same was recorded share one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.record.events import Acknowledged, Event
from bot.record.moves import ListedCase
from bot.store.case_rows import PLACE, REPLAYED, places_in, replayed_event
from bot.store.cases import letters_with_ids
from bot.store.database import batches, by_index
from bot.store.tables import cases, events, jurisdictions
from bot.store.unreadable import Unreadable, note, readable, reason

NEWEST = 2**63 - 1  # no event has a higher id
KEPT = 5_000  # different histories that are remembered at once
MOST_DETAILS = 500  # deadlines by which cases are searched; of more, every case that ever had a deadline is read
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_ROWS = (
    select(events.c.case_id, *REPLAYED)
    .where(events.c.case_id.in_(_IDS), events.c.id <= bindparam("newest"))
    .order_by(events.c.id)
    .with_hint(events, by_index("ix_events_case_id"), "sqlite")
)
_DETAIL = cast(events.c.detail, Text)
_LISTED = select(cases.c.id, cases.c.number, cases.c.letter_id, *PLACE).join(
    jurisdictions, jurisdictions.c.id == cases.c.jurisdiction_id
)
_LISTED_BY_IDS = _LISTED.where(cases.c.id.in_(_IDS))


@dataclass(frozen=True, eq=False)
class History:
    """What was recorded of cases, oldest first: without texts, sources and amounts. Equal only to itself.

    Events are numbered from 1, in the order of their ids, and name each other by these numbers.
    """

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class CaseHistory:
    case_id: int
    #: Of its events, in the order of `history.events`.
    event_ids: tuple[int, ...]
    history: History


async def counted_deadlines(conn: AsyncConnection, server_id: int, newest: int) -> list[str]:
    """The different details of the deadlines that cases of a server were ever given, as they are stored; without those of which
    the text says that they were not counted from a start. Of the events up to `newest`."""
    # As a text: SQLite gives up the whole statement where one row holds no JSON.
    query = select(_DETAIL).where(*_deadlines(server_id, newest), _DETAIL.not_like('%"start": null%')).distinct()
    return list((await conn.execute(query)).scalars())


async def cases_given(conn: AsyncConnection, server_id: int, details: Sequence[str], newest: int) -> list[int]:
    """The ids of the cases of a server that were ever given one of these deadlines, and perhaps of some others."""
    if not details:
        return []
    one_of_them = (_DETAIL.in_(details),) if len(details) <= MOST_DETAILS else ()
    query = select(events.c.case_id).where(*_deadlines(server_id, newest), *one_of_them).distinct()
    return sorted((await conn.execute(query)).scalars())


def _deadlines(server_id: int, newest: int) -> tuple[ColumnElement[bool], ...]:
    return (
        events.c.server_id == server_id,
        events.c.kind == "deadline",
        events.c.case_id.is_not(None),
        events.c.id <= newest,
    )


async def listed(conn: AsyncConnection, case_ids: Sequence[int], letters: dict[int, Letter]) -> list[ListedCase]:
    """These cases by their ids, which are in order, without those of which a name cannot be read. `letters`: those that were
    read already; more are added."""
    rows: list[Any] = []
    for batch in batches(case_ids):
        rows += (await conn.execute(_LISTED_BY_IDS, {"ids": batch})).all()
    unread = sorted({row.letter_id for row in rows} - letters.keys())
    letters |= {letter.id: letter for letter in await letters_with_ids(conn, unread)}
    by_id = {
        id: ListedCase(id, number, letters[letter_id], place)
        for id, number, letter_id, *of_place in rows
        for place in places_in(conn, None, [of_place])
        if letter_id in letters
    }
    return [by_id[case_id] for case_id in case_ids if case_id in by_id]


class Histories:
    """Reads histories. Those with the same events are made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], History] = {}

    async def read(self, conn: AsyncConnection, case_ids: Sequence[int], newest: int) -> list[CaseHistory]:
        """Of each of these cases, in order, what was recorded up to the event `newest`; nothing of those without events, and of
        those that cannot be read."""
        by_case: dict[int, list[Any]] = defaultdict(list)
        for batch in batches(case_ids):
            for row in (await conn.execute(_ROWS, {"ids": batch, "newest": newest})).all():
                by_case[row[0]].append(row)

        def unread(row: Sequence[Any], error: Exception) -> None:
            note(conn, Unreadable("case", row[0], reason(error)))

        ids = ((case_id,) for case_id in case_ids if case_id in by_case)
        return list(readable(ids, lambda case_id: self._of(case_id, by_case[case_id]), unread))

    def _of(self, case_id: int, rows: Sequence[Any]) -> CaseHistory:
        ids = tuple(row[1] for row in rows)
        replaced = [None if row[2] is None else ids.index(row[2]) + 1 for row in rows]
        facts: tuple[Any, ...] = tuple((number, *row[3:]) for number, row in zip(replaced, rows, strict=True))
        history = self._known.get(facts)
        if history is None:
            history = History(tuple(replayed_event(id, *fact) for id, fact in enumerate(facts, 1)))
            if any(isinstance(event.detail, Acknowledged) for event in history.events):
                return CaseHistory(case_id, ids, _renumbered(history, ids))  # it names an id, which no other case has
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[facts] = history
        return CaseHistory(case_id, ids, history)


def _renumbered(history: History, ids: Sequence[int]) -> History:
    numbers = {id: number for number, id in enumerate(ids, 1)}

    def with_number(event: Event) -> Event:
        if not isinstance(event.detail, Acknowledged):
            return event
        return replace(event, detail=Acknowledged(numbers.get(event.detail.deadline_id, 0)))

    return History(tuple(map(with_number, history.events)))
