"""What a write waits for that rests on a guess: the person who typed a name has to confirm whom it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.record.errors import CaseError

T = TypeVar("T")
#: As many meanings as are offered for one name.
MOST = 4


@dataclass(frozen=True)
class Meaning(Generic[T]):
    """One thing that may have been meant."""

    #: Its full name, plain text: "#38 Denver, CO (city and county), Document demand of 24 January 2018".
    label: str
    value: T


@dataclass(frozen=True)
class Guess(Generic[T]):
    """What was typed names nothing exactly. Nothing may be recorded until a person has picked a meaning."""

    #: Why it is not certain, plain text.
    why: str
    #: At least one, the likeliest first.
    meanings: tuple[Meaning[T], ...]


class NamesToConfirm(CaseError):
    """Names of a list are not exact, and the person may confirm whom they mean. Nothing was recorded."""

    def __init__(self, guess: Guess[tuple[str, ...]]) -> None:
        meant = " or ".join(meaning.label for meaning in guess.meanings)
        super().__init__(f"{guess.why} Did you mean {meant}?")
        #: Each meaning is the whole list of names, each of them exact.
        self.guess = guess
