"""The configured database, and which of its servers is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import SystemClock
from bot.desk.servers import known_servers, unreadable_servers
from bot.desk.session import Session, reading
from bot.record.errors import CaseError, SettingsUnreadable
from bot.record.servers import Server
from bot.store.database import Database, sqlite_file

FIRST_FILE = (
    "Start the bot once in your server (letterwatch run), or record a file with\n"
    "  letterwatch import FILE --server ID --name NAME"
)
FIRST_RECORD = f"{FIRST_FILE}\nor answer from the example record with --example."


@asynccontextmanager
async def session_on(url: str, server_id: int | None, instead: str = FIRST_FILE) -> AsyncIterator[Session]:
    """A transaction that reads for the server of that id, or for the only one. CaseError as in `existing` and `chosen`."""
    async with existing(url, instead) as db:
        server = await chosen(db, server_id)
        async with reading(db, server.id, SystemClock().now()) as session:
            yield session


async def chosen(db: Database, server_id: int | None) -> Server:
    """The server of that id, or the only one. CaseError lists the servers, or says how to add one, or that its settings cannot
    be read."""
    known = {server.id: server for server in await known_servers(db)}
    unreadable = await unreadable_servers(db)
    ids = sorted(known.keys() | unreadable.keys(), key=str)  # one that cannot be read may be anything
    if not ids:
        raise CaseError(f"The database has no server yet. {FIRST_FILE}")
    fitting = [id for id in ids if server_id in (None, id)]
    if len(fitting) == 1:
        [id] = fitting
        if id in unreadable:
            raise SettingsUnreadable(id, unreadable[id])
        return known[id]
    problem = "The database has several servers" if fitting else f"The database has no server {server_id}"
    names = "\n".join(f"  --server {id}   {known[id].name if id in known else '(its settings cannot be read)'}" for id in ids)
    raise CaseError(f"{problem}. Name the one you mean:\n{names}")


@asynccontextmanager
async def existing(url: str, instead: str = FIRST_FILE) -> AsyncIterator[Database]:
    """The database, closed afterwards. CaseError if there is none, with `instead`, which says what to do.

    What only reads must not create a database.
    """
    file = sqlite_file(url)
    if file and not file.exists():
        missing = "" if file.parent.is_dir() else f" Its folder does not exist either: {file.parent}."
        raise CaseError(f"There is no database yet at {file}.{missing} {instead}")
    db = Database(url)
    try:
        if not await db.has_tables():
            raise CaseError(f"The database at {file or url} has no tables yet: letterwatch migrate creates them.")
        yield db
    finally:
        await db.close()
