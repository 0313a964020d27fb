"""Long answers in pages: packed to what one message holds, turned by buttons that work after a restart.

A button's custom_id carries the whole question (``page:<view>:<page>:<arguments>``), so that a press renders the page from
the database as it is then, and nothing has to be kept in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.words.card import Block, Button, Buttons, Card, Divider, Text, Tone, pages

ROOM = 3200  # characters of one page, so that heading and page number fit under Discord's 4,000
MOST_ROWS = 8  # rows of buttons on one page: with their texts they stay well under Discord's 40 components


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
    """Lines that belong together, with the buttons under them."""

    lines: tuple[str, ...]
    buttons: tuple[Button, ...] = ()


def packed(head: str, sections: Sequence[Section], tone: Tone = Tone.PLAIN) -> list[Card]:
    """Sections under one heading in as few cards as hold them; a section goes over to the next page whole if it can."""
    found: list[list[Block]] = [[]]
    room, rows = ROOM - len(head), 0
    for section in sections:
        for part in pages(list(section.lines), ROOM - len(head)):
            size = sum(len(line) + 1 for line in part)
            if found[-1] and (size > room or (section.buttons and rows == MOST_ROWS)):
                found.append([])
                room, rows = ROOM - len(head), 0
            if found[-1]:
                found[-1].append(Divider())
            found[-1].append(Text("\n".join(part)))
            room -= size
        if section.buttons:
            found[-1].append(Buttons(section.buttons))
            rows += 1
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
