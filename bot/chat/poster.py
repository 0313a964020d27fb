"""Posts a card in a channel, and finds one that was posted there before: how the watch reaches Discord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import aiohttp
import discord

from bot.chat.components import view_of
from bot.record.errors import Undeliverable, Unreadable
from bot.words.card import Card


class DiscordPoster:
    """Posts through a connected client (`bot.watch.deliver.Poster`)."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def room(self, channel_id: int) -> int:
        return 5

    def room_in(self, channel_id: int) -> float:
        return 0.0

    def backlog(self) -> float:
        return 0.0

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        """Post it: the message's id. Raises Undeliverable.

        discord.py sends `enforce_nonce` with every nonce: Discord then answers a repeat within a few minutes with the
        message that is already there (Discord docs, "Create Message").
        """
        channel = self._client.get_partial_messageable(channel_id)
        pinged = [discord.Object(card.ping_role)] if card.ping_role else []
        mentions = discord.AllowedMentions(everyone=False, users=False, roles=pinged, replied_user=False)
        try:
            message = await channel.send(view=view_of(card), nonce=nonce, allowed_mentions=mentions)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            raise _undeliverable(failure) from failure
        return message.id

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        """The id of the bot's own message with `token` in the custom_id of a button, if one was posted since then.

        Raises Unreadable if the bot may not read the channel's history (then only the nonce prevents a repeat), and
        Undeliverable if Discord does not answer.
        """
        channel = self._client.get_partial_messageable(channel_id)
        try:
            async for message in channel.history(limit=None, after=since):
                mine = self._client.user is not None and message.author.id == self._client.user.id
                if mine and any(token in custom_id for custom_id in _custom_ids(message.components)):
                    return message.id
        except discord.Forbidden as closed:
            raise Unreadable from closed
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            raise _undeliverable(failure, looking=True) from failure
        return None


def _custom_ids(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))


def _undeliverable(failure: Exception, looking: bool = False) -> Undeliverable:
    """The class of a failure (Discord docs, "HTTP Response Codes"): who must act, and whether the message may be there.

    400, 403 and 404 come again until a person fixes something. A rate limit is refused before anything is posted. A
    server error or a lost connection leaves open whether the message was posted. An attempt that was only looking posted
    nothing, but the doubt that made it look remains.
    """
    if isinstance(failure, discord.HTTPException) and failure.status in (400, 403, 404):
        return Undeliverable(f"Discord refuses it: {failure.text or failure}", permanent=True)
    refused = isinstance(failure, discord.RateLimited) or (
        isinstance(failure, discord.HTTPException) and failure.status in (401, 429)
    )
    reason = str(failure) or type(failure).__name__
    return Undeliverable(reason, permanent=False, maybe_sent=looking or not refused)
