"""What whoever runs the bot is told when the database cannot be used."""

from __future__ import annotations

from bot.config import Settings
from bot.record.errors import DatabaseTrouble
from bot.store.database import UnclearCommit, sqlite_file
from bot.words import database


def advice(settings: Settings, trouble: DatabaseTrouble) -> str:
    """What it is and what to do, in a line; where a backup helps, the newest good one is named."""
    file = sqlite_file(settings.database_url)
    return database.for_the_runner(trouble, str(file or "the database's server"), None)


def import_outcome(failure: Exception) -> str:
    """Whether an import that failed has recorded anything."""
    return database.IMPORT_UNCLEAR if isinstance(failure, UnclearCommit) else database.NOTHING_IMPORTED
