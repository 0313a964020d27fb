"""Quiet times, from the clock to a message: nothing comes in them, nothing is lost to them, and a change repeats nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot.record.events import Answer, Corrected, Extent, Silenced
from bot.record.posting import Quiet, Urgent
from bot.store import servers
from tests.recording import SERVER
from tests.watch.test_audit import audited
from tests.watch.test_delivery import House, at

WEEKENDS = Quiet(weekends=True)
NIGHTS = Quiet(hours=(time(22), time(8)))


async def change(house: House, moment: datetime, **values: object) -> None:
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, moment, **values)


async def heads(house: House, *moments: datetime) -> list[tuple[str, str]]:
    return [
        (f"{moment:%m-%d %H}", text.split(":")[0].split("\n")[0]) for moment in moments for text in await house.turn(moment)
    ]


def days(first: date, last: date) -> list[datetime]:
    """Some moments of these days."""
    each = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [at(day.month, day.day, hour=hour) for day in each for hour in (0, 9, 21)]


async def test_a_quiet_weekend_is_quiet_and_its_countdown_comes_before(house: House) -> None:
    await change(house, house.clock.now(), quiet=WEEKENDS)
    await house.alice.letter(house.clock.now(), date(2018, 2, 25), ["Albany"])  # a Sunday
    await house.turn(at(2, 21))
    assert await heads(house, *days(date(2018, 2, 22), date(2018, 2, 28))) == [
        ("02-22 14", "3 days left"),
        ("02-23 14", "2 days left"),
        ("02-26 14", "Deadline passed"),
        ("02-28 14", "Overdue by 3 days"),
    ]


async def test_that_a_deadline_has_passed_is_posted_in_the_quiet_if_that_is_urgent(house: House) -> None:
    await change(house, house.clock.now(), quiet=Quiet(weekends=True, urgent=Urgent.PASSED))
    await house.alice.letter(house.clock.now(), date(2018, 2, 23), ["Albany"])  # a Friday
    await house.turn(at(2, 22))
    posted = await heads(house, *days(date(2018, 2, 23), date(2018, 2, 26)))
    assert posted == [("02-23 14", "Due today"), ("02-24 14", "Deadline passed"), ("02-26 14", "Overdue by 3 days")]


async def test_quiet_times_that_are_set_at_the_moment_of_posting_lose_and_repeat_nothing(house: House) -> None:
    """On Saturday at nine, when the last alert before a deadline on Sunday is due; then taken back and set again."""
    await house.alice.letter(house.clock.now(), date(2018, 2, 25), ["Albany"])
    await house.turn(at(2, 22))
    await change(house, at(2, 24), quiet=WEEKENDS)
    assert await heads(house, at(2, 24), at(2, 24, second=5)) == [("02-24 14", "1 day left")]
    await change(house, at(2, 24, hour=10), quiet=None)
    await change(house, at(2, 24, hour=11), quiet=WEEKENDS)
    assert await heads(house, at(2, 24, hour=11), at(2, 24, hour=12)) == [], (
        "Sunday's alert was brought forward, and is no news"
    )
    await change(house, at(2, 24, hour=13), quiet=None)
    assert await heads(house, at(2, 25), at(2, 26)) == [("02-26 14", "Deadline passed")]


@pytest.mark.parametrize(
    ("quiet", "woken", "opens"), [(WEEKENDS, at(2, 17, 3), at(2, 19, 0)), (NIGHTS, at(2, 17, 3), at(2, 17, 8))]
)
async def test_what_was_due_while_the_bot_was_down_waits_for_the_end_of_the_quiet_time(
    house: House, quiet: Quiet, woken: datetime, opens: datetime
) -> None:
    """Due on Friday at nine; the bot is started again in the night to Saturday."""
    await change(house, house.clock.now(), quiet=quiet)
    await house.alice.letter(house.clock.now(), date(2018, 2, 23), ["Albany"])
    await house.turn(at(2, 9))
    assert await heads(house, woken, opens - timedelta(seconds=1)) == []
    assert (await audited(house)).found == 0, "that it waits is nothing that went wrong"
    [text] = await house.turn(opens)
    assert "days left" in text
    assert await house.turn(opens + timedelta(hours=1)) == []
    for hours in (24, 120):
        house.clock.set(woken + timedelta(hours=hours))
        assert (await audited(house)).found == 0, "nor that it was posted before a quiet time"


async def test_what_an_undo_makes_due_in_the_night_comes_in_the_morning(house: House) -> None:
    await change(house, house.clock.now(), quiet=NIGHTS)
    [case] = await house.alice.letter(house.clock.now(), date(2018, 2, 23), ["Albany"])
    await house.turn(at(2, 9))
    answer = await house.alice.record(at(2, 15), case, Answer(Extent.FULL))
    assert await house.turn(at(2, 16)) == []
    await house.alice.record(at(2, 16, hour=23), case, Corrected(True), replaces=answer)
    assert await heads(house, at(2, 16, hour=23), at(2, 17, hour=7)) == []
    assert await heads(house, at(2, 17, hour=8)) == [("02-17 13", "6 days left")]


async def test_a_countdown_does_not_wait_in_the_quiet_until_its_deadline_has_passed(house: House) -> None:
    await change(house, house.clock.now(), quiet=WEEKENDS)
    await house.alice.letter(house.clock.now(), date(2018, 2, 25), ["Albany"])  # a Sunday
    await house.turn(at(2, 20))
    assert await heads(house, at(2, 24, hour=3)) == [("02-24 08", "1 day left")]


async def test_a_silence_that_ends_on_a_quiet_day_ends_at_the_next_open_moment(house: House) -> None:
    await change(house, house.clock.now(), quiet=WEEKENDS)
    [case] = await house.alice.letter(house.clock.now(), date(2018, 2, 1), ["Albany"])
    await house.turn(at(2, 2))
    await house.alice.record(at(2, 2, hour=10), case, Silenced(date(2018, 2, 17)))  # a Saturday
    assert await heads(house, *days(date(2018, 2, 3), date(2018, 2, 19))) == [("02-19 14", "Overdue by 18 days")]
    await house.alice.record(at(2, 20), case, Silenced(date(2018, 4, 17)))
    assert await heads(house, at(3, 9)) == []
    await house.alice.record(at(3, 10, hour=12), case, Silenced(date(2018, 3, 10)))  # lifts it on a Saturday
    assert await heads(house, at(3, 10, hour=12, second=5), at(3, 11)) == []
    assert await heads(house, at(3, 12)) == [("03-12 13", "Overdue by 39 days")]
