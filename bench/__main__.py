"""`python -m bench`: start-up time and memory, 500 notices due in one second, spreadsheets of 10,000 rows."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import sheets
from bench.crowd import deliver_at_once
from bench.start import start_and_measure

RUNS = 5
NOTICES = 500
ROWS = 10_000
PLAN = ("plan", "--example", "--from", "2025-01-01", "--to", "2025-12-31", "--json")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        starts = [await start_and_measure(Path(folder) / f"{run}.db") for run in range(RUNS)]
        print(f"process start to connected: {median(s.seconds for s in starts):.2f} s (median of {RUNS}; target under 3 s)")
        print(f"memory, example record:     {median(s.megabytes for s in starts):.0f} MB resident (target under 150 MB)")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", *PLAN], check=True, stdout=subprocess.DEVNULL)
        print(f"a year of the example planned: {time.perf_counter() - began:.1f} s, seven years after its deadlines")
        crowd = await deliver_at_once(NOTICES, Path(folder) / "crowd.db")
        print(
            f"{NOTICES} notices at once in {NOTICES} channels: {crowd.arrived} arrived, {crowd.doubled} doubled, "
            f"{crowd.seconds:.1f} s, {crowd.refused} times 429"
        )
        import_spreadsheets(Path(folder))


def import_spreadsheets(folder: Path) -> None:
    for file in sheets.written(folder, ROWS):
        for which, run in zip(("first", "second"), sheets.import_twice(file, folder / f"{file.suffix[1:]}.db"), strict=True):
            print(
                f"{ROWS:,} rows of {file.suffix[1:]}, {which} import: {run.seconds:.1f} s ({run.processor_seconds:.1f} s of "
                f"processor; target under 10 s), {run.megabytes:.0f} MB; {run.says}"
            )


if __name__ == "__main__":
    began = time.perf_counter()
    asyncio.run(main())
    took = timedelta(seconds=int(time.perf_counter() - began))
    print(f"measured in {took} on {os.cpu_count()} cores, Python {sys.version.split()[0]}")
