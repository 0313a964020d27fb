"""Changes to what is no event: a letter's texts, a place's names, a server's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.record.sources import Source


class Subject(StrEnum):
    """What was changed."""

    LETTER = "letter"
    PLACE = "place"
    #: A place that was merged into another one; its id is that of the place that was merged.
    MERGE = "merge"
    #: The alerts of a letter, by the letter's id; of a whole server, with the id 0.
    LADDER = "ladder"
    #: A server's settings, with the id 0.
    SETTINGS = "settings"


@dataclass(frozen=True)
class Revision:
    """One change, with what was there before. Only the fields that were changed are named."""

    id: int
    subject: Subject
    subject_id: int
    #: What was recorded together has one, and is undone together.
    operation: str
    recorded_at: datetime
    #: The name of who changed it, for people to read.
    recorded_by: str
    #: Discord's id of that person.
    recorded_by_id: int | None
    reason: str = ""
    sources: tuple[Source, ...] = ()
    #: By the name of each field, its value as JSON.
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    undone_at: datetime | None = None
    #: The name of who undid it; empty if nobody has.
    undone_by: str = ""
    #: The id of the revision that this one undoes. Such a one is in no history: it says that the other was undone.
    undoes: int | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The names of what was changed."""
        return frozenset(self.after)
