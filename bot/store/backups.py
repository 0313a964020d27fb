"""Making a backup: a copy of the database at one moment, verified, compressed, verified again, and only then given its name.

1. Hold the lock, and remove what a backup left that was cut off.
2. Copy with SQLite's online backup, some pages at a time. The transaction that reads is held from the count of events until the
   last page: the copy is of that moment, and what is written meanwhile does not make the copy begin again.
3. Check every page, every reference and the count of events of the copy.
4. Compress it, and read the result back: the same bytes have to come out.
5. Note it in the record, rename it into place, and only then remove those that are too many.

Nothing is ever whole in memory. It runs in a thread or in a process of its own, and pauses after each megabyte.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.record.errors import CaseError
from bot.store.backup_files import Backup, BackupFiles, BackupRecord, give_to_owner_of, make_folder, private, sync_folder
from bot.store.process_lock import DatabaseInUse, ProcessLock, lock_file
from bot.store.sqlite_checks import Contents, check_sound, contents, is_full, opened

PAGES = 256  # copied at once: a megabyte
CHUNK = 1 << 20  # bytes compressed at once
LEVEL = 6  # of compression
#: Called after each megabyte; what it raises ends the backup.
Pause = Callable[[], None]


@dataclass(frozen=True)
class Made:
    backup: Backup
    #: Backups that were removed, being more than are kept.
    removed: tuple[Path, ...]
    #: One with more events than the new one, though events are never removed: then none was removed. None if all is well.
    fuller: Backup | None


def make(files: BackupFiles, keep: int, now: datetime, pause: Pause) -> Made:
    """Back the database up, and keep the newest `keep` backups of it.

    CaseError, with nothing removed and nothing left behind, if the database cannot be read or is damaged, if the folder cannot
    be written or is full, or if another backup of this database is under way. All but the last is noted in the record.
    """
    with _alone(files, files.locked, now):
        try:
            with _explained(files):
                make_folder(files)
                with _alone(files, files.locked_in_folder, now):
                    return _made(files, keep, now, pause)
        except Busy:
            raise
        except CaseError as failure:
            files.note_failure(now, str(failure))
            raise


class Busy(CaseError):
    """Another backup is under way."""


@contextmanager
def _alone(files: BackupFiles, locked: Path, now: datetime) -> Iterator[None]:
    """The only one that holds that lock. Busy if it is not."""
    with ExitStack() as held:
        try:
            held.enter_context(ProcessLock(f"sqlite:///{locked}", now))
        except DatabaseInUse as other:
            which = f"of {files.database}" if locked == files.locked else f"of a {files.database.name} in {files.folder}"
            raise Busy(f"Another backup {which} is being made at this moment.") from other
        give_to_owner_of(files.database, lock_file(locked))
        yield


def _made(files: BackupFiles, keep: int, now: datetime, pause: Pause) -> Made:
    try:
        files.remove_partial()
        packed, recorded = _packed(files, pause)
        backup = _named(files, packed, recorded, now)
        return _rotated(files, backup, keep)
    finally:
        with suppress(OSError):
            files.remove_partial()
            lock_file(files.locked_in_folder).unlink()  # nothing but backups is left there


@contextmanager
def _explained(files: BackupFiles) -> Iterator[None]:
    """Say what failed, in a sentence."""
    try:
        yield
    except OSError as failure:
        raise CaseError(f"The backup cannot be written to {files.folder}: {failure.strerror or failure}.") from failure
    except sqlite3.Error as failure:
        if is_full(failure):
            raise CaseError(f"The backup cannot be written to {files.folder}: {failure}.") from failure
        raise CaseError(f"The database at {files.database} cannot be read: {failure}.") from failure


def _packed(files: BackupFiles, pause: Pause) -> tuple[Path, Contents]:
    """A verified backup that has no name yet."""
    copy, packed = files.partial("copy"), files.partial("packed")
    recorded = _copied(files.database, copy, pause)
    what = f"The copy of {files.database}"
    with opened(copy, writes=False) as connection:
        check_sound(connection, what)
        if contents(connection, what) != recorded:
            raise CaseError(f"{what} does not have the {recorded.events:,} events of the database.")
    pause()
    packing = pack(copy, packed, files.database.name, pause)
    pause()
    if unpack(packed, None, pause) != packing:
        raise CaseError(f"What was written to {files.folder} is not what was read back. Check the disk.")
    copy.unlink()
    give_to_owner_of(files.database, packed)
    return packed, recorded


def _copied(database: Path, copy: Path, pause: Pause) -> Contents:
    """Copy the database as it is at one moment: what it had recorded then."""
    with private(copy):
        pass  # made here, so that nobody else can ever read it
    with opened(database) as source, opened(copy) as target:
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")  # what counts is the compressed file
        source.execute("BEGIN")
        recorded = contents(source, f"The database at {database}")
        source.backup(target, pages=PAGES, progress=lambda *_: pause())
        source.execute("ROLLBACK")
    return recorded


def pack(source: Path, target: Path, name: str, pause: Pause) -> str:
    """Compress a file into a new one that only its owner may read: the SHA-256 of what went in. Raises OSError."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, private(target) as raw, gzip.GzipFile(name, "wb", LEVEL, raw) as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            pause()
    return digest.hexdigest()


def unpack(source: Path, target: Path | None, pause: Pause) -> str:
    """Decompress a file, into a new one if `target` is given: the SHA-256 of what came out.

    CaseError if it is damaged or was never compressed, OSError if it cannot be read or the target not be written.
    """
    digest = hashlib.sha256()
    with ExitStack() as stack:
        reading = stack.enter_context(gzip.open(source, "rb"))
        writing = stack.enter_context(private(target)) if target else None
        try:
            while chunk := reading.read(CHUNK):
                digest.update(chunk)
                if writing:
                    writing.write(chunk)
                pause()
        except (EOFError, gzip.BadGzipFile, zlib.error) as failure:
            raise CaseError(f"{source} is damaged, or no backup: {failure}.") from failure
    return digest.hexdigest()


def _named(files: BackupFiles, packed: Path, recorded: Contents, now: datetime) -> Backup:
    """Note the new backup, and give it its name: one that cannot be noted would never be removed."""
    before = files.read()
    there = [old for old in before.kept if old.is_there()]
    after_restore = [old for old in before.kept[before.before_restore :] if old.is_there()]
    backup = Backup(files.new_name(now), now, recorded.events, recorded.recorded, packed.stat().st_size)
    try:
        files.write(BackupRecord((*there, backup), before_restore=len(there) - len(after_restore)))
    except OSError as failure:
        raise CaseError(f"The record of the backups cannot be written to {files.record_file}: {failure.strerror}.") from failure
    packed.rename(backup.file)
    sync_folder(files.folder)
    return backup


def _rotated(files: BackupFiles, backup: Backup, keep: int) -> Made:
    """Remove the backups that are too many: of those that were made of this database, the oldest."""
    record = files.read()
    if record.fuller:
        return Made(backup, (), record.fuller)
    too_many = record.kept[: max(len(record.kept) - keep, 0)]
    for old in too_many:
        old.file.unlink(missing_ok=True)
    left = record.kept[len(too_many) :]
    with suppress(OSError):  # the next one leaves out those that are not there
        files.write(BackupRecord(left, before_restore=max(record.before_restore - len(too_many), 0)))
    return Made(backup, tuple(old.file for old in too_many), None)
