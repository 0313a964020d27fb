"""Putting a backup in the place of the database: first everything is checked on a copy, then one rename does it.

1. Unpack the backup beside the database, and check it as it was checked when it was made.
2. Compare its events with those of the present database: what of them is lost.
3. Bring its tables up to date (`bot.desk.restoring`).
4. Fold the write-ahead log of the present database into it; that also shows that nobody else has it open.
5. Give the present file a second name, and rename the unpacked one over it: at each moment there is a whole database.

Until step 4 nothing of the present database is touched, not even a byte of its file.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.record.errors import CaseError, DatabaseTrouble
from bot.store.backup_files import STAMP, free_name, give_to_owner_of, private, sync_folder
from bot.store.backups import unpack
from bot.store.process_lock import lock_file
from bot.store.sqlite_checks import (
    RECORDED_AT,
    Contents,
    address_of,
    check_revision,
    check_sound,
    contents,
    is_full,
    moment_of,
    opened,
)
from bot.store.trouble import trouble_of

MAGIC = b"SQLite format 3\0"  # SQLite's documentation, "Database File Format"
KEPT = ".before-restore-"  # in the name that the present database gets
_LOST = f"""
    SELECT count(*), min({RECORDED_AT}), max({RECORDED_AT}) FROM present.events AS mine
    WHERE NOT EXISTS (SELECT 1 FROM main.events AS old WHERE old.id = mine.id AND old.operation = mine.operation)
