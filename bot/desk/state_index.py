"""The index of states as a whole: filling it after an update, checking it, making it anew. In short transactions, since the
bot is at work. What a person records keeps it up to date by itself: `store.case_states.follow`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass

from bot.event_loop import wait_for
from bot.store import case_counts, case_pages, case_states, cases, letter_pages
from bot.store.case_states import WrongEntry
from bot.store.database import Database, DatabaseFailure

log = logging.getLogger(__name__)
FILLED_AT_ONCE = 150  # cases: some ten milliseconds, for which the event loop is held and other writers wait
BATCH = 200  # cases that are checked at once
LETTERS = 20  # whose groups are counted at once
PAUSE = 0.05  # seconds in which a writer of another process gets its turn: SQLite lets nobody queue
LEAST_PAUSE = 0.005  # seconds after a batch that was filled; as long as the batch took, if that is longer
LOG_EVERY = 10_000  # cases
LOOK_EVERY = 60.0  # seconds between two looks for rows that are behind
#: Called with how many cases are done, and with how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """What a check of the index has found."""

    #: The cases of which it says something else than their events.
    wrong: list[WrongEntry]
    #: How many cases were left out, since it is still being filled.
    to_fill: int


async def prepare(db: Database, progress: Progress | None = None) -> int:
    """Bring the tables up to date, then `fill`, for who waits for it. CaseError if a newer program made the database."""
    await db.migrate()
    return await fill(db, progress)


async def keep(db: Database, stopped: asyncio.Event) -> None:
    """Beside the running bot, until it is `stopped`: fill the index where it is not complete, then bring up the rows that an
    older program, still running, leaves behind (`catch_up`). An index that cannot be kept delays no alert."""
    while not stopped.is_set():
        try:
            await fill(db, stopped=stopped)
            if mended := await catch_up(db, stopped):
                log.warning(
                    "something was recorded of %d cases without the index of states: is an older version still running?", mended
                )
        except Exception as failure:
            if not db.trouble.note(failure, f"the index of states could not be kept; next try in {LOOK_EVERY:g} s"):
                log.exception("the index of states could not be kept; next try in %g s", LOOK_EVERY)
        await wait_for(stopped, LOOK_EVERY)


async def fill(db: Database, progress: Progress | None = None, stopped: asyncio.Event | None = None) -> int:
    """Date the letters that are not dated yet, and fill the index where it is not complete: how many cases were filled.

    If it is cut off, or `stopped`, the next call continues it. Other processes may fill it at the same time.

    As much time as it takes is left to others.
    """
    async with db.read() as conn:
        start = await case_states.filled_to(conn)
        total = 0 if start is None else await case_states.count_after(conn, start)
    await _date_letters(db)
    report, done = progress or _log, 0
    clock = asyncio.get_running_loop().time
    while start is not None and not (stopped and stopped.is_set()):
        began = clock()
        if not (filled := await _fill_next(db)):
            break
        done += filled
        report(done, max(done, total))
        await asyncio.sleep(max(LEAST_PAUSE, clock() - began))
    if done:
        await _count_anew(db)
    return done


async def _date_letters(db: Database) -> None:
    """Note of every letter by when it was sent, some at a time."""
    async with db.read() as conn:
        dated = 0 if await letter_pages.is_dated(conn) else FILLED_AT_ONCE
    while dated == FILLED_AT_ONCE:
        async with db.write() as conn:
            dated = await letter_pages.date_letters(conn, FILLED_AT_ONCE)


async def _fill_next(db: Database) -> int:
    """The next cases after the mark, which moves with them: how many."""
    async with db.write() as conn:
        last = await case_states.filled_to(conn)  # in this transaction: another process may have moved it
        if last is None:
            return 0
        ids = await case_states.ids_after(conn, last, FILLED_AT_ONCE)
        await case_states.write_each(conn, ids)
        await case_states.set_filled(conn, ids[-1] if ids else None)
        if not last:  # rows are made from all events up to now: only later ones can leave them behind
            await case_states.set_checked(conn, await cases.newest_event_of_all(conn))
    return len(ids)


async def catch_up(db: Database, stopped: asyncio.Event | None = None) -> int:
    """Make the rows anew of cases of which something was recorded without them, by a program that knows no index: how many.

    Each event is looked at once. Nothing is done while the index is being filled.
    """
    async with db.read() as conn:
        if await case_states.filled_to(conn) is not None:
            return 0
        last = checked = await case_states.checked_to(conn)
        newest = await cases.newest_event_of_all(conn)
    mended: set[int] = set()
    while not (stopped and stopped.is_set()):
        async with db.read() as conn:
            behind = await case_states.not_followed(conn, last, newest, FILLED_AT_ONCE)
        if not behind:
            break
        last, of_cases = behind[-1][0], {case_id for _, case_id in behind}
        async with db.write() as conn:
            await case_states.write_each(conn, of_cases)
        mended |= of_cases
        await asyncio.sleep(LEAST_PAUSE)
    else:
        return len(mended)
    if mended:
        await _count_anew(db)
    if newest != checked:
        async with db.write() as conn:
            await case_states.set_checked(conn, newest)
    return len(mended)


async def reindex(db: Database, progress: Progress) -> list[WrongEntry]:
    """Make every row anew that differs from what the events say: those that did. The bot may run meanwhile."""
    mended = []
    async with db.read() as conn:
        newest = await cases.newest_event_of_all(conn)
    async for wrong, _ in _checked_batches(db, progress, all_cases=True):
        if not wrong:
            continue
        async with db.write() as conn:  # checked again: something may have been recorded since
            wrong = await case_states.wrong_entries(conn, [entry.case_id for entry in wrong])
            await case_states.write_each(conn, [entry.case_id for entry in wrong])
        mended += wrong
        await asyncio.sleep(PAUSE)
    await _count_anew(db)
    await _date_letters(db)
    async with db.write() as conn:
        await case_states.set_filled(conn, None)
        await case_states.set_checked(conn, newest)  # later events were recorded when their cases had been looked at
    return mended


async def _count_anew(db: Database) -> None:
    """What is counted wrongly: an older program replaces rows without counting them."""
    async for letter_ids in _miscounted(db):
        try:
            async with db.write() as conn:
                await case_counts.count_letters_anew(conn, letter_ids)
        except DatabaseFailure:  # rows that are alike differ after all: a value of one is damaged, and nobody sees which
            await _write_letters(db, letter_ids)
    try:
        await _count_servers(db)
    except DatabaseFailure:  # or groups that are alike do
        async for letter_ids in _letters(db):
            await _write_letters(db, letter_ids)
        await _count_servers(db)


async def _count_servers(db: Database) -> None:
    async with db.write() as conn:
        if await case_counts.miscounted_servers(conn):
            await case_counts.count_servers_anew(conn)


async def _write_letters(db: Database, letter_ids: Collection[int]) -> None:
    """Make all rows of these letters anew, and count them."""
    for letter_id in letter_ids:
        async with db.write() as conn:
            await case_counts.count_no_more(conn, letter_id)
            await case_states.write_each(conn, await case_pages.ids_of_letter(conn, letter_id))
            await case_counts.count_letters_anew(conn, [letter_id])


async def check(db: Database, progress: Progress) -> Checked:
    """Compare the index with the events of all cases for which it is filled."""
    wrong: list[WrongEntry] = []
    to_fill = 0
    async for of_batch, not_filled in _checked_batches(db, progress, all_cases=False):
        wrong += of_batch
        to_fill += not_filled
    return Checked(wrong, to_fill)


async def is_counted(db: Database) -> bool:
    """Whether the rows that are alike are counted rightly."""
    async for _ in _miscounted(db):
        return False
    async with db.read() as conn:
        return not await case_counts.miscounted_servers(conn)


async def _miscounted(db: Database) -> AsyncIterator[list[int]]:
    async for ids in _letters(db):
        async with db.read() as conn:
            wrong = await case_counts.miscounted_letters(conn, ids)
        if wrong:
            yield wrong


async def _letters(db: Database) -> AsyncIterator[list[int]]:
    last = 0
    while True:
        async with db.read() as conn:
            ids = await case_counts.letters_after(conn, last, LETTERS)
        if not ids:
            return
        last = ids[-1]
        yield ids


async def _checked_batches(db: Database, progress: Progress, *, all_cases: bool) -> AsyncIterator[tuple[list[WrongEntry], int]]:
    """Of some cases after another, those that are wrong, and how many were left out since the index is not filled for them."""
    async with db.read() as conn:
        total = await case_states.count_after(conn, 0)
    done = last = 0
    while True:
        async with db.read() as conn:
            ids = await case_states.ids_after(conn, last, BATCH)
            filled_to = None if all_cases else await case_states.filled_to(conn)
            filled = [id for id in ids if filled_to is None or id <= filled_to]
            wrong = await case_states.wrong_entries(conn, filled) if filled else []
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        yield wrong, len(ids) - len(filled)
        progress(done, max(done, total))


def _log(done: int, total: int) -> None:
    if done % LOG_EVERY == 0 or done == total:
        log.info("filling the index of states: %d of %d cases", done, total)
