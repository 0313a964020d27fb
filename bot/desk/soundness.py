"""Whether the database's file is sound, without opening it as the bot does."""

from __future__ import annotations

import os
from pathlib import Path

from bot.config import Settings
from bot.desk.backups import NOT_SQLITE
from bot.record.errors import CaseError
from bot.store import sqlite_checks
from bot.store.database import sqlite_file
from bot.store.migrating import known
from bot.store.sqlite_checks import Contents

_CALLED = "The database"


def database_file(settings: Settings) -> Path:
    """CaseError if there is none yet."""
    file = sqlite_file(settings.database_url)
    if file is None:
        raise CaseError(NOT_SQLITE)
    if not file.is_file():
        raise CaseError(f"There is no database yet at {file}: letterwatch run, or letterwatch migrate, makes one.")
    return file


def reading_url(settings: Settings) -> str:
    """Where the database is opened as the bot does it, and no byte of the file is changed. CaseError as `database_file`.

    What a killed bot has left in the log stays there: whoever closes the database last would write it into the file.
    """
    file = database_file(settings)
    if is_writable(file) and not sqlite_checks.has_log(file):  # a bot may start meanwhile, which a read-only one would miss
        return settings.database_url
    return f"sqlite+aiosqlite:///{sqlite_checks.address_of(file, writes=False)}&uri=true"


def contents_of(file: Path) -> Contents:
    """CaseError if it is no database of Letterwatch, or cannot be read."""
    with sqlite_checks.opened(file, writes=False) as connection:
        return sqlite_checks.contents(connection, _CALLED)


def check_sound(file: Path, *, references: bool = True) -> None:
    """Read every page of it. CaseError if it is damaged, or if a row refers to one that is not there (`references`)."""
    with sqlite_checks.opened(file, writes=False) as connection:
        sqlite_checks.check_sound(connection, _CALLED, references=references)


def is_current(file: Path, of: Contents) -> bool:
    """Whether its tables are those of this version. CaseError if a newer one made them."""
    sqlite_checks.check_revision(of, str(file))
    return of.revision == known()[-1]


def is_writable(file: Path) -> bool:
    """Whether this user may write the file, and what SQLite keeps beside it."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
