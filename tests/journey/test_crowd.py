"""Many notices due in the same second, in as many channels, against real rate limits."""

from __future__ import annotations

from pathlib import Path

from bench.crowd import deliver_at_once


async def test_notices_due_at_once_on_many_servers_all_arrive_once(tmp_path: Path) -> None:
    crowd = await deliver_at_once(120, tmp_path / "crowd.db")
    assert (crowd.arrived, crowd.doubled) == (120, 0)
