"""Statutes, regulations and rules of procedure in one form: 8 U.S.C. § 1373, 28 C.F.R. § 66.43, Fed. R. Civ. P. 45."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from bot.reader.draft import Found
from bot.reader.rules import rule_table
from bot.reader.text_page import Taken, TextPage

MOST = 500_000  # characters that are read for citations; one that ends there may be cut apart
RULES = rule_table("statutes")
_CODES = {"civ": "Fed. R. Civ. P.", "cri": "Fed. R. Crim. P.", "evi": "Fed. R. Evid.", "app": "Fed. R. App. P."}


@dataclass(frozen=True)
class _Citation:
    span: tuple[int, int]
    name: str  # "8 U.S.C. § 1373"
    below: str  # "(a)"


def legal_basis(page: TextPage) -> tuple[Found[str], ...]:
    """Every cited statute, regulation and rule, once, in the order of the text.

    A subsection is kept only if the text never names the section without one.
    """
    cited = sorted(_citations(page.flat[:MOST]), key=attrgetter("span"))
    whole = {citation.name for citation in cited if not citation.below}
    basis: dict[str, Found[str]] = {}
    for citation in cited:
        name = citation.name if citation.name in whole else citation.name + citation.below
        if name not in basis:
            basis[name] = Found(name, page.span(*citation.span))
    return tuple(basis.values())


def _citations(flat: str) -> Iterator[_Citation]:
    taken = Taken(len(flat))
    for rule in ("sections behind their title", "sections before their title", "rules of procedure"):
        for match in RULES[rule].regex.finditer(flat):
            if match.end() < MOST and not taken.overlaps(*match.span()):
                taken.add(*match.span())
                yield from _each(match)


def _each(match: re.Match[str]) -> Iterator[_Citation]:
    """The sections of one citation; the first has its whole words, also those for the title behind all sections."""
    named = match.groupdict()
    if rules := named.get("rules"):
        code = _CODES[rules[:3].lower()]
    else:
        is_part = named["regulation"] and (named.get("part") or "." not in named["sections"])
        code = f"{int(named['title'])} {'C.F.R.' if named['regulation'] else 'U.S.C.'} {'Part' if is_part else '§'}"
    for number, found in enumerate(RULES["a section"].regex.finditer(match.string, *match.span("sections"))):
        section, opening, below = found[0].replace(" ", "").partition("(")
        is_title_last = match.end() > match.end("sections")
        start = found.start() if number else match.start()
        end = match.end() if is_title_last and not number else found.end()
        yield _Citation((start, end), f"{code} {section.lower()}", opening + below)
