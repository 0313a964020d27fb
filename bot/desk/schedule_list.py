"""What will be posted in the next days if nothing changes: pages of a list that may be long, by the moment of each notice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.pages import (
    FIRST,
    REPLAYED_AT_ONCE,
    Edge,
    Page,
    SortedKeys,
    from_base_36,
    in_base_36,
    key_at,
    read_page,
    time_from,
    time_part,
)
from bot.desk.session import Session
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.holding import heard_at, hold_until
from bot.record.ladder import Due, Every, Ladder, Phase, in_order
from bot.record.plan import Alert, NoticeAhead, ahead, may_be_covered
from bot.record.posting import Posting
from bot.record.standing import Standing, deadline_of, due_time_of, kept_deadline
from bot.store import case_pages, cases, deadline_pages, letter_pages
from bot.store.database import batches
from bot.store.deadline_pages import RunningDeadline
from bot.store.letter_pages import AlikeCases

#: Deadlines of letters that are read for one page; most have one notice each.
MOST = 15
#: Cases that are named; where a notice is about more, how many.
MOST_NAMED = 3
SAMPLE = 12  # of the first and of the last cases that are alike: whether an announcement makes the rung of all superfluous
MOST_REPLAYED = 2000  # where it does for some alone
#: Days by which the date of a rung may differ from the date of the moment at which it is posted, in UTC.
SLACK = 2
_INSTANT = timedelta(microseconds=1)
_EPOCH = datetime.fromtimestamp(0, UTC)


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


@or_replayed
async def schedule_page(session: Session, days: int, edge: Edge = FIRST, most: int = MOST) -> Page[ScheduledDeadline]:
    """A page of the notices of the next days. How many there are in all is not counted."""
    end = session.now + timedelta(days=days)
    listed: _IndexedSchedule | _ReplayedSchedule
    if await is_usable(session):
        listed = _IndexedSchedule(session, end, await deadline_pages.running(session.conn, session.server.id, session.now))
    else:
        listed = await _replayed(session, end)
    return await read_page(listed, listed.load, lambda row: row.key, edge, key_at(edge, _key_of), 0, most)


def _key_of(texts: tuple[str, ...]) -> ScheduleKey:
    at, until_last, due_time, letter_id = texts
    moment = _EPOCH + timedelta(seconds=from_base_36(at))
    date.max - timedelta(days=from_base_36(until_last))  # no day lies so many before the last one: OverflowError
    return ScheduleKey(moment, from_base_36(until_last), time_from(due_time), from_base_36(letter_id))


class _IndexedSchedule:
    """By the index of states: which deadlines there are, which letters have them, and how many cases of each.

    Each posting hour is looked at by itself, so that a page counts the alerts of its own days alone.
    """

    def __init__(self, session: Session, end: datetime, running: Sequence[RunningDeadline]) -> None:
        self._session, self._end = session, end
        self._by_date: dict[date, list[tuple[RunningDeadline, Deadline]]] = defaultdict(list)
        for deadline in running:
            value = kept_deadline(deadline.due_on, deadline.due_time, deadline.zone)
            self._by_date[deadline.due_on].append((deadline, value))

    async def keys(self, most: int, edge: ScheduleKey | None = None, backwards: bool = False) -> list[ScheduleKey]:
        found: list[ScheduleKey] = []
        now, server_id = self._session.now, self._session.server.id
        for at in self._moments(edge, backwards):
            for due_on, due_time in self._due_at(at, backwards):
                key = ScheduleKey(at, (date.max - due_on).days, due_time, 0)
                same = edge is not None and (edge.at, edge.due) == (at, key.due)
                if edge and not same and (key > edge if backwards else key < edge):
                    continue
                beyond = edge.letter_id if edge and same else None
                letter_ids = await deadline_pages.letters_due(
                    self._session.conn, server_id, now, key.due, most - len(found), beyond, backwards
                )
                found += [replace(key, letter_id=letter_id) for letter_id in letter_ids]
                if len(found) >= most:
                    return found
        return found

    async def load(self, keys: Sequence[ScheduleKey]) -> list[ScheduledDeadline]:
        conn, now = self._session.conn, self._session.now
        letter_ids = {key.letter_id for key in keys}
        letters = await cases.letters_by_id(conn, letter_ids)
        keys = [key for key in keys if key.letter_id in letters]  # without those that cannot be read
        of_letter: dict[int, list[AlikeCases]] = defaultdict(list)
        for alike in await letter_pages.recipients(conn, letter_ids, now):
            if alike.standing.clock_runs and alike.standing.due_on:
                of_letter[alike.letter_id].append(alike)
        counted: list[tuple[ScheduleKey, Due, list[AlikeCases], int]] = []
        for key in keys:
            due_alike = [each for each in of_letter[key.letter_id] if (each.standing.due_on, each.standing.due_time) == key.due]
            counted += [(key, *notice) for notice in await self._notices(key.at, due_alike)]
        few = [await self._ids(members, MOST_NAMED) if count <= MOST_NAMED else [] for _, _, members, count in counted]
        named = {case.id: case for case in await cases.with_ids(conn, [case_id for ids in few for case_id in ids])}
        notices: dict[ScheduleKey, list[NoticeAhead]] = defaultdict(list)
        for (key, due, _, count), ids in zip(counted, few, strict=True):
            heard = self._that_have(
                sorted((named[case_id] for case_id in ids if case_id in named), key=lambda case: case.number), due
            )
            if heard or not ids:
                notices[key].append(NoticeAhead(due, letters[key.letter_id], len(heard) or count, tuple(heard)))
        return [ScheduledDeadline(tuple(notices[key]), key) for key in keys if notices[key]]

    async def _notices(self, at: datetime, due_alike: Iterable[AlikeCases]) -> list[tuple[Due, list[AlikeCases], int]]:
        """The notices of one letter at a moment, of cases that share the day and time of a deadline, and for how many."""
        by_due: dict[Due, list[AlikeCases]] = defaultdict(list)
        counts: Counter[Due] = Counter()
        for alike in due_alike:
            deadline = deadline_of(alike.standing)
            due = deadline and self._due(deadline, alike.standing, at)
            if due and (count := await self._count(alike, due)):
                by_due[due].append(alike)
                counts[due] += count
        return [(due, by_due[due], counts[due]) for due in _in_order(by_due)]

    async def _count(self, alike: AlikeCases, due: Due) -> int:
        """How many of them have that alert.

        An announcement may make a rung superfluous: a replay of the first and the last of them says whether, since what is
        recorded together is announced together, or not at all. Where those differ, all are replayed. The same is asked of a
        countdown in quiet times, which only those have that were recorded too late for an open moment.
        """
        given, deadline = alike.standing.days_given, deadline_of(alike.standing)
        is_hurried = due.rung.phase is Phase.BEFORE and deadline is not None and self._posting_of(deadline).hurried
        if not is_hurried and (given is None or not may_be_covered(due, given)):
            return alike.count
        ids = {*await self._ids([alike], SAMPLE), *await self._ids([alike], SAMPLE, backwards=True)}
        heard = await self._count_heard(sorted(ids), due)
        if 0 < heard < len(ids) < alike.count <= MOST_REPLAYED:
            return await self._count_heard(await self._ids([alike], alike.count), due)
        return heard if alike.count == len(ids) else alike.count if heard else 0

    async def _count_heard(self, ids: Sequence[int], due: Due) -> int:
        few = batches(ids, REPLAYED_AT_ONCE)
        return sum([len(self._that_have(await cases.with_ids(self._session.conn, some), due)) for some in few])

    async def _ids(self, members: Sequence[AlikeCases], most: int, backwards: bool = False) -> list[int]:
        """Of some of these cases, which are of one letter."""
        alike = [each.alike for each in members]
        letter_id = members[0].letter_id
        return await deadline_pages.cases_alike(self._session.conn, letter_id, alike, self._session.now, most, backwards)

    def _that_have(self, loaded: Sequence[Case], due: Due) -> list[Case]:
        """Those of the cases that a replay says have that alert."""
        server, now = self._session.server, self._session.now
        return [alert.case for alert in ahead(loaded, server.ladder_of, server.posting, now, due.at) if alert.due == due]

    def _due(self, deadline: Deadline, held: RunningDeadline | Standing, at: datetime) -> Due | None:
        """The alert of a deadline at a posting hour after now."""
        server, until, since = self._session.server, held.silenced_until, held.silenced_since
        hold = hold_until(until, since, server.posting) if until and since else None
        due = heard_at(server.ladder, deadline, self._posting_of(deadline), at, hold)
        return None if due and held.acknowledged and due.rung.phase is Phase.AFTER else due

    def _posting_of(self, deadline: Deadline) -> Posting:
        """The posting times of what is due from now on: once no open moment is left, only those in a hurry are counted down."""
        return self._session.server.posting.hurry(deadline.last_moment, self._session.now)

    def _moments(self, edge: ScheduleKey | None, backwards: bool) -> Iterator[datetime]:
        """Every posting hour from the edge on, or back from it, until the days are over."""
        posting, now = self._session.server.posting, self._session.now
        if backwards:
            at = posting.moment_until(max(min(edge.at, self._end), now) if edge else self._end)
            while at > now:
                yield at
                at = posting.moment_until(at - _INSTANT)
        elif not edge or edge.at <= self._end:
            at = posting.moment_from(max(edge.at, now + _INSTANT) if edge else now + _INSTANT)
            while at <= self._end:
                yield at
                at = posting.moment_from(at + _INSTANT)

    def _due_at(self, at: datetime, backwards: bool) -> list[tuple[date, str]]:
        """The days and times of the deadlines that have an alert then, in the order of the list."""
        today, slack = at.astimezone(UTC).date(), SLACK + self._session.server.posting.slack
        found = set()
        for due_on, of_date in self._by_date.items():
            may_be_due = _may_be_due(self._session.server.ladder, (today - due_on).days, slack)
            asked = (of for of in of_date if may_be_due or of[0].silenced_until)
            found |= {(due_on, each.due_time) for each, value in asked if self._due(value, each, at)}
        order = sorted(found, key=lambda due: due[1], reverse=backwards)
        return sorted(order, key=lambda due: due[0], reverse=not backwards)


def _in_order(dues: Iterable[Due]) -> list[Due]:
    """Of one moment: as the ladder has them."""
    dues = list(dues)
    ladder = in_order({due.rung for due in dues})
    return sorted(dues, key=lambda due: (ladder.index(due.rung), due.occurrence))


def _may_be_due(ladder: Ladder, days_after: int, slack: int) -> bool:
    """Whether a rung can be due so many days after a deadline, however its zone, the posting hour and quiet times lie."""
    for rung in ladder:
        days = -rung.days if rung.phase is Phase.BEFORE else rung.days
        if rung.every is None and abs(days_after - days) <= slack:
            return True
        if rung.every in (Every.MONTH, Every.YEAR) and days_after >= 0:
            return True
        period = {Every.WEEK: 7, Every.THIRTY_DAYS: 30}.get(rung.every or Every.YEAR)
        if period and days_after >= days - slack and (days_after - days + slack) % period <= 2 * slack:
            return True
    return False


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
        for due in _in_order(self._notices[key]):
            counted = self._notices[key][due]
            named = counted.cases if counted.count <= MOST_NAMED else []
            yield NoticeAhead(due, counted.cases[0].letter, counted.count, tuple(named))


async def _replayed(session: Session, end: datetime) -> _ReplayedSchedule:
    notices: dict[ScheduleKey, dict[Due, _Counted]] = defaultdict(lambda: defaultdict(_Counted))
    async for of_server in case_pages.of_server(session.conn, session.server.id, REPLAYED_AT_ONCE):
        for alert in ahead(of_server, session.server.ladder_of, session.server.posting, session.now, end):
            counted = notices[_key_of_alert(alert, session.now)][alert.due]
            counted.count += 1
            counted.cases += [alert.case] if len(counted.cases) < MOST_NAMED else []
    return _ReplayedSchedule(notices)


def _key_of_alert(alert: Alert, now: datetime) -> ScheduleKey:
    deadline = alert.case.at(now).deadline
    assert deadline is not None
    return ScheduleKey(alert.due.at, (date.max - deadline.date).days, due_time_of(deadline), alert.case.letter.id)
