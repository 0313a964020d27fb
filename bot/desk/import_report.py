"""What an import did, or would do: counted by kind, and every difference from what is recorded already, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Detail

KINDS = ("places", "letters", "cases", "events")


class Outcome(StrEnum):
    NEW = "new"
    SAME = "same"
    DIFFERENT = "different"


@dataclass
class Report:
    """`new`, `same` and `different` count places, letters, cases and events; what is different was left as recorded."""

    new: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def count(self, kind: str, outcome: Outcome) -> None:
        {Outcome.NEW: self.new, Outcome.SAME: self.same, Outcome.DIFFERENT: self.different}[outcome][kind] += 1

    def compared(self, kind: str, what: str, ours: Mapping[str, object], theirs: Mapping[str, object]) -> None:
        """Count `what` as the same, or as different with a line for each field that the file gives differently."""
        lines = [f"{what}: {_difference(name, ours[name], theirs[name])}" for name in ours if ours[name] != theirs[name]]
        self.count(kind, Outcome.DIFFERENT if lines else Outcome.SAME)
        self.differences += lines

    def differs(self, kind: str, line: str) -> None:
        self.count(kind, Outcome.DIFFERENT)
        self.differences.append(line)

    @property
    def changes(self) -> bool:
        return bool(self.new)


def _difference(name: str, ours: object, theirs: object) -> str:
    here, there = _shown(ours), _shown(theirs)
    return f"the {name} is not the one of the file" if here == there else f"the {name} is {here} here, {there} in the file"


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "none"
        case Deadline():
            at = f" {value.time:%H:%M}" if value.time else ""
            return f"{value.date.isoformat()}{at}"
        case When():
            return value.text
        case str():
            return f"“{value if len(value) <= 80 else value[:79] + '…'}”"
        case tuple():
            return ", ".join(map(str, value)) if all(isinstance(one, str) for one in value) else f"a list of {len(value)}"
    return value.kind if isinstance(value, Detail) else str(value)
