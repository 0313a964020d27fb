"""Where the backups of a database are, what they are called, and the record of how the last attempts ended.

The record is a small file beside the database: it can be written where the folder of the backups is gone, and read where the
database is damaged. It names the backups that were made of this database, so that no other file is ever removed.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from bot.record.errors import CaseError

FOLDER = "backups"  # beside the database, unless the settings name another one
OWNER_ONLY, FOLDER_OF_OWNER = 0o600, 0o700
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Backup:
    """One backup that was verified when it was made."""

    file: Path
    #: By the clock of then, in UTC.
    made_at: AwareDatetime
    #: How many events were recorded.
    events: int
    #: The same with those of servers that were forgotten: it never becomes less.
    recorded: int
    #: Bytes of the file.
    size: int

    def is_there(self) -> bool:
        """Whether the file is still what was verified, as far as its size says."""
        try:
            return self.file.stat().st_size == self.size
        except OSError:
            return False


@dataclass(frozen=True)
class BackupRecord:
    """How the last attempts ended."""

    #: The backups that are kept, in the order in which they were made: a clock may have been wrong.
    kept: tuple[Backup, ...] = ()
    #: When the last attempt began that failed; None if the last one was good.
    failed_at: AwareDatetime | None = None
    #: Why it failed, as a sentence.
    failure: str = ""
    #: How many of `kept` were made before the database was restored from a backup, and so may have more events.
    before_restore: int = 0

    @property
    def newest(self) -> Backup | None:
        return next((backup for backup in reversed(self.kept) if backup.is_there()), None)

    @property
    def fuller(self) -> Backup | None:
        """A backup with more events than the newest one, which no restore explains: events are never removed."""
        newest = self.newest
        since = [backup for backup in self.kept[self.before_restore :] if backup.is_there()]
        fullest = max(since, key=lambda backup: backup.recorded, default=None)
        return fullest if newest and fullest and fullest.recorded > newest.recorded else None


@dataclass(frozen=True)
class BackupFiles:
    """The names of everything that belongs to the backups of one database."""

    database: Path
    folder: Path

    @classmethod
    def of(cls, database: Path, folder: str) -> BackupFiles:
        """`folder` as it is in the settings: empty for the one beside the database."""
        home = os.path.expanduser(folder)  # noqa: PTH111  (Path's own fails where a service has no home)
        return cls(database, Path(home) if folder else database.parent / FOLDER)

    @property
    def record_file(self) -> Path:
        return self.database.with_name(f"{self.database.name}-backups.json")

    @property
    def locked(self) -> Path:
        """What is locked while a backup is made, as a database is while the bot runs on it; there is no such file."""
        return self.database.with_name(f"{self.database.name}-backup")

    @property
    def locked_in_folder(self) -> Path:
        """The same, against backups of other databases of that name in one folder."""
        return self.folder / f".{self.database.name}-backup"

    def new_name(self, now: datetime) -> Path:
        """A name that no file has yet."""
        stamp = f"{self.database.stem}-{now.astimezone(UTC):{STAMP}}"
        return free_name(self.folder, stamp, f"{self.database.suffix}.gz")

    def partial(self, what: str) -> Path:
        """The name of what is being written."""
        return self.folder / f".{self.database.stem}-{what}{self.database.suffix}.partial"

    def remove_partial(self) -> None:
        """Remove what a backup left that was cut off; the lock must be held. SQLite's own files beside it have longer names."""
        mine = re.compile(rf"\.{re.escape(self.database.stem)}-(copy|packed){re.escape(self.database.suffix)}\.partial(-\w+)?")
        for file in self.folder.iterdir():
            if mine.fullmatch(file.name):
                file.unlink()

    def by_name(self) -> list[Path]:
        """Files of the folder that are called as backups of this database are, the newest first."""
        stem, ending = re.escape(self.database.stem), re.escape(self.database.suffix)
        name = re.compile(rf"{stem}-(\d{{8}}T\d{{6}}Z)(?:-(\d+))?{ending}\.gz")
        try:
            found = [match for file in self.folder.iterdir() if (match := name.fullmatch(file.name))]
        except OSError:
            return []
        return [
            self.folder / match[0] for match in sorted(found, key=lambda match: (match[1], int(match[2] or 1)), reverse=True)
        ]

    def newest_first(self) -> list[Path]:
        """The backups that are there: those of the record, then others that are called as backups of this database are."""
        made = [backup.file for backup in reversed(self.read().kept) if backup.is_there()]
        return made + [file for file in self.by_name() if file not in made]

    def read(self) -> BackupRecord:
        """The record; an empty one if there is none, or none that can be read."""
        try:
            record = _RECORD.validate_json(self.record_file.read_bytes())
        except (OSError, ValidationError):
            return BackupRecord()
        # By their names alone: the whole folder may have been moved.
        return replace(record, kept=tuple(replace(old, file=self.folder / old.file.name) for old in record.kept))

    def write(self, record: BackupRecord) -> None:
        """Replace the record. Raises OSError."""
        unfinished = self.record_file.with_name(f"{self.record_file.name}.partial")
        unfinished.unlink(missing_ok=True)
        with private(unfinished) as target:
            target.write(_RECORD.dump_json(record, indent=1))
        give_to_owner_of(self.database, unfinished)
        unfinished.replace(self.record_file)

    def note_failure(self, now: datetime, failure: str) -> None:
        with contextlib.suppress(OSError):  # the disk is full: the failure is reported all the same
            self.write(replace(self.read(), failed_at=now, failure=failure))


_RECORD = TypeAdapter(BackupRecord)


@contextlib.contextmanager
def private(file: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read, whatever the umask; on the disk at the end. Raises OSError."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY), "r+b") as target:
        yield target
        target.flush()
        os.fsync(target.fileno())


def free_name(folder: Path, begins: str, ends: str = "") -> Path:
    """A name in a folder that no file has yet, with a number in it if need be."""
    names = (f"{begins}{again}{ends}" for again in chain([""], (f"-{number}" for number in count(2))))
    return next(file for name in names if not (file := folder / name).exists())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def give_to_owner_of(other: Path, file: Path) -> None:
    """What an administrator makes as root gets the owner of another file, such as the database: the bot has to read it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        with contextlib.suppress(OSError):
            owner = other.stat()
            os.chown(file, owner.st_uid, owner.st_gid)


def make_folder(files: BackupFiles) -> None:
    """CaseError if it cannot be made, or nothing can be written in it."""
    folder = files.folder
    try:
        is_new = not folder.exists()
        folder.mkdir(mode=FOLDER_OF_OWNER, parents=True, exist_ok=True)
    except OSError as failure:
        raise CaseError(f"The folder of the backups cannot be made: {folder}: {failure.strerror}.") from failure
    if is_new:
        give_to_owner_of(files.database, folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CaseError(f"The folder of the backups cannot be written: {folder}. Give it to the user that the bot runs as.")
