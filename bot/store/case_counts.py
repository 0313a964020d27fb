"""Counts the rows of the index of states that are alike: for each letter and state in `case_groups`, for each server in
`case_totals`. In the transaction that changes the rows, so that lists need not count them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Executable,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or_add
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import case_groups, case_states, case_totals, cases, jurisdictions, letters

_IDS: BindParameter[Any] = bindparam("case_ids", expanding=True)
#: What a row of `case_states` takes from its case and its place; all others come from the events.
OF_CASE: dict[str, ColumnElement[Any]] = {
    "server_id": cases.c.server_id,
    "letter_id": cases.c.letter_id,
    "place_state": jurisdictions.c.state,
}
#: How a case stands, in the order of the table; each as a parameter of the statements below and of `store/case_states.py`.
STANDING = {
    column.name: bindparam(f"new_{column.name}", type_=column.type)
    for column in case_states.c
    if column.name not in (*OF_CASE, "case_id")
}


@dataclass(frozen=True)
class _Statements:
    """Of one of the two tables; made once, since each thing that is recorded needs them."""

    add: Executable
    take_away: Executable
    drop_empty: Delete


def _statements(table: Table) -> _Statements:
    taken = {name: OF_CASE[name] for name in OF_CASE if name in table.c}
    added = insert_or_add(table).from_select(
        [*taken, *STANDING, "cases"],
        select(*taken.values(), *STANDING.values(), func.count())
        .join_from(cases, jurisdictions)
        .where(cases.c.id.in_(_IDS))
        .group_by(*taken.values()),
    )
    key = [column.name for column in table.primary_key]
    counted = (
        select(*(case_states.c[name] for name in key), func.count().label("cases"))
        .where(case_states.c.case_id.in_(_IDS))
        .group_by(*(case_states.c[name] for name in key))
        .subquery()
    )
    same = [table.c[name] == counted.c[name] for name in key]
    return _Statements(
        added.on_conflict_do_update(index_elements=key, set_={"cases": table.c.cases + added.excluded.cases}),
        update(table).where(*same).values(cases=table.c.cases - counted.c.cases),
        delete(table).where(table.c.cases == text("0")),  # written out, so that it is found in an index of such rows alone
    )


_OF_TABLES = tuple(map(_statements, (case_groups, case_totals)))


async def add(conn: AsyncConnection, case_ids: Collection[int], standing: Mapping[str, Any]) -> None:
    """Count one more row for each of these cases. `standing`: how they stand, by the names of the parameters `STANDING`."""
    for statements in _OF_TABLES:
        await conn.execute(statements.add, {**standing, "case_ids": case_ids})


async def take_away(conn: AsyncConnection, case_ids: Collection[int]) -> None:
    """Count the rows of these cases no more, which are about to be removed."""
    for statements in _OF_TABLES:
        await conn.execute(statements.take_away, {"case_ids": case_ids})
        await conn.execute(statements.drop_empty)


async def letters_after(conn: AsyncConnection, letter_id: int, limit: int) -> list[int]:
    """The ids of the next letters, of all servers."""
    query = select(letters.c.id).where(letters.c.id > letter_id).order_by(letters.c.id).limit(limit)
    return list((await conn.execute(query)).scalars())


async def miscounted_letters(conn: AsyncConnection, letter_ids: Collection[int]) -> list[int]:
    """Those of these letters of which the groups say something else than the rows that they count."""
    stored = await _rows(conn, select(*case_groups.c).where(case_groups.c.letter_id.in_(letter_ids)))
    return sorted({row[0] for row in stored ^ await _rows(conn, _groups(letter_ids))})


async def count_letters_anew(conn: AsyncConnection, letter_ids: Collection[int]) -> None:
    await conn.execute(delete(case_groups).where(case_groups.c.letter_id.in_(letter_ids)))
    await conn.execute(insert(case_groups).from_select([column.name for column in case_groups.c], _groups(letter_ids)))


async def miscounted_servers(conn: AsyncConnection) -> list[int]:
    """The servers of which the totals say something else than their groups."""
    return sorted({row[0] for row in await _rows(conn, select(*case_totals.c)) ^ await _rows(conn, _totals())})


async def count_servers_anew(conn: AsyncConnection) -> None:
    await conn.execute(delete(case_totals))
    await conn.execute(insert(case_totals).from_select([column.name for column in case_totals.c], _totals()))


def _groups(letter_ids: Collection[int]) -> Select[Any]:
    """The rows of `case_groups`, of those that they count."""
    of_row = [case_states.c[column.name] for column in case_groups.c if column.name != "cases"]
    counted = [func.count() if column.name == "cases" else case_states.c[column.name] for column in case_groups.c]
    return select(*counted).where(case_states.c.letter_id.in_(letter_ids)).group_by(*of_row)


def _totals() -> Select[Any]:
    of_row = [case_groups.c[column.name] for column in case_totals.c if column.name != "cases"]
    counted = [
        func.sum(case_groups.c.cases) if column.name == "cases" else case_groups.c[column.name] for column in case_totals.c
    ]
    return select(*counted).group_by(*of_row)


async def _rows(conn: AsyncConnection, query: Select[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in (await conn.execute(query)).all()}
