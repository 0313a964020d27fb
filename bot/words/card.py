"""A card: what a person is shown, wherever it is shown. chat/components.py makes a Discord message of it, plain_text.py text.

Text is Discord's markdown (Discord docs, "Message Formatting"), with `<t:...>` timestamps beside written dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from bot.record.quoting import clipped

MOST = 3_500  # characters of a receipt


class Tone(Enum):
    """The colour of a card. It only repeats what the words say."""

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
    label: str
    #: The custom_id, at most 100 characters; chat/buttons.py has the actions.
    action: str = ""
    #: Makes the button a link instead.
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


@dataclass(frozen=True)
class SelectLine:
    """One line of a select."""

    label: str
    value: str
    description: str = ""
    ticked: bool = False


@dataclass(frozen=True)
class Select:
    """A list of which any number of lines can be ticked: at most 25 (Discord docs, "String Select")."""

    #: The custom_id, as of a button.
    action: str
    #: What is shown while none is ticked.
    placeholder: str
    choices: tuple[SelectLine, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.choices) <= 25:
            raise ValueError("a select has one to 25 lines")


Block = Text | Divider | Buttons | Select


@dataclass(frozen=True)
class Card:
    blocks: tuple[Block, ...]
    tone: Tone = Tone.PLAIN
    #: Mentioned above the card; no other role may be pinged by it.
    ping_role: int | None = None

    def __post_init__(self) -> None:
        if not self.blocks:
            raise ValueError("a card needs at least one block")

    @property
    def text(self) -> str:
        return "\n".join(block.markdown for block in self.blocks if isinstance(block, Text))


def with_undo(lines: Iterable[str], operation: str) -> Card:
    """A receipt of what was recorded, and the button that takes it back."""
    return Card((Text(clipped("\n".join(lines), MOST)), Buttons((Button("Undo", f"undo:{operation}"),))), Tone.CALM)


def pages(lines: list[str], limit: int) -> list[list[str]]:
    """`lines` on as few pages as possible, none over `limit` characters; a longer line is cut."""
    filled: list[list[str]] = [[]]
    room = limit
    for line in lines:
        if filled[-1] and len(line) > room:
            filled.append([])
            room = limit
        filled[-1].append(clipped(line, limit))
        room -= len(line) + 1
    return filled