"""  # noqa: S608
_TOLD_UNTIL = "SELECT strftime('%Y-%m-%d %H:%M:%S', max(due_at), '+1 second') FROM present.notices"
_COMING_BACK = "SELECT id, name FROM main.servers WHERE id NOT IN (SELECT id FROM present.servers) ORDER BY id"


@dataclass(frozen=True)
class Lost:
    """What the present database has recorded and the backup has not."""

    events: int
    #: When the first and the last of them were recorded; None without any.
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Unpacked:
    """A backup that was checked, unpacked in a file of its own."""

    source: Path
    file: Path
    contents: Contents
    #: None if there is no present database, or it cannot be read.
    lost: Lost | None
    #: Id and name of the servers that the present database does not have: those that were forgotten, for example.
    coming_back: tuple[tuple[int, str], ...]
    #: What was due by then may have been posted, whatever the clock shows now; None if the present database says nothing.
    told_until: datetime | None


class NoRoom(CaseError):
    """The backup was not found to be bad: it cannot be read or unpacked here."""


@contextmanager
def unpacked(source: Path, database: Path, *, only_looks: bool = False) -> Iterator[Unpacked]:
    """Unpack a backup, or copy a database, and check it; what was unpacked is removed at the end, unless it was put in place.

    The lock of the bot must be held, unless somebody `only_looks`: then the file has a name of its own, and what others have
    unpacked is left alone.

    CaseError if it is damaged, no database of Letterwatch, or of a newer version; NoRoom if it may be good and
    there is no room for it.
    """
    file = _room_for(database, f"-{os.getpid()}" if only_looks else "")
    for left in [file] if only_looks else [file, *_cut_off(file)]:
        _remove(left)
    try:
        try:
            _extract(source, file)
        except OSError as failure:
            raise NoRoom(f"{source} cannot be unpacked to {file.parent}: {failure.strerror}.") from failure
        except sqlite3.Error as failure:
            if is_full(failure):
                raise NoRoom(f"{source} cannot be restored. There is no room for it in {file.parent}.") from failure
            raise CaseError(f"{source} cannot be restored. It cannot be read: {failure}.") from failure
        with opened(file, writes=False) as connection:
            held = contents(connection, str(source))
            check_revision(held, str(source))
            check_sound(connection, str(source))
        yield Unpacked(source, file, held, *_compared(file, database))
    finally:
        _remove(file)


def _room_for(database: Path, whose: str) -> Path:
    """A name beside the database, so that a rename is enough later."""
    folder = database.parent if database.parent.is_dir() else Path(tempfile.gettempdir())
    return folder / f".{database.name}-restore{whose}.partial"


def _cut_off(file: Path) -> list[Path]:
    """What those have left who only looked, and were killed."""
    name = re.compile(rf"{re.escape(file.stem)}-\d+\.partial")
    return [left for left in file.parent.iterdir() if name.fullmatch(left.name)]


def _logs_of(file: Path) -> list[Path]:
    """What SQLite keeps beside a database. Beside another one of its name it would be taken for that one's, and spoil it."""
    return [file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-shm", "-journal")]


def _remove(file: Path) -> None:
    for left in (file, *_logs_of(file)):
        left.unlink(missing_ok=True)


def _extract(source: Path, file: Path) -> None:
    with source.open("rb") as reading:
        is_database = reading.read(len(MAGIC)) == MAGIC
    if not is_database:
        unpack(source, file, lambda: None)
        return
    with private(file):
        pass
    with opened(source, writes=False) as original, opened(file) as target:  # not copied as a file: its log belongs to it
        target.execute("PRAGMA journal_mode = OFF")
        original.backup(target)


def _compared(file: Path, database: Path) -> tuple[Lost | None, tuple[tuple[int, str], ...], datetime | None]:
    """What is lost, which servers come back, and until when alerts may have been posted; (None, (), None) if the present
    database cannot be read.
    """
    if not database.is_file():
        return None, (), None
    try:
        with opened(database, writes=False) as connection:
            contents(connection, str(database))
        with opened(file, writes=False) as connection:
            connection.execute("ATTACH ? AS present", (address_of(database, writes=False),))
            count, first, last = connection.execute(_LOST).fetchone()
            coming_back = tuple(connection.execute(_COMING_BACK).fetchall())
            [told_until] = connection.execute(_TOLD_UNTIL).fetchone()
    except (CaseError, sqlite3.DatabaseError) as unreadable:
        if trouble_of(unreadable) is DatabaseTrouble.OTHER_TABLES:
            raise  # a mistake of ours
        return None, (), None
    return Lost(count, moment_of(first), moment_of(last)), coming_back, moment_of(told_until)


def put_in_place(file: Path, database: Path, now: datetime) -> Path | None:
    """Rename the file over the database: the new name of the present one, None if there was none.

    CaseError, with the present database in use as it was, if another program has it open or a name cannot be changed.
    """
    name = _free_name(database, now)
    try:
        if database.exists():
            file.chmod(stat.S_IMODE(database.stat().st_mode))
        for mine in (file, lock_file(database)):
            give_to_owner_of(database if database.exists() else database.parent, mine)
        with ExitStack() as undone:
            kept = _keep(database, name, undone) if database.exists() else None
            _move_logs(database, name, undone)  # there are none left but where the database could not be read, or is gone
            file.replace(database)
            undone.pop_all()
    except OSError as failure:
        raise CaseError(f"The database at {database} cannot be replaced: {failure.strerror}. Nothing was changed.") from failure
    sync_folder(database.parent)
    return kept


def _free_name(database: Path, now: datetime) -> Path:
    return free_name(database.parent, f"{database.name}{KEPT}{now.astimezone(UTC):{STAMP}}")


def kept_databases(database: Path) -> list[Path]:
    """Those that a restore has kept, the oldest first."""
    return sorted(database.parent.glob(f"{database.name}{KEPT}*"))


def _keep(database: Path, name: Path, undone: ExitStack) -> Path:
    """Give the present file a second name, until it is `undone`."""
    _fold(database)
    try:
        os.link(database, name)
        undone.callback(name.unlink)
    except OSError:  # a file system without links: for a moment there is no database
        database.rename(name)
        undone.callback(name.rename, database)
    return name


def _move_logs(database: Path, name: Path, undone: ExitStack) -> None:
    for log, moved in zip(_logs_of(database), _logs_of(name), strict=True):
        with suppress(FileNotFoundError):
            log.rename(moved)
            undone.callback(moved.rename, log)


def _fold(database: Path) -> None:
    """Have the whole database in one file, unless it is so damaged that this cannot be done."""
    try:
        with opened(database) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
        return
    except sqlite3.DatabaseError as failure:
        trouble = trouble_of(failure)
        if trouble is DatabaseTrouble.BUSY:
            raise CaseError(f"Another program has the database at {database} open. Nothing was changed.") from failure
        if trouble not in (DatabaseTrouble.DAMAGED, DatabaseTrouble.NOT_A_DATABASE):
            raise CaseError(f"The database at {database} cannot be closed: {failure}. Nothing was changed.") from failure


def address(url: str, file: Path) -> str:
    """The address of another file, for who opens the database at that address."""
    return make_url(url).set(database=str(file)).render_as_string(hide_password=False)
