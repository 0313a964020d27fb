"""The parts of one notice: each is one rung of the cases of one letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.record.case import Case, Letter
from bot.record.events import Event
from bot.record.ladder import Rung


@dataclass(frozen=True)
class LastAlert:
    """What the channel was told of a letter before a section is posted."""

    #: When the newest alert of the letter was due there before this one; None if this is the first.
    at: datetime | None = None
    #: How many overdue repeats of these cases were posted before: 2 makes this one the third reminder.
    reminders: int = 0
    #: What was recorded of the letter's cases since then, oldest first; also of cases that are not in the section any more.
    news: tuple[tuple[Case, Event], ...] = ()
    #: Whether the letter itself was announced there, with its demand and what it threatens.
    letter_told: bool = False


@dataclass(frozen=True)
class Section:
    """One rung of the cases of one letter, as it stands on a notice."""

    letter: Letter
    rung: Rung
    #: Counts the repeats of the rung, from 0.
    occurrence: int
    #: Each case with the id of the event that set its deadline.
    lines: tuple[tuple[Case, int], ...]
    last: LastAlert = LastAlert()
