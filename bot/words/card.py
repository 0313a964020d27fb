"""A card: what a person is shown, before it is known where. chat/ turns it into a Discord message, words/plain into text.

Text is Discord's markdown (Discord docs, "Message Formatting") with `<t:...>` stamps beside written dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Tone(Enum):
    """The colour beside the words; the words alone must say it all."""

    PLAIN = 0x5C6B7A
    CALM = 0x3B6EA8
    SOON = 0xB7791F
    ALARM = 0xB23A3A
    GOOD = 0x2F855A


class Style(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """`action` is the custom_id (at most 100 characters, see chat/buttons.py); `url` makes it a link instead."""

    label: str
    action: str = ""
    url: str = ""
    style: Style = Style.SECONDARY
    disabled: bool = False


@dataclass(frozen=True)
class Text:
    markdown: str


@dataclass(frozen=True)
class Divider:
    """A thin line between parts."""


@dataclass(frozen=True)
class Buttons:
    """One row: at most five buttons (Discord docs, "Action Row")."""

    buttons: tuple[Button, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.buttons) <= 5:
            raise ValueError("a row has one to five buttons")


Block = Text | Divider | Buttons


@dataclass(frozen=True)
class Card:
    """`ping_role` is mentioned above the card, and only that role may be pinged by it."""

    blocks: tuple[Block, ...]
    tone: Tone = Tone.PLAIN
    ping_role: int | None = None

    def __post_init__(self) -> None:
        if not self.blocks:
            raise ValueError("a card shows something")

    @property
    def text(self) -> str:
        return "\n".join(block.markdown for block in self.blocks if isinstance(block, Text))


def pages(lines: list[str], limit: int) -> list[list[str]]:
    """`lines` in as few pages as hold them, none over `limit` characters; a longer line is cut."""
    found: list[list[str]] = [[]]
    room = limit
    for line in lines:
        if found[-1] and len(line) > room:
            found.append([])
            room = limit
        found[-1].append(line[:limit])
        room -= len(line) + 1
    return found
