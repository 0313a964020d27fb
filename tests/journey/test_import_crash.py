"""An import whose bot is killed, or that two bots are asked to confirm, is recorded once and announced once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.store.tables import cases, drafts, letters
from sandbox import text_of
from tests.journey.conftest import Town
from tests.recording import NEW_YORK

ANSWERS = r"^PATCH .*/webhooks/.*/messages/@original"


def table() -> bytes:
    """Three recipients of a letter of yesterday."""
    today = datetime.now(NEW_YORK).date()
    rows = [f'"{name}",city,MN,{today + timedelta(days=30)},The Authority,Demand,{today - timedelta(days=1)}' for name in "ABC"]
    return "\n".join(["jurisdiction,kind,state,deadline,authority,title,sent", *rows]).encode()


async def recorded(town: Town) -> tuple[int, int, int]:
    """How many letters, cases and drafts there are."""
    async with town.db.read() as conn:
        counts = [(await conn.execute(select(func.count()).select_from(one))).scalar_one() for one in (letters, cases, drafts)]
    return counts[0], counts[1], counts[2]


def news(town: Town) -> list[str]:
    return [text_of(one) for one in town.sandbox.messages(town.alerts) if "New letter" in text_of(one)]


async def test_a_kill_between_recording_and_the_answer_records_and_announces_once(town: Town) -> None:
    async with town.bot() as process:
        await town.sandbox.commands_synced()
        file = town.sandbox.world.add_file("letter.csv", table())
        preview = await town.alice.command(town.alerts, "import", file=file)
        town.sandbox.faults.hold(ANSWERS, times=100)
        pressed = asyncio.create_task(town.alice.press(preview, "Record 3 recipients"))
        async with asyncio.timeout(20):
            while await recorded(town) != (1, 3, 0):
                await asyncio.sleep(0.02)  # the other process writes to a file: there is no event to wait for
        process.kill()
        await process.wait()
    pressed.cancel()
    await asyncio.gather(pressed, return_exceptions=True)
    town.sandbox.faults.clear()
    await town.sandbox.disconnected()
    async with town.bot():
        await town.sandbox.message_in(town.alerts, "New letter")
        again = await town.alice.press(preview, "Record 3 recipients")
        assert "This draft no longer exists" in str(again.followups)
        preview = await town.alice.command(town.alerts, "import", file=town.sandbox.world.add_file("letter.csv", table()))
        assert "3 recipients, all already recorded" in preview.text
        states = await town.settled()
    assert [state for _, state in states] == ["sent"]
    assert await recorded(town) == (1, 3, 1)
    assert len(news(town)) == 1


async def test_two_bots_on_one_database_record_a_draft_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async with town.two_bots(monkeypatch):
        await town.sandbox.commands_synced()
        preview = await town.alice.command(town.alerts, "import", file=town.sandbox.world.add_file("letter.csv", table()))
        presses = [town.alice.press(preview, "Record 3 recipients") for _ in range(4)]
        await asyncio.gather(*presses, return_exceptions=True)
        await town.sandbox.message_in(town.alerts, "New letter")
        await town.settled()
    assert await recorded(town) == (1, 3, 0)
    assert len(news(town)) == 1
