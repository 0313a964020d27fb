"""What is checked of each line of a list of governments. The first mistake is refused with its line."""

from __future__ import annotations

import re
from typing import NoReturn

from bot.reader.documents.kinds import one_line
from bot.record.errors import CaseError
from bot.record.garbled_text import garbled
from bot.record.places import STATES

LONGEST_NAME = 100  # characters; the longest of the Census has 60


class LineChecks:
    """The checks of one file, with what its lines so far have shown. Each raises CaseError."""

    def __init__(self, called: str) -> None:
        self._called = called
        self._seen: dict[tuple[str, str], int] = {}
        #: Which two digits a state's codes begin with, and the reverse.
        self._digits_of: dict[str, str] = {}
        self._state_of: dict[str, str] = {}

    def refuse(self, number: int, what: str) -> NoReturn:
        raise CaseError(f"{self._called}, line {number:,} {what}.")

    def code(self, number: int, code: str, digits: int) -> None:
        if not re.fullmatch(rf"[0-9]{{{digits}}}", code):
            self.refuse(number, f"has the Census code “{one_line(code, 30)}”, where {digits} digits belong")

    def state(self, number: int, state: str, code: str) -> None:
        if state not in STATES:
            self.refuse(number, f"has the state “{one_line(state, 30)}”, which is no postal code of a state or territory")
        other = self._state_of.setdefault(code[:2], state)
        digits = self._digits_of.setdefault(state, code[:2])
        if other != state or digits != code[:2]:
            self.refuse(number, f"has the Census code {code} in {state}, but the lines before say that {other} has such codes")

    def name(self, number: int, name: str) -> None:
        if not name or len(name) > LONGEST_NAME or not name.isprintable() or name != name.strip():
            self.refuse(number, f"has no name that can be one: “{one_line(name, 40)}”")
        if not name.isascii() and garbled(name):
            self.refuse(
                number, f"has a name that a wrong encoding has garbled: “{one_line(name, 40)}”. Get a new copy in UTF-8"
            )

    def once(self, number: int, what: str, value: str) -> None:
        before = self._seen.setdefault((what, value), number)
        if before != number:
            self.refuse(number, f"has {what} of line {before:,} again: {one_line(value, 120)}")
