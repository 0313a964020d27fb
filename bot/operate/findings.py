"""What a check of `doctor` has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    RIGHT = "ok"
    WRONG = "wrong"
    #: It could not be checked; the finding says why.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One line about one thing. Where it is wrong, it says what to do."""

    #: What was looked at, in a word or two.
    about: str
    verdict: Verdict
    text: str


def right(about: str, text: str) -> Finding:
    return Finding(about, Verdict.RIGHT, text)


def wrong(about: str, text: str) -> Finding:
    return Finding(about, Verdict.WRONG, text)


def unknown(about: str, text: str) -> Finding:
    return Finding(about, Verdict.UNKNOWN, text)
