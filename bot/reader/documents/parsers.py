"""Parses a file's content in the calling process; `child_process` does so in another."""

from __future__ import annotations

import logging

from bot.reader.documents import decoding
from bot.reader.documents.kinds import NAMED, FileKind
from bot.reader.documents.parsed_file import ParsedFile, of_text
from bot.record.errors import CaseError

log = logging.getLogger(__name__)


def parse(kind: FileKind, content: bytes, name: str, charset: str = "") -> ParsedFile:
    """The text in the content. CaseError says in one line, beginning with `name`, why it is refused.

    Damaged files make the libraries raise errors of any class, their own and Python's. Here all of them mean that the file is
    damaged; the log has the original error.
    """
    try:
        return _parse(kind, content, name, charset)
    except (CaseError, MemoryError):
        raise
    except Exception as failure:
        log.info("%s cannot be read", name, exc_info=True)
        raise CaseError(
            f"{name} is damaged or not {NAMED[kind]} that can be read: get a new copy, or paste its text."
        ) from failure


def _parse(kind: FileKind, content: bytes, name: str, charset: str) -> ParsedFile:
    """Each parser imports its own library, since they are slow to load."""
    from bot.reader.documents import csv_file, docx_file, json_file, pdf_file, web_page, xlsx_file

    match kind:
        case FileKind.HTML:
            return web_page.parse(content, name, charset)
        case FileKind.PDF:
            return pdf_file.parse(content, name)
        case FileKind.DOCX:
            return docx_file.parse(content, name)
        case FileKind.XLSX:
            return xlsx_file.parse(content, name)
        case FileKind.CSV:
            return csv_file.parse(content, name)
        case FileKind.JSON:
            return json_file.parse(content, name)
    text = decoding.page_of(content, name, charset) if charset else decoding.text_of(content, name)
    return of_text(text, name)
