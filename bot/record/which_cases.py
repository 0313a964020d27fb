"""Which cases of a letter are meant: "overdue; CA; OR", as people choose them for what they record in many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.record.case import Case, CaseState, Status
from bot.record.errors import CaseError
from bot.record.place_names import LONGEST_QUOTE, fold, state_code
from bot.record.quoting import clipped


class CaseGroup(StrEnum):
    """Cases that stand alike."""

    OPEN = "open"
    OVERDUE = "overdue"
    AWAITING = "awaiting"
    REFUSED = "refused"

    @property
    def status(self) -> Status | None:
        """The status that they have; None for all that have not ended."""
        return _STATUSES.get(self)

    def has(self, case_state: CaseState) -> bool:
        return case_state.is_open if self.status is None else self.status in case_state.statuses


_STATUSES = {
    CaseGroup.OVERDUE: Status.OVERDUE,
    CaseGroup.AWAITING: Status.AWAITING,
    CaseGroup.REFUSED: Status.REFUSED,
}
PICKED = "picked"
_EVERY = ("all", "all cases", "every case", "everyone")
_COUNTED = re.compile(r"\s*\(\d[\d,]*\)$")  # what stands behind a suggestion
_RANGE = re.compile(r"#?\s*(\d{1,9})(?:\s*(?:-|–|to)\s*#?\s*(\d{1,9}))?")


@dataclass(frozen=True)
class WhichCases:
    """A choice of cases. What is empty chooses nothing by itself; all that is given has to hold."""

    groups: tuple[CaseGroup, ...] = ()
    #: Postal codes.
    states: tuple[str, ...] = ()
    #: First and last of each range.
    numbers: tuple[tuple[int, int], ...] = ()
    #: Whether the person picks from a list.
    picked: bool = False

    def accepts(self, case: Case, case_state: CaseState) -> bool:
        return (
            case_state.exists
            and (not self.groups or any(group.has(case_state) for group in self.groups))
            and (not self.states or case.place.state in self.states)
            and (not self.numbers or any(first <= case.number <= last for first, last in self.numbers))
        )


EVERY_CASE = WhichCases()


def read_which(typed: str) -> WhichCases:
    """The choice that was typed, its parts separated by semicolons. CaseError for a part that is none of them."""
    groups: dict[CaseGroup, None] = {}
    states: dict[str, None] = {}
    numbers: dict[tuple[int, int], None] = {}
    picked = False
    parts = [part for part in (_COUNTED.sub("", part.strip()) for part in re.split(r"[;,\n]", typed)) if part]
    if not parts:
        raise CaseError(f"It is not said which cases. {HOW}")
    for part in parts:
        word, number = fold(part), _RANGE.fullmatch(part)
        if group := _group(word):
            groups[group] = None
        elif word in (PICKED, "pick"):
            picked = True
        elif number:
            numbers[_range(part, int(number[1]), int(number[2] or number[1]))] = None
        elif code := state_code(part):
            states[code] = None
        elif word not in _EVERY:
            raise CaseError(f"“{clipped(part, LONGEST_QUOTE)}” does not say which cases. {HOW}")
    return WhichCases(tuple(groups), tuple(states), tuple(numbers), picked)


HOW = "Write open, overdue, awaiting, refused, picked, a state like CA, or numbers like #1-#40; several with semicolons."


def _group(word: str) -> CaseGroup | None:
    return next((group for group in CaseGroup if word in (group.value, group.status and fold(group.status.value))), None)


def _range(part: str, first: int, last: int) -> tuple[int, int]:
    if first > last:
        raise CaseError(f"“{part}” ends before it begins. Write #{last}-#{first}.")
    return first, last
