"""Finds authorities by name: federal departments, agencies and committees, governors and attorneys general."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.reader.state_names import state_code_of
from bot.reader.text_page import Taken
from bot.record.federal_authorities import FEDERAL_AUTHORITIES
from bot.record.places import STATES

_COMMITTEES = {
    "oversight": "Oversight and Accountability", "judiciary": "the Judiciary", "homeland security": "Homeland Security",
    "finance": "Finance", "appropriations": "Appropriations", "energy and commerce": "Energy and Commerce",
    "ways and means": "Ways and Means", "education and the workforce": "Education and the Workforce",
    "intelligence": "Intelligence", "commerce": "Commerce, Science, and Transportation", "banking": "Banking, Housing, and "
    "Urban Affairs",
    "financial services": "Financial Services", "natural resources": "Natural Resources", "armed services": "Armed Services",
    "foreign relations": "Foreign Relations", "foreign affairs": "Foreign Affairs", "budget": "the Budget",
}  # fmt: skip
_STATE_NAMES = "|".join(sorted((re.escape(name) for name in STATES.values()), key=len, reverse=True))
_OFFICE = r"(?i:(?:state\s+)?attorney\s+general|governor|gov\.|secretary\s+of\s+state|comptroller|(?:state\s+)?auditor)"
_DEPARTMENT = r"(?i:department\s+of)\s+(?:the\s+)?[A-Z]\w+(?:\s+(?:and\s+)?[A-Z]\w+){0,4}"
_STATE_OFFICES = re.compile(
    rf"\b(?:(?P<s1>(?i:{_STATE_NAMES}))(?:'s)?\s+(?:[Ss]tate\s+)?(?P<o1>{_OFFICE}|{_DEPARTMENT})(?!['\w])"
    rf"|(?P<o2>{_OFFICE}|{_DEPARTMENT})\s+(?:[A-Z][\w.'-]+\s+){{0,3}}?(?i:of|for)\s+"
    rf"(?:(?i:the\s+(?:state|commonwealth)\s+of)\s+)?(?P<s2>(?i:{_STATE_NAMES})))\b"
)
_COMMITTEE = re.compile(
    r"\b(?:(?P<h1>House|Senate)\s+(?:Select\s+"
    r"|Permanent\s+Select\s+)?(?:Sub)?[Cc]ommittee\s+on\s+(?P<of>(?:the\s+)?[A-Z][\w]+(?:(?:,\s+|\s+|,?\s+and\s+)"
    r"(?:the\s+|and\s+)?(?!Senate|House|Committee)[A-Z]\w+){0,5})|(?P<h2>House"
    r"|Senate)\s+(?P<short>[A-Z][\w]+(?:\s+(?:and\s+)?(?:the\s+)?[A-Z]\w+){0,4})\s+Committee)\b"
)
_ATTORNEY = re.compile(
    r"\b(?:U\.?S\.?|United\s+States)\s+Attorney(?:'s\s+Office)?(?:\s+[A-Z][\w.'-]+){0,3}?\s+(?:for|of)\s+the\s+"
    r"(?P<district>(?:(?:Northern|Southern|Eastern|Western|Middle"
    r"|Central)\s+)?District\s+of\s+[A-Z]\w+(?:\s+(?:of\s+)?[A-Z]\w+){0,2})"
)
_SESSIONS = re.compile(r"\b(?P<title>Attorney\s+General)\s+(?:[A-Z][a-z]+\s+|[A-Z]\.\s+){0,2}(?P<name>[A-Z][\w'-]+)\b")
_IS_OFFICE = re.compile(r"(?:secretary|attorney\s+general)$", re.IGNORECASE)
_PERSON = re.compile(r"\s+(?:[A-Z][\w.'-]+\s+){1,2}(?P<name>[A-Z][\w'-]{2,})(?=[\s,.])")
_HEAD_OF = re.compile(
    r"\s+(?:(?:Acting|Deputy)\s+)?(?:Chair(?:man|woman|person)?|Administrator|Director|Commissioner|Secretary)"
    + _PERSON.pattern
)
_U_S = r"(?:(?:U\.\s?S\.?|US|United\s+States|federal)\s+)?"


@dataclass(frozen=True)
class AuthorityMention:
    """An authority at `TextPage.flat[start:end]`, with its canonical name."""

    start: int
    end: int
    name: str


@cache
def _known() -> tuple[re.Pattern[str], dict[str, str]]:
    words: list[str] = []
    capitals: list[str] = []
    names: dict[str, str] = {}
    for canonical, forms in FEDERAL_AUTHORITIES.items():
        for form in (canonical.removeprefix("U.S. "), *forms.split("|")):
            names.setdefault(form.casefold(), canonical)
            (capitals if form.isupper() or form in ("DoJ", "U.S. DOT") else words).append(
                re.escape(form).replace(r"\ ", r"\s+")
            )
    words.sort(key=len, reverse=True)
    pattern = (
        rf"(?<![\w-])(?:{_U_S}(?P<full>(?i:{'|'.join(words)}))"
        rf"|{_U_S}(?P<short>{'|'.join(sorted(capitals, key=len, reverse=True))}))(?![\w-])"
    )
    return re.compile(pattern), names


def authorities_in(flat: str) -> tuple[AuthorityMention, ...]:
    """Every authority that the text names, in order. A state's department is not taken for the federal one."""
    mentions = [*_of_states(flat), *_committees(flat)]
    mentions += [
        AuthorityMention(*match.span(), f"U.S. Attorney for the {' '.join(match['district'].split())}")
        for match in _ATTORNEY.finditer(flat)
    ]
    taken = Taken(len(flat))
    for mention in mentions:
        taken.add(mention.start, mention.end)
    pattern, names = _known()
    for match in pattern.finditer(flat):
        if taken.overlaps(*match.span()):
            continue
        key = " ".join((match["full"] or match["short"]).casefold().split())
        if key in names and not _is_other(flat, match, key):
            mentions.append(AuthorityMention(*match.span(), names[key]))
            taken.add(*match.span())
    mentions += _attorneys_general(flat, mentions, taken)
    mentions += _surnames(flat, mentions, taken)
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def _is_other(flat: str, match: re.Match[str], key: str) -> bool:
    """Whether the word means something else: ice, an initial in a name, a city's own department."""
    before = flat[max(0, match.start() - 40) : match.start()].rstrip()
    if (
        key in ("ed", "ice", "sec")
        and before.split(" ")[-1:]
        and before.split(" ")[-1].isupper()
        and flat[match.end() : match.end() + 8].isupper()
    ):
        return True  # a line in capitals
    if key in ("doe", "ed", "ice", "sec", "cms", "dol") and re.search(r"(?<![A-Za-z.])(?!THE\b)[A-Z]{2,}$", before):
        return True  # JANE DOE
    owner = re.search(
        rf"(?:({_STATE_NAMES})|(?:City|County|State|{'Chicago|New York'}))(?:'s)?(?:\s+state)?$", before, re.IGNORECASE
    )
    return bool(
        owner and key.startswith(("department of", "secretary of", "commission on", "education dep", "transportation dep"))
    )


