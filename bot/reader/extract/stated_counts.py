"""How many recipients a sentence says there are. A number that counts or names anything else is no such count."""

from __future__ import annotations

import re

from bot.reader.extract.vocabulary import COUNT
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.deadlines.periods import BELOW

RULES = rule_table("stated_counts")
COUNTS_NOTHING = RULES["words before a number that counts nothing"].regex
_MANY = re.compile(r"(?<!s)s$", re.IGNORECASE)  # "jurisdictions"
BEFORE = 80  # characters before a number that say what it is
MOST = 100_000  # characters in which the numbers of places are looked for


def numbers_of_places(page: TextPage) -> frozenset[int]:
    """The exact numbers of places that a text states, each once."""
    return frozenset(count for count, _, _ in counts(page.flat[:MOST]))


def counts(text: str) -> list[tuple[int, int, int]]:
    """Exact numbers of places in the words: the number, its start and its end.

    A number counts if it is written before the places or letters that it counts: "23 jurisdictions", but not "two more cities".
    Years, days, times, amounts, sections, pages, addresses and telephone numbers do not.
    """
    numbers = []
    for match in COUNT.finditer(text):
        if match["vague"] or match["more"] or _is_other(text, match):
            continue
        count = _number(match["number"])
        if count == 1 or _MANY.search(match["noun"]):  # "2027 state law" and "USD 318 school district" are not counts
            numbers.append((count, match.start("number"), match.end()))
    letters = next((match for match in RULES["a count of letters"].regex.finditer(text) if not _is_other(text, match)), None)
    before = text[max(0, letters.start() - BEFORE) : letters.start()] if letters else ""
    if letters and not numbers and not RULES["a vague count"].regex.search(before):
        numbers.append((_number(letters["number"]), letters.start("number"), letters.end()))
    return numbers


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Whether the number is a date, a time, an amount, a reference or an address: by itself, or by what is around it."""
    before = text[max(0, match.start("number") - BEFORE) : match.start("number")]
    return bool(
        RULES["a year or a ZIP code"].regex.fullmatch(match["number"])
        or COUNTS_NOTHING.search(before)
        or RULES["what a number measures"].regex.search(match["words"])
        or _ends_range(before, match["number"])
    )


def _ends_range(before: str, number: str) -> bool:
    """Whether it is the second number of "20 to 30 cities"; "sent on February 10 to 30 cities" has none."""
    first = RULES["the first number of a range"].regex.search(before)
    return bool(
        first and _number(first["least"]) < _number(number) and not COUNTS_NOTHING.search(before[: first.start("least")])
    )


def _number(written: str) -> int:
    """23 of "twenty-three"."""
    plain = " ".join(written.lower().replace(",", "").replace("-", " ").split())
    return int(plain) if plain.isdigit() else BELOW[plain]
