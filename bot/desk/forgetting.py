"""Forgetting a server that the bot has left: everything that was recorded on it is removed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.desk import soundness
from bot.desk.backups import files_of, newest_good_backup
from bot.record.errors import CaseError
from bot.store import forgetting, restoring, servers, synced_commands
from bot.store.database import Database

UNCHANGED = "Nothing was changed."
LEAST_PAUSE = 0.005  # seconds after a batch; as long as the batch took, if that is longer


@dataclass(frozen=True)
class Known:
    """A server in the database."""

    id: int
    name: str
    events: int
    #: When its forgetting was begun, if that was cut off.
    began_at: datetime | None


@dataclass(frozen=True)
class Forgotten:
    events: int
    rows: int
    #: Why traces may be left in the free space of the file; empty if none are.
    traces: str


@dataclass(frozen=True)
class Holding:
    """What still has the server's data."""

    backups: int
    #: When the last of them is removed, if one is made each night; None if some of them are never removed.
    until: datetime | None
    #: Databases that a restore has kept: they stay until somebody removes them.
    kept: tuple[Path, ...]


async def known(db: Database, server_id: int) -> Known:
    """CaseError if the database has no such server."""
    async with db.read() as conn:
        names = await servers.names(conn, [server_id])
        if server_id not in names:
            raise CaseError(f"The database has no server {server_id}. {UNCHANGED}")
        begun = await forgetting.begun(conn, server_id)
        events = await forgetting.count_events(conn, server_id)
    return Known(server_id, names[server_id], events, begun.began_at if begun else None)


async def applications(db: Database) -> list[int]:
    """The ids of the bot's applications whose commands were registered from this database: one, as a rule."""
    async with db.read() as conn:
        return await synced_commands.applications(conn)


def check_name(server: Known, typed: str) -> None:
    """CaseError unless that is its name; the id if it has none."""
    name = server.name.strip() or str(server.id)
    if typed.strip() != name:
        raise CaseError(f"Server {server.id} is called “{name}”, not “{typed.strip()}”. {UNCHANGED}")


async def forget(settings: Settings, server_id: int, now: datetime) -> Forgotten:
    """Remove every row of a server, some at a time: the bot may run. If it is cut off, the next call continues it.

    From the first transaction on nothing of the server is posted. Its row goes last, once nothing is left in free space.
    CaseError, before anything is changed, if the tables are not those of this version or the file is damaged.
    """
    db = forgetting.removing(settings.database_url)
    try:
        if db.is_sqlite:
            await asyncio.to_thread(_check, settings)
        async with db.write() as conn:
            await forgetting.begin(conn, server_id, now)
        rows = 0
        for table in forgetting.owned_tables()[:-1]:  # all but the servers themselves
            below = None
            while True:
                async with db.read() as conn:
                    keys = await forgetting.next_keys(conn, table, server_id, below)
                if not keys:
                    break
                below = keys[-1]
                await _removed(db, table.name, server_id, keys)
                rows += len(keys)
        async with db.write() as conn:
            await forgetting.remove_left(conn, server_id, now)
        traces = await forgetting.shrink(db) if db.is_sqlite else ""
        async with db.write() as conn:
            events = await forgetting.end(conn, server_id, now)
        if db.is_sqlite:
            traces = await forgetting.empty_log(db) or traces
    finally:
        await db.close()
    return Forgotten(events, rows, traces)


def _check(settings: Settings) -> None:
    """What could fail half-way. References are not checked: a forgetting that was cut off leaves some to nothing."""
    file = soundness.database_file(settings)
    if not soundness.is_current(file, soundness.contents_of(file)):
        raise CaseError("The tables are those of an older version: letterwatch migrate brings them up to date. " + UNCHANGED)
    try:
        soundness.check_sound(file, references=False)
    except CaseError as damage:
        backup = newest_good_backup(settings)
        restore = f"Stop the bot and run letterwatch restore {backup} first." if backup else "No good backup of it was found."
        raise CaseError(f"{damage} {restore} {UNCHANGED}") from damage


async def _removed(db: Database, table: str, server_id: int, keys: list[forgetting.Key]) -> None:
    """Remove a batch, and leave as much time as that took to others."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with db.write() as conn:
        await forgetting.remove(conn, table, server_id, keys)
    await asyncio.sleep(max(LEAST_PAUSE, clock() - began))


def holding(settings: Settings, now: datetime) -> Holding:
    """The backups and kept databases that may hold what was forgotten."""
    files = files_of(settings)
    there, record = files.newest_first(), files.read()
    noted = {backup.file for backup in record.kept}
    replaced = settings.backup.nightly and there and noted.issuperset(there) and not record.fuller
    until = now + timedelta(days=settings.backup.keep + 1) if replaced else None
    return Holding(len(there), until, tuple(restoring.kept_databases(files.database)))
