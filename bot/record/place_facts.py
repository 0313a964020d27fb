"""Facts of places apart from any letter, as news tells them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.record.events import Event
from bot.record.places import Jurisdiction


@dataclass(frozen=True)
class PlaceFact:
    """One event of a place alone."""

    place: Jurisdiction
    event: Event
    #: Whether it is in force: no later correction takes it back.
    in_force: bool = True
    #: The event that it takes back, if it is a correction.
    undone: Event | None = None
