"""What kind of file it is: by its first bytes and its name together, or by the type that a server states."""

from __future__ import annotations

import re
from enum import Enum, StrEnum
from pathlib import PurePosixPath

from bot.record.errors import CaseError
from bot.record.quoting import clipped
from bot.words.plain_text import harmless

READ = "Files that can be read: txt, html, pdf, docx, csv, json, xlsx"
OFFICE = "application/vnd.openxmlformats-officedocument"
LONGEST_NAME = 80
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A comment ends at its first “-->”. If it could span others, a row of comments would be tried in every possible division.
HTML_START = re.compile(rb"\s*(?:<!--(?:(?!-->).){0,500}-->\s*)*<(?:!doctype\s+html|html[\s>])", re.I | re.S)


class FileKind(StrEnum):
    """A kind of file that can be read. The value is its media type."""

    TEXT = "text/plain"
    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = f"{OFFICE}.wordprocessingml.document"
    XLSX = f"{OFFICE}.spreadsheetml.sheet"
    CSV = "text/csv"
    JSON = "application/json"


SUFFIXES = {
    ".txt": FileKind.TEXT,
    ".text": FileKind.TEXT,
    ".htm": FileKind.HTML,
    ".html": FileKind.HTML,
    ".xhtml": FileKind.HTML,
    ".pdf": FileKind.PDF,
    ".docx": FileKind.DOCX,
    ".xlsx": FileKind.XLSX,
    ".csv": FileKind.CSV,
    ".json": FileKind.JSON,
}
SENT = {str(kind): kind for kind in FileKind} | {"application/xhtml+xml": FileKind.HTML}
NAMED = {
    FileKind.TEXT: "a text",
    FileKind.HTML: "an HTML page",
    FileKind.PDF: "a PDF",
    FileKind.DOCX: "a Word file (docx)",
    FileKind.XLSX: "an Excel file (xlsx)",
    FileKind.CSV: "a CSV table",
    FileKind.JSON: "JSON",
}


#: What Python itself parses. The others need libraries, and a hostile file of theirs may get hold of the process.
PLAIN = (FileKind.TEXT, FileKind.CSV, FileKind.JSON)


class OtherKind(Enum):
    """What the first bytes show of a file that is no kind of its own to be read: its name in messages, and what to do."""

    ZIP = "a packed file (zip)", "unpack it first"  # or a Word or Excel file, which is such a packed file
    PACKED = "a packed file", "unpack it first"
    PICTURE = "a picture", "run text recognition first, or paste its text"
    PROGRAM = "a program", ""

    def __init__(self, called: str, advice: str) -> None:
        self.called = called
        self.advice = advice


STARTS = {
    b"PK\x03\x04": OtherKind.ZIP,
    b"PK\x05\x06": OtherKind.ZIP,
    b"\x89PNG": OtherKind.PICTURE,
    b"\xff\xd8\xff": OtherKind.PICTURE,
    b"GIF8": OtherKind.PICTURE,
    b"II*\x00": OtherKind.PICTURE,
    b"MM\x00*": OtherKind.PICTURE,
    b"\x1f\x8b": OtherKind.PACKED,
    b"7z\xbc\xaf": OtherKind.PACKED,
    b"Rar!": OtherKind.PACKED,
    b"MZ": OtherKind.PROGRAM,
    b"\x7fELF": OtherKind.PROGRAM,
}
WEAK = {b"MZ"}  # letters that a text may begin with: a signature only with a zero byte behind it


def shown(name: str) -> str:
    """The file's name without its folders, safe to show in a message."""
    return one_line(re.split(r"[/\\]", name)[-1]) or "The file"


def one_line(text: str, most: int = LONGEST_NAME) -> str:
    """Text from outside on one line, cut to `most` characters, without terminal control characters."""
    return clipped(" ".join(harmless(text).split()), most)


def of_file(name: str, content: bytes) -> FileKind:
    """What the file is. CaseError if its content contradicts its name, or if it cannot be read."""
    called, suffix = shown(name), PurePosixPath(shown(name)).suffix.lower()
    named, signature = SUFFIXES.get(suffix), _signature(content)
    _refuse_office(content, called, suffix)
    if named is None:
        if isinstance(signature, FileKind) and not suffix:
            return signature
        raise CaseError(f"{called} is a kind of file that cannot be read. {READ}.")
    _agree(called, named, signature, content, f"despite its name ({suffix})")
    return named


def of_page(called: str, sent: str, path: str, content: bytes) -> FileKind:
    """As `of_file`, by the media type that a server sent (`sent`), which `expected` has accepted."""
    kind = expected(called, sent, path)
    _refuse_office(content, called, "")
    _agree(called, kind, _signature(content), content, f"despite the type that the server states ({sent})")
    return kind


def expected(called: str, sent: str, path: str) -> FileKind:
    """The kind for a media type. Files are often served as plain text; then the path's ending decides."""
    kind = SENT.get(sent)
    if kind is None:
        what = f"is of the type {one_line(sent, 60)}" if sent else "does not state its type"
        raise CaseError(f"{called} {what}, so it cannot be read. {READ}.")
    ending = SUFFIXES.get(PurePosixPath(path).suffix.lower())
    return ending if kind is FileKind.TEXT and ending in (FileKind.CSV, FileKind.JSON) else kind


def _signature(content: bytes) -> FileKind | OtherKind | None:
    """What the first bytes show; None for any kind of text."""
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if HTML_START.match(content[:4096].removeprefix(b"\xef\xbb\xbf")):
        return FileKind.HTML
    for start, what in STARTS.items():
        if content.startswith(start) and (start not in WEAK or b"\x00" in content[:1024]):
            return what
    return None


def _refuse_office(content: bytes, called: str, suffix: str) -> None:
    if content.startswith(b"{\\rtf"):
        raise CaseError(f"{called} is an RTF file: save it as .docx.")
    if not content.startswith(OLD_OFFICE):
        if suffix in (".doc", ".xls"):
            raise CaseError(f"{called} is a kind of file that cannot be read: save it as {suffix}x.")
        return
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise CaseError(f"{called} is protected by a password: save it without one.")
    better = {".doc": ".docx", ".xls": ".xlsx"}.get(suffix, ".docx or .xlsx")
    raise CaseError(f"{called} is an old Office file: save it as {better}.")


def _agree(called: str, named: FileKind, signature: FileKind | OtherKind | None, content: bytes, whatever: str) -> None:
    if signature == named or (signature is OtherKind.ZIP and named in (FileKind.DOCX, FileKind.XLSX)):
        return
    if named is FileKind.PDF and b"%PDF-" in content[:1024]:  # ISO 32000-1, annex H.3.4.1: somewhere in the first 1024 bytes
        return
    if signature is None:
        if named in (FileKind.PDF, FileKind.DOCX, FileKind.XLSX):
            raise CaseError(f"{called} is not {NAMED[named]}, {whatever}. It may be damaged: get a new copy.")
        return
    if isinstance(signature, OtherKind):
        looks_like, advice = signature.called, signature.advice
    else:
        looks_like, advice = NAMED[signature], "give it the right ending"
    raise CaseError(f"{called} is {looks_like}, {whatever}{f': {advice}' if advice else ''}.")
