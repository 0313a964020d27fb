"""A watch over a real database, whose channels keep what is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import FrozenClock
from bot.store.database import Database
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.recording import Desk
from tests.watch.test_delivery import Channels, House


@pytest.fixture
async def house(db: Database, clock: FrozenClock) -> AsyncIterator[House]:
    channels = Channels()
    delivery = Delivery(db, clock, channels)
    house = House(db, clock, channels, delivery, Watch(db, clock, delivery), Desk(db))
    await house.alice.open(escalation_role_id=7)
    yield house
    await delivery.stop(patience=1)
