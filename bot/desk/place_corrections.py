"""Correcting what is recorded of a place apart from any letter: replacing it, or taking it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.correction_answers import event_of_place_with_answers
from bot.desk.correction_preview import announced
from bot.desk.corrections import EventRef, announce_news, event_in, news_among, when_told
from bot.desk.lookups import place_with_id
from bot.desk.place_events import consequences_of_place
from bot.desk.session import Session, WriteSession
from bot.record.consequence_states import MOVED, state_of
from bot.record.corrections import How, Why, in_place_of, replacing, taking_back
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Consequence, Corrected, Event, effective_events
from bot.record.later_facts import later_facts_of_place
from bot.record.new_events import NewEvent
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.store import cases
from bot.store.told import ToldEvent, told_about
from bot.words import correction_refusals as refusals
from bot.words import corrections as words
from bot.words import errors
from bot.words.corrections import PlacePreview


@dataclass(frozen=True)
class PlaceCorrectionRequest:
    """What a person wants to be corrected of a place."""

    place_id: int
    event: EventRef
    how: How
    reason: str
    source: Source | None = None
    #: As of `CorrectionRequest`.
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedPlaceCorrection:
    """What a correction would record."""

    request: PlaceCorrectionRequest
    place: Jurisdiction
    history: tuple[Event, ...]
    event: Event
    #: What is recorded in its place.
    new: NewEvent | None
    #: What rests on it and goes with it.
    along: tuple[Event, ...]
    rows: tuple[EventRow, ...]
    told: Mapping[int, ToldEvent]
    news: frozenset[int]

    @property
    def digest(self) -> str:
        new = self.new and (
            self.new.when,
            self.new.detail,
            self.new.text,
            self.new.sources,
            self.new.certainty,
            self.new.amount,
        )
        shown = repr((max(event.id for event in self.history), new, [row.event.replaces for row in self.rows]))
        return hashlib.sha256(shown.encode()).hexdigest()[:12]


async def event_to_correct(session: Session, place_id: int, ref: EventRef) -> tuple[Jurisdiction, Event]:
    """A place and the fact of it that was looked up before. CaseError if it is not in effect."""
    place, history = await _history(session, place_id)
    return place, _checked(history, ref)


async def plan_place_correction(session: Session, request: PlaceCorrectionRequest) -> PlannedPlaceCorrection:
    """What `request` would record. CaseError for what cannot be corrected, or not so: nothing is recorded."""
    if not request.reason.strip():
        raise CaseError(errors.empty("The reason"))
    place, history = await _history(session, request.place_id)
    event = _checked(history, request.event)
    when = When(session.now.astimezone(session.server.zone).isoformat(), session.server.zone)
    why = Why(request.reason, request.source)
    new = None
    if request.how is How.REPLACE:
        earlier = tuple(fact for fact in effective_events(history) if fact.id < event.id)
        names = await consequences_of_place(session, place.id)
        new = event_of_place_with_answers(session, event, request.answers, earlier, names)
        new = replacing(history, event, new, why)
    elif request.how is How.MOVE:
        raise CaseError(refusals.PLACES_DO_NOT_MOVE)
    along = _along(history, event, new)
    first = new or taking_back(history, event, when, why)
    gone = [taking_back(history, fact, when, why, words.GONE_ALONG) for fact in along]
    rows = tuple(EventRow(each, place.id) for each in (first, *gone))
    told = await told_about(session.conn, None, {other.id for other in history})
    news = news_among(session, history, event, rows, told)
    return PlannedPlaceCorrection(request, place, history, event, new, along, rows, told, news)


async def record_place_correction(session: WriteSession, planned: PlannedPlaceCorrection) -> str:
    """Record what was planned: the operation. Nothing may have been recorded since."""
    ids = await append_and_announce(session, planned.rows, announce=False)
    await announce_news(session, planned.rows, ids, planned.news)
    return session.audit.operation


def place_preview(session: Session, planned: PlannedPlaceCorrection) -> PlacePreview:
    """What `planned` would change."""
    new = planned.new
    shown = Event(0, new.when, session.now, new.detail, new.text, "", new.certainty, new.sources, new.amount) if new else None
    return PlacePreview(
        place=planned.place,
        event=planned.event,
        new=shown,
        along=planned.along,
        reason=planned.request.reason,
        told=announced(when_told(planned.history, planned.event, planned.told)),
        is_news=is_posted(session, planned),
        zone=session.server.zone,
    )


def is_posted(session: Session, planned: PlannedPlaceCorrection) -> bool:
    """Whether a correction is posted."""
    return bool(planned.news) and session.server.announce and session.server.channel_id is not None


async def facts_of(session: Session, place_id: int) -> list[Event]:
    """What can be corrected of a place, newest recording first."""
    _, history = await _history(session, place_id)
    return sorted(effective_events(history), key=lambda event: event.id, reverse=True)


async def _history(session: Session, place_id: int) -> tuple[Jurisdiction, tuple[Event, ...]]:
    place = await place_with_id(session, place_id)
    return place, tuple(await cases.context(session.conn, session.server.id, place.id))


def _checked(history: Sequence[Event], ref: EventRef) -> Event:
    event = event_in(history, ref)
    if isinstance(event.detail, Corrected):
        raise CaseError(errors.STALE)
    if correction := in_place_of(history, event):
        raise CaseError(refusals.corrected_already(correction))
    return event


def _along(history: Sequence[Event], event: Event, new: NewEvent | None) -> tuple[Event, ...]:
    """A lifting without anything left that could be lifted."""
    detail = new.detail if new else None
    if isinstance(detail, Consequence) and isinstance(event.detail, Consequence):
        moved = Event(event.id, event.when, event.recorded_at, detail)
        if detail.name == event.detail.name and state_of(moved) in MOVED:
            return ()
    return tuple(later_facts_of_place(history, {event.id}))