def _surnames(flat: str, known: list[AuthorityMention], taken: Taken) -> Iterator[AuthorityMention]:
    """ "Quill sent letters", if the text says who she is: "Ohio Attorney General Marta Quill"."""
    people: dict[str, str] = {}
    for mention in known:
        office = (
            " General of " in mention.name
            or mention.name.startswith("Governor of")
            or _IS_OFFICE.search(flat, mention.start, mention.end)
        )
        if behind := (_PERSON if office else _HEAD_OF).match(flat[mention.end : mention.end + 80]):
            people.setdefault(behind["name"], mention.name)
    for surname, name in people.items():
        for match in re.finditer(rf"\b{re.escape(surname)}\b", flat):
            if not taken.overlaps(*match.span()):
                yield AuthorityMention(*match.span(), name)


def _of_states(flat: str) -> Iterator[AuthorityMention]:
    for match in _STATE_OFFICES.finditer(flat):
        code = state_code_of(match["s1"] or match["s2"])
        if code is None:
            continue
        office = " ".join((match["o1"] or match["o2"]).split()).lower()
        state = STATES[code]
        if office.startswith("department"):
            proper = " ".join(word if word in ("of", "and", "the") else word.capitalize() for word in office.split())
            yield AuthorityMention(*match.span(), f"{state} {proper}")
            continue
        office = office.removeprefix("state ")
        title = "Governor" if office == "gov." else office.title().replace(" Of ", " of ")
        yield AuthorityMention(*match.span(), f"{title} of {state}")


def _committees(flat: str) -> Iterator[AuthorityMention]:
    for match in _COMMITTEE.finditer(flat):
        chamber, of = match["h1"] or match["h2"], match["of"]
        if of is None:
            short = " ".join(match["short"].split())
            of = _COMMITTEES.get(short.casefold(), short)
        yield AuthorityMention(*match.span(), f"{chamber} Committee on {' '.join(of.split())}")


def _attorneys_general(flat: str, known: list[AuthorityMention], taken: Taken) -> Iterator[AuthorityMention]:
    """ "Attorney General X" is that of a state if the text says so elsewhere, else of the Justice Department if it is named."""
    departments = {mention.name for mention in known}
    states = {}
    for mention in known:
        if mention.name.startswith("Attorney General of"):
            following = re.match(r"\s+(?:[A-Z][\w.'-]+\s+){0,2}([A-Z][\w'-]+)", flat[mention.end : mention.end + 60])
            if following:
                states[following[1]] = mention.name
    for match in _SESSIONS.finditer(flat):
        if taken.overlaps(*match.span()):
            continue
        if match["name"] in states:
            yield AuthorityMention(*match.span(), states[match["name"]])
        elif "U.S. Department of Justice" in departments:
            yield AuthorityMention(*match.span(), "U.S. Department of Justice")
