"""What a channel was told of events, and which alerts were planned: asked before something is corrected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.record.plan import Alert
from bot.record.recheck import Told
from bot.store.database import batches
from bot.store.tables import alerts, notices


@dataclass(frozen=True)
class ToldEvent:
    """What became of the announcement of an event."""

    told: Told
    #: When it was posted; None if it was not, or that is not known.
    at: datetime | None


async def told_about(conn: AsyncConnection, case_id: int | None, event_ids: Collection[int]) -> dict[int, ToldEvent]:
    """By id, those of these events of a case, or of places alone, that were to be announced."""
    columns = (alerts.c.about_id, alerts.c.state.label("line"), notices.c.state, notices.c.maybe_sent, notices.c.sent_at)
    query = select(*columns).join(notices, notices.c.id == alerts.c.notice_id).where(alerts.c.rung == NEWS)
    query = query.where(alerts.c.case_id.is_(None) if case_id is None else alerts.c.case_id == case_id)
    events: dict[int, ToldEvent] = {}
    for batch in batches(sorted(event_ids)):
        for row in await conn.execute(query.where(alerts.c.about_id.in_(batch))):
            events[row.about_id] = ToldEvent(told_by(row.line, row.state, row.maybe_sent), row.sent_at)
    return events


def told_by(line: str, notice: str, maybe_sent: bool) -> Told:
    """What became of an announcement, by the states of its line and its notice."""
    if "superseded" in (line, notice):
        return Told.DROPPED
    return Told.POSTED if notice == "sent" or maybe_sent else Told.WAITS  # marked with the last check of what is true


async def is_planned(conn: AsyncConnection, alert: Alert) -> bool:
    """Whether an alert was planned, and not superseded before it was posted: it is not planned again."""
    case_id, about_id, rung, occurrence = alert.key
    query = select(alerts.c.id).where(
        alerts.c.case_id == case_id,
        alerts.c.about_id == about_id,
        alerts.c.rung == rung,
        alerts.c.occurrence == occurrence,
        alerts.c.state == "planned",
    )
    return (await conn.execute(query.limit(1))).scalar() is not None
