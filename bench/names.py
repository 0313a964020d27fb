"""Place autocomplete at 100,000 names: how long a keystroke takes, how often the place that was meant is among the first ten,
and how long the list takes to make. `python -m bench names [--places N] [--queries N] [--seed N]`."""

from __future__ import annotations

import argparse
import asyncio
import csv
import gc
import random
import string
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from itertools import islice, product
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

from bench.sheets import GOVERNMENTS
from bench.sheets import places as governments
from bench.target import Target
from bot.desk.session import reading, writing
from bot.desk.suggestions import places_like
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.servers import Server
from bot.record.sources import Source
from bot.store import events, name_cache, places, servers
from bot.store.database import Database, batches

PLACES, QUERIES, SEED = 100_000, 2_000, 1
SMALL = 10_000
EVERY = 20  # one place in so many has a case
SERVER, NOW, ZONE = 1, datetime(2018, 1, 24, 17, tzinfo=UTC), ZoneInfo("America/New_York")
FIRST_WORDS = ("", "North", "South", "East", "West", "New", "Upper", "Lower", "Lake", "Mount", "Fort", "Port")
LAST_WORDS = ("", "Heights", "Falls", "Springs", "Park", "Grove", "Hills", "Valley", "Beach", "Junction", "Ridge", "Center")

#: The share of texts for which the place that was meant has to be among the first ten.
AMONG_TEN = {"whole name and state, one slip": 0.95, "begun name, with a case": 0.90}


@dataclass(frozen=True)
class Typed:
    """What somebody types for a place."""

    text: str
    #: What has to be among the first ten.
    wanted: str


def place_like(count: int) -> Iterator[Jurisdiction]:
    """Governments: those of the Census if their list is there, our own, then ours with more words, in the order of the list."""
    seen: set[tuple[str, str, str]] = set()
    listed = ((name, kind, state) for name, kind, state in (governments() if GOVERNMENTS.is_file() else ()))
    for name, kind, state in islice(_once(seen, listed, _packaged()), count):
        yield Jurisdiction(0, name, PlaceKind(kind), state)


