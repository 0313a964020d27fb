"""`python -m bench`: start-up time and memory, alerts that are due at once, beside two other designs, spreadsheets of
10,000 rows, long texts, texts whose truth is known, answers, every command at 10,000 cases, autocomplete at 10,000 names,
and ticks.

One thing alone, larger: `python -m bench` with `answers`, `audit`, `commands`, `delivery`, `imports`, `names`, `posts`,
`reading`, `recounts`, `rivals`, `targets` or `tick`. `targets` prints every figure that has a target, in the order of
docs/performance.md. Most take options: `--help`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import (
    answers,
    audit,
    commands,
    comparison,
    delivery,
    long_texts,
    names,
    posts,
    reading,
    recounts,
    sheets,
    targets,
    ticks,
)
from bench.start import start_and_measure

RUNS = 5
QUERIES = 500
IN_ONE_CHANNEL = 50  # alerts, instead of 200: each five take five seconds
CASES = 10_000  # for the commands
PLAN = ("plan", "--example", "--from", "2025-01-01", "--to", "2025-12-31", "--json")


async def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments:
            await ALONE[arguments[0]](folder, arguments[1:])
            return
        await measure_starts(folder)
        measure_plan()
        await delivery.measure(folder, IN_ONE_CHANNEL)
        await comparison.measure(folder)
        await sheets.measure(folder)
        measure_long_texts()
        await reading.main([])
        await answers.measure(folder)
        commands.show(await commands.measure(folder, CASES, times=1), most=10)
        await names.measure_names(folder, names.SMALL, QUERIES, names.SEED)
        await ticks.measure(folder)


async def only_names(folder: Path, arguments: list[str]) -> None:
    chosen = names.options(arguments)
    await names.measure_names(folder, chosen.places, chosen.queries, chosen.seed)


#: By the first argument: each is given a folder and the other arguments.
ALONE: dict[str, Callable[[Path, list[str]], Awaitable[object]]] = {
    "answers": lambda folder, _: answers.measure(folder),
    "audit": lambda folder, _: audit.measure(folder),
    "commands": commands.main,
    "delivery": delivery.main,
    "imports": sheets.main,
    "names": only_names,
    "posts": lambda folder, _: posts.measure(folder),
    "reading": lambda _, arguments: reading.main(arguments),
    "recounts": lambda folder, _: recounts.measure(folder),
    "rivals": lambda folder, _: comparison.measure(folder),
    "targets": targets.main,
    "tick": lambda folder, arguments: ticks.measure(folder, "--large" in arguments),
}


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


def measure_long_texts() -> None:
    for what, seconds in long_texts.processor_seconds():
        print(f"{what}: read in {seconds:.1f} s of processor time")


if __name__ == "__main__":
    began = time.perf_counter()
    asyncio.run(main(sys.argv[1:]))
    took = timedelta(seconds=int(time.perf_counter() - began))
    print(f"measured in {took} on {os.cpu_count()} cores, Python {sys.version.split()[0]}")
