"""Which alerts a case owes: decided here, from data alone; the watch posts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from bot.record.case import Case, Standing
from bot.record.dates import Deadline
from bot.record.events import DeadlineSet
from bot.record.ladder import Due, Phase, Posting, Rung, moments

Ladder = tuple[Rung, ...]


@dataclass(frozen=True)
class Alert:
    """One rung due for one case. `deadline_id` is the version of the deadline that it speaks of."""

    case: Case
    deadline_id: int
    due: Due

    @property
    def key(self) -> tuple[int, int, str, int]:
        return (self.case.id, self.deadline_id, self.due.rung.name, self.due.occurrence)


@dataclass(frozen=True)
class Plan:
    """`due`: the alert to post now, if any. `skipped`: older ones that nobody will hear any more. `look_at`: when next."""

    due: Alert | None
    skipped: tuple[Alert, ...]
    look_at: datetime | None


def plan(case: Case, ladder: Ladder, posting: Posting, now: datetime) -> Plan:
    """What `case` owes at `now`, and when to look again.

    1. Only rungs whose moment lies after the start (see `_start`) count.
    2. The newest of them that is due is the one to post; posting it twice is prevented by its key, not here.
    3. The others that fell due since the last look were slept through: skipped.
    """
    standing = case.known_at(now)
    if not standing.clock_runs or standing.deadline is None or standing.deadline_event is None:
        return Plan(None, (), None)
    deadline_id = standing.deadline_event.id
    start = _start(case, standing)
    fallen: list[Due] = []
    look_at = None
    for due in moments(ladder, standing.deadline, posting):
        if due.at > now:
            look_at = due.at
            break
        if due.at > start and posting.owes(due.at):
            fallen.append(due)
    if standing.acknowledged:
        fallen = [due for due in fallen if due.rung.phase is not Phase.AFTER]
        look_at = look_at if not standing.overdue else None
    alerts = [Alert(case, deadline_id, due) for due in fallen]
    skipped = tuple(a for a in alerts[:-1] if case.looked_at is None or a.due.at > case.looked_at)
    return Plan(alerts[-1] if alerts else None, skipped, look_at)


def next_due(case: Case, ladder: Ladder, posting: Posting, now: datetime) -> Due | None:
    """The next alert that `case` owes after `now`, if nothing changes until then."""
    look_at = plan(case, ladder, posting, now).look_at
    deadline = case.known_at(now).deadline
    if look_at is None or deadline is None:
        return None
    return next(due for due in moments(ladder, deadline, posting) if due.at == look_at)


def ahead(cases: Iterable[Case], ladder: Ladder, posting: Posting, now: datetime, end: datetime) -> list[Alert]:
    """Every alert that these cases will owe in (now, end] if nothing is recorded until then, by time; linear in the cases.

    The same as `upcoming` for a record that ends at `now`; cases that share a deadline share the counting.
    """
    dues: dict[Deadline, list[Due]] = {}
    found = []
    for case in cases:
        standing = case.known_at(now)
        deadline, event = standing.deadline, standing.deadline_event
        if not standing.clock_runs or deadline is None or event is None:
            continue
        if deadline not in dues:
            by_moment = {d.at: d for d in takewhile(lambda d: d.at <= end, moments(ladder, deadline, posting)) if d.at > now}
            dues[deadline] = list(by_moment.values())
        quiet = standing.acknowledged
        found += [Alert(case, event.id, due) for due in dues[deadline] if not (quiet and due.rung.phase is Phase.AFTER)]
    return sorted(found, key=lambda alert: alert.due.at)


def upcoming(case: Case, ladder: Ladder, posting: Posting, start: datetime, end: datetime) -> list[Alert]:
    """Every alert that falls due in [start, end], each as the record known at its own moment has it: the rehearsal."""
    found = {}
    for event in case.events:
        if not isinstance(event.detail, DeadlineSet):
            continue
        for due in takewhile(lambda due: due.at <= end, moments(ladder, event.detail.deadline, posting)):
            if due.at < start:
                continue
            alert = plan(case, ladder, posting, due.at).due
            if alert and alert.due == due and alert.deadline_id == event.id:
                found[alert.key] = alert
    return sorted(found.values(), key=lambda alert: alert.due.at)


def _start(case: Case, standing: Standing) -> datetime:
    """Rungs up to here never fire: before the case was tracked, before its deadline was set, before it was reopened."""
    starts = [case.tracked_since]
    if standing.deadline_event:
        starts.append(standing.deadline_event.recorded_at)
    if standing.reopened:
        starts.append(standing.reopened.recorded_at)
    return max(starts)


def why_not(case: Case, deadline_id: int, ladder: Ladder, posting: Posting, now: datetime) -> str:
    """Why an alert that was planned is no longer to be heard, in a few words for the log of notices."""
    standing = case.known_at(now)
    if not standing.exists:
        return "the record of the letter was taken back"
    if not standing.clock_runs:
        return f"meanwhile {standing.status.value}"
    if standing.deadline_event is None or standing.deadline_event.id != deadline_id:
        return "the deadline moved"
    if standing.acknowledged:
        return "acknowledged"
    return "a newer alert is due" if plan(case, ladder, posting, now).due else "not due by the server's settings"
