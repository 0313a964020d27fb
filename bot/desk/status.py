"""What people ask about places and cases: the state, now or on a day, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.deadlines import has_begun
from bot.desk.first_questions import first_questions
from bot.desk.lookups import letter_with_id, place_with_id
from bot.desk.place_status import AskedFor, PlaceStatus, status_at
from bot.desk.session import Session
from bot.record.case import Case, CaseState
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.places import Jurisdiction
from bot.store import cases
from bot.words import errors


@dataclass(frozen=True)
class PlaceHistory:
    place: Jurisdiction
    cases: tuple[Case, ...]
    context: tuple[Event, ...]


async def place_status(
    session: Session, place_id: int, letter_id: int | None = None, on: date | None = None, also: Sequence[int] = ()
) -> PlaceStatus:
    """The state of a place, now or at the end of a day in the zone of each deadline; of one letter only with `letter_id`.

    `also`: the ids of other places of the same name that have no letter. CaseError for a day that has not begun, neither on
    the server nor where a deadline is.
    """
    place = await place_with_id(session, place_id)
    recorded = await _cases_of(session, place, letter_id)
    if on is not None:
        zones = [(case.at(session.now).deadline or case.letter.sent).zone for case in recorded]
        has_begun(on, [session.server.zone, *zones], session.now)
    context = await cases.context(session.conn, session.server.id, place.id)
    posting = session.server.posting if session.server.channel_id is not None else None
    also_named = [await place_with_id(session, other) for other in also]
    questions = await first_questions(session, recorded) if posting else {}
    ladder_of = session.server.ladder_of
    return status_at(AskedFor(session.now, on), place, recorded, context, posting, ladder_of, also_named, questions)


async def _cases_of(session: Session, place: Jurisdiction, letter_id: int | None) -> list[Case]:
    recorded = await cases.of_place(session.conn, session.server.id, place.id)
    if letter_id is None:
        return recorded
    letter = await letter_with_id(session, letter_id)
    of_letter = [case for case in recorded if case.letter.id == letter.id]
    if not of_letter:
        raise CaseError(f"{place.label} is not recorded as a recipient of “{letter.title}”.")
    return of_letter


async def history(session: Session, place_id: int) -> PlaceHistory:
    """Everything recorded about a place."""
    place = await place_with_id(session, place_id)
    recorded = await cases.of_place(session.conn, session.server.id, place.id)
    context = await cases.context(session.conn, session.server.id, place.id)
    return PlaceHistory(place, tuple(recorded), tuple(context))


async def case_with_state(session: Session, number: int) -> tuple[Case, CaseState]:
    """The case with that number, also if its recording was undone: its history can still be read."""
    case = await cases.numbered(session.conn, session.server.id, number)
    if case is None:
        raise CaseError(errors.unknown_case(str(number)))
    return case, case.at(session.now)
