"""Cases in memory for the tests of the record: a letter to Denver, and what happens to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Basis, DeadlineSet, Detail, Event, Sent
from bot.record.places import Jurisdiction, PlaceKind

NEW_YORK = ZoneInfo("America/New_York")
DENVER = Jurisdiction(1, "Denver", PlaceKind.CITY_AND_COUNTY, "CO", ("City and County of Denver",))
SENT = When("2018-01-24", NEW_YORK)
LETTER = Letter(1, "demand", "Demand", "The authority", SENT, "All documents.", threatened=("subpoena",))
FEB_23 = Deadline(date(2018, 2, 23), NEW_YORK)


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """ "2018-02-24" or "2018-02-24 09:00", in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def opened(deadline: Deadline | None = FEB_23, recorded: datetime | None = None) -> Case:
    """The letter, recorded at noon of the day it was sent."""
    case = Case(1, 1, LETTER, DENVER, recorded or SENT.noon(), ())
    case = happens(case, Sent(), "2018-01-24", recorded or SENT.noon())
    return happens(case, DeadlineSet(deadline), "2018-01-24", recorded or SENT.noon()) if deadline else case


def happens(case: Case, detail: Detail, when: str, recorded: datetime | None = None, replaces: int | None = None) -> Case:
    """`case` with one more event, recorded when its day came unless said otherwise; its id is the next number."""
    happened = When(when, NEW_YORK)
    event = Event(len(case.events) + 1, happened, recorded or happened.noon(), detail, replaces=replaces)
    return replace(case, events=(*case.events, event))


def extended(case: Case, to: Deadline, when: str) -> Case:
    return happens(case, DeadlineSet(to, Basis.EXTENSION), when)


def by(day: str, clock: str = "", zone: ZoneInfo = NEW_YORK) -> Deadline:
    return Deadline(date.fromisoformat(day), zone, time.fromisoformat(clock) if clock else None)
