"""Which event of a case is to be corrected: what is offered while somebody types, and what was chosen."""

from __future__ import annotations

import re

from bot.desk.corrections import EventRef, event_in
from bot.desk.inputs import has_words
from bot.desk.lookups import CaseRef
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions, matching
from bot.record.case import Case
from bot.record.corrections import correctable, in_place_of, taken_back_by
from bot.record.errors import CaseError
from bot.record.events import Corrected, Event
from bot.store import cases
from bot.words import corrections as words
from bot.words import errors

MOST = 25
#: What an option's value says: the event's id, and the second in which it was recorded.
_CHOSEN = re.compile(r"event (\d{1,18})\.(\d{1,12})")


def events_like(case: Case, typed: str) -> Suggestions:
    """The entries of a case that can be corrected, newest first; with words of the line."""
    options = options_of(case)
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


async def case_of_ref(session: Session, ref: CaseRef) -> Case:
    """The case that was looked up before, also if its recording was undone: that can be corrected too."""
    case = await cases.numbered(session.conn, session.server.id, ref.number)
    if case is None or case.id != ref.id:
        raise CaseError(errors.unknown_case(str(ref.number)))
    return case


def event_named(case: Case, typed: str) -> EventRef:
    """The entry that was chosen from the list, or the only one that has the typed words.

    CaseError if none has them, or several; and if only one that was corrected already has them, with who corrected it.
    """
    if chosen := _CHOSEN.fullmatch(typed.strip()):
        return EventRef.of(event_in(case, EventRef(int(chosen[1]), int(chosen[2]))))
    lines = {event.id: words.option_line(event, _undone(case, event)) for event in correctable(case.events)}
    by_id = {event.id: event for event in case.events}
    wanted = " ".join(typed.split()).casefold()
    fitting = [id for id, line in lines.items() if line.casefold() == wanted]
    fitting = fitting or [id for id, line in lines.items() if has_words(typed, line)]
    if len(fitting) > 1:
        raise CaseError(words.several_events(typed, [lines[id] for id in fitting]))
    if fitting:
        return EventRef.of(by_id[fitting[0]])
    gone = [event for event in case.events if event.id not in lines and has_words(typed, words.option_line(event))]
    if gone and (correction := in_place_of(case.events, gone[-1])):
        raise CaseError(words.corrected_already(correction))
    raise CaseError(words.unknown_event(typed, list(lines.values())))
