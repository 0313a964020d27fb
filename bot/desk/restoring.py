"""Restoring a backup, as the command line does it while no bot runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.desk.backups import files_of
from bot.record.errors import CaseError
from bot.store import restores, restoring, synced_commands
from bot.store.database import Database
from bot.store.restoring import NoRoom, Unpacked


@dataclass(frozen=True)
class Candidate:
    """The backup that can be restored."""

    unpacked: Unpacked
    #: What was passed over, being newer, and why: a sentence each.
    passed_over: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    #: The file that was the database until now; None if there was none.
    kept: Path | None
    #: Notices that wait, and are looked for in their channels before they are posted.
    waiting: int


@contextmanager
def candidate(settings: Settings, file: Path | None, *, only_looks: bool) -> Iterator[Candidate]:
    """That backup, or the newest one that is good, unpacked and checked. Whoever only looks need not hold the lock of the bot.

    CaseError if it cannot be restored, or if there is none; nothing was changed.
    """
    files = files_of(settings)
    if file is not None:
        chosen = _other_file(file, files.database)
        with restoring.unpacked(chosen, files.database, only_looks=only_looks) as unpacked:
            yield Candidate(unpacked, ())
        return
    passed_over: list[str] = []
    for backup in files.newest_first():
        with ExitStack() as stack:
            try:
                unpacked = stack.enter_context(restoring.unpacked(backup, files.database, only_looks=only_looks))
            except NoRoom:
                raise  # an older one that is smaller is not what was asked for
            except CaseError as bad:
                passed_over.append(str(bad))
                continue
            yield Candidate(unpacked, tuple(passed_over))
            return
    raise CaseError("\n".join((*passed_over, f"There is no good backup of {files.database} in {files.folder}.")))


def _other_file(file: Path, database: Path) -> Path:
    if not file.exists():
        raise CaseError(f"There is no file {file}.")
    if not file.is_file():
        raise CaseError(f"{file} is not a file.")
    if database.exists() and file.samefile(database):
        raise CaseError(f"{file} is the database in use, not a backup of it.")
    return file


async def restore(settings: Settings, chosen: Candidate, now: datetime, send_old: bool) -> Restored:
    """Bring the unpacked backup up to date, and put it in the place of the database. The lock of the bot must be held.

    CaseError, with the present database in use as it was, if that is not possible.
    """
    files, file = files_of(settings), chosen.unpacked.file
    if not file.is_file():  # SQLite would begin a new, empty database
        raise CaseError(f"{file} was removed by another program. Nothing was changed. Restore it once more.")
    told_until = chosen.unpacked.told_until or now
    waiting = await _brought_up(restoring.address(settings.database_url, file), max(now, told_until), send_old)
    kept = restoring.put_in_place(file, files.database, now)
    record = files.read()
    with suppress(OSError):  # the disk is full: no backup is removed then until the fuller ones are moved away
        files.write(replace(record, before_restore=len(record.kept)))
    return Restored(kept, waiting)


async def _brought_up(url: str, now: datetime, send_old: bool) -> int:
    db = Database(url)
    try:
        await db.migrate()
        async with db.write() as conn:
            waiting = await restores.note(conn, now)
            await synced_commands.forget(conn)  # Discord may have those of another version
            if send_old:
                await restores.send_old(conn, now)
            return waiting
    finally:
        await db.close()


async def send_old(db: Database, now: datetime) -> int:
    """Have the notices posted that are held since a restore, as nobody can see whether they were posted before: how many."""
    async with db.write() as conn:
        held = await restores.held(conn)
        await restores.send_old(conn, now)
    return held
