"""Backups of the database: made by command or each night, and what is known of them without opening the database."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.event_loop import wait_for
from bot.record.errors import CaseError
from bot.store import backups
from bot.store.backup_files import Backup, BackupFiles
from bot.store.backups import Made
from bot.store.database import sqlite_file

__all__ = ["Backup", "LastBackup", "Made", "files_of", "keep", "last_backup", "make", "newest_good_backup", "overdue"]

log = logging.getLogger(__name__)
#: How old the newest backup may be where one is made each night: a day, and time to make it.
FRESH = timedelta(hours=26)
#: By how much the clock may have been ahead when a backup was made.
AHEAD = timedelta(minutes=5)
#: Seconds after the start before the first look: what is due is posted first.
FIRST_LOOK = 60.0
LOOK_EVERY = 60.0
#: Seconds between two attempts of the running bot, whatever the clock does meanwhile.
NEXT_ATTEMPT = 3600.0
#: Seconds of rest after each megabyte: others have the disk and the processor meanwhile.
REST = 0.01
NOT_SQLITE = "Letterwatch backs up SQLite files alone. Use pg_dump and pg_restore for PostgreSQL."


@dataclass(frozen=True)
class LastBackup:
    """How the last attempts to back the database up ended."""

    folder: Path
    #: The newest one that was verified and is still there.
    good: Backup | None
    #: When an attempt began that failed after it; None if the last attempt was good.
    failed_at: datetime | None
    #: Why it failed, as a sentence.
    failure: str
    #: A backup with more events than the newest one, which nothing explains; none is removed while it is there.
    fuller: Backup | None


def files_of(settings: Settings) -> BackupFiles:
    """CaseError if the database is not in a file."""
    file = sqlite_file(settings.database_url)
    if file is None:
        raise CaseError(NOT_SQLITE)
    return BackupFiles.of(file.resolve(), settings.backup.folder)  # of whatever path leads to it


def newest_good_backup(settings: Settings) -> Path | None:
    """The newest backup that is there: one that was verified, else one that is called as they are."""
    try:
        return next(iter(files_of(settings).newest_first()), None)
    except CaseError:
        return None


def last_backup(settings: Settings) -> LastBackup:
    """CaseError if the database is not in a file."""
    files = files_of(settings)
    record = files.read()
    return LastBackup(files.folder, record.newest, record.failed_at, record.failure, record.fuller)


def overdue(last: LastBackup, now: datetime, settings: Settings) -> bool:
    """Whether a backup is missing that should be there. One that was made while the clock was ahead does not count."""
    if not settings.backup.nightly:
        return False
    return last.good is None or not timedelta(0) <= now - last.good.made_at + AHEAD <= FRESH


def make(settings: Settings, now: datetime, stopped: threading.Event | None = None) -> Made:
    """Back the database up. CaseError as `store.backups.make`; `Stopped` if it is stopped meanwhile."""

    def pause() -> None:
        if stopped and stopped.is_set():
            raise Stopped
        time.sleep(REST)

    return backups.make(files_of(settings), settings.backup.keep, now, pause)


class Stopped(Exception):
    """The bot is stopping: the backup is made after the next start."""


def due(newest: datetime | None, now: datetime, hour: int) -> bool:
    """Whether the last nightly moment, at `hour` UTC, has no backup after it. One that lies ahead says nothing."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    moment = today if today <= now else today - timedelta(days=1)
    return newest is None or not moment <= newest <= now + AHEAD


async def keep(settings: Settings, now: Callable[[], datetime], stopped: asyncio.Event) -> None:
    """Beside the running bot, until it is `stopped`: back the database up each night, and at once if a night was missed."""
    if not settings.backup.nightly or sqlite_file(settings.database_url) is None:
        return
    await wait_for(stopped, FIRST_LOOK)
    while not stopped.is_set():
        newest, moment = last_backup(settings).good, now()
        attempted = due(newest.made_at if newest else None, moment, settings.backup.hour)
        if attempted:
            await _attempt(settings, moment, stopped)
        await wait_for(stopped, NEXT_ATTEMPT if attempted else LOOK_EVERY)


async def _attempt(settings: Settings, now: datetime, stopped: asyncio.Event) -> None:
    """Make a backup in a thread. When the bot stops, it is given up: what it was writing is removed by the next one."""
    stopping = threading.Event()
    working = asyncio.create_task(asyncio.to_thread(make, settings, now, stopping), name="backup")
    ended = asyncio.create_task(stopped.wait(), name="stop of the backup")
    await asyncio.wait((working, ended), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    stopping.set()
    try:
        made = await working
    except Stopped:
        log.info("the nightly backup was not finished; it is made after the next start")
    except CaseError as failure:
        log.error("the nightly backup failed: %s Next try in an hour.", failure)
    except Exception:
        log.exception("the nightly backup failed; next try in an hour")
    else:
        log.info("backup made: %s, %d bytes, %d events", made.backup.file, made.backup.size, made.backup.events)
        if made.fuller:
            log.error("%s has more events than this backup: %d. None is removed.", made.fuller.file, made.fuller.events)
