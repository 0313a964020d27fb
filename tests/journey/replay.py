"""The demo, held in a test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bot import demo
from bot.app import running
from bot.config import DatabaseSettings, Discord, Settings
from sandbox import Channel, Limits, ReplayClock, Sandbox, text_of
from tests.sandbox.openapi import DESCRIPTION, validate_requests


class Replay:
    """The sandbox, its clock, and who and what there is in it."""

    def __init__(self, sandbox: Sandbox, clock: ReplayClock, town: demo.Town) -> None:
        self.sandbox, self.clock, self.town = sandbox, clock, town

    async def until(self, moment: datetime) -> None:
        """Jump there, as a person does on the page; every stop on the way is made."""
        arrived = asyncio.Event()
        self.clock.on_change(lambda: arrived.set() if self.clock.now() >= moment else None)
        self.clock.jump(moment)
        async with asyncio.timeout(60):
            await arrived.wait()

    def story(self, about: str, channel: Channel | None = None) -> list[tuple[str, str]]:
        """(day and hour in New York, headline) of each message of the channel that tells of `about`."""
        told = []
        for message in self.sandbox.messages(channel or self.town.alerts):
            text = text_of(message)
            if about in text:
                at = datetime.fromisoformat(message["timestamp"]).astimezone(demo.ZONE)
                told.append((f"{at:%m-%d %H}", next(line[3:] for line in text.split("\n") if line.startswith("## "))))
        return told


@asynccontextmanager
async def replaying(folder: Path) -> AsyncIterator[Replay]:
    """The demo at its first moment, its clock paused."""
    clock = demo.StoryClock(demo.START, demo.SPEED, paused=True)
    sandbox = Sandbox(0, clock, Limits.off(), time_factor=5)
    town = demo.Town(sandbox)
    async with sandbox:
        settings = Settings(
            discord=Discord(token=town.token, api=sandbox.api),
            database=DatabaseSettings(url=f"sqlite+aiosqlite:///{folder}/demo.db"),
        )
        async with running(settings, clock) as app:
            telling = asyncio.create_task(demo.replay(app, clock, town))
            yield Replay(sandbox, clock, town)
            telling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await telling
        if DESCRIPTION.is_file():
            validate_requests(sandbox.requests)
