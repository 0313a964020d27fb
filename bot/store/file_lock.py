"""A lock of the operating system on a file: it is free again when the process ends, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(file: Path) -> Iterator[bool]:
    """Hold the lock until the end: whether it was free. Raises OSError if the file cannot be made.

    The file stays: whoever removed it could remove one that somebody else has just locked.
    """
    handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        free = True
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                free = False
        yield free
    finally:
        with suppress(OSError):
            os.close(handle)
