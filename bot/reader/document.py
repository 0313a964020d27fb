"""A text to read a letter from, with the copy that it was taken from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from bot.record.deadlines.zones import aware
from bot.record.sources import Source


@dataclass(frozen=True)
class Document:
    """What was read: the bytes as they came, and the text in them.

    `name` is the file's name, or the page's host and path; `media_type` what the content was found to be. `published` is
    the day the document itself bears (a web page's own date), None where it bears none. `rows` are those of a table (CSV,
    XLSX) with the header first; its `text` is then the same as lines of tab-separated cells.
    """

    name: str
    media_type: str
    content: bytes
    read_at: datetime
    text: str
    url: str = ""
    title: str = ""
    publisher: str = ""
    published: date | None = None
    rows: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        aware(self.read_at)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def source(self) -> Source:
        """Where a statement read from it stands written, with the copy that is kept."""
        published = self.published.isoformat() if self.published else ""
        read_on = self.read_at.date().isoformat()
        return Source(self.title or self.name, self.url, self.publisher, published, self.sha256, read_on)
