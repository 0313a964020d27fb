"""`python -m bench`: start-up time and memory, 500 notices due in one second, spreadsheets of 10,000 rows, long texts, answers,
autocomplete at 10,000 names, and ticks.

`python -m bench answers`: answers alone. `python -m bench names`: autocomplete alone, at 100,000 names.
`python -m bench tick [--large]`: ticks alone.
"""

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

from bench import answers, long_texts, names, sheets, ticks
from bench.crowd import deliver_at_once
from bench.start import start_and_measure

RUNS = 5
NOTICES = 500
PLAN = ("plan", "--example", "--from", "2025-01-01", "--to", "2025-12-31", "--json")


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[1:] == ["answers"]:
            await answers.measure(folder)
            return
        if sys.argv[1:2] == ["tick"]:
            await ticks.measure(folder, "--large" in sys.argv)
            return
        await measure_starts(folder)
        measure_plan()
        await measure_delivery(folder)
        await asyncio.to_thread(measure_imports, folder)
        measure_long_texts()
        await answers.measure(folder)
        await names.measure_names(folder, names.SMALL, NOTICES, names.SEED)
        await ticks.measure(folder)


async def only_names(arguments: list[str]) -> None:
    chosen = names.options(arguments)
    with tempfile.TemporaryDirectory() as name:
        await names.measure_names(Path(name), chosen.places, chosen.queries, chosen.seed)


async def measure_starts(folder: Path) -> None:
    starts = [await start_and_measure(folder / f"{run}.db") for run in range(RUNS)]
    seconds = median(start.seconds for start in starts)
    megabytes = median(start.megabytes for start in starts)
    print(f"process start to connected: {seconds:.2f} s (median of {RUNS}; target under 3 s)")
    print(f"memory, example record: {megabytes:.0f} MB resident (target under 150 MB)")


def measure_plan() -> None:
    """The repeated alerts of a year that begins seven years after the example's deadlines."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", *PLAN], check=True, stdout=subprocess.DEVNULL)
    print(f"the example's alerts of 2025: planned in {time.perf_counter() - began:.1f} s")


async def measure_delivery(folder: Path) -> None:
    crowd = await deliver_at_once(NOTICES, folder / "crowd.db")
    print(
        f"{NOTICES} notices at once in {NOTICES} channels: {crowd.arrived} arrived, {crowd.doubled} doubled, "
        f"{crowd.seconds:.1f} s, {crowd.refused} answers of 429"
    )


def measure_imports(folder: Path) -> None:
    for run in sheets.measure(folder):
        print(run.line())


def measure_long_texts() -> None:
    for what, seconds in long_texts.processor_seconds():
        print(f"{what}: read in {seconds:.1f} s of processor time")


if __name__ == "__main__":
    began = time.perf_counter()
    asyncio.run(only_names(sys.argv[2:]) if sys.argv[1:2] == ["names"] else main())
    took = timedelta(seconds=int(time.perf_counter() - began))
    print(f"measured in {took} on {os.cpu_count()} cores, Python {sys.version.split()[0]}")
