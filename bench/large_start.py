"""`python -m bench.large_start`: the start of the bot, and its memory, at 1,000,000 cases: on ten servers, and on one with
100,000 places. `--cases N` makes it smaller; `--keep FOLDER` keeps the databases (5 GB), and finds them there the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.bot_process import TOKEN, bot_process, processor_seconds
from bench.filled import CHANNEL, Size, fill
from bench.names import place_like
from bench.target import Target
from bot.store import case_states, cases, heartbeat
from bot.store.database import Database
from bot.store.tables import jurisdictions
from sandbox import Channel, Person, Sandbox

CASES, FEWER = 1_000_000, 100_000
ASKED = 200  # places that are asked for and typed, letter by letter
REST = 3.0  # seconds before a look at the memory
MOST_SECONDS, MOST_MEGABYTES = 3.0, 150.0
ROWS = 10_000  # of one INSERT
AT_ONCE = 5_000  # cases that are indexed in one transaction


@dataclass(frozen=True)
class _Room:
    sandbox: Sandbox
    channel: Channel
    person: Person


async def measure(folder: Path, cases: int = CASES) -> AsyncIterator[Target]:
    """The figures of two databases, which are made in the folder unless they are there."""
    per_place = 10
    sizes = {
        "ten servers": Size(cases, letters=cases // 100, servers=10, notices=True),
        f"one server with {cases // per_place:,} places": Size(cases, letters=per_place, notices=True),
    }
    for number, (what, size) in enumerate(sizes.items()):
        file = folder / f"{cases}-{number}.db"
        if not file.is_file():
            await _fill(file, size)
        async for row in _start(file, f"{cases:,} cases on {what}"):
            yield row


async def _fill(file: Path, size: Size) -> None:
    unfinished = file.with_suffix(".unfinished")
    db = Database(f"sqlite+aiosqlite:///{unfinished}")
    await db.migrate()
    await fill(db, size, datetime.now(UTC) + timedelta(days=365))
    await name_places(db)
    await index(db)
    await db.close()
    unfinished.rename(file)


async def index(db: Database) -> None:
    """The index of states; nobody else is at work, so it needs no pauses."""
    last = 0
    while True:
        async with db.write() as conn:
            ids = await case_states.ids_after(conn, last, AT_ONCE)
            await case_states.write(conn, ids)
            if not ids:
                await case_states.set_checked(conn, await cases.newest_event_of_all(conn))
                return
        last = ids[-1]


async def name_places(db: Database) -> None:
    """Names of governments for the places of each server, and what finds them."""
    async with db.write() as conn:
        counts = (await conn.execute(select(jurisdictions.c.server_id, func.count()).group_by(jurisdictions.c.server_id))).all()
        first = 1
        for server_id, count in counts:
            named = list(place_like(count))
            renamed = [(place.name, place.kind.value, place.state, id) for id, place in enumerate(named, first)]
            keys = [(server_id, key, id) for id, place in enumerate(named, first) for key in place.search_keys()]
            for rows, statement in (
                (renamed, "UPDATE jurisdictions SET name = ?, kind = ?, state = ? WHERE id = ?"),
                (keys, "INSERT OR IGNORE INTO place_names (server_id, key, jurisdiction_id) VALUES (?, ?, ?)"),
            ):
                for start in range(0, len(rows), ROWS):
                    await conn.exec_driver_sql(statement, rows[start : start + ROWS])
            first += count


async def _start(file: Path, what: str) -> AsyncIterator[Target]:
    url = f"sqlite+aiosqlite:///{file}"
    async with _sandbox() as room:
        db = Database(url)
        labels = await _labels(db)
        before = await _last_beat(db)
        began = time.perf_counter()
        report = file.with_suffix(".json")  # nothing is written there: the program runs without the watchdog
        async with bot_process(room.sandbox.api, url, report, ("bot", "run"), LETTERWATCH_LOG_LEVEL="warning") as pid:
            await room.sandbox.connected(timeout=120)
            yield Target(f"{what}: process start to connected", time.perf_counter() - began, "s", MOST_SECONDS)
            yield Target(f"{what}: of processor time", processor_seconds(pid), "s", MOST_SECONDS)
            while await _last_beat(db) == before:
                await asyncio.sleep(0.1)
            await asyncio.sleep(REST)
            yield Target(f"{what}: memory after the first tick", _megabytes(pid, "VmRSS"), "MB", MOST_MEGABYTES)
            for label in labels:
                answer = await room.person.command(room.channel, "status", jurisdiction=label)
                assert answer.failed is None and "Deadline" in answer.text, answer
            yield Target(f"{what}: memory after {ASKED} answers", _megabytes(pid, "VmRSS"), "MB", MOST_MEGABYTES)
            for label in labels:
                await room.person.complete(room.channel, "status", "jurisdiction", label[:5])
            yield Target(f"{what}: memory after {ASKED} keystrokes", _megabytes(pid, "VmRSS"), "MB", MOST_MEGABYTES)
            yield Target(f"{what}: most memory so far", _megabytes(pid, "VmHWM"), "MB", MOST_MEGABYTES)
        await db.close()


@asynccontextmanager
async def _sandbox() -> AsyncIterator[_Room]:
    """One server, of which the database knows everything: it has the first id there."""
    sandbox = Sandbox()
    world = sandbox.world
    owner, ids = world.add_user("alice"), world.ids
    world.ids = _Only(1)  # type: ignore[assignment]
    guild = world.add_guild("City Desk", owner)
    world.ids = _Only(CHANNEL + 1)  # type: ignore[assignment]
    channel = world.add_channel(guild, "alerts")
    world.ids = ids
    world.add_bot(guild, world.add_application("Letterwatch", TOKEN))
    async with sandbox:
        yield _Room(sandbox, channel, sandbox.person(owner, guild))


@dataclass(frozen=True)
class _Only:
    """Gives out one id."""

    id: int

    def next(self) -> int:
        return self.id


async def _labels(db: Database) -> list[str]:
    """Full names of some places of the first server."""
    async with db.read() as conn:
        ids = (await conn.execute(select(jurisdictions.c.id).where(jurisdictions.c.server_id == 1))).scalars().all()
        some = random.Random(1).sample(list(ids), min(ASKED, len(ids)))
        query = select(jurisdictions.c.name, jurisdictions.c.state, jurisdictions.c.kind).where(jurisdictions.c.id.in_(some))
        return [f"{name}, {state} ({kind})" for name, state, kind in await conn.execute(query)]


async def _last_beat(db: Database) -> object:
    async with db.read() as conn:
        return await heartbeat.last_beat(conn)


def _megabytes(pid: int, field: str) -> float:
    """Memory of a process in MB (Linux): VmRSS is what it holds now, VmHWM the most that it held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"/proc does not give {field} on this system")


@asynccontextmanager
async def folder(kept: Path | None) -> AsyncIterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.large_start", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


async def main(options: argparse.Namespace) -> None:
    async with folder(options.keep) as where:
        async for row in measure(where, options.cases):
            print(row, flush=True)


if __name__ == "__main__":
    asyncio.run(main(_options()))
