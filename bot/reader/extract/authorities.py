"""Finds authorities by name: departments, agencies, committees, governors, attorneys general; and groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.reader.rules import entries, rule_table
from bot.reader.state_names import NAMES, state_code_of
from bot.reader.text_page import Taken
from bot.record.federal_authorities import FEDERAL_FORMS
from bot.record.places import STATES

RULES = rule_table("authorities")
_FEDERAL = {form.casefold(): name for form, name in FEDERAL_FORMS.items()}
_GROUPS = {form.casefold(): line.split(" | ")[0] for line in entries("groups") for form in line.split(" | ")}
_COMMITTEES = {name.removeprefix("the ").casefold(): name for name in entries("committees")}
_TITLES = ("attorney general", "governor", "auditor", "comptroller", "treasurer")


@dataclass(frozen=True)
class AuthorityMention:
    """An authority at `TextPage.flat[start:end]`, with its canonical name."""

    start: int
    end: int
    name: str


def authorities_in(flat: str) -> tuple[AuthorityMention, ...]:
    """Every authority that the text names, in order. A state's department is not taken for the federal one.

    1. Names, in the order of `_NAMERS`; what an earlier rule took is left alone.
    2. "Attorney General Quill", as the text introduces her elsewhere, else the Justice Department if it is named, else so.
    3. Surnames of officials that the text introduces: "Quill sent letters".
    4. "The governor", if the text names one.
    """
    taken, found = Taken(len(flat)), list[AuthorityMention]()

    def collect(rule: str, name_of: Callable[[re.Match[str]], str | None]) -> None:
        for match in RULES[rule].regex.finditer(flat):
            span = match.span("body" if "body" in match.re.groupindex else 0)
            if not taken.overlaps(*span) and (name := name_of(match)):
                found.append(AuthorityMention(*span, name))
                taken.add(*span)

    for rule, name_of in _NAMERS.items():
        collect(rule, name_of)
    acting = {one["name"]: _plain(one["body"]) for one in RULES["a body that asks"].regex.finditer(flat) if one["name"]}
    people = _officials(flat, found) | _introduced(flat, found) | acting
    collect("an official by name", lambda match: people[match["name"]])
    collect("a surname", lambda match: people.get(match[0]))
    names = {one.name for one in found}
    offices = {title: [name for name in names if name.casefold().startswith(title)] for title in _TITLES}
    only = {title: named[0] for title, named in offices.items() if len(named) == 1}
    collect("an official by title", lambda match: only.get(_plain(match["title"]).casefold()))
    return tuple(sorted(found, key=lambda one: one.start))


def state_of(authority: str) -> str | None:
    """The state whose governor, attorney general or other officer it is."""
    office = RULES.match("an officer of a state", authority)
    return state_code_of(office["state"]) if office else None


def _introduced(flat: str, found: Iterable[AuthorityMention]) -> dict[str, str]:
    """The authority for each surname of an official, if the text says who it is: "Ohio Attorney General Marta Quill"."""
    people: dict[str, str] = {}
    for one in found:
        behind = RULES["the person behind an authority"].regex.match(flat, one.end, one.end + 80)
        named = f"{one.name} {flat[one.start : one.end]}"
        if behind and (behind["head"] or RULES.search("an office with a head", named)):
            people.setdefault(behind["name"], one.name)
    return people


def _officials(flat: str, found: Iterable[AuthorityMention]) -> dict[str, str]:
    """The office for each surname that has a title, or the person as written. "Governor Otis Lamb" names "Lamb"."""
    is_federal = any(one.name == _FEDERAL["doj"] for one in found)
    states = {NAMES[_plain(match[0]).casefold()] for match in RULES["a state by name"].regex.finditer(flat)}
    people: dict[str, str] = {}
    for match in sorted(RULES["an official by name"].regex.finditer(flat), key=lambda match: -len(match[0])):
        title = "Attorney General" if match["title"][0] in "Aa" else "Governor"
        name = _plain(title + match[0][len(match["title"]) :])
        if title == "Governor" or match["title"].endswith(","):
            name = f"{title} of {STATES[min(states)]}" if len(states) == 1 else name
        elif is_federal:
            name = _FEDERAL["doj"]
        people.setdefault(match["name"], name)
    return people


def _of_state(match: re.Match[str]) -> str:
    state = STATES[NAMES[_plain(match["s1"] or match["s2"]).casefold()]]
    office = _titled(match["o1"] or match["o2"])
    if office.startswith("Department") or office.endswith("Commissioner"):
        return f"{state} {office}"
    return f"{'Governor' if office == 'Gov.' else office} of {state}"


def _committee(match: re.Match[str]) -> str:
    short = _plain(match["short"] or "").casefold()
    full = next((name for start, name in _COMMITTEES.items() if short and start.startswith(short)), None)
    return f"{match['house']} Committee on {full or _plain(match['of'] or match['short'])}"


def _group(match: re.Match[str]) -> str:
    return _GROUPS[_plain(match["form"]).casefold()] + (f" of {_plain(match['of'])}" if match["of"] else "")


def _federal(match: re.Match[str]) -> str | None:
    """None if the words mean something else: a city's own department."""
    form, before = _plain(match["form"]), match.string[max(0, match.start() - 40) : match.start()]
    shared = None if match["us"] else RULES.match("an authority that others have too", form)
    is_other = shared and (shared["states"] or RULES.search("owned by a state or a city", before))
    return None if is_other else _FEDERAL[form.casefold()]


_NAMERS: dict[str, Callable[[re.Match[str]], str | None]] = {
    "an office or a department of a state": _of_state,
    "a committee of Congress": _committee,
    "a group": _group,
    "several attorneys general": lambda match: _plain(f"{match['count']} {match['of'] or ''} attorneys general"),
    "a federal authority": _federal,
    "a body that asks": lambda match: _plain(match["body"]),
}


def _plain(written: str) -> str:
    return " ".join(written.split())


def _titled(written: str) -> str:
    return " ".join(word if word in ("of", "and", "the") else word[0].upper() + word[1:] for word in written.lower().split())
