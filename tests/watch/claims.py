"""What a worker does with the notices that it claims, one at a time; delivery itself works in rounds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import Undeliverable
from bot.store import deliveries, delivery_results
from bot.store.notices import Notice
from bot.watch.deliver import Delivery
from bot.watch.rounds import Claimed


async def claim(conn: AsyncConnection, now: datetime, limit: int, lease: timedelta) -> list[Notice]:
    await deliveries.wake(conn, now, lease)
    waiting = await deliveries.channels(conn, 0, deliveries.MOST)
    return await deliveries.claim(conn, [(channel_id, limit) for channel_id in waiting], now + lease, now)


async def hold(conn: AsyncConnection, notice: Notice, now: datetime, lease: timedelta) -> bool:
    return bool(await deliveries.hold(conn, [notice], now + lease))


async def retry(conn: AsyncConnection, notice: Notice, at: datetime, reason: str, maybe_sent: bool) -> None:
    await deliveries.settle(conn, [delivery_results.retry(notice, at, reason, maybe_sent)], at)


async def undeliverable(conn: AsyncConnection, notice: Notice, now: datetime, reason: str, maybe_sent: bool) -> None:
    failure = Undeliverable(reason, permanent=True)
    await deliveries.settle(conn, [delivery_results.undeliverable(notice, now, failure, maybe_sent)], now)


async def carry_on(delivery: Delivery, notice: Notice) -> None:
    """Go on with a notice that this worker has claimed, as after a long pause."""
    delivery._again.append(Claimed(notice, notice.maybe_sent))
    delivery._rooms.hold(notice.channel_id)
    delivery._go_on()
    await delivery.drain()
