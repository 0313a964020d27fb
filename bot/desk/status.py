"""What people ask about places and cases: the present state, deadlines by date, history, sources, what will be posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.desk.lookups import letter_with_id, place_with_id
from bot.desk.place_status import PlaceStatus, status_at
from bot.desk.session import Session
from bot.record.case import Case, CaseState, Letter, Status
from bot.record.deadlines.zones import end_of
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.ladder import DEFAULT_LADDER
from bot.record.places import Jurisdiction
from bot.record.plan import Alert, ahead
from bot.store import cases
from bot.words import errors


@dataclass(frozen=True)
class DeadlineFilter:
    """Which cases are asked for. Without a status: every open case without a full answer."""

    within_days: int | None = None
    status: Status | None = None
    #: A state's postal code.
    state: str = ""
    letter_id: int | None = None

    def accepts(self, case: Case, case_state: CaseState) -> bool:
        return (
            self._has_status(case_state)
            and self.state in ("", case.place.state)
            and self.letter_id in (None, case.letter.id)
            and (self.within_days is None or _falls_due_within(case_state, self.within_days))
        )

    def _has_status(self, case_state: CaseState) -> bool:
        """A status includes cases of which others hold too: "refused" those that are escalated or overdue as well."""
        if not case_state.exists:
            return False
        if self.status is None:
            return case_state.is_open and case_state.answered is None
        return self.status in case_state.statuses


@dataclass(frozen=True)
class DeadlineList:
    cases: tuple[tuple[Case, CaseState], ...]
    #: The letter of the filter.
    letter: Letter | None


@dataclass(frozen=True)
class PlaceHistory:
    place: Jurisdiction
    cases: tuple[Case, ...]
    context: tuple[Event, ...]


async def place_status(
    session: Session, place_id: int, letter_id: int | None = None, on: date | None = None, also: Sequence[int] = ()
) -> PlaceStatus:
    """The state of a place, now or at the end of a day; of one letter only if `letter_id` is given.

    `also`: the ids of other places of the same name that have no letter.
    """
    place = await place_with_id(session, place_id)
    recorded = await _cases_of(session, place, letter_id)
    moment = min(end_of(on, session.server.zone), session.now) if on else session.now
    context = await cases.context(session.conn, session.server.id, place.id)
    posting = session.server.posting if session.server.channel_id is not None else None
    return status_at(moment, place, recorded, context, posting, [await place_with_id(session, other) for other in also])


async def _cases_of(session: Session, place: Jurisdiction, letter_id: int | None) -> list[Case]:
    recorded = await cases.of_place(session.conn, session.server.id, place.id)
    if letter_id is None:
        return recorded
    letter = await letter_with_id(session, letter_id)
    of_letter = [case for case in recorded if case.letter.id == letter.id]
    if not of_letter:
        raise CaseError(f"{place.label} is not recorded as a recipient of “{letter.title}”.")
    return of_letter


async def deadlines(session: Session, wanted: DeadlineFilter) -> DeadlineList:
    recorded = [(case, case.at(session.now)) for case in await cases.of_server(session.conn, session.server.id)]
    letter = await letter_with_id(session, wanted.letter_id) if wanted.letter_id is not None else None
    return DeadlineList(tuple(pair for pair in recorded if wanted.accepts(*pair)), letter)


def _falls_due_within(case_state: CaseState, days: int) -> bool:
    return case_state.days_left is not None and 0 <= case_state.days_left <= days


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


async def schedule(session: Session, days: int) -> list[Alert]:
    """The alerts of the next days, if nothing changes until then."""
    recorded = await cases.of_server(session.conn, session.server.id)
    end = session.now + timedelta(days=days)
    return ahead(recorded, DEFAULT_LADDER, session.server.posting, session.now, end)
