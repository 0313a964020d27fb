"""What a list or an answer leaves out, since it cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.words.card import Card, Text
from bot.words.prose import listed

MOST = 8
_NAMES = {
    "letter": "letter {}",
    "place": "place {}",
    "fact": "fact {}",
    "closure": "closure {}",
    "revision": "change {} of a letter, a place or the settings",
    "index": "the index of states",
}


def with_left_out(card: Card, left_out: Sequence[tuple[str, int]]) -> Card:
    """The card with a remark below its heading. `left_out`: kind and number of what is left out; a case by its number."""
    if not left_out:
        return card
    names = [_NAMES.get(kind, "#{}" if kind == "case" else f"{kind} {{}}").format(number) for kind, number in left_out[:MOST]]
    names += [f"{len(left_out) - MOST:,} more"] if len(left_out) > MOST else []
    remark = Text(f"-# Cannot be read, and left out here: {listed(names)}. `/alerts` says why.")
    return replace(card, blocks=(card.blocks[0], remark, *card.blocks[1:]))
