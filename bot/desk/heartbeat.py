"""Whether the bot is alive: each look of the watch leaves its time in the database."""

from __future__ import annotations

from bot.store import heartbeat
from bot.store.database import Database
from bot.store.heartbeat import Heartbeat as Heartbeat
from bot.store.heartbeat import Held as Held


async def last_heartbeat(db: Database) -> Heartbeat | None:
    """The last look of the bot on this database; None if there was none."""
    async with db.read() as conn:
        return await heartbeat.last_beat(conn)
