"""The letters of a server, newest first, with how their recipients stand: pages of a list that may be long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.desk.index_faults import is_damaged, is_usable, or_replayed
from bot.desk.pages import FIRST, REPLAYED_AT_ONCE, Edge, Page, SortedKeys, from_base_36, in_base_36, key_at, read_page
from bot.desk.session import Session
from bot.record.case import Letter
from bot.record.standing import FIRST_MOMENT, Standing, standing_of
from bot.store import case_pages, cases, deadline_pages, letter_pages
from bot.store.letter_pages import LetterKey

#: Letters that are read for one page: as many as a message has room for.
MOST = 8
MOST_DEADLINES = 20  # of one letter
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class ListedLetter:
    letter: Letter
    #: How its recipients stand, and how many stand so.
    recipients: tuple[tuple[Standing, int], ...]
    key: LetterKey

    @property
    def edge_key(self) -> tuple[str, ...]:
        sent_by, letter_id = self.key
        return (in_base_36((sent_by - FIRST_MOMENT) // _INSTANT), in_base_36(letter_id))


@or_replayed
async def letter_page(session: Session, edge: Edge = FIRST, most: int = MOST) -> Page[ListedLetter]:
    """A page of the letters of the server, newest first."""
    listed: _LettersByAge | _SortedLetters
    if await letter_pages.is_dated(session.conn, session.server.id):
        listed = _LettersByAge(session)
    else:
        listed = _SortedLetters(await letter_pages.every_key(session.conn, session.server.id))

    async def load(keys: Sequence[LetterKey]) -> list[ListedLetter]:
        ids = [letter_id for _, letter_id in keys]
        letters = await cases.letters_by_id(session.conn, ids)
        recipients = await recipients_of(session, ids)
        return [ListedLetter(letters[id], recipients[id], (at, id)) for at, id in keys if id in letters]

    return await read_page(listed, load, lambda row: row.key, edge, key_at(edge, _key_of), await listed.count(), most)


@or_replayed
async def recipients_of(session: Session, letter_ids: Collection[int]) -> dict[int, tuple[tuple[Standing, int], ...]]:
    """By letter, how its recipients stand, and how many stand so: by the index of states, or a replay until it is complete."""
    if await is_usable(session):
        found: dict[int, list[tuple[Standing, int]]] = {letter_id: [] for letter_id in letter_ids}
        for alike in await letter_pages.recipients(session.conn, letter_ids, session.now):
            found[alike.letter_id].append((alike.standing, alike.count))
        return {letter_id: tuple(standings) for letter_id, standings in found.items()}
    counts: dict[int, Counter[Standing]] = {letter_id: Counter() for letter_id in letter_ids}
    async for page in case_pages.of_letters(session.conn, session.server.id, letter_ids, REPLAYED_AT_ONCE):
        for case in page:
            if (case_state := case.at(session.now)).exists:
                counts[case.letter.id][standing_of(case_state)] += 1
    return {letter_id: tuple(counted.items()) for letter_id, counted in counts.items()}


@or_replayed
async def some_of_each_deadline(session: Session, letter_id: int) -> list[int]:
    """The ids of cases of a letter, one for each deadline that it has; while the index is not complete, of some of them, and
    while it is damaged, of none."""
    if is_damaged(session):
        return []
    by_deadline: dict[tuple[date | None, str, str], str] = {}
    for alike in await letter_pages.recipients(session.conn, [letter_id], session.now):
        standing = alike.standing
        by_deadline.setdefault((standing.due_on, standing.due_time, standing.zone), alike.alike)
    alike_of_each = list(by_deadline.values())[:MOST_DEADLINES]
    some = [await deadline_pages.cases_alike(session.conn, letter_id, [alike], session.now, 1) for alike in alike_of_each]
    return [case_id for ids in some for case_id in ids]


def _key_of(texts: tuple[str, ...]) -> LetterKey:
    sent_by, letter_id = texts
    return (FIRST_MOMENT + from_base_36(sent_by) * _INSTANT, from_base_36(letter_id))


class _LettersByAge:
    def __init__(self, session: Session) -> None:
        self._conn, self._server_id = session.conn, session.server.id

    async def count(self) -> int:
        return await letter_pages.count(self._conn, self._server_id)

    async def keys(self, most: int, edge: LetterKey | None = None, backwards: bool = False) -> list[LetterKey]:
        return await letter_pages.keys(self._conn, self._server_id, most, edge, backwards)


class _SortedLetters(SortedKeys[LetterKey]):
    """Of every letter; kept oldest first, and listed the other way round."""

    async def count(self) -> int:
        return len(self.in_order)

    async def keys(self, most: int, edge: LetterKey | None = None, backwards: bool = False) -> list[LetterKey]:
        return await super().keys(most, edge, not backwards)
