"""What was recorded of a letter, by operation: its recipients, and those that were taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import cases, events

MOST = 500  # operations, the newest


@dataclass(frozen=True)
class RecipientsRecorded:
    """Recipients that were recorded together, or taken back together."""

    at: datetime
    by: str
    #: How many.
    count: int
    #: The number of the first of them.
    first: int
    taken_back: bool


async def of_recipients(conn: AsyncConnection, letter_id: int) -> list[RecipientsRecorded]:
    """The newest first."""
    sent = events.alias("sent")
    is_sending = events.c.kind == "sent"
    takes_back = and_(events.c.kind == "corrected", sent.c.kind == "sent")
    query = (
        select(
            *(func.min(events.c.recorded_at), func.min(events.c.recorded_by), func.count(), func.min(cases.c.number)),
            events.c.kind,
        )
        .join(cases, cases.c.id == events.c.case_id)
        .join(sent, sent.c.id == events.c.replaces, isouter=True)
        .where(cases.c.letter_id == letter_id, is_sending | takes_back)
        .group_by(events.c.operation, events.c.kind)
        .order_by(func.max(events.c.id).desc())
        .limit(MOST)
    )
    return [
        RecipientsRecorded(at, by, count, first, kind == "corrected")
        for at, by, count, first, kind in (await conn.execute(query)).all()
    ]
