"""Long answers in pages: packed to what one message holds, turned by buttons that work after a restart.

A button's custom_id carries the whole question (``page:<view>:<page>:<arguments>``), so that a press renders the page from
the database as it is then, and nothing has to be kept in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.words.card import Block, Button, Buttons, Card, Divider, Text, Tone, pages

ROOM = 3200  # characters of one page, so that heading and page number fit under Discord's 4,000
MOST_HEAD = 1200
MOST_PARTS = 33  # of Discord's 40 components: container, heading, page number and the turning row take the others


@dataclass(frozen=True)
class Query:
    """What a page answers: a view of `chat/pages.py` and its arguments, none of which may hold a colon."""

    view: str
    args: tuple[str, ...] = ()

    def action(self, page: int) -> str:
        """The custom_id of that page's button, at most 100 characters (Discord docs, "Custom ID")."""
        return f"page:{self.view}:{page}:{':'.join(self.args)}"


@dataclass(frozen=True)
class Section:
    """Lines that belong together, with the buttons under them. `title` is said again where they go on to another page."""

    lines: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    title: str = ""

    def parts(self, room: int) -> list[str]:
        """The section in as few pieces as hold it."""
        again = f"{self.title} (continued)" if self.title else ""
        pieces = pages(list(self.lines) or [""], room - len(again) - 1)
        heads = [self.title, *[again] * (len(pieces) - 1)]
        return ["\n".join(filter(None, (head, *piece))) for head, piece in zip(heads, pieces, strict=True)]


def packed(head: str, sections: Sequence[Section], tone: Tone = Tone.PLAIN) -> list[Card]:
    """Sections under one heading in as few cards as hold them; a section goes over to the next page whole if it can."""
    [[head, *_], *_] = pages([head], MOST_HEAD)
    found: list[list[Block]] = [[]]
    room, parts = ROOM - len(head), MOST_PARTS
    for section in sections:
        texts = [text for text in section.parts(ROOM - len(head)) if text.strip()]
        for number, text in enumerate(texts, 1):
            buttons = (Buttons(section.buttons),) if section.buttons and number == len(texts) else ()
            needed = 2 + sum(1 + len(row.buttons) for row in buttons)
            if found[-1] and (len(text) + 1 > room or needed > parts):
                found.append([])
                room, parts = ROOM - len(head), MOST_PARTS
            if found[-1]:
                found[-1].append(Divider())
            found[-1] += [Text(text), *buttons]
            room, parts = room - len(text) - 1, parts - needed
    return [Card((Text(head), *blocks), tone) for blocks in found]


def turned(cards: Sequence[Card], page: int, query: Query) -> Card:
    """One of the pages, with the buttons that turn to its neighbours; a page past the end is the last one."""
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
