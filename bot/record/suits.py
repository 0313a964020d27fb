"""Suits about a letter, put together from court events that may lack a docket number or the name of the court."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.record.events import Court, CourtStep, Event


@dataclass(frozen=True)
class Suit:
    """One suit about the letter, put together from its court events."""

    #: Its docket number once that is known, else its court.
    name: str
    #: The filing; None if only later steps are recorded, whose days say nothing about it.
    filed: Event | None
    latest: Event
    #: Whether no alerts are due while it is pending.
    stops_clock: bool = False
    court: str = ""
    docket: str = ""

    @property
    def pending(self) -> bool:
        return not isinstance(self.latest.detail, Court) or self.latest.detail.step not in (
            CourtStep.SETTLEMENT,
            CourtStep.CLOSED,
        )


def suits_after(suits: Mapping[str, Suit], event: Event, detail: Court) -> dict[str, Suit]:
    """The suits by name, in the order in which they were opened, after one more court event."""
    before = _suit_of(suits.values(), detail)
    filed = event if detail.step is CourtStep.FILED else None
    if before is None:
        name = detail.docket or detail.court or "suit"
        return {**suits, name: Suit(name, filed, event, detail.stops_clock, detail.court, detail.docket)}
    docket, court = before.docket or detail.docket, before.court or detail.court
    stops_clock = before.stops_clock or detail.stops_clock
    suit = Suit(docket or before.name, before.filed or filed, event, stops_clock, court, docket)
    return {suit.name if old is before else name: suit if old is before else old for name, old in suits.items()}


def _suit_of(suits: Iterable[Suit], detail: Court) -> Suit | None:
    """The suit that a court event is about; None if the event opens one.

    1. The one with its docket number; a suit with another number is another suit.
    2. Else the only suit in that court.
    3. Else the only suit there is, where the number or the court is missing on one side.
    """
    possible = [suit for suit in suits if not (suit.docket and detail.docket and suit.docket != detail.docket)]
    same_number = [suit for suit in possible if suit.docket and suit.docket == detail.docket]
    same_court = [suit for suit in possible if suit.court and suit.court == detail.court]
    incomplete = possible if not detail.docket else [suit for suit in possible if not (suit.court and detail.court)]
    return next((suits[0] for suits in (same_number, same_court, incomplete) if len(suits) == 1), None)
