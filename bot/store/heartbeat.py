"""That the watch is alive: each look leaves its time, and what keeps it from posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import heartbeat


class Held(StrEnum):
    """Why nothing is posted."""

    #: Discord says that the machine's clock is far ahead.
    AHEAD = "ahead"
    #: Discord could not be asked whether it is.
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Heartbeat:
    """The last look of the watch."""

    #: By the machine's clock, right or wrong.
    ticked_at: datetime
    held: Held | None = None
    #: Seconds by which the machine's clock is ahead of Discord's, as far as is known, if something is held.
    ahead_by: int | None = None


async def beat(conn: AsyncConnection, last: Heartbeat) -> None:
    values = {"ticked_at": last.ticked_at, "held": last.held, "ahead_by": last.ahead_by}
    put = insert(heartbeat).values(id=1, **values)
    await conn.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))


async def last_beat(conn: AsyncConnection) -> Heartbeat | None:
    row = (await conn.execute(select(heartbeat.c.ticked_at, heartbeat.c.held, heartbeat.c.ahead_by))).first()
    return row and Heartbeat(row.ticked_at, Held(row.held) if row.held else None, row.ahead_by)
