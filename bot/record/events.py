"""What can happen to a case. Each event is one dated, sourced fact; it is never changed, only replaced by a later event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from math import inf
from typing import Literal

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import aware
from bot.record.sources import Source


class Certainty(StrEnum):
    ANNOUNCED = "announced"
    REPORTED = "reported"
    CONFIRMED = "confirmed"


class Basis(StrEnum):
    ORIGINAL = "original"
    EXTENSION = "extension"
    CORRECTION = "correction"
    SUBPOENA = "subpoena"


class Extent(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    HOLDING = "holding"
    REFUSAL = "refusal"
    #: The source says that an answer was given, and not how complete it is. It does not stop the clock.
    UNKNOWN = "unknown"


class Result(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    IN_COMPLIANCE = "in-compliance"
    NOT_IN_COMPLIANCE = "not-in-compliance"


class ConsequenceState(StrEnum):
    THREATENED = "threatened"
    ANNOUNCED = "announced"
    CARRIED_OUT = "carried-out"
    LIFTED = "lifted"
    BLOCKED = "blocked"


class CourtStep(StrEnum):
    FILED = "filed"
    RULING = "ruling"
    INJUNCTION = "injunction"
    APPEAL = "appeal"
    SETTLEMENT = "settlement"
    CLOSED = "closed"


class Outcome(StrEnum):
    CLEARED = "cleared"
    COMPLIED = "complied"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True)
class Amount:
    """Money, in whole US dollars."""

    usd: int
    #: How exactly it is known: exactly, more than, at least, up to, less than, nearly, about. "a year" says exactly so much a
    #: year, as it was recorded before `per`.
    qualifier: str = "exactly"
    #: What it is paid for.
    what: str = ""
    #: The upper end of a range, of which `usd` is the lower one.
    usd_to: int | None = None
    #: For each of what it is paid: year, month, week, day; empty if it is one sum.
    per: str = ""
    #: As the source writes it, if that may be rounded: "more than $2 million".
    words: str = ""


@dataclass(frozen=True)
class Sent:
    kind: Literal["sent"] = "sent"


@dataclass(frozen=True)
class DeadlineSet:
    deadline: Deadline
    basis: Basis = Basis.ORIGINAL
    granted_by: str = ""
    kind: Literal["deadline"] = "deadline"


@dataclass(frozen=True)
class Answer:
    extent: Extent
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True)
class Statement:
    """Something said in public; it does not stop the clock."""

    by: str = ""
    kind: Literal["statement"] = "statement"


@dataclass(frozen=True)
class Finding:
    result: Result
    kind: Literal["finding"] = "finding"


@dataclass(frozen=True)
class Consequence:
    name: str
    state: ConsequenceState
    kind: Literal["consequence"] = "consequence"


@dataclass(frozen=True)
class Court:
    step: CourtStep
    court: str = ""
    docket: str = ""
    stops_clock: bool = False
    kind: Literal["court"] = "court"


@dataclass(frozen=True)
class Note:
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class Acknowledged:
    """Somebody has seen the overdue alerts of one deadline; its repeats stop."""

    #: The id of the event that set the deadline.
    deadline_id: int
    kind: Literal["acknowledged"] = "acknowledged"


@dataclass(frozen=True)
class Silenced:
    """The overdue repeats of a case are held back; nothing else is. Of several, the one recorded last holds.

    One until the day on which it is recorded lifts what an earlier one holds back.
    """

    #: The day, in the server's zone, at whose posting moment they come back; None: with the next event that is news.
    until: date | None = None
    kind: Literal["silenced"] = "silenced"


@dataclass(frozen=True)
class Closed:
    outcome: Outcome
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True)
class Reopened:
    kind: Literal["reopened"] = "reopened"


@dataclass(frozen=True)
class Corrected:
    """Takes back the event named by `Event.replaces`, with nothing in its place."""

    #: What that event replaced does not hold again either: an answer is taken back whose correction was undone before.
    with_all_before: bool = False
    kind: Literal["corrected"] = "corrected"


Detail = (
    Sent
    | DeadlineSet
    | Answer
    | Statement
    | Finding
    | Consequence
    | Court
    | Note
    | Acknowledged
    | Silenced
    | Closed
    | Reopened
    | Corrected
)


@dataclass(frozen=True)
class Event:
    """One fact about a case, or about a place."""

    #: Grows in the order of recording.
    id: int
    when: When
    recorded_at: datetime
    detail: Detail
    text: str = ""
    #: The name of who recorded it, for people to read.
    recorded_by: str = ""
    certainty: Certainty = Certainty.CONFIRMED
    sources: tuple[Source, ...] = ()
    amount: Amount | None = None
    #: In what the sources disagree.
    conflict: str = ""
    #: The id of the event that this one corrects.
    replaces: int | None = None
    #: Discord's id of the person who recorded it; None if a file was imported.
    recorded_by_id: int | None = None
    #: Why a person corrected what this one replaces, or moved it here, in that person's words; empty for all other events.
    reason: str = ""
    #: The first moment at which it has certainly happened: the latest that its date allows, or its recording if earlier.
    #: An event with an imprecise date counts as soon as it is recorded. One that is recorded later counts from the last day
    #: that its date allows, so that nobody is said to have answered before that is certain.
    counts_from: datetime = field(init=False, repr=False, compare=False)
    #: Its id and when it was recorded, or in `effective_events` those of the first one that it corrects.
    place: int = field(init=False, repr=False, compare=False)
    placed_at: datetime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        recorded, (_, earliest, latest) = aware(self.recorded_at), self.when.span
        if earliest is not None and earliest > recorded:
            recorded = earliest
        object.__setattr__(self, "counts_from", latest if latest < recorded else recorded)
        object.__setattr__(self, "place", self.id)
        object.__setattr__(self, "placed_at", self.recorded_at)

    @property
    def is_original_deadline(self) -> bool:
        """Whether it sets the deadline with which a case began."""
        return isinstance(self.detail, DeadlineSet) and self.detail.basis is Basis.ORIGINAL


def effective_events(events: tuple[Event, ...], known_by: datetime | None = None) -> list[Event]:
    """The events that count: no correction replaced them, oldest first, without those recorded after `known_by`.

    1. Leave out what another one replaces (`replacements`).
    2. Leave out what belongs to a case that was undone (see `_beginning`).
    3. Sort by when each had certainly happened, then by the order of recording: "some day of February", recorded on the
       10th, is older than what happened on the 20th. What corrects another one stays in its place.
    """
    known = [event for event in events if known_by is None or event.recorded_at <= known_by]
    if all(event.replaces is None for event in known):  # of most cases nothing was ever corrected
        return sorted(known, key=lambda e: (e.counts_from, e.id))
    remaining = unreplaced(known)
    first = _beginning(known, remaining)
    facts = [event for event in remaining if event.id >= first and not isinstance(event.detail, Corrected)]
    originals = originals_of(known)
    return sorted((_in_place(event, originals[event.id]) for event in facts), key=lambda e: (e.counts_from, e.place))


def originals_of(events: Iterable[Event]) -> dict[int, Event]:
    """By the id of each event, what was recorded first of those that it replaces, one another after it; else itself."""
    originals: dict[int, Event] = {}
    for event in sorted(events, key=lambda e: e.id):
        originals[event.id] = originals.get(event.replaces or 0, event)
    return originals


def _in_place(event: Event, original: Event) -> Event:
    """A fact in the place of the one that it corrects: as if it had been recorded with that."""
    if event.id == original.id:
        return event
    in_place, placed = replace(event), replace(event, recorded_at=original.recorded_at)
    object.__setattr__(in_place, "counts_from", placed.counts_from)
    object.__setattr__(in_place, "place", original.id)
    object.__setattr__(in_place, "placed_at", original.recorded_at)
    return in_place


def undone_with_case(events: Iterable[Event]) -> dict[int, Event]:
    """The facts that nothing replaces, but that belong to a case that was undone: by id, the correction that undid it.

    Undo corrects every fact of a case. Up to version 0.2.0 it left standing what had been recorded after the first facts.
    """
    known = tuple(events)
    remaining = unreplaced(known)
    first = _beginning(known, remaining)
    undone = _undone_beginnings(known, remaining)
    if not undone:
        return {}
    left = [event.id for event in remaining if event.id < first and not isinstance(event.detail, Corrected)]
    return {fact: undone[max((sent for sent in undone if sent < fact), default=min(undone))] for fact in left}


def _beginning(known: Iterable[Event], remaining: Sequence[Event]) -> float:
    """The id of the first event that counts.

    A case begins when it is recorded that the letter was sent. Once that was taken back, nothing recorded until then counts,
    corrected or not: the case begins anew when the letter is recorded again. Infinity if that did not happen.
    """
    undone = _undone_beginnings(known, remaining)
    if not undone:
        return 0
    return min((event.id for event in remaining if isinstance(event.detail, Sent) and event.id > max(undone)), default=inf)


def _undone_beginnings(known: Iterable[Event], remaining: Iterable[Event]) -> dict[int, Event]:
    """The events "sent" that were taken back: by id, the correction. One that states another "sent" takes nothing back."""
    corrections = {event.replaces: event for event in remaining if isinstance(event.detail, Corrected)}
    return {e.id: corrections[e.id] for e in known if isinstance(e.detail, Sent) and e.id in corrections}


def unreplaced(events: Iterable[Event]) -> list[Event]:
    """The events that nothing replaces, corrections included, newest recording first."""
    known = sorted(events, key=lambda e: e.id, reverse=True)
    replaced = replacements(known)
    return [event for event in known if event.id not in replaced]


def replacements(events: Iterable[Event]) -> dict[int, Event]:
    """By the id of each event that something replaces, what is in its place.

    1. Walk from the newest recording to the oldest. An event that nothing replaces replaces the one it names.
    2. One that was taken back (`Corrected`) replaces nothing: what it had replaced holds again.
       Unless it was taken back with all before it.
    3. One that another fact replaced leaves its place to that fact: what it had replaced stays replaced.
    """
    replaced_by: dict[int, Event] = {}
    for event in sorted(events, key=lambda e: e.id, reverse=True):
        in_place = replaced_by.get(event.id, event)
        later = in_place.detail if in_place is not event else None
        was_taken_back = isinstance(later, Corrected) and not later.with_all_before
        if event.replaces is not None and not was_taken_back:
            replaced_by[event.replaces] = in_place
    return replaced_by


def last_word(events: Iterable[Event], event: Event) -> Event:
    """The newest event of those that replace this one, or one another after it: what a new correction of it has to name."""
    by_replaced = {later.replaces: later for later in events if later.replaces is not None}
    while event.id in by_replaced:
        event = by_replaced[event.id]
    return event
