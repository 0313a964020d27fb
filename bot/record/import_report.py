"""What an import did, or would do: counts of what is new, and every difference from what is already recorded.

Nothing recorded is ever changed by an import, so a difference is only reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline


class ItemKind(StrEnum):
    PLACE = "places"
    LETTER = "letters"
    CASE = "cases"
    EVENT = "events"


class DifferenceKind(StrEnum):
    #: The file has another value in a field.
    VALUE = "value"
    #: The case was taken back here, so it is not recorded again.
    TAKEN_BACK = "taken back"
    #: The event was corrected or taken back here, so it is not recorded again.
    CORRECTED = "corrected"


@dataclass(frozen=True)
class ImportItem:
    """One thing of a file, with what names it. What does not apply to its kind is empty."""

    kind: ItemKind
    #: The place's label, such as "Denver, CO".
    place: str = ""
    #: The letter's slug.
    letter: str = ""
    #: The event's id in the file.
    event: str = ""
    #: The row of a spreadsheet.
    row: int | None = None


@dataclass(frozen=True)
class Difference:
    item: ImportItem
    kind: DifferenceKind
    #: The field, by its name in the record, of a difference in a value; then what is recorded and what the file says.
    field: str = ""
    ours: object = None
    theirs: object = None


@dataclass(frozen=True)
class LettersDeadline:
    """A deadline that new recipients have since the file states none for them: that of their letter."""

    #: The letter's short name.
    letter: str
    #: None if the letter has none either.
    deadline: Deadline | None


@dataclass
class ImportReport:
    """Counts by kind. What is different was left as it is recorded."""

    new: Counter[ItemKind] = field(default_factory=Counter)
    same: Counter[ItemKind] = field(default_factory=Counter)
    different: Counter[ItemKind] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    #: The recipients, by name, without a deadline of their own.
    without_own_deadline: dict[LettersDeadline, list[str]] = field(default_factory=dict)

    def compare(self, item: ImportItem, ours: Mapping[str, object], theirs: Mapping[str, object]) -> None:
        """Count the item as the same, or as different with each field in which it differs."""
        changed = [name for name in ours if ours[name] != theirs[name]]
        (self.different if changed else self.same)[item.kind] += 1
        self.differences += [Difference(item, DifferenceKind.VALUE, name, ours[name], theirs[name]) for name in changed]

    def differs(self, item: ImportItem, kind: DifferenceKind) -> None:
        self.different[item.kind] += 1
        self.differences.append(Difference(item, kind))

    def takes_letters_deadline(self, letter: Letter, deadline: Deadline | None, recipient: str) -> None:
        """Note that a new recipient has the letter's deadline."""
        self.without_own_deadline.setdefault(LettersDeadline(letter.slug, deadline), []).append(recipient)

    @property
    def changes(self) -> bool:
        """Whether anything was new."""
        return bool(self.new)
