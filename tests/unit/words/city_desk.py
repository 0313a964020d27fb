"""A letter to four places for the tests of words: Denver is silent, Palm Beach sues, Vermont answers, Burlington is cleared."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import (
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Finding,
    Outcome,
    Result,
    Sent,
)
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.record.standing import Standing, standing_of
from bot.words.lists import ListTotals
from bot.words.status import Placed

NEW_YORK = ZoneInfo("America/New_York")
RELEASE = Source("Press release", "https://example.org/release", "The authority", "2018-01-24")
NEWS = Source("Report on the answer", publisher="Denver News")
DEADLINE = Deadline(date(2018, 2, 23), NEW_YORK)
LETTER = Letter(
    1,
    "demand",
    "Document demand",
    "The authority",
    When("2018-01-24", NEW_YORK),
    "All documents of 2017.",
    legal_basis=("8 U.S.C. § 1373",),
    threatened=("subpoena", "return of grants"),
    sources=(RELEASE,),
    deadline=DEADLINE,
)


def at(text: str) -> datetime:
    """2018-02-24 09:00, in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def case(number: int, place: Jurisdiction, *happened: tuple[str, Detail]) -> Case:
    """The letter to `place`, recorded on the day it was sent, then what happened, recorded as it did."""
    first: list[tuple[str, Detail]] = [("2018-01-24", Sent()), ("2018-01-24", DeadlineSet(DEADLINE))]
    events = [event(number * 100 + count, on, detail) for count, (on, detail) in enumerate([*first, *happened])]
    return Case(number, number, LETTER, place, at("2018-01-24 08:00"), tuple(events))


def event(number: int, on: str, detail: Detail, text: str = "", replaces: int | None = None) -> Event:
    sources = (NEWS,) if isinstance(detail, Answer | Court | Finding | Closed) else (RELEASE,)
    when = When(on, NEW_YORK)
    return Event(number, when, when.noon(), detail, text, sources=sources, replaces=replaces)


DENVER = case(1, Jurisdiction(1, "Denver", PlaceKind.CITY_AND_COUNTY, "CO"))
PALM_BEACH = case(2, Jurisdiction(2, "West Palm Beach", PlaceKind.CITY, "FL"), ("2018-02-06", Court(CourtStep.FILED)))
VERMONT = case(3, Jurisdiction(3, "Vermont", PlaceKind.STATE, "VT"), ("2018-02-10", Answer(Extent.FULL)))
BURLINGTON = case(4, Jurisdiction(4, "Burlington", PlaceKind.CITY, "VT"), ("2018-02-20", Finding(Result.IN_COMPLIANCE)))
CLOSED = case(5, Jurisdiction(5, "Duluth", PlaceKind.CITY, "MN"), ("2018-02-20", Closed(Outcome.CLOSED)))
BOULDER = case(
    6,
    Jurisdiction(6, "Boulder", PlaceKind.CITY, "CO"),
    ("2018-02-11", Answer(Extent.UNKNOWN)),
    ("2018-02-12", Answer(Extent.REFUSAL)),
    ("2018-02-13", Consequence("subpoena", ConsequenceState.CARRIED_OUT)),
)
MADISON = case(7, Jurisdiction(7, "Madison", PlaceKind.CITY, "WI"), ("by 2018-02-16", Answer(Extent.UNKNOWN)))
EVERY = (DENVER, PALM_BEACH, VERMONT, BURLINGTON)


def settled(of: Case, number: int, extent: Extent) -> Case:
    """`of` with its answer `number` corrected to one of that extent."""
    [answer] = [event for event in of.events if event.id == number]
    correction = replace(answer, id=number + 40, detail=Answer(extent), replaces=number, text="Recorded by the desk.")
    return replace(of, events=(*of.events, correction))


def undone(of: Case, number: int) -> Case:
    """`of` with one more event, which undoes the event `number`."""
    correction = event(of.number * 100 + 50, "2018-02-21", Corrected(), replaces=number)
    return Case(of.id, of.number, of.letter, of.place, of.tracked_since, (*of.events, correction))


def states(cases: tuple[Case, ...], now: datetime) -> list[tuple[Case, CaseState]]:
    return [(one, one.at(now)) for one in cases]


def totals_of(placed: Placed) -> ListTotals:
    """Of a list that has these cases and no others."""
    headings = Counter(
        (deadline.date if deadline else date.max, f"{deadline.time or 'end'}" if deadline else "", case.letter.id)
        for case, case_state in placed
        for deadline in [case_state.deadline]
    )
    return ListTotals(len(placed), sum(case_state.overdue for _, case_state in placed), headings)


def recipients(cases: tuple[Case, ...], now: datetime) -> list[tuple[Standing, int]]:
    """How these recipients of a letter stand, and how many stand so."""
    return list(Counter(standing_of(case_state) for _, case_state in states(cases, now)).items())
