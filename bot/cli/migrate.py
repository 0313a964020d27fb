"""migrate: the tables of the database."""

from __future__ import annotations

import argparse

from bot.cli.options import OK, Verb

EXAMPLES = "letterwatch migrate\nLETTERWATCH_DATABASE_URL=sqlite+aiosqlite:///data/letterwatch.db letterwatch migrate"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.store.database import sqlite_file

    url = args.settings().database_url
    asyncio.run(_migrate(url))
    print(f"The database at {sqlite_file(url) or url} is up to date.")
    return OK


async def _migrate(url: str) -> None:
    from bot.store.database import Database

    db = Database(url)
    try:
        await db.migrate()
    finally:
        await db.close()


VERB = Verb("migrate", "create the database, or bring its tables up to date", EXAMPLES, add_options, run)
