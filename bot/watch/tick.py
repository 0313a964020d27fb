"""One tick: plan what is due. Costs one indexed query when nothing is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import Alert, plan
from bot.store import cases, notices, servers
from bot.store.database import Database
from bot.store.notices import NoticeGroup

log = logging.getLogger(__name__)


async def tick(db: Database, now: datetime) -> AsyncIterator[int]:
    """Plan every alert due at `now`, letter by letter: how many are new each time, so that sending can begin early.

    A letter's cases on one server are planned together, so that they share one notice, and in one transaction with the moment
    of their next look, so that after a crash in between they are looked at again.
    """
    async with db.read() as conn:
        due = await notices.letters_due(conn, now)
    for server_id, letter_id in due:
        try:
            async with db.write() as conn:
                planned = await _plan_letter(conn, server_id, letter_id, now)
        except Exception:
            # A letter that cannot be planned must not keep the alerts of others back; it is tried again at every tick.
            log.exception("letter %s of server %s could not be planned", letter_id, server_id)
            continue
        yield planned


async def _plan_letter(conn: AsyncConnection, server_id: int, letter_id: int, now: datetime) -> int:
    server = await servers.get(conn, server_id)
    if server.channel_id is None:
        return 0
    groups: dict[NoticeGroup, list[Alert]] = defaultdict(list)
    skipped: list[Alert] = []
    looks = []
    for case in await cases.to_look_at(conn, server_id, letter_id, now):
        planned_case = plan(case, DEFAULT_LADDER, server.posting, now)
        looks.append((case.id, planned_case.look_at))
        skipped += planned_case.skipped
        if planned_case.due:
            due = planned_case.due.due
            group = NoticeGroup(server_id, server.channel_id, letter_id, due.rung.name, due.occurrence, due.at)
            groups[group].append(planned_case.due)
    await notices.skip_alerts(conn, skipped)
    planned = 0
    for group, alerts in groups.items():
        planned += await notices.plan_alerts(conn, group, alerts, now)
    await notices.looked(conn, looks, now)
    return planned
