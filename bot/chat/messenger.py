"""Reaches the people who look after a server: in a channel that they read, or the owner by direct message."""

from __future__ import annotations

from datetime import datetime

import aiohttp
import discord

from bot.chat.client import BotClient
from bot.chat.components import components_of
from bot.chat.poster import DiscordPoster, undeliverable
from bot.chat.surroundings import Surroundings
from bot.record.errors import Undeliverable
from bot.words.card import Card


class DiscordMessenger:
    """Posts through a connected client (`bot.watch.telling.Messenger`).

    These messages have no buttons, and are recognised by the id of their container: Discord keeps the ids that a bot gives to
    its components, 32-bit numbers, and shows them to nobody (Discord docs, "Anatomy of a Component").
    """

    def __init__(self, client: BotClient, poster: DiscordPoster, surroundings: Surroundings) -> None:
        self._client = client
        self._poster = poster
        self._surroundings = surroundings

    def moderators(self, server_id: int) -> int | None:
        return self._surroundings.moderators(server_id)

    def usable(self, server_id: int, channel_id: int) -> bool:
        return self._surroundings.knows(server_id) and self._surroundings.channel(server_id, channel_id) is None

    async def owner(self, server_id: int) -> int | None:
        """The channel of direct messages with the owner; None if the bot is not on the server. Raises Undeliverable."""
        guild = self._client.get_guild(server_id)
        if guild is None or guild.owner_id is None:
            return None
        try:
            return (await self._client.create_dm(discord.Object(guild.owner_id))).id
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            refused = undeliverable(failure)
            if refused.permanent:
                return None
            raise Undeliverable(str(refused), permanent=False) from failure

    async def post(self, channel_id: int, card: Card, token: str) -> int:
        components = components_of(card)
        components[-1]["id"] = _mark(token)
        return await self._poster.send(channel_id, components, token)

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        mark = _mark(token)
        return await self._poster.look(
            channel_id, since, lambda message: any(getattr(part, "id", None) == mark for part in message.components)
        )


def _mark(token: str) -> int:
    """28 bits of the token, and never an id that Discord gives itself, counting from 1."""
    return 1 << 28 | int(token[:7], 16)
