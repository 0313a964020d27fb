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
    """Plan every alert due at `now`, letter by letter: how many are new, so that delivery can begin before the last is planned.

    A letter's cases of one server are planned together, in one transaction with the moment of their next look, so that
    a crash in between leaves them to be looked at again, and a letter's cases share one notice.
    """
    async with db.read() as conn:
        due = await notices.letters_due(conn, now)
    for server_id, letter_id in due:
        try:
            async with db.write() as conn:
                planned = await _plan_letter(conn, server_id, letter_id, now)
        except Exception:
            # One letter that cannot be planned must not keep the others from being heard; it is tried at every tick.
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
        found = plan(case, DEFAULT_LADDER, server.posting, now)
        looks.append((case.id, found.look_at))
        skipped += found.skipped
        if found.due:
            due = found.due.due
            group = NoticeGroup(server_id, server.channel_id, letter_id, due.rung.name, due.occurrence, due.at)
            groups[group].append(found.due)
    await notices.skip_alerts(conn, skipped)
    planned = 0
    for group, alerts in groups.items():
        planned += await notices.plan_alerts(conn, group, alerts, now)
    await notices.looked(conn, looks, now)
    return planned
