"""Reads a text that is itself a letter or a memorandum: its letterhead, date and addressees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.place_lists import Places
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage

RULES = rule_table("letter_form")
_HEAD = 7000
LONGEST_LINE = 80  # characters of a line of an address
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


def letter_form_in(page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> LetterForm | None:
    """The text read as a letter or a memorandum; None if it is neither, or somebody's answer to a letter."""
    flat = page.flat
    dear = RULES["a salutation"].regex.search(flat, 0, _HEAD)
    lines = list(RULES["a line of a memorandum"].regex.finditer(flat, 0, _HEAD))
    fields = {line["name"].lower(): line for line in reversed(lines)}
    if dear is None:
        return _memorandum(page, places, authorities, fields) if {"from", "to"} <= set(fields) else None
    if rule_table("letter_sentences")["answer to a letter"].regex.search(flat, dear.end(), dear.end() + OPENING):
        return None
    dated = _date_line(flat, dear.start())
    below = dated.end if dated else 0
    addressees = _addressees(page, places, authorities, below, dear.start())
    if not addressees and "to" in fields:
        addressees = tuple(places.parts(*fields["to"].span("value")))
    if not addressees and dated:
        addressees = _addressees(page, places, authorities, 0, dated.start)
    is_to_authority = dated is not None and not addressees
    to = {one.name for one in authorities if is_to_authority and below <= one.start < dear.start()}
    others = [one for one in authorities if one.name not in to]
    sender = _letterhead(page, others, below or dear.start()) or _signed(flat, others, dear.end())
    return LetterForm(dear.end(), dated, addressees, sender)


def _memorandum(
    page: TextPage, places: Places, authorities: Sequence[AuthorityMention], fields: dict[str, re.Match[str]]
) -> LetterForm | None:
    """Read lines like "From:", "To:", "Date:". It counts as a letter only if "To:" names a place."""
    addressees = places.parts(*fields["to"].span("value"))
    if not addressees:
        return None
    days = (day for name in ("date", "sent") if name in fields for day in dates_in(page.flat, *fields[name].span("value")))
    start, end = fields["from"].span()
    return LetterForm(
        body=max(field.end() for field in fields.values()),
        date=next((day for day in days if day.exact), None),
        addressees=tuple(addressees),
        sender=next((one for one in authorities if start <= one.start < end), None),
        is_memorandum=True,
    )


def _date_line(flat: str, end: int) -> DateMention | None:
    """The last date with a line of its own above the salutation."""
    last = None
    for day in dates_in(flat, 0, end):
        begin, stop = flat.rfind("\n", 0, day.start) + 1, flat.find("\n", day.end)
        beside = flat[begin : day.start] + flat[day.end : max(stop, day.end)]
        if day.exact and len(beside.strip(" \t.,:|-–")) <= 12 and not RULES["no date of a letter"].regex.search(beside):
            last = day
    return last


def _letterhead(page: TextPage, authorities: Sequence[AuthorityMention], end: int) -> AuthorityMention | None:
    """The authority in the letterhead; the agency, if a department is named above it."""
    head = [one for one in authorities if one.start < end and not _is_addressee(page.flat, one)]
    return next((one for one in head if " Department of " not in f" {one.name}"), head[0] if head else None)


def _is_addressee(flat: str, authority: AuthorityMention) -> bool:
    """Whether it belongs to the subject or to an addressee: the block of lines around it begins with a person."""
    block = flat[max(flat.rfind("\n\n", 0, authority.start), 0) : authority.start]
    is_subject = RULES["a line for the subject"].regex.search(block)
    return bool(is_subject or RULES["a person in an address"].regex.search(block))


def _signed(flat: str, authorities: Sequence[AuthorityMention], body: int) -> AuthorityMention | None:
    closing = RULES["a closing"].regex.search(flat, body)
    return next((one for one in authorities if closing and closing.end() <= one.start < closing.end() + 500), None)


def _addressees(
    page: TextPage, places: Places, authorities: Sequence[AuthorityMention], start: int, end: int
) -> tuple[Mention, ...]:
    """The addressee of each address block, or whom the lawyer there stands for; at the head of the text, of those that name no
    authority.
    """
    named: dict[tuple[str, str | None], Mention] = {}
    for block in RULES["lines together"].regex.finditer(page.clean, start, end):
        is_letterhead = not start and any(block.start() <= one.start < block.end() for one in authorities)
        addressee = None if is_letterhead else _addressee(places, block)
        for one in _clients(places, block) or filter(None, (addressee,)):
            named.setdefault((one.written, one.state), one)
    return tuple(named.values())


def _clients(places: Places, block: re.Match[str]) -> list[Mention]:
    lines = RULES["whom a lawyer stands for"].regex.finditer(block.string, *block.span())
    return [one for line in lines for one in places.within(*line.span("clients")) if not places.is_weak(one)]


def _addressee(places: Places, block: re.Match[str]) -> Mention | None:
    """The government or institution that an address names, or else the city of a mayor or the state of a governor."""
    lines = [
        (line.start(), line[0].rstrip(" ,;"))
        for line in RULES["a line of an address"].regex.finditer(block.string, *block.span())
    ]
    zips = [(start, zipped) for start, text in lines if (zipped := _city_and_state(text))]
    start, zipped = zips[0] if zips else (0, None)
    state = state_code_of(zipped["state"]) if zipped else None
    named = [mention for line in lines for mention in _named_in(places, *line, state)]
    if named:
        return max(named, key=lambda one: 0 if one.is_institution else 1 + bool(one.word))
    titles = [office["title"].lower() for _, text in lines if (office := RULES["an office in an address"].regex.match(text))]
    if not zipped or not titles:
        return None
    if titles[0].startswith("gov"):
        return Mention(start + zipped.start("state"), start + zipped.end("state"), zipped["state"], word="state")
    is_of_city = titles[0].startswith(("mayor", "city", "chair", "council"))
    city = Mention(start + zipped.start("city"), start + zipped.end("city"), zipped["city"].strip(), state=state)
    return city if is_of_city else None


def _city_and_state(line: str) -> re.Match[str] | None:
    zipped = RULES["a state and its ZIP code"].regex.search(line)
    return zipped if zipped and zipped["city"] else None


def _named_in(places: Places, start: int, text: str, state: str | None) -> Iterator[Mention]:
    """The places in a line of an address that are addressed: with their kind, behind an office, or alone on it."""
    if len(text) > LONGEST_LINE or text.endswith((".", ":")) or _city_and_state(text):
        return
    end = start + len(text)
    has_office = bool(RULES["an office in an address"].regex.match(text))
    for mention in places.within(start, end):
        if places.is_weak(mention):
            continue
        is_alone = (mention.start, mention.end) == (start, end)
        has_state = bool(mention.state and not mention.is_state_shared)
        if mention.is_institution or not (mention.word or mention.title):
            is_addressed = (is_alone and (mention.is_institution or has_state)) or (has_office and mention.end == end)
        else:
            is_addressed = has_office or mention.start == start or mention.end == end
        if is_addressed:
            yield places.in_state(mention, state)
