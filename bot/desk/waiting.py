"""What waits to be sent."""

from __future__ import annotations

from datetime import datetime

from bot.store import deliveries
from bot.store.database import Database


async def oldest_waiting(db: Database) -> datetime | None:
    """When the oldest notice was due that is to be sent; None if none is. What waits for a person is not counted."""
    async with db.read() as conn:
        return await deliveries.oldest_due(conn)
