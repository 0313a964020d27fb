"""`python -m bench targets`: every figure that has a target, in the order of the table at the top of docs/performance.md.

For an idle machine. With `--large`, at 1,000,000 cases too, and for 10,000 alerts. A row that cannot be measured is shown as
such, and the others go on.
"""

from __future__ import annotations

import argparse
import asyncio
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import (
    answers,
    commands,
    comparison,
    delivery,
    first_start,
    large_start,
    lists,
    lookups,
    names,
    sheets,
    ticks,
)
from bench.delivery import Delivered, Scenario
from bench.target import Target

Measure = Callable[[Path, bool], Awaitable[list[Target]]]


async def of_ticks(folder: Path, large: bool) -> list[Target]:
    return await ticks.measure(folder, large)


async def of_names(folder: Path, large: bool) -> list[Target]:
    return await names.measure_names(folder, names.PLACES, names.QUERIES, names.SEED)


async def of_lists(folder: Path, large: bool) -> list[Target]:
    """The slowest page of each list at 100,000 cases: of one letter, and of 10,000 letters."""
    targets = []
    for per_letter in (lists.SIZES[-1], lists.PER_LETTER):
        async with lists.recorded(lists.SIZES[-1], per_letter) as db:
            figures = await lists.measure(db, lists.SIZES[-1])
        for name in ("/deadlines", "/letters", "/schedule"):
            slowest = max(figure.p99 for figure in figures if figure.what.startswith(name))
            targets.append(Target(f"{name}, {per_letter:,} recipients a letter: p99", slowest, "ms", lists.TARGET))
    return targets


async def of_crowd(folder: Path, large: bool) -> list[Target]:
    """450 alerts in 90 channels, beside the two other designs; with `large`, up to 10,000."""
    [letterwatch, *others] = costs = await comparison.compare(folder)
    comparison.show(costs)
    targets = [
        Target("450 alerts in 90 channels", letterwatch.per_second, "a second", 48.5, at_least=True),
        Target("429s for the limit of the bot", letterwatch.traffic.refused_global, "answers", 0),
        Target("processor time for each", letterwatch.milliseconds, "ms", 1.5),
        *[Target(f"the same, beside {each.design}", letterwatch.whole, "ms", each.whole) for each in others],
    ]
    for scenario in delivery.LARGE if large else delivery.LARGE[:1]:
        delivered = await _delivered(scenario, folder, watched=False)
        targets.append(Target(f"processor time for each of {scenario.alerts:,}", delivered.milliseconds, "ms", 1.5))
    return targets


async def of_channels(folder: Path, large: bool) -> list[Target]:
    """540 alerts in 60 channels: all of them in order, and two broken."""
    targets = []
    for scenario in (Scenario(60, 9), Scenario(60, 9, broken=True)):
        delivered = await _delivered(scenario, folder)
        targets += [
            Target(f"{scenario.name}: times what the limits allow", delivered.ratio, "", 1.05),
            Target(f"{scenario.name}: lost", delivered.lost, "alerts", 0),
            Target(f"{scenario.name}: doubled", delivered.doubled, "alerts", 0),
        ]
    return targets


async def of_one_channel(folder: Path, large: bool) -> list[Target]:
    delivered = await _delivered(Scenario(1, 200), folder)
    return [
        Target("200 alerts in one channel: times what the limits allow", delivered.ratio, "", 1.05),
        Target("200 alerts in one channel: 429s", delivered.refused, "answers", 0),
        Target("200 alerts in one channel: history reads", delivered.traffic.history, "reads", 0),
    ]


async def of_answers(folder: Path, large: bool) -> list[Target]:
    return await answers.measure(folder)


async def of_start(folder: Path, large: bool) -> list[Target]:
    started = [target async for target in large_start.measure(folder, large_start.CASES if large else large_start.FEWER)]
    return [*started, *await first_start.measure(folder)]


async def of_lookups(folder: Path, large: bool) -> list[Target]:
    return await lookups.measure(folder)


async def of_imports(folder: Path, large: bool) -> list[Target]:
    return await sheets.measure(folder)


async def of_commands(folder: Path, large: bool) -> list[Target]:
    """At 100,000 cases no command holds the event loop for more than 50 ms."""
    figures = await commands.measure(folder)
    commands.show(figures)
    return [Target("the step that holds the event loop longest", max(max(each.held) for each in figures) * 1000, "ms", 50)]


async def _delivered(scenario: Scenario, folder: Path, *, watched: bool = True) -> Delivered:
    delivered = await delivery.deliver(scenario, folder, watched=watched)
    print(f"{scenario.name}: {delivered.line()}", flush=True)
    return delivered


#: In the order of the table. A row of another module is one line: a function that gives its targets.
ROWS: tuple[tuple[str, Measure], ...] = (
    ("idle tick, first look, a week asleep", of_ticks),
    ("place autocomplete", of_names),
    ("/deadlines, /letters, /schedule", of_lists),
    ("450 alerts at once in 90 channels", of_crowd),
    ("540 alerts in 60 channels", of_channels),
    ("200 alerts in one channel", of_one_channel),
    ("200 people asking /status at once", of_answers),
    ("start to connected, and memory", of_start),
    ("letterwatch import of 10,000 rows", of_imports),
    ("no command blocks the event loop", of_commands),
    ("what is typed for a case, a letter or a place", of_lookups),
)


async def main(folder: Path, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench targets")
    parser.add_argument("--large", action="store_true", help="at 1,000,000 cases too, and 10,000 alerts")
    parser.add_argument("--row", type=int, action="append", help="only this row, from 1; may be repeated")
    chosen = parser.parse_args(arguments)
    results: list[tuple[str, list[Target]]] = []
    for number, (what, measure) in enumerate(ROWS, 1):
        if chosen.row and number not in chosen.row:
            continue
        print(f"\n{number}. {what}", flush=True)
        own_folder = folder / str(number)
        await asyncio.to_thread(own_folder.mkdir)
        try:
            results.append((what, await measure(own_folder, chosen.large)))
        except Exception:
            traceback.print_exc()
            results.append((f"{what}: COULD NOT BE MEASURED", []))
    print("\nTargets")
    for what, targets in results:
        print(what)
        for target in targets:
            print(f"  {target}")
    missed = sum(not target.is_met for _, targets in results for target in targets)
    print(f"{missed} of {sum(len(targets) for _, targets in results)} not met")
