"""Whether to go on watching is asked once a letter: through downtime, slices, kills and silences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.watch import tick as tick_module
from bot.watch.tick import tick
from tests.watch.test_audit import audited, kinds
from tests.watch.test_delivery import House, at

DUE = date(2018, 1, 5)  # 180 days before 4 July
QUESTION = "Still watching?"


async def letter(house: House, due: date = DUE) -> None:
    house.clock.set(at(1, 1, hour=0, minute=1))
    await house.alice.letter(house.clock.now(), due, ("Albany", "Denver", "Seattle"))


def asked(house: House) -> list[str]:
    return [text for text in house.channels.texts() if QUESTION in text]


async def test_after_downtime_cases_with_different_deadlines_are_asked_about_once(house: House) -> None:
    await letter(house)
    case, *_ = await house.alice.cases()
    await house.alice.extend(house.clock.now(), case, DUE + timedelta(days=4))
    await house.turn(at(7, 2))
    await house.turn(at(7, 10))
    assert len(asked(house)) == 1
    assert (await audited(house)).found == 0, await kinds(house)


@pytest.mark.parametrize("slices", [1, 2])
async def test_a_kill_between_two_slices_asks_once(house: House, monkeypatch: pytest.MonkeyPatch, slices: int) -> None:
    monkeypatch.setattr(tick_module, "SLICE", 1)
    await letter(house)
    await house.turn(at(6, 20))
    house.clock.set(at(7, 4))
    async for _ in tick(house.db, house.clock.now()):
        slices -= 1
        if not slices:
            break
    await house.turn(at(7, 4, second=5))
    await house.turn(at(7, 4, hour=10))
    [text] = asked(house)
    assert all(name in text for name in ("Albany", "Denver", "Seattle"))
