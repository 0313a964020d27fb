"""A small bot that the sandbox's tests drive: the real discord.py client, a command for every kind of answer."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

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

    def __init__(self, **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.errors: list[BaseException] = []
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.waiting: discord.Interaction | None = None
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


class Amendment(discord.ui.Modal, title="Amend the note"):
    """A form that opens with something in it."""

    words: discord.ui.Label[Any] = discord.ui.Label(
        text="Words",
        component=discord.ui.TextInput(style=discord.TextStyle.paragraph, default="called once\nand again"),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.words.component, discord.ui.TextInput)
        await interaction.response.send_message(self.words.component.value)


class Note(discord.ui.Modal, title="A note"):
    """A form with a label, a menu and a text input."""

    kind: discord.ui.Label[Any] = discord.ui.Label(
        text="Kind",
        component=discord.ui.Select(
            custom_id="kind",
            options=[discord.SelectOption(label="Call", value="call"), discord.SelectOption(label="Mail", value="mail")],
        ),
    )
    words: discord.ui.Label[Any] = discord.ui.Label(
        text="Words", component=discord.ui.TextInput(custom_id="words", max_length=20)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        kind, words = self.kind.component, self.words.component
        assert isinstance(kind, discord.ui.Select) and isinstance(words, discord.ui.TextInput)
        await interaction.response.send_message(f"{kind.values[0]}: {words.value}", ephemeral=True)


class Card(discord.ui.LayoutView):
    """A message of components: a title with a button beside it, and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        box: discord.ui.Container[Card] = discord.ui.Container(accent_colour=0xAA0000)
        box.add_item(discord.ui.Section("**Denver** is overdue", accessory=Acknowledge(17)))
        box.add_item(discord.ui.Separator())
        row: discord.ui.ActionRow[Card] = discord.ui.ActionRow()
        menu: discord.ui.Select[Card] = discord.ui.Select(
            custom_id="sort", placeholder="Sort by", options=[discord.SelectOption(label=word) for word in ("date", "name")]
        )
        menu.callback = self.sort  # type: ignore[method-assign]  # as discord.py's documentation does it
        self.menu = menu
        row.add_item(menu)
        box.add_item(row)
        self.add_item(box)

    async def sort(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"sorted by {self.menu.values[0]}", ephemeral=True)


async def _cities(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    matching = [city for city in CITIES if city.lower().startswith(current.lower())]
    return [app_commands.Choice(name=city, value=city) for city in matching]


def add_commands(bot: Bot) -> Bot:
    """A command for every kind of answer."""
    _add_plain_answers(bot.tree)
    _add_late_answers(bot)
    _add_components(bot.tree)
    bot.tree.add_command(_case_group())
    return bot


def _add_plain_answers(tree: app_commands.CommandTree) -> None:
    @tree.command(description="Where it stands")
    @app_commands.autocomplete(city=_cities)
    async def status(interaction: discord.Interaction, city: str, days: app_commands.Range[int, 1, 90] = 7) -> None:
        await interaction.response.send_message(f"{city}: {days} days")

    @tree.command(description="For the asker alone")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("for you alone", ephemeral=True)

    @tree.command(description="Answers when it can")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="at last")
        await interaction.followup.send("and one more thing", ephemeral=True)

    @tree.command(description="For those who manage the server")
    @app_commands.default_permissions(manage_guild=True)
    async def settings(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"may {interaction.permissions.manage_guild}", ephemeral=True)


def _add_late_answers(bot: Bot) -> None:
    tree = bot.tree

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        bot.heard.put_nowait("silent")

    @tree.command(description="Answers after the time")
    async def late(interaction: discord.Interaction) -> None:
        bot.waiting = interaction
        bot.heard.put_nowait("late")

    @tree.command(description="Takes its promise of an answer back, and answers the asker alone")
    async def withdraws(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()
        await interaction.followup.send("for you alone", ephemeral=True)

    @tree.command(description="Answers twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        await interaction.response.send_message("twice")


def _add_components(tree: app_commands.CommandTree) -> None:
    @tree.command(description="Opens a form")
    async def note(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Note())

    @tree.command(description="Opens a form that is filled in")
    async def amend(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Amendment())

    @tree.command(description="A message of components")
    async def card(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Card())

    @tree.command(description="An alert with a button")
    async def alert(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Acknowledge(17))
        await interaction.response.send_message("Case 17 is overdue", view=view)


def _case_group() -> app_commands.Group:
    case = app_commands.Group(name="case", description="Cases")

    @case.command(name="add", description="Add a case")
    async def case_add(
        interaction: discord.Interaction, who: discord.Member, where: discord.TextChannel, role: discord.Role | None
    ) -> None:
        await interaction.response.send_message(f"{who.display_name} in {where.name}, {role and role.name}")

    @case.command(name="file", description="A file")
    async def case_file(interaction: discord.Interaction, file: discord.Attachment) -> None:
        content = await file.read()
        answer = discord.File(io.BytesIO(content.upper()), filename="answer.txt")
        await interaction.response.send_message(file.filename, file=answer)

    return case


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
