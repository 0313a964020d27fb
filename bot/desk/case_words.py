"""Cases by words of their line, in any order: "denver january".

A line is what is offered while somebody types: number, place, title of the letter, status. A server may have a hundred
thousand cases, so those are read of which place and letter have the words, and others only as far as `MOST_READ` goes.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.desk.inputs import has_words
from bot.desk.letter_names import LetterName, letter_names
from bot.desk.session import Session
from bot.event_loop import in_turns
from bot.record.case import Case, CaseState, Letter
from bot.record.place_names import fold
from bot.record.said_names import contradicts
from bot.store import case_pages, cases, places
from bot.store.database import batches
from bot.store.name_cache import names_of
from bot.words.status import case_line

MOST_READ = 300  # cases, some 30 ms of work in slices; a server with no more is searched whole
SLICE = 100  # of them
ROWS = 1_000  # of a case or a place, which take a microsecond each
MOST_PLACES = 1_000  # of which cases are asked for
LONGEST = 500  # characters: a place, a title and a status have no more, and each word that is typed is looked up
_Masks = Mapping[int, int]  # by id, which of the typed words are in a name: the bit of each


@dataclass(frozen=True)
class CasesWithWords:
    """Cases whose line has every typed word; by number."""

    #: Those that are named exactly: by an exact name of the place and whole words of the letter.
    exact: tuple[Case, ...]
    #: All that are open, the exact ones too.
    open_cases: tuple[Case, ...]
    #: Whether there are others, which have ended or were undone.
    has_closed: bool


async def cases_with_words(session: Session, typed: str) -> CasesWithWords:
    """The cases with these words, of the kind and in the state that were said.

    1. Of places that are named exactly by some of the words, if the others are words of a letter.
    2. Of places and letters that have all the words together; then all those that any place or letter has.
    3. Of places with some of the words, those with the rarest first; then others, by number.

    No case, if more is typed than any line has.
    """
    if len(typed) > LONGEST:
        return CasesWithWords((), (), False)
    wanted = fold(typed).split()
    letter_list = await letter_names(session)
    exact_names = await _exact_names(session, typed, letter_list)
    ids: dict[int, None] = {}
    async for more in _likely(session, wanted, [place_id for place_id, _ in exact_names], letter_list):
        ids |= dict.fromkeys(more)
        if len(ids) >= MOST_READ:
            break
    similar = [pair async for pair in _with_line(session, typed, list(ids)[:MOST_READ])]
    similar.sort(key=lambda pair: pair[0].number)
    open_cases = tuple(case for case, state in similar if state.is_open)
    exact = tuple(case for case in open_cases if any(_is_exact(case, *name) for name in exact_names))
    return CasesWithWords(exact, open_cases, len(similar) > len(open_cases))


async def _with_line(session: Session, typed: str, ids: Sequence[int]) -> AsyncIterator[tuple[Case, CaseState]]:
    """Of these cases those whose line has the words, and whose place nothing contradicts that was typed."""
    for few in batches(ids, SLICE):
        async for case in in_turns(await cases.with_ids(session.conn, few)):
            state = case.at(session.now)
            if has_words(typed, case_line(case, state), case.letter.slug) and not contradicts(case.place, typed):
                yield case, state


def _is_exact(case: Case, place_id: int, rest: frozenset[str]) -> bool:
    return case.place.id == place_id and rest <= words_of(case.letter)


def words_of(letter: Letter) -> set[str]:
    """The whole words by which a letter is named."""
    return set(fold(f"{letter.title} {letter.slug}").split())


async def _exact_names(session: Session, typed: str, letter_list: Iterable[LetterName]) -> list[tuple[int, frozenset[str]]]:
    """Each place that words before or behind the others name exactly, with the others, if all of them are in letters."""
    words = typed.split()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    pairs = [(name, frozenset(fold(rest).split())) for first, last in halves for name, rest in ((first, last), (last, first))]
    begun_in_letters = set()
    for word in set().union(*(rest for _, rest in pairs)):
        begun_in_letters |= {word} if any(_has(name, word) for name in letter_list) else set()
        await asyncio.sleep(0)
    names = []
    for name, rest in pairs:
        if rest <= begun_in_letters:
            match = await places.named(session.conn, session.server.id, name)
            names += [(match.places[0].id, rest)] if match.is_exact else []
    return names


def _has(name: LetterName, word: str) -> bool:
    return f" {word}" in name.words


async def _likely(
    session: Session, wanted: Sequence[str], exact: Sequence[int], letter_list: Sequence[LetterName]
) -> AsyncIterator[Sequence[int]]:
    """Ids of cases that may have the words, likeliest first; each step may repeat some."""
    conn, server_id = session.conn, session.server.id
    bits = {word: 1 << at for at, word in enumerate(dict.fromkeys(wanted))}
    yield [row.id for row in await case_pages.rows_of_places(conn, server_id, exact)]
    labels = (await names_of(conn, server_id)).names
    of_places = {word: [place_id async for place_id in _paced(labels.with_word(word))] for word in bits}
    place_masks = await _masks({bits[word]: ids for word, ids in of_places.items()})
    letter_masks: dict[int, int] = {}
    for few in batches(letter_list, SLICE):
        letter_masks |= {name.id: mask for name in few if (mask := _mask(name, bits))}
        await asyncio.sleep(0)
    in_names = 0
    for mask in {*place_masks.values(), *letter_masks.values()}:
        in_names |= mask
    for needed in dict.fromkeys((sum(bits.values()), in_names)):
        if needed:
            yield await _with_all(session, needed, place_masks, letter_masks)
    for word in sorted(filter(of_places.get, bits), key=lambda word: len(of_places[word])):
        yield [row.id for row in await case_pages.rows_of_places(conn, server_id, of_places[word][:MOST_PLACES])]
    yield await case_pages.first_ids(conn, server_id, MOST_READ)


async def _paced(found: Iterable[list[int]]) -> AsyncIterator[int]:
    for few in found:
        for place_id in few:
            yield place_id
        await asyncio.sleep(0)


def _mask(name: LetterName, bits: Mapping[str, int]) -> int:
    return sum(bit for word, bit in bits.items() if _has(name, word))


async def _masks(by_bit: Mapping[int, Sequence[int]]) -> _Masks:
    masks: dict[int, int] = defaultdict(int)
    for bit, ids in by_bit.items():
        async for some in in_turns(batches(ids, ROWS)):
            for id in some:
                masks[id] |= bit
    return masks


async def _with_all(session: Session, needed: int, place_masks: _Masks, letter_masks: _Masks) -> list[int]:
    """The first cases of which place and letter together have all the words that are needed."""
    conn, server_id = session.conn, session.server.id
    lacking = {needed & ~mask for mask in {0, *letter_masks.values()}}  # what a place has to have, by the letters there are
    enough = {mask for mask in set(place_masks.values()) if any(lacks & ~mask == 0 for lacks in lacking)}
    of_places = list(islice((id for id, mask in place_masks.items() if mask in enough), MOST_PLACES))
    rows = list(await case_pages.rows_of_places(conn, server_id, of_places))
    rows += await case_pages.rows_of_letters(
        conn, server_id, [id for id, mask in letter_masks.items() if mask & needed == needed], MOST_READ
    )
    fitting: dict[int, int] = {}
    async for some in in_turns(batches(rows, ROWS)):
        for row in some:
            if (place_masks.get(row.jurisdiction_id, 0) | letter_masks.get(row.letter_id, 0)) & needed == needed:
                fitting[row.number] = row.id
    return [fitting[number] for number in sorted(fitting)]
