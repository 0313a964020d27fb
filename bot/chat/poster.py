"""Posts a card in a channel, and finds one that was posted there before: how the watch reaches Discord."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
from discord.http import Route, json_or_text

from bot.chat.client import BotClient
from bot.chat.components import components_of
from bot.chat.outages import one_line
from bot.chat.pacing import retry_after
from bot.chat.surroundings import Surroundings
from bot.record.errors import Undeliverable, Unreadable
from bot.record.problems import Fault, Obstacle
from bot.words.card import Card
from bot.words.problems import obstacle_text, unpinged

_NO_MESSAGE = "Discord's answer names no message"
#: No message is older, whatever the clock showed when it was posted: an older moment has no id to look from.
_FIRST = datetime.fromtimestamp(discord.utils.DISCORD_EPOCH / 1000, UTC)


class DiscordPoster:
    """Posts through a connected client (`bot.watch.poster.Poster`)."""

    def __init__(self, client: BotClient, channels: Surroundings | None = None) -> None:
        self._client = client
        self._channels = channels or Surroundings(client)

    def room(self, channel_id: int) -> int:
        """How many posts the channel takes at once now; those that were not answered yet are not subtracted."""
        return self._client.pace.channels.room(channel_id)

    def room_in(self, channel_id: int) -> float:
        """Seconds until `room` is the channel's whole limit again; 0 if it is."""
        return self._client.pace.channels.room_in(channel_id)

    def backlog(self) -> float:
        """Seconds that a request begun now would wait for the bot's own limit."""
        return self._client.pace.requests.backlog()

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        """Post it: the message's id. Raises Undeliverable.

        A channel that has refused a post is not asked again within the hour, unless something of it has changed meanwhile. A
        role that cannot be mentioned keeps nothing from being posted: the card then says that nobody could be pinged.
        """
        if known := self._channels.refusal(channel_id):
            raise known
        if card.ping_role and (obstacle := self._channels.role_in(channel_id, card.ping_role)):
            card = unpinged(card, obstacle.fault)
        try:
            message_id = await self.send(channel_id, components_of(card), nonce, card.ping_role)
        except Undeliverable as failure:
            if failure.obstacle is None:
                raise
            raise self._channels.refused(channel_id, failure) from failure
        self._channels.accepted(channel_id)
        return message_id

    async def send(self, channel_id: int, components: list[dict[str, Any]], nonce: str, role: int | None = None) -> int:
        """Post components, and ping at most that role: the message's id. Raises Undeliverable.

        It is sent once. discord.py would let it wait for the channel and try again after a refusal, and what it then posts may
        no longer be true; it would also keep the answer to a channel's last post until the channel takes another.

        `enforce_nonce`: Discord answers a repeat within a few minutes with the message that is already there (Discord docs,
        "Create Message").
        """
        message = {
            "components": components,
            "flags": discord.MessageFlags(components_v2=True).value,
            "nonce": nonce,
            "enforce_nonce": True,
            "allowed_mentions": {"parse": [], "roles": [role] if role else []},
        }
        try:
            answer = await self._send(channel_id, message)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            raise undeliverable(failure) from failure
        try:
            message_id = int(answer["id"])
        except (KeyError, TypeError, ValueError) as odd:
            raise Undeliverable(_NO_MESSAGE, permanent=False, maybe_sent=True) from odd
        if not 0 < message_id < 2**63:  # the database could not keep it
            raise Undeliverable(_NO_MESSAGE, permanent=False, maybe_sent=True)
        return message_id

    async def _send(self, channel_id: int, payload: object) -> Any:
        """What Discord answers to "Create Message". Raises discord.HTTPException, or Undeliverable for a rate limit."""
        session, http = self._client.notices_session, self._client.http
        assert session is not None
        headers = {"Authorization": f"Bot {http.token}", "User-Agent": http.user_agent, "Content-Type": "application/json"}
        url = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id).url
        async with session.post(url, data=json.dumps(payload), headers=headers, allow_redirects=False) as response:
            if response.status == 429:
                seconds = await retry_after(response)
                raise Undeliverable("a rate limit of Discord", permanent=False, retry_after=seconds)
            try:
                answer = await json_or_text(response)
            except ValueError:  # it says that it is JSON
                answer = await response.text(errors="replace")
        if not 200 <= response.status < 300:
            raise _refusal(response, answer)
        return answer

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        """The id of the bot's own message with `token` in the custom_id of a button. Raises as `look`."""
        return await self.look(
            channel_id, since, lambda message: any(token in custom_id for custom_id in _custom_ids(message.components))
        )

    async def look(self, channel_id: int, since: datetime, is_wanted: Callable[[discord.Message], bool]) -> int | None:
        """The id of the bot's own message that is wanted, if one was posted since then.

        Raises Unreadable if the bot may not read the channel's history (then only the nonce prevents a repeat), and
        Undeliverable if Discord does not answer.
        """
        channel = self._client.get_partial_messageable(channel_id)
        try:
            async for message in channel.history(limit=None, after=max(since, _FIRST)):
                is_own = self._client.user is not None and message.author.id == self._client.user.id
                if is_own and is_wanted(message):
                    return message.id
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failure:
            raise _not_found(failure) from failure
        if not self._channels.reads(channel_id):
            raise Unreadable
        return None


