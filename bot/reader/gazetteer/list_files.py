"""From the bytes of a file to lists of governments: what the file is, unpacked and decoded, and never guessed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from bot.reader.documents.decoding import text_of
from bot.reader.documents.kinds import HTML_START, STARTS, OtherKind, one_line
from bot.reader.documents.limits import MOST_BYTES
from bot.reader.gazetteer.census_files import CensusFile, is_census_file, read_census_file
from bot.reader.gazetteer.government_list import is_government_list, read_government_list
from bot.reader.gazetteer.listed import ListedGovernment
from bot.record.errors import CaseError

MOST_MEMBERS = 100  # of a packed file
#: Lines of a file that no person wrote. Such files end with a line break, unless a download ended early: the last column, and
#: the spaces that fill it up, would not show that.
LONG = 1_000
ENDINGS = (".txt", ".csv")
WANTED = (
    "A list has the columns id,name,census_geoid, or is a Gazetteer file of the Census Bureau "
    "(docs/configuration.md#the-list-of-governments)."
)
CUT_OFF = (
    "{} does not end with a line break: it may have been cut off, as by a broken download. Get it again; if it is whole, "
    "use --force."
)

GovernmentFile = CensusFile | tuple[ListedGovernment, ...]


def read_government_file(name: str, content: bytes, *, may_be_cut_off: bool = False) -> list[GovernmentFile]:
    """The lists in a file: one, or those that are packed in it. CaseError says what is wrong with the first that is not one."""
    return [_read(called, text, may_be_cut_off) for called, text in _texts(one_line(name, 200), content)]


def _read(called: str, text: str, may_be_cut_off: bool) -> GovernmentFile:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    is_list = is_government_list(text)
    if not is_list and not is_census_file(text):
        raise CaseError(
            f"{called} is no list of governments: its first line is “{one_line(text[:200].partition(chr(10))[0])}”. {WANTED}"
        )
    governments = read_government_list(text, called) if is_list else read_census_file(text, called)
    if not may_be_cut_off and not text.endswith("\n") and text.count("\n") >= LONG:
        raise CaseError(CUT_OFF.format(called))
    return governments


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Each text with what it is called: the file's name, and that of the file that is packed in it."""
    if not content.strip():
        raise CaseError(f"{name} is empty. {WANTED}")
    kind = next((kind for start, kind in STARTS.items() if content.startswith(start)), None)
    if kind is OtherKind.ZIP:
        yield from _unpacked(name, content)
        return
    if kind is OtherKind.PACKED:
        raise CaseError(f"{name} is packed in a way that is not read here: unpack it first, or pack it as zip.")
    if HTML_START.match(content[:4096].removeprefix(b"\xef\xbb\xbf")):
        raise CaseError(
            f"{name} is a web page, not a list. Download the file itself (on GitHub: the address behind “Raw”). {WANTED}"
        )
    yield name, text_of(content, name)


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a zip file. Sizes are checked before anything is unpacked; zipfile reads no further than they say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if _is_text(member.filename)]
            if not members:
                raise CaseError(f"{name} has no file in it that ends in .txt or .csv. {WANTED}")
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > 2 * MOST_BYTES:
                raise CaseError(f"{name} unpacks to far more than any list of governments; it was not read.")
            for member in members:
                if member.flag_bits & 1:
                    raise CaseError(f"{name} is protected by a password: unpack it first.")
                unpacked = archive.read(member)
                called = f"{one_line(member.filename)} in {name}"
                if not unpacked.strip():
                    raise CaseError(f"{called} is empty. {WANTED}")
                yield called, text_of(unpacked, called)
    except CaseError:
        raise
    except Exception as bad:  # of any class, as `documents.parsers.parse` says
        raise CaseError(f"{name} is damaged or cut off: it cannot be unpacked. Get it again.") from bad


def _is_text(member: str) -> bool:
    path = PurePosixPath(member)
    hidden = "__MACOSX" in path.parts or path.name.startswith(".")
    return path.suffix.lower() in ENDINGS and not hidden
