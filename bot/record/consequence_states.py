"""What became of a consequence: which of two events about it holds, and what cannot be said of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.record.consequences import spelled_alike
from bot.record.deadlines.dates import written
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Consequence, ConsequenceState, Event

#: States in which there is something to lift.
MOVED = (ConsequenceState.ANNOUNCED, ConsequenceState.CARRIED_OUT, ConsequenceState.BLOCKED)
#: What leaves a state as it is: who threatens again has not taken back, and a second announcement undoes nothing.
LEAVES = {
    ConsequenceState.ANNOUNCED: (ConsequenceState.THREATENED,),
    ConsequenceState.BLOCKED: (ConsequenceState.THREATENED,),
    ConsequenceState.CARRIED_OUT: (ConsequenceState.THREATENED, ConsequenceState.ANNOUNCED),
}


def state_of(event: Event | None) -> ConsequenceState:
    """The state of a consequence after the event that holds; without one it is threatened by the letter."""
    return event.detail.state if event and isinstance(event.detail, Consequence) else ConsequenceState.THREATENED


def holding(current: Event | None, new: Event) -> Event:
    """Which of two events about one consequence says how it is now; `new` happened later."""
    return current if current and state_of(new) in LEAVES.get(state_of(current), ()) else new


def held(events: Iterable[Event]) -> Event | None:
    """Which of the events about one consequence, oldest first, says how it is now."""
    current: Event | None = None
    for event in events:
        current = holding(current, event)
    return current


def lifts_nothing(current: Event | None, new: Event) -> bool:
    """Whether `new` lifts what had not moved when it happened, as older versions recorded it and files may say."""
    return state_of(new) is ConsequenceState.LIFTED and state_of(current) not in (*MOVED, ConsequenceState.LIFTED)


def check_lifting(detail: Consequence, when: When, events: Iterable[Event]) -> None:
    """Refuse with a CaseError to lift what is not in force. `events`: those in effect, of the same case or place, oldest first.

    1. Only what may have happened by then counts, however vague its date: a doubt is no reason to refuse.
    2. Announced, carried out or blocked can be lifted. A court may block in advance, and what was lifted may come again.
    """
    if detail.state is not ConsequenceState.LIFTED:
        return
    may_be_before = (event for event in events if event.when.earliest is None or event.when.earliest <= when.latest)
    current = held(event for event in may_be_before if is_about(event, detail.name))
    if state_of(current) in MOVED:
        return
    note = "record what the source says as a note: “award released”, say"
    if current and state_of(current) is ConsequenceState.LIFTED:
        raise CaseError(
            f"“{detail.name}” is recorded as lifted already ({written(current.when.last_day)}), and nothing since. "
            f"If it was imposed again, record that first. Otherwise {note}."
        )
    raise CaseError(
        f"“{detail.name}” cannot be lifted: it is not recorded that it was announced, carried out or blocked before. "
        f"If a source says that it was, record that first. Otherwise {note}."
    )


def is_about(event: Event, name: str) -> bool:
    """Whether an event says something about the consequence of that name."""
    return isinstance(event.detail, Consequence) and spelled_alike((event.detail.name,), name) is not None
