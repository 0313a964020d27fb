"""A deadline means the same whether a person types it or a letter states it: the same result, or the same question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.desk.deadlines import Counting, letter_deadline
from bot.reader.document import Document
from bot.reader.draft import Draft, Part, QuestionKind
from bot.reader.extract.whole_text import draft_of
from bot.record.deadlines.dates import NoSuchDay, SeveralReadings, WrongWeekday
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LastDay, SeveralStatements
from bot.record.deadlines.times import Midnight, NoTimeOfDay
from bot.record.deadlines.when import When
from bot.record.errors import CaseError

ZONE = ZoneInfo("America/New_York")
SENT = date(2018, 1, 24)  # a Wednesday
LETTER = """Office of the Attorney General of Illinois

January 24, 2018

The Illinois Attorney General today sent letters to the City of Peoria, Illinois, and Kane County, Illinois, asking for records.

The records are due {}. A place that does not reply will be subpoenaed.
"""
KINDS = {  # what a text asks where typing is refused
    NoSuchDay: QuestionKind.DEADLINE_IMPOSSIBLE,
    WrongWeekday: QuestionKind.DEADLINE_CONTRADICTS_ITSELF,
    NoTimeOfDay: QuestionKind.DEADLINE_WITHOUT_TIME,
    Midnight: QuestionKind.DEADLINE_MIDNIGHT,
    LastDay: QuestionKind.DEADLINE_LAST_DAY,
    SeveralStatements: QuestionKind.DEADLINE_CONDITIONAL,
}


@dataclass(frozen=True)
class Outcome:
    """The deadline, or why there is none and what it may be."""

    deadline: tuple[object, ...] | None
    kind: QuestionKind | None = None
    readings: tuple[tuple[object, ...], ...] = ()


def essentials(deadline: Deadline) -> tuple[object, ...]:
    return deadline.last_moment, deadline.time, deadline.zone.key, str(deadline.rule or "")


def typed_outcome(text: str) -> Outcome:
    sent = When(SENT.isoformat(), ZONE)
    by = Counting(today=SENT)
    try:
        return Outcome(essentials(letter_deadline(text, sent, by) or pytest.fail("nothing was typed")))
    except CaseError as refused:
        readings = []
        for reading in refused.texts(text) if isinstance(refused, SeveralReadings) else ():
            try:
                readings.append(essentials(letter_deadline(reading, sent, by) or pytest.fail("nothing was typed")))
            except CaseError:
                continue
        other = QuestionKind.DEADLINE_AMBIGUOUS if len(readings) > 1 else QuestionKind.DEADLINE_REFUSED
        if "is before the letter was sent" in str(refused):
            other = QuestionKind.DEADLINE_BEFORE_SENT
        return Outcome(None, KINDS.get(type(refused), other), tuple(readings))


def written(text: str) -> Draft:
    letter = LETTER.format(text)
    document = Document("letter.txt", "text/plain", letter.encode(), datetime(2032, 6, 15, tzinfo=UTC), letter)
    return draft_of(document, ZONE)


def written_outcome(text: str) -> Outcome:
    draft = written(text)
    assert draft.letter_date and draft.letter_date.value == SENT
    asked = [question for question in draft.questions if question.about is Part.DEADLINE]
    if draft.deadline:
        assert not asked
        return Outcome(essentials(draft.deadline.value))
    [question] = asked
    readings = [reading.value for reading in question.readings if isinstance(reading.value, Deadline)]
    return Outcome(None, question.kind, tuple(essentials(reading) for reading in readings))


days = st.dates(SENT + timedelta(days=1), date(2018, 12, 20))
zone_names = st.sampled_from(
    ("", " ET", " EST", " EDT", " Eastern Time", " Eastern Standard Time", " Mountain Daylight Time", " CST", " PT", " UTC")
) | st.sampled_from(
    (" local time", " (ET)", " E.D.T.", " CDT", " Greenwich Mean Time", " Arizona time", " AST", " Eastern Standard Time (EST)")
)
weekdays = st.sampled_from(["Monday", "Tuesday", "Friday", "Sunday"])
leads = st.sampled_from(
    ["by", "no later than", "on or before", "until", "through", "up to", "before", "prior to", "not before", "not later than"]
)
impossible = st.sampled_from(["February 30, 2018", "April 31, 2018", "2018-02-30", "30 February 2018", "2/30/2018"])


@st.composite
def dates(draw: st.DrawFn) -> str:
    day = draw(days)
    forms = [
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%A}, {day:%B} {day.day}, {day.year}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"the {day.day}th of {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year} ({day:%A})",
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"the {day.day}d of {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}{draw(zone_names)}",
        f"{draw(weekdays)}, {day:%B} {day.day}, {day.year}",  # seldom the right one
        f"{max(day.month, 2)}/{2 + day.day % 11}/{day.year}",
        draw(impossible),
        draw(weekdays),
        f"{draw(st.sampled_from(['next', 'this']))} {draw(weekdays)}",
        f"{draw(weekdays)}, the {day.day}th",
    ]
    return draw(st.sampled_from(forms))


clocks = st.sampled_from(("5 p.m.", "5:00 p.m.", "17:00", "5:00", "11:59", "11:59 p.m.", "12 p.m.")) | st.sampled_from(
    ("noon", "12 noon", "midnight", "12 midnight", "12:00 a.m.", "13:00 p.m.", "24:00", "25:30", "0:00", "00:00", "0000 hours")
)
conditions = st.sampled_from(
    (", whichever is later", ", whichever comes first", ", unless extended", ", or earlier", " or sooner", " at the earliest")
) | st.sampled_from((", provided that it asks in time", ", subject to extension", ", or such later day as is set"))
offices = st.sampled_from(["COB", "close of business", "end of business", "the end of the day", "the close of business"])


@st.composite
def moments(draw: st.DrawFn) -> str:
    day, clock = draw(dates()), draw(clocks) + draw(zone_names)
    if draw(st.integers(0, 4)) == 0:
        return f"{draw(offices)} on {day}"
    return draw(st.sampled_from([day, f"{day}, at {clock}", f"{day} at {clock}", f"{clock} on {day}"]))


@st.composite
def rules(draw: st.DrawFn) -> str:
    count = draw(st.sampled_from(["30", "thirty (30)", "thirty (20)", "ten", "60", "90 (ninety)"]))
    unit = draw(st.sampled_from(["days", "calendar days", "weeks", "months"]))
    return f"within {count} {unit} {draw(st.sampled_from(['of', 'after', 'from']))} the date of this letter"


@st.composite
def expressions(draw: st.DrawFn) -> str:
    lead = draw(leads)
    first = draw(st.one_of(moments().map(lambda moment: f"{lead} {moment}"), rules()))
    second = draw(st.one_of(moments().map(lambda moment: f"by {moment}"), rules(), st.just("within ten days of receipt")))
    joined = draw(st.sampled_from([", or ", " or ", ", that is, ", ", i.e. ", " and ", ", but ", " and again "]))
    condition = draw(st.just("") | conditions)
    return draw(st.sampled_from([first, first, first + condition, first + joined + second + condition]))


@settings(max_examples=250, derandomize=True, deadline=None)
@given(expressions())
@example("by February 23, 2018, or within ten days of receipt, whichever is later")
@example("within 30 days of the date of this letter, that is, by February 26, 2018")
@example("within 30 days of the date of this letter, that is, by February 23, 2018")
@example("within 30 days, that is, by February 26, 2018")
@example("no later than Wednesday, January 31, 2018, at 5 p.m. Mountain Daylight Time")
@example("by Friday, the 23rd")
@example("by 5 p.m. Eastern Standard Time on July 20, 2018")
@example("by February 26, 2018 (30 days from the date of this letter)")
@example("by the later of February 23, 2018 and ten days after receipt")
@example("by 17:00 hours on February 23, 2018")
@example("by Saturday, 2/3/2018")
def test_typed_and_written_it_is_the_same_deadline_or_the_same_question(text: str) -> None:
    assert written_outcome(text) == typed_outcome(text)
