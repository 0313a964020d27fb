"""The kind of body that a place is: a letter mostly goes to several of one kind, and its text says of which."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.reader.draft import Recipient
from bot.reader.mentions.cues import found_in
from bot.reader.mentions.mention import Mention
from bot.record.federal_authorities import FEDERAL_FORMS
from bot.record.places import Jurisdiction, PlaceKind


class Kind(StrEnum):
    """As `bot/data/words/kinds.toml` names them."""

    STATE = "state"
    COUNTY = "county"
    CITY = "city"
    AGENCY = "agency"
    SCHOOL = "school"
    TRIBE = "tribe"
    #: Every other institution.
    COMPANY = "company"
    #: A name that the text does not settle.
    OPEN = "open"


_NAMED = (Kind.AGENCY, Kind.SCHOOL, Kind.TRIBE)  # an association of schools is no school
_OF_PLACES = {
    PlaceKind.STATE: Kind.STATE,
    PlaceKind.FEDERAL_DISTRICT: Kind.STATE,
    PlaceKind.COUNTY: Kind.COUNTY,
    PlaceKind.SCHOOL_DISTRICT: Kind.SCHOOL,
    PlaceKind.TRIBE: Kind.TRIBE,
}


def kind_of_mention(mention: Mention) -> Kind:
    kind = PlaceKind.INSTITUTION if mention.is_institution else mention.place.kind if mention.place else None
    return _kind(mention.name, kind, mention.candidates)


def kind_of_recipient(recipient: Recipient) -> Kind:
    return _kind(recipient.name, recipient.kind, recipient.candidates)


def _kind(name: str, kind: PlaceKind | None, candidates: Sequence[Jurisdiction]) -> Kind:
    if kind is PlaceKind.INSTITUTION:
        if name in FEDERAL_FORMS:
            return Kind.AGENCY
        words = found_in(name, "kinds", *(f"{one} name" for one in _NAMED))
        return next((one for one in _NAMED if f"{one} name" in words), Kind.COMPANY)
    if kind is None:
        kind = candidates[0].kind if candidates else None
    return Kind.OPEN if kind is None else _OF_PLACES.get(kind, Kind.CITY)


def kinds_named_in(text: str) -> frozenset[Kind]:
    """The kinds of which it names several: "letters to 32 cities and counties"."""
    return frozenset(Kind(kind) for kind in found_in(text, "kinds", *(one for one in Kind if one is not Kind.OPEN)))
