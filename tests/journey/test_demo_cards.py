"""The channel of the demo as it is read: each card fits a screen, on a desk and on a phone, by light and in the dark.

`python -m tests.journey.test_demo_cards FOLDER` writes pictures of it, as docs/alerts.md shows them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from sandbox import text_of
from tests.journey.replay import Replay, replaying
from tests.sandbox.browser import BROWSERS, FOUND, Tab, browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FOUND is None, reason=f"no browser here: none of {', '.join(BROWSERS)}"),
]

#: By the width of a screen, its height and how high a card may be.
SCREENS = {1280: (800, 600), 390: (844, 900)}
LOOKS = ("light", "dark")
#: Where a reader is who has read all that came before.
AT_THE_END = """new Promise((drawn) => requestAnimationFrame(() => {
  const scroller = document.querySelector("#scroller");
  scroller.scrollTop = scroller.scrollHeight;
  requestAnimationFrame(drawn);
}))"""
LAST_CARD = """(() => {
  const row = [...document.querySelectorAll("#messages > .message")].at(-1);
  const room = document.querySelector("#scroller").getBoundingClientRect();
  const card = row.querySelector(".container"), headline = card.querySelector("h1, h2, h3, h4, h5");
  const box = headline.getBoundingClientRect();
  return {
    id: row.dataset.id, headline: headline.textContent, height: card.getBoundingClientRect().height,
    in_view: box.top >= room.top && box.bottom <= room.bottom,
    from_end: room.bottom - row.getBoundingClientRect().bottom, room: room.height,
    paper: getComputedStyle(card).backgroundColor,
  };
})()"""


@dataclass(frozen=True)
class Measured:
    """A card that has just arrived, on one screen."""

    width: int
    look: str
    headline: str
    height: float
    in_view: bool
    #: The height of what shows messages.
    room: float
    paper: str


@asynccontextmanager
async def channel(folder: Path) -> AsyncIterator[tuple[Replay, Tab]]:
    """The demo at its first moment, and a browser that shows its channel of alerts."""
    async with replaying(folder) as replay, browser(folder / "browser") as tab:
        await tab.call("Page.navigate", url=f"{replay.sandbox.url}#{replay.town.alerts.id}")
        await tab.until("document.querySelector('#channel-name')?.textContent.includes('alerts')")
        yield replay, tab


async def look_at(tab: Tab, width: int, look: str) -> None:
    height, _ = SCREENS[width]
    await tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 760)
    await tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": look}])
    await tab.run(AT_THE_END)


async def arrivals(replay: Replay, tab: Tab, until: datetime) -> AsyncIterator[dict[str, Any]]:
    """Each message of the channel, once the browser shows it as the last one."""
    seen: set[str] = set()
    while replay.clock.now() < until:
        await replay.until(replay.clock.now() + timedelta(hours=12))
        messages = replay.sandbox.messages(replay.town.alerts)
        for message in messages:
            if message["id"] not in seen:
                seen.add(message["id"])
                if message is messages[-1]:
                    await tab.until(f"!!document.querySelector('#messages > .message[data-id=\"{message['id']}\"]')")
                    yield message


async def measured(replay: Replay, tab: Tab, until: datetime) -> AsyncIterator[tuple[dict[str, Any], list[Measured]]]:
    async for message in arrivals(replay, tab, until):
        on_each = []
        for width in SCREENS:
            for look in LOOKS:
                await look_at(tab, width, look)
                found = await tab.run(LAST_CARD)
                assert found["id"] == message["id"]
                shown = {name: found[name] for name in ("headline", "height", "in_view", "room", "paper")}
                on_each.append(Measured(width, look, **shown))
        yield message, on_each


async def show(until: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with channel(Path(folder)) as (replay, tab):
            async for message, on_each in measured(replay, tab, until):
                print(
                    "=====",
                    message["timestamp"][:16],
                    [(m.width, round(m.height), m.in_view, m.room) for m in on_each if m.look == "light"],
                )
                print(text_of(message))


if __name__ == "__main__":
    asyncio.run(show(datetime.fromisoformat(sys.argv[1]).replace(tzinfo=demo.ZONE)))