def _once(seen: set[tuple[str, str, str]], *lists: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for place in (place for one_list in lists for place in one_list):
        if place not in seen:
            seen.add(place)
            yield place


def _packaged() -> Iterator[tuple[str, str, str]]:
    text = files("bot").joinpath("data", "places.csv").read_text(encoding="utf-8")
    rows = [(row["name"], row["kind"], row["state"]) for row in csv.DictReader(text.splitlines())]
    for first, last in product(FIRST_WORDS, LAST_WORDS):
        for name, kind, state in rows:
            bare = name.removesuffix(" County").removesuffix(" Parish")
            yield (f"{first} {bare} {last}".strip(), "town", state) if first or last else (name, kind, state)


def with_slip(text: str, dice: random.Random) -> str:
    """One letter dropped, doubled, swapped with the next or replaced."""
    letters = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = dice.choice(letters)
    slip = dice.randrange(4)
    if slip == 0:
        return text[:at] + text[at + 1 :]
    if slip == 1:
        return text[:at] + text[at] + text[at:]
    if slip == 2 and (pairs := [at for at in letters if text[at + 1 : at + 2].isalpha() and text[at] != text[at + 1]]):
        at = dice.choice(pairs)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + dice.choice(string.ascii_lowercase.replace(text[at].lower(), "")) + text[at + 1 :]


async def measure_names(folder: Path, count: int, queries: int, seed: int) -> list[Target]:
    db = Database(f"sqlite+aiosqlite:///{folder / f'names-{count}.db'}")
    await db.migrate()
    known = list(place_like(count))
    source = "the Census list and our own" if GOVERNMENTS.is_file() else "our own list"
    with_case = await record(db, known)
    async with db.read() as conn:
        server = await servers.get(conn, SERVER)
    print(f"{len(known):,} places, from {source} with more words; {len(with_case):,} with a case; seed {seed}")
    gc.collect()
    gc.freeze()  # what the measurement itself keeps is no work for the bot's garbage collector
    targets = [await measure_building(db, server)]
    dice = random.Random(seed)
    long = [place for place in known if len(place.name) >= 5]
    cases = [place for place in with_case if len(place.name) >= 5]
    rows = {
        "whole name and state, one slip": [whole(place, dice) for place in dice.choices(long, k=queries)],
        "whole name alone, one slip": [name_alone(place, dice) for place in dice.choices(long, k=queries)],
        "whole name, with a case, one slip": [whole(place, dice) for place in dice.choices(cases, k=queries)],
        "begun name, with a case": [begun(place, dice, 0) for place in dice.choices(cases, k=queries)],
        "begun name, with a case, one slip": [begun(place, dice, 1) for place in dice.choices(cases, k=queries)],
    }
    rows["every keystroke"] = list(keystrokes(dice.choices(long, k=queries // 10)))
    for what, typed in rows.items():
        p99, share = await measure_row(db, server, what, typed)
        if what in AMONG_TEN:
            targets.append(Target(f"{what}: among the first ten", share, "of the texts", AMONG_TEN[what], at_least=True))
        targets.append(Target(f"{what}: p99", p99 * 1000, "ms", 5))
    await db.close()
    return targets


def whole(place: Jurisdiction, dice: random.Random) -> Typed:
    return Typed(with_slip(place.label, dice), place.label)


def name_alone(place: Jurisdiction, dice: random.Random) -> Typed:
    """Here any place of that name will do: most names of this size are those of several."""
    return Typed(with_slip(place.name, dice), place.name)


def begun(place: Jurisdiction, dice: random.Random, slips: int) -> Typed:
    """At least four characters, and at least half of the name."""
    shortest = min(max(4, len(place.name) // 2), len(place.name))
    text = place.name[: dice.randint(shortest, len(place.name))]
    return Typed(with_slip(text, dice) if slips else text, place.label)


def keystrokes(chosen: Sequence[Jurisdiction]) -> Iterator[Typed]:
    for place in chosen:
        yield from (Typed(place.label[:length], place.label) for length in range(1, len(place.label) + 1))


async def record(db: Database, known: Sequence[Jurisdiction]) -> list[Jurisdiction]:
    async with db.write() as conn:
        await servers.ensure(conn, SERVER, "City Desk")
    ids = []
    for batch in batches(known, 5_000):
        async with db.write() as conn:
            ids += [place_id for place_id, _ in await places.ensure_all(conn, SERVER, batch)]
    async with writing(db, SERVER, NOW, "bench") as session:
        source = Source("Press release", "https://example.org/release")
        letter = Letter(0, "", "Demand", "The authority", When("2018-01-24", ZONE), "all documents", sources=(source,))
        recorded = await events.add_letter(session.conn, session.audit, letter)
        recipients = [NewCase(place_id, Deadline(date(2018, 2, 23), ZONE)) for place_id in ids[::EVERY]]
        await events.add_cases(session.conn, session.audit, recorded, recipients)
    return list(known[::EVERY])


async def measure_building(db: Database, server: Server) -> Target:
    began = time.perf_counter()
    async with held() as holds, reading(db, SERVER, NOW, server=server) as session:
        await places_like(session, "denver")
    seconds = time.perf_counter() - began
    await db.close()
    tracemalloc.start()
    async with db.read() as conn:
        made = await name_cache.NameCache().of(conn, SERVER)
        entries = len(made.names)
        megabytes = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    print(
        f"list made in {seconds:.1f} s ({entries:,} entries, {megabytes:.1f} MB); the event loop was held for at most "
        f"{holds.clock * 1000:.0f} ms, {holds.processor * 1000:.0f} ms of its processor time (target under 50 ms)"
    )
    return Target("event loop held while the list of names is made", holds.clock * 1000, "ms", 50)


async def measure_row(db: Database, server: Server, what: str, typed: Sequence[Typed]) -> tuple[float, float]:
    """The slowest of a hundred keystrokes, in seconds, and the share of texts whose place was among the first ten."""
    clock, processor, hits = [], [], 0
    async with held() as holds:
        for query in typed:
            began, began_work = time.perf_counter(), time.process_time()
            async with reading(db, SERVER, NOW, server=server) as session:
                offered = await places_like(session, query.text)
            clock.append(time.perf_counter() - began)
            processor.append(time.process_time() - began_work)
            hits += any(label.startswith(query.wanted) for label in offered[:10])
    print(
        f"{what}: {hits / len(typed):.3f} among the first ten of {len(typed):,}; {_percentiles(clock)}, of processor time "
        f"{_percentiles(processor)}; loop held {holds.clock * 1000:.0f} ms, {holds.processor * 1000:.0f} ms of processor time"
    )
    return quantiles(clock, n=100)[98], hits / len(typed)


def _percentiles(seconds: Sequence[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"


@dataclass
class Holds:
    """The longest time that the event loop did not come back, in seconds: by the clock, and of its thread's processor time."""

    clock: float = 0
    processor: float = 0


@asynccontextmanager
async def held() -> AsyncIterator[Holds]:
    holds = Holds()

    async def watch() -> None:
        while True:
            clock, processor = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            holds.clock = max(holds.clock, time.perf_counter() - clock - 0.001)
            holds.processor = max(holds.processor, time.thread_time() - processor)

    watchdog = asyncio.create_task(watch())
    try:
        yield holds
    finally:
        watchdog.cancel()


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench names")
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args(arguments)
