"""From a file's content to its text, in the process that calls it; `child` does it in another."""

from __future__ import annotations

import logging

from bot.reader.documents import decoding
from bot.reader.documents.kinds import NAMED, Kind
from bot.reader.documents.parsed import Parsed, of_text
from bot.record.errors import CaseError

log = logging.getLogger(__name__)


def parse(kind: Kind, content: bytes, name: str, charset: str = "") -> Parsed:
    """CaseError says in one line why the content is refused, `name` at its beginning.

    The libraries meet damaged files with errors of every class, their own and Python's; here all of them mean that this
    file is damaged. The log keeps what it was.
    """
    try:
        return _parse(kind, content, name, charset)
    except (CaseError, MemoryError):
        raise
    except Exception as failure:
        log.info("%s cannot be read", name, exc_info=True)
        raise CaseError(
            f"{name} is damaged or not {NAMED[kind]} that can be read: get it anew, or paste its text."
        ) from failure


def _parse(kind: Kind, content: bytes, name: str, charset: str) -> Parsed:
    """The libraries are imported by the parser that needs them."""
    from bot.reader.documents import data, page, pdf, sheet, table, word

    match kind:
        case Kind.HTML:
            return page.parse(content, name, charset)
        case Kind.PDF:
            return pdf.parse(content, name)
        case Kind.DOCX:
            return word.parse(content, name)
        case Kind.XLSX:
            return sheet.parse(content, name)
        case Kind.CSV:
            return table.parse(content, name)
        case Kind.JSON:
            return data.parse(content, name)
    return of_text(decoding.text_of(content, name), name)
