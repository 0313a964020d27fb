"""How the letters of a server are called: what is typed for one is compared with that.

Of each letter only what it is called is read, and what is made of it is kept, since a server may have thousands.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from rapidfuzz import fuzz, process

from bot.desk.inputs import SHORTEST
from bot.desk.session import Session
from bot.record.case import Letter
from bot.record.deadlines.when import When
from bot.record.place_names import fold
from bot.record.places import name_key
from bot.store import cases, codec
from bot.store.database import batches
from bot.store.unreadable import Unreadable, UnreadableRow, note, readable, reason
from bot.words.prose import happened

KEPT = 15_000  # letters of all servers together, about 10 MB
SLICE = 500  # letters, a few milliseconds of work
ALIKE = 70  # of 100: below this, two names are not a typing mistake apart


@dataclass(frozen=True, slots=True)
class LetterName:
    id: int
    slug: str
    title: str
    #: As it is offered while somebody types: "Demand of May — sent 3 May 2018".
    line: str
    #: The line as names are looked up (`name_key`).
    key: str
    #: The words of the line and of the short name, each with a space before it (`fold`).
    words: str

    def has_words(self, wanted: Sequence[str]) -> bool:
        """As `inputs.has_words` of the line and the short name."""
        return sum(map(len, wanted)) >= SHORTEST and all(f" {word}" in self.words for word in wanted)


async def letter_names(session: Session) -> list[LetterName]:
    """Those of the letters of the server, oldest first, without letters that were taken back or cannot be read."""
    names: list[LetterName] = []
    for rows in batches(await cases.letter_rows(session.conn, session.server.id), SLICE):
        names += readable(rows, _name, partial(_unread, session))
        await asyncio.sleep(0)
    return names


def _unread(session: Session, row: Sequence[Any], error: Exception) -> None:
    note(session.conn, Unreadable("letter", row[0], reason(error), session.server.id, row[0]))


def letter_line(letter: Letter) -> str:
    """A letter as it is offered while somebody types: "Demand of May — sent 3 May 2018"."""
    return _line(letter.title, letter.sent)


def _line(title: str, sent: When) -> str:
    return f"{title} — sent {happened(sent)}"


@lru_cache(maxsize=KEPT)
def _name(id: int, slug: str, title: str, sent: str, zone: str) -> LetterName:
    if not all(isinstance(text, str) for text in (slug, title)):
        raise UnreadableRow("slug or title holds no text")
    line = _line(title, codec.when_from(sent, zone))
    return LetterName(id, slug, title, line, name_key(line), " " + fold(f"{line} {slug}"))


async def letters_that(session: Session, may_be: Callable[[When, str], bool]) -> list[Letter]:
    """The letters of the server that may be meant, by the day when they were sent and their title, oldest first; the others are
    not read."""
    ids: list[int] = []
    for rows in batches(await cases.letter_rows(session.conn, session.server.id), SLICE):
        sent_on = readable(
            rows, lambda id, _, title, sent, zone: (id, codec.when_from(sent, zone), title), partial(_unread, session)
        )
        ids += [id for id, sent, title in sent_on if may_be(sent, title)]
        await asyncio.sleep(0)
    return await cases.letters_with_ids(session.conn, ids)


async def matching_names(names: Sequence[LetterName], typed: str, most: int) -> list[LetterName]:
    """Those with a word that begins as typed; if there are none, those most like it, best first."""
    wanted = name_key(typed)
    if not wanted:
        return list(names[:most])
    begun: list[LetterName] = []
    for few in batches(names, 10 * SLICE):
        begun += [name for name in few if f" {wanted}" in f" {name.key}"]
        await asyncio.sleep(0)
        if len(begun) >= most:
            break
    return begun[:most] if begun else [name async for name in _alike(names, wanted, most)]


async def _alike(names: Sequence[LetterName], wanted: str, most: int) -> AsyncIterator[LetterName]:
    best: list[tuple[float, int]] = []
    for start in range(0, len(names), SLICE):
        keys = {at: name.key for at, name in enumerate(names[start : start + SLICE], start)}
        similar = process.extract(wanted, keys, scorer=fuzz.WRatio, limit=most, score_cutoff=ALIKE)
        best = heapq.nsmallest(most, [*best, *((-score, at) for _, score, at in similar)])
        await asyncio.sleep(0)
    for _, at in best:
        yield names[at]
