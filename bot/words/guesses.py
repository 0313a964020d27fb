"""The question before a write that rests on a guess: who was meant?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.card import Button, Buttons, Card, Style, Text
from bot.words.errors import did_you_mean
from bot.words.prose import clipped, safe

LONGEST = 3_500  # characters of the question: a message takes 4,000, with its buttons
LABEL = 80  # characters of a button (Discord docs, "Button")


def guess_card(why: str, meanings: Sequence[str], token: str) -> Card:
    """`why` and the full names in `meanings` are plain text. A button for each, by its index, and one that records nothing."""
    asked = f"{clipped(safe(did_you_mean(why, meanings)), LONGEST)} Nothing is recorded until you choose."
    labels = ["Record"] if len(meanings) == 1 else [f"Record: {label}" for label in meanings]
    buttons = [
        Button(clipped(label, LABEL), f"sure:{token}:{at}", style=Style.PRIMARY if len(labels) == 1 else Style.SECONDARY)
        for at, label in enumerate(labels)
    ]
    return Card((Text(asked), Buttons((*buttons, Button("Leave", f"unsure:{token}")))))


def left_alone() -> Card:
    return Card((Text("Nothing was recorded."),))
