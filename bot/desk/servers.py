"""The servers that the bot is in, and the commands that Discord has from it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.store import servers, synced_commands
from bot.store.database import Database


async def add_servers(db: Database, named: Iterable[tuple[int, str]]) -> None:
    """Add servers, given as (Discord's id, name). The settings of those that are known stay."""
    async with db.write() as conn:
        for server_id, name in named:
            await servers.ensure(conn, server_id, name)


async def synced_digest(db: Database, application_id: int) -> str | None:
    """The fingerprint of the commands that Discord has; None if it has none from this application."""
    async with db.read() as conn:
        return await synced_commands.synced_digest(conn, application_id)


async def note_synced(db: Database, application_id: int, digest: str) -> None:
    async with db.write() as conn:
        await synced_commands.note_synced(conn, application_id, digest)
