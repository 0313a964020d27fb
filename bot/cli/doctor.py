"""doctor: whether what is derived from the record agrees with it."""

from __future__ import annotations

import argparse

from bot.cli.options import OK, REFUSED, Verb

EXAMPLES = "letterwatch doctor"
MOST_NAMED = 50


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli import terminal
    from bot.cli.connection import existing
    from bot.desk import state_index
    from bot.words.state_index import checked, wrong_line

    async def check(progress: terminal.Counted) -> tuple[state_index.Checked, bool]:
        async with existing(args.settings().database_url) as db:
            return await state_index.check(db, progress), await state_index.is_counted(db)

    with terminal.counting("Checking") as progress:
        result, counted = asyncio.run(check(progress))
    wrong = [wrong_line(entry.server_id, entry.number, entry.columns) for entry in result.wrong]
    for line in wrong[:MOST_NAMED]:
        print(line)
    if len(wrong) > MOST_NAMED:
        print(f"and {len(wrong) - MOST_NAMED:,} more")
    for line in checked(progress.done, len(wrong), counted, result.to_fill):
        print(line)
    return OK if counted and not wrong else REFUSED


VERB = Verb("doctor", "check the index of states against the record; exit 1 if they differ", EXAMPLES, add_options, run)
