"""A look finds what was posted by a clock that was ahead: messages bear Discord's time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.record.errors import Undeliverable
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.words.card import Card
from tests.watch.test_delivery import Channels, House, at

NINE = at(2, 9)


@dataclass
class Dated(Channels):
    """Discord has a clock of its own."""

    now: datetime = NINE
    posted_at: list[datetime] = field(default_factory=list)

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        self.posted_at.append(self.now)
        return await super().post(channel_id, card, nonce)

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        number = await super().find(channel_id, token, since)
        return number if number and self.posted_at[number - 1] >= since else None


def lost() -> Undeliverable:
    return Undeliverable("lost", permanent=False, maybe_sent=True)


@pytest.mark.parametrize("off", [timedelta(minutes=9, seconds=59), timedelta(), timedelta(hours=-3), timedelta(days=-30)])
@pytest.mark.parametrize("late", [timedelta(), timedelta(days=3)])
async def test_a_post_whose_answer_was_lost_is_found(house: House, off: timedelta, late: timedelta) -> None:
    # By a clock that is ahead it is posted before it is due.
    channels = Dated(failures=[lost], keep_before_failing=True, now=NINE + late - max(off, timedelta()))
    delivery = Delivery(house.db, house.clock, channels)
    watch = Watch(house.db, house.clock, delivery)
    await house.alice.letter(house.clock.now(), to=("Albany",))
    if off < timedelta():
        await house.plan(channels.now)
    house.clock.set(channels.now + off)
    await watch.turn()
    assert len(channels.posted) == 1
    channels.now += timedelta(hours=1)
    house.clock.set(channels.now)
    await watch.turn()
    assert len(channels.posted) == 1
    assert {state for _, state in await house.states()} == {"sent"}
    await delivery.stop(patience=1)
