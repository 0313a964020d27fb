"""The clock that replays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox import ReplayClock, Sandbox
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
