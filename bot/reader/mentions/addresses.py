"""Leaves out the names that only say where somebody is: streets, the city of an office, the firms of lawyers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.written_words import PARTS, Words
from bot.reader.rules import rule_table
from bot.reader.text_page import Taken
from bot.record.deadlines.periods import BELOW

RULES, NAMES = rule_table("addresses"), rule_table("mentions")
LONGEST = 120  # characters between whom an address names and the city
BEFORE, BEHIND = 12, 40  # characters beside the name of a street


def without_addresses(names: Sequence[Mention], flat: str) -> Iterator[Mention]:
    """Without streets, cities of addresses, whose state the addressees get, lawyers for others, and other names of one firm."""
    lawyers = Taken(len(flat))
    for block in RULES["a lawyer for another"].regex.finditer(flat):
        lawyers.add(*block.span())
    other_names: set[str] = set()
    before: Mention | None = None
    for name in names:
        if lawyers.overlaps(name.start, name.end) or _is_street(name, flat):
            continue
        if before and NAMES["the same by another name"].regex.fullmatch(flat, before.end, name.start):
            other_names.add(name.name)
        if name.name in other_names:
            continue
        if before and name.state and not name.is_institution and _is_address_of(before, name, flat):
            continue
        if not (name.is_part_of_name or name.is_unknown):
            before = name
        yield name


def is_numbered_street(first: int, last: int, words: Words) -> bool:
    """Whether it stands behind its number, or begins with it: "4 Elm Place"."""
    is_numbered = words.lower(first - 1).isdigit() or words.lower(first).isdigit() or words.lower(first) in BELOW
    return is_numbered and not PARTS["streets"].isdisjoint(map(words.lower, range(first, last + 1)))


def _is_street(name: Mention, flat: str) -> bool:
    """Whether a number stands before it, and a word for a street behind it: "10 Boston Post Road"."""
    is_street = RULES["a street"].regex.match(flat, name.end, name.end + BEHIND)
    return bool(is_street and RULES.search("a number before a street", flat[max(0, name.start - BEFORE) : name.start]))


def _is_address_of(addressee: Mention, city: Mention, flat: str) -> bool:
    """Whether the city is where the addressee is, which gets its state: "Mercy Health, Fresno, Calif.;"."""
    gap = flat[addressee.end : city.start]
    if addressee.is_institution and gap == ", " and flat[city.end : city.end + 1] in (";", "\n", ")", ""):
        addressee.state, addressee.end, addressee.following = city.state, city.end, city.following
        return True
    if (
        len(gap) >= LONGEST
        or not RULES.match("a zip code", flat[city.end : city.end + 8])
        or RULES.search("another address", gap)
    ):
        return False
    is_office = bool(addressee.is_institution or addressee.title or addressee.word or addressee.own_state)
    if is_office and not addressee.own_state:
        addressee.state = addressee.state or city.state
    return is_office
