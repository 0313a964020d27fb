"""Numbers the lists of a text: names that only commas, "and", line ends, titles and persons part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table

RULES = rule_table("mentions")
LONGEST_GAP = 100  # characters
BEFORE_OTHER = 30  # characters
MOST_LINES = 3


def number_lists(flat: str, names: Sequence[Mention]) -> None:
    """Give each name the number of its list, from 1 on."""
    number = 0
    before: Mention | None = None
    for name in names:
        if before is None or not _is_one_list(flat, before, name):
            number += 1
        name.group = number
        before = name


def _is_one_list(flat: str, before: Mention, name: Mention) -> bool:
    if name.start - before.end > LONGEST_GAP:
        return False
    gap = flat[before.end : name.start]
    if gap[:1] == ")" and RULES.search("the same by another name", flat[max(0, before.start - BEFORE_OTHER) : before.start]):
        gap = gap[1:]  # "Alder, Inc. (formerly Birch) and Corvid"
    is_joint = _is_joint(gap, bool(before.title or name.title))
    return is_joint and ("\n" not in gap or RULES.match("the rest of an item of lines", flat, name.end) is not None)


@lru_cache(maxsize=2**12)  # most are ", "
def _is_joint(written: str, has_title: bool) -> bool:
    """Whether names with that between them are of one list, if it is none of lines."""
    gap = RULES["a note in brackets"].regex.sub(" () ", written)
    if RULES["the same by another name"].regex.fullmatch(gap):
        return True
    if gap.count("\n") > MOST_LINES or gap.count("(") != gap.count(")") or not _separates(gap):
        return False
    if "\n" not in gap and gap.rstrip().endswith(":"):
        return False  # "four counties: A, B and two cities: C"
    is_table = "\n" in gap and ("\t" in gap or "|" in gap)  # other cells may say anything
    # "Denver Mayor Jane Roe, ...", "AT&T's John Doe, ...", anybody before a semicolon
    has_person = has_title or gap.startswith(("'s ", "' ")) or gap.endswith("'s ") or ";" in gap
    is_row = is_table and RULES.match("end of the cell of a name", gap) is not None
    return is_row or RULES["between persons" if has_person else "between items"].regex.fullmatch(gap) is not None


def _separates(gap: str) -> bool:
    """Whether something in it can part two items, and it does not begin with the end of a sentence."""
    return not gap.startswith((":", ". ", '."', ".\n\n")) and (not gap or RULES.search("what parts items", gap) is not None)
