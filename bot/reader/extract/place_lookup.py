"""Looks up names from a text among the known governments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.reader.gazetteer.gazetteer import Gazetteer, ResolvedPlace, gazetteer
from bot.reader.state_names import state_code_of
from bot.record.places import STATES, Jurisdiction

OF_KIND = {
    "cities": "City of {}", "towns": "Town of {}", "counties": "{} County", "states": "State of {}", "villages": "Village of "
    "{}",
    "boroughs": "Borough of {}", "townships": "{} Township", "commonwealths": "Commonwealth of {}", "parishes": "{} Parish",
    "territories": "{}",
}  # fmt: skip


@dataclass
class PlaceLookup:
    """The gazetteer, with a cache for the names of one text."""

    known: Gazetteer = field(default_factory=gazetteer)
    #: Whether a name is a surname in this text.
    people: dict[str, bool] = field(default_factory=dict)
    _resolved: dict[tuple[str, str | None], ResolvedPlace] = field(default_factory=dict)
    _named: dict[tuple[str, str | None], tuple[Jurisdiction, ...]] = field(default_factory=dict)

    def resolve(self, name: str, state: str | None) -> ResolvedPlace:
        key = (name, state)
        if key not in self._resolved:
            self._resolved[key] = self.known.resolve(name, state)
        return self._resolved[key]

    def named(self, name: str, state: str | None) -> tuple[Jurisdiction, ...]:
        key = (name, state)
        if key not in self._named:
            self._named[key] = self.known.named(name, state)
        return self._named[key]

    def knows(self, name: str, state: str | None) -> bool:
        """Whether some government has that name, whatever word for its kind is written with it."""
        return bool(self.named(name, state))


def as_written(name: str, kind: str) -> str:
    """ "Cook" after "the counties of" is Cook County; a name that states its own kind is not changed."""
    if not kind or re.search(
        r"\b(?:county|parish|township)$|^(?:the\s+)?(?:city|county|town|state|village)\s", name, re.IGNORECASE
    ):
        return name
    return OF_KIND[kind].format(name)


def is_of_state(authority: str) -> bool:
    """Whether an authority is a department of a state: "Oregon Department of Corrections"."""
    return authority.partition(" Department of ")[0].casefold() in {name.casefold() for name in STATES.values()}


def is_state(name: str) -> bool:
    """Whether the name is that of a state."""
    return state_code_of(name) is not None
