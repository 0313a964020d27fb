"""The clock that replays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox import Jump, ReplayClock, Sandbox
from sandbox.snowflake import moment_of
from tests.sandbox.conftest import settle

START = datetime(2018, 1, 24, 12, tzinfo=UTC)


def test_it_stands_still_until_it_is_moved() -> None:
    clock = ReplayClock(START)
    assert clock.now() == clock.goal() == START
    clock.step(2)
    assert clock.now() == START
    assert clock.goal() == START + timedelta(days=2)
    clock.set(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    assert clock.goal() == START + timedelta(days=2)


def test_playing_it_wishes_to_go_on() -> None:
    clock = ReplayClock(START, speed=86_400)
    clock.play()
    assert clock.goal() > START
    assert clock.now() == START
    clock.pause()
    assert clock.goal() == START


def test_it_jumps_forwards_and_only_forwards() -> None:
    clock = ReplayClock(START)
    clock.jump(START + timedelta(days=30))
    assert clock.goal() == START + timedelta(days=30)
    with pytest.raises(ValueError, match="only goes forwards"):
        clock.jump(START)
    with pytest.raises(ValueError, match="only goes forwards"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="without a time zone"):
        clock.jump(datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="a step"):
        clock.step(-1)
    with pytest.raises(ValueError, match="a speed"):
        clock.set_speed(0)


def test_it_follows_its_wish_when_nobody_drives() -> None:
    clock = ReplayClock(START, follow=True)
    clock.step()
    assert clock.now() == START + timedelta(days=1)


async def test_messages_bear_its_time_and_grow_while_it_stands() -> None:
    clock = ReplayClock(START)
    async with Sandbox(clock=clock) as sandbox:
        town = settle(sandbox)
        posted = [sandbox.posts.post(town.general, town.app.bot, {"content": "hello"}) for _ in range(3)]
        assert posted[0].timestamp == START
        assert [each.id for each in posted] == sorted({each.id for each in posted})
        assert moment_of(posted[0].id) == START


def test_a_jump_is_under_way_until_the_clock_arrives() -> None:
    clock = ReplayClock(START)
    end = START + timedelta(days=365)
    clock.jump(end)
    assert clock.jumping == Jump(START, end)
    clock.set(START + timedelta(days=100))
    assert clock.jumping == Jump(START, end)
    clock.step(1)
    assert clock.jumping == Jump(START, end + timedelta(days=1)), "a step on the way makes the jump longer"
    clock.set(end + timedelta(days=1))
    assert clock.jumping is None


def test_time_runs_on_from_the_end_of_a_jump() -> None:
    clock = ReplayClock(START, speed=86_400, paused=False)
    end = START + timedelta(days=365)
    clock.jump(end)
    assert clock.goal() == clock.goal() == end, "the goal does not run away while the clock is on its way"
    clock.set(end)
    assert clock.goal() > end


def test_a_pause_ends_a_jump_where_it_is() -> None:
    clock = ReplayClock(START)
    clock.jump(START + timedelta(days=365))
    clock.set(START + timedelta(days=100))
    clock.pause()
    assert clock.jumping is None
    assert clock.goal() == clock.now() == START + timedelta(days=100)


def test_nobody_waits_for_a_clock_that_follows() -> None:
    clock = ReplayClock(START, follow=True)
    clock.jump(START + timedelta(days=365))
    assert clock.jumping is None
