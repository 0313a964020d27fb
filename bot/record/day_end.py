"""Where a case stood at the end of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, replay
from bot.record.deadlines.zones import end_of
from bot.record.events import Answer, effective_events


def state_on(case: Case, day: date, now: datetime | None = None) -> CaseState:
    """The state of a case at the end of that day, or at `now` if that is earlier.

    1. The day of an event is one in the event's own time zone: what happened on that day, or before, has happened.
    2. The day of the deadline is one in the deadline's zone, wherever its readers are: with a deadline of that day, it is due
       today. Without a deadline the day is one in the letter's zone.
    """

    def end_in(zone: ZoneInfo) -> datetime:
        end = end_of(day, zone)
        return end if now is None else min(end, now)

    known = effective_events(case.events)
    happened = [event for event in known if event.counts_from <= end_in(event.when.zone)]
    deadline = replay(happened, case.letter.threatened, end_in(case.letter.sent.zone)).deadline
    moment = end_in((deadline or case.letter.sent).zone)
    case_state = replay(happened, case.letter.threatened, moment)
    later_answers = (event for event in known if event not in happened and isinstance(event.detail, Answer))
    perhaps = (event for event in later_answers if (event.when.earliest or moment) <= end_in(event.when.zone))
    return replace(case_state, perhaps_answered=next(perhaps, None) if case_state.exists else None)
