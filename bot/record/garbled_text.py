"""Recognises text that a wrong encoding has garbled: "DoÃ±a Ana" for "Doña Ana".

Such a text is never repaired silently: a person is told what it seems to have been, and that UTF-8 keeps it right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from bot.record.quoting import clipped

LOST = "\ufffd"
MOST_TIMES = 3  # that a text was read in a wrong encoding and saved again
#: What may come out of a repair: letters of European languages, of Vietnamese and of Hawaiian, signs of prose, marks that
#: nobody sees, and controls, which are half repaired. Anything else ("É’" would be "ɒ") means that the text was right.
_PLAUSIBLE = re.compile("[\x80-\u017f\u0218-\u021b\u02bb\u02bc\u1e00-\u1eff\u2010-\u2026\u2030-\u203a\u20ac\u2122\ufeff\ufffd]")
_CONTINUING = range(0x80, 0xC0)  # bytes of UTF-8 behind the first one of a letter
_LEADING = range(0xC2, 0xE0), range(0xE0, 0xF0), range(0xF0, 0xF5)  # first bytes of a letter of two, three and four
_QUOTES = "‘’“”–—…•"  # may stand behind a capital letter in a text that is right: “IRMÔ
_UNPAIRED = re.compile("â€|‚Äú|‚Äù|ï¿½")  # of a quotation mark whose third byte has no sign in Windows-1252
_CONTROL = re.compile("[\x80-\x9f]")  # signs that no text has: Windows-1252 read as Latin-1
#: A capital inside a small word, or a sign of money between letters: "DoÒa Ana", "R¡o Arriba".
_CAPITAL_INSIDE = re.compile(r"\b(?!Ma?c)[A-Z]?[a-zß-ÿ]+([À-ÖØ-Þ])(?:[a-z]+\b|\b)")
_SIGN_INSIDE = re.compile("(?<=[A-Za-z])[¡¢£¤¥±‚„](?=[a-z])")


@dataclass(frozen=True)
class _Misread:
    """An encoding in which UTF-8 was read by mistake."""

    name: str
    bytes_of: dict[str, int] = field(init=False)
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        bytes_of = {bytes([byte]).decode(self.name, "replace"): byte for byte in range(0x80, 0x100)}
        bytes_of.pop(LOST, None)
        if self.name == "cp1252":  # and Latin-1, and what has no sign in Windows-1252
            bytes_of |= {chr(byte): byte for byte in range(0x80, 0x100)}
        inside, *begun = (
            "".join(re.escape(sign) for sign, byte in bytes_of.items() if byte in codes) for codes in (_CONTINUING, *_LEADING)
        )
        pattern = "|".join(f"[{first}][{inside}]{{{count}}}" for count, first in enumerate(begun, 1))
        object.__setattr__(self, "bytes_of", bytes_of)
        object.__setattr__(self, "pattern", re.compile(pattern))

    def repaired(self, text: str) -> str:
        return self.pattern.sub(self._letter, text)

    def _letter(self, piece: re.Match[str]) -> str:
        signs = piece[0]
        following = piece.string[piece.end() : piece.end() + 1]
        if len(signs) == 2 and signs[1] in _QUOTES and not following.isalpha():
            return signs
        try:
            letter = bytes(self.bytes_of[sign] for sign in signs).decode("utf-8")
        except UnicodeDecodeError:
            return signs
        return letter if _PLAUSIBLE.fullmatch(letter) else signs


_MISREAD = tuple(_Misread(name) for name in ("cp1252", "mac_roman", "cp437", "cp850"))


@lru_cache(maxsize=2**12)  # thousands of rows repeat the same title and authority
def as_meant(text: str) -> str | None:
    """What a garbled text seems to have been, with "\ufffd" for what is lost; None if the text is not garbled.

    1. UTF-8 that was read as Windows-1252, Latin-1, Mac Roman or a code page of DOS, once or several times.
    2. Windows-1252 that was read as Latin-1, as Mac Roman, or as a code page of DOS.
    3. Characters that were lost, and replaced by "\ufffd".
    """
    if text.isascii():
        return None
    repaired = _from_utf_8(text)
    if repaired == text:
        repaired = _from_single_bytes(text)
    repaired = _UNPAIRED.sub("”", repaired)
    if repaired == text and LOST not in text:
        return None
    return repaired.replace("\ufeff", "")


def garbled(text: str, most: int = 80) -> str | None:
    """What is wrong with a garbled text, in a sentence that quotes at most `most` characters; None if it is not garbled."""
    meant = as_meant(text)
    if meant is None:
        return None
    quoted, seems = (clipped(words, most) for words in (text, meant))
    if LOST in meant:
        return f"“{quoted}” has lost a character (“{LOST}”) to a wrong encoding."
    return f"“{quoted}” seems to be “{seems}”, garbled by a wrong encoding."


def _from_utf_8(text: str) -> str:
    for _ in range(MOST_TIMES):
        repaired = next((once for misread in _MISREAD if (once := misread.repaired(text)) != text), text)
        if repaired == text:
            break
        text = repaired
    return text


def _from_single_bytes(text: str) -> str:
    if _CONTROL.search(text):
        return _CONTROL.sub(lambda sign: sign[0].encode("latin-1").decode("cp1252", "replace"), text)
    return _SIGN_INSIDE.sub(_of_dos, _CAPITAL_INSIDE.sub(_of_mac, text))


def _of_mac(word: re.Match[str]) -> str:
    """A word with the small letter for which its capital stands, if Windows-1252 was read as Mac Roman."""
    letter = word[1].encode("mac_roman", "replace").decode("cp1252", "replace")
    at = word.start(1) - word.start()
    return f"{word[0][:at]}{letter}{word[0][at + 1 :]}" if letter.islower() else word[0]


def _of_dos(sign: re.Match[str]) -> str:
    """A letter of code page 437 that was read as Windows-1252, or the other way round for "±"."""
    read, meant = ("cp437", "cp1252") if sign[0] == "±" else ("cp1252", "cp437")
    return sign[0].encode(read).decode(meant)
