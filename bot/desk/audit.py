"""The hourly audit: what each case should have been sent is compared with what it was sent.

A difference is kept, logged and shown by /alerts. The only repair is to have the case looked at now, so that the ordinary path
plans what is missing: nothing is posted from here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.event_loop import in_turns, wait_for
from bot.record.audit import Difference, differences
from bot.store import audits, cases, servers
from bot.store.audits import AuditedCase
from bot.store.database import Database

log = logging.getLogger(__name__)
EVERY = 3_600.0  # seconds between two audits, by a clock that nobody sets
FIRST = 300.0  # seconds after the start before the first one: what is due is planned and posted first
SLICE = 50  # cases that are read at once: some milliseconds
KEPT_EVERY = 40  # slices after which it is noted how far the audit is
#: Of the time that a slice took, how long it then waits: a sixth of one processor at most.
WAIT = 5
LEAST_WAIT, LONGEST_WAIT = 0.005, 1.0
HELD_WAIT = 60.0  # seconds after which it is tried again while nothing may be posted


@dataclass
class Audited:
    """What one audit has done."""

    cases: int = 0
    found: int = 0


async def audit(
    db: Database,
    now: Callable[[], datetime],
    wake: Callable[[], None],
    stopped: asyncio.Event | None = None,
    holds: Callable[[], bool] = lambda: False,
) -> Audited:
    """Go through all cases once, in slices; an audit that was cut off is continued.

    `wake`: called when a case is to be looked at. `holds`: whether nothing is posted, since the clock is in doubt; that cuts it
    off too.

    While others are at work it waits, for `LONGEST_WAIT` seconds at most before each slice.
    """
    done, number = Audited(), 0
    async with db.read() as conn:
        last = await audits.checked_to(conn)
    if not last:
        async with db.write(records=False) as conn:
            await audits.set_checked(conn, 0, began_at=now())
    time = asyncio.get_running_loop().time
    while not (stopped and stopped.is_set()) and not holds():
        began = time()
        async with db.read() as conn:
            some = await audits.cases_after(conn, last, SLICE)
            any_open = await audits.any_open(conn)
            found = await _differences(conn, some, now())
        if not some:
            async with db.write(records=False) as conn:
                await audits.set_checked(conn, 0, ended_at=now())
            return done
        last, done.cases, number = some[-1].id, done.cases + len(some), number + 1
        if found or any_open:
            done.found += await _keep(db, now, some, wake)
        if number % KEPT_EVERY == 0:
            async with db.write(records=False) as conn:
                await audits.set_checked(conn, last)
        await _make_way(db, max(LEAST_WAIT, WAIT * (time() - began)), stopped)
    async with db.write(records=False) as conn:
        await audits.set_checked(conn, last)
    return done


async def _make_way(db: Database, seconds: float, stopped: asyncio.Event | None) -> None:
    """Wait for so long, and until nobody else is at work."""
    await wait_for(stopped or asyncio.Event(), min(seconds, LONGEST_WAIT))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT):
            await db.work.none()


async def _differences(conn: AsyncConnection, some: Sequence[AuditedCase], now: datetime) -> list[tuple[int, Difference]]:
    """(server, difference) of these cases: of those that can be read, of servers that have a channel."""
    server_by_id = await servers.with_ids(conn, {case.server_id for case in some})
    with_channel = {id: server for id, server in server_by_id.items() if server.channel_id}
    audited = {case.id: case for case in some if case.server_id in with_channel}
    if not audited:
        return []
    alerts = await audits.alerts_of(conn, list(audited))
    found = []
    async for case in in_turns(await cases.with_ids(conn, list(audited))):
        server = with_channel[audited[case.id].server_id]
        try:
            ladder, look_at = server.ladder_of(case.letter), audited[case.id].look_at
            of_case = differences(case, look_at, alerts.get(case.id, ()), ladder, server.posting, now)
        except Exception:  # the watch sets it aside when it plans it
            log.debug("case %s cannot be audited", case.id, exc_info=True)
            continue
        found += [(server.id, difference) for difference in of_case]
    return found


async def _keep(db: Database, now: Callable[[], datetime], some: Sequence[AuditedCase], wake: Callable[[], None]) -> int:
    """Compare once more, now that nobody else can write, and keep what differs: how many new differences there are."""
    new = 0
    async with db.write(records=False) as conn:
        moment, ids = now(), [case.id for case in some]
        found = await _differences(conn, await audits.cases_again(conn, ids), moment)
        before = await audits.open_of(conn, ids)
        known = {_key(difference) for _, difference in found}
        if over := [id for id, difference in before.items() if _key(difference) not in known]:
            await audits.settle(conn, over, moment)
        for server_id, difference in found:
            if await audits.add(conn, server_id, difference, moment):
                new += 1
                log.warning("audit: %s", _logged(server_id, difference))
        again = {difference.case_id for _, difference in found if difference.looks_again}
        if again:
            await audits.look_again(conn, again, moment)
    if again:
        wake()
    return new


def _key(difference: Difference) -> tuple[object, ...]:
    return (difference.case_id, difference.kind, difference.about_id, difference.rung, difference.occurrence)


def _logged(server_id: int, difference: Difference) -> str:
    return (
        f"case {difference.case_id} of server {server_id}: {difference.kind.value}: {difference.rung or 'its next look'} "
        f"({difference.occurrence}) of event {difference.about_id}, due {difference.due_at:%Y-%m-%d %H:%M} UTC"
    )


async def keep(
    db: Database, now: Callable[[], datetime], wake: Callable[[], None], holds: Callable[[], bool], stopped: asyncio.Event
) -> None:
    """An audit every hour, beside the running bot, until it is `stopped`."""
    await wait_for(stopped, FIRST)
    while not stopped.is_set():
        try:
            if not holds() and (done := await audit(db, now, wake, stopped, holds)).found:
                log.warning("audit: %d cases, %d differences; /alerts shows them", done.cases, done.found)
        except Exception as failure:
            if not db.trouble.note(failure, f"the audit was cut off; it goes on in {EVERY:g} s"):
                log.exception("the audit failed; the next is in %g s", EVERY)
        await wait_for(stopped, HELD_WAIT if holds() else EVERY)
