"""Statutes, regulations and rules of procedure in one form: 8 U.S.C. § 1373, 28 C.F.R. § 66.43, Fed. R. Civ. P. 45."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from bot.reader.draft import Found
from bot.reader.rules import Rule
from bot.reader.text_page import Taken, TextPage

MOST = 500_000  # characters that are read for citations; one that ends there may be cut apart
_BELOW = r"(?:\s?\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})\)){0,6}"
_SECTION = rf"(?:\d{{1,4}}\.\d{{1,5}}[a-z]?(?:-\d{{1,3}})?|\d{{1,6}}[a-z]{{0,3}}(?:-\d{{1,3}}[a-z]{{0,2}}){{0,3}}){_BELOW}"
_MARK = r"(?:§{1,2}|sections?|secs?\.?|s\.)"
_JOIN = r"(?:,?\s+et\s+seq\.?)?(?:\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or|through)\s+|\s*&\s*)(?:§{1,2}\s*)?"
# One or more sections, without a number that counts something else or is the title of the next.
_SECTIONS = rf"(?P<sections>{_SECTION}(?:{_JOIN}{_SECTION}(?![\w.]*\s+(?:U\.?\s?S|C\.?\s?F|[a-z]{{4,}})))*)"
_CFR = r"(?:C\.?\s?F\.?\s?R\b\.?|Code\s+of\s+Federal\s+Regulations)"
_USC = r"(?:U\.?\s?S\.?\s?C(?:ode|\.)?(?:\s?A\b\.?)?|(?:United\s+States|U\.\s?S\.)\s+Code)"
_CODES = {"civ": "Fed. R. Civ. P.", "cri": "Fed. R. Crim. P.", "evi": "Fed. R. Evid.", "app": "Fed. R. App. P."}

RULES = (
    Rule(
        "sections behind their title",
        rf"\b(?P<title>\d{{1,2}})(?:\s?|,?\s+(?:of\s+the\s+)?)(?:{_USC}|(?P<regulation>{_CFR})),?\s*(?P<part>(?:parts?\s|pt\.\s)\s*)?"
        rf"(?:{_MARK})?\s*{_SECTIONS}",
        (
            "under [8 U.S.C. §§ 1373(a) and 1644]",
            "title [8, United States Code, section 1373]",
            "[28 C.F.R. Part 23] applies",
            "title [2 of the Code of Federal Regulations, part 200]",
        ),
    ),
    Rule(
        "sections before their title",
        rf"{_MARK}\s*{_SECTIONS},?\s+(?:of|in)\s+title\s+(?P<title>\d{{1,2}})\b(?P<regulation>,?\s+(?:of\s+the\s+)?{_CFR})?",
        ("under [section 1373 of title 8], United States Code",),
    ),
    Rule(
        "rules of procedure",
        r"\bFed(?:eral|\.)\s?R(?:ules?|\.)\s+(?:of\s+)?(?P<rules>Civ(?:il|\.)|Crim(?:inal|\.)|Evid(?:ence|\.)|App(?:ellate|\.))\s?"
        r"(?:P(?:rocedure|\.))?\s*(?:Rule\s+)?(?P<sections>\d{1,3}(?:\.\d)?(?:\s?\([0-9a-z]{1,4}\)){0,5})",
        ("[Fed. R. Civ. P. 45(a)(1)]", "[Federal Rules of Civil Procedure Rule 45]"),
    ),
)
_ONE = re.compile(_SECTION, re.IGNORECASE)


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
    for rule in RULES:
        for match in rule.regex.finditer(flat):
            if match.end() < MOST and not taken.overlaps(*match.span()):
                taken.add(*match.span())
                yield from _each(match)


def _each(match: re.Match[str]) -> Iterator[_Citation]:
    named = match.groupdict()
    if rules := named.get("rules"):
        code = _CODES[rules[:3].lower()]
    else:
        is_part = named["regulation"] and (named.get("part") or "." not in named["sections"])
        code = f"{int(named['title'])} {'C.F.R.' if named['regulation'] else 'U.S.C.'} {'Part' if is_part else '§'}"
    start = match.start()
    is_title_last = bool(named.get("title")) and match.start("title") > match.start("sections")
    for section, below, (begin, end) in _sections(match):
        span = (start if start >= 0 else begin, match.end() if is_title_last and start >= 0 else end)
        yield _Citation(span, f"{code} {section}", below)
        start = -1


def _sections(match: re.Match[str]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    for found in _ONE.finditer(match.string, *match.span("sections")):
        section, opening, below = found[0].replace(" ", "").partition("(")
        yield section.lower(), opening + below, found.span()
