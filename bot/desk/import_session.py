"""The transaction in which the command line records what a file holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.desk.session import WriteSession
from bot.record.deadlines.dates import DateOrder
from bot.store import servers
from bot.store.database import Database
from bot.store.events import audit_context


@asynccontextmanager
async def importing(
    db: Database,
    server_id: int,
    now: datetime,
    by: str,
    *,
    name: str | None = None,
    order: DateOrder | None = None,
    dry_run: bool = False,
) -> AsyncIterator[WriteSession]:
    """A transaction that records, committed at its end; rolled back on an error, and after a dry run.

    With `name` the server is added under that name first. LookupError if the server is not in the database.
    """
    async with db.write() as conn:
        trial = await conn.begin_nested()
        if name is not None:
            await servers.ensure(conn, server_id, name)
        server = await servers.get(conn, server_id)
        yield WriteSession(conn, server, now, audit_context(server.id, by, now, server.zone), order=order)
        await (trial.rollback() if dry_run else trial.commit())
