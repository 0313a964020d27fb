"""A small bot that the sandbox's tests drive: the real discord.py client, a command for every kind of answer."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox import Sandbox

CITIES = ["Denver", "Detroit", "Boston", "El Paso", "Seattle"]


class Acknowledge(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"ack:(?P<number>\d+)"):
    """A button that works after a restart, because its meaning stands in its custom id."""

    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label="Acknowledge", custom_id=f"ack:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Acknowledge:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"Case {self.number}: acknowledged", view=None)


class Bot(discord.Client):
    """Guilds only, slash commands only; keeps what goes wrong in its handlers in ``errors``."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.errors: list[BaseException] = []
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.tree.error(self._note)
        self.add_dynamic_items(Acknowledge)

    async def _note(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The sandbox does not ask for the five seconds between two identifies."""

    async def on_resumed(self) -> None:
        self.heard.put_nowait("resumed")

    async def on_ready(self) -> None:
        self.heard.put_nowait("ready")

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        self.heard.put_nowait(f"channel {channel.name}")

    async def hears(self, wanted: str) -> None:
        """Wait until the bot has heard of something."""
        async with asyncio.timeout(10):
            while await self.heard.get() != wanted:
                pass


@contextlib.contextmanager
def pointed_at(sandbox: Sandbox) -> Iterator[None]:
    """discord.py talks to the sandbox; afterwards to Discord again."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = sandbox.api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@contextlib.asynccontextmanager
async def running(bot: Bot, token: str) -> AsyncIterator[Bot]:
    """A bot that is ready, and properly closed afterwards."""
    async with bot:
        task = asyncio.create_task(bot.start(token))
        ready = asyncio.create_task(bot.wait_until_ready())
        done, _ = await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            ready.cancel()
            await task
        assert ready in done, "the bot did not become ready"
        try:
            yield bot
        finally:
            await bot.close()
            await task
