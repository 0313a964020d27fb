"""A line of a list of governments, whichever form of file it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bot.reader.gazetteer.governments import COUNTY_DIGITS, PLACE_DIGITS, TOWNSHIP_DIGITS


class GovernmentLevel(Enum):
    """What the Census lists in one file. The value is the number of digits of its codes."""

    COUNTY = COUNTY_DIGITS, "county", "counties"
    PLACE = PLACE_DIGITS, "place", "places"
    SUBDIVISION = TOWNSHIP_DIGITS, "county subdivision", "county subdivisions"

    def __init__(self, digits: int, noun: str, plural: str) -> None:
        self.digits = digits
        self.noun = noun
        self.plural = plural


class ListedGovernment(NamedTuple):
    #: Postal code.
    state: str
    #: The full name, with the word for its kind: "Cook County", "Oak Park village".
    name: str
    #: The Census code: 5, 7 or 10 digits.
    code: str
    #: The Open Civic Data id; empty until it is made.
    division: str = ""

    @property
    def level(self) -> GovernmentLevel:
        return next(level for level in GovernmentLevel if level.digits == len(self.code))


@dataclass(frozen=True)
class GovernmentCounts:
    """How many governments a list has."""

    #: By level and postal code.
    each: Counter[tuple[GovernmentLevel, str]]

    @property
    def total(self) -> int:
        return self.each.total()

    @property
    def by_state(self) -> Counter[str]:
        """By postal code."""
        counts = Counter[str]()
        for (_, state), count in self.each.items():
            counts[state] += count
        return counts

    @property
    def levels(self) -> dict[str, int]:
        """How many of each level, by its name, larger areas first."""
        counts = dict.fromkeys((level.plural for level in GovernmentLevel), 0)
        for (level, _), count in self.each.items():
            counts[level.plural] += count
        return counts

    @property
    def missing(self) -> tuple[str, ...]:
        """The levels of which there is none."""
        return tuple(name for name, count in self.levels.items() if not count)


def counted(governments: Iterable[ListedGovernment]) -> GovernmentCounts:
    return GovernmentCounts(Counter((one.level, one.state) for one in governments))
