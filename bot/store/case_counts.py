"""Counts the rows of the index of states that are alike: for each letter and state in `case_groups`, for each server in
`case_totals`. In the transaction that changes the rows, so that lists need not count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Executable,
    Row,
    Select,
    Table,
    and_,
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

from bot.store.database import batches
from bot.store.tables import case_groups, case_states, case_totals, letters

_IDS: BindParameter[Any] = bindparam("case_ids", expanding=True)
_COUNTED = (
    select(*(case_states.c[name] for name in ("case_id", "server_id", "letter_id", "place_state", "alike")))
    .where(case_states.c.case_id.in_(_IDS))
    .order_by(case_states.c.case_id, case_states.c.since)
)


@dataclass(frozen=True)
class _Statements:
    """Of one of the two tables; made once, since each thing that is recorded needs them."""

    #: The columns of the primary key.
    key: tuple[str, ...]
    add: Executable
    take_away: Executable
    drop_empty: Delete


def _statements(table: Table) -> _Statements:
    names = [column.name for column in table.c if column.name != "cases"]
    key = tuple(column.name for column in table.primary_key)
    by = [case_states.c[name] for name in key]
    of_key = select(*by, func.count().label("counted"), func.min(case_states.c.case_id).label("one"))
    sums = of_key.where(case_states.c.case_id.in_(_IDS)).group_by(*by).subquery()
    one = and_(case_states.c.case_id == sums.c.one, case_states.c.alike == sums.c.alike)  # they have all columns alike
    rows = select(*(case_states.c[name] for name in names), sums.c.counted).select_from(sums.join(case_states, one))
    added = insert_or_add(table).from_select([*names, "cases"], rows.where(sums.c.counted > 0))
    same = [table.c[name] == bindparam(f"the_{name}", type_=table.c[name].type) for name in key]
    return _Statements(
        key,
        added.on_conflict_do_update(index_elements=key, set_={"cases": table.c.cases + added.excluded.cases}),
        update(table).where(*same).values(cases=table.c.cases - bindparam("count", type_=table.c.cases.type)),
        delete(table).where(table.c.cases == text("0")),  # written out, so that it is found in an index of such rows alone
    )


_OF_TABLES = tuple(map(_statements, (case_groups, case_totals)))


async def counted(conn: AsyncConnection, case_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The rows that there are of these cases: case_id and what they are counted by; of one case, the earliest first."""
    return (await conn.execute(_COUNTED, {"case_ids": case_ids})).all()


async def add(conn: AsyncConnection, case_ids: Sequence[int]) -> None:
    """Count the rows that there are of these cases, once they have been put."""
    for statements in _OF_TABLES:
        for batch in batches(case_ids):
            await conn.execute(statements.add, {"case_ids": batch})


async def take_away(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    """Count these rows no more, which are about to be removed or replaced: those of `counted`."""
    if not rows:
        return
    for statements in _OF_TABLES:
        counts = Counter(tuple(row._mapping[name] for name in statements.key) for row in rows)
        less = [{f"the_{name}": value for name, value in zip(statements.key, key, strict=True)} for key in counts]
        await conn.execute(
            statements.take_away, [{**of_key, "count": n} for of_key, n in zip(less, counts.values(), strict=True)]
        )
        await conn.execute(statements.drop_empty)


async def count_rewritten_anew(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    """Count the letters anew of which some of these rows, those of `counted`, were made by a program that knows no counts.

    It has removed rows that are still counted, and nobody knows as what.
    """
    if letter_ids := sorted({row.letter_id for row in rows if not row.alike}):
        await count_letters_anew(conn, letter_ids)
        await count_servers_anew(conn)


async def letters_after(conn: AsyncConnection, letter_id: int, limit: int) -> list[int]:
    """The ids of the next letters, of all servers."""
    query = select(letters.c.id).where(letters.c.id > letter_id).order_by(letters.c.id).limit(limit)
    return list((await conn.execute(query)).scalars())


async def miscounted_letters(conn: AsyncConnection, letter_ids: Collection[int]) -> list[int]:
    """Those of these letters of which the groups say something else than the rows that they count."""
    stored = await _rows(conn, select(*case_groups.c).where(case_groups.c.letter_id.in_(letter_ids)))
    return sorted({row[0] for row in stored ^ await _rows(conn, _groups(letter_ids))}, key=str)


async def count_no_more(conn: AsyncConnection, letter_id: int) -> None:
    """Remove the groups of a letter, and the totals, of which some are damaged: both are counted anew then."""
    await conn.execute(delete(case_groups).where(case_groups.c.letter_id == letter_id))
    await conn.execute(delete(case_totals))


async def count_letters_anew(conn: AsyncConnection, letter_ids: Collection[int]) -> None:
    await conn.execute(delete(case_groups).where(case_groups.c.letter_id.in_(letter_ids)))
    await conn.execute(insert(case_groups).from_select([column.name for column in case_groups.c], _groups(letter_ids)))


async def miscounted_servers(conn: AsyncConnection) -> list[int]:
    """The servers of which the totals say something else than their groups."""
    return sorted({row[0] for row in await _rows(conn, select(*case_totals.c)) ^ await _rows(conn, _totals())}, key=str)


async def count_servers_anew(conn: AsyncConnection) -> None:
    await conn.execute(delete(case_totals))
    await conn.execute(insert(case_totals).from_select([column.name for column in case_totals.c], _totals()))


def _groups(letter_ids: Collection[int]) -> Select[Any]:
    """The rows of `case_groups`, of those that they count."""
    return _summed(case_groups, case_states, func.count()).where(case_states.c.letter_id.in_(letter_ids))


def _totals() -> Select[Any]:
    """The rows of `case_totals`, of those that they count."""
    return _summed(case_totals, case_groups, func.sum(case_groups.c.cases))


def _summed(table: Table, of: Table, count: ColumnElement[int]) -> Select[Any]:
    """The columns of `table`, of the rows of another one that are alike."""
    alike = {column.name: of.c[column.name] for column in table.c if column.name != "cases"}
    return select(*(alike.get(column.name, count) for column in table.c)).group_by(*alike.values())


async def _rows(conn: AsyncConnection, query: Select[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in (await conn.execute(query)).all()}
