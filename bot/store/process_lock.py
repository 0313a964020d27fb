"""One process for each database: a lock of the operating system on a file beside it, which a crash frees too.

It is not on the database itself: SQLite's own locks on that file would end when any part of this process closes it.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.record.errors import CaseError
from bot.store.database import sqlite_file

log = logging.getLogger(__name__)
#: Seconds within which a process that has just taken the lock has written who it is.
_WRITES_WITHIN = 0.2

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # beyond what is written: others could not read a byte that is locked
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DatabaseInUse(CaseError):
    """The bot runs on this database already; the message says since when, and which process."""


@dataclass(frozen=True)
class _Notes:
    """What is written in the file, for whoever comes next."""

    host: str
    pid: int
    #: When the process began, in ISO 8601.
    since: str
    #: When a session with Discord's gateway was last begun, by this process or one before it; None if that is not known.
    identified: str | None = None


class ProcessLock:
    """Held while the bot runs on a database. A database in memory is the process's own and needs no lock.

    No child process keeps it after this one has ended: a program that Python starts does not get the file (PEP 446).
    """

    def __init__(self, url: str, now: datetime) -> None:
        """`url`: the database's address."""
        file = sqlite_file(url)
        self._database = file
        self._file = lock_file(file) if file else None
        self._descriptor: int | None = None
        self._notes = _Notes(socket.gethostname(), os.getpid(), now.astimezone(UTC).isoformat(timespec="seconds"))

    def __enter__(self) -> Self:
        """Raises DatabaseInUse, and CaseError if the file cannot be opened."""
        if self._file is None:
            return self
        try:
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as failure:
            raise CaseError(f"The lock file of the database cannot be opened: {self._file}: {failure.strerror}.") from failure
        try:
            _lock(self._descriptor)
        except OSError as failure:
            if failure.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                self._release()
                raise DatabaseInUse(_in_use(self._file)) from failure
            log.warning("%s: %s: nobody would notice a second process on this database", self._file, failure.strerror)
        if self._database and self._database.exists() and self._database.stat().st_nlink > 1:
            log.warning("%s has a second name (a hard link): a process that uses it by that one damages it", self._database)
        self._note(identified=_read(self._file).get("identified"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._release()

    def identified_at(self) -> datetime | None:
        """When a session with Discord was last begun on this database, by the clock of then; None if that is not known."""
        try:
            at = datetime.fromisoformat(self._notes.identified or "")
        except (TypeError, ValueError):
            return None
        return at if at.utcoffset() is not None else None

    def note_identified(self, at: datetime) -> None:
        self._note(identified=at.isoformat())

    def _note(self, identified: str | None) -> None:
        """In place: a new file would have a lock of its own. A full disk stops nothing here."""
        self._notes = replace(self._notes, identified=identified)
        if self._descriptor is None:
            return
        line = json.dumps(asdict(self._notes)).encode() + b"\n"
        try:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, line)
            os.ftruncate(self._descriptor, len(line))
        except OSError as failure:
            log.warning("%s cannot be written: %s", self._file, failure.strerror)

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_file(database: Path) -> Path:
    """The file for all paths that lead to this database."""
    file = database.resolve()
    return file.with_name(f"{file.name}.lock")


def _read(file: Path) -> dict[str, Any]:
    """What is noted there; nothing if it cannot be read."""
    try:
        notes = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _in_use(file: Path) -> str:
    time.sleep(_WRITES_WITHIN)
    notes = _read(file)
    try:
        since = datetime.fromisoformat(notes["since"]).astimezone(UTC)
        who = f"process {int(notes['pid'])} on {notes['host']}, since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (KeyError, TypeError, ValueError, OverflowError):
        who = "another process"
    return f"Letterwatch already runs on the database {file.with_suffix('')}: {who}. Stop it first, or use another database."
