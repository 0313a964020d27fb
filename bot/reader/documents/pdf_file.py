"""The text of a PDF, line by line, as it is printed: hyphens at line ends stay."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from bot.reader.documents.limits import MOST_CHARACTERS, MOST_PAGES, TOO_MUCH
from bot.reader.documents.parsed_file import ParsedFile, of_text
from bot.record.errors import CaseError

LOCKED = "{} is encrypted: save it without a password; printing it to a new PDF does that."


def parse(content: bytes, name: str) -> ParsedFile:
    """CaseError for one that is locked, too long, or holds pictures of text only."""
    import pypdf
    from pypdf.errors import DependencyError, LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on small faults of a file
    try:
        return _read(pypdf.PdfReader(io.BytesIO(content), strict=False), name)
    except LimitReachedError as bomb:
        raise CaseError(TOO_MUCH.format(name)) from bomb
    except (DependencyError, NotImplementedError) as locked:  # AES: pypdf would need another library to try no password
        raise CaseError(LOCKED.format(name)) from locked


def _read(reader: Any, name: str) -> ParsedFile:
    if reader.is_encrypted and not reader.decrypt(""):  # files that only forbid printing or changes open without one
        raise CaseError(LOCKED.format(name))
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise CaseError(f"{name} has {count:,} pages; at most {MOST_PAGES} are read. Take the part with the letter.")
    text = "\n".join(_pages(reader))
    if not any(map(str.isalnum, text)):
        raise CaseError(f"{name} holds no text; it may be a scan: run text recognition first.")
    return of_text(text, name)


def _pages(reader: Any) -> Iterator[str]:
    size = 0
    for page in reader.pages:
        text = page.extract_text()
        size += len(text)
        yield text
        if size > MOST_CHARACTERS:  # refused by `of_text`; the pages behind are not worth the time
            return
