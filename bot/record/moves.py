"""Which cases get another deadline when days are closed, opened again, or counted by another calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.record.case import Case
from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event

Recount = Callable[[Deadline], Deadline | None]


@dataclass(frozen=True)
class Move:
    """One case whose deadline in force, set by `event`, would become `after`."""

    case: Case
    event: Event
    after: Deadline

    @property
    def before(self) -> Deadline:
        assert isinstance(self.event.detail, DeadlineSet)
        return self.event.detail.deadline

    @property
    def key(self) -> tuple[int, datetime]:
        """What makes two moves the same: the version of the deadline, and its new last moment."""
        return (self.event.id, self.after.last_moment)


@dataclass(frozen=True)
class Moves:
    """What would move, by the number of the case, and the cases whose deadline cannot be counted again, with the reason."""

    moved: tuple[Move, ...]
    stuck: tuple[tuple[Case, str], ...] = ()


def moves(cases: Iterable[Case], now: datetime, recount: Recount) -> Moves:
    """The open cases whose deadline in force is another one after `recount`, which gives None for those it leaves alone.

    A case with a full answer keeps the deadline that the answer met or missed. Cases that share a deadline share the counting.
    """
    known: dict[Deadline, Deadline | str | None] = {}
    moved, stuck = [], []
    for case in cases:
        case_state = case.at(now)
        before, event = case_state.deadline, case_state.deadline_event
        if not case_state.is_open or case_state.answered or before is None or event is None or before.start is None:
            continue
        if before not in known:
            known[before] = _recounted(before, recount)
        after = known[before]
        if isinstance(after, str):
            stuck.append((case, after))
        elif after is not None and after.last_moment != before.last_moment:
            moved.append(Move(case, event, after))
    return Moves(tuple(moved), tuple(stuck))


def _recounted(deadline: Deadline, recount: Recount) -> Deadline | str | None:
    """The new deadline, or the reason why it cannot be counted again."""
    try:
        return recount(deadline)
    except CaseError as refused:
        return str(refused)


def as_of(case: Case, newest: int) -> Case:
    """The case with the events up to the one with that id: what a list made then was made from."""
    return replace(case, events=tuple(event for event in case.events if event.id <= newest))


def by(calendar: Callable[[str], Calendar]) -> Recount:
    """Counts each deadline again by its own calendar, as `calendar` has it now under that name."""
    return lambda deadline: recounted(deadline, calendar(deadline.calendar))


def between(before: Callable[[str], Calendar], after: Callable[[str], Calendar]) -> Recount:
    """As `by(after)`, leaving alone the deadlines that the calendars `before` count to the same moment."""

    def recount(deadline: Deadline) -> Deadline | None:
        new = recounted(deadline, after(deadline.calendar))
        return None if new.last_moment == recounted(deadline, before(deadline.calendar)).last_moment else new

    return recount


def fingerprint(moves: Sequence[Move]) -> str:
    """The same for the same moves, whatever their order."""
    lines = "\n".join(f"{event_id} {moment.isoformat()}" for event_id, moment in sorted(move.key for move in moves))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
