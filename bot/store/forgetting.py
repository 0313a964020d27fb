"""Removing every row of a server: the one deletion that lets events go.

Which rows those are is read off the tables: those that name the server, and those that refer to such a row. Rows that refer to
others go first. Foreign keys are not enforced meanwhile: SQLite would look through all alerts for each event that goes. So the
last transaction also removes what refers to nothing any more.
"""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    and_,
    delete,
    event,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import IS_UNSETTLED, events, forgettings, metadata, notices, restores, servers, state_index

#: Tables without a row of any server, and the notes about forgetting itself.
SHARED = frozenset({"audits", "forgettings", "heartbeat", "restores", "state_index", "synced_commands"})
BATCH, BATCH_OF_FILES = 500, 5  # rows that are removed in one transaction
CHECKPOINTS = 50  # attempts to empty the log
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Forgetting:
    """A server that is being forgotten."""

    began_at: datetime
    #: Events that were removed by now.
    events: int


def removing(url: str) -> Database:
    """The database for these functions alone: foreign keys are not enforced, and what is removed is overwritten."""
    db = Database(url)
    if db.is_sqlite:

        @event.listens_for(db.engine.sync_engine, "connect")
        def prepare(connection: Any, record: Any) -> None:
            cursor = connection.cursor()
            for pragma in ("foreign_keys = OFF", "secure_delete = ON"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return db


def of_server(table: Table, server_id: int, *, in_order: bool = False) -> ColumnElement[bool]:
    """Whether a row is of that server: it names the server or, where it need not do that, refers to a row of it.

    `in_order`: not by an index of the server, since all of its rows would be sorted. LookupError for a table of which nothing
    says whose its rows are.
    """
    if table is servers:
        return servers.c.id == server_id
    signs: list[ColumnElement[bool]] = []
    if "server_id" in table.c:
        signs.append((func.coalesce(table.c.server_id, None) if in_order else table.c.server_id) == server_id)
    if not _names_server(table):
        parents = ((key, of_server(key.column.table, server_id)) for key in _parents(table))
        signs += [exists(select(1).where(key.column == key.parent, is_its)) for key, is_its in parents]
    if not signs:
        raise LookupError(f"nothing says to which server a row of {table.name} belongs")
    return or_(*signs)


def _names_server(table: Table) -> bool:
    """Whether each row says to which server it belongs."""
    return table is servers or ("server_id" in table.c and not table.c.server_id.nullable)


def _parents(table: Table) -> list[ForeignKey]:
    """What rows of the table refer to that is of a server; not to one another."""
    keys = sorted(table.foreign_keys, key=lambda key: key.parent.name)
    return [key for key in keys if key.column.table.name not in SHARED and key.column.table is not table]


def owned_tables() -> list[Table]:
    """The tables with rows of servers: those that refer to others first, the servers themselves last."""
    first = [table for table in reversed(metadata.sorted_tables) if table.name not in SHARED and table is not servers]
    return [*first, servers]


async def begun(conn: AsyncConnection, server_id: int) -> Forgetting | None:
    """How far the forgetting of that server has come; None if it was not begun, or is done."""
    query = select(forgettings.c.began_at, forgettings.c.events).where(forgettings.c.server_id == server_id)
    row = (await conn.execute(query)).one_or_none()
    return Forgetting(*row) if row else None


async def count_events(conn: AsyncConnection, server_id: int) -> int:
    query = select(func.count()).select_from(events).where(events.c.server_id == server_id)
    return int((await conn.execute(query)).scalar_one())


async def begin(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """From now on its events may be removed, and nothing of it is posted any more. It may have been begun before."""
    if await begun(conn, server_id) is None:
        await conn.execute(forgettings.insert().values(server_id=server_id, began_at=now))
    channels = {column.name: None for column in servers.c if column.name.endswith("channel_id")}
    await conn.execute(update(servers).where(servers.c.id == server_id).values(channels))
    waiting = update(notices).where(notices.c.server_id == server_id, IS_UNSETTLED)
    await conn.execute(waiting.values(state="superseded", ready=False, claim=None, reason="The server is being forgotten."))


async def next_keys(conn: AsyncConnection, table: Table, server_id: int, below: Key | None) -> list[Key]:
    """The primary keys of some rows of that server, the highest first; those below a key.

    The row with the highest id of its table is left for `end`: an id that is free is given out again, and nobody would notice
    until then that another row has it (`bot.store.name_cache`, `bot.store.marks`).
    """
    key = list(table.primary_key)
    query = select(*key).where(of_server(table, server_id, in_order=True))
    if len(key) == 1 and isinstance(key[0].type, Integer):
        query = query.where(key[0] != select(func.max(key[0])).scalar_subquery())
    if below is not None:
        query = query.where(tuple_(*key) < tuple_(*below) if len(key) > 1 else key[0] < below[0])
    files = any(isinstance(column.type, LargeBinary) for column in table.c)
    query = query.order_by(*(column.desc() for column in key)).limit(BATCH_OF_FILES if files else BATCH)
    return [tuple(row) for row in await conn.execute(query)]


async def remove(conn: AsyncConnection, table_name: str, server_id: int, keys: list[Key]) -> None:
    """Remove the rows with these keys."""
    table = metadata.tables[table_name]
    key = list(table.primary_key)
    wanted = tuple_(*key).in_(keys) if len(key) > 1 else key[0].in_([value for (value,) in keys])
    await _removed(conn, table, server_id, wanted)


async def remove_left(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """Remove what is left of the server but for its row, in one transaction: until `end` its forgetting can be continued.

    From then on ids are given out again.
    """
    for table in owned_tables():
        if table is not servers:
            await _removed(conn, table, server_id, of_server(table, server_id))
        if orphaned := _orphaned(table):
            await conn.execute(delete(table).where(orphaned[0]))
    newest = select(func.coalesce(func.max(events.c.id), 0)).scalar_subquery()
    await conn.execute(update(state_index).where(state_index.c.checked_to > newest).values(checked_to=newest))
    done = await begun(conn, server_id)
    again = await _noted_anew(conn, server_id, done or Forgetting(now, 0), None)
    await conn.execute(update(forgettings).where(forgettings.c.id == again).values(server_id=server_id))


async def end(conn: AsyncConnection, server_id: int, now: datetime) -> int:
    """Remove the server, and what came meanwhile, in one transaction: the number of its events that were removed."""
    await remove_left(conn, server_id, now)
    await _removed(conn, servers, server_id, of_server(servers, server_id))
    done = await begun(conn, server_id) or Forgetting(now, 0)
    await _noted_anew(conn, server_id, done, now)
    return done.events


async def _noted_anew(conn: AsyncConnection, server_id: int, so_far: Forgetting, ended_at: datetime | None) -> int:
    """Replace the note by one without the server: the id of that. It is a new id, since the old note goes last (FORGOTTEN)."""
    row = {"began_at": so_far.began_at, "ended_at": ended_at, "events": so_far.events}
    new = (await conn.execute(forgettings.insert().values(row).returning(forgettings.c.id))).scalar_one()
    await conn.execute(delete(forgettings).where(forgettings.c.server_id == server_id))
    return int(new)


async def _removed(conn: AsyncConnection, table: Table, server_id: int, which: ColumnElement[bool]) -> None:
    gone = (await conn.execute(delete(table).where(which))).rowcount
    if table is events and gone:
        mark = update(forgettings).where(forgettings.c.server_id == server_id)
        await conn.execute(mark.values(events=forgettings.c.events + gone))


def _orphaned(table: Table) -> list[ColumnElement[bool]]:
    """Whether a row refers to one that is not there, in a table whose rows need not name their servers."""
    if _names_server(table):
        return []
    gone = [and_(key.parent.is_not(None), ~exists(select(1).where(key.column == key.parent))) for key in _parents(table)]
    return [or_(*gone)] if gone else []


async def shrink(db: Database) -> str:
    """Make the file anew and empty its log, so that nothing of what was removed is left in free space: why not, or nothing.

    Writers wait meanwhile: 1.5 s for 250 MB.
    """
    async with db.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        try:
            await driver.execute("VACUUM")
        except sqlite3.Error as failure:
            return str(failure)
    return await empty_log(db)


async def empty_log(db: Database) -> str:
    """Write what is in the log into the file: why not, or nothing. That cannot be done while somebody reads."""
    async with db.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        try:
            for _ in range(CHECKPOINTS):
                cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                is_busy, _, _ = await cursor.fetchone()
                if not is_busy:
                    return ""
                await asyncio.sleep(0.1)
        except sqlite3.Error as failure:
            return str(failure)
    return "another program reads the database all the time"


#: Changes with each server that is forgotten: what was read before has ids that may be given out again.
FORGOTTEN = select(func.coalesce(func.max(forgettings.c.id), 0)).scalar_subquery()


async def ids_are_given_out_again(conn: AsyncConnection) -> bool:
    """Whether an id of a case or an event may be that of another one: a server was forgotten, or a backup restored."""
    restored = select(func.coalesce(func.max(restores.c.id), 0)).scalar_subquery()
    return bool((await conn.execute(select(FORGOTTEN + restored))).scalar_one())