def _custom_ids(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))


def _refusal(response: aiohttp.ClientResponse, answer: Any) -> discord.HTTPException:
    try:
        return discord.HTTPException(response, answer)
    except (AttributeError, TypeError):  # it is not formed as Discord's errors are
        return discord.HTTPException(response, json.dumps(answer))


#: Codes with which Discord refuses a channel, whatever is posted there (Discord docs, "JSON Error Codes").
_GONE = 10003  # Unknown Channel
_OF_CHANNEL = {
    50008: Fault.KIND,  # Cannot send messages in a non-text channel
    50024: Fault.KIND,  # Cannot execute action on this channel type
    50083: Fault.REFUSED,  # Thread is archived
    160005: Fault.REFUSED,  # Thread is locked
    220001: Fault.KIND,  # of a forum
}


def undeliverable(failure: Exception, looking: bool = False) -> Undeliverable:
    """The class of a failure (Discord docs, "HTTP Response Codes"): who must act, and whether the message may be there.

    400, 403 and 404 come again until a person fixes something, if it is Discord that says so, and no proxy. A rate limit is
    refused before anything is posted. A server error or a lost connection leaves open whether the message was posted. An
    attempt that was only looking posted nothing, but the doubt that made it look remains.
    """
    if isinstance(failure, discord.HTTPException) and failure.status in (400, 403, 404) and _is_of_discord(failure):
        if obstacle := _refused_channel(failure):
            return Undeliverable(obstacle_text(obstacle), permanent=True, obstacle=obstacle, code=_code(failure))
        reason = one_line(f"Discord refuses it: {failure.text or failure}")
        return Undeliverable(reason, permanent=True, code=_code(failure))
    refused = isinstance(failure, discord.RateLimited) or (
        isinstance(failure, discord.HTTPException) and failure.status in (401, 429)
    )
    reason = one_line(str(failure)) or type(failure).__name__
    return Undeliverable(reason, permanent=False, maybe_sent=looking or not refused)


def _not_found(failure: Exception) -> Undeliverable | Unreadable:
    """Why a look in a channel found nothing: nobody may look there, or it failed."""
    if isinstance(failure, discord.Forbidden) and _is_of_discord(failure):
        return Unreadable()
    return undeliverable(failure, looking=True)


def _is_of_discord(failure: discord.HTTPException) -> bool:
    """Whether Discord has answered, and not a proxy with a page of its own."""
    return failure.response.content_type == "application/json"


def _refused_channel(failure: discord.HTTPException) -> Obstacle | None:
    """What Discord refuses of the channel; None if it refuses the message."""
    if failure.status == 404 or failure.code == _GONE:
        return Obstacle(Fault.GONE)
    if failure.code in _OF_CHANNEL:
        return Obstacle(_OF_CHANNEL[failure.code], _code(failure))
    if failure.status != 403:
        return None
    names = {50001: "View Channel", 50013: "View Channel or Send Messages"}
    return (
        Obstacle(Fault.PERMISSIONS, names[failure.code]) if failure.code in names else Obstacle(Fault.REFUSED, _code(failure))
    )


def _code(failure: discord.HTTPException) -> str:
    """As Discord gives it, or the status of its answer if it gives none."""
    return str(failure.code or failure.status)
