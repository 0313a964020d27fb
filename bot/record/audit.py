"""What a case should have been sent, compared with what it was sent. Planned from the record alone, as the watch plans it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.record.case import Case
from bot.record.holding import is_held_back
from bot.record.ladder import Ladder
from bot.record.plan import Alert, kept_quiet, plan
from bot.record.posting import Posting

#: A post may have begun so long before its receipt, also by a clock that was as far ahead as is believed and was set back; what
#: was recorded meanwhile could not change it any more.
UNDER_WAY = timedelta(minutes=15)
_Key = tuple[int, str, int]  # the event that set the deadline, the rung, which repeat of it


class DifferenceKind(StrEnum):
    #: It is due and was not planned.
    MISSING = "missing"
    #: The case would be looked at later than its next alert is due, or never.
    LATE_LOOK = "late look"
    #: It is planned, and on no message that is still to be posted or was.
    STRANDED = "stranded"
    #: It was posted although it was not true: no such deadline was in force, or its clock did not run.
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class StoredAlert:
    """An alert of a case as it is stored."""

    deadline_id: int
    rung: str
    occurrence: int
    due_at: datetime
    #: False if it was superseded before it was posted, or is set aside.
    is_planned: bool
    #: Whether its message was posted, or is still to be.
    is_carried: bool
    #: When the message was posted, or found in the channel.
    sent_at: datetime | None
    #: When it was first claimed, before which it was not posted; None if it never was.
    posted_from: datetime | None = None

    @property
    def key(self) -> _Key:
        return (self.deadline_id, self.rung, self.occurrence)


@dataclass(frozen=True)
class Difference:
    """One thing that the audit found."""

    kind: DifferenceKind
    case_id: int
    number: int
    #: As of an alert.
    about_id: int
    rung: str
    occurrence: int
    due_at: datetime

    @property
    def looks_again(self) -> bool:
        """Whether a look at the case mends it. Nothing else is ever done about a difference."""
        return self.kind in (DifferenceKind.MISSING, DifferenceKind.LATE_LOOK)


def differences(
    case: Case, look_at: datetime | None, stored: Collection[StoredAlert], ladder: Ladder, posting: Posting, now: datetime
) -> list[Difference]:
    """What differs of one case of a server that has a channel. `look_at`: when it is to be looked at next.

    1. A case whose look has come is not compared with what it should have been sent: the watch is about to plan it.
    2. A clock that was set back must not make missing what was planned by the later time.
    3. What was posted is compared with what was known when it was due and when it was posted.
    """
    moment = max(now, case.looked_at or now)
    case = case.with_all_known(moment, timedelta())
    found = [_of(case, kind, alert) for alert in stored if (kind := _wrong_with(case, alert, posting))]
    if look_at is not None and look_at <= moment:
        return found
    planned = plan(case, ladder, posting, moment)
    if planned.due and not _is_planned(planned.due, stored):
        planned = kept_quiet(planned, posting, moment)
        if planned.due:
            due, about_id = planned.due.due, planned.due.deadline_id
            missing = (about_id, due.rung.name, due.occurrence, due.at)
            found.append(Difference(DifferenceKind.MISSING, case.id, case.number, *missing))
    if planned.look_at and (look_at is None or look_at > planned.look_at):
        about = case.known_at(moment).deadline_event
        about_id = about.id if about else 0
        found.append(Difference(DifferenceKind.LATE_LOOK, case.id, case.number, about_id, "", 0, planned.look_at))
    return found


def _is_planned(due: Alert, stored: Collection[StoredAlert]) -> bool:
    key = (due.deadline_id, due.due.rung.name, due.due.occurrence)
    return any(alert.is_planned and (alert.key == key or _overtakes(alert, due)) for alert in stored)


def _overtakes(stored: StoredAlert, due: Alert) -> bool:
    """Whether a newer alert was planned already, whose rung was taken off the ladder since or is silenced now."""
    return stored.deadline_id == due.deadline_id and stored.due_at > due.due.at


def _of(case: Case, kind: DifferenceKind, alert: StoredAlert) -> Difference:
    return Difference(kind, case.id, case.number, *alert.key, alert.due_at)


def _wrong_with(case: Case, alert: StoredAlert, posting: Posting) -> DifferenceKind | None:
    if not alert.is_planned:
        return None
    if not alert.is_carried:
        return DifferenceKind.STRANDED
    if alert.sent_at is None or any(_is_true(case, alert, posting, moment) for moment in _moments(alert)):
        return None
    return DifferenceKind.UNEXPECTED


def _moments(alert: StoredAlert) -> Iterator[datetime]:
    """When it may have been checked last: a message may also be found long after it was posted."""
    yield alert.due_at
    if alert.posted_from:
        yield alert.posted_from
    if alert.sent_at:
        yield alert.sent_at - UNDER_WAY
        yield alert.sent_at


def _is_true(case: Case, alert: StoredAlert, posting: Posting, moment: datetime) -> bool:
    state = case.known_at(moment)
    holds = state.clock_runs and state.deadline_event is not None and state.deadline_event.id == alert.deadline_id
    return holds and not is_held_back(state, alert.rung, posting)
