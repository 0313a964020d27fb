"""What would be posted in a span of days, as the watch would group it. Nothing is planned or sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.record.case import Case
from bot.record.deadlines.zones import start_of
from bot.record.grouping import MOST_SECTIONS, NoticeKey, notice_key
from bot.record.notice_tokens import CaseAlert
from bot.record.plan import Alert, LadderOf
from bot.record.posting import Posting
from bot.record.rehearsal import rehearsed
from bot.record.sections import Section, sections_of


@dataclass(frozen=True)
class PlannedNotice:
    """One message that would be posted at `at`."""

    at: datetime
    #: Where; None for the server's channel.
    channel_id: int | None
    #: At least one; the most urgent first.
    sections: tuple[Section, ...]


def planned_notices(
    cases: Iterable[Case], ladder_of: LadderOf, posting: Posting, first: date, last: date
) -> Iterator[PlannedNotice]:
    """The notices of the days from `first` to `last`, both included, in the zone of `posting`; by time."""
    start = start_of(first, posting.zone)
    end = start_of(last + timedelta(days=1), posting.zone) - timedelta(microseconds=1)
    groups: dict[NoticeKey, list[Alert]] = defaultdict(list)
    for alert in rehearsed(cases, ladder_of, posting, start, end):
        groups[notice_key(0, 0, alert)].append(alert)
    for key in sorted(groups, key=lambda key: (key.due_at, *key.order)):
        sections = sections_of(
            (CaseAlert(alert.case, alert.deadline_id, alert.due.rung.name, alert.due.occurrence) for alert in groups[key]),
            ladder_of=ladder_of,
        )
        for number in range(0, len(sections), MOST_SECTIONS):
            yield PlannedNotice(key.due_at, key.channel_id or None, sections[number : number + MOST_SECTIONS])
