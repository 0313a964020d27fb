"""A card as plain text, for the terminal and for `plan --json`."""

from __future__ import annotations

import re

from bot.words.card import Card, Divider, Text


def plain(card: Card) -> str:
    """The text of a card without Discord's markup. Timestamps are dropped, since the date is written beside them; addresses of
    links are written out."""
    parts = []
    for block in card.blocks:
        if isinstance(block, Text):
            parts.append(unmarked(block.markdown))
        elif isinstance(block, Divider):
            parts.append("")
    return "\n".join(parts).strip()


def unmarked(markdown: str) -> str:
    text = re.sub(r" ?\(?<t:\d+(?::[a-zA-Z])?>\)?", "", markdown)
    text = re.sub(r"(?<!\\)\[((?:[^\]\\]|\\.)+)\]\(<?([^)>\s]+)>?\)", r"\1 <\2>", text)
    text = re.sub(r"^(?:#{1,3}|-#) ", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"\1", text)
    return re.sub(r"\\([\\*_~`|\[\]<>#-])", r"\1", text).replace("@\u200b", "@")


def harmless(text: str) -> str:
    """A text from outside without what could control a terminal: control codes, marks that change the direction of writing,
    and halves of characters. Each becomes a question mark."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "?", text)
