"""Correcting what is recorded, at any age: what can be corrected, and what is recorded instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.record.case import Case
from bot.record.deadlines.steps import Extends
from bot.record.deadlines.when import When
from bot.record.events import (
    Acknowledged,
    Corrected,
    DeadlineSet,
    Event,
    Sent,
    Silenced,
    effective_events,
    last_word,
    originals_of,
    replacements,
    unreplaced,
)
from bot.record.later_facts import broken_facts
from bot.record.new_events import NewEvent
from bot.record.sources import Source


class How(StrEnum):
    REPLACE = "replace"
    TAKE_BACK = "take back"
    MOVE = "move"


@dataclass(frozen=True)
class Why:
    """Why something is corrected."""

    reason: str
    #: What says so, if it is another source than the fact's own.
    source: Source | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,) if self.source else ()


def correctable(events: Iterable[Event]) -> list[Event]:
    """What can be corrected of a case or a place, newest recording first: the facts in effect, then what was taken back and can
    be restored."""
    history = tuple(events)
    facts = sorted(effective_events(history), key=lambda event: event.id, reverse=True)
    return [*facts, *(event for event in unreplaced(history) if isinstance(event.detail, Corrected))]


def taken_back_by(events: Iterable[Event], correction: Event) -> Event | None:
    """The fact that a correction without anything in its place took back."""
    history = tuple(events)
    gone = [event for event in history if not isinstance(event.detail, Corrected)]
    replaced = replacements(history)
    return next((event for event in reversed(gone) if replaced.get(event.id) == correction), None)


def in_place_of(events: Sequence[Event], event: Event) -> Event | None:
    """What is in the place of an event that was corrected; None if it is in effect."""
    return replacements(events).get(event.id)


def correction_of(events: Iterable[Event], event: Event) -> Event | None:
    """What corrected an event itself, whatever corrected that later; None if nothing did. What was undone corrects nothing."""
    by_replaced = {later.replaces: later for later in events}
    correction = by_replaced.get(event.id)
    while correction and (later := by_replaced.get(correction.id)):
        if isinstance(correction.detail, Corrected):
            correction = later
        elif isinstance(later.detail, Corrected) and not later.detail.with_all_before:
            correction = by_replaced.get(later.id)
        else:
            break
    return correction


def taking_back(events: Sequence[Event], event: Event, when: When, why: Why, text: str = "") -> NewEvent:
    """What takes a fact in effect back, with all that it corrects: nothing is left of it. Of the deadline with which the case
    began, the earlier one is left (`earlier_deadline`)."""
    last = last_word(events, event)
    whole = last.replaces is not None and earlier_deadline(events, event) is None
    return NewEvent(when, Corrected(with_all_before=whole), text, why.sources, replaces=last.id, reason=why.reason)


def earlier_deadline(events: Sequence[Event], event: Event) -> Event | None:
    """What holds again once the deadline with which a case began is taken back: what stood in its place before it was moved for
    all recipients, or corrected. None for every other fact, and if there is none: taken back again, nothing is left."""
    if not isinstance(event.detail, DeadlineSet) or last_word(events, event).id != event.id:
        return None
    before = [other for other in events if other.id != event.id]
    root = originals_of(events)[event.id]
    if root.id == event.id or not root.is_original_deadline:
        return None
    return next((fact for fact in effective_events(tuple(before)) if fact.place == root.id), None)


def replacing(events: Sequence[Event], event: Event, new: NewEvent, why: Why) -> NewEvent:
    """`new` in the place of a fact in effect. A source for the correction comes before those of the fact."""
    sources = tuple(dict.fromkeys((*why.sources, *new.sources)))
    return replace(new, sources=sources, replaces=last_word(events, event).id, reason=why.reason)


def going_with(case: Case, event: Event, new: NewEvent | None) -> list[Event]:
    """What rests on a fact that is taken back, or replaced by `new`, and goes with it; in the order of recording."""
    instead = new or earlier_deadline(case.events, event)
    return broken_facts(case, event, replace(event, detail=instead.detail, when=instead.when) if instead else None)


def before_event(case: Case, event: Event) -> Case:
    """The case with the facts in effect that were recorded before this one, or before the one that it corrects."""
    place = originals_of(case.events)[event.id].id
    earlier = [fact for fact in effective_events(case.events) if fact.place < place]
    return replace(case, events=tuple(replace(fact, replaces=None) for fact in earlier))


def with_recorded(case: Case, new_events: Iterable[NewEvent], now: datetime) -> Case:
    """The case as it would be if these were recorded now."""
    first = max((event.id for event in case.events), default=0) + 1
    added = (
        Event(
            first + number,
            new.when,
            now,
            new.detail,
            new.text,
            certainty=new.certainty,
            sources=new.sources,
            amount=new.amount,
            conflict=new.conflict,
            replaces=new.replaces,
            reason=new.reason,
        )
        for number, new in enumerate(new_events)
    )
    return replace(case, events=(*case.events, *added))


def is_bound(case: Case, event: Event) -> bool:
    """Whether a fact means nothing in another case: the letter's sending and deadline, and what somebody did about alerts."""
    return isinstance(event.detail, Sent | Acknowledged | Silenced) or case.letter.gives(event)


def counted_from_other(target: Case, event: Event) -> bool:
    """Whether a deadline is so much more than one that `target` does not have in force."""
    if not isinstance(event.detail, DeadlineSet):
        return False
    extends = next((step for step in event.detail.deadline.steps if isinstance(step, Extends)), None)
    in_force = target.at(event.recorded_at).deadline
    return extends is not None and (in_force is None or (in_force.date, in_force.time) != (extends.day, extends.time))
