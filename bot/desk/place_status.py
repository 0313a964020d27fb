"""The status of a place at one moment, from what is recorded of it. It needs no database: the example record has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.record.case import Case, CaseState
from bot.record.events import Event, effective_events
from bot.record.ladder import DEFAULT_LADDER, Due, Posting
from bot.record.places import Jurisdiction
from bot.record.plan import next_due


@dataclass(frozen=True)
class PlaceStatus:
    """The state of a place at one moment."""

    place: Jurisdiction
    #: Those whose letter was sent by then, and was not undone.
    cases: tuple[tuple[Case, CaseState], ...]
    #: What had happened by then to the place, apart from any letter, oldest first.
    context: tuple[Event, ...]
    #: The moment asked about: now, or the end of the day that was asked about.
    moment: datetime
    #: By case id, the next alert of each case that has one.
    next_alerts: dict[int, Due]
    #: Other places of the same name that have no letter.
    also_named: tuple[Jurisdiction, ...]
    #: Whether alerts would be due, but no channel for them is set.
    lacks_channel: bool


def status_at(
    moment: datetime,
    place: Jurisdiction,
    cases: Sequence[Case],
    context: Sequence[Event],
    posting: Posting | None,
    also: Sequence[Jurisdiction] = (),
) -> PlaceStatus:
    """The status of a place with these cases. `context`: all that is recorded of it apart from any letter.

    `posting` is None if no channel for alerts is set; `also` are other places of the name, which have no letter.
    """
    pairs = [(case, case.at(moment)) for case in cases]
    existing = tuple((case, case_state) for case, case_state in pairs if case_state.exists)
    dues = {case.id: next_due(case, DEFAULT_LADDER, posting, moment) for case, _ in existing} if posting else {}
    waits = any(case_state.clock_runs and case_state.deadline for _, case_state in existing)
    return PlaceStatus(
        place=place,
        cases=existing,
        context=tuple(event for event in effective_events(tuple(context)) if event.counts_from <= moment),
        moment=moment,
        next_alerts={case_id: due for case_id, due in dues.items() if due is not None},
        also_named=tuple(also),
        lacks_channel=waits and posting is None,
    )
