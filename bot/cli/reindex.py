"""reindex: the index of states, made anew from the record."""

from __future__ import annotations

import argparse

from bot.cli.options import OK, Verb

EXAMPLES = "letterwatch reindex"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli import terminal
    from bot.cli.connection import existing
    from bot.desk import state_index
    from bot.words.state_index import made_anew

    async def reindex(progress: terminal.Counted) -> int:
        async with existing(args.settings().database_url) as db:
            return len(await state_index.reindex(db, progress))

    with terminal.counting("Indexing") as progress:
        mended = asyncio.run(reindex(progress))
    print(made_anew(progress.done, mended))
    return OK


VERB = Verb("reindex", "make the index of states anew from the record; the bot may run", EXAMPLES, add_options, run)
