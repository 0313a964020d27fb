"""The index of states as a whole: filling it after an update, checking it, making it anew. In short transactions, since the
bot may be at work. What a person records keeps it up to date by itself: `store.case_states.follow`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from bot.store import case_counts, case_states, letter_pages
from bot.store.case_states import WrongEntry
from bot.store.database import Database

log = logging.getLogger(__name__)
FILLED_AT_ONCE = 1_000  # cases, when nobody else is at work
LETTERS = 20  # whose groups are counted at once
BATCH = 200  # cases: some ten milliseconds, for which other writers wait
PAUSE = 0.05  # seconds in which a writer of another process gets its turn: SQLite lets nobody queue
LOG_EVERY = 10_000  # cases
#: Called with how many cases are done, and with how many there are.
Progress = Callable[[int, int], None]


async def prepare(db: Database, progress: Progress | None = None, stopped: asyncio.Event | None = None) -> int:
    """Bring the tables up to date, then fill the index where it is not complete: how many cases were filled.

    What is cut off, or `stopped`, is carried on with by the next call. CaseError if a newer program made the database.
    """
    await db.migrate()
    async with db.read() as conn:
        start = await case_states.filled_to(conn)
        if start is None:
            return 0
        total = await case_states.count_after(conn, start)
    while await _date_letters(db):
        pass
    report = progress or _log
    done, last = 0, start
    while not (stopped and stopped.is_set()):
        async with db.write() as conn:
            ids = await case_states.ids_after(conn, last, FILLED_AT_ONCE)
            await case_states.write(conn, ids)
            last = ids[-1] if ids else last
            await case_states.set_filled(conn, last if ids else None)
        if not ids:
            break
        done += len(ids)
        report(done, max(done, total))
    return done


async def _date_letters(db: Database) -> int:
    async with db.write() as conn:
        return await letter_pages.date_letters(conn, FILLED_AT_ONCE)


async def reindex(db: Database, progress: Progress) -> list[WrongEntry]:
    """Make every row anew that differs from what the events say: those that did. The bot may run meanwhile."""
    mended = []
    async for wrong in _wrong_batches(db, progress):
        async with db.write() as conn:  # checked again: something may have been recorded since
            wrong = await case_states.wrong_entries(conn, [entry.case_id for entry in wrong])
            await case_states.write(conn, [entry.case_id for entry in wrong])
        mended += wrong
        await asyncio.sleep(PAUSE)
    async for letter_ids in _miscounted(db):
        async with db.write() as conn:
            await case_counts.count_letters_anew(conn, letter_ids)
    while await _date_letters(db):
        pass
    async with db.write() as conn:
        if await case_counts.miscounted_servers(conn):
            await case_counts.count_servers_anew(conn)
        await case_states.set_filled(conn, None)
    return mended


async def check(db: Database, progress: Progress) -> list[WrongEntry]:
    """The cases of which the index says something else than their events."""
    return [entry async for wrong in _wrong_batches(db, progress) for entry in wrong]


async def is_counted(db: Database) -> bool:
    """Whether the rows that are alike are counted rightly."""
    async for _ in _miscounted(db):
        return False
    async with db.read() as conn:
        return not await case_counts.miscounted_servers(conn)


async def _miscounted(db: Database) -> AsyncIterator[list[int]]:
    last = 0
    while True:
        async with db.read() as conn:
            ids = await case_counts.letters_after(conn, last, LETTERS)
            wrong = await case_counts.miscounted_letters(conn, ids)
        if not ids:
            return
        last = ids[-1]
        if wrong:
            yield wrong


async def _wrong_batches(db: Database, progress: Progress) -> AsyncIterator[list[WrongEntry]]:
    async with db.read() as conn:
        total = await case_states.count_after(conn, 0)
    done = last = 0
    while True:
        async with db.read() as conn:
            ids = await case_states.ids_after(conn, last, BATCH)
            wrong = await case_states.wrong_entries(conn, ids) if ids else []
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        if wrong:
            yield wrong
        progress(done, max(done, total))


def _log(done: int, total: int) -> None:
    if done % LOG_EVERY == 0 or done == total:
        log.info("filling the index of states: %d of %d cases", done, total)
