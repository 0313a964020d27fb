"""The headline of a standing, in every state a case can be in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.record.case import replay
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import (
    Answer,
    Certainty,
    Closed,
    Consequence,
    ConsequenceState,
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
from bot.words.card import Tone
from bot.words.status import headline, tone

ZONE = ZoneInfo("America/New_York")
DUE = datetime(2018, 2, 23, 17, tzinfo=UTC)


def event(number: int, on: str, detail: Detail, certainty: Certainty = Certainty.CONFIRMED) -> Event:
    return Event(number, When(on, ZONE), DUE - timedelta(days=30), detail, certainty=certainty)


SENT = (event(1, "2018-01-24", Sent()), event(2, "2018-01-24", DeadlineSet(Deadline(DUE.date(), ZONE))))
SUIT = event(3, "2018-02-06", Court(CourtStep.FILED, "S.D. Fla.", "9:18-cv-80131"))
STOPPING = event(3, "2018-02-06", Court(CourtStep.FILED, docket="9:18-cv-80131", stops_clock=True))
PARTIAL = event(3, "2018-02-10", Answer(Extent.PARTIAL))
REPORTED = event(3, "by 2018-02-16", Answer(Extent.FULL), Certainty.REPORTED)
MONTH = event(3, "2018-01", Answer(Extent.FULL), Certainty.ANNOUNCED)
REFUSED = event(3, "2018-02-10", Answer(Extent.REFUSAL))
SUBPOENA = event(3, "2018-02-10", Consequence("subpoena", ConsequenceState.CARRIED_OUT))
CLEARED = event(3, "2018-02-20", Finding(Result.IN_COMPLIANCE))
CLOSED = event(3, "2018-02-20", Closed(Outcome.CLOSED))


@pytest.mark.parametrize(
    ("events", "days_after", "words", "colour"),
    [
        (SENT, -22, "awaiting answer, 22 days left", Tone.CALM),
        (SENT, -1, "awaiting answer, 1 day left", Tone.SOON),
        (SENT, 0, "awaiting answer, due today", Tone.SOON),
        (SENT[:1], 1, "awaiting answer, no deadline recorded", Tone.CALM),
        (SENT, 1, "overdue by 1 day", Tone.ALARM),
        ((*SENT, PARTIAL), -3, "partly answered, 3 days left", Tone.SOON),
        ((*SENT, PARTIAL), 3, "overdue by 3 days, partly answered", Tone.ALARM),
        ((*SENT, SUIT), -3, "in court (S.D. Fla., 9:18-cv-80131), 3 days left", Tone.SOON),
        ((*SENT, SUIT), 1, "in court (S.D. Fla., 9:18-cv-80131), deadline passed 1 day ago", Tone.ALARM),
        ((*SENT, STOPPING), 1, "in court (9:18-cv-80131), clock stopped", Tone.CALM),
        ((*SENT, REFUSED), 2, "refused on 10 February 2018, deadline passed 2 days ago", Tone.ALARM),
        ((*SENT, SUBPOENA), 0, "escalated: subpoena carried out on 10 February 2018, due today", Tone.ALARM),
        ((*SENT, REPORTED), 9, "answered by 16 February 2018 (as reported)", Tone.GOOD),
        ((*SENT, MONTH), 9, "answered in January 2018 (as announced)", Tone.GOOD),
        ((*SENT, CLEARED), 9, "cleared on 20 February 2018", Tone.GOOD),
        ((*SENT, CLOSED), 9, "closed on 20 February 2018", Tone.PLAIN),
    ],
)
def test_the_status_is_said_in_words(events: tuple[Event, ...], days_after: int, words: str, colour: Tone) -> None:
    case_state = replay(list(events), ("subpoena",), DUE + timedelta(days=days_after))
    assert headline(case_state) == words
    assert tone(case_state) is colour


def test_a_deadline_with_an_hour_passes_on_its_day() -> None:
    by_noon = Deadline(DUE.date(), ZONE, DUE.time().replace(hour=11))
    events = [SENT[0], event(2, "2018-01-24", DeadlineSet(by_noon))]
    assert headline(replay(events, (), DUE)) == "overdue as of today"
