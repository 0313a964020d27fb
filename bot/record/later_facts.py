"""What was recorded later and rests on what is about to be undone: it is taken back with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.record.case import Case, CaseState
from bot.record.consequence_states import MOVED, held, is_about, state_of
from bot.record.deadlines.steps import Extends
from bot.record.events import (
    Acknowledged,
    Basis,
    Consequence,
    ConsequenceState,
    DeadlineSet,
    Event,
    Reopened,
    Sent,
    Silenced,
    effective_events,
    originals_of,
)


def later_facts(case: Case, undone: Collection[int]) -> list[Event]:
    """The facts of a case that cannot be kept without those with the ids `undone`, in the order of recording.

    1. Without the record that the letter was sent there is no case: everything else that counts.
    2. Else what could not have been recorded without them (see `_rests_on`), and what rests on that in turn.
    """
    counting = sorted(effective_events(case.events), key=lambda event: event.id)
    gone = {event.id for event in counting if event.id in undone}
    others = [event for event in counting if event.id not in gone]
    if any(isinstance(event.detail, Sent) for event in counting if event.id in gone):
        return others
    later = []
    for event in others:
        if gone and event.id > min(gone) and _rests_on(replace(case, events=tuple(counting)), event, gone):
            gone.add(event.id)
            later.append(event)
    return later


def broken_facts(case: Case, event: Event, instead: Event | None) -> list[Event]:
    """The facts of a case that could be recorded with `event`, and could not have been with what is to take its place, if
    anything; in the order of recording.

    A correction stands where the event was recorded that it corrects, so that what was recorded in between is looked at too.
    """
    originals = originals_of(case.events)
    by_place = {originals[fact.id].id: fact for fact in effective_events(case.events)}
    at, place = originals[event.id], originals[event.id].id
    placed = {id: _placed(fact, originals[fact.id], originals) for id, fact in sorted(by_place.items())}
    before = replace(case, events=tuple(placed.values()))
    new = {place: replace(instead, id=place, recorded_at=at.recorded_at, replaces=None)} if instead else {}
    left = {id: fact for id, fact in placed.items() if id != place} | new
    after = replace(case, events=tuple(left[id] for id in sorted(left)))
    gone: set[int] = set()
    for id, fact in placed.items():
        if isinstance(fact.detail, Acknowledged):
            breaks = fact.detail.deadline_id in {place, *gone}
        else:
            breaks = id > place and _could_be(before, fact) and not _could_be(after, fact, gone)
        if breaks:
            gone.add(id)
    return sorted((by_place[id] for id in gone), key=lambda fact: fact.id)


def _placed(fact: Event, original: Event, originals: Mapping[int, Event]) -> Event:
    """A fact as if it had been recorded in the place of what it corrects."""
    detail = fact.detail
    if isinstance(detail, Acknowledged) and detail.deadline_id in originals:
        detail = Acknowledged(originals[detail.deadline_id].id)
    return replace(fact, id=original.id, recorded_at=original.recorded_at, detail=detail, replaces=None)


def _could_be(case: Case, fact: Event, gone: Collection[int] = ()) -> bool:
    """Whether a fact could have been recorded in this case, without the events with the ids `gone`."""
    before = _before(case, fact, gone)
    match fact.detail:
        case DeadlineSet():
            return before.deadline_event is not None and _counted_from(before.deadline_event, fact)
        case Silenced():
            return before.overdue
        case Reopened():
            return before.ended is not None
        case Consequence(name=name, state=ConsequenceState.LIFTED):
            return state_of(before.consequence(name)) in MOVED
        case _:
            return True


def later_facts_of_place(events: Iterable[Event], undone: Collection[int]) -> list[Event]:
    """The facts of a place apart from any letter that cannot be kept without those with the ids `undone`, in the order of
    recording: a consequence that was lifted, though nothing that could be lifted is left."""
    counting = effective_events(tuple(events))
    gone = {event.id for event in counting if event.id in undone}
    later = []
    for event in sorted(counting, key=lambda event: event.id):
        if event.id in gone or not isinstance(event.detail, Consequence) or state_of(event) is not ConsequenceState.LIFTED:
            continue
        earlier = [other for other in counting if other.id < event.id and is_about(other, event.detail.name)]
        without = [other for other in earlier if other.id not in gone]
        if state_of(held(earlier)) in MOVED and state_of(held(without)) not in MOVED:
            gone.add(event.id)
            later.append(event)
    return later


def _rests_on(case: Case, event: Event, gone: Collection[int]) -> bool:
    """Whether an event of `case`, which has only what counts, needs the events with the ids `gone`.

    - A deadline counted from one of theirs: "+14 days", or the same count after a closure. A date stands by itself.
    - The acknowledgement of one of their deadlines.
    - A silence where the case would not have been overdue otherwise.
    - The reopening of a case that would not have ended otherwise.
    - The lifting of a consequence where nothing would be left to lift (as `consequence_states.check_lifting` has it).

    Every other fact has a source of its own, which says it whatever was recorded before.
    """
    match event.detail:
        case DeadlineSet():
            before = _before(case, event).deadline_event
            return before is not None and before.id in gone and _counted_from(before, event)
        case Acknowledged(deadline_id=deadline_id):
            return deadline_id in gone
        case Silenced():
            return _before(case, event).overdue and not _before(case, event, gone).overdue
        case Reopened():
            return _before(case, event).ended is not None and _before(case, event, gone).ended is None
        case Consequence(name=name, state=ConsequenceState.LIFTED):
            before, without = (_before(case, event, absent).consequence(name) for absent in ((), gone))
            return state_of(before) in MOVED and state_of(without) not in MOVED
        case _:
            return False


def _before(case: Case, event: Event, without: Collection[int] = ()) -> CaseState:
    """The state of the case when an event was recorded, without the events with the ids `without`."""
    known = tuple(earlier for earlier in case.events if earlier.id < event.id and earlier.id not in without)
    return replace(case, events=known).at(event.recorded_at)


def _counted_from(before: Event, after: Event) -> bool:
    """Whether a deadline is that much more than the one before it, or is that one counted again."""
    assert isinstance(before.detail, DeadlineSet) and isinstance(after.detail, DeadlineSet)
    old, new = before.detail.deadline, after.detail.deadline
    again = after.detail.basis is Basis.CORRECTION and new.rule is not None and (new.rule, new.start) == (old.rule, old.start)
    return again or Extends(old.date, old.time) in new.steps
