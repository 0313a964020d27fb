"""The text of a PDF, line by line as printed: hyphens at line ends stay."""

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
    """CaseError if it is locked, too long, or contains only pictures of text."""
    import pypdf
    from pypdf.errors import DependencyError, LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns about small faults of a file
    try:
        return _read(pypdf.PdfReader(io.BytesIO(content), strict=False), name)
    except LimitReachedError as bomb:
        raise CaseError(TOO_MUCH.format(name)) from bomb
    except (DependencyError, NotImplementedError) as locked:  # AES: pypdf needs another library even to try an empty password
        raise CaseError(LOCKED.format(name)) from locked


def _read(reader: Any, name: str) -> ParsedFile:
    if reader.is_encrypted and not reader.decrypt(""):  # files that only forbid printing or changes open with an empty password
        raise CaseError(LOCKED.format(name))
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise CaseError(f"{name} has {count:,} pages; the limit is {MOST_PAGES}. Keep only the part with the letter.")
    text = "\n".join(_pages(reader))
    if not any(map(str.isalnum, text)):
        raise CaseError(f"{name} contains no text; it may be a scan: run text recognition first.")
    return of_text(text, name)


def _pages(reader: Any) -> Iterator[str]:
    size = 0
    for page in reader.pages:
        text = page.extract_text()
        size += len(text)
        yield text
        if size > MOST_CHARACTERS:  # `of_text` refuses it anyway, so the other pages are skipped
            return
