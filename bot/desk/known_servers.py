"""The servers that a database holds, and when the bot last looked at their cases."""

from __future__ import annotations

from datetime import datetime

from bot.record.servers import Server
from bot.store import notices, servers
from bot.store.database import Database


async def known_servers(db: Database) -> list[Server]:
    """By id."""
    async with db.read() as conn:
        return await servers.known(conn)


async def last_heartbeat(db: Database) -> datetime | None:
    """When the bot last ticked on this database; None if it never did."""
    async with db.read() as conn:
        return await notices.last_beat(conn)
