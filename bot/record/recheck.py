"""Whether what was planned is still to be posted: checked just before it is sent, by what is recorded then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, auto

from bot.record.case import Case
from bot.record.events import Corrected, Event, effective_events, unreplaced
from bot.record.holding import is_held_back
from bot.record.ladder import Ladder, as_planned
from bot.record.plan import plan
from bot.record.posting import Posting


class NotPosted(Enum):
    """Why a line of a planned notice is not posted any more."""

    #: The record of the letter's sending was taken back.
    LETTER_TAKEN_BACK = auto()
    #: The case is answered or has ended, or a suit stops its clock.
    CLOCK_STOPPED = auto()
    DEADLINE_MOVED = auto()
    ACKNOWLEDGED = auto()
    SILENCED = auto()
    NEWER_ALERT = auto()
    #: The server's settings were changed.
    NOT_DUE = auto()
    #: The event that is news was undone.
    EVENT_TAKEN_BACK = auto()
    #: The whole case was undone, of which then only that is news.
    CASE_TAKEN_BACK = auto()


def why_no_alert(
    case: Case, planned: tuple[int, int, str, int], ladder: Ladder, posting: Posting, now: datetime
) -> NotPosted | None:
    """Why a planned alert is not due any more; None if it is. `planned` is its key (`Alert.key`).

    A rung that was taken off the ladder since, or is on it anew, is posted as it was planned, unless a newer one is due.
    """
    _, deadline_id, rung, _ = planned
    due = plan(case, as_planned(ladder, rung), posting, now).due
    if due and due.key == planned:
        return None
    case_state = case.known_at(now)
    if not case_state.exists:
        return NotPosted.LETTER_TAKEN_BACK
    if not case_state.clock_runs:
        return NotPosted.CLOCK_STOPPED
    if case_state.deadline_event is None or case_state.deadline_event.id != deadline_id:
        return NotPosted.DEADLINE_MOVED
    if case_state.acknowledged:
        return NotPosted.ACKNOWLEDGED
    if is_held_back(case_state, rung, posting):
        return NotPosted.SILENCED
    return NotPosted.NEWER_ALERT if due else NotPosted.NOT_DUE


def why_no_news(case: Case, event_id: int) -> NotPosted | None:
    """Why an event of a case is not announced any more; None if it is."""
    event = next((event for event in unreplaced(case.events) if event.id == event_id), None)
    if event is None:
        return NotPosted.EVENT_TAKEN_BACK
    if isinstance(event.detail, Corrected) or any(counting.id == event_id for counting in effective_events(case.events)):
        return None
    return NotPosted.CASE_TAKEN_BACK


class Told(Enum):
    """What became of the announcement of an event."""

    #: It was posted, or may have been.
    POSTED = auto()
    #: It is still to be posted, if it is true then.
    WAITS = auto()
    #: It was no longer true when it was to be posted.
    DROPPED = auto()


def is_news(history: Sequence[Event], told: Mapping[int, Told]) -> bool:
    """Whether a correction is news: what was announced last is not what holds now.

    `history` is what the correction replaces, oldest first, and the correction itself. `told`: by id, those of these events
    that were to be announced. If nothing was posted, what holds again is news only if its own announcement was dropped while
    something else was in its place.
    """
    holds = _holding(history)
    posted = [at for at, event in enumerate(history, 1) if told.get(event.id) is Told.POSTED]
    if posted:
        return _holding(history[: posted[-1]]) != holds
    return holds is not None and told.get(holds.id) is Told.DROPPED


def is_news_of_one(told: Told | None) -> bool:
    """As `is_news`, of a correction that takes back an event which had replaced no other."""
    return told is Told.POSTED


def _holding(history: Sequence[Event]) -> Event | None:
    """The fact that holds after these events, each of which replaces the one before it."""
    return next((event for event in unreplaced(history) if not isinstance(event.detail, Corrected)), None)
