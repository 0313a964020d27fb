"""What /schedule lists: the notices of one deadline of one letter at one moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.desk.pages import in_base_36, time_part
from bot.record.ladder import Due, in_order
from bot.record.plan import NoticeAhead

#: Cases that are named; where a notice is about more, how many.
MOST_NAMED = 3


@dataclass(frozen=True, order=True)
class ScheduleKey:
    """A deadline of a letter at a moment at which it has an alert. Countdowns first: the latest deadline of a moment."""

    at: datetime
    until_last: int  # days, from the deadline to the last day that a calendar has
    due_time: str
    letter_id: int

    @property
    def due(self) -> tuple[date, str]:
        return (date.max - timedelta(days=self.until_last), self.due_time)


@dataclass(frozen=True)
class ScheduledDeadline:
    notices: tuple[NoticeAhead, ...]
    key: ScheduleKey

    @property
    def edge_key(self) -> tuple[str, ...]:
        key = self.key
        numbers = (int(key.at.timestamp()), key.until_last, key.letter_id)
        at, until_last, letter_id = map(in_base_36, numbers)
        return (at, until_last, time_part(key.due_time), letter_id)


def dues_in_order(dues: Iterable[Due]) -> list[Due]:
    """Of one moment: as the ladder has them."""
    dues = list(dues)
    ladder = in_order({due.rung for due in dues})
    return sorted(dues, key=lambda due: (ladder.index(due.rung), due.occurrence))
