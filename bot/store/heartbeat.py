"""That the watch is alive: each look leaves its time, and what keeps it from posting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import heartbeat
from bot.store.unreadable import Shape, readable

_LAST = select(heartbeat.c.ticked_at, heartbeat.c.held, heartbeat.c.ahead_by)
_SHAPE = Shape(_LAST.selected_columns)


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
    """None if the watch never looked, or if what it left cannot be read: the next look writes it anew."""
    rows = (await conn.execute(_LAST)).all()
    return next(readable(rows, _beat, lambda row, error: None), None)


def _beat(ticked_at: datetime, held: str | None, ahead_by: int | None) -> Heartbeat:
    _SHAPE.check((ticked_at, held, ahead_by))
    return Heartbeat(ticked_at, Held(held) if held else None, ahead_by)
