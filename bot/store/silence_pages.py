"""The silences of a server, and the cases of each, by the index of states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.store.case_groups import ROWS, is_overdue, stands_at
from bot.store.columns import values_like
from bot.store.database import batches, by_index
from bot.store.state_tables import SILENCED
from bot.store.tables import alerts, case_groups, case_states, notices


@dataclass(frozen=True, order=True)
class SilenceKey:
    """What the list of silences sorts by: the cases of one letter that are silenced since one moment and until one day."""

    until: date
    letter_id: int
    since: datetime


#: `date.max` stands for the next event.
_LAST_DAY = date.max - timedelta(days=1)
_Keys = Select[Any]
_BY = tuple(case_groups.c[name] for name in ("silenced_until", "letter_id", "silenced_since"))


async def keys(
    conn: AsyncConnection,
    server_id: int,
    now: datetime,
    first: date,
    most: int,
    edge: SilenceKey | None = None,
    backwards: bool = False,
) -> list[SilenceKey]:
    """The silences that end on the day `first` or later; those that follow `edge`, or with `backwards` come before it."""
    query = _of_server(select(*_BY).distinct(), server_id, now, first)
    if edge:
        at = values_like(_BY, (edge.until, edge.letter_id, edge.since))
        query = query.where(tuple_(*_BY) < at if backwards else tuple_(*_BY) > at)
    query = query.order_by(*(column.desc() for column in _BY) if backwards else _BY).limit(max(most, 0))
    rows: Sequence[Any] = (await conn.execute(query)).all()
    return [SilenceKey(*row) for row in rows]


async def count(conn: AsyncConnection, server_id: int, now: datetime, first: date) -> int:
    each = _of_server(select(*_BY).distinct(), server_id, now, first).subquery()
    return int((await conn.execute(select(func.count()).select_from(each))).scalar_one())


def _of_server(query: _Keys, server_id: int, now: datetime, first: date) -> _Keys:
    columns = case_groups.c
    of_server = and_(columns.server_id == server_id, columns.silenced_until >= first, columns.silenced_until.is_not(None))
    holds = and_(columns.is_open, columns.silence_ended_at.is_(None))
    return query.where(of_server, holds, stands_at(now)).with_hint(case_groups, by_index(SILENCED), "sqlite")


async def counted(conn: AsyncConnection, server_id: int, key: SilenceKey, now: datetime) -> tuple[int, list[str]]:
    """How many cases a silence has, and which rows of the index are theirs (`case_states.alike`)."""
    columns = case_groups.c
    query = select(columns.alike, func.sum(columns.cases)).where(
        columns.server_id == server_id,
        columns.silenced_until == key.until,
        columns.silenced_until.is_not(None),
        columns.letter_id == key.letter_id,
        columns.silenced_since == key.since,
        columns.silence_ended_at.is_(None),
        columns.is_open,
        stands_at(now),
    )
    rows = await conn.execute(query.group_by(columns.alike).with_hint(case_groups, by_index(SILENCED), "sqlite"))
    found = [(alike, int(cases)) for alike, cases in rows]
    return sum(cases for _, cases in found), sorted(alike for alike, _ in found)


async def of_letter(
    conn: AsyncConnection, letter_id: int, now: datetime, until: date | None, most: int, *, others: bool = False
) -> list[int]:
    """The ids of the first cases of a letter that are overdue and not silenced until that day or longer; or of the `others`.

    None: until the next event.
    """
    columns = case_states.c
    shorter = columns.silenced_until != date.max if until is None else ~columns.silenced_until.between(until, _LAST_DAY)
    wanted = and_(is_overdue(now, columns), or_(columns.silenced_until.is_(None), shorter))
    query = select(columns.case_id).where(columns.letter_id == letter_id, columns.recorded, stands_at(now, columns))
    query = query.where(func.coalesce(~wanted, True) if others else wanted)
    query = query.order_by(columns.case_id).limit(most)
    return list((await conn.execute(query.with_hint(case_states, by_index(ROWS), "sqlite"))).scalars())


async def newest_notices(conn: AsyncConnection, case_ids: Sequence[int], most: int) -> list[tuple[str, int, int]]:
    """The messages on which these cases had their newest alert, the newest first: token, channel and id."""
    columns = notices.c
    found: set[int] = set()
    for batch in batches(case_ids):
        query = select(func.max(alerts.c.notice_id)).where(alerts.c.case_id.in_(batch), alerts.c.state == "planned")
        newest = query.where(alerts.c.rung != NEWS, alerts.c.notice_id.is_not(None)).group_by(alerts.c.case_id)
        found.update((await conn.execute(newest)).scalars())
    query = select(columns.token, columns.channel_id, columns.message_id).where(columns.id.in_(sorted(found)[-most:]))
    rows = await conn.execute(query.where(columns.state == "sent", columns.message_id.is_not(None)).order_by(columns.id.desc()))
    return [(row.token, row.channel_id, row.message_id) for row in rows]
