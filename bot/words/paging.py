"""Long answers in pages that fit into one message, turned by buttons that work after a restart.

A button's custom_id holds the whole question (``page:<view>:<page>:<arguments>``), so that a press renders the page from
the database as it is then, and nothing is kept in memory. Pages of a list that may be very long have no numbers
(``turn:<view>:<edge>:<arguments>``): each is found by the row beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.words.card import Block, Button, Buttons, Card, Divider, Text, Tone, pages

ROOM = 3200  # characters of one page, so that heading and page number fit into Discord's 4,000
MOST_HEAD = 1200
MOST_PARTS = 31  # of Discord's 40 components: the container, the heading, the page number and its buttons need the others


@dataclass(frozen=True)
class Query:
    """The question that a page answers."""

    #: A key of `chat.views.VIEWS`.
    view: str
    #: None of them may contain a colon.
    args: tuple[str, ...] = ()

    def action(self, page: int) -> str:
        """The custom_id of that page's button, at most 100 characters (Discord docs, "Custom ID")."""
        return f"page:{self.view}:{page}:{':'.join(self.args)}"

    def turn(self, edge: str) -> str:
        """The same of the page at an edge (`desk.pages.code`)."""
        return f"turn:{self.view}:{edge}:{':'.join(self.args)}"


@dataclass(frozen=True)
class Passage:
    """Lines that belong together, with the buttons below them."""

    lines: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    #: Repeated where the lines continue on another page.
    title: str = ""

    def parts(self, room: int) -> list[str]:
        """The section in as few pieces as possible, none over `room` characters."""
        repeated = f"{self.title} (continued)" if self.title else ""
        pieces = pages(list(self.lines) or [""], room - len(repeated) - 1)
        heads = [self.title, *[repeated] * (len(pieces) - 1)]
        return ["\n".join(filter(None, (head, *piece))) for head, piece in zip(heads, pieces, strict=True)]


def packed(head: str, sections: Sequence[Passage], tone: Tone = Tone.PLAIN) -> list[Card]:
    """Sections under one heading in as few cards as possible; a section is moved to the next page whole if it fits there."""
    [[head, *_], *_] = pages([head], MOST_HEAD)
    filled: list[list[Block]] = [[]]
    room, parts = ROOM - len(head), MOST_PARTS
    for section in sections:
        texts = [text for text in section.parts(ROOM - len(head)) if text.strip()]
        for number, text in enumerate(texts, 1):
            buttons = (Buttons(section.buttons),) if section.buttons and number == len(texts) else ()
            needed = 2 + sum(1 + len(row.buttons) for row in buttons)
            if filled[-1] and (len(text) + 1 > room or needed > parts):
                filled.append([])
                room, parts = ROOM - len(head), MOST_PARTS
            if filled[-1]:
                filled[-1].append(Divider())
            filled[-1] += [Text(text), *buttons]
            room, parts = room - len(text) - 1, parts - needed
    return [Card((Text(head), *blocks), tone) for blocks in filled]


def turned(cards: Sequence[Card], page: int, query: Query) -> Card:
    """One of the pages, with buttons to the pages beside it; a number past the end gives the last page."""
    page = max(0, min(page, len(cards) - 1))
    if len(cards) == 1:
        return cards[0]
    turning = Buttons(
        (
            Button("Back", query.action(page - 1), disabled=page == 0),
            Button("More", query.action(page + 1), disabled=page == len(cards) - 1),
        )
    )
    foot = Text(f"-# Page {page + 1} of {len(cards)}")
    return replace(cards[page], blocks=(*cards[page].blocks, foot, turning))


@dataclass(frozen=True)
class Turning:
    """A page among those of a long list: what it shows of it, and what the buttons do that lead to others."""

    #: How many rows come before those of the page.
    before: int
    shown: int
    total: int
    #: "Cases"; empty if they are not counted.
    rows: str
    #: Whether the list is long enough to go to its ends at once.
    is_long: bool
    #: The custom_ids; empty where the page is the first, or the last.
    first: str = ""
    back: str = ""
    more: str = ""
    last: str = ""


def fitted(rows: int, cards_of: Callable[[int], Sequence[Card]]) -> tuple[int, Card]:
    """How many of so many rows fit into one message, and the card that has them.

    `cards_of` gives the cards that so many rows need; it is asked for fewer until they need one.
    """
    while len(cards := cards_of(rows)) > 1 and rows > 1:
        rows = max(rows // len(cards) if len(cards) > 2 else rows * 4 // 5, 1)
    return rows, cards[0]


def with_turning(card: Card, turning: Turning) -> Card:
    """The page with its place in the list and the buttons that lead to others; as it is, if it is the only one."""
    if not (turning.back or turning.more):
        return card
    buttons = [
        Button("Back", turning.back or "turn:no:back", disabled=not turning.back),
        Button("More", turning.more or "turn:no:more", disabled=not turning.more),
    ]
    if turning.is_long:
        first = Button("First", turning.first or "turn:no:first", disabled=not turning.first)
        last = Button("Last", turning.last or "turn:no:last", disabled=not turning.last)
        buttons = [first, *buttons, last]
    until = turning.before + turning.shown
    foot = f"-# {turning.rows} {turning.before + 1:,} to {until:,} of {max(turning.total, until):,}"
    return replace(card, blocks=(*card.blocks, *([Text(foot)] if turning.rows else []), Buttons(tuple(buttons))))
