"""The machine's clock, beside Discord's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import FAR_AHEAD, CheckedClock, FrozenClock, JumpMeter, SystemClock

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def heard(clock: CheckedClock, true: datetime, took: float = 0.0) -> None:
    clock.heard(format_datetime(true, usegmt=True), clock.monotonic() - took)


def differing(off: timedelta) -> tuple[FrozenClock, CheckedClock]:
    """A machine's clock that is wrong by so much, and heard what time it is."""
    machine = FrozenClock(NINE + off)
    clock = CheckedClock(machine)
    heard(clock, NINE)
    return machine, clock


@given(st.lists(st.timedeltas(timedelta(days=-400), timedelta(days=400)), max_size=4))
def test_between_two_readings_only_time_passes(jumps: list[timedelta]) -> None:
    machine, clock = differing(timedelta())
    clock.read()
    for passed, jump in enumerate(jumps, 1):
        machine.jump(NINE + jump)
        machine.set(machine.now() + SECOND)
        assert clock.now() == NINE + passed * SECOND


def test_without_a_word_of_discord_the_machine_is_believed() -> None:
    clock = CheckedClock(FrozenClock(NINE))
    assert (clock.now(), clock.ahead(), clock.behind(), clock.is_far_ahead()) == (NINE, None, timedelta(), False)


@given(st.timedeltas(timedelta(days=-3650), timedelta(days=3650)), st.timedeltas(timedelta(), timedelta(days=30)))
def test_only_a_clock_that_is_far_ahead_is_not_believed(off: timedelta, passed: timedelta) -> None:
    machine, clock = differing(off)
    clock.read()
    machine.set(machine.now() + passed)
    shown = clock.now() - (NINE + passed)
    assert clock.is_far_ahead() == (off - SECOND > FAR_AHEAD)
    assert abs(shown - (SECOND if clock.is_far_ahead() else off)) < timedelta(milliseconds=1)
    assert abs(clock.behind() - -off) < timedelta(milliseconds=1)


@pytest.mark.parametrize("took", [0.0, 5.0, 25.0])
def test_a_slow_answer_is_taken_for_what_it_says(took: float) -> None:
    machine = FrozenClock(NINE)
    clock = CheckedClock(machine)
    machine.set(NINE + timedelta(seconds=took))
    heard(clock, NINE, took)
    ahead = clock.ahead()
    assert ahead is not None and ahead <= timedelta() and clock.behind() <= timedelta()


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 09:00:00 GMT", "Mon, 02 Nov 99999 09:00:00 GMT"])
def test_a_date_that_is_none_says_nothing(date: str) -> None:
    clock = CheckedClock(FrozenClock(NINE))
    clock.heard(date, 0.0)
    assert clock.ahead() is None


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{2,6} [\d:]{1,12} [A-Z+\-\d]{0,9}"))
def test_no_date_breaks_it(date: str) -> None:
    CheckedClock(FrozenClock(NINE)).heard(date, 0.0)


def test_an_answer_that_took_minutes_says_nothing() -> None:
    clock = CheckedClock(FrozenClock(NINE))
    heard(clock, NINE, took=120.0)
    assert clock.ahead() is None


def test_while_it_agrees_an_answer_a_minute_is_read_and_each_while_it_does_not() -> None:
    machine, clock = differing(timedelta())
    machine.set(NINE + timedelta(seconds=30))
    heard(clock, NINE + timedelta(hours=1))
    assert clock.behind() <= timedelta()
    machine.jump(NINE + timedelta(days=1))
    heard(clock, NINE + timedelta(days=1))
    assert not clock.is_far_ahead()


@given(st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=9)), st.timedeltas(timedelta(-99), timedelta(99)))))
def test_the_meter_measures_jumps_and_not_the_time_that_passes(happens: list[tuple[timedelta, timedelta]]) -> None:
    machine = FrozenClock(NINE)
    meter = JumpMeter(machine)
    for passes, jump in happens:
        machine.set(machine.now() + passes)
        machine.jump(machine.now() + jump)
        measured = meter.jump()
        assert abs(measured - jump) < timedelta(milliseconds=1) or (not measured and abs(jump) <= SECOND)


def test_the_meter_takes_a_process_that_was_stopped_for_no_jump() -> None:
    class Stopped(FrozenClock):
        """Somebody stops the process for an hour, just before it reads the clock."""

        stops = False

        def now(self) -> datetime:
            if self.stops:
                self.stops = False
                self.set(super().now() + timedelta(hours=1))
            return super().now()

    machine = Stopped(NINE)
    meter = JumpMeter(machine)
    machine.stops = True
    assert meter.jump() == timedelta()


def test_the_systems_monotonic_time_passes() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert clock.monotonic() >= before and clock.now().utcoffset() == timedelta()
