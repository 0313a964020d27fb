"""The demo tells the story of the section 1373 letters: what is recorded and posted, and when."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast
from unittest.mock import MagicMock

import pytest

from bot import demo
from bot.app import App
from sandbox import ReplayClock, text_of
from tests.journey.replay import Replay

JANUARY = "Document demand of 24 January 2018"


async def test_the_replay_posts_the_story_at_its_own_moments(replay: Replay) -> None:
    await replay.until(datetime(2018, 4, 20, 12, tzinfo=demo.ZONE))
    assert replay.story(JANUARY) == [
        ("01-24 12", f"New letter: {JANUARY}"),
        (
            "02-06 12",
            "West Palm Beach, FL: suit filed (U.S. District Court, Southern District of Florida, 9:18-cv-80131)",
        ),
        ("02-09 09", "14 days left: 23 jurisdictions"),
        ("02-16 09", "7 days left: 23 jurisdictions"),
        ("02-20 09", "3 days left: 23 jurisdictions"),
        ("02-22 09", "1 day left: 23 jurisdictions"),
        ("02-23 09", "Due today: 23 jurisdictions"),
        ("02-24 09", "Deadline passed: 23 jurisdictions, no full answer on record"),
        ("02-26 09", "Overdue by 3 days: 23 jurisdictions, first reminder"),
        ("03-02 09", "Overdue by 7 days: 23 jurisdictions, second reminder"),
        ("03-09 09", "Overdue by 14 days: 23 jurisdictions, third reminder"),
        ("03-25 09", "Overdue by 30 days: 23 jurisdictions, fourth reminder"),
        ("03-27 12", "West Palm Beach, FL: the authority found no violation, and 1 more update"),
        ("04-01 09", "Sunday 1 April: 48 answers overdue, 2 letters"),
        ("04-12 12", "Louisville Metro, KY: the authority found no violation, and 1 more update"),
        ("04-16 12", "Burlington, VT: answered, extent unknown"),
    ]
    assert [day for day, _ in replay.story("New letter: Document demand of 12 April 2018")] == ["04-12 12"]
    assert [day for day, _ in replay.story("New letter: Request to Oakland")] == ["04-12 12"]
    assert [day for day, _ in replay.story("Louisville Metro, KY and Washington, D.C.: the authority found no violation")] == [
        "04-12 12"
    ]
    [passed] = [m for m in replay.sandbox.messages(replay.town.alerts) if m["mention_roles"]]
    assert "Deadline passed" in text_of(passed)


async def test_a_person_can_record_and_ask_while_the_clock_stands(replay: Replay) -> None:
    await replay.until(datetime(2018, 2, 10, 12, tzinfo=demo.ZONE))
    await replay.sandbox.commands_synced()
    alice = replay.sandbox.person(replay.sandbox.world.users[replay.town.guild.owner], replay.town.guild)
    answer = await alice.command(replay.town.alerts, "status", jurisdiction="Denver")
    assert "awaiting answer, 13 days left" in answer.text


async def test_a_jump_halts_at_what_was_recorded_just_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jump begins while the next moment is being looked up, so that the answer does not know of it yet."""
    clock = ReplayClock(demo.START, paused=True)
    due = demo.START + timedelta(hours=1)
    halts: list[datetime] = []

    async def looked_up() -> datetime | None:
        if clock.jumping is None and not halts:
            clock.jump(demo.START + timedelta(days=5))
            return None
        return None if halts else due

    async def turned() -> None:
        halts.append(clock.now())

    async def nothing(*args: object, **more: object) -> None:
        pass

    monkeypatch.setattr(demo, "_settle", nothing)
    monkeypatch.setattr(demo, "_record", nothing)
    app = SimpleNamespace(watch=SimpleNamespace(next_moment=looked_up, turn=turned))
    telling = asyncio.create_task(demo.replay(cast(App, app), clock, cast(demo.Town, MagicMock())))
    async with asyncio.timeout(10):
        while not halts:
            await asyncio.sleep(0.01)
    telling.cancel()
    assert halts[0] == due
