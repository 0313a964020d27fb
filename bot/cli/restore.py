"""restore: a backup in the place of the database, while no bot runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.options import OK, REFUSED, Verb, misused

if TYPE_CHECKING:
    from bot.config import Settings

EXAMPLES = (
    "letterwatch restore --dry-run\n"
    "letterwatch restore data/backups/letterwatch-20261127T030000Z.db.gz\n"
    "letterwatch restore --yes\n"
    "letterwatch restore --send-old"
)


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a backup (default: the newest good one; asks first)")
    verb.add_argument("--dry-run", action="store_true", help="say what would be restored and lost; change nothing")
    verb.add_argument("--yes", action="store_true", help="restore the newest good backup without asking")
    verb.add_argument(
        "--send-old",
        action="store_true",
        help="post old alerts also where nobody can see whether they were posted before; without FILE, those that are held",
    )


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.desk.backups import NOT_SQLITE
    from bot.store.database import sqlite_file

    settings = args.settings()
    if sqlite_file(settings.database_url) is None:
        return misused(NOT_SQLITE)
    if args.send_old and not (args.file or args.yes or args.dry_run):
        return asyncio.run(_send_old(settings))
    if args.dry_run:
        return _restore(args, settings)
    from bot.clock import SystemClock
    from bot.store.process_lock import ProcessLock

    with ProcessLock(settings.database_url, SystemClock().now()):
        return _restore(args, settings)


async def _send_old(settings: Settings) -> int:
    from bot.cli.connection import existing
    from bot.clock import SystemClock
    from bot.desk import restoring
    from bot.words import backups as words

    async with existing(settings.database_url) as db:
        print(words.sent_old(await restoring.send_old(db, SystemClock().now())))
    return OK


def _restore(args: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.clock import SystemClock
    from bot.desk import restoring
    from bot.words import backups as words
    from bot.words.plain_text import harmless

    with restoring.candidate(settings, args.file, only_looks=args.dry_run) as chosen:
        backup = chosen.unpacked
        for line in (*chosen.passed_over, words.candidate(backup.source, backup.contents.events, backup.contents.last_event)):
            print(harmless(line))
        lost = (backup.lost.events, backup.lost.first, backup.lost.last) if backup.lost else None
        for line in words.lost(lost, backup.coming_back):
            print(harmless(line))
        if args.dry_run:
            print("Nothing was changed.")
            return OK
        if not (args.file or args.yes) and (code := _asked()) != OK:
            return code
        restored = asyncio.run(restoring.restore(settings, chosen, SystemClock().now(), args.send_old))
    for line in words.restored(restored.kept, restored.waiting, args.send_old):
        print(harmless(line))
    return OK


def _asked() -> int:
    """Ask whether the backup that was found is to be restored: the exit code, OK for yes."""
    from bot.cli.terminal import ask, refuse

    answer = ask("Restore it? (yes/no)")
    if answer is None:
        return misused("Name the backup, or say --yes. Nothing was changed.")
    if answer.lower() in ("yes", "y"):
        return OK
    refuse("Nothing was changed.")
    return REFUSED


VERB = Verb("restore", "put a backup in the place of the database; the bot must be stopped", EXAMPLES, add_options, run)
