"""The Discord client: commands, buttons, and the servers it is in."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable

import discord
from discord import app_commands

from bot.chat.buttons import ActionButton
from bot.chat.commands import lookup
from bot.chat.commands.case import case
from bot.chat.commands.closures import closures
from bot.chat.commands.import_letter import read_in
from bot.chat.commands.letter import letter
from bot.chat.commands.settings import settings
from bot.chat.responses import failed
from bot.chat.session import BotClient
from bot.clock import Clock
from bot.store import servers, synced_commands
from bot.store.database import Database

log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[BotClient]):
    async def on_error(self, interaction: discord.Interaction[BotClient], error: app_commands.AppCommandError, /) -> None:
        await failed(interaction, error)


class LetterwatchClient(BotClient):
    """Answers commands and buttons. `wake` is called after every write, so that the watch looks at once.

    Intents: guilds only. Nobody is pinged unless a message says whom: `AllowedMentions.none()`.
    """

    def __init__(self, db: Database, clock: Clock, wake: Callable[[], None]) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=30.0,  # longer waits are the watch's business, which can see whether it is still true
            guild_ready_timeout=0.3,  # no members are fetched, so there is little to wait for
        )
        self.db, self.clock, self.wake = db, clock, wake
        self.one_text = asyncio.Semaphore(1)
        self.tree = Tree(self, allowed_contexts=app_commands.AppCommandContext(guild=True))
        for command in (*lookup.COMMANDS, read_in):
            self.tree.add_command(command)
        for group in (letter, case, closures, settings):
            self.tree.add_command(group)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(ActionButton)
        await self.sync_commands()

    async def sync_commands(self) -> bool:
        """Register the commands with Discord if they changed since they last were: whether they did.

        Alerts matter more than commands: where Discord refuses, the bot starts all the same and tries again next time.
        """
        digest = command_digest(self.tree)
        assert self.application_id is not None
        async with self.db.read() as conn:
            if await synced_commands.synced_digest(conn, self.application_id) == digest:
                return False
        try:
            await self.tree.sync()
        except (discord.HTTPException, app_commands.AppCommandError):
            log.exception("Discord did not take the commands; the old ones stand until the next start")
            return False
        async with self.db.write() as conn:
            await synced_commands.note_synced(conn, self.application_id, digest)
        return True

    async def on_ready(self) -> None:
        await self._know(self.guilds)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._know([guild])

    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._know([guild])

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        if before.name != after.name:
            await self._know([after])

    async def _know(self, guilds: Iterable[discord.Guild]) -> None:
        async with self.db.write() as conn:
            for guild in guilds:
                await servers.ensure(conn, guild.id, guild.name)


def command_digest(tree: Tree) -> str:
    """A fingerprint of all commands as Discord would get them."""
    described = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
