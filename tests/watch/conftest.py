"""A watch over a real database, whose channels keep what is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import FrozenClock
from bot.record import grouping
from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER
from bot.store.database import Database
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.watch.tick import tick
from tests.conftest import Template
from tests.recording import OPENED, Desk
from tests.watch.test_any_order import LETTERS
from tests.watch.test_delivery import Channels, House


@pytest.fixture
async def house(db: Database, clock: FrozenClock) -> AsyncIterator[House]:
    channels = Channels()
    delivery = Delivery(db, clock, channels)
    house = House(db, clock, channels, delivery, Watch(db, clock, delivery), Desk(db))
    await house.alice.open(escalation_role_id=7)
    yield house
    await delivery.stop(patience=1)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter's notice stands apart, as of loud rungs: for tests that need several at one moment in one channel."""
    monkeypatch.setattr(grouping, "APART", {rung.name for rung in DEFAULT_LADDER + LEGACY_LADDER})


@pytest.fixture(scope="session")
def waiting(template: Template) -> Path:
    """Letters whose rungs are due."""

    async def fill(db: Database) -> None:
        await db.migrate()
        desk = Desk(db)
        await desk.open()
        for number, places in enumerate(LETTERS):
            await desk.letter(OPENED, to=places, title=f"Demand {number}")
        async for _ in tick(db, OPENED + timedelta(hours=1)):
            pass

    return template("waiting", fill)
