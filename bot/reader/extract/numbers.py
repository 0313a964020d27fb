"""Numbers as texts write them: 23, twenty-three."""

from __future__ import annotations

from bot.reader.rules import rule_table
from bot.record.deadlines.periods import BELOW

NUMBER = f"(?:{rule_table('shared').parts['number']})".replace("\n", "")


def number_in(written: str) -> int:
    """23 of "twenty-three"; KeyError for what `NUMBER` does not match."""
    plain = " ".join(written.lower().replace(",", "").replace("-", " ").split())
    return int(plain) if plain.isdigit() else BELOW[plain]
