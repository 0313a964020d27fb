"""Finds authorities by name: departments, agencies, committees, governors, attorneys general; and groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.reader.extract.numbers import NUMBER
from bot.reader.rules import Rule, entries, words
from bot.reader.state_names import state_code_of
from bot.reader.text_page import Taken
from bot.record.federal_authorities import FEDERAL_AUTHORITIES
from bot.record.places import STATES


def _names(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))


def _forms(listed: Iterable[str]) -> dict[str, str]:
    """The name for each form in small letters, for lines like "American Civil Liberties Union | ACLU"."""
    named = ([form.strip() for form in line.split("|")] for line in listed)
    return {form: forms[0] for forms in reversed(list(named)) for form in forms}


_FEDERAL = _forms(f"{name}|{name.removeprefix('U.S. ')}|{forms}" for name, forms in FEDERAL_AUTHORITIES.items())
_GROUPS = _forms(entries("groups"))
_COMMITTEES = {name.removeprefix("the ").casefold(): name for name in entries("committees")}
_STATE = _names(STATES.values())
_OFFICE = r"(?i:attorney\s+general|governor|gov\.|secretary\s+of\s+state|comptroller|auditor|treasurer)"
_NAMED = r"[A-Z]\w+(?:\s+(?:and\s+|the\s+)?(?!Director|Secretary|Commissioner|Chief)[A-Z]\w+){0,4}"
_STATE_BODY = rf"{_OFFICE}|(?!Deputy)[A-Z]\w+\s+Commissioner\b|(?i:department\s+of)\s+(?:the\s+)?{_NAMED}"
_NO_NAME = rf"(?!(?:{words('no_surnames')}|{words('months')})\b)"
_PERSON = rf"(?:{_NO_NAME}(?:[A-Z][a-z]+|[A-Z]\.)\s+){{0,2}}(?P<name>{_NO_NAME}[A-Z](?:'[A-Z])?[a-z][\w-]+)"


def _by_case(forms: Iterable[str]) -> str:
    """A pattern for the forms; capitals ("ICE") only match capitals."""
    short = {form for form in forms if form.isupper() or form in ("DoJ", "U.S. DOT")}
    return rf"(?:(?i:{_names(set(forms) - short)})|{_names(short)})"


_STATES = Rule(
    "an office or a department of a state",
    rf"\b(?:(?P<s1>(?i:{_STATE}))(?:'s)?\s+(?:[Ss]tate\s+)?(?P<o1>{_STATE_BODY})(?!['\w])"
    rf"|(?:[Ss]tate\s+)?(?P<o2>{_STATE_BODY})\s+(?:[A-Z][\w.'-]+\s+){{0,3}}?(?i:of|for)\s+"
    rf"(?:(?i:the\s+(?:state|commonwealth)\s+of)\s+)?(?P<s2>(?i:{_STATE}))\b)",
    (
        "[Ohio Attorney General] Quill",
        "[Ohio Gov.] Roe",
        "[Governor Sloan of Maine]",
        "the [New York State Department of Health] wrote",
    ),
    ("Ohio attorney generals",),
    re.NOFLAG,
)
_CONGRESS = Rule(
    "a committee of Congress",
    r"\b(?P<house>House|Senate)\s+(?:(?:(?:Permanent\s+)?Select\s+)?(?:Sub)?[Cc]ommittee\s+on\s+(?P<of>(?:the\s+)?[A-Z]\w+"
    r"(?:(?:,\s+|\s+|,?\s+and\s+)(?:the\s+|and\s+)?(?!Senate|House|Committee)[A-Z]\w+){0,5})"
    r"|(?P<short>[A-Z]\w+(?:\s+(?:and\s+)?(?:the\s+)?(?!Committee)[A-Z]\w+){0,4})\s+(?:Committee|Chair(?:man|woman)?|Democrats|Republicans)\b)",
    ("the [House Judiciary Committee]", "the [Senate Committee on Armed Services] asks", "[House Oversight Chairman] Roe"),
    flags=re.NOFLAG,
)
_GROUP = Rule(
    "a group",
    rf"(?<![\w-]){_by_case(_GROUPS)}(?![\w-])(?:\s+Foundation)?(?:\s+of\s+(?P<of>(?:(?:North|South|East|West)ern\s+)?(?:{_STATE}))\b)?",
    ("the [ACLU of Iowa] wrote", "[Judicial Watch]"),
    ("the aclu",),
    re.NOFLAG,
)
_COALITION = Rule(
    "several attorneys general",
    rf"\b(?P<count>(?i:{NUMBER}))\s+(?:other\s+)?(?P<of>(?:Republican|Democratic|GOP|state)\s+)?(?i:attorneys\s+general)\b",
    ("[44 attorneys general] wrote", "a coalition of [twenty Republican attorneys general]"),
    flags=re.NOFLAG,
)
_FEDERAL_NAME = Rule(
    "a federal authority",
    rf"(?<![\w-])(?P<us>(?:U\.\s?S\.?|US|United\s+States|federal)\s+)?(?P<form>{_by_case(_FEDERAL)})(?![\w-])"
    r"(?:'s\s+(?:Office\s+(?:for|of)(?:\s+[A-Z]\w+){1,4}|(?:[A-Z]\w+\s+){1,3}(?:Division|Office|Bureau|Section)))?",
    ("the [U.S. Justice Department] said", "[EPA]'s", "[HUD's Office of General Counsel] wrote"),
    ("ice on the road", "ICE-T"),
    re.NOFLAG,
)
_OFFICIAL = Rule(
    "an official by name",
    rf"\b(?P<title>(?i:attorney\s+general)(?:\s+of\s+the\s+state,)?|Governor|Gov\.)\s+{_PERSON}\b",
    ("[Attorney General Mary Quill] said", "[Gov. Roe]'s letter"),
    ("Attorney General Warns Mayor",),
    re.NOFLAG,
)
_TITLE = Rule(
    "an official by title",
    r"\bthe\s+(?:state\s+)?(?P<title>attorney\s+general|governor|auditor|comptroller|treasurer)\b(?!\s+of\b|s)",
    ("[the state auditor]'s office",),
    ("the governor of Maine",),
)
_HEAD = Rule(
    "the person behind an authority",
    r",?\s+(?:(?:Acting\s+|Deputy\s+)?(?P<head>Chair(?:man|woman)?|Administrator|Director|Commissioner|Secretary)\s+)?"
    rf"(?=[A-Z]){_PERSON}\b",
    (" [Mary Quill] said", " [Chairwoman Jo Roe],"),
    flags=re.NOFLAG,
)
_SURNAME = Rule("a surname", r"\b[A-Z](?:'[A-Z])?[a-z][\w-]+", ("[O'Quill]'s letter",), flags=re.NOFLAG)
RULES = (_STATES, _CONGRESS, _GROUP, _COALITION, _FEDERAL_NAME, _OFFICIAL, _TITLE, _HEAD, _SURNAME)
_OF_STATE = re.compile(r"(?:Attorney General|Governor|Comptroller|Auditor|Treasurer|Secretary of State) of (?P<state>.+)")
_TITLES = ("attorney general", "governor", "auditor", "comptroller", "treasurer")
_IS_OFFICE = re.compile(r"(?:(?:Attorney General|Governor|Auditor|Comptroller|Treasurer)\b.*|.*Commissioner|.*Committee on)")
_STATE_NAME = re.compile(rf"\b(?!Washington|New\s+York|District)(?:{_STATE})\b")  # those are cities as well
_OWNED = re.compile(rf"\b(?:{_STATE}|city|county|state|chicago)(?:'s)?(?:\s+state)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class AuthorityMention:
    """An authority at `TextPage.flat[start:end]`, with its canonical name."""

    start: int
    end: int
    name: str


def authorities_in(flat: str) -> tuple[AuthorityMention, ...]:
    """Every authority that the text names, in order. A state's department is not taken for the federal one.

    1. Names, in the order of the table; what an earlier rule took is left alone.
    2. "Attorney General Quill", as the text introduces her elsewhere, else the Justice Department if it is named, else so.
    3. Surnames of officials that the text introduces: "Quill sent letters".
    """
    taken, found = Taken(len(flat)), list[AuthorityMention]()

    def collect(rule: Rule, name_of: Callable[[re.Match[str]], str | None]) -> None:
        for match in rule.regex.finditer(flat):
            if not taken.overlaps(*match.span()) and (name := name_of(match)):
                found.append(AuthorityMention(*match.span(), name))
                taken.add(*match.span())

    for rule, name_of in _NAMERS.items():
        collect(rule, name_of)
    people = _people(flat, found)
    is_federal = any(one.name == _FEDERAL["DOJ"] for one in found)
    states = {_plain(match[0]) for match in _STATE_NAME.finditer(flat)}
    for match in sorted(_OFFICIAL.regex.finditer(flat), key=lambda match: -len(match[0])):  # "Governor Otis Lamb" names "Lamb"
        people.setdefault(match["name"], _official(match, is_federal, states))
    collect(_OFFICIAL, lambda match: people[match["name"]])
    collect(_SURNAME, lambda match: people.get(match[0]))
    names = {one.name for one in found}
    offices = {title: [name for name in names if name.casefold().startswith(title)] for title in _TITLES}
    collect(_TITLE, lambda match: _only(offices[_plain(match["title"]).casefold()]))
    return tuple(sorted(found, key=lambda one: one.start))


def state_of(authority: str) -> str | None:
    """The state whose governor, attorney general or other officer it is."""
    office = _OF_STATE.fullmatch(authority)
    return state_code_of(office["state"]) if office else None


def _people(flat: str, found: Iterable[AuthorityMention]) -> dict[str, str]:
    """The authority for each surname of an official, if the text says who it is: "Ohio Attorney General Marta Quill"."""
    people: dict[str, str] = {}
    for one in found:
        behind = _HEAD.regex.match(flat, one.end, one.end + 80)
        written = flat[one.start : one.end].casefold()
        if behind and (behind["head"] or _IS_OFFICE.match(one.name) or "secretary" in written or "attorney general" in written):
            people.setdefault(behind["name"], one.name)
    return people


def _official(match: re.Match[str], is_federal: bool, states: set[str]) -> str:
    """The office of the one state that the text names, or the person as written."""
    title = "Attorney General" if match["title"][0] in "Aa" else "Governor"
    is_states = title == "Governor" or match["title"].endswith(",")
    if is_federal and not is_states:
        return _FEDERAL["DOJ"]
    if is_states and len(states) == 1:
        return f"{title} of {next(iter(states))}"
    return _plain(title + match[0][len(match["title"]) :])


def _of_state(match: re.Match[str]) -> str | None:
    code = state_code_of(match["s1"] or match["s2"])
    office = _plain(match["o1"] or match["o2"])
    if code is None:
        return None
    if office.lower().startswith("department") or office.endswith("Commissioner"):
        return f"{STATES[code]} {_titled(office)}"
    return f"{'Governor' if office.lower() == 'gov.' else _titled(office)} of {STATES[code]}"


def _committee(match: re.Match[str]) -> str:
    short = _plain(match["short"] or "").casefold()
    full = next((name for start, name in _COMMITTEES.items() if short and start.startswith(short)), None)
    return f"{match['house']} Committee on {full or _plain(match['of'] or match['short'])}"


def _group(match: re.Match[str]) -> str:
    form = next(form for form in sorted(_GROUPS, key=len, reverse=True) if _plain(match[0]).startswith(form))
    return _GROUPS[form] + (f" of {_plain(match['of'])}" if match["of"] else "")


def _federal(match: re.Match[str]) -> str | None:
    """None if the word means something else: ice in a line in capitals, a city's own department."""
    form, flat = _plain(match["form"]), match.string
    before = flat[max(0, match.start() - 40) : match.start()].rstrip()
    if form in ("ED", "ICE", "SEC") and before.split(" ")[-1].isupper() and flat[match.end() : match.end() + 8].isupper():
        return None
    small = form.casefold()
    if (small == "secretary of state" or form == "state department") and not match["us"]:
        return None  # most are a state's
    is_shared = small.startswith(("department of", "secretary of", "commission on")) or small.endswith("department")
    if is_shared and not match["us"] and _OWNED.search(before):
        return None
    return _SMALL[small]


_SMALL = {form.casefold(): name for form, name in _FEDERAL.items()}
_NAMERS: dict[Rule, Callable[[re.Match[str]], str | None]] = {
    _STATES: _of_state,
    _CONGRESS: _committee,
    _GROUP: _group,
    _COALITION: lambda match: _plain(f"{match['count']} {match['of'] or ''} attorneys general"),
    _FEDERAL_NAME: _federal,
}


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _plain(written: str) -> str:
    return " ".join(written.split())


def _titled(written: str) -> str:
    return " ".join(word if word in ("of", "and", "the") else word[0].upper() + word[1:] for word in written.lower().split())
