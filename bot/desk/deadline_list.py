"""Cases by their deadlines, with what was asked for: pages of a list that may be long."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.lookups import letter_with_id
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
from bot.record.case import Case, CaseState, Letter, Status
from bot.store import case_groups, case_pages, case_states, cases
from bot.store.case_groups import Counts, Heading, ListKey

#: Cases that are read for one page: more than most messages have room for.
MOST = 50


@dataclass(frozen=True)
class DeadlineFilter:
    """Which cases are asked for. Without a status: every open case without a full answer."""

    within_days: int | None = None
    status: Status | None = None
    #: A state's postal code.
    state: str = ""
    letter_id: int | None = None

    def accepts(self, case: Case, case_state: CaseState) -> bool:
        return (
            self._has_status(case_state)
            and self.state in ("", case.place.state)
            and self.letter_id in (None, case.letter.id)
            and (self.within_days is None or _falls_due_within(case_state, self.within_days))
        )

    def _has_status(self, case_state: CaseState) -> bool:
        """A status includes cases of which others hold too: "refused" those that are escalated or overdue as well."""
        if not case_state.exists:
            return False
        if self.status is None:
            return case_state.is_open and case_state.answered is None
        return self.status in case_state.statuses


@dataclass(frozen=True)
class ListedCase:
    case: Case
    case_state: CaseState
    key: ListKey

    @property
    def heading(self) -> Heading:
        return (self.key.due_on, self.key.due_time, self.key.letter_id)

    @property
    def edge_key(self) -> tuple[str, ...]:
        """The key, as short texts. `ListKey` of them: `_key_of`."""
        key = self.key
        numbers = (in_base_36(number) for number in (key.due_on.toordinal(), key.letter_id, key.case_id))
        due_on, letter_id, case_id = numbers
        return (due_on, time_part(key.due_time), letter_id, key.alike, key.place_state, case_id)


@dataclass(frozen=True)
class DeadlinePage:
    page: Page[ListedCase]
    counts: Counts
    #: How many cases of the list each heading of the page has, on this page and on others.
    of_heading: Mapping[Heading, int]
    #: The letter of the filter.
    letter: Letter | None


@or_replayed
async def deadline_page(session: Session, wanted: DeadlineFilter, edge: Edge = FIRST, most: int = MOST) -> DeadlinePage:
    """A page of the cases that are asked for, the earliest deadline first.

    The index of states says which they may be, and a replay of each which they are.
    """
    letter = await letter_with_id(session, wanted.letter_id) if wanted.letter_id is not None else None
    listed = await _listed(session, wanted)
    counts = await listed.counts()

    async def load(keys: Sequence[ListKey]) -> list[ListedCase]:
        loaded = {case.id: case for case in await cases.with_ids(session.conn, [key.case_id for key in keys])}
        replayed = [(loaded[key.case_id], key) for key in keys if key.case_id in loaded]
        rows = [ListedCase(case, case.at(session.now), key) for case, key in replayed]
        return [row for row in rows if wanted.accepts(row.case, row.case_state)]

    page = await read_page(listed, load, lambda row: row.key, edge, key_at(edge, _key_of), counts.cases, most)
    of_heading = await listed.of_headings({row.heading for row in page.rows})
    return DeadlinePage(page, counts, of_heading, letter)


def _key_of(texts: tuple[str, ...]) -> ListKey:
    due_on, due_time, letter_id, alike, place_state, case_id = texts
    day = date.fromordinal(from_base_36(due_on))
    return ListKey(day, time_from(due_time), from_base_36(letter_id), alike, place_state, from_base_36(case_id))


def _falls_due_within(case_state: CaseState, days: int) -> bool:
    return case_state.days_left is not None and 0 <= case_state.days_left <= days


class _IndexedCases:
    """The list as the index of states has it."""

    def __init__(self, session: Session, listed: case_groups.GroupQuery) -> None:
        self._conn, self._listed = session.conn, listed

    async def counts(self) -> Counts:
        return await case_groups.counts(self._conn, self._listed)

    async def of_headings(self, headings: Collection[Heading]) -> Mapping[Heading, int]:
        """They follow each other in the list."""
        if not headings:
            return {}
        return await case_groups.counts_by_deadline(self._conn, self._listed, min(headings), max(headings))

    async def keys(self, most: int, edge: ListKey | None = None, backwards: bool = False) -> list[ListKey]:
        return await case_groups.keys(self._conn, self._listed, most, edge, backwards)


class _ReplayedCases(SortedKeys[ListKey]):
    """The list as a replay of every case has it: while the index of states is not complete."""

    def __init__(self, keys: Sequence[ListKey], overdue: int) -> None:
        super().__init__(keys)
        self._overdue = overdue

    async def counts(self) -> Counts:
        return Counts(len(self.in_order), self._overdue)

    async def of_headings(self, headings: Collection[Heading]) -> Mapping[Heading, int]:
        return {heading: self._number(bisect_right, heading) - self._number(bisect_left, heading) for heading in headings}

    def _number(self, bisect: Callable[..., int], heading: Heading) -> int:
        return bisect(self.in_order, heading, key=lambda key: (key.due_on, key.due_time, key.letter_id))


async def _listed(session: Session, wanted: DeadlineFilter) -> _IndexedCases | _ReplayedCases:
    if not await is_usable(session):
        return await _replayed(session, wanted)
    groups = case_groups.GroupFilter(
        session.server.id, session.now, wanted.status, wanted.state, wanted.letter_id, wanted.within_days
    )
    return _IndexedCases(session, await case_groups.listed(session.conn, groups))


async def _replayed(session: Session, wanted: DeadlineFilter) -> _ReplayedCases:
    keys: list[ListKey] = []
    overdue = 0
    async for of_server in case_pages.of_server(session.conn, session.server.id, REPLAYED_AT_ONCE):
        for case in of_server:
            case_state = case.at(session.now)
            if wanted.accepts(case, case_state):
                keys.append(case_states.key_of(case, session.now))
                overdue += case_state.overdue
    return _ReplayedCases(await asyncio.to_thread(sorted, keys), overdue)  # a second for 100,000 of them
