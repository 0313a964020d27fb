"""The parts of one notice: each is one rung of the cases of one letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.record.case import Case, Letter
from bot.record.changes import Change
from bot.record.grouping import SectionKey, urgency
from bot.record.ladder import DEFAULT_LADDER, Rung, on_ladder
from bot.record.notice_tokens import CaseAlert
from bot.record.plan import LadderOf


@dataclass(frozen=True)
class LastAlert:
    """What the channel was told of a letter before a section is posted."""

    #: When the newest alert of the letter was due there before this one; None if this is the first.
    at: datetime | None = None
    #: How many overdue repeats of these cases were posted before: 2 makes this one the third reminder.
    reminders: int = 0
    #: What changed for the letter's cases since then, oldest first; also for cases that are not in the section any more.
    changes: tuple[Change, ...] = ()
    #: How many more of its cases may have changed than were read.
    more_changed: int = 0
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


def sections_of(
    alerts: Iterable[CaseAlert],
    last: Mapping[SectionKey, LastAlert] = MappingProxyType({}),
    ladder_of: LadderOf = lambda _: DEFAULT_LADDER,
) -> tuple[Section, ...]:
    """The sections of a notice with these alerts, the most urgent first. `last`: what is known of each.

    `ladder_of`: the ladders on which their rungs are.
    """
    lines: dict[SectionKey, list[tuple[Case, int]]] = defaultdict(list)
    letters: dict[int, Letter] = {}
    for alert in alerts:
        letters[alert.case.letter.id] = alert.case.letter
        lines[SectionKey(alert.case.letter.id, alert.rung, alert.occurrence)].append((alert.case, alert.about_id))
    sections = [
        Section(
            letters[key.letter_id],
            on_ladder(ladder_of(letters[key.letter_id]), key.rung),
            key.occurrence,
            tuple(of_key),
            last.get(key, LastAlert()),
        )
        for key, of_key in lines.items()
    ]
    return tuple(sorted(sections, key=lambda section: urgency(section.rung, section.occurrence, section.letter.id)))
