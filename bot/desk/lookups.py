"""Finding what a person named: a place, a letter, a case. By what was typed, or by an id that was found before.

What was typed is looked up for reading. A use case looks up the id again inside its own transaction, so that it refuses what
was undone or renamed since. What is looked up for recording is exact, or a Guess that has to be confirmed: `name_matches` and
`case_words` decide which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.desk.case_words import cases_with_words
from bot.desk.guesses import MOST, Guess, Meaning
from bot.desk.letter_names import letter_line, letter_names
from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.name_matches import PlaceMatch, match_name
from bot.record.place_names import fold
from bot.record.places import Jurisdiction
from bot.store import cases, places
from bot.words import errors
from bot.words.prose import listed

MOST_CASES_NAMED = 8
#: Names in one option that are guesses: each is asked about.
MOST_UNSURE = 3
NEAREST = 3
#: "17" or "#17", or the line that is offered while typing: "#17 Denver, CO — Demand — overdue by 1 day".
_NUMBER = re.compile(r"#?(\d{1,9})|#(\d{1,9})\s+(.*)")

_NUMBERS = re.compile(r"#?\d{1,9}(?:\s*[,;]\s*#?\d{1,9})*\s*[,;]?")


@dataclass(frozen=True)
class NamedPlaces:
    """The places that a person may mean by a name."""

    typed: str
    #: False if no place bears the name: `places` are then those with a similar one.
    is_known: bool
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
    """The places that were meant, or those with a similar name; at least one. Raises CaseError if there is none."""
    meant = await _match(session, typed)
    nearest = () if meant.places else await _nearest(session, typed)
    if not meant.places and not nearest:
        raise CaseError(errors.unknown_place(typed, ()))
    named = tuple((place.id, place.full_label) for place in meant.places or nearest)
    return NamedPlaces(typed, bool(meant.places), named, tuple(place.id for place in meant.also))


async def place_to_record(session: Session, typed: str) -> int | Guess[int]:
    """The id of the place that was named exactly, or those that may be meant. Raises CaseError if there is none."""
    match = await _match(session, typed)
    if match.is_exact:
        return match.places[0].id
    if match.places:
        meant = (*match.places, *match.also)
        if len(meant) > MOST:
            raise CaseError(errors.several_places(typed, [place.full_label for place in meant]))
        return Guess(_not_exact(typed, match), tuple(Meaning(place.full_label, place.id) for place in meant))
    alike = await _misspelled(session, typed, MOST)
    if not alike:
        raise CaseError(errors.unknown_place(typed, [place.full_label for place in await _nearest(session, typed)]))
    return Guess(errors.unknown_place(typed, ()), tuple(Meaning(place.full_label, place.id) for place in alike))


async def _match(session: Session, typed: str) -> PlaceMatch:
    if not typed.strip():
        raise CaseError(errors.empty("The name of the place"))
    return await places.named(session.conn, session.server.id, typed)


async def _nearest(session: Session, typed: str) -> tuple[Jurisdiction, ...]:
    """Places of that name that are of another kind or in another state, then those with a similar name."""
    namesakes = await places.namesakes(session.conn, session.server.id, typed)
    alike = await places.suggest(session.conn, session.server.id, typed, NEAREST)
    return tuple(dict.fromkeys((*namesakes, *alike)))[:NEAREST]


async def _misspelled(session: Session, typed: str, limit: int) -> list[Jurisdiction]:
    return (await places.misspelled(session.conn, session.server.id, [typed], limit))[typed]


def _not_exact(typed: str, match: PlaceMatch) -> str:
    return errors.not_exact(typed, [place.full_label for place in (*match.places, *match.also)])


async def place_with_id(session: Session, place_id: int) -> Jurisdiction:
    place = await places.with_id(session.conn, session.server.id, place_id)
    if place is None:
        raise CaseError(errors.STALE)
    return place


async def one_letter(session: Session, typed: str) -> Letter:
    """The letter with that short name or title, or the only one that has these words in either."""
    names = await letter_names(session)
    wanted, words = typed.strip().casefold(), fold(typed).split()
    matching = [name for name in names if wanted in (name.slug.casefold(), name.title.casefold())]
    if not matching:
        matching = [name for name in names if name.has_words(words)]
    if len(matching) > 1:
        raise CaseError(errors.several_letters(typed, [name.slug for name in matching[-10:]]))
    if not matching:
        raise CaseError(errors.unknown_letter(typed, [name.title for name in names[::-1]]))
    return await letter_with_id(session, matching[0].id)


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


async def letter_to_record(session: Session, typed: str) -> LetterRef | Guess[LetterRef]:
    """The letter with that short name or title, or the only one that has these words in either; a guess if they only begin
    its words. CaseError as `one_letter`."""
    letter = await one_letter(session, typed)
    ref = LetterRef(letter.id, letter.title)
    whole = {letter.slug.casefold(), letter.title.casefold()}
    if typed.strip().casefold() in whole or set(fold(typed).split()) <= set(
        fold(f"{letter_line(letter)} {letter.slug}").split()
    ):
        return ref
    return Guess(f"No letter is called “{typed}”.", (Meaning(letter_line(letter), ref),))


async def one_case(session: Session, typed: str) -> CaseRef | Guess[CaseRef]:
    """The case that was named: exactly, or as a guess. Raises CaseError if it may be several, or none.

    1. A number, "#17" or "17"; a guess if another name than the case's stands behind it.
    2. The only open case of a place; a guess if the name of the place is not exact.
    3. The only open case with these words; a guess unless they are a name of its place and words of its letter.
    4. A guess: the open cases of places with a similar name.
    """
    if number := _NUMBER.fullmatch(typed.strip()):
        return _with_its_name(await case_numbered(session, int(number[1] or number[2])), number[3] or "")
    match = await _match(session, typed)
    if not match.places:
        return await _case_by_words(session, typed)
    open_cases = await _open_cases_of(session, match.places)
    if len(open_cases) == 1:
        return _ref(open_cases[0]) if match.is_exact else _guess(_not_exact(typed, match), open_cases)
    if open_cases:
        raise CaseError(_several_cases(typed, open_cases))
    if len(match.places) > 1:
        raise CaseError(errors.several_places(typed, [place.full_label for place in match.places]))
    raise CaseError(f"{match.places[0].full_label} has no open case. Name the case you mean by its number.")


async def some_cases(session: Session, typed: str) -> tuple[CaseRef, ...] | Guess[tuple[CaseRef, ...]]:
    """The cases that were named, separated by semicolons (numbers also by commas), each once and as `one_case` finds it.

    A guess asks about one name at a time: a meaning of it may be a guess again. CaseError as `one_case`.
    """
    separators = r"[,;]" if _NUMBERS.fullmatch(typed.strip()) else r"[;\n]"
    names = [name.strip() for name in re.split(separators, typed) if name.strip()]
    if len(names) > 1 and isinstance(whole := await _line_with_semicolons(session, typed), CaseRef):
        return (whole,)
    found = [await one_case(session, name) for name in dict.fromkeys(names) or [typed]]
    unsure = [each for each in found if isinstance(each, Guess)]
    if len(unsure) > MOST_UNSURE:
        raise CaseError(f"{' '.join(guess.why for guess in unsure)} Name these cases by their numbers.")
    return _meant(found)


async def _line_with_semicolons(session: Session, typed: str) -> CaseRef | None:
    """The case whose line was typed as it is printed, if the title of its letter has a semicolon."""
    number = _NUMBER.fullmatch(typed.strip())
    case = await cases.numbered(session.conn, session.server.id, int(number[2])) if number and number[2] else None
    found = _with_its_name(case, number[3]) if number and case and ";" in case.letter.title else None
    return found if isinstance(found, CaseRef) else None


def _meant(found: Sequence[CaseRef | Guess[CaseRef]]) -> tuple[CaseRef, ...] | Guess[tuple[CaseRef, ...]]:
    """All of them, once nothing is a guess any more; else the first guess, with all of them as its meanings."""
    for at, guess in enumerate(found):
        if isinstance(guess, Guess):
            with_each = [(meaning.label, [*found[:at], meaning.value, *found[at + 1 :]]) for meaning in guess.meanings]
            return Guess(guess.why, tuple(Meaning(label, cast(Any, _meant(of_it))) for label, of_it in with_each))
    return tuple(dict.fromkeys(ref for ref in found if isinstance(ref, CaseRef)))


def _with_its_name(case: Case, name: str) -> CaseRef | Guess[CaseRef]:
    """The case of a number, if what stands behind it is a name of its place, alone or as cards and lists print it."""
    label, in_full, title = map(re.escape, (case.place.label, case.place.full_label, case.letter.title))
    printed = re.compile(rf"(?:{label}|{in_full})(?:\s*[—:].*)?|{in_full}, .*|{label} \({title}.*", re.IGNORECASE)
    if not name or printed.fullmatch(name) or match_name(name, [case.place], ()).is_exact:
        return _ref(case)
    return _guess(f"#{case.number} is not called “{name}”.", [case])


async def _case_by_words(session: Session, typed: str) -> CaseRef | Guess[CaseRef]:
    fitting = await cases_with_words(session, typed)
    named = fitting.exact or fitting.open_cases
    if len(named) > 1:
        raise CaseError(_several_cases(typed, named))
    if fitting.exact:
        return _ref(fitting.exact[0])
    if fitting.open_cases:
        return _guess(f"No case is called “{typed}”.", fitting.open_cases)
    alike = [] if fitting.has_closed else await _misspelled(session, typed, NEAREST)
    if not (of_alike := await _open_cases_of(session, alike)):
        raise CaseError(errors.unknown_place(typed, [place.full_label for place in await _nearest(session, typed)]))
    if len(of_alike) > MOST:
        raise CaseError(_several_cases(typed, of_alike))
    return _guess(errors.unknown_place(typed, ()), of_alike)


async def _open_cases_of(session: Session, named: Sequence[Jurisdiction]) -> list[Case]:
    of_places = [case for place in named for case in await cases.of_place(session.conn, session.server.id, place.id)]
    return [case for case in of_places if case.at(session.now).is_open]


def _ref(case: Case) -> CaseRef:
    return CaseRef(case.id, case.number)


def _guess(why: str, open_cases: Sequence[Case]) -> Guess[CaseRef]:
    labels = [(f"#{case.number} {case.place.full_label}, {case.letter.title}", _ref(case)) for case in open_cases]
    return Guess(why, tuple(Meaning(label, ref) for label, ref in labels))


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
