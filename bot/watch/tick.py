"""One tick: plan what is due. Costs one indexed query when nothing is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import FAR_AHEAD
from bot.event_loop import in_turns
from bot.record.case import Case
from bot.record.plan import Alert, Plan, plan
from bot.record.servers import Server
from bot.store import cases, looks, notices, servers, set_aside
from bot.store.database import Database, batches, stops_all
from bot.store.looks import DueCase
from bot.store.notices import LONGEST_HOLD, NoticeGroup
from bot.store.unreadable import Unreadable, note

log = logging.getLogger(__name__)

PAGE = 1_000  # due cases that are asked for at once
SLICE = 100  # cases that are planned in one transaction: others may write after it, and answers wait for no more than that


_Letter = tuple[int, int]  # the ids of its server and itself


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
       Letters that need one slice are planned together, as many as have the cases of a slice.
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
        of_page = _by_letter(case for case in page if case.letter_id not in handled)
        handled |= {letter_id for _, letter_id in of_page}
        async for small, large in _sorted_by_size(db, of_page, complete, now):
            for together in _packed(small):
                async for planned in _plan_together(db, together, now):
                    yield planned
            for letter in large:
                slices = _slices(letter, of_page[letter]) if complete else _all_slices(db, letter, now)
                async for planned in _plan_letter(db, slices, now):
                    yield planned
        if complete:
            return
        last = page[-1]


def _by_letter(page: Iterable[DueCase]) -> dict[_Letter, list[int]]:
    by_letter: dict[_Letter, list[int]] = defaultdict(list)
    for case in page:
        by_letter[case.server_id, case.letter_id].append(case.id)
    return by_letter


async def _sorted_by_size(
    db: Database, of_page: Mapping[_Letter, Sequence[int]], complete: bool, now: datetime
) -> AsyncIterator[tuple[list[_Slice], list[_Letter]]]:
    """Letters whose due cases fit one slice, with these cases, and the others.

    If the page is not `complete`, the letters on it may have more due cases than those on it.
    """
    for some in batches(list(of_page), PAGE if complete else SLICE):
        due: Mapping[_Letter, Sequence[int]] = {letter: of_page[letter] for letter in some}
        if not complete:
            async with db.read() as conn:
                rows = await looks.due_of_letters(conn, [letter_id for _, letter_id in some], now, PAGE)
            if len(rows) == PAGE:
                yield [], list(some)
                continue
            by_id: dict[int, list[int]] = defaultdict(list)
            for case_id, letter_id in rows:
                by_id[letter_id].append(case_id)
            due = {letter: by_id[letter[1]] for letter in some}
        small = [_Slice(*letter, case_ids, more=False) for letter, case_ids in due.items() if len(case_ids) <= SLICE]
        yield small, [letter for letter, case_ids in due.items() if len(case_ids) > SLICE]


def _packed(small: Iterable[_Slice]) -> Iterator[list[_Slice]]:
    """In lists of at most SLICE cases."""
    together: list[_Slice] = []
    room = SLICE
    for of_letter in small:
        if len(of_letter.case_ids) > room:
            yield together
            together, room = [], SLICE
        together.append(of_letter)
        room -= len(of_letter.case_ids)
    if together:
        yield together


async def _slices(letter: _Letter, case_ids: Sequence[int]) -> AsyncIterator[_Slice]:
    for start in range(0, len(case_ids), SLICE):
        rest = case_ids[start:]
        yield _Slice(*letter, rest[:SLICE], len(rest) > SLICE)


async def _all_slices(db: Database, letter: _Letter, now: datetime) -> AsyncIterator[_Slice]:
    """Slices of a letter of which not all due cases are known."""
    place = 0
    while True:
        async with db.read() as conn:
            rows = await looks.due_of_letter(conn, letter[1], now, SLICE + 1, place)
        yield _Slice(*letter, [case_id for case_id, _ in rows[:SLICE]], len(rows) > SLICE)
        if len(rows) <= SLICE:
            return
        place = rows[SLICE - 1][1]


async def _plan_together(db: Database, together: Sequence[_Slice], now: datetime) -> AsyncIterator[int]:
    """Plan letters in one transaction; if one of them cannot be planned, each in a transaction of its own."""
    try:
        async with db.write(records=False) as conn:
            planned = await _plan_slices(conn, together, now)
    except Exception as failure:
        if stops_all(failure):
            raise
        for of_letter in together:
            async for planned in _plan_letter(db, _slices((of_letter.server_id, of_letter.letter_id), of_letter.case_ids), now):
                yield planned
    else:
        yield planned


async def _plan_letter(db: Database, slices: AsyncIterator[_Slice], now: datetime) -> AsyncIterator[int]:
    """Plan one letter, each slice in a transaction of its own."""
    failed: set[int] = set()
    async for of_letter in slices:
        try:
            async with db.write(records=False) as conn:
                planned = await _plan_slices(conn, [of_letter], now)
        except Exception as failure:
            if stops_all(failure):
                raise
            failed.add(of_letter.letter_id)
            if not db.trouble.note(failure, "a letter could not be planned"):
                log.exception("letter %s of server %s could not be planned", of_letter.letter_id, of_letter.server_id)
        else:
            yield planned
    if failed:  # perhaps the last slice, which would have released it
        async with db.write(records=False) as conn:
            await notices.release(conn, failed, now)


async def _planned(
    conn: AsyncConnection, case_ids: Sequence[int], heard: Mapping[int, Server], now: datetime
) -> list[tuple[Case, Plan]]:
    """Cases with what is due of each. One that cannot be read or planned is noted, and keeps back no other."""
    planned = []
    async for case in in_turns(await cases.with_ids(conn, case_ids)):
        server = heard[case.letter.id]
        try:
            planned.append(
                (case, plan(case.with_all_known(now, FAR_AHEAD), server.ladder_of(case.letter), server.posting, now))
            )
        except Exception as error:
            why = f"it cannot be planned: {type(error).__name__}"
            if note(conn, Unreadable("case", case.id, why, server.id, case.number, case.place.id)):
                log.exception("case %s could not be planned", case.id)
    return planned


async def _plan_slices(conn: AsyncConnection, together: Sequence[_Slice], now: datetime) -> int:
    """Plan slices of different letters. One to which more will follow comes alone. Nothing is planned for a server without a
    channel, or whose settings cannot be read."""
    server_by_id = await servers.with_ids(conn, {of_letter.server_id for of_letter in together})
    with_channel = {server.id for server in server_by_id.values() if server.channel_id is not None}
    silent = [of_letter for of_letter in together if of_letter.server_id not in with_channel]
    heard = {each.letter_id: server_by_id[each.server_id] for each in together if each.server_id in with_channel}
    due_ids = set(await looks.still_due(conn, [case_id for of_letter in together for case_id in of_letter.case_ids], now))
    if silent:
        await looks.look_no_more(conn, [i for of_letter in silent for i in of_letter.case_ids if i in due_ids])
    case_ids = [i for of_letter in together if of_letter.letter_id in heard for i in of_letter.case_ids if i in due_ids]
    groups: dict[NoticeGroup, list[Alert]] = defaultdict(list)
    skipped: list[Alert] = []
    next_looks = []
    planned_cases = await _planned(conn, case_ids, heard, now)
    for case, planned_case in planned_cases:
        server = heard[case.letter.id]
        assert server.channel_id is not None
        next_looks.append((case.id, planned_case.look_at))
        skipped += planned_case.skipped
        if planned_case.due:
            due = planned_case.due.due
            group = NoticeGroup(server.id, server.channel_id, case.letter.id, due.rung.name, due.occurrence, due.at)
            groups[group].append(planned_case.due)
    await notices.skip_alerts(conn, skipped, {letter_id: server.id for letter_id, server in heard.items()})
    held_until = now + LONGEST_HOLD if any(of_letter.more for of_letter in together) else None
    planned = await notices.plan_alerts(conn, groups, now, held_until) if groups else 0
    await looks.looked(conn, next_looks, now)
    if len(planned_cases) < len(case_ids) or len(server_by_id) < len({of_letter.server_id for of_letter in together}):
        for server_id in {of_letter.server_id for of_letter in together} - server_by_id.keys():
            note(conn, Unreadable("server", server_id, "its row is missing", server_id))  # unless its row was noted
        await looks.look_no_more(conn, set(case_ids) - {case.id for case, _ in planned_cases})
        await set_aside.keep(conn, now)
    await notices.release(conn, [of_letter.letter_id for of_letter in together if not of_letter.more], now)
    return planned
