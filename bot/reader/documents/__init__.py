"""Turns a file, a web address or pasted text into a Document. What cannot be read is refused with a message of one line."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reader.document import Document
from bot.reader.documents import child_process, kinds
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import MOST_BYTES
from bot.reader.documents.parsed_file import ParsedFile, of_text
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.reader.documents.fetching import Progress
    from bot.reader.documents.guard import Guard

__all__ = ["MOST_BYTES", "content_of", "file_at", "from_address", "from_file", "from_text", "too_large"]
PASTED = "pasted text"
LONGEST_PATH = 200  # characters of a path in a message


async def from_file(name: str, content: bytes, now: datetime) -> Document:
    """The document in a file's content, read at `now`; `name` is the file's name. CaseError says in one line what is wrong."""
    called = kinds.shown(name)
    if not content:
        raise CaseError(f"{called} is empty.")
    if len(content) > MOST_BYTES:
        raise CaseError(too_large(called, len(content)))
    kind = kinds.of_file(name, content)
    return _document(called, kind, content, now, await _parsed(kind, content, called))


def content_of(path: Path) -> bytes:
    """The content of a file on this machine. Its size is checked first, so that nothing larger than the limit is read."""
    called = kinds.one_line(str(path), LONGEST_PATH)
    try:
        status = path.stat()
        if stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode):
            raise CaseError(f"{called} is a pipe, not a file; reading it might never end.")
        if status.st_size > MOST_BYTES:
            raise CaseError(too_large(called, status.st_size))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)  # a device has no size, and no end
    except OSError as failure:
        raise CaseError(f"{called} cannot be read: {failure.strerror}.") from failure
    if len(content) > MOST_BYTES:
        raise CaseError(too_large(called, len(content)))
    return content


def from_text(text: str, now: datetime) -> Document:
    """Typed or pasted text as a document. CaseError if it is blank, too long, or not text."""
    if "\x00" in text:
        raise CaseError("The text contains a character that cannot be stored (NUL).")
    parsed = of_text(text, "The text")
    return _document(PASTED, FileKind.TEXT, text.encode(errors="replace"), now, parsed)


async def from_address(url: str, now: datetime, *, guard: Guard | None = None) -> Document:
    """The document at a web address, read at `now`. CaseError says in one line what is wrong.

    `guard` says which addresses may be requested and for how long; without it, public ones only (`guard.PUBLIC`).
    """
    await asyncio.to_thread(_prepare_fetching)
    from bot.reader.documents import fetching
    from bot.reader.documents.guard import PUBLIC

    page = await fetching.fetch(url, guard or PUBLIC)
    kind = kinds.of_page(page.called, page.media_type, page.path, page.content)
    parsed = await _parsed(kind, page.content, page.called, page.charset)
    return _document(page.called, kind, page.content, now, parsed, page.url)


async def file_at(url: str, *, guard: Guard | None = None, progress: Progress | None = None) -> tuple[str, bytes]:
    """The file at a web address, of whatever type: what it is called, and its content. As `from_address`, with its guards.

    `progress` gets how many bytes have come, and how many there will be (0 if the server does not say).
    """
    await asyncio.to_thread(_prepare_fetching)
    from bot.reader.documents import fetching
    from bot.reader.documents.guard import PUBLIC

    page = await fetching.fetch(url, guard or PUBLIC, replace(fetching.FILE, progress=progress))
    return page.called, page.content


def _prepare_fetching() -> None:
    from bot.reader.documents import fetching

    fetching.prepare()


def too_large(name: str, size: int) -> str:
    """The message for a file of that many bytes."""
    return f"{name} is {size / 1_000_000:,.1f} MB; the limit is {MOST_BYTES // 1_000_000} MB."


async def _parsed(kind: FileKind, content: bytes, called: str, charset: str = "") -> ParsedFile:
    """Plain text is decoded here; everything else is parsed in a child process."""
    if kind is FileKind.TEXT:
        from bot.reader.documents import decoding

        text = decoding.page_of(content, called, charset) if charset else decoding.text_of(content, called)
        return of_text(text, called)
    return await child_process.parse(kind, content, called, charset)


def _document(called: str, kind: FileKind, content: bytes, now: datetime, parsed: ParsedFile, url: str = "") -> Document:
    published = date.fromisoformat(parsed.published) if parsed.published else None
    return Document(
        name=called,
        media_type=kind.value,
        content=content,
        read_at=now,
        text=parsed.text,
        url=url,
        title=parsed.title,
        publisher=parsed.publisher,
        published=published,
        rows=parsed.rows,
        hidden_rows=parsed.hidden_rows,
        pages=parsed.pages,
        pictures=tuple(parsed.pictures),
    )
