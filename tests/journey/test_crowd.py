"""Many alerts due at the same moment, against real rate limits: the bot and the sandbox are processes of their own."""

from __future__ import annotations

from pathlib import Path

from bench.delivery import Scenario, allowed_seconds, deliver


async def test_alerts_due_at_once_on_many_servers_all_arrive_once(tmp_path: Path) -> None:
    delivered = await deliver(Scenario(channels=40, each=3), tmp_path, idle=0)
    assert (delivered.arrived, delivered.doubled, delivered.lost) == (120, 0, 0)
    assert delivered.receipts == 120


def test_what_the_limits_allow() -> None:
    assert allowed_seconds([]) == 0
    assert round(allowed_seconds([1] * 101), 6) == 2  # 50 a second
    assert round(allowed_seconds([5]), 6) == 0.08
    assert allowed_seconds([200]) > 195  # five in five seconds
