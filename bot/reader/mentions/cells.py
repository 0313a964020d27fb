"""Ordinary words that a column shows to be places: "Commerce" among lines or rows that begin with "Compton" and "Hemet"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.written_words import Words

FEWEST = 5  # other names of the column

ENDS = ("\n", ",", "\t", "|", " |")  # behind a whole line, or the first cell of a row


def know_by_column(names: Sequence[Mention], words: Words) -> None:
    """Take ordinary words for names of places, if most that is written in the same way is."""
    cells = [name for name in names if _is_cell(name, words) and not name.is_institution]
    known = {name.name for name in cells if not (name.is_unknown or name.is_part_of_name or name.own_state)}
    ordinary = {name.name for name in cells if name.is_unknown}
    if len(known) >= FEWEST and len(known) > len(ordinary):
        for name in cells:
            name.is_unknown = False


def _is_cell(name: Mention, words: Words) -> bool:
    if not words.gap(name.following - 1).startswith(ENDS):
        return False
    sign = words.sign_before(name.start)
    return name.first == 0 or (bool(sign) and not any(map(str.isalnum, sign)))
