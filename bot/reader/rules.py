"""The rules of reading: named patterns, each with examples that are its test; and the lists of words that they share.

Both are data: `bot/data/rules/NAME.toml` and `bot/data/words/NAME.txt`; a README in each folder says how they are written.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bot.reader.state_names import FULL, STATE
from bot.record.deadlines.alternatives import BETWEEN, CONDITIONS, LEAD
from bot.record.federal_authorities import FEDERAL_FORMS

DATA = Path(__file__).resolve().parents[1] / "data"
WORDS, TABLES = DATA / "words", DATA / "rules"
AROUND = 300  # characters on either side of a match in which something may forbid it
_PART = re.compile(r"<<([\w-]+)>>")


@cache
def entries(name: str) -> tuple[str, ...]:
    """The lines of `bot/data/words/NAME.txt`. Those that begin with "#" are notes."""
    lines = (line.strip() for line in (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def word_set(name: str) -> frozenset[str]:
    """The same in small letters, for looking up whole words."""
    return frozenset(entry.casefold() for entry in entries(name))


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """The lists of `bot/data/words/NAME.toml`, which has several short ones."""
    return {key: frozenset(listed) for key, listed in tomllib.loads((WORDS / f"{name}.toml").read_text("utf-8")).items()}


@cache
def words(name: str) -> str:
    """The words of `bot/data/words/NAME.txt` as one pattern (`any_of`, or `any_form` if names have several forms)."""
    forms = [form for entry in entries(name) for form in entry.split(" | ")]
    return any_of(forms) if len(forms) == len(entries(name)) else any_form(forms)


def any_of(listed: Iterable[str]) -> str:
    """One pattern for all entries, the longest first: words with any white space between them.

    An "s?" at the end of a word means that the "s" may be there, a "*" that any letters may follow.
    """
    longest_first = sorted(dict.fromkeys(listed), key=len, reverse=True)
    return f"(?:{'|'.join(_SPACES.join(map(_word, entry.split())) for entry in longest_first)})"


def any_form(forms: Iterable[str]) -> str:
    """The same for forms of names: those that end in a capital ("ICE", "DoJ") only match capitals."""
    listed = tuple(forms)
    long, short = (any_of(form for form in listed if form[-1].isupper() is is_short) for is_short in (False, True))
    return f"(?:(?i:{long})|(?-i:{short}))"


_SPACES = r"\s+"


def _word(word: str) -> str:
    for ending, pattern in (("s?", "s?"), ("*", r"\w*")):
        if word.endswith(ending):
            return re.escape(word.removesuffix(ending)) + pattern
    return re.escape(word)


@dataclass(frozen=True)
class Rule:
    """One pattern with a name. White space in `pattern` does not count, and "#" begins a note (`re.VERBOSE`)."""

    name: str
    pattern: str
    #: Texts in which it finds what stands in [brackets]; without brackets, the whole text.
    examples: tuple[str, ...]
    #: Texts in which it finds nothing.
    not_in: tuple[str, ...] = ()
    flags: re.RegexFlag = re.IGNORECASE
    #: The name of the rules that it is tried with.
    group: str = ""
    #: Rules or groups that may not find what this rule finds something around (`RuleTable.matches`).
    forbids: tuple[str, ...] = ()

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags | re.VERBOSE)


class RuleTable(dict[str, Rule]):
    """The rules of one file by their names, and the patterns of its parts."""

    def __init__(self, rules: Iterable[Rule], parts: Mapping[str, str]) -> None:
        super().__init__((rule.name, rule) for rule in rules)
        self.parts = parts

    def search(self, name: str, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """What the rule finds first between two positions."""
        return self[name].regex.search(text, start, end)

    def match(self, name: str, text: str, start: int = 0) -> re.Match[str] | None:
        """What the rule finds right at a position."""
        return self[name].regex.match(text, start)

    def matches(self, text: str, *names: str) -> Iterator[re.Match[str]]:
        """What the rules with these names, or of these groups, find in a text, in order of the rules.

        Left out is what a rule forbids: one that finds something in the words around it, in which it stands between two "@".
        """
        for rule in [rule for rule in self.values() if rule.name in names or rule.group in names]:
            forbidding = [other for other in self.values() if rule.name in other.forbids or rule.group in other.forbids]
            for match in rule.regex.finditer(text):
                before, behind = text[max(0, match.start() - AROUND) : match.start()], text[match.end() : match.end() + AROUND]
                around = f"{before}@{match[0]}@{behind}"
                if not any(other.regex.search(around) for other in forbidding):
                    yield match


@cache
def rule_table(name: str) -> RuleTable:
    """The rules of `bot/data/rules/NAME.toml`.

    "<<part>>" in a pattern is a part of that file, a part of `shared.toml`, a name of a state or a federal authority,
    words of deadlines (`_built`), or else the list of words of that name. KeyError or FileNotFoundError names what is missing.
    """
    read = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    parts = dict(rule_table("shared").parts) if name != "shared" else _built()
    for part, pattern in read.pop("parts", {}).items():
        parts[part] = _filled(pattern, parts)
    return RuleTable((_rule(rule, given, parts) for rule, given in read.items()), parts)


def _built() -> dict[str, str]:
    typed = {"deadline-lead": LEAD, "between-deadlines": BETWEEN.pattern, "condition": CONDITIONS}
    of_deadlines = {name: pattern.replace(" ?", r"\s*+").replace(" ", r"\s++") for name, pattern in typed.items()}
    return {"state": STATE, "state-name": FULL, "federal-authority": any_form(FEDERAL_FORMS), **of_deadlines}


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: f"(?:{parts[part[1]]})" if part[1] in parts else words(part[1]), pattern)


def _rule(name: str, given: Mapping[str, Any], parts: Mapping[str, str]) -> Rule:
    flags = re.RegexFlag(0) if given.get("cased") else re.IGNORECASE
    if given.get("lines"):
        flags |= re.MULTILINE
    pattern, examples, not_in = _filled(given["pattern"], parts), tuple(given["examples"]), tuple(given.get("not_in", ()))
    return Rule(name, pattern, examples, not_in, flags, given.get("group", ""), tuple(given.get("forbids", ())))


def every_rule() -> Iterator[Rule]:
    """The rules of every table in order, those of the files first."""
    for file in sorted(TABLES.glob("*.toml")):
        yield from rule_table(file.stem).values()
    for package in ("bot.reader", "bot.reader.documents.pdf", "bot.reader.extract", "bot.reader.mentions"):
        for module in iter_modules(import_module(package).__path__):
            rules = getattr(import_module(f"{package}.{module.name}"), "RULES", ())
            yield from () if isinstance(rules, RuleTable) else rules
