"""What is inside a docx or xlsx (a ZIP archive), checked before a library unpacks it."""

from __future__ import annotations

import io
import zipfile

from bot.intake.reading.limits import MOST_ENTRIES, MOST_RATIO, MOST_UNPACKED, SMALL_UNPACKED
from bot.record.errors import CaseError

CHUNK = 1 << 16


def check(content: bytes, name: str, part: str, what: str) -> zipfile.ZipFile:
    """The archive. CaseError where it is locked, damaged, unpacks to too much, or lacks `part`, which makes it `what`.

    1. The sizes that its directory states are added up before anything is unpacked.
    2. Each entry is then unpacked a piece at a time: zipfile reads no further than the size stated, and compares checksums.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as bad:
        raise CaseError(f"{name} is damaged: get it anew.") from bad
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    suspicious = unpacked > SMALL_UNPACKED and unpacked > MOST_RATIO * len(content)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or suspicious:
        raise CaseError(f"{name} unpacks to far more than a letter or a table holds; it is not read.")
    if part not in archive.namelist():
        raise CaseError(f"{name} is not {what}, whatever its name says.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise CaseError(f"{name} is protected by a password: save it without one.")
    for entry in entries:
        with archive.open(entry) as packed:
            while packed.read(CHUNK):
                pass
    return archive
