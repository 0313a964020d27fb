"""Decodes bytes to text. The encoding is never guessed, so that no name or character is read as another."""

from __future__ import annotations

import codecs
import re

from bot.record.errors import CaseError

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,300}?charset\s*=|\?xml[^>]{0,100}?encoding\s*=)\s*["']?\s*([a-z0-9_:.\-]{1,40})""", re.I
)
HEAD = 4096  # bytes in which a page declares its encoding (HTML standard: 1024; some declare it later)
LATIN = {"ascii", "iso8859-1"}  # read as Windows-1252 (WHATWG Encoding Standard, "Names and labels")
PAGES = re.compile(
    r"utf-8|utf-16(-[bl]e)?|cp125\d|cp866|cp874|iso8859-\d+|koi8-[ru]|mac-roman|gbk|gb2312|gb18030|big5(hkscs)?"
    r"|euc_jp|shift_jis|cp932|iso2022_jp|euc_kr|cp949"
)
ADVICE = "Save it as UTF-8; in Excel: “CSV UTF-8”."


def text_of(content: bytes, name: str) -> str:
    """A text file in UTF-8, or in UTF-16 with a byte order mark. CaseError names the first byte that does not fit."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            text = _decoded(content[len(mark) :], encoding, name, ADVICE, len(mark))
            if "\x00" in text:  # as in UTF-32, whose mark begins with that of UTF-16
                raise CaseError(f"{name} is not a text file: it contains NUL characters. {ADVICE}")
            return text
    if b"\x00" in content:
        raise CaseError(f"{name} is not a text file: byte {content.index(0) + 1:,} is NUL. {ADVICE}")
    return _decoded(content, "utf-8", name, ADVICE)


def page_of(content: bytes, name: str, charset: str = "") -> str:
    """An HTML page in the encoding of its byte order mark, its HTTP header (`charset`) or its own declaration, else UTF-8."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return _no_zero(_decoded(content[len(mark) :], encoding, name, ADVICE, len(mark)), name)
    declared = charset or _declared(content)
    encoding = _codec(declared, name) if declared else "utf-8"
    advice = f"It declares {declared}, but is not; " if declared else "It does not declare its encoding; "
    return _no_zero(_decoded(content, encoding, name, f"{advice}copy its text and paste it."), name)


def _declared(content: bytes) -> str:
    declaration = DECLARED.search(content[:HEAD])
    declared = declaration[1].decode("ascii").lower() if declaration else ""
    return "utf-8" if declared.startswith("utf-16") else declared  # read as bytes, so it cannot be UTF-16 (HTML standard)


def _codec(label: str, name: str) -> str:
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError):
        codec = ""
    if not PAGES.fullmatch(codec) and codec not in LATIN:
        raise CaseError(f"{name} declares the encoding “{label}”, which cannot be read. Copy its text and paste it.")
    return "cp1252" if codec in LATIN else codec


def _decoded(content: bytes, encoding: str, name: str, advice: str, skipped: int = 0) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as bad:
        at = bad.start + skipped + 1
        shown = encoding.upper().replace("CP125", "WINDOWS-125")
        raise CaseError(f"{name} is not in {shown}: byte {at:,} does not belong there. {advice}") from bad


def _no_zero(text: str, name: str) -> str:
    if "\x00" in text:
        raise CaseError(f"{name} is not a web page: it contains NUL bytes.")
    return text
