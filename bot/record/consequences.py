"""Consequences: the list of those that are known, and which of them a name is, as a letter or a person writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Threat(StrEnum):
    """What letters threaten most: the list that the reader looks for. A person may record others."""

    SUBPOENA = "subpoena"
    RETURN_OF_GRANTS = "return of grants"
    CONDITIONS = "additional conditions on grants"
    INELIGIBILITY = "ineligibility for grants"
    WITHHOLDING = "withholding of funds"
    TERMINATION = "termination of funding"
    LAWSUIT = "lawsuit"
    PROSECUTION = "criminal prosecution"
    CONTEMPT = "contempt"
    PENALTY = "civil penalty"


# What tells each of them in a name: "ineligibility for FY2017 Byrne JAG funding". The first that fits is meant.
_TOLD_BY = {
    Threat.SUBPOENA: r"subpoena",
    Threat.PROSECUTION: r"prosecut|criminal|indict",
    Threat.CONTEMPT: r"contempt",
    Threat.RETURN_OF_GRANTS: r"return|repa(?:y|id)|recover|recoup|claw|repossess|reclaim",
    Threat.INELIGIBILITY: r"ineligib|debar|disqualif|denial|den(?:y|ied)",
    Threat.CONDITIONS: r"condition",
    Threat.TERMINATION: r"terminat|revo[ck]|rescind|rescission|cancel|defund",
    Threat.WITHHOLDING: r"withh|freez|frozen|suspen|\bcut|\bhold|\bheld",
    Threat.LAWSUIT: r"\bsuit|lawsuit|\bsue|legal action|civil action|litigation",
    Threat.PENALTY: r"penalt|\bfine",
}
_PATTERNS = {threat: re.compile(rf"(?:\b|non)(?:{words})", re.IGNORECASE) for threat, words in _TOLD_BY.items()}


def threat_of(name: str) -> Threat | None:
    """Which of the known consequences a name means; None if it is another one."""
    return next((threat for threat, pattern in _PATTERNS.items() if pattern.search(name)), None)


def known_as(typed: str, names: Iterable[str]) -> str:
    """A name as it is spelled among these, or as it is typed if it is not among them."""
    return spelled_alike(names, typed) or " ".join(typed.split())


def named(threat: Threat, names: Iterable[str]) -> tuple[str, ...]:
    """Of these names those that mean that consequence: how a letter itself calls it. Its usual name if there are none."""
    return tuple(name for name in names if threat_of(name) is threat) or (threat.value,)


def spelled_alike(names: Iterable[str], typed: str) -> str | None:
    """The name that is the same but for case and spaces."""
    wanted = _plain(typed)
    return next((name for name in names if _plain(name) == wanted), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
