"""How long `letterwatch import` takes for thousands of recipients, as a whole process, its memory, and how long somebody else
who records has to wait meanwhile.

`python -m bench imports [ROWS]`. The database has a server with a channel and a letter, so that what is imported is announced.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.filled import Size, fill
from bench.target import Target
from bot.desk import state_index
from bot.files.sheets.columns import Column
from bot.store.database import Database

GOVERNMENTS = Path("../shared/data/us-governments.csv")
KINDS = {" County": "county", " Parish": "county", " city": "city", " town": "town", " village": "town", " township": "town"}
LETTER = {
    Column.TITLE: "Document demand of 24 January 2018",
    Column.AUTHORITY: "U.S. Department of Justice",
    Column.SENT: "Jan 24, 2018",
    Column.SOURCE: "https://example.org/press-release-of-24-january-2018",
    Column.DEMAND: "All documents about orders to employees on the sharing of immigration status",
}
ROWS = 10_000
ANSWERED = 10  # of so many recipients of a record file one has answered
WRITES = 10  # a second, of somebody else
TARGET = 3.0  # seconds, for 10,000 rows
MOST_WAITED = 1.0  # seconds


@dataclass(frozen=True)
class Import:
    """What one run of `letterwatch import` took."""

    name: str
    seconds: float  #: by the clock
    processor_seconds: float  #: of the process and its child that parses
    waited: float  #: seconds for which somebody else who recorded something had to wait, at most
    megabytes: float  #: at most; of the process itself or of its child, whichever is larger
    summary: str  #: the last line it printed

    def line(self) -> str:
        return (
            f"{self.name}: {self.seconds:.1f} s, {self.processor_seconds:.1f} s of processor time; somebody else waited "
            f"{self.waited:.2f} s at most; {self.megabytes:.0f} MB; {self.summary}"
        )

    def targets(self) -> list[Target]:
        return [
            Target(self.name, self.seconds, "s", TARGET),
            Target(f"{self.name}: somebody else waited at most", self.waited, "s", MOST_WAITED),
        ]


async def measure(folder: Path, count: int = ROWS) -> list[Target]:
    """Each kind of file twice: the second time nothing is new. The targets are for `ROWS` rows."""
    targets = []
    for file in (*written(folder, count), record_file(folder, count)):
        database = folder / f"{file.suffix[1:]}.db"
        await _prepare(database)
        for which in ("first", "second"):
            name = f"{count:,} rows of {file.suffix[1:]}, {which} import"
            run = await asyncio.to_thread(_import, name, file, database)
            print(run.line(), flush=True)
            targets += run.targets()
    return targets


async def main(folder: Path, arguments: list[str]) -> None:
    for target in await measure(folder, *map(int, arguments)):
        print(target)


async def _prepare(file: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{file}")
    await state_index.prepare(db)
    await fill(db, Size(cases=1, letters=1, facts=0), datetime(2100, 1, 1, tzinfo=UTC))
    await db.close()


def written(folder: Path, count: int) -> list[Path]:
    """The same recipients as a CSV and as an XLSX file."""
    rows = list(_rows(count))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (folder / "recipients.csv").write_text(text.getvalue(), encoding="utf-8")
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / "recipients.xlsx")
    return [folder / "recipients.csv", folder / "recipients.xlsx"]


def _rows(count: int) -> Iterator[list[str]]:
    yield ["jurisdiction", "kind", "state", "deadline", *LETTER]
    for number, (name, kind, state) in enumerate(islice(places(), count)):
        yield [name, kind, state, ("2018-02-23", "30 days", "Feb 26, 2018 at 5:00 p.m.")[number % 3], *LETTER.values()]


def record_file(folder: Path, count: int) -> Path:
    """A record file with one letter to so many towns, of which some have answered."""
    towns = [f"Town {number}" for number in range(count)]
    record: dict[str, Any] = {
        "format": "letterwatch record 1",
        "title": "The benchmark's record",
        "about": "One letter to many towns.",
        "timezone": "America/New_York",
        "sources": {"release": {"title": "Press release", "url": LETTER[Column.SOURCE]}},
        "jurisdictions": [{"name": town, "kind": "town", "state": "VT", "sources": ["release"]} for town in towns],
        "letters": [
            {
                "slug": "2018-01-24-demand",
                "title": LETTER[Column.TITLE],
                "authority": LETTER[Column.AUTHORITY],
                "sent": "2018-01-24",
                "demand": LETTER[Column.DEMAND],
                "sources": ["release"],
                "deadline": {"on": "2018-02-23"},
                "recipients": [f"{town}, VT" for town in towns],
            }
        ],
        "events": [
            {
                "id": f"answer-{number}",
                "letter": "2018-01-24-demand",
                "who": [f"Town {number}, VT"],
                "on": "2018-02-20",
                "kind": "answer",
                "extent": "partial",
                "certainty": "confirmed",
                "text": f"Town {number} sent some of the documents.",
                "sources": ["release"],
            }
            for number in range(0, count, ANSWERED)
        ],
    }
    file = folder / "record.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    return file


def places() -> Iterator[tuple[str, str, str]]:
    """Name, kind and state of governments in the order of the Census list; without that list, numbered towns."""
    if not GOVERNMENTS.is_file():
        yield from ((f"Town {number}", "town", "VT") for number in range(1_000_000))
        return
    seen = set()
    with GOVERNMENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ending = next((ending for ending in KINDS if row["name"].endswith(ending)), "")
            place = row["name"].removesuffix(ending if KINDS.get(ending) != "county" else ""), KINDS.get(ending, "")
            state = row["id"].split("/")[2].partition(":")[2].upper()
            if place[1] and len(state) == 2 and (*place, state) not in seen:
                seen.add((*place, state))
                yield *place, state


def _import(name: str, file: Path, database: Path) -> Import:
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    output = database.with_suffix(".out")
    command = [sys.executable, "-m", "bot", "import", str(file)]
    if file.suffix != ".json":
        command.append("--skip-bad-rows")
    with _somebody_else(database) as waits, output.open("w") as out:
        began = time.perf_counter()
        process = os.posix_spawn(sys.executable, command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
        _, status, used = os.wait4(process, 0)
        seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"the import of {file.name} failed")
    summary = output.read_text().strip().splitlines()[-1]
    return Import(name, seconds, used.ru_utime + used.ru_stime, max(waits), used.ru_maxrss / 1024, summary)


@contextmanager
def _somebody_else(database: Path) -> Iterator[list[float]]:
    """Somebody else records in another process; how long each write took is in the list at the end."""
    waits: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sheets", str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        yield waits
        process.stdin.close()
        waits += json.loads(process.stdout.read())


def write_until_told(database: Path) -> None:
    """Write ten times a second until standard input is closed, then print how long each write took."""
    waits = []
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        print("ready", flush=True)
        os.set_blocking(sys.stdin.fileno(), False)
        while sys.stdin.buffer.read() is None:
            began = time.perf_counter()
            for statement in ("BEGIN IMMEDIATE", "UPDATE heartbeat SET ticked_at = ticked_at", "COMMIT"):
                connection.execute(statement)
            waits.append(time.perf_counter() - began)
            time.sleep(1 / WRITES)
    print(json.dumps(waits))


if __name__ == "__main__":
    write_until_told(Path(sys.argv[1]))
