"""What will be posted in the next days, by the index of states: no more is replayed than a page shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bot.desk.pages import REPLAYED_AT_ONCE
from bot.desk.schedule_rows import MOST_NAMED, ScheduledDeadline, ScheduleKey, dues_in_order
from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.holding import Hold, heard_at, hold_until
from bot.record.ladder import DAYS_EACH, Due, Ladder, Phase, Recurrence, dues_between, standing
from bot.record.plan import NoticeAhead, ahead, apart, is_question, may_be_covered
from bot.record.posting import Posting
from bot.record.standing import Standing, deadline_of, kept_deadline
from bot.store import cases, deadline_pages, ladders, letter_pages
from bot.store.database import batches
from bot.store.deadline_pages import LettersDue, RunningDeadline
from bot.store.letter_pages import AlikeCases

SAMPLE = 12  # of the first and of the last cases that are alike: whether an announcement makes the rung of all superfluous
MOST_REPLAYED = 2000  # where it does for some alone
#: Days by which the date of a rung may differ from the date of the moment at which it is posted, in UTC.
SLACK = 2
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Entry:
    """A deadline that runs, and by which ladder."""

    running: RunningDeadline
    deadline: Deadline
    ladder: Ladder
    #: A letter with a ladder of its own; None for the server's.
    letter_id: int | None


@dataclass(frozen=True)
class _DueThen:
    """A day and a time of deadlines that have an alert at some moment."""

    due_on: date
    due_time: str
    #: Of which letters; None for all that have such a deadline.
    only: LettersDue | None


async def indexed_schedule(session: Session, end: datetime) -> IndexedSchedule:
    conn, server, now = session.conn, session.server, session.now
    running = await deadline_pages.running(conn, server.id, now)
    entries = [_entry(deadline, server.ladder, None) for deadline in running]
    own = {letter.id: letter for letter in (await ladders.letters_with_own(conn, [server.id]))[server.id]}
    if own:
        of_letters = await deadline_pages.running_of(conn, own, now)
        entries += [_entry(deadline, server.ladder_of(own[letter_id]), letter_id) for letter_id, deadline in of_letters]
    return IndexedSchedule(session, end, entries, own)


def _entry(running: RunningDeadline, ladder: Ladder, letter_id: int | None) -> _Entry:
    value = kept_deadline(running.due_on, running.due_time, running.zone)
    return _Entry(running, value, standing(ladder), letter_id)


class IndexedSchedule:
    """By the index of states: which deadlines there are, which letters have them, and how many cases of each.

    Each posting hour is looked at by itself, so that a page counts the alerts of its own days alone.
    """

    def __init__(self, session: Session, end: datetime, entries: Iterable[_Entry], own: Mapping[int, Letter]) -> None:
        self._session, self._end, self._own = session, end, own
        self._by_date: dict[date, list[_Entry]] = defaultdict(list)
        for entry in entries:
            self._by_date[entry.running.due_on].append(entry)
        self._ladders = {entry.ladder for of_date in self._by_date.values() for entry in of_date}
        self._asked: dict[int, datetime] = {}  # by letter, when it is asked about first, if that is known

    async def keys(self, most: int, edge: ScheduleKey | None = None, backwards: bool = False) -> list[ScheduleKey]:
        found: list[ScheduleKey] = []
        now, server_id = self._session.now, self._session.server.id
        for at in self._moments(edge, backwards):
            for then in self._due_at(at, backwards):
                key = ScheduleKey(at, (date.max - then.due_on).days, then.due_time, 0)
                same = edge is not None and (edge.at, edge.due) == (at, key.due)
                if edge and not same and (key > edge if backwards else key < edge):
                    continue
                beyond = edge.letter_id if edge and same else None
                letter_ids = await deadline_pages.letters_due(
                    self._session.conn, server_id, now, key.due, most - len(found), beyond, backwards, then.only
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
            letter = letters[key.letter_id]
            asked = await self._asks_at(key.at, letter, of_letter[letter.id])
            counted += [(key, *notice) for notice in await self._notices(key.at, letter, due_alike, asked)]
        few = [await self._ids(members, _to_read(members, count)) for _, _, members, count in counted]
        named = {case.id: case for case in await cases.with_ids(conn, [case_id for ids in few for case_id in ids])}
        notices: dict[ScheduleKey, list[NoticeAhead]] = defaultdict(list)
        for (key, due, _, count), ids in zip(counted, few, strict=True):
            known = sorted((named[case_id] for case_id in ids if case_id in named), key=lambda case: case.number)
            heard = self._that_have(known, due)[:MOST_NAMED]
            if heard or not ids:
                notices[key].append(NoticeAhead(due, letters[key.letter_id], len(heard) or count, tuple(heard)))
        return [ScheduledDeadline(tuple(notices[key]), key) for key in keys if notices[key]]

    async def _notices(
        self, at: datetime, letter: Letter, due_alike: Iterable[AlikeCases], asks: bool
    ) -> list[tuple[Due, list[AlikeCases], int]]:
        """The notices of one letter at a moment, of cases that share the day and time of a deadline, and for how many.

        `asks`: the letter is asked about then. Of its cases, those that are not have what else is due.
        """
        by_due: dict[Due, list[AlikeCases]] = defaultdict(list)
        counts: Counter[Due] = Counter()
        others, questions = apart(self._ladder_of(letter))
        for alike in due_alike:
            left = alike.count
            for ladder in (questions, others) if asks else (others,):
                deadline = deadline_of(alike.standing)
                due = deadline and self._due(ladder, deadline, alike.standing, at)
                if due and left and (count := min(await self._count(alike, due), left)):
                    by_due[due].append(alike)
                    counts[due] += count
                    left -= count
        return [(due, by_due[due], counts[due]) for due in dues_in_order(by_due)]

    async def first_question(self, letter: Letter, by: datetime) -> datetime | None:
        """When a letter is asked about whether to go on watching it; None if it is not until then, or was before."""
        recipients = await letter_pages.recipients(self._session.conn, [letter.id], self._session.now)
        await self._asks_at(by, letter, [alike for alike in recipients if alike.standing.clock_runs and alike.standing.due_on])
        return self._asked.get(letter.id)

    async def _asks_at(self, at: datetime, letter: Letter, of_letter: Sequence[AlikeCases]) -> bool:
        """Whether the letter is asked about at that moment: it is at the first at which anybody of its cases is."""
        _, questions = apart(self._ladder_of(letter))
        if letter.asked_at is not None or not questions:
            return False
        posting, now = self._session.server.posting, self._session.now
        candidates = {
            due.at
            for alike in of_letter
            if (deadline := deadline_of(alike.standing))
            for due in dues_between(questions, deadline, posting, now, at)
        }
        held = {hold.end for alike in of_letter if (hold := self._hold(alike.standing)) and hold.end and now < hold.end <= at}
        for moment in sorted(candidates | held):
            if letter.id in self._asked:
                break
            for alike in of_letter:
                deadline = deadline_of(alike.standing)
                due = deadline and self._due(questions, deadline, alike.standing, moment)
                if due and await self._count(alike, due):
                    self._asked[letter.id] = moment
                    break
        return self._asked.get(letter.id) == at

    async def _count(self, alike: AlikeCases, due: Due) -> int:
        """How many of them have that alert.

        An announcement may make a rung superfluous: a replay of the first and the last of them says whether, since what is
        recorded together is announced together, or not at all. Where those differ, all are replayed. The same is asked of a
        countdown in quiet times, which only those have that were recorded too late for an open moment; and of the question
        whether to go on, which those have of which nothing was recorded lately.
        """
        given, deadline = alike.standing.days_given, deadline_of(alike.standing)
        is_hurried = due.rung.phase is Phase.BEFORE and deadline is not None and self._posting_of(deadline).hurried
        if not is_hurried and not is_question(due) and (given is None or not may_be_covered(due, given)):
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
        if not most:
            return []
        alike = [each.alike for each in members]
        letter_id = members[0].letter_id
        return await deadline_pages.cases_alike(self._session.conn, letter_id, alike, self._session.now, most, backwards)

    def _that_have(self, loaded: Sequence[Case], due: Due) -> list[Case]:
        """Those of the cases that a replay says have that alert."""
        server, now = self._session.server, self._session.now
        asked = {case.letter.id: self._asked.get(case.letter.id, due.at) for case in loaded}
        alerts = ahead(loaded, server.ladder_of, server.posting, now, due.at, asked)
        return [alert.case for alert in alerts if alert.due == due]

    def _ladder_of(self, letter: Letter) -> Ladder:
        return standing(self._session.server.ladder_of(letter))

    def _due(self, ladder: Ladder, deadline: Deadline, held: RunningDeadline | Standing, at: datetime) -> Due | None:
        """The alert of a deadline at a posting hour after now."""
        heard = _until_passed(ladder) if held.acknowledged else ladder
        return heard_at(heard, deadline, self._posting_of(deadline), at, self._hold(held))

    def _hold(self, held: RunningDeadline | Standing) -> Hold | None:
        since, posting = held.silenced_since, self._session.server.posting
        return hold_until(held.silenced_until, since, posting, held.silence_ended_at) if since else None

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

    def _due_at(self, at: datetime, backwards: bool) -> list[_DueThen]:
        """The days and times of the deadlines that have an alert then, in the order of the list."""
        today, slack = at.astimezone(UTC).date(), SLACK + self._session.server.posting.slack
        found: dict[tuple[date, str], list[_Entry]] = defaultdict(list)
        of_all: set[tuple[date, str]] = set()
        begins = _begins(today, slack)
        for due_on, of_date in self._by_date.items():
            near = {ladder for ladder in self._ladders if _may_be_due(ladder, (today - due_on).days, slack, begins)}
            for entry in of_date:
                if entry.ladder not in near and not entry.running.silenced_since:
                    continue
                due = self._due(entry.ladder, entry.deadline, entry.running, at)
                if due is None:
                    continue
                found[due_on, entry.running.due_time].append(entry)
                others, _ = apart(entry.ladder)
                if entry.letter_id is None and (not is_question(due) or self._due(others, entry.deadline, entry.running, at)):
                    of_all.add((due_on, entry.running.due_time))
        order = sorted(found, key=lambda due: due[1], reverse=backwards)
        order.sort(key=lambda due: due[0], reverse=not backwards)
        return [_DueThen(*due, None if due in of_all else _letters_of(found[due])) for due in order]


def _letters_of(entries: Iterable[_Entry]) -> LettersDue:
    """The letters of these deadlines, of which those of the server's ladder are only to be asked about."""
    ids = [entry.letter_id for entry in entries]
    return LettersDue(frozenset(letter_id for letter_id in ids if letter_id is not None), None in ids)


