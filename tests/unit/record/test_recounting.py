"""Deadlines counted again: by closures that came or went, and extensions of a deadline in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.case import Case, Letter
from bot.record.deadlines.calendars import NONE, Calendar, calendar_named
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.recounting import extended, recounted
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Closed, DeadlineSet, Detail, Event, Extent, Note, Outcome, Sent
from bot.record.moves import (
    ListedCase,
    Move,
    Moves,
    NotMoved,
    Recount,
    Recounting,
    between,
    by,
    closures_met,
    fingerprint,
    why_not_moved,
)
from bot.record.places import Jurisdiction, PlaceKind
from bot.words.deadlines import step_lines

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2018, 2, 1, 17, tzinfo=UTC)
SENT = When("2018-01-24", ZONE)
LETTER = Letter(1, "demand", "Demand", "The authority", SENT, "All files")
DENVER = Jurisdiction(1, "Denver", PlaceKind.CITY, "CO")
COUNTED = parse_deadline("30 days", ZONE, start=date(2018, 1, 24), calendar=calendar_named("US"))
FRIDAY, MONDAY = date(2018, 2, 23), date(2018, 2, 26)
ends = st.dates(date(2018, 1, 1), date(2030, 1, 1))
lengths = st.builds(Period, st.integers(1, 200), st.sampled_from([Unit.DAY, Unit.WEEK, Unit.BUSINESS_DAY]))
times = st.one_of(st.none(), st.times(time(3), time(23)).map(lambda at: at.replace(second=0, microsecond=0)))
shut = st.dictionaries(ends, st.just("closed"), max_size=20)


def case(deadline: Deadline, *more: Event) -> Case:
    events = (Event(1, SENT, NOW, Sent()), Event(2, SENT, NOW, DeadlineSet(deadline)), *more)
    return Case(1, 1, LETTER, DENVER, NOW, events)


def moves(cases: Sequence[Case], at: datetime, recount: Recount) -> Moves:
    """What of these cases would move."""
    recounting = Recounting(at, recount)
    moved, stuck = [], []
    for each in cases:
        listed = ListedCase(each.id, each.number, each.letter, each.place)
        recounted = recounting.of_history(each.events)
        if recounted and isinstance(recounted.after, str):
            stuck.append((listed, recounted.after))
        elif recounted and isinstance(recounted.after, Deadline):
            moved.append(Move(listed, recounted.event.id, recounted.before, recounted.after))
    return Moves(tuple(moved), tuple(stuck))


def closed(*days: date) -> Calendar:
    return calendar_named("US", dict.fromkeys(days, ""))


def test_a_closure_on_the_last_day_moves_it_and_says_why() -> None:
    [move] = moves([case(COUNTED)], NOW, by(lambda name: closed(FRIDAY))).moved
    assert (move.before.date, move.after.date) == (FRIDAY, MONDAY)
    assert "Friday 23 February is closed" in step_lines(move.after)


@pytest.mark.parametrize(
    "untouched",
    [
        case(Deadline(FRIDAY, ZONE)),
        case(Deadline(FRIDAY, ZONE, rule=Period(30, Unit.DAY))),
        case(COUNTED, Event(3, SENT, NOW, Closed(Outcome.CLOSED))),
        case(COUNTED, Event(3, SENT, NOW, Answer(Extent.FULL))),
        case(COUNTED, Event(3, SENT, NOW, DeadlineSet(Deadline(FRIDAY, ZONE)))),
    ],
    ids=["a date", "counted, from nobody knows when", "of a case that has ended", "answered", "replaced by a date"],
)
def test_other_deadlines_stay(untouched: Case) -> None:
    assert moves([untouched], NOW, by(lambda name: closed(FRIDAY))).moved == ()


def test_what_the_calendar_before_gave_just_the_same_is_left_alone() -> None:
    left_earlier = between(lambda name: closed(FRIDAY), lambda name: closed(FRIDAY, date(2018, 3, 30)))
    assert moves([case(COUNTED)], NOW, left_earlier).moved == ()
    assert moves([case(COUNTED)], NOW, between(lambda name: closed(), lambda name: closed(FRIDAY))).moved


def test_a_fingerprint_is_that_of_the_moves_in_any_order() -> None:
    other = replace(case(COUNTED), events=(Event(1, SENT, NOW, Sent()), Event(3, SENT, NOW, DeadlineSet(COUNTED))))
    both = moves([case(COUNTED), other], NOW, by(lambda name: closed(FRIDAY))).moved
    assert fingerprint(both) == fingerprint(both[::-1]) != fingerprint(both[:1])


def closure(day: date) -> Closure:
    return Closure(1, day, "Snow", (), "Alice", NOW)


def test_the_closures_that_a_count_met_are_those_it_ended_on_or_of_business_days_all_on_its_way() -> None:
    on_the_way, last, later = closure(date(2018, 2, 7)), closure(FRIDAY), closure(date(2018, 3, 1))
    known = (on_the_way, last, later)
    [move] = moves([case(COUNTED)], NOW, by(lambda name: closed(*(one.day for one in known)))).moved
    assert closures_met(move, known) == [last]
    business_days = parse_deadline("20 business days", ZONE, start=date(2018, 1, 24), calendar=calendar_named("US"))
    [move] = moves([case(business_days)], NOW, by(lambda name: closed(*(one.day for one in known)))).moved
    assert closures_met(move, known) == [on_the_way, last]


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (Closed(Outcome.CLOSED), NotMoved.ENDED),
        (Answer(Extent.FULL), NotMoved.ANSWERED),
        (DeadlineSet(Deadline(MONDAY, ZONE)), NotMoved.CHANGED),
        (Note(), NotMoved.OTHER_DAY),
    ],
)
def test_why_a_move_of_a_list_is_none_any_more(since: Detail, reason: NotMoved) -> None:
    [move] = moves([case(COUNTED)], NOW, by(lambda name: closed(FRIDAY))).moved
    assert why_not_moved(move, case(COUNTED, Event(3, SENT, NOW, since)).at(NOW)) is reason


def test_one_that_cannot_be_counted_again_is_told_apart() -> None:
    def refuse(name: str) -> Calendar:
        raise CaseError("no such calendar")

    result = moves([case(COUNTED)], NOW, by(refuse))
    assert result.moved == ()
    assert [why for _, why in result.stuck] == ["no such calendar"]


@given(ends, times, lengths, st.sampled_from(["none", "US", "US-CA"]), shut)
def test_an_extension_counts_from_the_deadline_in_force_and_stays_itself(
    end: date, at: time | None, period: Period, name: str, days: dict[date, str]
) -> None:
    calendar = calendar_named(name, days)
    in_force = Deadline(end, ZONE, at)
    longer = extended(in_force, period, calendar)
    assert longer.date > end
    assert (longer.time, longer.start) == (at, end)
    assert recounted(longer, calendar) == longer
    assert recounted(recounted(longer, NONE), calendar) == longer


@given(ends, lengths, st.sampled_from(["none", "US", "US-CA"]), shut, ends)
def test_a_closure_never_moves_a_deadline_forwards_to_an_earlier_day(
    start: date, period: Period, name: str, days: dict[date, str], shut_too: date
) -> None:
    before = parse_deadline(str(period), ZONE, start=start, calendar=calendar_named(name, days))
    after = recounted(before, calendar_named(name, {**days, shut_too: "closed"}))
    assert after.date >= before.date
    if after.date != before.date:
        assert start < shut_too <= before.date


def test_hours_are_added_to_a_moment_only() -> None:
    at_five = Deadline(FRIDAY, ZONE, time(17))
    longer = extended(at_five, Period(72, Unit.HOUR), NONE)
    assert (longer.date, longer.time) == (MONDAY, time(17))
    assert recounted(longer, NONE) == longer
    with pytest.raises(CaseError, match="are counted from a moment"):
        extended(Deadline(FRIDAY, ZONE), Period(72, Unit.HOUR), NONE)
