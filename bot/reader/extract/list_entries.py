"""What one entry of a list names, and lists whose entries are divided by semicolons."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.reader.extract.place_patterns import ListedPlace
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.state_rows import doubted
from bot.reader.extract.vocabulary import INSTITUTION, LETTER
from bot.reader.state_names import FULL, STATE, state_code_of

_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|said|says|will|would|must|did|does|do|should|may|can|could|sent|received|writes?"
    r"|wrote|demanded|asked|told)\b"
)

_STATES_OF = re.compile(r"\b(?:states?|commonwealths?|territor(?:y|ies))\s+of\b", re.IGNORECASE)


def semicolon_places(scan: PlaceScanner, start: int, end: int, near: str | None = None) -> tuple[list[ListedPlace], int]:
    """The places between semicolons in `flat[start:end]`, and where they end. An unknown name is kept, marked as unknown."""
    places: list[ListedPlace] = []
    at, group, stop = start, near, start
    flat = scan.flat
    for number, piece in enumerate(re.finditer(r"(?:\([^()]*\)|[^;(]|\()+", flat[start:end])):
        at = start + piece.start()
        past = start + piece.end()
        lead = re.match(r"(?i)\s*(?:and\b|or\b|as well as\b)?\s*", flat[at:past])
        at += lead.end() if lead else 0
        named = _institution(scan, at, _trimmed(flat[at:past]), near) if _is_one(scan, flat[at:past]) else None
        if named:
            places.append(replace(named, run=number * 100))
            stop = named.end
            continue
        items, reached = scan.inline(at, past, near if _has_own(flat[at:past]) else group, is_entry=True)
        rest = flat[reached:past].strip()
        if items:
            own = [item for item in items if item.is_shared and item.state != near]
            group = own[-1].state if own and not _explicit(flat, at) else group if own else near
            places += [replace(item, run=number * 100 + item.run) for item in items]
            stop = reached
            if rest and not re.match(r"[.)\]]?$|[-–—:(*†]", rest):
                break
            continue
        unknown = entry_places(scan, at, past, near, in_list=True)
        if not unknown or (number == 0 and not unknown[0].is_institution):
            break
        places += [replace(item, run=number * 100) for item in unknown]
        stop = past
    return doubted(scan.look, places), stop


def _is_one(scan: PlaceScanner, piece: str) -> bool:
    """Whether a part between semicolons can be a single institution, not a list with a place in it."""
    name = re.sub(rf"\s*,\s*{STATE}\s*$", "", _trimmed(piece))
    if "," in name or not INSTITUTION.search(name):
        return False
    first, _, rest = name.partition(" and ")
    return not rest or (not scan.look.knows(first, None) and not re.match(r"the\s", rest))


def _has_own(piece: str) -> bool:
    """Whether the part ends in a state of its own or names states, so that the state of the part before it does not count."""
    return bool(re.search(rf"(?:,|\()\s*(?:{STATE})\)?[\s.,]*(?:and\s*)?$", piece) or _STATES_OF.search(piece))


def _explicit(flat: str, at: int) -> bool:
    return bool(re.match(rf"(?:in\s+)?(?:{FULL})\s*[:—(-]", flat[at : at + 60]))


def entry_places(scan: PlaceScanner, start: int, end: int, near: str | None, in_list: bool) -> list[ListedPlace] | None:
    """The places of one entry. An unknown name is one too, marked as unknown, if it looks like a name."""
    flat = scan.flat
    lead = re.match(r"\s*(?:(?:and|or)\s+)?", flat[start:end])
    start += lead.end() if lead else 0
    text = flat[start:end].strip()
    text = _trimmed(text)
    if not text:
        return None
    bare = re.sub(r"\s*[(\[*†].*$", "", text)
    institution = _institution(scan, start, text, near)
    if institution:
        return [institution]
    if places := scan.whole(start, start + len(text), near):
        return places
    words = bare.split()
    if not in_list or len(words) > 8 or not re.match(r"[A-ZÀ-Þ]", text) or _SENTENCE.search(text) or LETTER.search(text):
        return None
    if re.search(r"\d{3,}|[@:?!|>]|\b(?:19|20)\d\d\b|[.]\s+[A-Z]\w{3,}", text) or re.match(
        r"(?:The|In|On|For|See|Read|Photo|Page|By|More|Source)\s", text
    ):
        return None
    name, state = text, near
    if behind := re.search(rf"\s*[,(]\s*({STATE})\)?$", text):
        name, state = text[: behind.start()], state_code_of(behind[1])
    return [ListedPlace(start, start + len(text), " ".join(name.split()), state, is_unknown=True)]


def _trimmed(text: str) -> str:
    return re.sub(r"[\s;,]*(?:\band|\bor)?[\s;,.]*$", "", text)


def _institution(scan: PlaceScanner, start: int, text: str, near: str | None) -> ListedPlace | None:
    if re.match(r"(?i)(?:the\s+)?(?:district\s+of\s+columbia|(?:board|office|department)\b.*\b(?:city|county)\s+of\b)", text):
        return None
    name, state = text, near
    if behind := re.search(rf"\s*(?:[,]|[(])\s*({STATE})\)?$", text):
        name, state = text[: behind.start()], state_code_of(behind[1])
    plain = re.sub(r"\s*\(.*$", "", name)
    if not INSTITUTION.search(plain) or scan.look.knows(plain, state) or len(plain.split()) > 14 or _SENTENCE.search(plain):
        return None
    if (
        re.search(r"\d{3,}|[.]\s+[A-Z]\w{3,}|[:?!]", plain)
        or not re.match(r"(?:the\s+)?[A-ZÀ-Þ]", plain)
        or LETTER.search(plain)
    ):
        return None
    return ListedPlace(start, start + len(text), " ".join(plain.split()).removeprefix("the "), state, is_institution=True)
