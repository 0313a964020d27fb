"""Reads a text that is itself a letter or a memorandum: its letterhead, date and addressees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.place_lists import Places
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET, TextPage
from bot.record.places import STATES

RULES = rule_table("letter_form")
_HEAD = 7000
SIGNATURE = 500  # characters behind the closing
HEAD = 600  # characters at the start in which a letter without a date has its letterhead; below them is an address
BESIDE = 8  # words beside an authority on a line of a letterhead
ABOVE = 1200  # characters above a further salutation in which its letter may have its date
OPENING = 600  # characters at the start of a letter's body in which it may say that it is an answer


@dataclass(frozen=True)
class LetterForm:
    """What the parts of a letter outside its body say."""

    #: Where the body begins, in `TextPage.flat`.
    body: int
    date: DateMention | None = None
    addressees: tuple[Mention, ...] = ()
    sender: AuthorityMention | None = None
    #: Whether it has lines like "From:" and "To:", and no salutation.
    is_memorandum: bool = False
    #: The dates of further letters below it.
    further: tuple[DateMention, ...] = ()


def letter_form_in(page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> LetterForm | None:
    """The text read as a letter or a memorandum; None if it is neither, or somebody's answer to a letter."""
    flat = page.flat
    dear = RULES.search("a salutation", flat, 0, _HEAD)
    if dear is None:
        return _memorandum(page, places, authorities)
    if rule_table("letter_sentences").search("answer to a letter", flat, dear.end(), dear.end() + OPENING):
        return None
    dated = _date_line(flat, dear.start())
    below = dated.end if dated else 0
    prose = list(RULES["a line of a story"].regex.finditer(flat, 0, dear.start()))
    is_story = prose and not RULES.search("a city with its ZIP code", flat, below, prose[-1].start())
    told = prose[-1].end() if is_story else 0  # a release that quotes a letter names nobody in its headings to whom that went
    addressees = tuple(_addressees(page, places, max(below, told), dear.start()))
    if not (addressees or RULES.search("a city with its ZIP code", flat, below, dear.start())):
        is_listed = RULES.search("addressees are listed", flat, told, below) is not None
        addressees = tuple(_addressees(page, places, told, below, is_above_date=not is_listed))
    to = {one.name for one in authorities if dated and not addressees and below <= one.start < dear.start()}
    others = [one for one in authorities if one.name not in to]
    above = below or min(HEAD, _addressed_from(flat, dear.start()))
    sender = _letterhead(flat, others, above) or _signed(flat, others, dear.end())
    return LetterForm(dear.end(), dated, addressees, sender, further=tuple(_further_dates(flat, dear.end())))


