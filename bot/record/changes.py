"""What changed for a case since an alert: what the next alert of its letter tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.record.case import Case
from bot.record.events import Basis, Corrected, DeadlineSet, Detail, Event, effective_events, unreplaced

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
    """What was recorded of a case after that moment and still holds, in the order of recording.

    1. A fact that holds, unless it was recorded before. Where it corrects one from before, that is named too.
    2. A fact from before that was taken back, with nothing in its place.
    What was recorded and undone since then is left out: nobody was told of it.
    """
    if not any(event.recorded_at > since for event in case.events):
        return []
    by_id = {event.id: event for event in case.events}
    changes = [
        Change(case, event, _from_before(event, by_id, since))
        for event in effective_events(case.events)
        if event.recorded_at > since and is_change(event.detail, event.replaces)
    ]
    for event in unreplaced(case.events):
        if event.recorded_at > since and isinstance(event.detail, Corrected):
            undone = _from_before(event, by_id, since)
            if undone and is_change(undone.detail, undone.replaces):
                changes.append(Change(case, event, undone))
    return sorted(changes, key=lambda change: change.event.id)


def _from_before(event: Event, by_id: dict[int, Event], since: datetime) -> Event | None:
    """The fact from before that moment in whose place an event is."""
    known = by_id.get(event.replaces or 0)
    while known and (known.recorded_at > since or isinstance(known.detail, Corrected)):
        known = by_id.get(known.replaces or 0)
    return known
