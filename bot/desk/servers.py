"""The servers that the database knows, and the commands that Discord has from the bot."""

from __future__ import annotations

from collections.abc import Mapping

from bot.record.servers import Server
from bot.store import servers, synced_commands
from bot.store.database import Database


async def add_servers(db: Database, names: Mapping[int, str]) -> None:
    """Add servers, given by Discord's ids. The settings of those that are known stay; nothing is written where all are."""
    async with db.read() as conn:
        known = await servers.names(conn, names)
    new = {server_id: name for server_id, name in names.items() if known.get(server_id) != servers.stored_name(name)}
    if not new:
        return
    async with db.write() as conn:
        for server_id, name in new.items():
            await servers.ensure(conn, server_id, name)


async def known_servers(db: Database) -> list[Server]:
    """All of them, by id."""
    async with db.read() as conn:
        return await servers.known(conn)


async def unreadable_servers(db: Database) -> dict[int, str]:
    """Why the settings of a server cannot be read, by the ids of those servers."""
    async with db.read() as conn:
        return await servers.unreadable(conn)


async def synced_digest(db: Database, application_id: int) -> str | None:
    """The fingerprint of the commands that Discord has; None if it has none from this application."""
    async with db.read() as conn:
        return await synced_commands.synced_digest(conn, application_id)


async def note_synced(db: Database, application_id: int, digest: str) -> None:
    async with db.write() as conn:
        await synced_commands.note_synced(conn, application_id, digest)
