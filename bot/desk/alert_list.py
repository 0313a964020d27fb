"""What was sent, waits, was superseded or failed: pages of a list that may be long, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.desk.lookups import letter_with_id
from bot.desk.pages import FIRST, Edge, Page, from_base_36, in_base_36, key_at, read_page
from bot.desk.session import Session
from bot.record.case import Letter
from bot.record.standing import FIRST_MOMENT
from bot.store import alert_pages, audits, set_aside
from bot.store.alert_pages import MOST_COUNTED as MOST_COUNTED
from bot.store.alert_pages import AlertKey, ListedNotice, StateCounts
from bot.store.alert_pages import DamagedRow as DamagedRow
from bot.store.alert_pages import DroppedAlert as DroppedAlert
from bot.store.audits import FoundDifference
from bot.store.unreadable import Unreadable

#: Notices, or superseded alerts, that are read for one page.
MOST, MOST_DROPPED = 12, 50
#: Of each that are named above the list.
MOST_NAMED = 5
#: How long a difference is shown after it is over.
SHOWN_FOR = timedelta(days=7)
_INSTANT = timedelta(microseconds=1)


class AlertState(StrEnum):
    SENT = "sent"
    WAITING = "waiting"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts are asked for. Without a state: every notice."""

    state: AlertState | None = None
    letter_id: int | None = None


@dataclass(frozen=True)
class ListedAlert:
    what: ListedNotice | DroppedAlert | DamagedRow
    #: The titles of its letters by their ids, without those that cannot be read; none for news of places.
    titles: Mapping[int, str]
    key: AlertKey

    @property
    def edge_key(self) -> tuple[str, ...]:
        due_at, id = self.key
        return (in_base_36((due_at - FIRST_MOMENT) // _INSTANT), in_base_36(id))


@dataclass(frozen=True)
class AlertPage:
    page: Page[ListedAlert]
    counts: StateCounts
    #: The first of what is set aside, and how many there are.
    set_aside: tuple[Sequence[Unreadable], int]
    #: What the audit found last.
    differences: Sequence[FoundDifference]
    #: The letter of the filter.
    letter: Letter | None


async def alert_page(session: Session, wanted: AlertFilter, edge: Edge = FIRST, most: int | None = None) -> AlertPage:
    """A page of the alerts of the server. How many there are in all is not counted."""
    letter = await letter_with_id(session, wanted.letter_id) if wanted.letter_id is not None else None
    listed = _Alerts(session, wanted)
    default = MOST_DROPPED if wanted.state is AlertState.SUPERSEDED else MOST
    page = await read_page(listed, listed.load, lambda row: row.key, edge, key_at(edge, _key_of), 0, most or default)
    conn, server_id = session.conn, session.server.id
    return AlertPage(
        page,
        await alert_pages.counts(conn, server_id),
        await set_aside.of_server(conn, server_id, MOST_NAMED),
        await audits.newest(conn, server_id, MOST_NAMED, session.now - SHOWN_FOR),
        letter,
    )


def _key_of(texts: tuple[str, ...]) -> AlertKey:
    due_at, id = texts
    return (FIRST_MOMENT + from_base_36(due_at) * _INSTANT, from_base_36(id))


class _Alerts:
    def __init__(self, session: Session, wanted: AlertFilter) -> None:
        self._conn, self._server_id, self._wanted = session.conn, session.server.id, wanted

    async def keys(self, most: int, edge: AlertKey | None = None, backwards: bool = False) -> list[AlertKey]:
        letter_id = self._wanted.letter_id
        if self._wanted.state is AlertState.SUPERSEDED:
            return await alert_pages.dropped_keys(self._conn, self._server_id, letter_id, most, edge, backwards)
        state = self._wanted.state or ""
        return await alert_pages.notice_keys(self._conn, self._server_id, state, letter_id, most, edge, backwards)

    async def load(self, keys: Sequence[AlertKey]) -> list[ListedAlert]:
        rows: Sequence[ListedNotice | DroppedAlert | DamagedRow]
        if self._wanted.state is AlertState.SUPERSEDED:
            rows = await alert_pages.dropped_at(self._conn, keys)
        else:
            rows = await alert_pages.notices_at(self._conn, keys)
        titles = await alert_pages.titles(self._conn, sorted({letter_id for row in rows for letter_id in _letters(row)}))
        return [ListedAlert(row, {i: titles[i] for i in _letters(row) if i in titles}, (row.due_at, row.id)) for row in rows]


def _letters(row: ListedNotice | DroppedAlert | DamagedRow) -> list[int]:
    if isinstance(row, DamagedRow):
        return []
    of_sections = [section.letter_id for section in row.sections] if isinstance(row, ListedNotice) else []
    return of_sections if row.letter_id is None else [row.letter_id, *of_sections]
