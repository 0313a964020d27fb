"""The silences of a server, the first to end first: pages of a list that may be long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.pages import FIRST, REPLAYED_AT_ONCE, Edge, Page, SortedKeys, from_base_36, in_base_36, key_at, read_page
from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.events import Event
from bot.record.standing import standing_of
from bot.store import case_pages, cases, deadline_pages, silence_pages
from bot.store.silence_pages import SilenceKey

#: Silences that are read for one page: as many as a message has room for.
MOST = 7
MOST_NAMED = 3  # cases of one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class ListedSilence:
    """Cases of a letter that are silenced since one moment and until one day."""

    key: SilenceKey
    letter: Letter
    #: What silenced the first of them.
    event: Event
    count: int
    #: The first of them.
    cases: tuple[Case, ...]

    @property
    def edge_key(self) -> tuple[str, ...]:
        return key_texts(self.key)


def key_texts(key: SilenceKey) -> tuple[str, str, str]:
    """The key as short texts. `key_from` reads them back."""
    since = (key.since - _EPOCH) // _INSTANT
    return (in_base_36(key.until.toordinal()), in_base_36(key.letter_id), in_base_36(since))


def key_from(texts: tuple[str, ...]) -> SilenceKey:
    """ValueError or OverflowError for other texts."""
    until, letter_id, since = texts
    return SilenceKey(date.fromordinal(from_base_36(until)), from_base_36(letter_id), _EPOCH + from_base_36(since) * _INSTANT)


@or_replayed
async def silence_page(session: Session, edge: Edge = FIRST, most: int = MOST) -> Page[ListedSilence]:
    """A page of the silences that hold now."""
    indexed = await is_usable(session)
    listed = _IndexedSilences(session) if indexed else _ReplayedSilences(await _replayed(session))

    async def load(keys: Sequence[SilenceKey]) -> list[ListedSilence]:
        letters = await cases.letters_by_id(session.conn, {key.letter_id for key in keys})
        rows = [await _listed(session, key, letters, *await listed.members(key)) for key in keys]
        return [row for row in rows if row]

    return await read_page(listed, load, lambda row: row.key, edge, key_at(edge, key_from), await listed.count(), most)


async def _listed(
    session: Session, key: SilenceKey, letters: Mapping[int, Letter], count: int, ids: Sequence[int]
) -> ListedSilence | None:
    """None if what it is about cannot be read."""
    named = sorted(await cases.with_ids(session.conn, ids), key=lambda case: case.number)
    silences = (case.at(session.now).silence for case in named)
    first = next((silence for silence in silences if silence), None)
    if first is None or key.letter_id not in letters:
        return None
    return ListedSilence(key, letters[key.letter_id], first.event, count, tuple(named))


@or_replayed
async def cases_of_silence(session: Session, key: SilenceKey, most: int) -> list[Case]:
    """The first cases of a silence that still holds, by number; none if it has ended."""
    if key.until < first_day(session):
        return []
    if await is_usable(session):
        _, alike = await silence_pages.counted(session.conn, session.server.id, key, session.now)
        ids = await deadline_pages.cases_alike(session.conn, key.letter_id, alike, session.now, most) if alike else []
    else:
        ids = (await _replayed(session)).get(key, [])[:most]
    return sorted(await cases.with_ids(session.conn, ids), key=lambda case: case.number)


def first_day(session: Session) -> date:
    """The first day until which a silence may still hold: today, until its posting moment; the one of a quiet day may be that
    of a later one."""
    posting, tomorrow = session.server.posting, session.today + timedelta(days=1)
    days = (tomorrow - timedelta(days=away) for away in range(posting.slack + 3))
    return min(takewhile(lambda day: posting.on(day) > session.now, days), default=tomorrow)


class _IndexedSilences:
    def __init__(self, session: Session) -> None:
        self._session, self._first = session, first_day(session)

    async def count(self) -> int:
        session = self._session
        return await silence_pages.count(session.conn, session.server.id, session.now, self._first)

    async def keys(self, most: int, edge: SilenceKey | None = None, backwards: bool = False) -> list[SilenceKey]:
        session = self._session
        return await silence_pages.keys(session.conn, session.server.id, session.now, self._first, most, edge, backwards)

    async def members(self, key: SilenceKey) -> tuple[int, list[int]]:
        session = self._session
        count, alike = await silence_pages.counted(session.conn, session.server.id, key, session.now)
        first = await deadline_pages.cases_alike(session.conn, key.letter_id, alike, session.now, MOST_NAMED)
        return count, first


class _ReplayedSilences(SortedKeys[SilenceKey]):
    """As a replay of every case has them: while the index of states is not complete."""

    def __init__(self, members: Mapping[SilenceKey, list[int]]) -> None:
        super().__init__(sorted(members))
        self._members = members

    async def count(self) -> int:
        return len(self.in_order)

    async def members(self, key: SilenceKey) -> tuple[int, list[int]]:
        return len(self._members[key]), self._members[key][:MOST_NAMED]


async def _replayed(session: Session) -> dict[SilenceKey, list[int]]:
    members: dict[SilenceKey, list[int]] = defaultdict(list)
    first = first_day(session)
    async for of_server in case_pages.of_server(session.conn, session.server.id, REPLAYED_AT_ONCE):
        for case in of_server:
            case_state = case.at(session.now)
            standing = standing_of(case_state)
            until, since = standing.silenced_until, standing.silenced_since
            if until and since and standing.silence_ended_at is None and until >= first:
                members[SilenceKey(until, case.letter.id, since)].append(case.id)
    return members
