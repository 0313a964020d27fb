"""Numbers as texts write them: 23, twenty-three."""

from __future__ import annotations

from bot.record.deadlines.periods import BELOW

_SPELLED = "|".join(word.replace(" ", "[- ]") for word in sorted(BELOW, key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{_SPELLED})"


def number_in(written: str) -> int:
    """23 of "twenty-three"; KeyError for what `NUMBER` does not match."""
    plain = " ".join(written.lower().replace(",", "").replace("-", " ").split())
    return int(plain) if plain.isdigit() else BELOW[plain]
