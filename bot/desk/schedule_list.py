"""What will be posted in the next days if nothing changes: pages of a list that may be long, by the moment of each notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.pages import FIRST, REPLAYED_AT_ONCE, Edge, Page, SortedKeys, from_base_36, key_at, read_page, time_from
from bot.desk.schedule_index import IndexedSchedule, indexed_schedule
from bot.desk.schedule_rows import MOST_NAMED, ScheduledDeadline, ScheduleKey, dues_in_order
from bot.desk.session import Session
from bot.record.case import Case
from bot.record.ladder import Due
from bot.record.plan import Alert, NoticeAhead, ahead, asked_first
from bot.record.standing import due_time_of
from bot.store import case_pages

#: Deadlines of letters that are read for one page; most have one notice each.
MOST = 15
_EPOCH = datetime.fromtimestamp(0, UTC)


@or_replayed
async def schedule_page(session: Session, days: int, edge: Edge = FIRST, most: int = MOST) -> Page[ScheduledDeadline]:
    """A page of the notices of the next days. How many there are in all is not counted."""
    end = session.now + timedelta(days=days)
    listed: IndexedSchedule | _ReplayedSchedule
    if await is_usable(session):
        listed = await indexed_schedule(session, end)
    else:
        listed = await _replayed(session, end)
    return await read_page(listed, listed.load, lambda row: row.key, edge, key_at(edge, _key_of), 0, most)


def _key_of(texts: tuple[str, ...]) -> ScheduleKey:
    at, until_last, due_time, letter_id = texts
    moment = _EPOCH + timedelta(seconds=from_base_36(at))
    date.max - timedelta(days=from_base_36(until_last))  # no day lies so many before the last one: OverflowError
    return ScheduleKey(moment, from_base_36(until_last), time_from(due_time), from_base_36(letter_id))


@dataclass
class _Counted:
    """What a replay finds of one notice."""

    count: int = 0
    cases: list[Case] = field(default_factory=list)


class _ReplayedSchedule(SortedKeys[ScheduleKey]):
    """As a replay of every case has it: while the index of states is not complete."""

    def __init__(self, notices: Mapping[ScheduleKey, Mapping[Due, _Counted]]) -> None:
        super().__init__(sorted(notices))
        self._notices = notices

    async def load(self, keys: Sequence[ScheduleKey]) -> list[ScheduledDeadline]:
        return [ScheduledDeadline(tuple(self._of_key(key)), key) for key in keys]

    def _of_key(self, key: ScheduleKey) -> Iterator[NoticeAhead]:
        for due in dues_in_order(self._notices[key]):
            counted = self._notices[key][due]
            named = counted.cases if counted.count <= MOST_NAMED else []
            yield NoticeAhead(due, counted.cases[0].letter, counted.count, tuple(named))


async def _replayed(session: Session, end: datetime) -> _ReplayedSchedule:
    notices: dict[ScheduleKey, dict[Due, _Counted]] = defaultdict(lambda: defaultdict(_Counted))
    server, now, asked = session.server, session.now, dict[int, datetime]()
    async for of_server in case_pages.of_server(session.conn, server.id, REPLAYED_AT_ONCE):
        first = asked_first(ahead(of_server, server.ladder_of, server.posting, now, end))
        asked |= {letter_id: min(at, asked.get(letter_id, at)) for letter_id, at in first.items()}
    async for of_server in case_pages.of_server(session.conn, server.id, REPLAYED_AT_ONCE):
        for alert in ahead(of_server, server.ladder_of, server.posting, now, end, asked):
            counted = notices[_key_of_alert(alert, now)][alert.due]
            counted.count += 1
            counted.cases += [alert.case] if len(counted.cases) < MOST_NAMED else []
    return _ReplayedSchedule(notices)


def _key_of_alert(alert: Alert, now: datetime) -> ScheduleKey:
    deadline = alert.case.at(now).deadline
    assert deadline is not None
    return ScheduleKey(alert.due.at, (date.max - deadline.date).days, due_time_of(deadline), alert.case.letter.id)
