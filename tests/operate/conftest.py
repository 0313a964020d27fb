"""A watch over a real database, and what the person is told who runs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.chat.connection import LinkState
from bot.clock import FrozenClock
from bot.operate.health import Vitals
from bot.store.database import Database
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.recording import Desk
from tests.watch.test_delivery import Channels

NOON = datetime(2018, 2, 9, 17, tzinfo=UTC)


@dataclass
class Engine:
    """The parts of a running bot of which it is asked how they are."""

    db: Database
    clock: FrozenClock
    channels: Channels
    watch: Watch
    desk: Desk
    gateway: LinkState

    @property
    def vitals(self) -> Vitals:
        return Vitals(self.db, self.clock, self.watch, lambda: self.gateway)


@pytest.fixture
async def engine(db: Database) -> Engine:
    clock, channels = FrozenClock(NOON), Channels()
    watch = Watch(db, clock, Delivery(db, clock, channels))
    return Engine(db, clock, channels, watch, Desk(db), LinkState(True, NOON, clock.monotonic()))
