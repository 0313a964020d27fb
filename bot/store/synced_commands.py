"""Which slash commands Discord has from this bot. Syncing them is rate-limited, so it happens only when they changed."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import synced_commands


async def synced_digest(conn: AsyncConnection, application_id: int) -> str | None:
    query = select(synced_commands.c.digest).where(synced_commands.c.application_id == application_id)
    digest: str | None = (await conn.execute(query)).scalar()
    return digest


async def note_synced(conn: AsyncConnection, application_id: int, digest: str) -> None:
    put = insert(synced_commands).values(application_id=application_id, digest=digest)
    await conn.execute(put.on_conflict_do_update(index_elements=["application_id"], set_={"digest": digest}))


async def forget(conn: AsyncConnection) -> None:
    """Have them synced at the next start, whatever they are."""
    await conn.execute(delete(synced_commands))


async def applications(conn: AsyncConnection) -> list[int]:
    """The applications that commands were synced for."""
    return list((await conn.execute(select(synced_commands.c.application_id))).scalars())
