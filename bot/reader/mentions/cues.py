"""What the words beside a list of places say about a letter: sent, received, asked, sued, cleared, named in passing."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from bot.reader.rules import Rule, any_of

FILE = Path(__file__).resolve().parents[2] / "data" / "cues.toml"
_PAST = (
    r"(?: received | got | gets? | had[ ]letters | must | ha(?:s|ve|d)[ ]until | (?:could|will)[ ]lose | risks? | failed[ ]to"
    r" | violat\w+ )"
)
_TOLD = r"(?: sent | told | given | directed | warned | asked | notified | ordered | named )"

#: Cues that depend on where they stand: right before the list (`$`) or right behind it (`^`).
RULES = (
    Rule("in a place", r"\b(?:in|at|near|outside|based[ ]in|from)(?:[ ](?:the|downtown))?\W*$", ("a rally [in] ",)),
    Rule("to them", r"\b(?:to|reached|toward|against|on|upon)\W*(?:[\w'.-]+[ ]){0,4}$", ("letters [to the cities of] ",)),
    Rule(
        "told them",
        r"\b(?:told|tells|warn(?:s|ed|ing)|ask(?:s|ed|ing)|urg(?:ed|es|ing)|notified|demand(?:s|ed)[ ](?:of|from)"
        r"|call(?:s|ed)[ ]on|wrote|accus(?:es|ed|ing)|targets?)\W+(?:[\w'.-]+[ ]){0,4}$",
        ("it [warned the cities of] ",),
    ),
    Rule(
        "they got",
        rf"^[^.;]{{0,60}}\b(?: {_PAST} | (?:was|were|has[ ]been|have[ ]been)[ ]{_TOLD} )\b",
        ("[ and others received] letters", "[ have been warned]"),
    ),
    Rule(
        "they act",
        r"^(?:[^.;,]{0,40})?,?\s*(?:today|on[ ]\w+|ha[sv]e?|also|jointly)?\s*\b(?:sent|wrote|writes|signed|sued|joined|filed"
        r"|urged|asked|called[ ]on|demanded|announced)\b",
        ("[ today sued] the department",),
    ),
    Rule(
        "they did not",
        r"^[^.;]{0,50}\b(?:(?:was|were|is|are|has|have|had|did|does)[ ](?:not|never)|(?:was|were|has|have|had|did)n't"
        r"|no[ ]letters?)\b",
        ("[ were not] among them",),
    ),
    Rule(
        "none to them",
        r"\b(?:not|unlike|other[ ]than|except|nor|neither|no[ ]letters?|instead[ ]of|rather[ ]than)\b[^.;]{0,30}$",
        ("letters [not to] ",),
    ),
)


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """The lists of `bot/data/cues.toml`, each as one pattern."""
    return {
        name: re.compile(rf"\b{any_of(words)}\b", re.IGNORECASE)
        for name, words in tomllib.loads(FILE.read_text("utf-8")).items()
    }


def cues_in(left: str, right: str) -> set[str]:
    """The names of the cues beside a list: "left sends", "right due", "they got"."""
    found = {f"left {name}" for name, pattern in cues().items() if pattern.search(left)}
    found |= {f"right {name}" for name, pattern in cues().items() if pattern.search(right)}
    return found | {rule.name for rule in RULES if rule.regex.search(right if rule.pattern.startswith("^") else left)}
