"""The status of a place at one moment, from what is recorded of it. It needs no database: the example record has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState
from bot.record.day_end import state_on
from bot.record.deadlines.zones import end_of
from bot.record.events import Event, effective_events
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.record.plan import LadderOf, next_due
from bot.record.posting import Posting

LAST_ZONE = ZoneInfo("Etc/GMT+12")  # 12 hours west of Greenwich


@dataclass(frozen=True)
class PlaceStatus:
    """The state of a place at one moment, or on one day."""

    place: Jurisdiction
    #: Those whose letter was sent by then, and was not undone.
    cases: tuple[tuple[Case, CaseState], ...]
    #: What had happened by then to the place, apart from any letter, oldest first.
    context: tuple[Event, ...]
    #: Nothing of it is later than this.
    latest: datetime
    #: By case id, the next alert of each case that has one.
    next_alerts: dict[int, Due]
    #: Other places of the same name that have no letter.
    also_named: tuple[Jurisdiction, ...]
    #: Whether alerts would be due, but no channel for them is set.
    lacks_channel: bool


@dataclass(frozen=True)
class AskedFor:
    """The moment that is asked about: a day at its end, or now."""

    #: No later moment is looked at; None for a day of which the end may be still to come.
    now: datetime | None
    #: None for now itself.
    day: date | None = None

    def __post_init__(self) -> None:
        if self.now is None and self.day is None:
            raise ValueError("neither a day nor a moment is asked for")

    @property
    def latest(self) -> datetime:
        """Now, or where no later moment is excluded, the end of the day in the last zone in which it ends."""
        if self.now is not None:
            return self.now
        assert self.day is not None
        return end_of(self.day, LAST_ZONE)

    def state_of(self, case: Case) -> CaseState:
        """A day is one in the zone of the case's deadline (see `state_on`)."""
        if self.day is not None:
            return state_on(case, self.day, self.now)
        assert self.now is not None
        return case.at(self.now)

    def has_happened(self, event: Event) -> bool:
        """A day is one in the zone of the event."""
        by_then = self.day is None or event.counts_from <= end_of(self.day, event.when.zone)
        return by_then and (self.now is None or event.counts_from <= self.now)


def status_at(
    asked: AskedFor,
    place: Jurisdiction,
    cases: Sequence[Case],
    context: Sequence[Event],
    posting: Posting | None,
    ladder_of: LadderOf,
    also: Sequence[Jurisdiction] = (),
    questions: Mapping[int, datetime] = MappingProxyType({}),
) -> PlaceStatus:
    """The status of a place with these cases. `context`: all that is recorded of it apart from any letter.

    `posting` is None if no channel for alerts is set; `also` are other places of the name, which have no letter.
    `questions`: by letter, when it is asked about because of cases of any place, as far as that matters (`first_questions`).
    """
    pairs = [(case, asked.state_of(case)) for case in cases]
    existing = tuple((case, case_state) for case, case_state in pairs if case_state.exists)
    awaited = [(case, case_state.now) for case, case_state in existing if case_state.clock_runs]
    awaited = [(_as_asked(case, questions), moment) for case, moment in awaited]
    dues = {c.id: next_due(c, ladder_of(c.letter), posting, moment) for c, moment in awaited} if posting else {}
    waits = any(case_state.clock_runs and case_state.deadline for _, case_state in existing)
    return PlaceStatus(
        place=place,
        cases=existing,
        context=tuple(event for event in effective_events(tuple(context)) if asked.has_happened(event)),
        latest=asked.latest,
        next_alerts={case_id: due for case_id, due in dues.items() if due is not None},
        also_named=tuple(also),
        lacks_channel=waits and posting is None,
    )


def _as_asked(case: Case, asked: Mapping[int, datetime]) -> Case:
    """As it is once its letter was asked about."""
    at = asked.get(case.letter.id)
    return replace(case, letter=replace(case.letter, asked_at=at)) if at and case.letter.asked_at is None else case
