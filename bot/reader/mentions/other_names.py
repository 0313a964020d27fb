"""Numbers and second names within the name of one firm: "84 Lumber", "Alder Pro, aka Alder Help LLC"."""

from __future__ import annotations

from bot.reader.mentions.mention import Named
from bot.reader.mentions.written_words import NO_PART, Words
from bot.reader.rules import rule_table, word_set

RULES = rule_table("mentions")
COMPANIES = word_set("company_endings")
LONGEST = 8  # words of a second name
LONGEST_SIGN = 40  # characters of "doing business as"
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
    begins = words.begins_item(first - 1) or (is_company and not words.is_capital(first - 2))
    return first - 1 if begins and not is_item and len(number) <= LARGEST_NUMBER + 1 else first


def end_of_other_name(last: int, words: Words) -> int:
    """The last word of what a name is also called, if that stands behind it; else `last`."""
    sign = RULES["also called"].regex.match(words.flat, words.ends[last], words.ends[last] + LONGEST_SIGN)
    if not sign:
        return last
    at = last + 1
    while at < len(words) and words.starts[at] < sign.end():
        at += 1
    end = at - 1
    while end - at < LONGEST and words.is_capital(end + 1) and words.lower(end + 1) not in NO_PART:
        end += 1
        if not (words.are_joined(end) or words.gap(end) == " & " or words.lower(end + 1) in COMPANIES):
            break
    return end if end >= at else last


def read_other_name(name: Named, words: Words) -> None:
    """Take what it is also called to what is written with it."""
    last = end_of_other_name(name.following - 1, words)
    if last >= name.following:
        name.following, name.end = last + 1, words.end(last)
