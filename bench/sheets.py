"""How long `letterwatch import` takes for a spreadsheet of thousands of recipients, as a whole process, and its memory."""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.files.sheets.columns import Column

GOVERNMENTS = Path("../shared/data/us-governments.csv")
KINDS = {" County": "county", " Parish": "county", " city": "city", " town": "town", " village": "town", " township": "town"}
LETTER = {
    Column.TITLE: "Document demand of 24 January 2018",
    Column.AUTHORITY: "U.S. Department of Justice",
    Column.SENT: "Jan 24, 2018",
    Column.SOURCE: "https://example.org/press-release-of-24-january-2018",
    Column.DEMAND: "All documents about orders to employees on the sharing of immigration status",
}


@dataclass(frozen=True)
class Import:
    seconds: float  #: by the clock
    processor_seconds: float
    megabytes: float  #: at most; of the process itself or of its child that parses, whichever is larger
    summary: str  #: the last line it printed


def import_twice(file: Path, database: Path) -> tuple[Import, Import]:
    """A first import into a new database, and the same file again."""
    return _import(file, database), _import(file, database)


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


def _import(file: Path, database: Path) -> Import:
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    output = database.with_suffix(".out")
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "import", str(file), "--server", "1", "--name", "City Desk", "--skip-bad-rows"]
    with output.open("w") as out:
        process = os.posix_spawn(sys.executable, command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
        _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"the import of {file.name} failed")
    return Import(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read_text().strip().splitlines()[-1])
