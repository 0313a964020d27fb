"""Turns a file, a web address or pasted text into a Document. What cannot be read is refused with a message of one line."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reader.document import Document, DocumentFile
from bot.reader.documents import child_process, kinds
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import MOST_BYTES
from bot.reader.documents.parsed_file import ParsedFile, of_text
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.reader.documents.fetching import Progress
    from bot.reader.documents.guard import Guard

__all__ = [
    "MOST_BYTES",
    "content_of",
    "document_of",
    "file_at",
    "file_of",
    "file_of_text",
    "from_address",
    "from_file",
    "from_text",
    "page_at",
    "parsed",
    "too_large",
]
PASTED, THE_TEXT = "pasted text", "The text"  # its name, and what messages call it
LONGEST_PATH = 200  # characters of a path in a message


async def from_file(name: str, content: bytes, now: datetime) -> Document:
    """The document in a file's content, read at `now`; `name` is the file's name. CaseError says in one line what is wrong."""
    return await parsed(file_of(name, content, now))


def file_of(name: str, content: bytes, now: datetime) -> DocumentFile:
    """A file by its name and content, unread. CaseError if it is empty, too large, or of no kind that can be read."""
    called = kinds.shown(name)
    if not content:
        raise CaseError(f"{called} is empty.")
    if len(content) > MOST_BYTES:
        raise CaseError(too_large(called, len(content)))
    return DocumentFile(called, kinds.of_file(name, content).value, content, now)


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
    return document_of(file_of_text(text, now), of_text(text, THE_TEXT))


def file_of_text(text: str, now: datetime) -> DocumentFile:
    """Typed or pasted text, unread. CaseError if it cannot be stored."""
    if "\x00" in text:
        raise CaseError("The text contains a character that cannot be stored (NUL).")
    return DocumentFile(PASTED, FileKind.TEXT.value, text.encode(errors="replace"), now, called=THE_TEXT)


async def from_address(url: str, now: datetime, *, guard: Guard | None = None) -> Document:
    """The document at a web address, read at `now`. CaseError says in one line what is wrong."""
    return await parsed(await page_at(url, now, guard=guard))


async def page_at(url: str, now: datetime, *, guard: Guard | None = None) -> DocumentFile:
    """What is at a web address, unread. CaseError says in one line what is wrong.

    `guard` says which addresses may be requested and for how long; without it, public ones only (`guard.PUBLIC`).
    """
    await asyncio.to_thread(_prepare_fetching)
    from bot.reader.documents import fetching
    from bot.reader.documents.guard import PUBLIC

    page = await fetching.fetch(url, guard or PUBLIC)
    kind = kinds.of_page(page.called, page.media_type, page.path, page.content)
    return DocumentFile(page.called, kind.value, page.content, now, charset=page.charset, url=page.url)


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


async def parsed(file: DocumentFile) -> Document:
    """The document in a file. Plain text is decoded here; everything else is parsed in a child process."""
    kind, called = FileKind(file.media_type), file.called or file.name
    parse = _decoded if kind is FileKind.TEXT else child_process.parse
    return document_of(file, await parse(kind, file.content, called, file.charset))


async def _decoded(kind: FileKind, content: bytes, called: str, charset: str) -> ParsedFile:
    from bot.reader.documents import parsers

    return parsers.parse(kind, content, called, charset)


def document_of(file: DocumentFile, parsed: ParsedFile) -> Document:
    """What was parsed of a file, as a document."""
    return Document(
        name=file.name,
        media_type=file.media_type,
        content=file.content,
        read_at=file.read_at,
        text=parsed.text,
        url=file.url,
        title=parsed.title,
        publisher=parsed.publisher,
        published=date.fromisoformat(parsed.published) if parsed.published else None,
        rows=parsed.rows,
        hidden_rows=parsed.hidden_rows,
        pages=parsed.pages,
        pictures=parsed.pictures,
    )
