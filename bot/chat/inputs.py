"""What people type, read strictly: places, letters, cases, sources. CaseError says what is wrong and what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.deadlines.zones import zone_named, zone_names
from bot.record.errors import CaseError
from bot.record.events import Amount
from bot.record.place_names import state_code
from bot.record.places import STATES, Jurisdiction, Meant, PlaceKind, key
from bot.record.sources import Source
from bot.store import cases, places
from bot.words import errors
from bot.words.prose import happened, listed
from bot.words.status import case_line

TEXT_LIMIT = 1000
SOURCE_LIMIT = 500
_SCHEME = re.compile(r"(?:javascript|vbscript|livescript)\s*:|(?:data|file|blob|about|mailto|tel|sms|ftp|ssh|chrome):\S", re.I)


class Ambiguous(CaseError):
    """A name that several places go by."""

    def __init__(self, typed: str, candidates: Sequence[Jurisdiction]) -> None:
        super().__init__(errors.several_places(typed, [place.full_label for place in candidates]))
        self.candidates = candidates


async def one_place(session: Session, typed: str) -> Jurisdiction:
    """The one place that was meant; Ambiguous, or CaseError with the nearest names."""
    return (await one_meant(session, typed)).places[0]


async def one_meant(session: Session, typed: str) -> Meant:
    """As `one_place`, with those that go by the name too but have no letter."""
    found = await places.named(session.conn, session.server.id, typed)
    if len(found.places) == 1:
        return found
    if found.places:
        raise Ambiguous(typed, found.places)
    nearest = await places.suggest(session.conn, session.server.id, typed, 3)
    raise CaseError(errors.unknown_place(typed, [place.label for place in nearest]))


async def one_letter(session: Session, typed: str) -> Letter:
    """The letter of that short name or title, or the only one that has these words in them."""
    letters = await cases.letters_of(session.conn, session.server.id)
    wanted = typed.strip().casefold()
    found = [one for one in letters if wanted in (one.slug.casefold(), one.title.casefold())]
    if not found:
        found = [one for one in letters if has_words(typed, letter_line(one), one.slug)]
    if len(found) > 1:
        raise CaseError(errors.several_letters(typed, [one.slug for one in found[-10:]]))
    if not found:
        raise CaseError(errors.unknown_letter(typed, [one.title for one in letters[::-1]]))
    return found[0]


async def one_case(session: Session, typed: str) -> Case:
    """The case of that number, "#17" or "17"; or the only open one of a place, or with these words in its line."""
    number = re.fullmatch(r"#?(\d{1,9})|#(\d{1,9})\s.*", typed.strip())
    if number:
        wanted = number[1] or number[2]
        case = await cases.numbered(session.conn, session.server.id, int(wanted))
        if case is None or not case.at(session.now).exists:
            raise CaseError(errors.unknown_case(wanted))
        return case
    meant = (await places.named(session.conn, session.server.id, typed)).places
    found = [case for place in meant for case in await cases.of_place(session.conn, session.server.id, place.id)]
    if not meant:
        every = await cases.of_server(session.conn, session.server.id)
        found = [case for case in every if has_words(typed, case_line(case, case.at(session.now)), case.letter.slug)]
    still_open = [case for case in found if case.at(session.now).is_open]
    if len(still_open) == 1:
        return still_open[0]
    if still_open:
        raise CaseError(_several_cases(typed, still_open))
    place = await one_place(session, typed)
    raise CaseError(f"{place.label} has no open case. Name the one you mean by its number.")


def _several_cases(typed: str, found: Sequence[Case]) -> str:
    names = [f"#{case.number} {case.place.label} ({case.letter.title})" for case in found[:8]]
    names += [f"{len(found) - 8} more"] if len(found) > 8 else []
    return f"“{typed}” can be {listed(names, 'or')}. Name the one you mean by its number."


def one_zone(typed: str) -> ZoneInfo:
    """The time zone of that name, or the only one with these words in it: "Denver" is America/Denver."""
    try:
        return zone_named(typed)
    except CaseError:
        found = [zone for zone in zone_names() if has_words(typed, zone)]
        if len(found) > 1:
            named = listed(found[:8] if len(found) <= 8 else [*found[:7], f"{len(found) - 7} more"], "or")
            raise CaseError(f"“{typed}” can be {named}. Write the one you mean in full.") from None
        if not found:
            raise
    return ZoneInfo(found[0])


def has_words(typed: str, *texts: str) -> bool:
    """Whether each word that was typed begins a word of the texts; three letters at least, so that "of" finds nothing."""
    wanted, there = key(typed).split(), key(" ".join(texts)).split()
    return len("".join(wanted)) >= 3 and all(any(word.startswith(one) for word in there) for one in wanted)


def letter_line(letter: Letter) -> str:
    """As it is offered while somebody types: "Demand of May — sent 3 May 2018"."""
    return f"{letter.title} — sent {happened(letter.sent)}"


def read_source(text: str) -> Source:
    """A source: an address, a title, or a title and an address after it.

    The address is kept so that it cannot break out of `[title](<address>)`: what could is percent-encoded.
    """
    typed = " ".join(text.split())
    if not typed:
        raise CaseError(errors.NEEDS_SOURCE)
    limited("The source", typed, SOURCE_LIMIT)
    if _SCHEME.match(typed):
        raise CaseError(_no_address(typed))
    found = re.search(r"[^\s<(\[]*://\S*", typed)
    if not found:
        if len(typed) < 3 or not any(character.isalpha() for character in typed):
            raise CaseError(f"“{typed}” says too little of where it stands. {errors.NEEDS_SOURCE}")
        return Source(title=typed)
    before, address, after = typed[: found.start()], found[0], typed[found.end() :]
    for opening, closing in ("()", "<>", "[]"):
        if before.endswith(opening) and address.endswith(closing):
            before, address = before[:-1], address[:-1]
    if after:
        raise CaseError(
            f"What stands after the address, “{after.strip()[:100]}”, cannot be told from it: an address holds no space. "
            "Write the title first, then the address."
        )
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or "." not in host or "@" in parts.netloc:
        raise CaseError(_no_address(address))
    title = before.strip(" -–—:,()[]<>") or f"{host}{parts.path.rstrip('/')}"
    return Source(title=title if len(title) <= 100 else title[:99] + "…", url=quote(address, safe="%/:?#[]@!$&'*+,;=~"))


def _no_address(typed: str) -> str:
    return f"“{typed[:100]}” is not an address that can be opened. It begins with https:// or http://."


def limited(what: str, text: str, limit: int = TEXT_LIMIT) -> str:
    """The text without surrounding space; CaseError where nothing is left or it is over the limit."""
    text = text.strip()
    if not text:
        raise CaseError(errors.empty(what))
    if len(text) > limit:
        raise CaseError(errors.too_long(what, len(text), limit))
    return text


def read_lines(what: str, text: str, limit: int = 100, most: int = 10) -> tuple[str, ...]:
    """One thing a line."""
    lines = [limited(f"A line of {what}", line, limit) for line in text.splitlines() if line.strip()]
    if len(lines) > most:
        raise CaseError(f"{what} has {len(lines)} lines; at most {most} fit.")
    return tuple(dict.fromkeys(lines))


def read_state(text: str) -> str:
    """A state's postal code, from the code, the name, or a form of it that newspapers use."""
    if code := state_code(text):
        return code
    raise CaseError(f"“{text}” is not a state. Write its name or postal code, like California or CA.")


