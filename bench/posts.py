"""`python -m bench posts`: what the client needs for one post, without the database, and how evenly it keeps the bot's limit.

The sandbox is a process of its own; the client is in this one, and does nothing else.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import discord
import yarl

from bench.bot_process import TOKEN
from bench.sandbox_process import Plan, sandbox_process
from bot.chat.poster import DiscordPoster
from bot.chat.startup import new_client
from bot.clock import SystemClock
from bot.record.errors import Undeliverable
from bot.store.database import Database
from bot.words.card import Button, Buttons, Card, Divider, Text

CHANNELS, EACH = 90, 5
AT_ONCE, AHEAD = 12, 0.1  # posts that are begun together, seconds of backlog at which the next are begun
DEADLINE = "**Friday 23 February 2018**, <t:1519430399:F>"


async def measure(folder: Path) -> None:
    async with sandbox_process(Plan(CHANNELS)) as sandbox:
        discord.http.Route.BASE = sandbox.api
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway)
        db = Database(f"sqlite+aiosqlite:///{folder / 'posts.db'}")
        await db.migrate()
        client = new_client(db, SystemClock(), lambda: None)
        connection = asyncio.create_task(client.start(TOKEN))
        await sandbox.connected(60)
        await client.wait_until_ready()
        processor = time.process_time()
        await _post_all(DiscordPoster(client), list(sandbox.channels.values()) * EACH)
        processor = time.process_time() - processor
        traffic = await sandbox.traffic()
        await client.close()
        with suppress(asyncio.CancelledError):
            await connection
        await db.close()
    times = [arrival.at for arrival in traffic.arrivals]
    widest = max(later - earlier for earlier, later in pairwise(times))
    fifty = min(later - earlier for earlier, later in zip(times, times[50:], strict=False))
    print(
        f"{len(times)} posts: {processor * 1000 / len(times):.2f} ms of processor time for each; "
        f"{(len(times) - 1) / (times[-1] - times[0]):.1f} a second, at most {widest * 1000:.0f} ms apart, "
        f"51 within {fifty:.3f} s at least; 429: {traffic.refused_global} global, {traffic.refused_channel} of a channel"
    )


async def _post_all(poster: DiscordPoster, channels: list[int]) -> None:
    """What is refused counts as such, and is not posted again."""
    tasks = []
    for begun in range(0, len(channels), AT_ONCE):
        while (wait := poster.backlog() - AHEAD) > 0:
            await asyncio.sleep(wait)
        for number, channel_id in enumerate(channels[begun : begun + AT_ONCE], begun):
            tasks.append(asyncio.create_task(poster.post(channel_id, _card(number), f"post{number}")))
        await asyncio.sleep(0)
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, Undeliverable):
            raise outcome


def _card(number: int) -> Card:
    places = "\n".join(f"- **#{place}** Denver, CO: no answer on record" for place in range(6))
    actions = ("History", "Sources", "Why this date")
    return Card(
        (
            Text(f"## 3 days left: Denver, CO\n{DEADLINE}"),
            Divider(),
            Text(places),
            Text(f"Demand {number}"),
            Buttons(tuple(Button(label, action=f"bench:{number}:{label}") for label in actions)),
        )
    )
