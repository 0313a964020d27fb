"""Which event of a case is to be corrected: what is offered while somebody types, and what was chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.desk.corrections import EventRef, event_in
from bot.desk.guesses import Guess
from bot.desk.inputs import has_words
from bot.desk.lookups import CaseRef, one_case
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions, matching, open_cases_like
from bot.record.case import Case
from bot.record.corrections import correctable, in_place_of, taken_back_by
from bot.record.errors import CaseError
from bot.record.events import Corrected, Event
from bot.store import case_pages, cases, places
from bot.words import correction_refusals as refusals
from bot.words import corrections as words
from bot.words import errors

MOST = 25
MOST_READ = 100  # cases
#: What an option's value says: the event's id, and the second in which it was recorded.
_CHOSEN = re.compile(r"event (\d{1,18})\.(\d{1,12})")


def events_like(case: Case, typed: str) -> Suggestions:
    """The entries of a case that can be corrected, newest first; with words of the line."""
    return _like(options_of(case), typed)


def facts_like(facts: Sequence[Event], typed: str) -> Suggestions:
    """The same of the facts of a place."""
    return _like({value_of(event): words.option_line(event) for event in facts}, typed)


def _like(options: dict[str, str], typed: str) -> Suggestions:
    if not typed.strip():
        return dict(list(options.items())[:MOST])
    begun = {value: line for value, line in options.items() if has_words(typed, line)}
    return dict(list(begun.items())[:MOST]) or matching(typed, options)


def options_of(case: Case) -> dict[str, str]:
    """All of them: by the value to submit, the line to show."""
    return {value_of(event): words.option_line(event, _undone(case, event)) for event in correctable(case.events)}


def value_of(event: Event) -> str:
    ref = EventRef.of(event)
    return f"event {ref.id}.{ref.recorded}"


def _undone(case: Case, event: Event) -> Event | None:
    return taken_back_by(case.events, event) if isinstance(event.detail, Corrected) else None


async def case_to_correct(session: Session, number: int) -> Case:
    """The case with that number, also if its recording was taken back: that can be corrected too."""
    case = await cases.numbered(session.conn, session.server.id, number)
    if case is None:
        raise CaseError(errors.unknown_case(str(number)))
    return case


async def case_typed(session: Session, typed: str) -> CaseRef | Guess[CaseRef]:
    """As `lookups.one_case`, and also a case that was taken back, by its number, or the only one of a place that has ended."""
    try:
        return await one_case(session, typed)
    except CaseError:
        number = typed.strip().removeprefix("#")
        if number.isdecimal() and number.isascii() and len(number) <= 9:
            known = await case_to_correct(session, int(number))
            return CaseRef(known.id, known.number)
        match = await places.named(session.conn, session.server.id, typed)
        of_place = [case for place in match.places for case in await cases.of_place(session.conn, session.server.id, place.id)]
        if not match.is_exact or len(of_place) != 1:
            raise
        return CaseRef(of_place[0].id, of_place[0].number)


async def cases_like(session: Session, typed: str) -> Suggestions:
    """Open cases first, then those that have ended or were taken back."""
    offered = await open_cases_like(session, typed)
    number = typed.strip().removeprefix("#")
    conn, server_id = session.conn, session.server.id
    if number.isdecimal() or not number:
        pages = case_pages.numbered_like(conn, server_id, number)
    else:
        pages = case_pages.of_places(conn, server_id, await places.with_case_like(conn, server_id, typed, MOST))
    ended: Suggestions = {}
    read = 0
    async for page in pages:
        ended |= {str(case.number): words.case_line(case, case.at(session.now)) for case in page}
        read += len(page)
        if read >= MOST_READ:
            break
    exact = {number: ended[number]} if number in ended else {}
    return dict(list((exact | offered | ended).items())[:MOST])


def event_named(case: Case, typed: str) -> EventRef:
    """The entry that was chosen from the list, or the only one that has the typed words.

    CaseError if none has them, or several; and if only one that was corrected already has them, with who corrected it.
    """
    if chosen := _CHOSEN.fullmatch(typed.strip()):
        return EventRef.of(event_in(case.events, EventRef(int(chosen[1]), int(chosen[2]))))
    lines = {event.id: words.option_line(event, _undone(case, event)) for event in correctable(case.events)}
    if ref := _with_words({event.id: event for event in case.events}, lines, typed):
        return ref
    gone = [event for event in case.events if event.id not in lines and has_words(typed, words.option_line(event))]
    if gone and (correction := in_place_of(case.events, gone[-1])):
        raise CaseError(refusals.corrected_already(correction))
    raise CaseError(refusals.unknown_event(typed, list(lines.values())))


def fact_named(facts: Sequence[Event], typed: str) -> EventRef:
    """The same of the facts of a place that are in effect."""
    if chosen := _CHOSEN.fullmatch(typed.strip()):
        return EventRef(int(chosen[1]), int(chosen[2]))
    lines = {event.id: words.option_line(event) for event in facts}
    if ref := _with_words({event.id: event for event in facts}, lines, typed):
        return ref
    raise CaseError(refusals.unknown_event(typed, list(lines.values())))


def _with_words(by_id: Mapping[int, Event], lines: Mapping[int, str], typed: str) -> EventRef | None:
    """The only entry with the typed words; None if there is none. CaseError if there are several."""
    wanted = " ".join(typed.split()).casefold()
    fitting = [id for id, line in lines.items() if line.casefold() == wanted]
    fitting = fitting or [id for id, line in lines.items() if has_words(typed, line)]
    if len(fitting) > 1:
        raise CaseError(refusals.several_events(typed, [lines[id] for id in fitting]))
    return EventRef.of(by_id[fitting[0]]) if fitting else None