def read_new_place(text: str, kind: PlaceKind | None, state: str | None) -> Jurisdiction | None:
    """A place written out: "Boulder, CO (city)"; kind and state may be given apart. None where they are not all there."""
    found = re.fullmatch(r"\s*([^,()]+?)\s*(?:,\s*([A-Za-z. ]+?))?\s*(?:\(([A-Za-z -]+)\))?\s*", text)
    if not found:
        return None
    word = (found[3] or "").strip().lower().replace(" ", "-")
    if word and word not in {one.value for one in PlaceKind}:
        raise CaseError(f"“{found[3]}” is not a kind of place. Kinds: {', '.join(one.words for one in PlaceKind)}.")
    kind = PlaceKind(word) if word else kind
    code = read_state(found[2]) if found[2] else state
    name = limited("The name", found[1], 90)
    if kind is PlaceKind.STATE:
        code = read_state(name)
        name = STATES[code]
    if kind is None or (not code and kind is not PlaceKind.INSTITUTION):
        return None
    return Jurisdiction(0, name, kind, code or "")


def read_amount(text: str | None) -> Amount | None:
    """Whole US dollars: "$1,200", "more than $2,000,000", "about $5000", "$64,000 a year"."""
    if text is None:
        return None
    found = re.fullmatch(r"(more than |about )?\$?\s?([\d,]{1,18})( a year)?", " ".join(text.split()), re.IGNORECASE)
    if not found or not found[2].strip(",") or (found[1] and found[3]):
        raise CaseError(f"“{text}” is not an amount. Write it like $252,157, more than $2,000,000 or $64,000 a year.")
    return Amount(int(found[2].replace(",", "")), (found[1] or found[3] or "exactly").strip().lower())
