"""The cases of one letter that stand alike or are in one state: how many, and which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.which_cases import CaseGroup, WhichCases
from bot.store import case_groups
from bot.store.case_groups import OF_LETTER, Columns, GroupQuery, has_status, stands_at
from bot.store.database import by_index
from bot.store.tables import case_groups as groups
from bot.store.tables import case_states, cases


@dataclass(frozen=True)
class LetterCounts:
    """How many cases of a letter there are."""

    total: int
    #: In the states that were chosen, or in all.
    of_group: Mapping[CaseGroup, int]
    #: By postal code, the states with the most cases first; of the groups that were chosen, or of all.
    of_state: Mapping[str, int]


async def counts(conn: AsyncConnection, letter_id: int, now: datetime, which: WhichCases) -> LetterCounts:
    """`which`: what was chosen already."""
    columns = groups.c

    def cases_with(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(columns.cases > 0, *conditions), columns.cases), else_=0))

    chosen = [or_(*(_in_group(group, now, columns) for group in which.groups))] if which.groups else []
    of_groups = [cases_with(_in_group(group, now, columns)) for group in CaseGroup]
    query = select(columns.place_state, cases_with(), cases_with(*chosen), *of_groups).group_by(columns.place_state)
    query = query.where(columns.letter_id == letter_id, stands_at(now, columns), columns.recorded)
    rows = (await conn.execute(query.with_hint(groups, by_index(OF_LETTER), "sqlite"))).all()
    of_state = {row[0]: int(row[2]) for row in sorted(rows, key=lambda row: (-row[2], row[0])) if row[0] and row[2]}
    there = [row for row in rows if not which.states or row[0] in which.states]
    of_group = {group: sum(int(row[at]) for row in there) for at, group in enumerate(CaseGroup, 3)}
    return LetterCounts(sum(int(row[1]) for row in rows), of_group, of_state)


async def chosen(conn: AsyncConnection, letter_id: int, which: WhichCases, now: datetime, most: int) -> tuple[int, list[int]]:
    """How many cases were chosen, and their ids; no ids of more than `most`."""
    if which.numbers:
        return await _numbered(conn, letter_id, which, now, most)
    where = and_(groups.c.letter_id == letter_id, *_chosen(which, now, groups.c))
    query = GroupQuery(now, where, None, OF_LETTER, None, None)
    count = (await case_groups.counts(conn, query)).cases
    return count, [key.case_id for key in await case_groups.keys(conn, query, count)] if count <= most else []


async def _numbered(
    conn: AsyncConnection, letter_id: int, which: WhichCases, now: datetime, most: int
) -> tuple[int, list[int]]:
    rows = case_states.c
    query = select(rows.case_id).join(cases, cases.c.id == rows.case_id)
    query = query.where(cases.c.letter_id == letter_id, *_chosen(which, now, rows))
    query = query.where(or_(*(cases.c.number.between(first, last) for first, last in which.numbers)))
    ids = list((await conn.execute(query.order_by(cases.c.number))).scalars())
    return len(ids), ids if len(ids) <= most else []


def _chosen(which: WhichCases, now: datetime, columns: Columns) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [stands_at(now, columns), columns.recorded]
    if which.groups:
        chosen.append(or_(*(_in_group(group, now, columns) for group in which.groups)))
    if which.states:
        chosen.append(columns.place_state.in_(which.states))
    return chosen


def _in_group(group: CaseGroup, now: datetime, columns: Columns) -> ColumnElement[bool]:
    is_open: ColumnElement[Any] = columns.is_open
    return is_open if group.status is None else has_status(group.status, now, columns)
