"""The channel is taken away under a waiting alert on the sandbox's page and given back, with the real bot and a browser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sqlalchemy import select

from bot.store.tables import notices
from sandbox import text_of
from tests.journey.conftest import PATIENCE, Town, record_letters
from tests.sandbox.browser import Tab, browser
from tests.sandbox.test_page import pytestmark as pytestmark


async def sets(tab: Tab, name: str, on: bool) -> None:
    """Press a box of the server's settings."""
    box = f"[...document.querySelectorAll('#admin .toggle')].find((each) => each.textContent === {json.dumps(name)})?.control"
    await tab.until(f"{box}?.checked === {json.dumps(not on)}")
    await tab.run(f"{box}.click()")
    await tab.until(f"{box}?.checked === {json.dumps(on)}")


async def refused(town: Town) -> None:
    """Wait until Discord has refused all notices, and that is written down."""
    states: set[str] = set()
    async with asyncio.timeout(PATIENCE):
        while states != {"undeliverable"}:
            await asyncio.sleep(0.05)  # the other process writes to a file: there is no event to wait for
            async with town.db.read() as conn:
                states = set((await conn.execute(select(notices.c.state))).scalars())


async def test_an_alert_appears_at_once_when_its_channel_is_given_back_on_the_page(town: Town, tmp_path: Path) -> None:
    app = next(iter(town.sandbox.world.applications.values()))
    olga = town.sandbox.world.users[town.guild.owner]
    direct = town.sandbox.person(olga, town.guild).direct(app)
    async with browser(tmp_path / "browser") as tab:
        await tab.call("Page.navigate", url=town.sandbox.url)
        await tab.until("!!document.querySelector('#top[data-state=empty]')")
        await tab.clicks("#admin-button")
        await sets(tab, "Posts", False)
        await record_letters(town, 1)
        async with town.bot():
            await refused(town)
            await town.sandbox.bus.until(lambda: town.sandbox.messages(direct) != [], PATIENCE, "the owner to be told")
            assert town.sandbox.messages(town.alerts) == []
            await sets(tab, "Posts", True)
            await tab.reads("Albany, NY and Denver, NY")
            assert [state for _, state in await town.settled()] == ["sent"]
    [told] = town.sandbox.messages(direct)
    assert text_of(told).startswith("## Alerts cannot be posted")
    assert len(town.sandbox.messages(town.alerts)) == 1
