"""Which cases have to be looked at, and when each has to be looked at next.

Every query here is answered from an index, however many cases there are and whatever ANALYZE has found out about them. A case
that has nothing to wait for has no next look; nor has one whose server has no channel, until one is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, case, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import event_loop
from bot.store.cases import CASES_OF_SERVER
from bot.store.columns import values_like
from bot.store.database import batches, by_index
from bot.store.tables import cases


def by_then(moment: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The new look of a case that has to be looked at by that moment.

    It never puts off a look: what is due at 9:00 would otherwise be planned after the cases with which it shares a notice, if
    something was recorded about it just after 9:00 and before it was planned.
    """
    return case((cases.c.look_at < moment, cases.c.look_at), else_=moment)


@dataclass(frozen=True)
class DueCase:
    """A case whose ladder may have something to say."""

    id: int
    server_id: int
    letter_id: int
    #: What it waited for; in the past.
    look_at: datetime


_BY_LOOK = (cases.c.look_at, cases.c.id)


async def due(conn: AsyncConnection, now: datetime, limit: int, after: DueCase | None = None) -> list[DueCase]:
    """The cases to look at by `now`, the one that waits longest first, at most `limit`; with `after`, those that follow it."""
    query = select(*(cases.c[name] for name in DueCase.__dataclass_fields__)).where(cases.c.look_at <= now)
    if after:
        query = query.where(tuple_(*_BY_LOOK) > values_like(_BY_LOOK, (after.look_at, after.id)))
    # Without DISTINCT or GROUP BY, which would make SQLite read every case that is due before it gives the first.
    first = query.order_by(cases.c.look_at, cases.c.id).limit(limit).with_hint(cases, by_index("ix_cases_look_at"), "sqlite")
    rows = await conn.execute(first)
    return [DueCase(*row) for row in rows]


# Not as `look_at <= now`: where a million cases are due, walking the index on look_at for each server takes for ever.
_IS_DUE = func.coalesce(cases.c.look_at, None) <= bindparam("now", type_=cases.c.look_at.type)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_OF_SERVERS = (
    select(cases.c.server_id, cases.c.id, cases.c.letter_id)
    .where(cases.c.server_id.in_(_IDS), _IS_DUE)
    .limit(bindparam("most", type_=Integer))
    .with_hint(cases, by_index(CASES_OF_SERVER), "sqlite")
)
_OF_SERVER = (
    select(cases.c.number, cases.c.id, cases.c.letter_id)
    .where(
        cases.c.server_id == bindparam("server", type_=BigInteger), cases.c.number > bindparam("after", type_=Integer), _IS_DUE
    )
    .order_by(cases.c.number)
    .limit(bindparam("most", type_=Integer))
    .with_hint(cases, by_index(CASES_OF_SERVER), "sqlite")
)
_STILL_DUE = select(cases.c.id).where(cases.c.id.in_(_IDS), _IS_DUE).order_by(cases.c.id)
_LOOKED = (
    update(cases)
    .where(cases.c.id == bindparam("case"), cases.c.look_at <= bindparam("now", type_=cases.c.look_at.type))
    .values(look_at=bindparam("next", type_=cases.c.look_at.type), looked_at=bindparam("now", type_=cases.c.look_at.type))
)


async def due_of_servers(
    conn: AsyncConnection, server_ids: Sequence[int], now: datetime, limit: int
) -> list[tuple[int, int, int]]:
    """(server, case, letter) of the cases of these servers to look at by `now`, at most `limit`."""
    rows = await conn.execute(_OF_SERVERS, {"ids": server_ids, "now": now, "most": limit})
    return [(row.server_id, row.id, row.letter_id) for row in rows]


async def due_of_server(
    conn: AsyncConnection, server_id: int, now: datetime, limit: int, after: int = 0
) -> list[tuple[int, int, int]]:
    """(number, case, letter) of the cases of one server to look at by `now`, by number: at most `limit`, after `after`."""
    rows = await conn.execute(_OF_SERVER, {"server": server_id, "now": now, "most": limit, "after": after})
    return [(row.number, row.id, row.letter_id) for row in rows]


async def still_due(conn: AsyncConnection, case_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of these cases that are to be looked at by `now`, as it is in this transaction.

    What was recorded since the ids were read has set a later look, which must not be taken for done at `now`.
    """
    due_ids: list[int] = []
    for batch in batches(case_ids):
        due_ids += (await conn.execute(_STILL_DUE, {"ids": batch, "now": now})).scalars()
    return due_ids


async def looked(conn: AsyncConnection, looks: Iterable[tuple[int, datetime | None]], now: datetime) -> None:
    """Note that these cases were looked at, and when each has to be looked at next. A look that was set later stays."""
    rows = [{"case": case_id, "next": look_at, "now": now} for case_id, look_at in looks]
    if rows:
        await conn.execute(_LOOKED, rows)


_SOON = (
    update(cases)
    .with_hint(by_index("ix_cases_look_at"), dialect_name="sqlite")
    .where(cases.c.look_at > bindparam("now", type_=cases.c.look_at.type))
    .where(cases.c.look_at <= bindparam("until", type_=cases.c.look_at.type))
    .values(look_at=bindparam("now", type_=cases.c.look_at.type))
)


async def look_now(conn: AsyncConnection, now: datetime, until: datetime) -> None:
    """Look now at the cases that are to be looked at by `until`: a clock that was ahead may have set these looks."""
    await conn.execute(_SOON, {"now": now, "until": until})


async def look_no_more(conn: AsyncConnection, case_ids: Iterable[int]) -> None:
    """Look at these cases no more until a channel is set for their server (`servers.change`), or until they can be read
    (`set_aside.look_again`).

    They would otherwise be due at every tick, and stand in the index before those of other servers. They were not looked at:
    what falls due meanwhile is planned, or skipped, then.
    """
    for batch in batches(list(case_ids)):
        await conn.execute(update(cases).where(cases.c.id.in_(batch)).values(look_at=None))


_WALKED = 5_000  # cases that are asked of at once: a few milliseconds
_SOME = (
    select(cases.c.number, cases.c.look_at)
    .where(cases.c.server_id == bindparam("server", type_=BigInteger), cases.c.number > bindparam("after", type_=Integer))
    .order_by(cases.c.number)
    .limit(_WALKED)
    .subquery()
)
_ANY_OF_SOME = select(func.max(_SOME.c.number), func.min(_SOME.c.look_at) <= bindparam("until", type_=cases.c.look_at.type))


async def any_until(conn: AsyncConnection, server_id: int, until: datetime) -> bool:
    """Whether any case of a server is to be looked at by `until`.

    In the order of their numbers: those that are due first may all be of other servers.
    """
    after: int | None = 0
    while after is not None:
        after, is_due = (await conn.execute(_ANY_OF_SOME, {"server": server_id, "after": after, "until": until})).one()
        if is_due:
            return True
        await event_loop.go_on()
    return False


async def next_look(conn: AsyncConnection) -> datetime | None:
    """The earliest moment at which any case has to be looked at."""
    query = select(func.min(cases.c.look_at)).with_hint(cases, by_index("ix_cases_look_at"), "sqlite")
    earliest: datetime | None = (await conn.execute(query)).scalar()
    return earliest
