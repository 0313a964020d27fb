"""Numbers as texts write them: 23, twenty-three."""

from __future__ import annotations

from bot.record.deadlines.periods import ONES, TENS

WORDS = {word: value for value, word in enumerate(ONES, 1)}
for _value, _ten in enumerate(TENS, 2):
    WORDS |= {_ten: _value * 10} | {f"{_ten}-{one}": _value * 10 + unit for unit, one in enumerate(ONES[:9], 1)}
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}|(?:"
    + "|".join(TENS)
    + r")[- ](?:"
    + "|".join(ONES[:9])
    + r")|"
    + "|".join(sorted([*ONES, *TENS], key=len, reverse=True))
    + r")"
)


def number_in(written: str) -> int:
    """23 of "twenty-three"; KeyError for what `NUMBER` does not match."""
    plain = written.lower().replace(",", "")
    return int(plain) if plain.isdigit() else WORDS["-".join(plain.replace("-", " ").split())]
