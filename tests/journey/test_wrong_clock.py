"""The whole bot with a machine's clock that is wrong, beside a Discord whose clock is right."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.app import App, running
from bot.clock import SystemClock
from bot.config import DatabaseSettings, Discord, Settings, WatchSettings
from bot.record.grouping import MOST_SECTIONS
from bot.store import heartbeat
from bot.store.heartbeat import Held
from sandbox import text_of
from tests.journey.conftest import PATIENCE, TOKEN, Town, record_letters

MONTH = timedelta(days=30)


@dataclass
class WrongClock(SystemClock):
    """The true time, but for what it is off."""

    off: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return super().now() + self.off


@asynccontextmanager
async def started(town: Town, clock: WrongClock) -> AsyncIterator[App]:
    settings = Settings(
        discord=Discord(token=TOKEN, api=town.sandbox.api),
        database=DatabaseSettings(url=town.db.url.render_as_string()),
        watch=WatchSettings(tick_seconds=0.05),
    )
    async with running(settings, clock) as app:
        app.watch.start()
        yield app


async def is_held(town: Town) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with town.db.read() as conn:
                last = await heartbeat.last_beat(conn)
            if last and last.held is Held.AHEAD:
                return
            await asyncio.sleep(0.02)  # the bot has connections of its own: there is no event to wait for


async def test_a_clock_a_month_ahead_posts_nothing_until_it_is_right(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    await record_letters(town, 2 * MOST_SECTIONS)
    clock = WrongClock(MONTH)
    async with started(town, clock):
        await is_held(town)
        assert town.sandbox.messages(town.alerts) == []
        clock.off = timedelta()
        assert [state for _, state in await town.settled()] == ["sent", "sent"], "four letters in each notice"
        clock.off = MONTH
        await is_held(town)
        clock.off = timedelta()
    assert not any("passed" in text_of(message) for message in town.sandbox.messages(town.alerts))
    assert len(town.sandbox.messages(town.alerts)) == 2
    assert caplog.text.count("30 days ahead of Discord's: nothing is posted until it is right") == 2


async def test_a_machine_that_slept_for_days_goes_on_once_discord_confirms_the_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record_letters(town, 2 * MOST_SECTIONS)
    clock = WrongClock()
    monkeypatch.setattr(type(town.sandbox.clock), "now", lambda self: clock.now())  # Discord's clock agrees
    async with started(town, clock):
        assert [state for _, state in await town.settled()] == ["sent", "sent"], "four letters in each notice"
        clock.off = timedelta(days=5)
        await town.sandbox.message_in(town.alerts, "Deadline passed")
    asked = [request for request in town.sandbox.requests if (request.method, request.path) == ("GET", "/gateway")]
    assert len(asked) == 1
