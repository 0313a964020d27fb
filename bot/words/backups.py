"""What the command line says of backups, of restoring one, and of forgetting a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.words.prose import moment, plural


def made(file: Path, events: int, size: int, removed: int) -> Iterator[str]:
    yield f"Backup made and verified: {file} ({plural(events, 'event')}, {size_of(size)})."
    if removed:
        yield f"{plural(removed, 'older backup')} removed."


def fuller(file: Path, events: int, made_at: datetime) -> str:
    return (
        f"{file}, made on {moment(made_at)}, has more events ({events:,}), and events are never removed. Was another database "
        "put in its place? No backup is removed until that one is moved away."
    )


def size_of(size: int) -> str:
    """1.2 MB"""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}" if unit != "bytes" else f"{size} bytes"
        size = size / 1000  # type: ignore[assignment]
    return f"{size:,.3g} GB"
