"""The channel of the demo as it is read: each card fits a screen, on a desk and on a phone, by light and in the dark.

`python -m tests.journey.test_demo_cards FOLDER` writes pictures of it, as docs/alerts.md shows them.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from bot.chat.components import components_of
from bot.record.changes import Change
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Answer, Court, CourtStep, DeadlineSet, Extent, Silenced
from bot.record.grouping import MOST_SECTIONS
from bot.record.ladder import MONTHLY
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sections import LastAlert, Section
from bot.words.notice import card_of
from bot.words.notice_parts import Head
from sandbox import text_of
from tests.journey.replay import Replay, replaying
from tests.sandbox.browser import BROWSERS, FOUND, Tab, browser
from tests.unit.words.city_desk import LETTER, NEW_YORK, at, case, event

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FOUND is None, reason=f"no browser here: none of {', '.join(BROWSERS)}"),
]

#: By the width of a screen, its height and how high a card may be.
SCREENS = {1280: (800, 600), 390: (844, 900)}
LOOKS = ("light", "dark")
NOW = at("2018-05-01 09:00")
STILL = {"name": "prefers-reduced-motion", "value": "reduce"}
#: Where a reader is who has read all that came before.
AT_THE_END = """new Promise((drawn) => requestAnimationFrame(() => {
  const scroller = document.querySelector("#scroller");
  scroller.scrollTop = scroller.scrollHeight;
  requestAnimationFrame(drawn);
}))"""
LAST_ROW = """(() => {
  const row = [...document.querySelectorAll("#messages > .message")].at(-1).getBoundingClientRect();
  return { x: row.x, y: row.y, width: Math.min(row.width, 720), height: row.height };
})()"""
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
        await tab.call("Emulation.setTimezoneOverride", timezoneId=demo.ZONE.key)
        await tab.call("Page.navigate", url=f"{replay.sandbox.url}#{replay.town.alerts.id}")
        await tab.until("document.querySelector('#channel-name')?.textContent.includes('alerts')")
        yield replay, tab


async def look_at(tab: Tab, width: int, look: str) -> None:
    height, _ = SCREENS[width]
    await tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 760)
    await tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": look}, STILL])
    await tab.run(AT_THE_END)


async def arrivals(replay: Replay, tab: Tab, until: datetime) -> AsyncIterator[dict[str, Any]]:
    """Each message of the channel, once the browser shows it as the last one."""
    seen: set[str] = set()
    while replay.clock.now() < until:
        await replay.until(replay.clock.now() + timedelta(days=1))
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


async def test_february_2018_is_read_on_a_desk_and_on_a_phone_by_light_and_in_the_dark(tmp_path: Path) -> None:
    texts: list[str] = []
    papers: dict[str, set[str]] = {look: set() for look in LOOKS}
    async with channel(tmp_path) as (replay, tab):
        async for message, on_each in measured(replay, tab, datetime(2018, 3, 1, 12, tzinfo=demo.ZONE)):
            for card in on_each:
                assert card.height <= SCREENS[card.width][1] and card.in_view, card
                papers[card.look].add(card.paper)
            texts.append(text_of(message))
        await replay.until(datetime(2018, 4, 1, 8, tzinfo=demo.ZONE))
        async for _, on_each in measured(replay, tab, datetime(2018, 4, 1, 12, tzinfo=demo.ZONE)):
            assert "2 letters" in on_each[0].headline
            assert all(card.height <= SCREENS[card.width][1] for card in on_each), on_each
        assert await crowded(replay, tab) == []
    assert papers["light"].isdisjoint(papers["dark"])
    february = [text for text in texts if "suit filed" not in text and "New letter" not in text]
    assert len(february) == 9
    assert all(before != text for before, text in itertools.pairwise(texts))
    for text in february:
        assert text.count("<t:") == 1 and re.search(r"Answer (was )?due \*\*Fri \d+ \w+ 201[78], end of day EST\*\*", text)
        assert re.search(r"\d\d jurisdictions", text) and "U.S. Department of Justice" in text
        assert "Demand" not in text and "threatens" not in text and "<http" not in text


async def crowded(replay: Replay, tab: Tab) -> list[Measured]:
    """Cards as high as they get, with as many sections as share one, that do not fit a screen."""
    bot = next(iter(replay.sandbox.world.applications.values())).bot
    too_high = []
    cards = [
        *((number, False) for number in range(1, MOST_SECTIONS + 1)),
        *((number, True) for number in (1, 3, MOST_SECTIONS)),
    ]
    for number, odd in cards:
        due_at = NOW - timedelta(days=odd)
        crowd = [with_all(each) for each in sections(number)] if odd else sections(number)
        components = components_of(card_of(Head(f"crowd-{number}-{odd}", demo.ZONE, due_at), crowd, NOW))
        message = replay.sandbox.posts.post(replay.town.alerts, bot, {"flags": 32768, "components": components})
        await tab.until(f"!!document.querySelector('.message[data-id=\"{message.id}\"]')")
        for width, (_, most) in SCREENS.items():
            await look_at(tab, width, "light")
            found = await tab.run(LAST_CARD)
            shown = {name: found[name] for name in ("headline", "height", "in_view", "room", "paper")}
            too_high += [Measured(width, "light", **shown)] if found["height"] > most else []
    return too_high


def sections(number: int) -> list[Section]:
    """Letters with long names to 60 places, of which some answered since the last alert."""
    return [section(index) for index in range(number)]


def section(index: int) -> Section:
    title = f"Compliance inquiry number {index} about the use of Byrne JAG funding in 2017"
    letter = replace(LETTER, id=index, title=title, authority="U.S. Department of Justice, Office of Justice Programs")
    places = [Jurisdiction(n, f"Metropolitan County {n}", PlaceKind.COUNTY, ("CA", "NY", "TX")[n % 3]) for n in range(60)]
    to_each = [replace(case(1000 * index + n, place), letter=letter) for n, place in enumerate(places)]
    answers = [event(9, "2018-04-02", Answer(Extent.PARTIAL)), event(10, "2018-04-03", Court(CourtStep.FILED))]
    changes = tuple(Change(each, answer) for each, answer in zip(to_each, answers, strict=False))
    last = LastAlert(at("2018-04-01 09:00"), reminders=5, changes=changes, letter_told=True)
    return Section(letter, MONTHLY, 3, tuple((each, each.events[1].id) for each in to_each), last)


def with_all(section: Section) -> Section:
    """With five deadlines, answers of unknown extent, and five silences with long reasons."""
    reason = "They asked for more time, and the desk has agreed to wait for the answer of the city attorney."
    lines = []
    for number, (each, about_id) in enumerate(section.lines):
        sent, deadline, *_ = each.events
        due = DeadlineSet(Deadline(date(2018, 2, 23 + number % 5), NEW_YORK))
        more = [event(10_000 + each.id, "2018-04-10", Answer(Extent.UNKNOWN))] if number < 5 else []
        if number % 3 == 0:
            silence = event(20_000 + each.id, "2018-04-11", Silenced(date(2018, 6, 1 + number % 5)), reason)
            more.append(replace(silence, recorded_by="Alice of the night desk"))
        lines.append((replace(each, events=(sent, replace(deadline, detail=due), *more)), about_id))
    return replace(section, lines=tuple(lines))


async def pictures(folder: Path) -> None:
    """The channel at a few moments, as docs/alerts.md shows it."""
    shots = {"02-20": (1280, "light"), "02-26": (390, "light"), "04-01": (1280, "dark")}
    with tempfile.TemporaryDirectory() as home:
        async with channel(Path(home)) as (replay, tab):
            async for message in arrivals(replay, tab, datetime(2018, 4, 1, 12, tzinfo=demo.ZONE)):
                day = datetime.fromisoformat(message["timestamp"]).astimezone(demo.ZONE)
                if shot := shots.get(f"{day:%m-%d}"):
                    await look_at(tab, *shot)
                    clip = {"clip": {**await tab.run(LAST_ROW), "scale": 1}} if shot[0] > 760 else {}
                    taken = await tab.call("Page.captureScreenshot", format="png", **clip)
                    name = f"alerts-{day:%m-%d}-{shot[0]}-{shot[1]}.png"
                    (folder / name).write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    asyncio.run(pictures(Path(sys.argv[1])))
