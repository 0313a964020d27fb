"""Another default deadline of a letter: which recipients have the one before, and the events that give them the new one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.session import Session, WriteSession
from bot.record.case import Letter, replay
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Basis, DeadlineSet, Event, Sent, effective_events
from bot.record.moves import ListedCase
from bot.record.new_events import NewEvent
from bot.record.sources import Source
from bot.store import case_histories, case_pages
from bot.store.case_histories import NEWEST, CaseHistory, Histories, History
from bot.store.case_states import NewStandings, waits
from bot.store.database import batches
from bot.store.many_rows import Values
from bot.store.stored_events import StoredEvents

SLICE = 100  # cases: some ten milliseconds of work, after which the event loop goes on
REMEMBERED = 10_000  # histories
RECORDED_AT_ONCE = 800  # events


@dataclass(frozen=True, slots=True)
class Given:
    """What a history says of the deadline that a letter gives by default."""

    #: The number of the event that gave it; None if no deadline was recorded, and the letter had none.
    number: int | None
    #: Another deadline is in force: an extension, or one that was moved.
    keeps: Deadline | None
    #: The case waits for an answer.
    clock_runs: bool


@dataclass(frozen=True, slots=True)
class DefaultRecipient:
    """A recipient with the letter's default deadline, as a list shows it."""

    case: ListedCase
    #: The id of the event that gave it the deadline; None if it has none.
    event_id: int | None
    #: What stays in force: an extension, or a deadline that was moved. None if the new default comes into force.
    keeps: Deadline | None
    clock_runs: bool


@dataclass(frozen=True)
class PlannedDeadlines:
    """Some of the events that give recipients the new default, as they are stored."""

    #: To be announced, and to be recorded without: what stays in force, or no answer is awaited.
    announced: list[EventRow]
    quiet: list[EventRow]
    stored: StoredEvents
    #: How the cases stand then, by their ids: rows of the index of states.
    standings: dict[int, list[Values]]


@dataclass(frozen=True, slots=True)
class Found:
    case: CaseHistory
    given: Given

    @property
    def event_id(self) -> int | None:
        return None if self.given.number is None else self.case.event_ids[self.given.number - 1]


async def found(session: Session, letter: Letter) -> list[Found]:
    """The recipients of a letter that have its default deadline, or none if it has none."""
    histories = Histories()
    of_letter: list[Found] = []
    of_history = lru_cache(REMEMBERED)(lambda history: given_by(history, letter, session.now))
    for case_ids in batches(await case_pages.ids_of_letter(session.conn, letter.id), SLICE):
        read = await histories.read(session.conn, case_ids, NEWEST)
        of_letter += [Found(case, given) for case in read if (given := of_history(case.history))]
        await asyncio.sleep(0)
    return of_letter


def given_by(history: History, letter: Letter, now: datetime) -> Given | None:
    """None for a recipient with a deadline of its own, and for one that was undone."""
    effective = effective_events(history.events)
    case_state = replay([event for event in effective if event.counts_from <= now], (), now)
    if not any(isinstance(event.detail, Sent) for event in effective):
        return None
    set_by = [event for event in effective if isinstance(event.detail, DeadlineSet)]
    if letter.deadline is None:
        return None if set_by else Given(None, None, case_state.clock_runs)
    first = next((event for event in set_by if _gives(letter, letter.deadline, event)), None)
    if first is None:
        return None
    other = case_state.deadline if case_state.deadline_event is not first else None
    return Given(first.id, other, case_state.clock_runs)


def _gives(letter: Letter, default: Deadline, event: Event) -> bool:
    own = event.detail.deadline if isinstance(event.detail, DeadlineSet) else None
    return own is not None and letter.gives(event) and own.last_moment == default.last_moment


async def listed(session: Session, of_letter: Sequence[Found], letter: Letter) -> list[DefaultRecipient]:
    """As a list shows them, by the number of the case."""
    shown: list[DefaultRecipient] = []
    for few in batches(of_letter, SLICE):
        by_id = {each.case.case_id: each for each in few}
        for case in await case_histories.listed(session.conn, list(by_id), {letter.id: letter}):
            each = by_id[case.id]
            shown.append(DefaultRecipient(case, each.event_id, each.given.keeps, each.given.clock_runs))
        await asyncio.sleep(0)
    return sorted(shown, key=lambda recipient: recipient.case.number)


def fingerprint(of_letter: Iterable[Found], unticked: Collection[int]) -> str:
    """The same for the same recipients with the same deadlines, those that are left out aside."""
    rows = sorted(
        (each.case.case_id, each.event_id or 0, each.given.keeps is None)
        for each in of_letter
        if each.case.case_id not in unticked
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:12]


class Planning:
    """Makes the events. What thousands of them have alike is made once."""

    def __init__(self, session: Session, letter: Letter, new: Deadline, sources: tuple[Source, ...]) -> None:
        self._dialect = session.conn.dialect
        self.session = session
        self.letter = letter
        self._corrected, self._first = DeadlineSet(new, Basis.CORRECTION), DeadlineSet(new, Basis.ORIGINAL)
        self._sources = sources
        self._new_standings = NewStandings(self._dialect, session.now)
        self._known: dict[tuple[History, int | None], list[Values]] = {}

    async def plan(self, to_change: Sequence[Found], recipients: Sequence[DefaultRecipient]) -> list[PlannedDeadlines]:
        """The last first. `recipients`: the same as `listed`."""
        places = {recipient.case.id: recipient.case.place.id for recipient in recipients}
        planned = []
        for some in batches([each for each in to_change if each.case.case_id in places], RECORDED_AT_ONCE):
            part = PlannedDeadlines([], [], StoredEvents(self._dialect), {})
            for few in batches(some, SLICE):
                for each in few:
                    self._add(part, each, places[each.case.case_id])
                await asyncio.sleep(0)
            planned.append(part)
        return planned[::-1]

    def _add(self, part: PlannedDeadlines, each: Found, place_id: int) -> None:
        detail = self._first if each.event_id is None else self._corrected
        event = NewEvent(self.letter.sent, detail, "", self._sources, replaces=each.event_id)
        part.stored.row(event)
        row = EventRow(event, place_id, each.case.case_id, self.letter.id)
        is_news = each.given.clock_runs and each.given.keeps is None
        (part.announced if is_news else part.quiet).append(row)
        history = each.case.history
        if waits(history.events):
            return
        same = history, each.given.number
        if same not in self._known:
            number = len(history.events) + 1
            new = Event(number, event.when, self.session.now, detail, replaces=each.given.number)
            self._known[same] = self._new_standings.of_events((*history.events, new))
        part.standings[each.case.case_id] = self._known[same]


async def record(session: WriteSession, planned: list[PlannedDeadlines], *, quietly: bool = False) -> None:
    """Record what was planned, which is used up; nothing may have been recorded since. It is announced once a letter, unless
    nothing is to be."""
    while planned:
        part = planned.pop()
        for rows, announce in ((part.announced, not quietly), (part.quiet, False)):
            of_rows = {row.case_id for row in rows}
            standings = {case_id: values for case_id, values in part.standings.items() if case_id in of_rows}
            await append_and_announce(session, rows, announce=announce, standings=standings, stored=part.stored)
