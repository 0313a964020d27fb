"""The groups of the index of states: how many cases of a letter stand alike.

Lists and counts are made of these: a hundred thousand recipients of one letter are a few hundred groups. `store/case_counts.py`
keeps them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.record.case import Status
from bot.store.columns import values_like
from bot.store.database import by_index
from bot.store.standing_rows import COLUMN_OF_STATUS
from bot.store.state_tables import ORDER, index_of
from bot.store.tables import case_groups, case_states, case_totals

#: Those that few cases have: fewer groups than there are of a state.
FEW = (Status.IN_COURT, Status.ESCALATED, Status.REFUSED, Status.UNKNOWN, Status.PARTLY, Status.HOLDING)
ROWS = "ix_case_states_alike"
OF_LETTER = "sqlite_autoindex_case_groups_1"  # SQLite's own name for the primary key
#: Of `case_groups` or of `case_totals`.
Columns = ReadOnlyColumnCollection[str, Any]
#: A day, a time of day and a letter: the cases of a list that are shown under one heading.
Heading = tuple[date, str, int]
#: The columns of `ORDER`.
GroupKey = tuple[date, str, int, str, str]
_DAY = timedelta(days=1)
_LAST_TIME = "~"  # sorts after every time of day
_KEY = tuple(case_groups.c[name] for name in ORDER)


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
    def of_group(self) -> GroupKey:
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
    #: The same of `case_totals`; None where it depends on the letter or the state.
    of_totals: ColumnElement[bool] | None
    #: The index whose order is that of the list; of a letter, or of a state with a status, the groups are few, and are sorted.
    index: str
    #: All groups of the list come after this key, and before the other one, where that is known.
    first: GroupKey | None
    end: GroupKey | None

    def of(self, query: Select[Any], above: GroupKey | None = None, below: GroupKey | None = None) -> Select[Any]:
        """The query, for the groups of the list alone; of those, the ones between two others.

        With one condition at each end: SQLite would search by the first that it finds, and read what lies before the other.
        """
        key = tuple_(*_KEY)
        start, end = max(filter(None, (self.first, above)), default=None), min(filter(None, (self.end, below)), default=None)
        within = [*([key > values_like(_KEY, start)] if start else []), *([key < values_like(_KEY, end)] if end else [])]
        return query.where(self.where, *within).with_hint(case_groups, by_index(self.index), "sqlite")


@dataclass(frozen=True)
class Counts:
    cases: int
    #: Those of them that are overdue.
    overdue: int


def unanswered(columns: Columns = case_groups.c) -> ColumnElement[bool]:
    """Whether cases are open and have no full answer."""
    return and_(columns.is_open, ~columns.answered)


def stands_at(now: datetime, columns: Columns = case_groups.c) -> ColumnElement[bool]:
    """Whether a row is of those that hold at `now`: just one of each case."""
    return not_(or_(columns.since > now, columns.until <= now))  # as one condition, as below


def is_overdue(now: datetime, columns: Columns = case_groups.c) -> ColumnElement[bool]:
    return and_(columns.clock_runs, columns.due_by < now)


def has_status(status: Status, now: datetime, columns: Columns = case_groups.c) -> ColumnElement[bool]:
    """Whether a status holds at `now`, as in `CaseState.statuses`, alone or with others."""
    if status is Status.OVERDUE:
        return and_(unanswered(columns), is_overdue(now, columns))
    if status is Status.AWAITING:
        given = (columns.refused, columns.extent_unknown, columns.partly_answered, columns.holding_reply)
        passed = columns.due_by < now
        to_come = or_(columns.due_by.is_(None), ~passed)
        # `given` as one condition: of many, SQLite takes it that they leave next to nothing, and then it sorts what is left.
        return and_(unanswered(columns), to_come, not_(or_(*given)))
    held: ColumnElement[bool] = columns.outcome == status.value
    if status in COLUMN_OF_STATUS:
        held = columns[COLUMN_OF_STATUS[status]]
    return held


async def listed(conn: AsyncConnection, wanted: GroupFilter) -> GroupQuery:
    zones: Collection[str] = ()
    if wanted.within_days is not None:
        of_server = select(case_totals.c.due_zone).distinct().where(case_totals.c.server_id == wanted.server_id)
        zones = list((await conn.execute(of_server)).scalars())
    whole = not wanted.place_state and wanted.letter_id is None
    where = _where(case_groups.c, wanted, zones)
    if wanted.place_state:
        where = and_(where, case_groups.c.place_state == wanted.place_state)
    if wanted.letter_id is not None:
        where = and_(where, case_groups.c.letter_id == wanted.letter_id)
    of_totals = _where(case_totals.c, wanted, zones) if whole else None
    return GroupQuery(wanted.now, where, of_totals, _index(wanted), *_bounds(wanted, zones))


def _bounds(wanted: GroupFilter, zones: Collection[str]) -> tuple[GroupKey | None, GroupKey | None]:
    """Keys before and after all groups of a list, by the days of their deadlines: a zone is at most a day away from UTC."""
    today, days = wanted.now.astimezone(UTC).date(), wanted.within_days
    first, last = date.min, date.max
    if wanted.status is Status.OVERDUE:
        last = today + _DAY
    if wanted.status is Status.AWAITING:
        first = today - _DAY
    if days is not None:
        there = [wanted.now.astimezone(ZoneInfo(zone)).date() for zone in zones if zone] or [today]
        first, last = max(first, min(there)), min(last, max(there) + timedelta(days=days))
    start = None if first == date.min else (first, "", 0, "", "")
    return start, None if last == date.max else (last, _LAST_TIME, 0, "", "")


async def counts(conn: AsyncConnection, wanted: GroupQuery) -> Counts:
    """How many cases a list has."""
    columns = case_groups.c if wanted.of_totals is None else case_totals.c
    overdue = case((is_overdue(wanted.now, columns), columns.cases), else_=0)
    query = select(func.coalesce(func.sum(columns.cases), 0), func.coalesce(func.sum(overdue), 0))
    query = wanted.of(query) if wanted.of_totals is None else query.where(wanted.of_totals)
    return Counts(*map(int, (await conn.execute(query)).one()))


async def counts_by_deadline(conn: AsyncConnection, wanted: GroupQuery, first: Heading, last: Heading) -> dict[Heading, int]:
    """How many cases a list has of each day, time of day and letter from `first` to `last`, in the order of the list."""
    query = select(*_KEY[:3], func.sum(case_groups.c.cases)).group_by(*_KEY[:3])
    due_on, due_time, letter_id = last
    rows = await conn.execute(wanted.of(query, (*first, "", ""), (due_on, due_time, letter_id + 1, "", "")))
    return {(due_on, due_time, letter_id): int(count) for due_on, due_time, letter_id, count in rows}


async def keys(
    conn: AsyncConnection, wanted: GroupQuery, most: int, edge: ListKey | None = None, backwards: bool = False
) -> list[ListKey]:
    """The first cases of a list, at most `most`; those behind `edge`, if there is one.

    With `backwards` from the end of the list, or before the edge; the nearest first.

    1. What follows in the group of the edge, if that is still on the list.
    2. The next groups, until they count enough cases; then these cases, of the last group only as many as are needed.
    3. If that was not enough, the groups after them.
    """
    found: list[ListKey] = []
    last = edge.of_group if edge else None
    if edge and await _groups(conn, wanted, 1, exactly=edge.of_group):
        found = await _keys_of(conn, edge.of_group, most, backwards, edge)
    while len(found) < most:
        groups = await _groups(conn, wanted, most - len(found), beyond=last, backwards=backwards)
        enough, counted = 0, 0
        while enough < len(groups) and counted < most - len(found):
            counted += groups[enough].cases
            enough += 1
        if not enough:
            break
        before, last = last, tuple(groups[enough - 1][:-1])
        if enough > 1:
            above, below = (last, before) if backwards else (before, last)
            found += await _keys_between(conn, wanted, above, below, backwards)
        found += await _keys_of(conn, last, most - len(found), backwards)
    return found[:most]


async def _groups(
    conn: AsyncConnection,
    wanted: GroupQuery,
    limit: int,
    *,
    exactly: GroupKey | None = None,
    beyond: GroupKey | None = None,
    backwards: bool = False,
) -> Sequence[Any]:
    """The groups of a list in its order: the columns of the order, and how many cases each has."""
    query = select(*_KEY, case_groups.c.cases)
    if exactly:
        query = query.where(*(column == value for column, value in zip(_KEY, exactly, strict=True)))
    query = query.order_by(*(column.desc() for column in _KEY) if backwards else _KEY).limit(limit)
    query = wanted.of(query, below=beyond) if backwards else wanted.of(query, above=beyond)
    groups: Sequence[Any] = (await conn.execute(query)).all()
    return groups


async def _keys_between(
    conn: AsyncConnection, wanted: GroupQuery, above: GroupKey | None, below: GroupKey | None, backwards: bool
) -> list[ListKey]:
    """Every case of the groups of a list between two others; few, as they were counted before."""
    same = [case_groups.c[name] == case_states.c[name] for name in ("letter_id", "alike", "place_state")]
    # An outer join, so that SQLite begins with the groups, whatever it thinks of how many rows there are.
    rows_of = select(*_KEY, case_states.c.case_id).select_from(case_groups.outerjoin(case_states, and_(*same)))
    query: Select[Any] = wanted.of(rows_of, above, below)
    rows = await conn.execute(query.with_hint(case_states, by_index(ROWS), "sqlite"))
    return sorted((ListKey(*row) for row in rows if row.case_id is not None), reverse=backwards)


async def _keys_of(
    conn: AsyncConnection, group: GroupKey, most: int, backwards: bool, edge: ListKey | None = None
) -> list[ListKey]:
    """The first cases of one group, or those behind the edge."""
    case_id, (_, _, letter_id, alike, place_state) = case_states.c.case_id, group
    rows = case_states.c
    query = select(case_id).where(rows.letter_id == letter_id, rows.alike == alike, rows.place_state == place_state)
    if edge:
        query = query.where(case_id < edge.case_id if backwards else case_id > edge.case_id)
    query = query.order_by(case_id.desc() if backwards else case_id).limit(max(most, 0))
    ids = (await conn.execute(query.with_hint(case_states, by_index(ROWS), "sqlite"))).scalars()
    return [ListKey(*group, id) for id in ids]


def _index(wanted: GroupFilter) -> str:
    if wanted.letter_id is not None:
        return OF_LETTER
    if wanted.place_state and wanted.status not in FEW:
        return index_of("of_state")
    if wanted.status in (None, Status.OVERDUE, Status.AWAITING):
        return index_of("unanswered")
    return index_of(COLUMN_OF_STATUS.get(wanted.status, "ended"))


def _where(columns: Columns, wanted: GroupFilter, zones: Collection[str]) -> ColumnElement[bool]:
    """What a list asks of a group, or of a total. `zones`: those of the server's deadlines, if days are counted."""
    status = unanswered(columns) if wanted.status is None else has_status(wanted.status, wanted.now, columns)
    where = and_(columns.server_id == wanted.server_id, stands_at(wanted.now, columns), status)
    if wanted.within_days is None:
        return where
    return and_(where, _due_within(columns, wanted.now, wanted.within_days, zones))


def _due_within(columns: Columns, now: datetime, days: int, zones: Collection[str]) -> ColumnElement[bool]:
    """Whether a deadline has at most so many days left, and at least none: by the date that it is now in its own zone.

    That is the date in UTC, or the one before or after it. So only the first days and the last ones depend on the zone.
    """
    by_date: dict[date, list[str]] = defaultdict(list)
    for zone in filter(None, zones):
        by_date[now.astimezone(ZoneInfo(zone)).date()].append(zone)
    if not by_date:  # no case has a deadline; `false()` would leave the other conditions out, and with them the index
        by_date[now.astimezone(UTC).date()] = []
    ahead = timedelta(days=days)
    in_all = columns.due_on.between(max(by_date), min(by_date) + ahead)
    if len(by_date) == 1:
        return true() if columns is case_groups.c else in_all  # those are between the bounds of the list
    there = (and_(columns.due_zone.in_(of_date), columns.due_on.between(day, day + ahead)) for day, of_date in by_date.items())
    return or_(in_all, *there)
