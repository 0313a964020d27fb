"""One tick: plan what is due. Costs one indexed query when nothing is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import Alert, plan
from bot.store import cases, looks, notices, servers
from bot.store.database import Database
from bot.store.looks import DueCase
from bot.store.notices import NoticeGroup

log = logging.getLogger(__name__)

PAGE = 1_000  # due cases that are asked for at once
SLICE = 100  # cases that are planned in one transaction: others may write after it, and answers wait for no more than that
#: Longer than a tick takes. If nobody goes on with a letter after a stop, its notice waits no longer than this.
HOLD = timedelta(minutes=30)


@dataclass(frozen=True)
class _Slice:
    """Some of the due cases of a letter."""

    server_id: int
    letter_id: int
    case_ids: Sequence[int]
    #: Whether there are more of the same letter after these.
    more: bool


async def tick(db: Database, now: datetime) -> AsyncIterator[int]:
    """Plan every alert due at `now`, letter by letter: how many are new each time, so that sending can begin early.

    1. Ask for the cases that wait longest, a page at a time. One page is all where less is due; where more is due, the rest of
       each letter on it is asked for by the letter.
    2. Plan each letter in slices, each in one transaction with the moment of the next look at its cases, so that after a crash
       in between they are looked at again. What its cases share goes into one notice, which is held back until the last slice.
    3. A case that cannot be planned keeps nothing back but its slice. It is tried again at every tick.
    """
    handled: set[int] = set()
    last: DueCase | None = None
    while True:
        async with db.read() as conn:
            page = await looks.due(conn, now, PAGE, last)
        complete = len(page) < PAGE
        for (server_id, letter_id), case_ids in _by_letter(page).items():
            if letter_id in handled:
                continue
            handled.add(letter_id)
            known = _slices(server_id, letter_id, case_ids) if complete else _all_slices(db, server_id, letter_id, now)
            async for planned in _plan_letter(db, server_id, letter_id, known, now):
                yield planned
        if complete:
            return
        last = page[-1]


def _by_letter(page: Iterable[DueCase]) -> dict[tuple[int, int], list[int]]:
    by_letter: dict[tuple[int, int], list[int]] = defaultdict(list)
    for case in page:
        by_letter[case.server_id, case.letter_id].append(case.id)
    return by_letter


async def _slices(server_id: int, letter_id: int, case_ids: Sequence[int]) -> AsyncIterator[_Slice]:
    for start in range(0, len(case_ids), SLICE):
        rest = case_ids[start:]
        yield _Slice(server_id, letter_id, rest[:SLICE], len(rest) > SLICE)


async def _all_slices(db: Database, server_id: int, letter_id: int, now: datetime) -> AsyncIterator[_Slice]:
    place = 0
    while True:
        async with db.read() as conn:
            rows = await looks.due_of_letter(conn, letter_id, now, SLICE + 1, place)
        yield _Slice(server_id, letter_id, [case_id for case_id, _ in rows[:SLICE]], len(rows) > SLICE)
        if len(rows) <= SLICE:
            return
        place = rows[SLICE - 1][1]


async def _plan_letter(
    db: Database, server_id: int, letter_id: int, slices: AsyncIterator[_Slice], now: datetime
) -> AsyncIterator[int]:
    failed = False
    async for of_letter in slices:
        try:
            async with db.write(records=False) as conn:
                planned = await _plan_slice(conn, of_letter, now)
        except Exception:
            failed = True
            log.exception("letter %s of server %s could not be planned", letter_id, server_id)
        else:
            yield planned
    if failed:  # perhaps the last slice, which would have released it
        async with db.write(records=False) as conn:
            await notices.release(conn, server_id, letter_id, now)


async def _plan_slice(conn: AsyncConnection, of_letter: _Slice, now: datetime) -> int:
    server = await servers.get(conn, of_letter.server_id)
    case_ids = await looks.still_due(conn, of_letter.case_ids, now)
    if server.channel_id is None:
        await looks.wait_for_channel(conn, case_ids)
        await notices.release(conn, server.id, of_letter.letter_id, now)
        return 0
    posting = server.posting
    groups: dict[NoticeGroup, list[Alert]] = defaultdict(list)
    skipped: list[Alert] = []
    next_looks = []
    for case in await cases.with_ids(conn, case_ids):
        planned_case = plan(case, DEFAULT_LADDER, posting, now)
        next_looks.append((case.id, planned_case.look_at))
        skipped += planned_case.skipped
        if planned_case.due:
            due = planned_case.due.due
            group = NoticeGroup(server.id, server.channel_id, of_letter.letter_id, due.rung.name, due.occurrence, due.at)
            groups[group].append(planned_case.due)
    await notices.skip_alerts(conn, skipped)
    held_until = now + HOLD if of_letter.more else None
    planned = 0
    for group, alerts in groups.items():
        planned += await notices.plan_alerts(conn, group, alerts, now, held_until)
    await looks.looked(conn, next_looks, now)
    if not of_letter.more:
        await notices.release(conn, server.id, of_letter.letter_id, now)
    return planned
