"""Overdue repeats of a case that are held back: by which event, since when, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.record.events import Event, Silenced
from bot.record.news_kinds import is_news


@dataclass(frozen=True)
class Silence:
    """What the newest silence of a case says."""

    event: Event
    #: When it was recorded, or the one that it followed while that still held.
    since: datetime
    #: Of one without a day, the news that ended it.
    ended_by: Event | None = None

    @property
    def until(self) -> date | None:
        """The day on which repeats come back, which may be over; None: with the next event that is news."""
        return until_of(self.event)

    @property
    def held_until(self) -> date | None:
        """`until`; `date.max` while that is None, and None once the news has come."""
        return None if self.ended_by else self.until or date.max

    @property
    def ended_at(self) -> datetime | None:
        """When it was ended early: by the news for which it waited, or by being lifted."""
        if self.ended_by:
            return takes_effect(self.ended_by)
        return takes_effect(self.event) if lifts(self.event) else None

    def holds_on(self, moment: datetime) -> bool:
        """Whether it holds on the day of that moment, in the zone in which it was recorded; not on its last day, on which
        repeats come back."""
        day = self.held_until
        return day is not None and moment.astimezone(self.event.when.zone).date() < day


def silence_of(silences: Sequence[Event], ends: Sequence[Event], events: Sequence[Event]) -> Silence | None:
    """The silence that was recorded last, unless the case has ended since.

    All of these are events that count by now. `ends`: those that ended the case.
    """
    standing = sorted((one for one in silences if not any(_follows(end, one) for end in ends)), key=lambda one: one.place)
    if not standing:
        return None
    newest = since = None
    for silence in standing:
        if newest is None or since is None or not _held(newest, silence, events):
            since = silence.recorded_at
        newest = silence if newest is None or _follows(silence, newest) else newest
    assert newest is not None and since is not None
    return Silence(newest, since, news_after(newest, events) if until_of(newest) is None else None)


def lifts(event: Event) -> bool:
    """Whether a silence only ends one that was recorded before: it holds until the day on which it was recorded."""
    day = until_of(event)
    return day is not None and day <= event.recorded_at.astimezone(event.when.zone).date()


def undoes_silence(history: Sequence[Event]) -> bool:
    """Whether the event that was recorded last takes back a silence, or the lifting of one."""
    last = max(history, key=lambda event: event.id)
    return any(event.id == last.replaces and isinstance(event.detail, Silenced) for event in history)


def until_of(event: Event) -> date | None:
    assert isinstance(event.detail, Silenced)
    return event.detail.until


def takes_effect(event: Event) -> datetime:
    """From when on an event counts, if it counts at all."""
    return max(event.placed_at, event.counts_from)


def _held(earlier: Event, later: Event, events: Sequence[Event]) -> bool:
    """Whether one silence still held when another was recorded."""
    news = news_after(earlier, events) if until_of(earlier) is None else None
    if news is not None:
        return _follows(news, later)
    return Silence(earlier, earlier.recorded_at).holds_on(later.recorded_at)


def news_after(silence: Event, events: Sequence[Event]) -> Event | None:
    """The first news that was recorded after a silence: it ends one without a day."""
    later = (event for event in events if is_news(event.detail) and _follows(event, silence))
    return min(later, key=lambda event: (takes_effect(event), event.id), default=None)


def _follows(event: Event, other: Event) -> bool:
    """Whether it was recorded after the other one. What was recorded together, as from a file, goes by when it happened."""
    if event.placed_at == other.placed_at:
        return (event.counts_from, event.place) > (other.counts_from, other.place)
    return event.place > other.place