def _memorandum(page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> LetterForm | None:
    """Read lines like "From:", "To:", "Date:". It counts as a letter only if "To:" names a place."""
    lines = list(RULES["a line of a memorandum"].regex.finditer(page.flat, 0, _HEAD))
    fields = {line["name"].lower(): line for line in reversed(lines)}
    addressees = places.whole(*fields["to"].span("value")) if {"from", "to"} <= set(fields) else ()
    if not addressees:
        return None
    start, end = fields["from"].span()
    sender = next((one for one in authorities if start <= one.start < end), None)
    days = [day for name in ("date", "sent") if name in fields for day in dates_in(page.flat, *fields[name].span("value"))]
    day = next((day for day in days if day.exact), None)
    return LetterForm(max(line.end() for line in fields.values()), day, tuple(addressees), sender, is_memorandum=True)


def _date_line(flat: str, end: int) -> DateMention | None:
    """The last date with a line of its own above the salutation; none if a release between them says that it is another day."""
    own = _own_lines(flat, 0, end)
    return own[-1] if own and not RULES.search("a letter of another day", flat, own[-1].end, end) else None


def _own_lines(flat: str, start: int, end: int) -> list[DateMention]:
    """The dates that have a line of their own."""
    days = dates_in(flat, start, end)
    return [day for day in days if day.exact and len("".join(day.line(flat)).strip(" \t.,:|-–")) <= 12]


def _further_dates(flat: str, body: int) -> Iterator[DateMention]:
    """The last date line above each salutation that follows, if it is near."""
    for dear in RULES["a salutation"].regex.finditer(flat, body):
        yield from _own_lines(flat, max(body, dear.start() - ABOVE), dear.start())[-1:]


def _addressed_from(flat: str, dear: int) -> int:
    """Where the block of lines begins above a salutation, which is the address; the salutation if no other is above it."""
    block = flat.rfind("\n\n", 0, len(flat[:dear].rstrip()))
    return block if flat[: max(block, 0)].strip() else dear


def _letterhead(flat: str, authorities: Sequence[AuthorityMention], end: int) -> AuthorityMention | None:
    """The authority in the letterhead; the agency, if a department is named above it.

    One in a sentence or a headline is none, nor one that belongs to the subject or to an addressee: the block of lines around
    it begins with a person.
    """
    lines = [one for one in authorities if one.start < end and _has_a_line(flat, one)]
    blocks = [(one, flat[max(flat.rfind("\n\n", 0, one.start), 0) : one.start]) for one in lines]
    head = [
        one
        for one, block in blocks
        if not (RULES.search("a subject, or a person in an address", block) or _is_for_person(block))
    ]
    return next((one for one in head if " Department of " not in f" {one.name}"), head[0] if head else None)


def _is_for_person(block: str) -> bool:
    """Whether the first line of an address is a person with an office: "Jane Roe, Acting Administrator"."""
    return rule_table("address_blocks").match("a line of a person", block.strip().partition("\n")[0]) is not None


def _has_a_line(flat: str, one: AuthorityMention) -> bool:
    """Whether an authority has its line almost for itself: "Office of the Attorney General of Ohio"."""
    begin, end = flat.rfind("\n", 0, one.start) + 1, flat.find("\n", one.end)
    beside = flat[begin : one.start].split() + flat[one.end : end if end >= 0 else len(flat)].split()
    return len(beside) <= BESIDE and not RULES.search("a verb of a headline", " ".join(beside))


def _signed(flat: str, authorities: Sequence[AuthorityMention], body: int) -> AuthorityMention | None:
    closing = RULES.search("a closing", flat, body)
    if closing is None:
        return None
    end = closing.end() + SIGNATURE
    copies = RULES.search("copies", flat, closing.end(), end)
    end = min([copies.start() if copies else end, *(day.start for day in _own_lines(flat, closing.end(), end))])
    return next((one for one in authorities if closing.end() <= one.start < end), None)


def _addressees(page: TextPage, places: Places, start: int, end: int, *, is_above_date: bool = False) -> Iterator[Mention]:
    """The addressees of each address block: a government or institution, the city of a mayor, the state of a governor, or whom
    a lawyer stands for. One that is for nobody is the sender's letterhead above the date, above one that is for somebody, or at
    the beginning of a text with an address below.
    """
    blocks = list(RULES["lines together"].regex.finditer(page.clean, start, end))
    is_for = [RULES.search("whom an address is for", block[0]) is not None for block in blocks]
    is_headed = start == 0 and any(RULES.search("a city with its ZIP code", block[0]) for block in blocks[1:])
    for number, block in enumerate(blocks):
        if not is_for[number] and (
            is_above_date or (any(is_for[number + 1 :]) and not any(is_for[:number])) or (is_headed and number == 0)
        ):
            continue
        subject = RULES.search("a subject", page.clean, *block.span())
        end_of_address = subject.start() if subject else block.end()
        lines = list(RULES["a line of an address"].regex.finditer(page.clean, block.start(), end_of_address))
        offices = [RULES.match("an office in an address", page.clean, line.start()) for line in lines]
        zipped = RULES.search("a city with its ZIP code", page.clean, *block.span())
        state = state_code_of(zipped["state"]) if zipped else None
        named = [one for line, office in zip(lines, offices, strict=True) for one in _named_in(places, line, bool(office))]
        titles = [office["title"].lower() for office in offices if office]
        is_of_state = state != "DC" and any(RULES.match("a governor", title) for title in titles)
        is_of_city = any(title.startswith(("mayor", "city", "council")) for title in titles)
        if len(named) < len(lines) and not RULES.search("an office of a place", page.clean, *block.span()):
            named = [one for one in named if one.is_institution or one.word or one.title or (is_of_state and one.own_state)]
        if clients := _clients(places, block):
            yield from clients
        elif named:
            yield places.in_state(min(named, key=lambda one: one.is_institution), state)
        elif zipped and state and is_of_state:
            yield Mention(*zipped.span("state"), STATES[state], word="state")
        elif zipped and is_of_city:
            yield Mention(*zipped.span("city"), zipped["city"], state=state)


def _clients(places: Places, block: re.Match[str]) -> list[Mention]:
    lines = RULES["whom a lawyer stands for"].regex.finditer(block.string, *block.span())
    return [one for line in lines for one in places.within(*line.span("clients")) if not places.is_weak(one)]


def _named_in(places: Places, line: re.Match[str], has_office: bool) -> Iterator[Mention]:
    """The places in a line of an address that are addressed: with their kind, behind an office, or alone on it."""
    start, end = line.span()
    if BULLET.match(line.string, start):
        return  # of a list
    for mention in places.within(start, end) if not RULES.match("a city with its ZIP code", line.string, start) else ():
        is_shown = mention.is_institution or not (mention.is_unknown or mention.is_unlisted)
        is_first, is_last = mention.start == start, mention.end == end
        if mention.is_institution or not (mention.word or mention.title):
            has_state = mention.is_institution or bool(mention.state and mention.state_from is StateFrom.ITSELF)
            is_addressed = is_last and (has_office or (is_first and has_state))
        else:
            is_addressed = has_office or is_first or is_last
        if is_addressed and is_shown and not (places.is_weak(mention) or RULES.search("no name of an addressee", mention.name)):
            yield mention
