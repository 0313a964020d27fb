"""What cannot be read is looked after beside the running bot: kept, reported, and planned again once it was repaired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import state_index
from bot.event_loop import wait_for
from bot.record.plan import plan
from bot.record.problems import Problem, ProblemKind
from bot.store import (
    case_states,
    cases,
    closures,
    notices,
    place_facts,
    places,
    problems,
    revisions,
    servers,
    set_aside,
    unreadable,
)
from bot.store.database import Database
from bot.store.set_aside import Kept
from bot.store.unreadable import Unreadable

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds between two looks
AT_ONCE = 20  # that are looked at again in one transaction
SLICE = 500  # rows that are read at once
#: Tells a server that something of it is set aside.
Report = Callable[[AsyncConnection, Unreadable, datetime], Awaitable[None]]


async def tell_desk(conn: AsyncConnection, what: Unreadable, now: datetime) -> None:
    """Have the server told that something of it is set aside: of its cases by their numbers, of anything else in general.

    Not of its own settings, which say where it is told; nor of what belongs to no server.
    """
    if what.server_id is None or what.kind in ("server", "index"):
        return
    if await servers.names(conn, [what.server_id]):  # a damaged row may name any server
        await problems.report(conn, what.server_id, _problem(what), now)


def _problem(what: Unreadable) -> Problem:
    return Problem(ProblemKind.UNREADABLE_CASE, what.number or 0 if what.kind == "case" else 0)


async def _end(conn: AsyncConnection, what: Unreadable, now: datetime) -> None:
    """End the problem that the server was told of, unless something else that is set aside is part of the same one."""
    if what.server_id is None or what.kind in ("server", "index"):
        return
    rest, _ = await set_aside.of_server(conn, what.server_id, SLICE)
    if all(_problem(other) != _problem(what) for other in rest):
        await problems.end(conn, what.server_id, ProblemKind.UNREADABLE_CASE, _problem(what).about, now)


async def keep(
    db: Database, now: Callable[[], datetime], report: Report, wake: Callable[[], None], stopped: asyncio.Event
) -> None:
    """Look every minute, until it is `stopped`. What was kept before the program began is known from the first look on."""
    remembered = False
    while not stopped.is_set():
        try:
            if not remembered:
                async with db.read() as conn:
                    await _remember(conn)
                remembered = True
            if await look(db, now, report):
                wake()
        except Exception as failure:
            if not db.trouble.note(failure, f"what is set aside could not be looked at; next try in {EVERY:g} s"):
                log.exception("what is set aside could not be looked at; next try in %g s", EVERY)
        await wait_for(stopped, EVERY)


async def set_aside_rows(db: Database, most: int) -> list[Unreadable]:
    """The first that are kept, of all servers; without settings, which the caller has from `servers.unreadable`."""
    async with db.read() as conn:
        return [kept.what for kept in await set_aside.after(conn, 0, most) if kept.what.kind != "server"]


async def _remember(conn: AsyncConnection) -> None:
    last = 0
    while some := await set_aside.after(conn, last, SLICE):
        unreadable.remember(conn, [kept.what for kept in some])
        last = some[-1].id


async def look(db: Database, now: Callable[[], datetime], report: Report) -> bool:
    """Keep and report what was noted since; then look again at all that is kept: whether the watch has something to do."""
    async with db.write(records=False) as conn:
        await set_aside.keep(conn, now())
        new = await set_aside.to_report(conn, now(), AT_ONCE)
        for what in new:
            await report(conn, what, now())
    await _index_again(db)
    last, again = 0, bool(new)
    while True:
        async with db.read() as conn:
            some = await set_aside.after(conn, last, AT_ONCE)
            repaired = [
                kept
                for kept in some
                if not await set_aside.is_there(conn, kept.what) or await _is_readable(conn, kept.what, now())
            ]
        if not some:
            break
        last = some[-1].id
        if repaired:
            again = True
            async with db.write() as conn:
                for kept in repaired:
                    await _take_back(conn, kept, now())
    return await _notices_again(db, now()) or again


async def _take_back(conn: AsyncConnection, kept: Kept, now: datetime) -> None:
    log.warning("can be read again: %s %s of server %s", kept.what.kind, kept.what.of_id, kept.what.server_id)
    await set_aside.drop(conn, kept)
    await _end(conn, kept.what, now)
    await set_aside.look_again(conn, kept.what, now)
    if kept.what.kind == "case" and await case_states.filled_to(conn) is None:
        await case_states.write_each(conn, [kept.what.of_id])


async def _is_readable(conn: AsyncConnection, what: Unreadable, now: datetime) -> bool:
    """Whether it can be read and planned now."""
    match what.kind:
        case "case":
            return await _can_be_planned(conn, what.of_id, now)
        case "letter":
            return bool(await cases.letters_by_id(conn, [what.of_id]))
        case "server":
            return bool(await servers.with_ids(conn, [what.of_id]))
        case "place":
            return await places.is_readable(conn, what.of_id)
        case "fact" | "revision":
            of_kind = place_facts if what.kind == "fact" else revisions
            return bool(await of_kind.with_ids(conn, [what.of_id]))
        case "closure":
            known = await closures.of_server(conn, what.server_id or 0)
            return any(closure.id == what.of_id for closure in known)
        case "alert":
            return what.number is None or any(line.id == what.of_id for line in await notices.lines(conn, what.number))
        case "problem":
            return await problems.is_readable(conn, what.of_id)
        case "notice":
            return bool(await notices.with_ids(conn, [what.of_id]))
        case _:  # the index of states: `_index_again`
            return False


async def _can_be_planned(conn: AsyncConnection, case_id: int, now: datetime) -> bool:
    server_id = await set_aside.server_of(conn, case_id)
    if server_id is None:
        return True
    for case in await cases.with_ids(conn, [case_id]):
        if server_id in (known := await servers.with_ids(conn, [server_id])):
            try:
                plan(case, known[server_id].ladder_of(case.letter), known[server_id].posting, now)
            except Exception:
                return False
        return True
    return False


async def _index_again(db: Database) -> None:
    """Make the index of states anew, if a list has found that it is damaged."""
    async with db.read() as conn:
        damaged = unreadable.is_noted(conn, "index", 1)
    if damaged:
        await state_index.reindex(db, lambda done, total: None)
        async with db.write() as conn:
            await set_aside.drop_index(conn)


async def _notices_again(db: Database, now: datetime) -> bool:
    """Deliver what was set aside and can be read again. What is damaged still is set aside once more when it is claimed."""
    async with db.read() as conn:
        aside = await set_aside.notices_aside(conn, SLICE)
        whole = await notices.with_ids(conn, aside) if aside else []
        readable_servers = await servers.with_ids(conn, {notice.server_id for notice in whole}) if whole else {}
    again = [notice.id for notice in whole if notice.server_id in readable_servers]
    if again:
        async with db.write(records=False) as conn:
            await set_aside.send_again(conn, again, now)
    return bool(again)
