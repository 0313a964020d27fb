"""Finds where names lost what parted them: "American AirlinesUnited Airlines", "Jane RoeChairman and CEOAlder Bank"."""

from __future__ import annotations

import re

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.rules import rule_table, word_set
from bot.record.place_names import fold

RULES = rule_table("mentions")
#: What a capital may follow within a name: "McAllen", "LaPorte".
PREFIXES = word_set("name_prefixes")
ENDINGS = word_set("institution_endings") | word_set("company_endings") | word_set("organization_words") | {"county", "city"}
ORDINARY = word_set("ordinary_names")
MANY = 5  # names; so many are no single name that has capitals in it


def joints(flat: str, known: Gazetteer) -> list[int]:
    """Where a name ends and the next begins without anything between, in order."""
    offices = [match.end() for match in RULES["beside an office"].regex.finditer(flat)]
    stuck = [match.end() for match in RULES["stuck to an address"].regex.finditer(flat)]
    if not RULES.search("before a capital", flat):
        return sorted({*offices, *stuck})
    runs = RULES["names in one run"].regex.finditer(flat)
    return sorted({*offices, *stuck, *(at for run in runs for at in _joints_of(run, known, bool(offices)))})


def _joints_of(run: re.Match[str], known: Gazetteer, has_offices: bool) -> list[int]:
    """Those of one run of words with capitals: at least two of its names, and most if they are few, have to be known.

    In a text with offices that are run together with names ("Jane RoeChairman") a firm's name is enough.
    """
    ends = [piece.end() for piece in RULES["before a capital"].regex.finditer(run[0]) if piece[0].casefold() not in PREFIXES]
    if not ends:
        return []
    names = [run[0][start:end].strip() for start, end in zip([0, *ends], [*ends, None], strict=True)]
    shown = sum(_is_name(name, known) for name in names)
    is_list = shown and (len(names) >= MANY or (shown > 1 and shown * 3 >= len(names) * 2))
    is_list = is_list or (has_offices and len(names) == 2 and _shows_itself(names[0]))
    return [run.start() + end for end in ends] if is_list else []


def _shows_itself(name: str) -> bool:
    words = name.casefold().split()
    return len(words) > 1 and words[-1] in ENDINGS


def _is_name(name: str, known: Gazetteer) -> bool:
    return _shows_itself(name) or (known.is_name(fold(name)) and name.casefold() not in ORDINARY)
