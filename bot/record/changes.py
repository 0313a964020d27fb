"""What changed for a case since an alert: what the next alert of its letter tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.record.case import Case
from bot.record.events import Basis, DeadlineSet, Detail, Event, effective_events, replacements

#: Kinds of events that change what is asked of a recipient, or what it faces. A correction changes one of them.
KINDS = frozenset({"answer", "finding", "consequence", "court", "closed", "reopened", "corrected"})


@dataclass(frozen=True)
class Change:
    """A fact that was recorded since, or one that was taken back."""

    case: Case
    event: Event
    #: What was recorded before in its place: what a correction corrects, or takes back.
    before: Event | None = None


def is_change(detail: Detail, replaces: int | None = None) -> bool:
    """Whether a new fact is a change. The deadline with which a case begins is none, unless it replaces another one."""
    if isinstance(detail, DeadlineSet):
        return detail.basis is not Basis.ORIGINAL or replaces is not None
    return detail.kind in KINDS


def changes_since(case: Case, since: datetime) -> list[Change]:
    """What holds of a case now and did not hold at that moment, or the other way round, in the order of recording.

    1. Compare the facts that counted by what was known then with those that count now.
    2. A fact that counts now: where it corrects one that counted then, that is named too.
    3. A fact that counted then, and nothing took its place: it was taken back.
    What was recorded and undone since then is left out: nobody was told of it.
    """
    if not any(event.recorded_at > since for event in case.events):
        return []
    then = {event.id: event for event in effective_events(case.events, known_by=since)}
    now = {event.id: event for event in effective_events(case.events)}
    by_id = {event.id: event for event in case.events}
    gained = [
        Change(case, event, _in_place_of(event, by_id, then))
        for event in now.values()
        if event.id not in then and is_change(event.detail, event.replaces)
    ]
    corrected = {change.before.id for change in gained if change.before}
    replaced_by = replacements(case.events)
    lost = [
        Change(case, replaced_by[event.id], event)
        for event in then.values()
        if event.id not in now and event.id not in corrected and event.id in replaced_by
        if is_change(event.detail, event.replaces)
    ]
    return sorted((*gained, *lost), key=lambda change: change.event.id)


def _in_place_of(event: Event, by_id: Mapping[int, Event], then: Mapping[int, Event]) -> Event | None:
    """The fact that counted then and in whose place an event is."""
    while (before := by_id.get(event.replaces or 0)) and before.id not in then:
        event = before
    return before
