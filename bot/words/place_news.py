"""News of places apart from any letter: what was recorded with /place event, or imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.events import Corrected, Event
from bot.record.place_facts import PlaceFact
from bot.record.places import Jurisdiction
from bot.words.card import Block, Button, Buttons, Card, Text, Tone, pages
from bot.words.events import event_line, headline_of
from bot.words.news_items import MOST_NAMES, named, said_by, undone_words, weight_of
from bot.words.notice_parts import MOST_LIST, late_text, page_buttons
from bot.words.prose import listed, plural, safe


@dataclass(frozen=True)
class PlaceNews:
    """A notice about places, as it is true now."""

    #: Names the notice in the custom_id of its buttons.
    token: str
    facts: tuple[PlaceFact, ...]
    #: The server's.
    zone: ZoneInfo
    #: When it was to be posted.
    due_at: datetime


@dataclass
class _Item:
    """One event with the places it was recorded for."""

    event: Event
    undone: Event | None
    places: list[Jurisdiction]

    @property
    def headline(self) -> str:
        is_undone = isinstance(self.event.detail, Corrected)
        return f"{named(self.places)}: {undone_words(self.undone) if is_undone else headline_of(self.event)}"


def place_news_card(news: PlaceNews, now: datetime, page: int = 0) -> Card:
    """What was recorded of places, each event once with the places it concerns."""
    items = _items(news.facts)
    more = f", and {plural(len(items) - 1, 'more update')}" if len(items) > 1 else ""
    lines = ["-# Not tied to a letter"]
    for item in items:
        lines += [f"**{item.headline}**"] if len(items) > 1 else []
        lines.append(event_line(item.event, with_what=False, most_sources=2))
        if len(item.places) > MOST_NAMES:
            lines.append(safe(listed([place.label for place in item.places])))
    list_pages = pages(lines, MOST_LIST)
    page = min(page, len(list_pages) - 1)
    heading = f"## {items[0].headline}{more}"
    return Card((Text(heading), *_below(news, list_pages, page, now)), Tone.CALM)


def _below(news: PlaceNews, list_pages: Sequence[Sequence[str]], page: int, now: datetime) -> Iterable[Block]:
    yield Text("\n".join(list_pages[page]))
    if len(list_pages) > 1:
        yield Text(f"-# Page {page + 1} of {len(list_pages)}")
    if late := late_text(news.due_at, news.zone, now):
        yield Text(late)
    turning = page_buttons(news.token, len(list_pages), page)
    yield Buttons((Button("History", f"hist:{news.token}"), Button("Sources", f"src:{news.token}"), *turning))


def _items(facts: Sequence[PlaceFact]) -> list[_Item]:
    """Events that say the same of several places put together, the most important first."""
    items: dict[tuple[object, ...], _Item] = {}
    for fact in sorted(facts, key=lambda fact: fact.place.label):
        item = items.setdefault(said_by(fact.event, fact.undone), _Item(fact.event, fact.undone, []))
        item.places.append(fact.place)
    return sorted(items.values(), key=lambda item: weight_of(item.event))
