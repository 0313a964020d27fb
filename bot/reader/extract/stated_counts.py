"""How many recipients a sentence says there are. A number that counts or names anything else is no such count."""

from __future__ import annotations

from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.deadlines.periods import BELOW

RULES = rule_table("stated_counts")
MOST = 100_000  # characters in which the numbers of places are looked for


def numbers_of_places(page: TextPage) -> frozenset[int]:
    """The exact numbers of places that a text states, each once."""
    return frozenset(count for count, _, _ in counts(page.flat[:MOST]))


def counts(text: str) -> list[tuple[int, int, int]]:
    """Exact numbers of places in the words: the number, its start and its end.

    A number counts if it is written before the places or letters that it counts: "23 jurisdictions", but not "two more cities".
    Years, days, times, amounts, sections, pages, addresses and telephone numbers do not; nor does "2027 state law".
    """
    places, letters = (
        [(_number(match["number"]), match.start("number"), match.end()) for match in RULES.matches(text, rule)]
        for rule in ("an exact count of places", "a count of letters")
    )
    return places or letters[:1]


def _number(written: str) -> int:
    """23 of "twenty-three"."""
    plain = " ".join(written.lower().replace(",", "").replace("-", " ").split())
    return int(plain) if plain.isdigit() else BELOW[plain]
