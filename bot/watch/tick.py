"""One tick: plan what is due. Costs one indexed query when nothing is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import FAR_AHEAD
from bot.event_loop import in_turns
from bot.record.case import Case
from bot.record.grouping import NoticeKey, notice_key
from bot.record.plan import Alert, Plan, asked_first, is_question, kept_quiet, plan
from bot.record.servers import Server
from bot.store import cases, ladders, looks, planning, servers, set_aside
from bot.store.database import Database, batches, stops_all
from bot.store.looks import DueCase
from bot.store.notices import LONGEST_HOLD
from bot.store.unreadable import Unreadable, note

log = logging.getLogger(__name__)

PAGE = 1_000  # due cases that are asked for at once
SLICE = 100  # cases that are planned in one transaction: others may write after it, and answers wait for no more than that


Due = tuple[int, int]  # the ids of a case and of its letter


@dataclass(frozen=True)
class _Slice:
    """Some of the due cases of a server."""

    server_id: int
    due: Sequence[Due]
    #: Whether there are more of the same server after these.
    more: bool


async def tick(db: Database, now: datetime) -> AsyncIterator[int]:
    """Plan every alert due at `now`, server by server: how many are new each time, so that sending can begin early.

    1. Ask for the cases that wait longest, a page at a time. One page is all where less is due; where more is due, the rest of
       each server on it is asked for by the server.
    2. Plan each server in slices, each in one transaction with the moment of the next look at its cases, so that after a crash
       in between they are looked at again. What is due at one moment shares a notice, which is held back until the last slice.
       Servers that need one slice are planned together, as many as have the cases of a slice.
    3. A case that cannot be read or planned keeps nothing else back. It is set aside, and so are those of a server whose
       settings cannot be read, until they can (`desk.care`). What keeps the whole database from being used is raised: what was
       planned until then is committed, and the rest is still due.
    """
    handled: set[int] = set()
    last: DueCase | None = None
    while True:
        async with db.read() as conn:
            page = await looks.due(conn, now, PAGE, last)
        complete = len(page) < PAGE
        of_page = _by_server(case for case in page if case.server_id not in handled)
        handled |= of_page.keys()
        async for small, large in _sorted_by_size(db, of_page, complete, now):
            for together in _packed(small):
                async for planned in _plan_together(db, together, now):
                    yield planned
            for server_id in large:
                slices = _slices(server_id, of_page[server_id]) if complete else _all_slices(db, server_id, now)
                async for planned in _plan_server(db, slices, now):
                    yield planned
        if complete:
            return
        last = page[-1]


def _by_server(page: Iterable[DueCase]) -> dict[int, list[Due]]:
    by_server: dict[int, list[Due]] = defaultdict(list)
    for case in page:
        by_server[case.server_id].append((case.id, case.letter_id))
    return by_server


async def _sorted_by_size(
    db: Database, of_page: Mapping[int, Sequence[Due]], complete: bool, now: datetime
) -> AsyncIterator[tuple[list[_Slice], list[int]]]:
    """Servers whose due cases fit one slice, with these cases, and the others.

    If the page is not `complete`, the servers on it may have more due cases than those on it.
    """
    for some in batches(list(of_page), PAGE if complete else SLICE):
        due: Mapping[int, Sequence[Due]] = {server_id: of_page[server_id] for server_id in some}
        if not complete:
            async with db.read() as conn:
                rows = await looks.due_of_servers(conn, some, now, PAGE)
            if len(rows) == PAGE:
                yield [], list(some)
                continue
            by_server: dict[int, list[Due]] = defaultdict(list)
            for server_id, case_id, letter_id in rows:
                by_server[server_id].append((case_id, letter_id))
            due = {server_id: by_server[server_id] for server_id in some}
        small = [_Slice(server_id, of_server, more=False) for server_id, of_server in due.items() if len(of_server) <= SLICE]
        yield small, [server_id for server_id, of_server in due.items() if len(of_server) > SLICE]


def _packed(small: Iterable[_Slice]) -> Iterator[list[_Slice]]:
    """In lists of at most SLICE cases."""
    together: list[_Slice] = []
    room = SLICE
    for of_server in small:
        if len(of_server.due) > room:
            yield together
            together, room = [], SLICE
        together.append(of_server)
        room -= len(of_server.due)
    if together:
        yield together


async def _slices(server_id: int, due: Sequence[Due]) -> AsyncIterator[_Slice]:
    in_order = sorted(due)
    for start in range(0, len(in_order), SLICE):
        rest = in_order[start:]
        yield _Slice(server_id, rest[:SLICE], len(rest) > SLICE)


async def _all_slices(db: Database, server_id: int, now: datetime) -> AsyncIterator[_Slice]:
    """Slices of a server of which not all due cases are known."""
    number = 0
    while True:
        async with db.read() as conn:
            rows = await looks.due_of_server(conn, server_id, now, SLICE + 1, number)
        yield _Slice(server_id, [(case_id, letter_id) for _, case_id, letter_id in rows[:SLICE]], len(rows) > SLICE)
        if len(rows) <= SLICE:
            return
        number = rows[SLICE - 1][0]


async def _plan_together(db: Database, together: Sequence[_Slice], now: datetime) -> AsyncIterator[int]:
    """Plan servers in one transaction; if one of them cannot be planned, each in a transaction of its own."""
    try:
        async with db.write(records=False) as conn:
            planned = await _plan_slices(conn, together, now)
    except Exception as failure:
        if stops_all(failure):
            raise
        for of_server in together:
            async for planned in _plan_server(db, _slices(of_server.server_id, of_server.due), now):
                yield planned
    else:
        yield planned


async def _plan_server(db: Database, slices: AsyncIterator[_Slice], now: datetime) -> AsyncIterator[int]:
    """Plan one server, each slice in a transaction of its own; if it cannot be planned, each letter of it."""
    failed: set[int] = set()
    async for of_server in slices:
        try:
            async with db.write(records=False) as conn:
                planned = await _plan_slices(conn, [of_server], now)
        except Exception as failure:
            if stops_all(failure):
                raise
            failed.add(of_server.server_id)
            async for planned in _plan_letters(db, of_server, now):
                yield planned
        else:
            yield planned
    if failed:  # perhaps the last slice, which would have released it
        async with db.write(records=False) as conn:
            await planning.release(conn, failed, now)


async def _plan_letters(db: Database, of_server: _Slice, now: datetime) -> AsyncIterator[int]:
    """Plan the letters of a slice one by one, so that one that cannot be planned keeps none back."""
    for letter_id in dict.fromkeys(letter_id for _, letter_id in of_server.due):
        of_letter = [case for case in of_server.due if case[1] == letter_id]
        try:
            async with db.write(records=False) as conn:
                planned = await _plan_slices(conn, [_Slice(of_server.server_id, of_letter, more=True)], now)
        except Exception as failure:
            if stops_all(failure):
                raise
            if not db.trouble.note(failure, "a letter could not be planned"):
                log.exception("letter %s of server %s could not be planned", letter_id, of_server.server_id)
        else:
            yield planned


async def _planned(
    conn: AsyncConnection, case_ids: Sequence[int], server_of: Mapping[int, Server], now: datetime
) -> list[tuple[Case, Plan]]:
    """Cases with what is due of each. One that cannot be read or planned is noted, and keeps back no other."""
    planned = []
    async for case in in_turns(await cases.with_ids(conn, case_ids)):
        server = server_of[case.id]
        try:
            planned.append((case, _plan_of(case, server, now)))
        except Exception as error:
            why = f"it cannot be planned: {type(error).__name__}"
            if note(conn, Unreadable("case", case.id, why, server.id, case.number, case.place.id)):
                log.exception("case %s could not be planned", case.id)
    return _asked_once(planned, server_of, now)


def _plan_of(case: Case, server: Server, now: datetime) -> Plan:
    of_case = plan(case.with_all_known(now, FAR_AHEAD), server.ladder_of(case.letter), server.posting, now)
    return kept_quiet(of_case, server.posting, now)


def _asked_once(planned: list[tuple[Case, Plan]], server_of: Mapping[int, Server], now: datetime) -> list[tuple[Case, Plan]]:
    """The same, but that of each letter only those ask whether to go on that do so first: after downtime others may be due."""
    asking = [of_case.due for case, of_case in planned if of_case.due and case.letter.asked_at is None]
    if not (first := asked_first(asking)):
        return planned
    asked = ((case, of_case, first.get(case.letter.id)) for case, of_case in planned)
    return [
        (case, _plan_of(_asked_at(case, at), server_of[case.id], now) if at and _asks_after(of_case, at) else of_case)
        for case, of_case, at in asked
    ]


def _asked_at(case: Case, moment: datetime) -> Case:
    return replace(case, letter=replace(case.letter, asked_at=moment))


def _asks_after(of_case: Plan, moment: datetime) -> bool:
    return of_case.due is not None and is_question(of_case.due.due) and of_case.due.due.at > moment


async def _plan_slices(conn: AsyncConnection, together: Sequence[_Slice], now: datetime) -> int:
    """Plan slices of different servers. One to which more will follow comes alone. Nothing is planned for a server without a
    channel, or whose settings cannot be read."""
    server_by_id = await servers.with_ids(conn, {of_server.server_id for of_server in together})
    server_id_of = {case_id: of_server.server_id for of_server in together for case_id, _ in of_server.due}
    with_channel = {server.id for server in server_by_id.values() if server.channel_id is not None}
    due_ids = await looks.still_due(conn, list(server_id_of), now)
    if silent := [case_id for case_id in due_ids if server_id_of[case_id] not in with_channel]:
        await looks.look_no_more(conn, silent)
    server_of = {i: server_by_id[server_id_of[i]] for i in due_ids if server_id_of[i] in with_channel}
    planned_cases = await _planned(conn, list(server_of), server_of, now)
    await planning.skip_alerts(
        conn, ((server_of[case.id].id, alert) for case, planned in planned_cases for alert in planned.skipped)
    )
    due: dict[NoticeKey, list[Alert]] = defaultdict(list)
    for case, planned in planned_cases:
        server = server_of[case.id]
        if planned.due and server.channel_id is not None:
            due[notice_key(server.id, server.channel_id, planned.due)].append(planned.due)
    held_until = now + LONGEST_HOLD if any(of_server.more for of_server in together) else None
    count = await planning.plan_alerts(conn, due, now, held_until) if due else 0
    if asked := asked_first(alert for alerts in due.values() for alert in alerts):
        await ladders.asked(conn, asked)
    await looks.looked(conn, [(case.id, planned.look_at) for case, planned in planned_cases], now)
    if len(planned_cases) < len(server_of) or len(server_by_id) < len({of_server.server_id for of_server in together}):
        await _set_aside(conn, together, server_by_id, server_of.keys() - {case.id for case, _ in planned_cases}, now)
    await planning.release(conn, [of_server.server_id for of_server in together if not of_server.more], now)
    return count


async def _set_aside(
    conn: AsyncConnection,
    together: Sequence[_Slice],
    server_by_id: Mapping[int, Server],
    unplanned: Iterable[int],
    now: datetime,
) -> None:
    """Look no more at what cannot be planned, until it can."""
    for server_id in {of_server.server_id for of_server in together} - server_by_id.keys():
        note(conn, Unreadable("server", server_id, "its row is missing", server_id))  # unless its row was noted
    await looks.look_no_more(conn, unplanned)
    await set_aside.keep(conn, now)
