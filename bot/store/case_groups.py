"""The groups of the index of states: how many cases of a letter stand alike.

Lists and counts are made of these: a hundred thousand recipients of one letter are a few hundred groups. `store/case_states.py`
keeps them, with the rows that they count.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Status
from bot.store.database import by_index
from bot.store.state_tables import ORDER, index_of
from bot.store.tables import case_groups, case_states, letters

COLUMN_OF_STATUS = {
    Status.IN_COURT: case_groups.c.in_court,
    Status.ESCALATED: case_groups.c.escalated,
    Status.ANSWERED: case_groups.c.answered,
    Status.REFUSED: case_groups.c.refused,
    Status.UNKNOWN: case_groups.c.extent_unknown,
    Status.PARTLY: case_groups.c.partly_answered,
    Status.HOLDING: case_groups.c.holding_reply,
}
_DAY = timedelta(days=1)
_KEY = tuple(case_groups.c[name] for name in ORDER)
_ROW_KEY = tuple(case_states.c[name] for name in (*ORDER, "case_id"))
_OF_GROUP = tuple_(case_states.c.letter_id, case_states.c.alike, case_states.c.place_state)


@dataclass(frozen=True, order=True)
class ListKey:
    """What a list of cases sorts by, which no two cases share."""

    due_on: date
    due_time: str
    letter_id: int
    alike: str
    place_state: str
    case_id: int

    @property
    def of_group(self) -> tuple[date, str, int, str, str]:
        return (self.due_on, self.due_time, self.letter_id, self.alike, self.place_state)


@dataclass(frozen=True)
class GroupFilter:
    """The groups that a list is made of."""

    server_id: int
    now: datetime
    #: None for every open case without a full answer.
    status: Status | None = None
    #: A state's postal code; empty for all.
    place_state: str = ""
    letter_id: int | None = None
    within_days: int | None = None


@dataclass(frozen=True)
class GroupQuery:
    """A list as its statements need it: made once, of `GroupFilter`."""

    now: datetime
    where: ColumnElement[bool]
    #: The index whose order is that of the list; empty if its groups are few, and are sorted.
    index: str

    def of(self, query: Select[Any]) -> Select[Any]:
        """The query, for the groups of the list alone."""
        query = query.where(self.where)
        return query.with_hint(case_groups, by_index(self.index), "sqlite") if self.index else query


@dataclass(frozen=True)
class Counts:
    cases: int
    #: Those of them that are overdue.
    overdue: int


def unanswered() -> ColumnElement[bool]:
    """Whether cases are open and have no full answer."""
    return and_(case_groups.c.is_open, ~case_groups.c.answered)


def stands_at(now: datetime) -> ColumnElement[bool]:
    """Whether a group counts the rows that hold at `now`: just one of each case."""
    return (case_groups.c.since <= now) & (case_groups.c.until > now)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    return and_(case_groups.c.clock_runs, case_groups.c.due_by < now)


def has_status(status: Status, now: datetime) -> ColumnElement[bool]:
    """Whether a status holds at `now`, as in `CaseState.statuses`, alone or with others.

    The days beside `due_by` are for the index, which has no such order: a zone is at most a day away from UTC.
    """
    columns, today = case_groups.c, now.astimezone(UTC).date()
    if status is Status.OVERDUE:
        return and_(unanswered(), is_overdue(now), columns.due_on <= today + _DAY)
    if status is Status.AWAITING:
        given = (columns.refused, columns.extent_unknown, columns.partly_answered, columns.holding_reply)
        passed = columns.due_by < now
        to_come = and_(or_(columns.due_by.is_(None), ~passed), columns.due_on >= today - _DAY)
        return and_(unanswered(), to_come, *(~column for column in given))
    if status in COLUMN_OF_STATUS:
        return COLUMN_OF_STATUS[status]
    return columns.outcome == status.value


async def listed(conn: AsyncConnection, wanted: GroupFilter) -> GroupQuery:
    columns = case_groups.c
    where = [columns.server_id == wanted.server_id, columns.recorded, stands_at(wanted.now), columns.cases > 0]
    where.append(unanswered() if wanted.status is None else has_status(wanted.status, wanted.now))
    if wanted.place_state:
        where.append(columns.place_state == wanted.place_state)
    if wanted.letter_id is not None:
        where.append(columns.letter_id == wanted.letter_id)
    if wanted.within_days is not None:
        where.append(await _due_within(conn, wanted, wanted.within_days))
    return GroupQuery(wanted.now, and_(*where), _index(wanted))


async def counts(conn: AsyncConnection, wanted: GroupQuery) -> Counts:
    """How many cases a list has."""
    cases, overdue = case_groups.c.cases, case((is_overdue(wanted.now), case_groups.c.cases), else_=0)
    query = select(func.coalesce(func.sum(cases), 0), func.coalesce(func.sum(overdue), 0))
    return Counts(*map(int, (await conn.execute(wanted.of(query))).one()))


async def counts_by_deadline(
    conn: AsyncConnection, wanted: GroupQuery, deadlines: Collection[tuple[date, str, int]]
) -> dict[tuple[date, str, int], int]:
    """How many cases a list has of each of these days, times of day and letters."""
    by = _KEY[:3]
    query = select(*by, func.sum(case_groups.c.cases)).where(tuple_(*by).in_(sorted(deadlines))).group_by(*by)
    rows = await conn.execute(wanted.of(query))
    return {(due_on, due_time, letter_id): int(count) for due_on, due_time, letter_id, count in rows}


async def keys(
    conn: AsyncConnection, wanted: GroupQuery, most: int, edge: ListKey | None = None, backwards: bool = False
) -> list[ListKey]:
    """The first cases of a list, at most `most`; those behind `edge`, if there is one.

    With `backwards` from the end of the list, or before the edge; the nearest first.

    1. What follows in the group of the edge, if that is still on the list.
    2. The next groups, until they count enough cases; then these cases.
    3. If that was not enough, the groups after them.
    """
    found: list[ListKey] = []
    if edge and (own := await _groups(conn, wanted, 1, exactly=edge)):
        found = await _keys_in(conn, own, most, backwards, edge)
    last = edge.of_group if edge else None
    while len(found) < most:
        groups = await _groups(conn, wanted, most - len(found), beyond=last, backwards=backwards)
        if not groups:
            break
        enough, counted = 0, 0
        while enough < len(groups) and counted < most - len(found):
            counted += groups[enough].cases
            enough += 1
        found += await _keys_in(conn, groups[:enough], most - len(found), backwards)
        last = tuple(groups[enough - 1][:-1])
    return found


async def _groups(
    conn: AsyncConnection,
    wanted: GroupQuery,
    limit: int,
    *,
    exactly: ListKey | None = None,
    beyond: tuple[Any, ...] | None = None,
    backwards: bool = False,
) -> Sequence[Any]:
    """The groups of a list in its order: the columns of the order, and how many cases each has."""
    query = select(*_KEY, case_groups.c.cases)
    if exactly:
        query = query.where(*(column == value for column, value in zip(_KEY, exactly.of_group, strict=True)))
    if beyond:
        query = query.where(tuple_(*_KEY) < tuple_(*beyond) if backwards else tuple_(*_KEY) > tuple_(*beyond))
    query = query.order_by(*(column.desc() for column in _KEY) if backwards else _KEY).limit(limit)
    groups: Sequence[Any] = (await conn.execute(wanted.of(query))).all()
    return groups


async def _keys_in(
    conn: AsyncConnection, groups: Sequence[Any], most: int, backwards: bool, edge: ListKey | None = None
) -> list[ListKey]:
    """The cases of these groups, in their order; of the last group only as many as are needed."""
    found: list[ListKey] = []
    whole = [(group.letter_id, group.alike, group.place_state) for group in groups]
    if len(whole) > 1:
        rows = (await conn.execute(select(*_ROW_KEY).where(_OF_GROUP.in_(whole[:-1])))).all()
        found = sorted((ListKey(*row) for row in rows), reverse=backwards)
    query = select(*_ROW_KEY).where(*(column == value for column, value in zip(_OF_GROUP.clauses, whole[-1], strict=True)))
    case_id = case_states.c.case_id
    if edge:
        query = query.where(case_id < edge.case_id if backwards else case_id > edge.case_id)
    rows = (await conn.execute(query.order_by(case_id.desc() if backwards else case_id).limit(max(most - len(found), 0)))).all()
    return (found + [ListKey(*row) for row in rows])[:most]


def _index(wanted: GroupFilter) -> str:
    if wanted.letter_id is not None:
        return ""
    if wanted.place_state:
        return index_of("of_state")
    if wanted.status in (None, Status.OVERDUE, Status.AWAITING):
        return index_of("unanswered")
    return index_of(COLUMN_OF_STATUS[wanted.status].name if wanted.status in COLUMN_OF_STATUS else "ended")


async def _due_within(conn: AsyncConnection, wanted: GroupFilter, days: int) -> ColumnElement[bool]:
    """Whether a deadline has at most so many days left, and at least none: by the date that it is now in its own zone.

    That is the date in UTC, or the one before or after it. So only the first days and the last ones depend on the zone.
    """
    columns, today = case_groups.c, wanted.now.astimezone(UTC).date()
    first, last = today - _DAY, today + _DAY + timedelta(days=days)
    in_doubt = sorted({first, today, last - _DAY, last})
    near = await listed(conn, replace(wanted, within_days=None))
    zones = (await conn.execute(near.of(select(columns.due_zone).distinct().where(columns.due_on.in_(in_doubt))))).scalars()
    surely = and_(columns.due_on > today, columns.due_on < last - _DAY)
    return and_(columns.due_on.between(first, last), or_(surely, *(_there(zone, wanted.now, days) for zone in zones if zone)))


def _there(zone: str, now: datetime, days: int) -> ColumnElement[bool]:
    today = now.astimezone(ZoneInfo(zone)).date()
    return and_(case_groups.c.due_zone == zone, case_groups.c.due_on.between(today, today + timedelta(days=days)))


async def letter_ids_after(conn: AsyncConnection, letter_id: int, limit: int) -> list[int]:
    """The ids of the next letters, of all servers."""
    query = select(letters.c.id).where(letters.c.id > letter_id).order_by(letters.c.id).limit(limit)
    return list((await conn.execute(query)).scalars())


async def miscounted(conn: AsyncConnection, letter_ids: Collection[int]) -> list[int]:
    """Those of these letters of which the groups say something else than the rows that they count."""
    columns = [column for column in case_groups.c if column.name != "cases"]
    groups = select(*columns, case_groups.c.cases).where(case_groups.c.letter_id.in_(letter_ids))
    stored = {tuple(row) for row in (await conn.execute(groups)).all()}
    counted = {tuple(row) for row in (await conn.execute(_counted(letter_ids))).all()}
    return sorted({row[0] for row in stored ^ counted})


async def count_anew(conn: AsyncConnection, letter_ids: Collection[int]) -> None:
    """Make the groups of these letters anew from the rows of `case_states`."""
    await conn.execute(delete(case_groups).where(case_groups.c.letter_id.in_(letter_ids)))
    names = [column.name for column in case_groups.c if column.name != "cases"]
    await conn.execute(insert(case_groups).from_select([*names, "cases"], _counted(letter_ids)))


def _counted(letter_ids: Collection[int]) -> Select[Any]:
    of_row = [case_states.c[column.name] for column in case_groups.c if column.name != "cases"]
    return select(*of_row, func.count()).where(case_states.c.letter_id.in_(letter_ids)).group_by(*of_row)