def _to_read(members: Sequence[AlikeCases], count: int) -> int:
    """How many cases are read to name those of a notice: the first few, or all where only some of them have it."""
    if count > MOST_NAMED:
        return 0
    every = sum(alike.count for alike in members)
    return MOST_NAMED if count == every else min(every, MOST_REPLAYED)


@lru_cache(maxsize=256)
def _until_passed(ladder: Ladder) -> Ladder:
    """What an acknowledgement leaves of a ladder. In quiet times the deadline may pass at the moment of a later rung."""
    return tuple(rung for rung in ladder if rung.phase is not Phase.AFTER)


def _begins(today: date, slack: int) -> set[Recurrence]:
    """Whether a month or a year may begin with the posting moment of that day, in UTC."""
    near = [today + timedelta(days=away) for away in range(-slack, SLACK + 1)]
    months = {Recurrence.MONTH} if any(day.day == 1 for day in near) else set()
    return months | ({Recurrence.YEAR} if any((day.month, day.day) == (1, 1) for day in near) else set())


def _may_be_due(ladder: Ladder, days_after: int, slack: int, begins: Collection[Recurrence]) -> bool:
    """Whether a rung can be due so many days after a deadline, however its zone, the posting hour and quiet times lie."""
    for rung in ladder:
        days = -rung.days if rung.phase is Phase.BEFORE else rung.days
        if rung.every is None and abs(days_after - days) <= slack:
            return True
        if rung.every in begins and days_after >= 0:
            return True
        period = DAYS_EACH.get(rung.every) if rung.every else None
        if period and days_after >= days - slack and (days_after - days + slack) % period <= 2 * slack:
            return True
    return False
