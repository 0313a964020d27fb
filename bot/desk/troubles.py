"""What whoever runs the bot is told when the database cannot be used."""

from __future__ import annotations

import os
from pathlib import Path

from bot.config import Settings
from bot.desk.backups import newest_good_backup
from bot.record.errors import CaseError, DatabaseTrouble
from bot.store.database import UnclearCommit, sqlite_file
from bot.words import database


def advice(settings: Settings, trouble: DatabaseTrouble) -> str:
    """What it is and what to do, in a line; where a backup helps, the newest good one is named."""
    file = sqlite_file(settings.database_url)
    if trouble is DatabaseTrouble.UNREACHABLE and file and _is_only_read(file):
        trouble = DatabaseTrouble.READ_ONLY
    backup = newest_good_backup(settings)
    return database.for_the_runner(trouble, str(file or "the database's server"), str(backup) if backup else None)


def _is_only_read(file: Path) -> bool:
    """SQLite cannot open a database with a write-ahead log, not even to read it, if it may not make files beside it."""
    return os.access(file, os.R_OK) and not os.access(file.parent, os.W_OK)


def check_not_lost(settings: Settings) -> None:
    """CaseError if the database is empty or not there, though it has backups: a new one would know of no letter."""
    file = sqlite_file(settings.database_url)
    if file is None or (file.is_file() and file.stat().st_size):
        return
    if backup := newest_good_backup(settings):
        raise CaseError(database.lost(str(file), str(backup), is_there=file.exists()))


def import_outcome(failure: Exception) -> str:
    """Whether an import that failed has recorded anything."""
    return database.IMPORT_UNCLEAR if isinstance(failure, UnclearCommit) else database.NOTHING_IMPORTED
