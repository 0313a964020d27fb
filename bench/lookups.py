"""`python -m bench.lookups`: what is typed for a case, a letter or a place, on a server with 100,000 places, as many cases and
10,000 letters: processor time of an answer, and how long it holds the event loop at most. `--cases N` makes it smaller."""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import select

from bench import filled, large_start
from bench.filled import PLANNED, WRITTEN, ZONE, Size
from bench.names import with_slip
from bench.target import Target
from bot.desk import lookups, suggestions, twin_letters
from bot.desk.session import Session, reading
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store.database import Database
from bot.store.tables import jurisdictions, letters

CASES, LETTERS, EACH = 100_000, 10_000, 12
MOST_MILLISECONDS, MOST_HELD = 100.0, 50.0
NOW = PLANNED + timedelta(days=30)  # every deadline has passed
Ask = Callable[[Session, str], Awaitable[object]]


class _Held:
    """The longest turn of the event loop, by the processor time of its thread."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - began)


async def measure(folder: Path, cases: int = CASES) -> list[Target]:
    file = folder / "lookups.db"
    is_new = not file.is_file()
    db = Database(f"sqlite+aiosqlite:///{file}")
    if is_new:
        await db.migrate()
        await _fill(db, cases)
    dice = random.Random(1)
    async with db.read() as conn:
        named = (await conn.execute(select(jurisdictions.c.name, jurisdictions.c.state))).all()
    places = [f"{place.name}, {place.state}" for place in dice.sample(named, EACH)]
    wrong = [with_slip(with_slip(place, dice), dice) for place in places]
    numbers = dice.sample(range(2, LETTERS), EACH)
    async with reading(db, 1, NOW) as session:
        await suggestions.places_like(session, "x")  # makes the list of names
        await suggestions.letters_like(session, "x")
    gc.collect()
    gc.freeze()  # what the benchmark has made is no part of the bot
    timed = [
        await _timed(db, what, ask, texts)
        for what, ask, texts in (
            ("case by words of place and letter", lookups.one_case, [f"{place} demand" for place in places]),
            ("case by misspelled words", lookups.one_case, [f"{place} demand" for place in wrong]),
            ("case by words of every case", lookups.one_case, ["demand", "overdue", "dem over", "city demand"]),
            ("case by words of no case", lookups.one_case, ["xqzvk", "demand xqzvk", "nothing like that"]),
            ("letter by its title", lookups.one_letter, [f"Demand {number}" for number in numbers]),
            ("letter by words of every letter", lookups.one_letter, ["demand", "sent 2018", "letter jan"]),
            ("letters while typing", suggestions.letters_like, [f"demand {number // 10}" for number in numbers]),
            ("letters while typing, misspelled", suggestions.letters_like, [f"demnad {number}" for number in numbers]),
            ("twin of a new letter", _twin, [f"Demand {number}" for number in numbers]),
            ("place with two slips", lookups.named_places, wrong),
            ("place to record, with two slips", lookups.place_to_record, wrong),
        )
    ]
    await db.close()
    return [target for targets in timed for target in targets]


async def _fill(db: Database, cases: int) -> None:
    size = Size(cases, letters=1, facts=3)
    await filled.fill(db, size)
    more = (filled._letter(id, size) for id in range(2, LETTERS + 1))
    await filled._insert(db, letters, more)
    await large_start.name_places(db)
    await large_start.index(db)


async def _twin(session: Session, title: str) -> object:
    sent = When(WRITTEN.date().isoformat(), ZONE)
    return await twin_letters.letter_twin(session, "The authority", sent, title)


async def _timed(db: Database, what: str, ask: Ask, texts: list[str]) -> list[Target]:
    """Of the processor time of the event loop's thread: the longest answer, and the longest turn of the event loop."""
    took, held = [], _Held()
    for text in texts:
        async with reading(db, 1, NOW) as session:
            watching = asyncio.create_task(held.watch())
            began = time.thread_time()
            with suppress(CaseError):
                await ask(session, text)
            took.append((time.thread_time() - began) * 1000)
            watching.cancel()
    longest = Target(f"{what} (median {median(took):.1f} ms)", max(took), "ms", MOST_MILLISECONDS)
    return [longest, Target(f"{what}: event loop held", held.longest * 1000, "ms", MOST_HELD)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lookups", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--keep", type=Path, help="a folder for the database, which is found there the next time")
    return parser.parse_args()


async def main(options: argparse.Namespace) -> None:
    async with large_start.folder(options.keep) as folder:
        for row in await measure(folder, options.cases):
            print(row, flush=True)


if __name__ == "__main__":
    asyncio.run(main(_options()))
