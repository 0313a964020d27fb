"""backup: a verified copy of the database, beside the running bot."""

from __future__ import annotations

import argparse

from bot.cli.options import OK, Verb, misused

EXAMPLES = "letterwatch backup"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none: folder and count are in the settings, so that the nightly backup has the same."""


def run(args: argparse.Namespace) -> int:
    from bot.clock import SystemClock
    from bot.desk import backups
    from bot.record.errors import CaseError
    from bot.store.database import sqlite_file
    from bot.words import backups as words

    settings = args.settings()
    file = sqlite_file(settings.database_url)
    if file is None:
        return misused(backups.NOT_SQLITE)
    if not file.is_file():
        raise CaseError(f"There is no database yet at {file}. There is nothing to back up.")
    result = backups.make(settings, SystemClock().now())
    for line in words.made(result.backup.file, result.backup.events, result.backup.size, len(result.removed)):
        print(line)
    if fuller := result.fuller:
        print(words.fuller(fuller.file, fuller.events, fuller.made_at))
    return OK


VERB = Verb(
    "backup", "back the database up: verified, compressed, only the newest kept; the bot may run", EXAMPLES, add_options, run
)
