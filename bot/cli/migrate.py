"""migrate: the tables of the database."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb

if TYPE_CHECKING:
    from bot.desk.state_index import Progress

EXAMPLES = "letterwatch migrate\nLETTERWATCH_DATABASE_URL=sqlite+aiosqlite:///data/letterwatch.db letterwatch migrate"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli import terminal
    from bot.desk.troubles import check_not_lost
    from bot.store.database import sqlite_file
    from bot.words.state_index import filled

    check_not_lost(args.settings())
    url = args.settings().database_url
    with terminal.counting("Indexing") as progress:
        count = asyncio.run(_migrate(url, progress))
    for line in (*filled(count), f"The database at {sqlite_file(url) or url} is up to date."):
        print(line)
    return OK


async def _migrate(url: str, progress: Progress) -> int:
    from bot.desk import state_index
    from bot.store.database import Database

    db = Database(url)
    try:
        return await state_index.prepare(db, progress)
    finally:
        await db.close()


VERB = Verb("migrate", "create the database, or bring its tables up to date", EXAMPLES, add_options, run)
