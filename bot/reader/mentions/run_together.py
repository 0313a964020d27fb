"""Finds where names lost what parted them: "American AirlinesUnited Airlines", "AguilarAlmaBlue River"."""

from __future__ import annotations

import re

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.rules import Rule, word_set
from bot.record.place_names import fold

RULES = (
    Rule(
        "names in one run",
        r"(?<![\w#@/.]) [A-Z][\w']* (?:[ ]{1,2}[A-Z][\w']*)*",
        examples=("in [Blue RiverBrush] and", "[Duke UniversityOhio State]."),
        not_in=("#RiverBrush", "xAI"),
        flags=re.NOFLAG,
    ),
    Rule(
        "before a capital",
        r"(?: (?<![^\W\dA-Z_]) [A-Z]?[^\W\dA-Z_]{2,} | ISD ) (?=[A-Z][a-z])",
        examples=("[Aguilar]Alma", "[Airlines]United", "[ISD]Adrian"),
        not_in=("OpenAI", "Blue River"),
        flags=re.NOFLAG,
    ),
)
_RUN, _BEFORE_CAPITAL = (rule.regex for rule in RULES)
#: What a capital may follow within a name: "McAllen", "LaPorte".
PREFIXES = word_set("name_prefixes")
ENDINGS = word_set("institution_endings") | word_set("company_endings") | {"county", "city"}
ORDINARY = word_set("ordinary_names")
MANY = 5  # names; so many are no single name that has capitals in it


def joints(flat: str, known: Gazetteer) -> list[int]:
    """Where a name ends and the next begins without anything between, in order."""
    if not _BEFORE_CAPITAL.search(flat):
        return []
    return [at for run in _RUN.finditer(flat) for at in _joints_of(run, known)]


def _joints_of(run: re.Match[str], known: Gazetteer) -> list[int]:
    """Those of one run of words with capitals: at least two of its names, and most if they are few, have to be known."""
    ends = [piece.end() for piece in _BEFORE_CAPITAL.finditer(run[0]) if piece[0].casefold() not in PREFIXES]
    if not ends:
        return []
    names = [run[0][start:end].strip() for start, end in zip([0, *ends], [*ends, None], strict=True)]
    shown = sum(_is_name(name, known) for name in names)
    is_list = len(names) >= MANY if shown == 1 else shown * 3 >= len(names) * 2 > 0 or (shown > 0 and len(names) >= MANY)
    return [run.start() + end for end in ends] if is_list else []


def _is_name(name: str, known: Gazetteer) -> bool:
    words = name.casefold().split()
    if len(words) > 1 and words[-1] in ENDINGS:
        return True
    return known.is_name(fold(name)) and name.casefold() not in ORDINARY
