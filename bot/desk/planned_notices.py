"""What would be posted in a span of days, as the watch would group it. Nothing is planned or sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.record.case import Case, Letter
from bot.record.deadlines.zones import start_of
from bot.record.ladder import Rung
from bot.record.plan import LadderOf, rehearsed
from bot.record.posting import Posting


@dataclass(frozen=True)
class PlannedNotice:
    """One message that would be posted at `at`: one rung for cases of one letter."""

    at: datetime
    letter: Letter
    rung: Rung
    #: Counts the repeats of the rung, from 0.
    occurrence: int
    cases: tuple[Case, ...]


def planned_notices(
    cases: Iterable[Case], ladder_of: LadderOf, posting: Posting, first: date, last: date
) -> Iterator[PlannedNotice]:
    """The notices of the days from `first` to `last`, both included, in the zone of `posting`; by time."""
    start = start_of(first, posting.zone)
    end = start_of(last + timedelta(days=1), posting.zone) - timedelta(microseconds=1)
    groups: dict[tuple[datetime, int, str, int], list[tuple[Case, Rung]]] = defaultdict(list)
    for alert in rehearsed(cases, ladder_of, posting, start, end):
        due = alert.due
        groups[due.at, alert.case.letter.id, due.rung.name, due.occurrence].append((alert.case, due.rung))
    for (at, _, _, occurrence), members in sorted(groups.items(), key=lambda group: group[0]):
        yield PlannedNotice(at, members[0][0].letter, members[0][1], occurrence, tuple(case for case, _ in members))
