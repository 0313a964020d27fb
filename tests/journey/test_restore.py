"""A backup is restored: what was posted since it was made is recognised, and nothing that was due is lost."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.app import connecting
from bot.clock import SystemClock
from bot.config import DatabaseSettings, Discord, Settings
from bot.desk import backups
from sandbox import Permission, text_of
from tests.conftest import Run
from tests.journey.conftest import PATIENCE, TOKEN, Town
from tests.recording import NEW_YORK, Desk


async def letterwatch(run: Run, *arguments: str) -> str:
    """Run a verb to its end, while the sandbox serves: its output."""
    code, out, errors = await asyncio.to_thread(run, *arguments)
    assert code == 0, errors
    return out


async def record(town: Town, *titles: str) -> None:
    """Letters of the day before yesterday, of which the deadline passed yesterday: each has a notice of its own."""
    now = datetime.now(NEW_YORK)
    for title in titles:
        await Desk(town.db, town.guild.id).letter(
            now - timedelta(days=2), due=now.date() - timedelta(days=1), to=("Albany", "Denver"), title=title
        )


async def states(town: Town, count: int) -> Counter[str]:
    """The states of the notices, once there are so many and none waits."""
    while len(settled := await town.settled()) < count:
        await asyncio.sleep(0.05)  # the other process plans them: there is no event to wait for
    return Counter(state for _, state in settled)


async def post(town: Town, count: int) -> Counter[str]:
    """Have the bot post what is due."""
    async with town.bot():
        return await states(town, count)


def posted(town: Town) -> Counter[str]:
    """How often the alert of each letter is in the channel, by the letter's title."""
    return Counter(
        found[0] for m in town.sandbox.messages(town.alerts) for found in re.findall(r"((First|Lost|New) \d)", text_of(m))
    )


async def test_after_a_restore_nothing_is_lost_and_nothing_posted_twice(town: Town, run: Run) -> None:
    await record(town, "First 1", "First 2")
    await post(town, 2)
    await record(town, "First 3")
    assert "Backup made and verified" in await letterwatch(run, "backup")  # two were posted by then, one was not
    await record(town, "Lost 1", "Lost 2")
    assert await post(town, 5) == {"sent": 5}
    before = posted(town)
    assert before == Counter(["First 1", "First 2", "First 3", "Lost 1", "Lost 2"])
    await town.db.close()
    assert "is lost: 8 events." in await letterwatch(run, "restore", "--yes")
    assert await post(town, 3) == {"sent": 3}
    assert posted(town) == before
    await record(town, "New 1", "New 2")  # whose cases and events get ids that lost ones had
    assert await post(town, 5) == {"sent": 5}
    assert posted(town) == before + Counter(["New 1", "New 2"])


async def test_where_the_history_cannot_be_read_old_alerts_are_held_until_they_are_sent_on_purpose(
    town: Town, run: Run
) -> None:
    await record(town, "First 1", "First 2")
    await letterwatch(run, "backup")
    await post(town, 2)
    [app] = town.sandbox.world.applications.values()
    town.sandbox.world.deny(town.alerts, app.bot, Permission.READ_MESSAGE_HISTORY)
    await town.db.close()
    assert "restore --send-old" in await letterwatch(run, "restore", "--yes")
    async with town.bot():
        assert await states(town, 2) == {"undeliverable": 2}
        assert posted(town) == Counter(["First 1", "First 2"])
        town.sandbox.posts.nonce_window = 0  # what was posted is longer ago than Discord remembers
        assert await letterwatch(run, "restore", "--send-old") == "2 held notices will be posted.\n"
        assert await states(town, 2) == {"sent": 2}
    assert posted(town) == Counter({"First 1": 2, "First 2": 2})


async def test_the_running_bot_backs_its_database_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while Discord cannot be reached: it does not wait for the connection."""
    monkeypatch.setattr(backups, "FIRST_LOOK", 0.0)
    settings = Settings(
        discord=Discord(token=TOKEN, api=town.sandbox.api), database=DatabaseSettings(url=town.db.url.render_as_string())
    )
    async with connecting(settings, SystemClock()), asyncio.timeout(PATIENCE):
        while backups.last_backup(settings).good is None:
            await asyncio.sleep(0.01)  # it is made in a thread: there is no event to wait for
