"""A text to read a letter from, with a copy of the file that it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from bot.record.deadlines.zones import aware
from bot.record.sources import Source


@dataclass(frozen=True)
class DocumentFile:
    """A file, web page or pasted text as it came: nothing in it has been read yet."""

    #: The file's name, or the page's host and path.
    name: str
    #: What the content seems to be: a media type.
    media_type: str
    content: bytes
    #: When it came; with a time zone.
    read_at: datetime
    #: What messages call it; its name, if empty.
    called: str = ""
    #: The encoding that the server stated.
    charset: str = ""
    url: str = ""


@dataclass(frozen=True)
class Document:
    """A file, web page or pasted text, and the text in it."""

    #: The file's name, or the page's host and path.
    name: str
    #: What the content was found to be.
    media_type: str
    #: The original bytes.
    content: bytes
    #: When it was read; with a time zone.
    read_at: datetime
    #: For a table, its rows as lines of tab-separated cells.
    text: str
    url: str = ""
    title: str = ""
    publisher: str = ""
    #: The date that the document itself gives, such as a web page's own; None if it gives none.
    published: date | None = None
    #: The rows of a table (CSV, JSON, XLSX), the header first.
    rows: tuple[tuple[str, ...], ...] = ()
    #: The numbers of those of them that a spreadsheet does not show: a filter hides them, or a person did. The first row is 1.
    hidden_rows: tuple[int, ...] = ()
    #: How many pages a PDF has; 0 for other files.
    pages: int = 0
    #: The numbers of those of them that are pictures without text, such as scans: they were not read. The first page is 1.
    pictures: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        aware(self.read_at)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def source(self) -> Source:
        """The source to record with what was read from it, with the checksum of the stored copy."""
        published = self.published.isoformat() if self.published else ""
        read_on = self.read_at.date().isoformat()
        return Source(self.title or self.name, self.url, self.publisher, published, self.sha256, read_on)
