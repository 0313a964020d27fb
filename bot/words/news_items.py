"""What is news, put together: each event once with the places it was recorded for, the most important first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Corrected, DeadlineSet, Event, effective_events
from bot.record.place_facts import PlaceFact
from bot.record.places import Jurisdiction
from bot.words.events import headline_of
from bot.words.prose import listed, plural, safe

MOST_NAMES = 3  # in a headline
_STAMP = re.compile(r" \(<t:-?\d+:f>\)")
#: Kinds of event, the most important first: which of several leads a headline.
WEIGHT = ("corrected", "closed", "finding", "consequence", "court", "reopened", "deadline", "answer")


@dataclass
class NewsItem:
    """One event with the places it was recorded for."""

    event: Event
    #: The event that a correction replaces or undid.
    undone: Event | None
    cases: list[Case]
    #: The event that holds again, since what had replaced it was undone.
    restored: Event | None = None

    @property
    def what(self) -> str:
        if isinstance(self.event.detail, Corrected):
            undone = undone_words(self.undone)
            return f"{undone}: {headline_of(self.restored)} again" if self.restored else undone
        now, before = headline_of(self.event), _unstamped(headline_of(self.undone)) if self.undone else ""
        if _unstamped(now) == before:
            return f"{now} (details corrected)"
        return f"{now} (before: {before})" if before else now

    @property
    def headline(self) -> str:
        return f"{who(self.cases)}: {self.what}"

    def same_as(self, other: NewsItem) -> bool:
        """Whether the same happened, perhaps on another day or by another source."""
        return _happening(self.event) == _happening(other.event) and _happening(self.undone) == _happening(other.undone)

    @property
    def weight(self) -> int:
        return weight_of(self.event)


@dataclass
class PlaceItem:
    """One event with the places it was recorded for."""

    event: Event
    undone: Event | None
    places: list[Jurisdiction]

    @property
    def headline(self) -> str:
        is_undone = isinstance(self.event.detail, Corrected)
        return f"{named(self.places)}: {undone_words(self.undone) if is_undone else headline_of(self.event)}"

    @property
    def weight(self) -> int:
        return weight_of(self.event)


def _unstamped(words: str) -> str:
    """Without the moment that Discord shows in each reader's zone: of what is not true any more."""
    return _STAMP.sub("", words)


def _happening(event: Event | None) -> tuple[object, ...]:
    """What an event says, apart from when, by which source and in which words; of a deadline not how it was reached."""
    match event and event.detail:
        case DeadlineSet(deadline=deadline, basis=basis, granted_by=granted_by):
            return basis, granted_by, due_moment(deadline)
        case detail:
            return (detail,)


def news_items(facts: Sequence[tuple[Case, Event]]) -> list[NewsItem]:
    """Events that say the same of several places put together, the most important first."""
    items: dict[tuple[object, ...], NewsItem] = {}
    for case, event in facts:
        undone = _before(case, event)
        restored = next((other for other in effective_events(case.events) if undone and other.id == undone.replaces), None)
        item = items.setdefault(said_by(event, undone), NewsItem(event, undone, [], restored))
        if all(listed_case.id != case.id for listed_case in item.cases):
            item.cases.append(case)
    return sorted(items.values(), key=lambda item: item.weight)


def place_items(facts: Sequence[PlaceFact]) -> list[PlaceItem]:
    """Events that say the same of several places put together, the most important first."""
    items: dict[tuple[object, ...], PlaceItem] = {}
    for fact in sorted(facts, key=lambda fact: fact.place.label):
        item = items.setdefault(said_by(fact.event, fact.undone), PlaceItem(fact.event, fact.undone, []))
        item.places.append(fact.place)
    return sorted(items.values(), key=lambda item: item.weight)


def _before(case: Case, event: Event) -> Event | None:
    """The fact in whose place an event is. What takes the place of a taking back is in that of what held after it."""
    known = {other.id: other for other in case.events}
    before = known.get(event.replaces or 0)
    while before and isinstance(before.detail, Corrected):
        taken_back = known.get(before.replaces or 0)
        before = known.get(taken_back.replaces or 0) if taken_back else None
    return before


def said_by(event: Event, undone: Event | None) -> tuple[object, ...]:
    """All that an event says, whatever place it is recorded for, and of what it takes the place."""
    evidence = (event.certainty, event.sources, event.amount, event.conflict)
    return (event.detail, event.text, event.when, evidence, undone and (undone.detail, undone.text))


def undone_words(undone: Event | None) -> str:
    """What was taken back: "subpoena carried out, entry undone"."""
    return f"{_unstamped(headline_of(undone)) if undone else 'event'}, entry undone"


def weight_of(event: Event) -> int:
    """Its kind's place in WEIGHT: a smaller number leads."""
    return WEIGHT.index(event.detail.kind) if event.detail.kind in WEIGHT else len(WEIGHT)


def who(cases: Sequence[Case]) -> str:
    """The places of these cases, as `named`."""
    return named([case.place for case in cases])


def named(places: Sequence[Jurisdiction]) -> str:
    """Up to three places by name; more as a number."""
    if len(places) > MOST_NAMES:
        return plural(len(places), "jurisdiction")
    return listed([safe(place.label) for place in places])


def due_moment(deadline: Deadline) -> tuple[date, time | None, datetime]:
    """When it is due, whatever it was counted from and however its zone is called."""
    return deadline.date, deadline.time, deadline.last_moment
