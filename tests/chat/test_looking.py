"""Looking in a channel for a notice that may have been posted: over several pages, and while others write."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.words.card import Button, Buttons, Card, Text
from tests.chat.conftest import Newsroom

TOKEN = "token-of-the-notice"
HISTORY = "^GET .*/messages"


@pytest.fixture
def poster(newsroom: Newsroom, bot: BotClient) -> DiscordPoster:
    newsroom.sandbox.limits.enabled = False
    return DiscordPoster(bot)


def card(token: str = TOKEN) -> Card:
    return Card((Text("3 days left"), Buttons((Button("History", f"hist:{token}"),))))


def others_write(newsroom: Newsroom, messages: int) -> None:
    writer = newsroom.sandbox.world.users[newsroom.bob.user.id]
    for number in range(messages):
        newsroom.sandbox.posts.post(newsroom.alerts, writer, {"content": f"message {number}"})


@pytest.mark.parametrize(("before", "after"), [(0, 0), (99, 0), (100, 0), (0, 250), (150, 120), (100, 100)])
async def test_it_is_found_wherever_it_is_among_others(
    newsroom: Newsroom, poster: DiscordPoster, before: int, after: int
) -> None:
    since = newsroom.sandbox.world.clock.now() - timedelta(minutes=1)
    others_write(newsroom, before)
    message_id = await poster.post(newsroom.alerts.id, card(), TOKEN)
    others_write(newsroom, after)
    assert await poster.find(newsroom.alerts.id, TOKEN, since) == message_id
    assert await poster.find(newsroom.alerts.id, "another-token", since) is None
    assert await poster.find(newsroom.away.id, TOKEN, since) is None


async def test_it_is_found_if_it_comes_while_the_history_is_read(newsroom: Newsroom, poster: DiscordPoster) -> None:
    since = newsroom.sandbox.world.clock.now() - timedelta(minutes=1)
    others_write(newsroom, 250)
    held = newsroom.sandbox.faults.hold(HISTORY)
    looking = asyncio.create_task(poster.find(newsroom.alerts.id, TOKEN, since))
    while not held.met:
        await asyncio.sleep(0)
    message_id = await poster.post(newsroom.alerts.id, card(), TOKEN)
    assert held.hold
    held.hold.set()
    assert await looking == message_id


async def test_a_message_of_somebody_else_is_none_of_ours(newsroom: Newsroom, poster: DiscordPoster) -> None:
    since = newsroom.sandbox.world.clock.now() - timedelta(minutes=1)
    other = newsroom.sandbox.world.add_application("Another bot", "another")
    newsroom.sandbox.world.add_bot(newsroom.guild, other)
    button = {"type": 2, "style": 2, "label": "History", "custom_id": f"hist:{TOKEN}"}
    body = {"content": "3 days left", "components": [{"type": 1, "components": [button]}]}
    newsroom.sandbox.posts.post(newsroom.alerts, other.bot, body)
    assert await poster.find(newsroom.alerts.id, TOKEN, since) is None


@pytest.mark.parametrize("year", [1, 1970, 2014])
async def test_it_is_found_although_the_clock_showed_a_time_before_discord_when_it_was_claimed(
    newsroom: Newsroom, poster: DiscordPoster, year: int
) -> None:
    """The clock of a machine without a battery begins in 1970."""
    message_id = await poster.post(newsroom.alerts.id, card(), TOKEN)
    assert await poster.find(newsroom.alerts.id, TOKEN, datetime(year, 1, 1, tzinfo=UTC)) == message_id
