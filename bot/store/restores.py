"""Restores of a backup. What was due before one may have been posted since the backup was made: it is looked for first.

Where the history of a channel cannot be read, it is held until `send_old`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, String, column, delete, func, insert, select, table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import by_index
from bot.store.tables import IS_UNSETTLED, letters, notices, restores

_SEQUENCES = table("sqlite_sequence", column("name", String), column("seq", Integer))  # SQLite's own: the last ids given out
_GAP = 1_000_000  # ids
_HELD = notices.c.restored & (notices.c.state == "undeliverable")


@dataclass(frozen=True)
class Restore:
    """One restore."""

    #: When; what was due until then may have been posted.
    restored_at: datetime
    #: What was due is posted also where nobody can see whether it was before.
    send_old: bool


async def note(conn: AsyncConnection, now: datetime) -> int:
    """Note that this database was restored from a backup just now: the number of notices that wait in it.

    They are looked for in their channels before they are posted, and so is what is planned later and was due by `now`.
    """
    await conn.execute(insert(restores).values(restored_at=now))
    await _leave_out_ids(conn)
    marked = await conn.execute(update(notices).where(IS_UNSETTLED).values(restored=True))
    return marked.rowcount


async def _leave_out_ids(conn: AsyncConnection) -> None:
    """Buttons posted since the backup name letters by ids that must not be given out to others now.

    Drafts have random ids (`store.drafts.add`).
    """
    if conn.dialect.name != "sqlite":
        return
    this = _SEQUENCES.c.name == letters.name
    last = (await conn.execute(select(_SEQUENCES.c.seq).where(this))).scalar() or 0
    await conn.execute(delete(_SEQUENCES).where(this))
    await conn.execute(insert(_SEQUENCES).values(name=letters.name, seq=last + _GAP))


async def was_by(conn: AsyncConnection, now: datetime) -> None:
    """No restore was later than now: the clock was ahead then. What falls due from now on was not posted before it."""
    await conn.execute(update(restores).where(restores.c.restored_at > now).values(restored_at=now))


async def last(conn: AsyncConnection) -> Restore | None:
    """The last restore; None if there was none."""
    columns = (restores.c[name] for name in Restore.__dataclass_fields__)
    row = (await conn.execute(select(*columns).order_by(restores.c.id.desc()).limit(1))).one_or_none()
    return Restore(*row) if row else None


async def held(conn: AsyncConnection) -> int:
    """How many notices are held, since nobody can see whether they were posted before the last restore."""
    query = select(func.count()).select_from(notices).where(IS_UNSETTLED, _HELD)
    query = query.with_hint(notices, by_index("ix_notices_unsettled"), "sqlite")
    return int((await conn.execute(query)).scalar_one())


async def send_old(conn: AsyncConnection, now: datetime) -> int:
    """Have posted what is held, and what is planned later and was due by the last restore: the number that was held.

    Where the history can be read, it is looked for all the same.
    """
    newest = select(func.max(restores.c.id)).scalar_subquery()
    await conn.execute(update(restores).where(restores.c.id == newest).values(send_old=True))
    again = update(notices).where(_HELD).values(state="pending", not_before=now, ready=True, restored=False, maybe_sent=True)
    return (await conn.execute(again)).rowcount
