"""What the command line says of backups, of restoring one, and of forgetting a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def candidate(file: Path, events: int, last: datetime | None) -> str:
    until = f"the last one recorded on {moment(last)}" if last else "none recorded yet"
    return f"{file} is a good backup: {plural(events, 'event')}, {until}."


def lost(what: tuple[int, datetime | None, datetime | None] | None, coming_back: Sequence[tuple[int, str]]) -> Iterator[str]:
    """`what`: how many events are lost, and when the first and the last were recorded; None if that cannot be said."""
    if what is None:
        yield "What would be lost cannot be said: there is no present database, or it cannot be read."
        return
    count, first, last = what
    if first and last:
        yield f"What was recorded from {moment(first)} until {moment(last)} is lost: {plural(count, 'event')}."
    else:
        yield "No recorded event is lost."
    yield "Changes of settings and drafts of imports that were made after the backup are lost too."
    for server_id, name in coming_back:
        yield f"Server {server_id} ({name or 'without a name'}), which is not in the present database, comes back."


def restored(kept: Path | None, waiting: int, send_old: bool) -> Iterator[str]:
    yield f"The backup is in use. The database that was in use until now is {kept}." if kept else "The backup is in use."
    if waiting:
        yield f"{plural(waiting, 'notice')} waited in it. Those that were posted since are recognised and not posted twice."
    if not send_old:
        yield (
            "Old alerts are held where the bot may not read the channel's history: letterwatch restore --send-old posts them, "
            "also those that were posted before."
        )


def sent_old(held: int) -> str:
    return f"{plural(held, 'held notice')} will be posted." if held else "No notice is held. Old alerts are posted from now on."


def to_forget(server_id: int, name: str, events: int, began_at: datetime | None) -> Iterator[str]:
    yield f"Server {server_id} ({name or 'without a name'}): {plural(events, 'event')} recorded."
    if began_at:
        yield f"Forgetting it began on {moment(began_at)} and was interrupted. It continues, even if the bot is back on it."


def forgotten(events: int, rows: int, traces: str) -> Iterator[str]:
    yield f"The server is forgotten: {plural(events, 'event')} and all else that belonged to it, {plural(rows, 'row')}."
    if traces:
        yield f"What was removed is overwritten, but traces may be left in the free space of the file: {traces}."


def still_held(backups: int, until: datetime | None, kept: Sequence[Path]) -> Iterator[str]:
    if backups:
        end = f"until {moment(until)}, when the last of them has been replaced" if until else "until you remove them"
        yield f"{plural(backups, 'older backup')} may still hold it, {end}."
    for file in kept:
        yield f"{file} may still hold it, until you remove that file."
