"""Whether the bot is alive: each tick leaves its time in the database."""

from __future__ import annotations

from datetime import datetime

from bot.store import notices
from bot.store.database import Database


async def last_heartbeat(db: Database) -> datetime | None:
    """When the bot last ticked on this database; None if it never did."""
    async with db.read() as conn:
        return await notices.last_beat(conn)
