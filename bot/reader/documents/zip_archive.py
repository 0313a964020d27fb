"""Checks a docx or xlsx file (a ZIP archive) before a library unpacks it."""

from __future__ import annotations

import io
import re
import zipfile

from bot.reader.documents.limits import MOST_ENTRIES, MOST_RATIO, MOST_UNPACKED, SMALL_UNPACKED
from bot.record.errors import CaseError

CHUNK = 1 << 16
DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")  # in UTF-8 and UTF-16, the two that a part may be in
LONGEST_DOCTYPE = 20  # bytes


def check(content: bytes, name: str, part: str, what: str) -> zipfile.ZipFile:
    """The archive. CaseError if it is locked, damaged, unpacks to too much, or lacks `part`, which makes it `what`.

    1. The sizes stated in its directory are added up before anything is unpacked.
    2. Each entry is then unpacked a piece at a time: zipfile reads no further than the stated size and compares checksums.
    3. XML with a document type, whose entities could expand without limit, is refused: Office files must not have one
       (ECMA-376 part 2, "XML Usage").
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as bad:
        raise CaseError(f"{name} is damaged: get a new copy.") from bad
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    suspicious = unpacked > SMALL_UNPACKED and unpacked > MOST_RATIO * len(content)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or suspicious:
        raise CaseError(f"{name} unpacks to far more than any letter or table; it was not read.")
    if part not in archive.namelist():
        raise CaseError(f"{name} is not {what}, despite its name.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise CaseError(f"{name} is protected by a password: save it without one.")
    for entry in entries:
        before = b""
        with archive.open(entry) as packed:
            while piece := packed.read(CHUNK):
                if entry.filename.endswith((".xml", ".rels")) and DOCTYPE.search(before + piece):
                    raise CaseError(f"{name} is not {what}: its XML declares a document type.")
                before = piece[-LONGEST_DOCTYPE:]
    return archive
