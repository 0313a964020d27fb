"""Finding what a person named: a place, a letter, a case. By what was typed, or by an id that was found before.

What was typed is looked up for reading. A use case looks up the id again inside its own transaction, so that it refuses what
was undone or renamed since.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.inputs import has_words
from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction
from bot.store import cases, places
from bot.words import errors
from bot.words.prose import happened, listed
from bot.words.status import case_line

MOST_CASES_NAMED = 8
#: "17" or "#17", or the whole line that is offered while typing: "#17 Denver, CO — Demand — overdue by 1 day".
_NUMBER = re.compile(r"#?(\d{1,9})|#(\d{1,9})\s.*")


@dataclass(frozen=True)
class NamedPlaces:
    """The places that a person may mean by a name."""

    typed: str
    #: One, or several to choose from; each as (id, full name).
    places: tuple[tuple[int, str], ...]
    #: The ids of other places of the same name, which have no letter.
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class LetterRef:
    """A letter that was looked up. No other letter ever gets its id."""

    id: int
    title: str


@dataclass(frozen=True)
class CaseRef:
    """A case that was looked up. The number is the one that people know it by."""

    id: int
    number: int


async def named_places(session: Session, typed: str) -> NamedPlaces:
    """The places that were meant, at least one. Raises CaseError with the nearest names if there is none."""
    if not typed.strip():
        raise CaseError(errors.empty("The name of the place"))
    meant = await places.named(session.conn, session.server.id, typed)
    if not meant.places:
        nearest = await places.suggest(session.conn, session.server.id, typed, 3)
        raise CaseError(errors.unknown_place(typed, [place.label for place in nearest]))
    named = tuple((place.id, place.full_label) for place in meant.places)
    return NamedPlaces(typed, named, tuple(place.id for place in meant.also))


async def one_place(session: Session, typed: str) -> Jurisdiction:
    """The one place that was meant. Raises CaseError with those it can be, or the nearest names if there is none."""
    named = await named_places(session, typed)
    if len(named.places) > 1:
        raise CaseError(errors.several_places(typed, [full_label for _, full_label in named.places]))
    return await place_with_id(session, named.places[0][0])


async def place_with_id(session: Session, place_id: int) -> Jurisdiction:
    place = await places.with_id(session.conn, session.server.id, place_id)
    if place is None:
        raise CaseError(errors.STALE)
    return place


async def one_letter(session: Session, typed: str) -> Letter:
    """The letter with that short name or title, or the only one that has these words in either."""
    letters = await cases.letters_of(session.conn, session.server.id)
    wanted = typed.strip().casefold()
    matching = [letter for letter in letters if wanted in (letter.slug.casefold(), letter.title.casefold())]
    if not matching:
        matching = [letter for letter in letters if has_words(typed, letter_line(letter), letter.slug)]
    if len(matching) > 1:
        raise CaseError(errors.several_letters(typed, [letter.slug for letter in matching[-10:]]))
    if not matching:
        raise CaseError(errors.unknown_letter(typed, [letter.title for letter in letters[::-1]]))
    return matching[0]


async def letter_with_id(session: Session, letter_id: int) -> Letter:
    letter = await cases.letter_with_id(session.conn, session.server.id, letter_id)
    if letter is None:
        raise CaseError(errors.STALE)
    return letter


async def letter_again(session: Session, ref: LetterRef) -> Letter:
    """The letter that was looked up before; CaseError if it was undone or has another title now."""
    letter = await cases.letter_with_id(session.conn, session.server.id, ref.id)
    if letter is None:
        raise CaseError(f"The letter “{ref.title}” was undone in the meantime. Nothing was recorded.")
    if letter.title != ref.title:
        raise CaseError(f"“{ref.title}” was renamed to “{letter.title}” in the meantime. Try again with the new title.")
    return letter


def letter_line(letter: Letter) -> str:
    """A letter as it is offered while somebody types: "Demand of May — sent 3 May 2018"."""
    return f"{letter.title} — sent {happened(letter.sent)}"


async def one_case(session: Session, typed: str) -> Case:
    """The case of a number, "#17" or "17"; else the only open case of a place, or the only one with these words in its line."""
    if number := _NUMBER.fullmatch(typed.strip()):
        return await case_numbered(session, int(number[1] or number[2]))
    meant = (await places.named(session.conn, session.server.id, typed)).places
    if meant:
        matching = [case for place in meant for case in await cases.of_place(session.conn, session.server.id, place.id)]
    else:
        known = await cases.of_server(session.conn, session.server.id)
        matching = [case for case in known if has_words(typed, case_line(case, case.at(session.now)), case.letter.slug)]
    open_cases = [case for case in matching if case.at(session.now).is_open]
    if len(open_cases) == 1:
        return open_cases[0]
    if open_cases:
        raise CaseError(_several_cases(typed, open_cases))
    place = await one_place(session, typed)
    raise CaseError(f"{place.label} has no open case. Name the case you mean by its number.")


async def case_numbered(session: Session, number: int) -> Case:
    """The case with that number; CaseError if there is none, or its recording was undone."""
    case = await cases.numbered(session.conn, session.server.id, number)
    if case is None or not case.at(session.now).exists:
        raise CaseError(errors.unknown_case(str(number)))
    return case


async def case_again(session: Session, ref: CaseRef) -> Case:
    """The case that was looked up before; CaseError if its recording was undone since."""
    case = await case_numbered(session, ref.number)
    if case.id != ref.id:
        raise CaseError(errors.unknown_case(str(ref.number)))
    return case


def _several_cases(typed: str, matching: Sequence[Case]) -> str:
    names = [f"#{case.number} {case.place.label} ({case.letter.title})" for case in matching[:MOST_CASES_NAMED]]
    names += [f"{len(matching) - MOST_CASES_NAMED} more"] if len(matching) > MOST_CASES_NAMED else []
    return f"“{typed}” may be {listed(names, 'or')}. Name the case you mean by its number."
