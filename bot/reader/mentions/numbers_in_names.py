"""Numbers within names: "84 Lumber", "Cloud 9 Vapor"."""

from __future__ import annotations

from bot.reader.mentions.written_words import Words
from bot.reader.rules import word_set

COMPANIES = word_set("company_endings")
LARGEST_NUMBER = 3  # digits


def is_number_in_name(at: int, words: Words) -> bool:
    """Whether a number goes on a name: "Cloud 9 Vapor", "Network 46, Inc."."""
    goes_on = words.gap(at) == " " or (words.gap(at) == ", " and words.lower(at + 1) in COMPANIES)
    return words.lower(at).isdigit() and len(words.lower(at)) <= LARGEST_NUMBER and goes_on and words.is_capital(at + 1)


def with_number_before(first: int, words: Words, *, is_company: bool) -> int:
    """The first word with a number before it that begins the name: "1st Choice" in a line of its own, "77 Alder LLC".

    A number beside which the text has the next one may be that of an item.
    """
    number = words.lower(first - 1)
    if first == 0 or not number[:1].isdigit() or words.gap(first - 1) != " ":
        return first
    is_item = number.isdigit() and any(words.count[str(int(number[:LARGEST_NUMBER]) + step)] for step in (-1, 1))
    is_ordinal = not number.isdigit() and words.gap(first - 2).endswith(", ")  # "Disney, 21st Century Fox"
    begins = words.begins_item(first - 1) or is_ordinal or (is_company and not words.is_capital(first - 2))
    return first - 1 if begins and not is_item and len(number) <= LARGEST_NUMBER + 1 else first
