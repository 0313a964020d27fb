"""A database that another program has, for tests of what is said and done meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.store.database import Database


@asynccontextmanager
async def locked(db: Database, begin: str = "BEGIN IMMEDIATE") -> AsyncIterator[None]:
    """Another program has the database, as soon as it can have it. "BEGIN EXCLUSIVE" keeps others from reading it too."""
    other = sqlite3.connect(str(db.url.database), isolation_level=None, timeout=30, check_same_thread=False)
    await asyncio.to_thread(other.execute, begin)
    try:
        yield
    finally:
        other.close()
