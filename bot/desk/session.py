"""The unit of work of every use case: one transaction for one server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.deadlines.dates import DateOrder
from bot.record.servers import Server
from bot.store import servers
from bot.store.database import Database
from bot.store.events import AuditContext, audit_context


@dataclass(frozen=True)
class Session:
    """One transaction that reads, for one server. `now` was read once, by the caller."""

    conn: AsyncConnection
    server: Server
    now: datetime
    #: Which of day and month comes first in "2/3/2018", if the server's locale settles it.
    order: DateOrder | None = field(default=None, kw_only=True)

    @property
    def today(self) -> date:
        """The date on the server, in its own time zone: "tomorrow" is the day after it."""
        return self.now.astimezone(self.server.zone).date()


@dataclass(frozen=True)
class WriteSession(Session):
    """One transaction in which events may be recorded. They share one audit context, and so one Undo."""

    audit: AuditContext
    #: Nothing of what is recorded is announced.
    quietly: bool = field(default=False, kw_only=True)


@asynccontextmanager
async def reading(
    db: Database,
    server_id: int,
    now: datetime,
    *,
    name: str = "",
    order: DateOrder | None = None,
    server: Server | None = None,
) -> AsyncIterator[Session]:
    """A transaction that reads. `server`: its settings, if the caller has read them already.

    A server that is not known yet is added first, under `name`: right after an invitation a command can arrive before the
    gateway reports the server.
    """
    if server is not None:
        async with db.read() as conn:
            yield Session(conn, server, now, order=order)
        return
    async with db.read() as conn:
        try:
            server = await servers.get(conn, server_id)
        except LookupError:
            server = None
        if server is not None:
            yield Session(conn, server, now, order=order)
            return
    async with db.write() as conn:
        await servers.ensure(conn, server_id, name)
    async with db.read() as conn:
        yield Session(conn, await servers.get(conn, server_id), now, order=order)


@asynccontextmanager
async def writing(
    db: Database,
    server_id: int,
    now: datetime,
    by: str,
    by_id: int | None = None,
    *,
    order: DateOrder | None = None,
    name: str | None = None,
    dry_run: bool = False,
    quietly: bool = False,
) -> AsyncIterator[WriteSession]:
    """A transaction that records, committed at its end; rolled back on an error, and after a dry run.

    `by` is the name of who records, for people to read; `by_id` is Discord's id of that person, None for an import.
    `quietly`: nothing is announced. With
    `name` the server is added under it first, or renamed to it. LookupError for a server that is not known otherwise.
    """
    async with db.write() as conn:
        trial = await conn.begin_nested() if dry_run else None
        if name is not None:
            await servers.ensure(conn, server_id, name)
        server = await servers.get(conn, server_id)
        audit = audit_context(server.id, by, now, server.zone, by_id)
        yield WriteSession(conn, server, now, audit, order=order, quietly=quietly)
        if trial:
            await trial.rollback()
