"""The names under which a government is looked up, the words for its kind, and its name among others of that name."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reader.gazetteer.governments import Government
from bot.reader.gazetteer.written_names import WrittenName, name_readings
from bot.record.place_names import fold
from bot.record.places import PlaceKind
from bot.record.said_names import CITY_LIKE

_KIND_WORDS = {
    PlaceKind.STATE: frozenset({"state"}),
    PlaceKind.CITY: frozenset({"city"}),
    PlaceKind.FEDERAL_DISTRICT: frozenset({"city"}),
    PlaceKind.METRO: frozenset({"metro", "city"}),
    PlaceKind.CITY_AND_COUNTY: frozenset({"city", "county", "city and county", "borough", "city and borough", "municipality"}),
}
# If two places share a name, these kinds keep the bare name.
_BEFORE = {"": (), "town": (), "village": ("town", "borough"), "borough": ("town",)}
# The likeliest first.
ORDER = (
    PlaceKind.STATE,
    PlaceKind.FEDERAL_DISTRICT,
    PlaceKind.CITY,
    PlaceKind.CITY_AND_COUNTY,
    PlaceKind.METRO,
    PlaceKind.COUNTY,
    PlaceKind.TOWN,
    PlaceKind.INSTITUTION,
)


def lookup_names(government: Government) -> list[Government]:
    """The government under each name by which it is looked up."""
    place = government.given
    if place is None:
        return [government]
    names = [government]
    for alias in place.aliases:
        read = next(iter(name_readings(alias)))
        if read.word in ("city", "town", "state"):
            names.append(government._replace(name=read.bare))
        elif read.word == "county":
            names.append(government._replace(name=read.bare, word="county"))
        else:
            names.append(
                government._replace(name=read.bare, word=read.word if place.kind is PlaceKind.COUNTY else government.word)
            )
            names.append(government._replace(name=alias.replace("(KY)", "")))
    if place.kind is PlaceKind.FEDERAL_DISTRICT:
        names.append(government._replace(name="Washington"))
    return list({fold(government.name) + "|" + government.word: government for government in names}.values())


def words_of(government: Government) -> frozenset[str]:
    """The words for a kind that may be written with its name."""
    words = frozenset({government.word, government.word.split()[-1]}) if government.word else frozenset()
    return words | (
        frozenset()
        if government.kind is not PlaceKind.COUNTY and government.word == "county"
        else _KIND_WORDS.get(government.kind, words)
    )


def fits_word(government: Government, word: str) -> bool:
    if word:
        return word in words_of(government)
    return (
        government.kind is PlaceKind.COUNTY or government.word != "county"
    )  # Louisville Metro is "Jefferson County", but not "Jefferson"


def is_municipality(government: Government) -> bool:
    """Whether it is known by its bare name, unlike a county or township."""
    return government.kind in CITY_LIKE or (
        government.kind is PlaceKind.TOWN and not government.word.endswith(("township", "plantation"))
    )


def is_there(government: Government, read: WrittenName) -> bool:
    """Whether it is in the stated state and county."""
    return (not read.state or government.state == read.state) and (not read.county or fold(government.county) == read.county)


def may_be_there(government: Government, read: WrittenName) -> bool:
    """Whether it is a city in the stated state; the list does not give the county of a city."""
    return government.kind in CITY_LIKE and not government.county and (not read.state or government.state == read.state)


def name_among(government: Government, peers: Sequence[Government]) -> tuple[str, tuple[str, ...]]:
    """A name that no other place of its kind in the state has, and the aliases.

    Cook County; Oak Park; Abington Township. If a city or town has the same name: Town of Albany, Village of Hempstead. If
    several of its kind have it: Washington Township, Morris County.
    """
    if government.kind is PlaceKind.COUNTY:
        return f"{government.name} {government.word.title().replace(' And ', ' and ')}", ()
    name, aliases = government.name, [f"{(government.word or 'city').capitalize()} of {government.name}"]
    if government.word.endswith(("township", "plantation")):
        name, aliases = f"{government.name} {government.word.title()}", []
    elif government.word != "city" and any(
        other.kind in CITY_LIKE or other.word in _BEFORE[government.word] for other in peers
    ):
        name, aliases = aliases[0], [government.name]
    if government.county and any((other.kind, other.word) == (government.kind, government.word) for other in peers):
        return f"{name}, {government.county}", ()
    return name, tuple(aliases)
