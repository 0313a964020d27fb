"""Statutes, regulations and rules of procedure in one form: 8 U.S.C. § 1373, 28 C.F.R. § 66.43, Fed. R. Civ. P. 45."""

from __future__ import annotations

import re

from bot.reader.draft import Found
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage

MOST = 500_000  # characters that are read for citations; one that ends there may be cut apart
RULES = rule_table("statutes")
_CODES = {"civ": "Fed. R. Civ. P.", "cri": "Fed. R. Crim. P.", "evi": "Fed. R. Evid.", "app": "Fed. R. App. P."}


def legal_basis(page: TextPage) -> tuple[Found[str], ...]:
    """Every cited statute, regulation and rule, once, in the order of the text, each with the words of its citation.

    A subsection is kept only if the text never names the section without one.
    """
    cited: list[tuple[str, str, re.Match[str]]] = []
    for citation in sorted(RULES.matches(page.flat[:MOST], "citation"), key=lambda match: match.start()):
        if citation.end() < MOST:
            for section in RULES["a section"].regex.findall(citation["sections"]):
                number, opening, below = section.replace(" ", "").partition("(")
                cited.append((f"{_code(citation)} {number.lower()}", opening + below, citation))
    whole = {name for name, below, _ in cited if not below}
    basis: dict[str, Found[str]] = {}
    for section, below, citation in cited:
        name = section if section in whole else section + below
        basis.setdefault(name, Found(name, page.span(*citation.span())))
    return tuple(basis.values())


def _code(citation: re.Match[str]) -> str:
    """What stands before the number of a section."""
    named = citation.groupdict()
    if rules := named.get("rules"):
        return _CODES[rules[:3].lower()]
    if not named["regulation"]:
        return f"{int(named['title'])} U.S.C. §"
    return f"{int(named['title'])} C.F.R. {'Part' if named.get('part') or '.' not in named['sections'] else '§'}"
