"""Whether the bot is alive: each look of the watch leaves its time in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.record.errors import CaseError
from bot.store import heartbeat
from bot.store.database import Database
from bot.store.heartbeat import Heartbeat as Heartbeat
from bot.store.heartbeat import Held as Held
from bot.words.health import nothing_recorded

#: A look that is longer ago says nothing about now.
STALE = timedelta(minutes=3)


async def last_heartbeat(db: Database) -> Heartbeat | None:
    """The last look of the bot on this database; None if there was none."""
    async with db.read() as conn:
        return await heartbeat.last_beat(conn)


async def refuse_wrong_clock(db: Database, now: datetime) -> None:
    """CaseError if the running bot knows that this machine's clock is far ahead: what is recorded would bear a wrong time."""
    last = await last_heartbeat(db)
    if last and last.held is Held.AHEAD and abs(now - last.ticked_at) <= STALE:
        raise CaseError(nothing_recorded(last.ahead_by))
