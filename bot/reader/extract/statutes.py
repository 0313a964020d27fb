"""Statutes, regulations and rules of procedure in one form: 8 U.S.C. § 1373, 28 C.F.R. § 66.43, Fed. R. Civ. P. 45."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reader.draft import Found
from bot.reader.text_page import Taken, TextPage
from bot.record.quoting import cut

MOST = 500_000  # characters that are read for citations
_BELOW = r"(?:\s?\((?:\d{1,3}|[A-Za-z]{1,2}|[ivxIVX]{1,5})\)){0,6}"
_SECTION = r"\d{1,6}[a-z]{0,3}(?:-\d{1,3}[a-z]{0,2}){0,3}" + _BELOW
_DOTTED = r"\d{1,4}\.\d{1,5}[a-z]?(?:-\d{1,3})?" + _BELOW
_MARK = r"(?:§{1,2}|&sect;|sections?|secs?\.?|s\.)"
_JOIN = r"(?:,?\s+et\s+seq\.?)?(?:\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|\s*&\s*|\s+through\s+|\s*;\s*)(?:§{1,2}\s*)?"
_USC = r"U\.?\s?S\.?\s?C(?:ode|\.)?(?:\s?A\b\.?)?"
_CFR = r"C\.?\s?F\.?\s?R\b\.?"


def _several(section: str) -> str:
    """A pattern for one or more sections, without a number that counts something else or is the title of the next."""
    other = r"[\w.]*\s+(?:U\.?\s?S|C\.?\s?F|[a-z]{4,})"
    return rf"(?P<sections>{section}(?:{_JOIN}{section}(?!{other}))*)"


_SECTIONS, _PARTS = _several(_SECTION), _several(rf"(?:{_DOTTED}|\d{{1,4}})")
_FORMS = [
    ("U.S.C.", rf"\b(?P<title>\d{{1,2}})\s?{_USC}\s*(?:{_MARK})?\s*{_SECTIONS}"),
    ("U.S.C.", (rf"\btitle\s+(?P<title>\d{{1,2}}),?\s+(?:of\s+the\s+)?(?:United\s+States"
               rf"|U\.\s?S\.)\s+Code,?\s*{_MARK}\s*{_SECTIONS}")),
    ("U.S.C.", (rf"{_MARK}\s*{_SECTIONS},?\s+(?:of"
               rf"|in)\s+title\s+(?P<title>\d{{1,2}})\b(?!,?\s+(?:of\s+the\s+)?Code\s+of\s+Federal)")),
    ("C.F.R.", rf"\b(?P<title>\d{{1,2}})\s?{_CFR}\s*(?P<part>parts?\s|pt\.\s)?\s*(?:{_MARK})?\s*{_PARTS}"),
    ("C.F.R.", rf"\btitle\s+(?P<title>\d{{1,2}}),?\s+(?:of\s+the\s+)?Code\s+of\s+Federal\s+Regulations,?\s*"
               rf"(?P<part>parts?\s)?(?:{_MARK})?\s*{_PARTS}"),
    ("C.F.R.", rf"(?P<part>part\s)?(?:{_MARK}\s*)?{_PARTS},?\s+of\s+title\s+(?P<title>\d{{1,2}}),?\s+"
               rf"(?:of\s+the\s+)?Code\s+of\s+Federal\s+Regulations"),
    ("Fed.", r"\b(?:Fed(?:eral|\.)\s?R(?:ules?|\.)\s+(?:of\s+)?(?P<rules>Civ(?:il|\.)|Crim(?:inal|\.)|Evid(?:ence|\.)"
             r"|App(?:ellate|\.))\s?"
             r"(?:P(?:rocedure|\.))?\s*(?:Rule\s+)?(?P<sections>\d{1,3}(?:\.\d)?(?:\s?\([0-9A-Za-z]{1,4}\)){0,5}))"),
    ("Fed.", r"\bRule\s+(?P<sections>\d{1,3}(?:\.\d)?(?:\s?\([0-9A-Za-z]{1,4}\)){0,5})\s+of\s+the\s+Federal\s+Rules\s+of\s+"
             r"(?P<rules>Civil|Criminal|Evidence|Appellate)"),
]  # fmt: skip
_PATTERNS = [(code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _FORMS]
_ALONE = re.compile(
    rf"(?<![.\w])(?:§{{1,2}}|sections?|secs?\.)\s*{_SECTIONS}(?!\s*,?\s+of\s+(?:the|that|this|[A-Z])|[.]\d)", re.IGNORECASE
)
_ONE = re.compile(rf"({_DOTTED}|{_SECTION})")
_RULES = {"civ": "Fed. R. Civ. P.", "cri": "Fed. R. Crim. P.", "evi": "Fed. R. Evid.", "app": "Fed. R. App. P."}
_ELSEWHERE = re.compile(r"\b(?:sued|suing|lawsuit|filed suit|plaintiffs?|complaint)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Citation:
    start: int
    end: int
    code: str  # "8 U.S.C. §", "28 C.F.R. Part", "Fed. R. Civ. P."
    section: str
    below: str  # "(a)"
    is_bare: bool = False  # without its title


def legal_basis(page: TextPage) -> tuple[Found[str], ...]:
    """Every cited statute, regulation and rule, once, in the order of the text.

    A subsection is kept only if the text never names the section without one. A section without its title counts only if the
    text gives the title elsewhere.
    """
    cited = sorted(_citations(page.flat[: cut(page.flat, MOST)]), key=lambda citation: (citation.start, citation.end))
    bare = {(citation.code, citation.section) for citation in cited if not citation.below}
    basis: dict[str, Found[str]] = {}
    for citation in cited:
        below = "" if (citation.code, citation.section) in bare else citation.below
        full = next(
            (
                other
                for other in cited
                if not other.is_bare and (other.code, other.section) == (citation.code, citation.section)
            ),
            citation,
        )
        shown = full if citation.is_bare else citation
        basis.setdefault(
            f"{citation.code} {citation.section}{below}", Found(_written(citation, below), page.span(shown.start, shown.end))
        )
    return tuple(basis.values())


def _written(citation: _Citation, below: str) -> str:
    return f"{citation.code} {citation.section}{below}"


def _citations(flat: str) -> Iterator[_Citation]:
    taken = Taken(len(flat))
    titles: dict[str, str] = {}
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(flat):
            if taken.overlaps(*match.span()) or _by_others(flat, match.start()):
                continue
            taken.add(*match.span())
            for citation in _each(kind, match):
                titles.setdefault(citation.section, citation.code)
                yield citation
    for match in _ALONE.finditer(flat):
        if taken.overlaps(*match.span()):
            continue
        for section, below, span in _sections(match):
            if section in titles:
                yield _Citation(*span, titles[section], section, below, True)


def _by_others(flat: str, at: int) -> bool:
    """Whether the sentence is about a lawsuit: what a plaintiff cites is not a basis of the letter."""
    start = max(flat.rfind("\n", 0, at), flat.rfind(". ", max(0, at - 400), at), at - 400, 0)
    return bool(_ELSEWHERE.search(flat, start, at))


def _each(kind: str, match: re.Match[str]) -> Iterator[_Citation]:
    groups = match.groupdict()
    if kind == "Fed.":
        code = _RULES[groups["rules"][:3].lower()]
    else:
        part = "Part" if kind == "C.F.R." and (groups.get("part") or "." not in groups["sections"]) else "§"
        code = f"{int(groups['title'])} {kind} {part}"
    first = True
    for section, below, span in _sections(match):
        yield _Citation(
            match.start() if first else span[0], span[1] if not first else max(span[1], _title_end(match)), code, section, below
        )
        first = False


def _title_end(match: re.Match[str]) -> int:
    """Where the first citation of a match ends: after its title, if the title follows the section."""
    title = match.groupdict().get("title")
    return match.end() if title and match.start("title") > match.start("sections") else match.start("sections")


def _sections(match: re.Match[str]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    for section_match in _ONE.finditer(match["sections"]):
        written = section_match[0].replace(" ", "")
        section, opening, below = written.partition("(")
        at = match.start("sections")
        yield section.lower(), opening + below, (at + section_match.start(), at + section_match.end())
