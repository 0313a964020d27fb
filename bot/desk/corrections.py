"""Correcting an event of a case, at any age, by anybody at the desk: replacing it, taking it back, moving it to another case.

What is recorded stays and is struck out. What rests on it goes with it; a person is shown all that before it is recorded.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.correction_answers import AFTER_LETTER, event_with_answers
from bot.desk.deadlines import not_before_letter
from bot.desk.lookups import CaseRef, case_again
from bot.desk.session import Session, WriteSession
from bot.record.case import Case
from bot.record.consequence_states import check_lifting
from bot.record.corrections import (
    How,
    Why,
    counted_from_other,
    going_with,
    in_place_of,
    is_bound,
    replacing,
    taken_back_by,
    taking_back,
)
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Acknowledged,
    Basis,
    Closed,
    Consequence,
    Corrected,
    DeadlineSet,
    Event,
    Note,
    Reopened,
    Sent,
    Silenced,
    effective_events,
)
from bot.record.new_events import NewEvent
from bot.record.news_kinds import is_announced
from bot.record.recheck import Told, is_news
from bot.record.sources import Source
from bot.store import announcements, cases
from bot.store.told import ToldEvent, told_about
from bot.words import correction_refusals as refusals
from bot.words import corrections as words
from bot.words import errors

#: Kinds that say nothing but that they happened, and somebody's handling of alerts.
NOTHING_TO_REPLACE = (Acknowledged, Silenced)


@dataclass(frozen=True)
class EventRef:
    """An event that was looked up. Its id may be given out again after a restore; not in the same second."""

    id: int
    #: The second in which it was recorded.
    recorded: int

    @classmethod
    def of(cls, event: Event) -> EventRef:
        return cls(event.id, int(event.recorded_at.timestamp()))


@dataclass(frozen=True)
class CorrectionRequest:
    """What a person wants to be corrected."""

    case: CaseRef
    event: EventRef
    how: How
    reason: str
    #: The case to which it is moved.
    to: CaseRef | None = None
    source: Source | None = None
    #: Of the form that says what is recorded instead, by the names of its rows.
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> Why:
        return Why(self.reason, self.source)


@dataclass(frozen=True)
class PlannedCorrection:
    """What a correction would record."""

    request: CorrectionRequest
    case: Case
    event: Event
    #: What is recorded in its place, or moved.
    new: NewEvent | None
    #: What rests on it and goes with it.
    along: tuple[Event, ...]
    #: The case to which it is moved.
    target: Case | None
    rows: tuple[EventRow, ...]
    #: By id, the events of the case that were to be announced.
    told: Mapping[int, ToldEvent]
    #: Which of the rows are news, by their numbers.
    news: frozenset[int]

    @cached_property
    def digest(self) -> str:
        """The same for the same correction of the same history: a person agrees to this one alone."""
        of_rows = [(row.case_id, row.event.detail, row.event.text, row.event.sources, row.event.replaces) for row in self.rows]
        newest = [max(event.id for event in case.events) for case in (self.case, self.target) if case]
        said = [(self.new.when, self.new.certainty, self.new.amount)] if self.new else []
        return hashlib.sha256(repr((of_rows, newest, said)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class RecordedCorrection:
    planned: PlannedCorrection
    #: The cases as they are now.
    case: Case
    target: Case | None
    operation: str


async def plan_correction(session: Session, request: CorrectionRequest) -> PlannedCorrection:
    """What `request` would record. CaseError for what cannot be corrected, or not so: nothing is recorded."""
    if not request.reason.strip():
        raise CaseError(errors.empty("The reason"))
    case = await case_again(session, request.case)
    event = event_in(case.events, request.event)
    check_in_effect(case, event)
    when = When(session.now.astimezone(session.server.zone).isoformat(), session.server.zone)
    told = await told_about(session.conn, case.id, {other.id for other in case.events})
    target = new = None
    if request.how is How.REPLACE:
        check_replaceable(event)
        new = await event_with_answers(session, case, event, request.answers)
        first = replacing(case.events, event, new, request.why)
    elif request.how is How.MOVE:
        target = await _target(session, case, event, request.to)
        new = _moved(case, event, target, request.why, session)
        first = taking_back(case.events, event, when, request.why, words.moved_to(target))
    else:
        first = taking_back(case.events, event, when, request.why)
    along = going_with(case, event, new if request.how is How.REPLACE else None)
    gone = [taking_back(case.events, fact, when, request.why, words.GONE_ALONG) for fact in along]
    rows = [EventRow(each, case.place.id, case.id, case.letter.id) for each in (first, *gone)]
    if target and new:
        rows.append(EventRow(new, target.place.id, target.id, target.letter.id))
    news = news_among(session, case.events, event, rows, told)
    shown = first if request.how is How.REPLACE else new
    return PlannedCorrection(request, case, event, shown, tuple(along), target, tuple(rows), told, news)


async def record_correction(session: WriteSession, planned: PlannedCorrection) -> RecordedCorrection:
    """Record what was planned; nothing may have been recorded since. It is announced once, where the channel was told
    otherwise."""
    ids = await append_and_announce(session, planned.rows, announce=False)
    await announce_news(session, planned.rows, ids, planned.news)
    after = {case.id: case for case in await cases.with_ids(session.conn, {row.case_id for row in planned.rows if row.case_id})}
    target = after[planned.target.id] if planned.target else None
    return RecordedCorrection(planned, after[planned.case.id], target, session.audit.operation)


async def announce_news(session: WriteSession, rows: Sequence[EventRow], ids: Sequence[int], numbers: Iterable[int]) -> None:
    """Announce those of the rows with these numbers; `ids`: of the events."""
    news: dict[int | None, list[tuple[int | None, int]]] = defaultdict(list)
    for number in sorted(numbers):
        news[rows[number].letter_id].append((rows[number].case_id, ids[number]))
    for letter_id, of_letter in news.items():
        await announcements.announce(session.conn, session.server.id, letter_id, of_letter, session.now, session.audit.by_id)


def event_in(history: Iterable[Event], ref: EventRef) -> Event:
    """The event that was looked up before, of what is recorded of a case or place; CaseError if there is none."""
    event = next((event for event in history if EventRef.of(event) == ref), None)
    if event is None:
        raise CaseError(errors.STALE)
    return event


def check_in_effect(case: Case, event: Event) -> None:
    """CaseError for what was corrected already, with who did and when; and for what goes with its case alone."""
    if isinstance(event.detail, Corrected):
        raise CaseError(refusals.cannot_correct_taking_back(taken_back_by(case.events, event)))
    if correction := in_place_of(case.events, event):
        raise CaseError(refusals.corrected_already(correction))
    if all(fact.id != event.id for fact in effective_events(case.events)):
        raise CaseError(refusals.gone_with_case(case))
    if isinstance(event.detail, Sent):
        raise CaseError(refusals.use_withdraw(case))


def check_replaceable(event: Event) -> None:
    """CaseError for what says nothing that a form could ask."""
    if isinstance(event.detail, NOTHING_TO_REPLACE):
        raise CaseError(refusals.nothing_to_replace(event))


async def _target(session: Session, case: Case, event: Event, to: CaseRef | None) -> Case:
    """The case to which an event is moved; CaseError if it cannot belong there."""
    if to is None:
        raise CaseError(refusals.NEEDS_TARGET)
    if to.id == case.id:
        raise CaseError(refusals.same_case(case))
    target = await case_again(session, to)
    if is_bound(case, event):
        raise CaseError(refusals.cannot_move(event, case))
    if counted_from_other(target, event):
        raise CaseError(refusals.counted_from_other(target))
    if what := AFTER_LETTER.get(event.detail.kind):
        not_before_letter(event.when, target.letter, what)
    _check_fits(session, event, target)
    return target


def _check_fits(session: Session, event: Event, target: Case) -> None:
    """CaseError for what could not have been recorded of that case."""
    state = target.at(session.now)
    if isinstance(event.detail, Closed | DeadlineSet) and state.ended:
        raise CaseError(refusals.has_ended(target))
    if isinstance(event.detail, Reopened) and state.ended is None:
        raise CaseError(refusals.is_open(target))
    if isinstance(event.detail, Consequence):
        check_lifting(event.detail, event.when, effective_events(target.events))
    same = (event.when, event.detail, event.text, event.sources)
    if not isinstance(event.detail, Note) and any(
        (fact.when, fact.detail, fact.text, fact.sources) == same for fact in effective_events(target.events)
    ):
        raise CaseError(refusals.is_there_already(target))


def _moved(case: Case, event: Event, target: Case, why: Why, session: Session) -> NewEvent:
    """The fact as it is recorded in the other case."""
    detail = event.detail
    if isinstance(detail, DeadlineSet) and detail.basis in (Basis.ORIGINAL, Basis.EXTENSION):
        in_force = target.at(session.now).deadline
        detail = replace(detail, basis=Basis.EXTENSION if in_force else Basis.ORIGINAL)
    sources = tuple(dict.fromkeys((*why.sources, *event.sources)))
    reason = words.moved_from(case, why.reason)
    return NewEvent(event.when, detail, event.text, sources, event.certainty, event.amount, event.conflict, reason=reason)


def news_among(
    session: Session, history: Sequence[Event], event: Event, rows: Sequence[EventRow], told: Mapping[int, ToldEvent]
) -> frozenset[int]:
    """Which of the rows are news, by their numbers: the channel was told otherwise, or was about to be. `history`: all that is
    recorded of the case or place of the event."""
    known = {other.id: other for other in history}
    of_events = {event_id: about.told for event_id, about in told.items()}
    news = set()
    for number, row in enumerate(rows):
        chain = _replaced(known, row.event.replaces or event.id)
        if isinstance(row.event.detail, Corrected):
            correction = Event(max(known) + 1, row.event.when, session.now, row.event.detail, replaces=chain[0].id)
            is_new = is_news([*reversed(chain), correction], of_events)
        else:
            about = {of_events[other.id] for other in chain if other.id in of_events}
            is_new = Told.POSTED in about or (bool(about) and is_announced(row.event.detail, session.server.unannounced))
        news |= {number} if is_new else set()
    return frozenset(news)


def _replaced(known: Mapping[int, Event], event_id: int | None) -> Sequence[Event]:
    """An event, what it replaces and so on."""
    chain = []
    while event_id is not None and event_id in known:
        chain.append(known[event_id])
        event_id = known[event_id].replaces
    return chain


def when_told(history: Sequence[Event], event: Event, told: Mapping[int, ToldEvent]) -> ToldEvent | None:
    """What became of the newest announcement of the event, or of what it corrects."""
    known = {other.id: other for other in history}
    return next((told[other.id] for other in _replaced(known, event.id) if other.id in told), None)
