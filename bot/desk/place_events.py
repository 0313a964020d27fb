"""Recording what happened to a place apart from any letter: a suit, a ruling, a statement, a law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.case_events import EventReport, new_event, today
from bot.desk.lookups import place_with_id
from bot.desk.session import Session, WriteSession
from bot.record.consequence_states import check_lifting
from bot.record.consequences import known_as
from bot.record.errors import CaseError
from bot.record.events import Consequence, Court, Detail, Event, Finding, Note, Statement, effective_events
from bot.record.places import Jurisdiction
from bot.store import cases

#: What can be said of a place alone; everything else belongs to a letter.
OF_A_PLACE = (Statement, Finding, Consequence, Court, Note)


@dataclass(frozen=True)
class RecordedPlaceEvent:
    """An event of a place alone that was recorded."""

    place: Jurisdiction
    event: Event
    operation: str


async def record_place_event(session: WriteSession, place_id: int, detail: Detail, report: EventReport) -> RecordedPlaceEvent:
    """Record an event that concerns a place apart from any letter, and announce it if that kind of event is news.

    CaseError for what belongs to a letter, and for lifting what is not in force.
    """
    place = await place_with_id(session, place_id)
    if not isinstance(detail, OF_A_PLACE):
        raise CaseError("That belongs to a letter: record it with /case event.")
    when = report.when or today(session)
    if isinstance(detail, Consequence):
        before = await _in_force(session, place.id)
        detail = replace(detail, name=known_as(detail.name, _consequences(before)))
        check_lifting(detail, when, before)
    recorded = new_event(detail, when, report)
    [event_id] = await append_and_announce(session, [EventRow(recorded, place.id)])
    context = await cases.context(session.conn, session.server.id, place.id)
    event = next(event for event in context if event.id == event_id)
    return RecordedPlaceEvent(place, event, session.audit.operation)


async def consequences_of_place(session: Session, place_id: int) -> tuple[str, ...]:
    """The consequences that are recorded of a place apart from any letter."""
    return _consequences(await _in_force(session, place_id))


async def _in_force(session: Session, place_id: int) -> tuple[Event, ...]:
    """What counts of a place apart from any letter, oldest first."""
    return tuple(effective_events(tuple(await cases.context(session.conn, session.server.id, place_id))))


def _consequences(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(event.detail.name for event in events if isinstance(event.detail, Consequence)))
