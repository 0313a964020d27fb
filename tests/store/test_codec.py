"""Values as JSON: what is written is read back the same, and what was written before is read too."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.deadlines.calendars import NONE, calendar_named
from bot.record.deadlines.deadline import DATE_RULES, Deadline, start_text, step_from_text
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.recounting import extended, recounted
from bot.record.deadlines.steps import DayOff, Extends, Step, TextStep
from bot.record.errors import CaseError
from bot.record.events import Amount, Basis, DeadlineSet, Detail
from bot.record.sources import Source
from bot.store import codec
from bot.words.deadlines import explained, rolling, rule_text, step_lines, step_text
from tests.recording import NEW_YORK

JAN_24 = date(2018, 1, 24)
US = calendar_named("US", {date(2018, 2, 23): "snow"})
days = st.dates(date(1950, 1, 1), date(2090, 1, 1))
zones = st.sampled_from([NEW_YORK, ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")])
moments = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
starts = st.one_of(st.none(), days, st.builds(lambda moment, zone: moment.astimezone(zone), moments, offsets))
clocks = st.times().map(lambda at: at.replace(microsecond=0, fold=0))
words = st.text(max_size=20)
counts = st.integers(1, 9999)
periods = st.one_of(
    st.builds(Period, counts, st.sampled_from(Unit), backward=st.booleans()),
    st.builds(Period, counts, st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]), st.just(True)),
)
st.register_type_strategy(Period, periods)
st.register_type_strategy(ZoneInfo, zones)
st.register_type_strategy(datetime, moments)
st.register_type_strategy(date, days)
st.register_type_strategy(time, clocks)
st.register_type_strategy(DayOff, st.builds(DayOff, days, words))
steps: st.SearchStrategy[Step] = st.one_of(*(st.builds(step) for step in get_args(Step)))
deadlines = st.builds(
    Deadline,
    days,
    zones,
    st.one_of(st.none(), clocks),
    words,
    st.one_of(st.none(), periods),
    st.lists(steps, max_size=4).map(tuple),
    starts,
    st.sampled_from(["", "none", "US", "US-CA"]),
    words,
)


@given(deadlines)
def test_a_deadline_is_read_back_as_it_was_written(deadline: Deadline) -> None:
    stored = json.loads(json.dumps(codec.dump(codec.DEADLINE, deadline)))
    assert codec.deadline_of(stored) == deadline
    assert codec.with_deadlines({"draft": [{"deadline": stored}]}) == {"draft": [{"deadline": deadline}]}


@given(deadlines, st.sampled_from(Basis))
def test_an_event_that_sets_a_deadline_is_read_back_as_it_was_written(deadline: Deadline, basis: Basis) -> None:
    detail = DeadlineSet(deadline, basis)
    assert codec.detail_of(json.loads(json.dumps(codec.dump(codec.DETAIL, detail)))) == detail


@given(deadlines)
def test_every_step_has_a_sentence(deadline: Deadline) -> None:
    assert len(step_lines(deadline)) == len(deadline.steps)
    assert rule_text(deadline) and explained(deadline)


def test_the_kinds_of_steps_differ() -> None:
    kinds = [step.kind for step in get_args(Step)]
    assert len(set(kinds)) == len(kinds)


def before(deadline: Deadline) -> dict[str, object]:
    """A deadline as the program before wrote it: rule, steps and start as texts."""
    return {
        "date": deadline.date.isoformat(),
        "zone": deadline.zone.key,
        "time": deadline.time.isoformat() if deadline.time else None,
        "words": deadline.words,
        "rule": rule_text(deadline),
        "steps": step_lines(deadline),
        "start": start_text(deadline.start),
        "calendar": deadline.calendar,
    }


def counted(rule: str) -> Deadline:
    start = datetime(2018, 1, 24, 10, 23, tzinfo=NEW_YORK)
    return parse_deadline(rule, NEW_YORK, start=start, calendar=US)


BY_FIVE = Deadline(date(2018, 2, 16), NEW_YORK, time(17))
OF_BEFORE = [
    Deadline(date(2018, 2, 23), NEW_YORK),
    BY_FIVE,
    parse_deadline("friday 5 p.m. PT", NEW_YORK, today=JAN_24),
    *(counted(rule) for rule in ("30 days", "14 days + mail", "72 hours", "20 business days of receipt", "10 days before")),
    extended(BY_FIVE, Period(14, Unit.DAY), US),
    extended(Deadline(date(2018, 2, 16), NEW_YORK), Period(1, Unit.WEEK), US),
    replace(counted("30 days"), rule=None, rule_words="thirty days or so"),
]


@pytest.mark.parametrize("deadline", OF_BEFORE, ids=rule_text)
def test_a_deadline_written_before_reads_the_same_and_decides_the_same(deadline: Deadline) -> None:
    old = codec.deadline_of(json.loads(json.dumps(before(deadline))))
    assert explained(old) == explained(deadline)
    assert all(isinstance(step, TextStep | Extends) for step in old.steps)
    assert replace(old, steps=()) == replace(deadline, steps=())
    for calendar in (US, calendar_named("US"), NONE):
        assert recounted(old, calendar).last_moment == recounted(deadline, calendar).last_moment
        assert explained(recounted(old, calendar)) == explained(recounted(deadline, calendar))


@given(days, st.one_of(st.none(), clocks.map(lambda at: at.replace(second=0))))
def test_what_an_extension_written_before_extends_is_known(day: date, at: time | None) -> None:
    step = Extends(day, at)
    assert step_from_text(step_text(step, NEW_YORK)) == step


@pytest.mark.parametrize(
    "said", ["Monday, 16 February 2018, end of day", "Friday, 16 February 2018, 25:00", "16 February, 9:00"]
)
def test_a_sentence_that_names_no_deadline_is_only_shown(said: str) -> None:
    text = f"extends the deadline of {said}"
    assert step_from_text(text) == TextStep(text)


@pytest.mark.parametrize("rule", [*DATE_RULES, "a rule of somebody else's"])
def test_a_rule_that_is_none_of_ours_is_shown_and_decides_nothing(rule: str) -> None:
    stored = {"date": "2018-02-24", "zone": "America/New_York", "time": "17:00:00", "rule": rule, "steps": [], "start": ""}
    deadline = codec.deadline_of(stored)
    assert deadline.rule is None and not deadline.is_countable
    assert rule_text(deadline) == ("a date and a time" if rule in DATE_RULES else rule)


def test_a_row_that_left_out_defaults_is_read() -> None:
    assert codec.deadline_of({"date": "2018-02-23", "zone": "America/New_York"}) == Deadline(date(2018, 2, 23), NEW_YORK)


@pytest.mark.parametrize(
    ("days_shut", "expected"), [({date(2018, 2, 23): "snow"}, "only closures move it"), ({}, "nothing moves it")]
)
def test_what_moved_a_deadline_is_said_where_its_steps_are_values(days_shut: dict[date, str], expected: str) -> None:
    new = parse_deadline("30 days", NEW_YORK, start=JAN_24, calendar=calendar_named("none", days_shut))
    assert rolling(new) == expected
    old = codec.deadline_of(json.loads(json.dumps(before(new))))
    [*_, last] = explained(replace(old, date=date(2018, 2, 24)))
    assert last == "24 February 2018 is a Saturday; no calendar was named."


def test_a_deadline_that_cannot_be_counted_again_is_explained_all_the_same() -> None:
    stored = {"date": "2018-03-03", "zone": "America/New_York", "rule": "1 month", "start": "2018-01-31", "calendar": "none"}
    deadline = codec.deadline_of({**stored, "steps": ["counted from Wednesday, 31 January 2018"]})
    with pytest.raises(CaseError, match="28 February 2018"):
        recounted(deadline, calendar_named("none"))
    assert explained(deadline)[-1] == "3 March 2018 is a Saturday; no calendar was named."


sources = st.builds(Source, words.filter(str.strip), words, words, words, words, words)


@given(st.lists(sources, max_size=3).map(tuple), st.one_of(st.none(), st.builds(Amount)))
def test_what_is_read_from_the_stored_text_is_what_was_written(proven: tuple[Source, ...], amount: Amount | None) -> None:
    stored = json.dumps(codec.dump(codec.SOURCES, proven))
    assert codec.sources_from(stored) == codec.SOURCES.validate_python(json.loads(stored)) == proven
    assert codec.amount_from(json.dumps(codec.dump(codec.AMOUNT, amount))) == amount
    assert codec.amount_from(None) is None


@given(st.one_of(*(st.builds(kind) for kind in get_args(Detail) if kind is not DeadlineSet), st.builds(DeadlineSet, deadlines)))
def test_a_detail_is_read_from_the_stored_text_as_by_the_decoder_of_single_rows(detail: Detail) -> None:
    stored = json.dumps(codec.dump(codec.DETAIL, detail))
    assert codec.detail_from(stored, detail.kind) == codec.detail_of(json.loads(stored)) == detail
    assert type(codec.detail_from(stored, detail.kind)) is type(detail)


@given(deadlines, deadlines)
def test_equal_deadlines_are_one_key(deadline: Deadline, other: Deadline) -> None:
    """The hash leaves out most of it, and may not leave two deadlines in one place."""
    stored = json.dumps(codec.dump(codec.DEADLINE, deadline))
    read = codec.deadline_from(stored)
    assert read == deadline and hash(read) == hash(deadline)
    assert {deadline: 1, other: 2}[read] == (2 if other == deadline else 1)
