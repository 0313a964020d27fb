"""Puts a file in the place of another one, so that at every moment the whole old or the whole new one is there."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bot.record.errors import CaseError
from bot.store.backup_files import give_to_owner_of, sync_folder

UNFINISHED = ".unfinished"
READABLE = 0o644
LEFT_BEHIND = timedelta(days=1)  # what is older was left behind by a process that was killed


def replace_file(file: Path, content: bytes, previous: Path, owner_of: Path, now: datetime) -> bool:
    """Write `content` to `file`, and keep what was there as `previous`: whether anything was there.

    1. The new content is written beside it and is on the disk before anything else changes.
    2. The old file gets its second name, then the new one its place, in one step each.

    If anything fails, `file` is as it was: CaseError. What is made belongs to the owner of `owner_of`.
    """
    unfinished = file.with_name(f"{file.name}.{os.getpid()}{UNFINISHED}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _clear(file, now)
        try:
            _write(unfinished, content)
            give_to_owner_of(owner_of, unfinished)
            had_one = file.is_file()
            if had_one:
                _keep(file, previous, owner_of)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as failure:
        raise CaseError(f"{file} cannot be written: {failure.strerror}. Nothing was changed.") from failure
    sync_folder(file.parent)
    return had_one


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, READABLE), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _keep(file: Path, previous: Path, owner_of: Path) -> None:
    beside = previous.with_name(f"{previous.name}.{os.getpid()}{UNFINISHED}")
    beside.unlink(missing_ok=True)
    try:
        try:
            os.link(file, beside)
        except OSError:  # the disk knows no second names
            shutil.copy2(file, beside)
            give_to_owner_of(owner_of, beside)
        beside.replace(previous)
    finally:
        beside.unlink(missing_ok=True)


def _clear(file: Path, now: datetime) -> None:
    for left in file.parent.glob(f"{file.stem}*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            if now.timestamp() - left.stat().st_mtime > LEFT_BEHIND.total_seconds():
                left.unlink()
