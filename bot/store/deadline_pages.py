"""The deadlines of a server that alerts are due of, and the letters that have them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.case_groups import ROWS, stands_at, unanswered
from bot.store.database import by_index
from bot.store.state_tables import index_of
from bot.store.tables import case_groups, case_states, case_totals, letters


@dataclass(frozen=True)
class RunningDeadline:
    """A deadline of cases whose clock runs."""

    due_on: date
    due_time: str
    zone: str
    #: Whether all alerts after it are held back.
    acknowledged: bool
    #: Those after it are held back until this day; `date.max` until something is news.
    silenced_until: date | None = None
    silenced_since: datetime | None = None
    silence_ended_at: datetime | None = None


#: What says which alerts after a deadline are held back.
_HELD = ("acknowledged", "silenced_until", "silenced_since", "silence_ended_at")


async def running(conn: AsyncConnection, server_id: int, now: datetime) -> list[RunningDeadline]:
    columns = case_totals.c
    held = (columns[name] for name in _HELD)
    query = select(columns.due_on, columns.due_time, columns.due_zone, *held).distinct()
    query = query.where(columns.server_id == server_id, stands_at(now, columns), unanswered(columns), columns.clock_runs)
    return [RunningDeadline(*row) for row in await conn.execute(query.where(columns.due_by.is_not(None)))]


@dataclass(frozen=True)
class LettersDue:
    """Some of the letters that have a deadline."""

    #: These.
    ids: frozenset[int] = frozenset()
    #: And those that nobody was asked about yet.
    unasked: bool = False


async def running_of(conn: AsyncConnection, letter_ids: Collection[int], now: datetime) -> list[tuple[int, RunningDeadline]]:
    """As `running`, of these letters, each with the letter's id."""
    columns = case_groups.c
    held = (columns[name] for name in _HELD)
    query = select(columns.letter_id, columns.due_on, columns.due_time, columns.due_zone, *held).distinct()
    query = query.where(columns.letter_id.in_(letter_ids), stands_at(now), unanswered(), columns.clock_runs)
    rows = await conn.execute(query.where(columns.due_by.is_not(None)))
    return [(letter_id, RunningDeadline(*row)) for letter_id, *row in rows]


async def letters_due(
    conn: AsyncConnection,
    server_id: int,
    now: datetime,
    due: tuple[date, str],
    most: int,
    beyond: int | None,
    backwards: bool,
    only: LettersDue | None = None,
) -> list[int]:
    """The letters that have recipients with a deadline on that day and at that time, by id; those behind `beyond`."""
    columns = case_groups.c
    due_on, due_time = due
    query = select(columns.letter_id).distinct()
    query = query.where(columns.server_id == server_id, columns.due_on == due_on, columns.due_time == due_time)
    query = query.where(stands_at(now), unanswered(), columns.clock_runs)
    if beyond is not None:
        query = query.where(columns.letter_id < beyond if backwards else columns.letter_id > beyond)
    if only is not None:
        never_asked = select(letters.c.id).where(letters.c.id == columns.letter_id, letters.c.asked_at.is_(None)).exists()
        chosen = columns.letter_id.in_(sorted(only.ids))
        query = query.where(or_(chosen, never_asked) if only.unasked else chosen)
    query = query.order_by(columns.letter_id.desc() if backwards else columns.letter_id).limit(most)
    return list((await conn.execute(query.with_hint(case_groups, by_index(index_of("unanswered")), "sqlite"))).scalars())


async def cases_alike(
    conn: AsyncConnection, letter_id: int, alike: Collection[str], now: datetime, most: int, backwards: bool = False
) -> list[int]:
    """The ids of the first cases of a letter that stand alike, by state and id; with `backwards` of the last."""
    columns = case_states.c
    of_letter = and_(columns.letter_id == letter_id, columns.alike.in_(sorted(alike)))
    query = select(columns.case_id).where(of_letter, columns.since <= now, columns.until > now)
    by = (columns.alike, columns.place_state, columns.case_id)
    query = query.order_by(*(column.desc() for column in by) if backwards else by).limit(most)
    return list((await conn.execute(query.with_hint(case_states, by_index(ROWS), "sqlite"))).scalars())
