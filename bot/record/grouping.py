"""Which alerts share a message: what is due in one channel at one moment, a section for each letter and rung."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.record.ladder import STILL_WATCHING, Phase, Rung, days_after, rung_named
from bot.record.plan import Alert

MORNING = "morning"  # in place of a rung's name, on a notice that may have several
MOST_SECTIONS = 4  # on one message, so that it fits a screen; what does not fit continues in another
#: Rungs that ask something of their own, so that each letter's stands apart; and so do loud ones, and that of the deadline.
APART = (STILL_WATCHING.name,)


@dataclass(frozen=True)
class NoticeKey:
    """Alerts with the same values share one notice, or several parts of one."""

    server_id: int
    channel_id: int
    #: None where the sections are of several letters, and for news of places apart from any letter.
    letter_id: int | None
    #: The rung of all its alerts, MORNING, or NEWS.
    rung: str
    occurrence: int
    due_at: datetime
    #: Whether it goes to a channel that a rung has of its own, and stays there when the server's channel is another one.
    own_channel: bool = False

    @property
    def order(self) -> tuple[bool, int, str, int]:
        """Of those of one moment: what stands apart comes first."""
        return self.letter_id is None, self.letter_id or 0, self.rung, self.occurrence


@dataclass(frozen=True)
class SectionKey:
    """Alerts of a notice with the same values share a section of it."""

    letter_id: int
    rung: str
    #: Counts the repeats of the rung, from 0.
    occurrence: int


def notice_key(server_id: int, channel_id: int, alert: Alert) -> NoticeKey:
    """The notice of an alert. `channel_id`: the server's, for rungs that have none of their own."""
    due = alert.due
    own = due.rung.channel_id is not None and due.rung.channel_id != channel_id
    channel_id = due.rung.channel_id or channel_id
    if stands_apart(due.rung):
        return NoticeKey(server_id, channel_id, alert.case.letter.id, due.rung.name, due.occurrence, due.at, own)
    return NoticeKey(server_id, channel_id, None, MORNING, 0, due.at, own)


def stands_apart(rung: Rung) -> bool:
    """Whether each letter has a notice of its own, and each repeat."""
    return rung.loud or rung.phase is Phase.PASSED or rung.name in APART


def section_key(alert: Alert) -> SectionKey:
    return SectionKey(alert.case.letter.id, alert.due.rung.name, alert.due.occurrence)


def in_order(sections: Iterable[SectionKey]) -> list[SectionKey]:
    """The most urgent first; those of rungs that are not known last."""

    def key(section: SectionKey) -> tuple[int, int, int]:
        try:
            return urgency(rung_named(section.rung), section.occurrence, section.letter_id)
        except LookupError:
            return 2, 0, section.letter_id

    return sorted(sections, key=key)


def urgency(rung: Rung, occurrence: int, letter_id: int) -> tuple[int, int, int]:
    """What sections sort by: what is due soonest, then what has been overdue for the shortest time; older letters first."""
    if rung.phase is Phase.BEFORE:
        return 0, rung.days, letter_id
    return 1, days_after(rung, occurrence), letter_id
