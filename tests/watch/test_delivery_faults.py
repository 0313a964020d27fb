"""What each of these faults once did to delivery: an alert lost, doubled, or untrue when it was posted."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import pytest
from sqlalchemy import update

from bot.record.errors import Undeliverable
from bot.record.events import Answer, Extent
from bot.store import redirects, servers
from bot.store.tables import notices
from bot.watch import deliver
from bot.watch.rounds import BELIEVED, FIRST_WAIT
from bot.words.card import Card
from tests.recording import SERVER
from tests.watch.test_delivery import House, at
from tests.watch.test_rounds import HERE, LEASE, Limited, letters, limited, of_all

pytestmark = pytest.mark.usefixtures("apart")
ELSEWHERE = 555


def rate_limit(seconds: float) -> Undeliverable:
    return Undeliverable("a rate limit of Discord", permanent=False, retry_after=seconds)


async def move_alerts(house: House, to: int) -> None:
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), channel_id=to)
        await redirects.redirect(conn, SERVER, to, house.clock.now())


async def test_a_lease_begins_when_the_database_is_free(house: House) -> None:
    """Posts are given up by the time that has passed since; a shorter lease would let another process post as well."""
    await letters(house, 1)
    channels = limited(house, gates={HERE: asyncio.Event()})
    async with house.db.write():
        await house.delivery.take_up()
        for _ in range(20):
            await asyncio.sleep(0)
        house.clock.set(at(2, 9, second=40))
    await channels.until_begun(1)
    assert await of_all(house, "state", "not_before") == [("claimed", at(2, 9, second=40) + LEASE)]
    channels.gates[HERE].set()
    await house.delivery.drain()


async def test_what_was_checked_before_long_looks_is_checked_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process records an answer while this one begins to look for notices of earlier attempts."""
    *_, third = await letters(house, 3)
    async with house.db.write() as conn:
        await conn.execute(update(notices).where(notices.c.id < 3).values(maybe_sent=True))
    passed = [0.0]
    monkeypatch.setattr(deliver, "monotonic", lambda: time.monotonic() + passed[0])

    class Slow(Limited):
        async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
            if not self.looked:
                self.waiting_in_line = 0.1
                before = house.db.recorded
                await house.alice.record(at(2, 9), third, Answer(Extent.FULL))
                house.db.recorded, passed[0], self.waiting_in_line = before, passed[0] + deliver.FRESH, 0
            return await super().find(channel_id, token, since)

    limited(house).__class__ = Slow
    await house.delivery.drain()
    assert [state for _, state in await house.states()] == ["sent", "sent", "superseded"]


async def test_what_is_refused_for_a_while_follows_to_a_channel_that_was_set_meanwhile(house: House) -> None:
    await letters(house, 2)

    class Busy(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            if channel_id == HERE:
                await move_alerts(house, ELSEWHERE)
                raise rate_limit(5)
            return await super().post(channel_id, card, nonce)

    channels = limited(house)
    channels.__class__ = Busy
    await house.delivery.drain()
    house.clock.set(at(2, 9, second=5))
    await house.delivery.drain()
    assert [channel for channel, _, _ in channels.posted] == [ELSEWHERE] * 2 and channels.looked == []
    assert {state for _, state in await house.states()} == {"sent"}


async def test_a_rate_limit_that_says_at_once_is_not_believed_for_ever(house: House) -> None:
    await letters(house, 1)
    channels = limited(house)
    channels.failures = [lambda: rate_limit(0) for _ in range(500)]
    for _ in range(10):
        await house.delivery.drain()
    assert len(channels.begun) == BELIEVED + 1
    house.clock.set(at(2, 9) + FIRST_WAIT)
    channels.failures = []
    await house.delivery.drain()
    assert len(channels.posted) == 1


async def test_a_transaction_whose_commit_fails_may_have_recorded_something(house: House) -> None:
    before = house.db.recorded
    with pytest.raises(OSError, match="the answer was lost"):
        async with house.db.write():
            raise OSError("the answer was lost")
    assert house.db.recorded == before + 1


async def test_a_stop_in_the_midst_of_a_round_forgets_no_notice_that_it_had_claimed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that goes on afterwards sends them all."""
    await letters(house, 4)
    async with house.db.write() as conn:
        await conn.execute(update(notices).where(notices.c.id == 1).values(maybe_sent=True))
    channels = limited(house)
    real, breaks = house.delivery._is_in_line, iter([True])

    async def break_once() -> bool:
        if next(breaks, False):
            raise OSError("no more file descriptors")
        return await real()

    monkeypatch.setattr(house.delivery, "_is_in_line", break_once)
    monkeypatch.setattr(deliver, "AFTER_FAILURE", 0)
    await house.delivery.drain()
    assert len(channels.posted) == 4 and {state for _, state in await house.states()} == {"sent"}
    assert house.delivery._leases == {} and not house.delivery._rooms._held and not house.delivery._rooms._begun


async def test_an_answer_that_was_recorded_by_a_clock_that_was_ahead_is_known_when_it_is_right_again(house: House) -> None:
    first, _ = await letters(house, 2)
    await house.alice.record(at(2, 9, hour=12), first, Answer(Extent.FULL), "2018-02-08")
    await house.delivery.drain()
    assert [state for _, state in await house.states()] == ["superseded", "sent"]
