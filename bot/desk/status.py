"""What people ask about places and cases: the present state, deadlines by date, history, sources, what will be posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from bot.desk.deadlines import has_begun
from bot.desk.lookups import letter_with_id, place_with_id
from bot.desk.place_status import AskedFor, PlaceStatus, status_at
from bot.desk.session import Session
from bot.record.case import Case, CaseState, Letter, Status
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.ladder import DEFAULT_LADDER
from bot.record.places import Jurisdiction
from bot.record.plan import Alert, ahead
from bot.store import case_states, cases
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
    return status_at(AskedFor(session.now, on), place, recorded, context, posting, also_named)


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
    """The cases that are asked for. The index of states says which they may be, and a replay of each which they are."""
    recorded = [(case, case.at(session.now)) for case in await _candidates(session, wanted)]
    letter = await letter_with_id(session, wanted.letter_id) if wanted.letter_id is not None else None
    return DeadlineList(tuple(pair for pair in recorded if wanted.accepts(*pair)), letter)


async def _candidates(session: Session, wanted: DeadlineFilter) -> list[Case]:
    """The cases that may fit the filter: all of the server, as long as the index is not complete."""
    if await case_states.filled_to(session.conn) is not None:
        return await cases.of_server(session.conn, session.server.id)
    status = case_states.unanswered() if wanted.status is None else case_states.has_status(wanted.status, session.now)
    conditions = [status]
    if wanted.state:
        conditions.append(case_states.of_state(wanted.state))
    if wanted.letter_id is not None:
        conditions.append(case_states.of_letter(wanted.letter_id))
    if wanted.within_days is not None:  # in the zone of a deadline it may be the day before or after
        today, day = session.now.astimezone(UTC).date(), timedelta(days=1)
        conditions.append(case_states.due_between(today - day, today + day + timedelta(days=wanted.within_days)))
    ids = await case_states.matching(session.conn, session.server.id, session.now, *conditions)
    return await cases.with_ids(session.conn, ids)


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
